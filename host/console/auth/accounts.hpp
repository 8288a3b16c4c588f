// Accounts with their rules: first admin, signing in, creating, setting a password, deleting. Each change and its audit
// record are one transaction.
//
// Thread-safe. Errors: InvalidArgument with `fields` for what people typed, Unauthenticated for a wrong sign-in (the same
// for unknown accounts, after the same work), PermissionDenied, Conflict (address taken), FailedPrecondition (last admin).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/console/http/request.hpp"
#include "host/console/http/response.hpp"
#include "host/console/store/account_store.hpp"

namespace masthead::console::store { class Database; }
namespace masthead::console::audit { class AuditLog; }

namespace masthead::console::auth {

class PasswordHasher;
class Sessions;
class SetupToken;

struct NewAccount {
    std::string email;
    std::string name;
    std::string password;
    std::vector<std::string> roles;
};

class Accounts {
public:
    Accounts(store::Database& database, audit::AuditLog& audit, PasswordHasher& hasher, Sessions& sessions, SetupToken& setup, Clock& clock,
             std::string public_host)
        : database_(database), audit_(audit), hasher_(hasher), sessions_(sessions), setup_(setup), clock_(clock),
          public_host_(std::move(public_host)) {}

    /// What is wrong with a new account; empty = nothing.
    std::vector<FieldError> check(const NewAccount& account) const;

    /// The first admin, signed in: the session's cookie value.
    Result<std::string> createFirst(const Request& request, const std::string& setup_token, NewAccount account);
    /// The session's cookie value.
    Result<std::string> signIn(const Request& request, const std::string& email, const std::string& password);
    Status signOut(const Request& request);

    Result<std::int64_t> create(const Request& request, NewAccount account);
    Status setPassword(const Request& request, std::int64_t id, const std::string& password);
    Status remove(const Request& request, std::int64_t id);
    Result<std::vector<store::Account>> list();
    Result<store::Account> find(std::int64_t id);
    Result<bool> setupNeeded();

private:
    store::Database& database_;
    audit::AuditLog& audit_;
    PasswordHasher& hasher_;
    Sessions& sessions_;
    SetupToken& setup_;
    Clock& clock_;
    std::string public_host_;
};

}  // namespace masthead::console::auth
