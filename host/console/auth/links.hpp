// Links that let a person set a password: an invitation (24 h) or a reset that an admin started (15 min). 256 bit, single use,
// bound to one account, kept as SHA-256. A reset ends all sessions and does not sign in, so it never skips a second factor.
//
// Thread-safe. Errors: NotFound for every link that cannot be used (unknown, used, expired: the same words), InvalidArgument
// for a password that is refused (the link stays usable), or the store's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/console/auth/sign_in.hpp"
#include "host/console/http/request.hpp"

namespace masthead::console::audit { class AuditLog; }
namespace masthead::console::store {
class Database;
class Transaction;
}  // namespace masthead::console::store

namespace masthead::console::auth {

class PasswordHasher;
class Sessions;

struct IssuedLink {
    std::string link;  // with the token in its fragment, which no browser sends
    std::int64_t expires_at = 0;
};

struct LinkView {
    std::string kind;  // invite | reset
    std::string email;
    std::string name;
    std::int64_t expires_at = 0;
};

struct LinkAccepted {
    std::string kind;
    std::optional<SignedIn> signed_in;  // an invitation signs in
};

class Links {
public:
    struct Parts {
        store::Database& database;
        audit::AuditLog& audit;
        PasswordHasher& hasher;
        Sessions& sessions;
        SignIn& sign_in;
        Clock& clock;
        std::string public_url;
        std::string public_host;
    };
    explicit Links(Parts parts) : parts_(std::move(parts)) {}

    /// Inside the change that asks for it; every earlier link of the account becomes void.
    IssuedLink issue(store::Transaction& transaction, const Request& request, std::int64_t account, const std::string& kind);
    Result<LinkView> look(const std::string& token);
    Result<LinkAccepted> accept(const Request& request, const std::string& token, const std::string& password);
    void removeExpired();

    static constexpr std::int64_t kInviteMs = 24LL * 60 * 60 * 1000;
    static constexpr std::int64_t kResetMs = 15LL * 60 * 1000;

private:
    Parts parts_;
};

}  // namespace masthead::console::auth
