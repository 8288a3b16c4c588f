// Accounts with their rules, as those who manage them see them: the first admin, creating with an invitation, changing,
// disabling, resetting, deleting. Each change and its audit record are one transaction. What people do with their own account
// is OwnAccount; links are Links.
//
// Thread-safe. Errors: InvalidArgument with `fields` for what people typed, PermissionDenied (an account that may do more than
// the caller), NotFound, Conflict (address taken), FailedPrecondition (last admin, and states that forbid the change).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/console/auth/links.hpp"
#include "host/console/auth/sign_in.hpp"
#include "host/console/http/request.hpp"
#include "host/console/http/response.hpp"
#include "host/console/store/account_store.hpp"

namespace masthead::console {
class IfMatch;
namespace audit { class AuditLog; }
namespace rbac { class Catalogue; }
namespace store { class Database; }
}  // namespace masthead::console

namespace masthead::console::auth {

class PasswordHasher;
class SecondFactors;
class Sessions;
class SetupToken;

struct NewAccount {
    std::string email;
    std::string name;
    std::string password;  // empty: the person sets one through an invitation
    std::vector<std::string> roles;
};

/// Members that are absent stay as they are.
struct AccountChange {
    std::optional<std::string> name;
    std::optional<std::vector<std::string>> roles;
    std::optional<bool> disabled;
};

/// An account with how it can sign in.
struct AccountView {
    store::Account account;
    bool password = false;
    bool password_locked = false;
    bool invited = false;  // nobody can sign in with it yet
    Json factors;          // {"totp":bool,"passkeys":n}
};

struct CreatedAccount {
    std::int64_t id = 0;
    std::optional<IssuedLink> invite;
};

/// Why a name cannot be an account's; nullopt = fine.
std::optional<std::string> wrongName(std::string_view name);

class Accounts {
public:
    struct Parts {
        store::Database& database;
        audit::AuditLog& audit;
        PasswordHasher& hasher;
        Sessions& sessions;
        SignIn& sign_in;
        SecondFactors& factors;
        SetupToken& setup;
        rbac::Catalogue& catalogue;
        Links& links;
        Clock& clock;
        std::string public_host;
    };
    explicit Accounts(Parts parts) : parts_(std::move(parts)) {}

    /// What is wrong with a new account; empty = nothing.
    std::vector<FieldError> check(const NewAccount& account, bool password_needed = true) const;

    /// The first admin, signed in.
    Result<SignedIn> createFirst(const Request& request, const std::string& setup_token, NewAccount account);
    Status signOut(const Request& request);

    Result<CreatedAccount> create(const Request& request, NewAccount account);
    /// A new invitation for somebody who never signed in; the one before becomes void.
    Result<IssuedLink> invite(const Request& request, std::int64_t id);
    /// A link by which the person sets a new password; nothing else changes until it is used.
    Result<IssuedLink> startReset(const Request& request, std::int64_t id);
    /// `match` decides on the revision inside the transaction; see IfMatch.
    Status change(const Request& request, std::int64_t id, const AccountChange& change, IfMatch& match);
    /// The methods that were removed; sessions end and the person is told.
    Result<std::vector<std::string>> resetFactors(const Request& request, std::int64_t id);
    /// How many ended.
    Result<std::size_t> revokeSessions(const Request& request, std::int64_t id);
    /// For the command line only: elsewhere people choose their own passwords.
    Status setPassword(const Request& request, std::int64_t id, const std::string& password);
    Status remove(const Request& request, std::int64_t id);

    Result<std::vector<AccountView>> list();
    Result<AccountView> find(std::int64_t id);
    Result<bool> setupNeeded();

private:
    std::optional<std::string> weak(const std::string& password, const std::string& email, const std::string& name) const;
    AccountView viewOf(store::Connection& connection, store::Account account);
    /// The account, when the caller may manage it.
    Result<store::Account> target(store::Connection& connection, const Request& request, std::int64_t id);
    /// Whether another account could still do everything if this one could not.
    bool lastAdmin(store::Connection& connection, const store::Account& account);
    Status record(store::Transaction& transaction, const Request& request, const char* action, std::int64_t id, Json detail);

    Parts parts_;
};

}  // namespace masthead::console::auth
