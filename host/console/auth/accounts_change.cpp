// What those who manage accounts change in others'.
#include "host/console/auth/accounts.hpp"

#include <algorithm>

#include "host/console/auth/password_hasher.hpp"
#include "host/console/auth/password_rules.hpp"
#include "host/console/auth/second_factors.hpp"
#include "host/console/auth/sessions.hpp"
#include "host/console/auth/setup_token.hpp"
#include "host/console/auth/sign_in_password.hpp"
#include "host/console/http/etag.hpp"
#include "host/console/rbac/catalogue.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/failure_store.hpp"
#include "host/console/store/link_store.hpp"

namespace masthead::console::auth {
namespace {

bool holdsAdmin(const store::Account& account) { return std::find(account.roles.begin(), account.roles.end(), "admin") != account.roles.end(); }

Error lastAdminStays() { return {Code::FailedPrecondition, "This is the last admin; make another one first, who has signed in or set a password."}; }

Json rolesOf(const std::vector<std::string>& roles) {
    Json out = Json::array();
    for (const auto& role : roles) out.push(role);
    return out;
}

std::vector<std::string> sorted(std::vector<std::string> roles) {
    std::sort(roles.begin(), roles.end());
    roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
    return roles;
}

}  // namespace

Result<store::Account> Accounts::target(store::Connection& connection, const Request& request, std::int64_t id) {
    auto account = store::AccountStore::find(connection, id);
    if (!account) return Error{Code::NotFound, "There is no account " + std::to_string(id) + "."};
    // Whoever resets or changes an account could become it.
    if (const auto beyond = parts_.catalogue.beyond(request.principal.permissions, account->roles); !beyond.empty()) {
        return Error{Code::PermissionDenied, "This account may do more than you: it holds " + *beyond.begin() + "."};
    }
    return std::move(*account);
}

bool Accounts::lastAdmin(store::Connection& connection, const store::Account& account) {
    if (!holdsAdmin(account) || account.disabled) return false;
    const auto all = store::AccountStore::list(connection);
    return std::none_of(all.begin(), all.end(), [&](const store::Account& other) {
        return other.id != account.id && !other.disabled && holdsAdmin(other) && !viewOf(connection, other).invited;
    });
}

Result<IssuedLink> Accounts::invite(const Request& request, std::int64_t id) {
    IssuedLink out;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        auto account = target(transaction, request, id);
        if (!account) return std::move(account).error();
        if (account->disabled) return Error{Code::FailedPrecondition, "This account is disabled."};
        if (!viewOf(transaction, *account).invited) {
            return Error{Code::FailedPrecondition, account->email + " can sign in already; start a reset if the password is lost."};
        }
        out = parts_.links.issue(transaction, request, id, "invite");
        return record(transaction, request, "account.invite", id, Json::object({{"email", account->email}}));
    });
    if (!status) return std::move(status).error();
    return out;
}

Result<IssuedLink> Accounts::startReset(const Request& request, std::int64_t id) {
    IssuedLink out;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        auto account = target(transaction, request, id);
        if (!account) return std::move(account).error();
        if (account->disabled) return Error{Code::FailedPrecondition, "This account is disabled."};
        if (account->origin != "local") return Error{Code::FailedPrecondition, account->email + " signs in through an identity provider and has no password here."};
        out = parts_.links.issue(transaction, request, id, "reset");
        return record(transaction, request, "account.reset", id, Json::object({{"email", account->email}}));
    });
    if (!status) return std::move(status).error();
    return out;
}

Status Accounts::change(const Request& request, std::int64_t id, const AccountChange& change, IfMatch& match) {
    std::vector<std::string> ended;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        auto found = target(transaction, request, id);
        if (!found) return std::move(found).error();
        const store::Account before = *found;
        if (!match.fits(before.revision)) return Error{Code::FailedPrecondition, "The account was changed meanwhile."};
        store::Account after = before;
        Json detail = Json::object({{"email", before.email}});
        if (change.name && *change.name != before.name) {
            after.name = *change.name;
            detail.set("name", Json::object({{"before", before.name}, {"after", after.name}}));
        }
        if (change.roles && sorted(*change.roles) != before.roles) {
            after.roles = sorted(*change.roles);
            if (const auto beyond = parts_.catalogue.beyond(request.principal.permissions, after.roles); !beyond.empty()) {
                return Error{Code::PermissionDenied, "You cannot give a role that may do more than you: it holds " + *beyond.begin() + "."};
            }
            detail.set("roles", Json::object({{"before", rolesOf(before.roles)}, {"after", rolesOf(after.roles)}}));
        }
        if (change.disabled && *change.disabled != before.disabled) {
            after.disabled = *change.disabled;
            detail.set("disabled", after.disabled);
        }
        if ((after.disabled || !holdsAdmin(after)) && lastAdmin(transaction, before)) return lastAdminStays();
        store::AccountStore::update(transaction, after);
        if (after.disabled && !before.disabled) {
            ended = parts_.sessions.revokeAccount(transaction, id);
            store::LinkStore::removeOfAccount(transaction, id);
            detail.set("sessions_ended", static_cast<long long>(ended.size()));
        }
        return record(transaction, request, "account.change", id, std::move(detail));
    });
    if (status) parts_.sessions.announce(ended);  // also when none ended: open streams look at their principal again
    return status;
}

Result<std::vector<std::string>> Accounts::resetFactors(const Request& request, std::int64_t id) {
    std::vector<std::string> removed;
    std::vector<std::string> ended;
    std::string email;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        auto account = target(transaction, request, id);
        if (!account) return std::move(account).error();
        email = account->email;
        removed = parts_.factors.removeAll(transaction, id);
        for (const auto& method : removed) store::FailureStore::remove(transaction, "account:" + std::to_string(id), method);
        store::FailureStore::remove(transaction, "account:" + std::to_string(id), "second-factor");
        ended = parts_.sessions.revokeAccount(transaction, id);
        store::AccountStore::bumpRevision(transaction, id);
        return record(transaction, request, "account.factors-reset", id,
                      Json::object({{"email", email}, {"removed", rolesOf(removed)}, {"sessions_ended", static_cast<long long>(ended.size())}}));
    });
    if (!status) return std::move(status).error();
    parts_.sessions.announce(ended);
    parts_.sign_in.tell({"core.account.factors-reset", id, "Second factors were reset", "An admin removed the second factors of " + email + ".", "warning"});
    return removed;
}

Result<std::size_t> Accounts::revokeSessions(const Request& request, std::int64_t id) {
    std::vector<std::string> ended;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        auto account = target(transaction, request, id);
        if (!account) return std::move(account).error();
        ended = parts_.sessions.revokeAccount(transaction, id);
        return record(transaction, request, "account.sessions-revoke", id,
                      Json::object({{"email", account->email}, {"sessions_ended", static_cast<long long>(ended.size())}}));
    });
    if (!status) return std::move(status).error();
    parts_.sessions.announce(ended);
    return ended.size();
}

Status Accounts::setPassword(const Request& request, std::int64_t id, const std::string& password) {
    auto view = find(id);
    if (!view) return std::move(view).error();
    if (auto reason = weak(password, view->account.email, view->account.name)) return Error{Code::InvalidArgument, *reason};
    auto hash = parts_.hasher.hash(password);
    if (!hash) return std::move(hash).error();
    std::vector<std::string> ended;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        auto account = target(transaction, request, id);
        if (!account) return std::move(account).error();
        store::AccountStore::setFactor(transaction, id, "password", *hash, parts_.clock.wallMs());
        store::AccountStore::bumpRevision(transaction, id);
        store::LinkStore::removeOfAccount(transaction, id);
        PasswordSignIn::forgive(transaction, id);
        ended = parts_.sessions.revokeAccount(transaction, id);
        return record(transaction, request, "account.password", id,
                      Json::object({{"email", account->email}, {"sessions_ended", static_cast<long long>(ended.size())}}));
    });
    if (status) parts_.sessions.announce(ended);
    return status;
}

Status Accounts::remove(const Request& request, std::int64_t id) {
    std::vector<std::string> ended;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        auto account = target(transaction, request, id);
        if (!account) return std::move(account).error();
        if (lastAdmin(transaction, *account)) return lastAdminStays();
        ended = parts_.sessions.revokeAccount(transaction, id);
        store::AccountStore::remove(transaction, id);
        store::FailureStore::removeAll(transaction, "account:" + std::to_string(id));
        return record(transaction, request, "account.delete", id, Json::object({{"email", account->email}}));
    });
    if (status) parts_.sessions.announce(ended);
    return status;
}

}  // namespace masthead::console::auth
