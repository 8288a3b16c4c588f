// OwnAccount: what a signed-in person does with their own account: name and preferences, password, sessions, step-up.
//
// Thread-safe. `request.principal` must be an account's session. Errors: InvalidArgument (a refused password, a wrong one),
// NotFound (a session that is not one's own reads like one that does not exist), FailedPrecondition, SignIn's, the store's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/console/auth/sign_in.hpp"
#include "host/console/http/request.hpp"
#include "host/console/store/account_store.hpp"

namespace masthead::console::audit { class AuditLog; }
namespace masthead::console::store { class Database; }

namespace masthead::console::auth {

class PasswordHasher;
class SecondFactors;
class Sessions;

struct OwnView {
    store::Account account;
    std::optional<store::FactorRow> password;  // the secret is left out
    Json factors;
    std::vector<store::SessionRow> sessions;
};

struct OwnChange {
    std::optional<std::string> name;
    std::optional<std::string> language;  // "" = as the browser asks
    std::optional<std::string> theme;     // "" = as the system
};

class OwnAccount {
public:
    struct Parts {
        store::Database& database;
        audit::AuditLog& audit;
        PasswordHasher& hasher;
        Sessions& sessions;
        SignIn& sign_in;
        SecondFactors& factors;
        Clock& clock;
        std::string public_host;
    };
    explicit OwnAccount(Parts parts) : parts_(std::move(parts)) {}

    Result<OwnView> view(const Request& request);
    Status change(const Request& request, const OwnChange& change);
    /// The current password is needed when there is one. Every other session ends unless kept; this one gets a new cookie.
    Result<SignedIn> changePassword(const Request& request, const std::string& current, const std::string& fresh, bool keep_sessions);
    /// By password, for accounts without a second factor.
    Result<SignedIn> stepUpByPassword(const Request& request, const std::string& password);
    /// By a code of any kind of factor that takes codes.
    Result<SignedIn> stepUpByCode(const Request& request, const std::string& code);
    Status revoke(const Request& request, const std::string& handle);
    Result<std::size_t> revokeOthers(const Request& request);

private:
    Result<std::string> storedPassword(std::int64_t account);

    Parts parts_;
};

/// The refusal of a step-up by a method that this account may not use.
inline constexpr const char* kNotThisWay = "This account steps up with its second factor.";

}  // namespace masthead::console::auth
