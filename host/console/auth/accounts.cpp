#include "host/console/auth/accounts.hpp"

#include <algorithm>
#include <masthead/json.hpp>

#include "host/base/text.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/auth/password_hasher.hpp"
#include "host/console/auth/password_rules.hpp"
#include "host/console/auth/second_factors.hpp"
#include "host/console/auth/sessions.hpp"
#include "host/console/auth/setup_token.hpp"
#include "host/console/auth/sign_in_password.hpp"
#include "host/console/rbac/catalogue.hpp"
#include "host/console/store/database.hpp"

namespace masthead::console::auth {
namespace {

bool printable(std::string_view text) {
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
    }
    return detail::validUtf8(text);
}

bool looksLikeEmail(std::string_view email) {
    const auto at = email.find('@');
    if (email.size() > 254 || at == 0 || at == std::string_view::npos || at + 1 >= email.size() || email.find('@', at + 1) != std::string_view::npos) {
        return false;
    }
    return printable(email) && email.find_first_of(" ,;<>\"\\()") == std::string_view::npos;
}

std::string objectOf(std::int64_t id) { return "account/" + std::to_string(id); }

Error noAccount(std::int64_t id) { return {Code::NotFound, "There is no account " + std::to_string(id) + "."}; }

Json textsOf(const std::vector<std::string>& texts) {
    Json out = Json::array();
    for (const auto& text : texts) out.push(text);
    return out;
}

void sortUnique(std::vector<std::string>& roles) {
    std::sort(roles.begin(), roles.end());
    roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
}

}  // namespace

std::optional<std::string> wrongName(std::string_view name) {
    if (!trim(name).empty() && name.size() <= 256 && printable(name)) return std::nullopt;
    return "A name of 1 to 256 bytes without control characters is needed.";
}

std::vector<FieldError> Accounts::check(const NewAccount& account, bool password_needed) const {
    std::vector<FieldError> wrong;
    if (!looksLikeEmail(account.email)) wrong.push_back({"email", "An e-mail address is needed, such as ada@example.org."});
    if (auto reason = wrongName(account.name)) wrong.push_back({"name", *reason});
    if (password_needed || !account.password.empty()) {
        if (auto reason = weak(account.password, account.email, account.name)) wrong.push_back({"password", *reason});
    }
    for (const auto& role : account.roles) {
        if (!parts_.catalogue.isRole(role)) wrong.push_back({"roles", "There is no role '" + role + "'."});
    }
    if (account.roles.empty()) wrong.push_back({"roles", "An account needs a role."});
    return wrong;
}

std::optional<std::string> Accounts::weak(const std::string& password, const std::string& email, const std::string& name) const {
    const std::size_t shortest = parts_.sign_in.secondFactorRequired() ? kMinPasswordOfTwo : kMinPassword;
    return weakPassword(password, {email, name, parts_.public_host}, shortest);
}

Status Accounts::record(store::Transaction& transaction, const Request& request, const char* action, std::int64_t id, Json detail) {
    auto entry = audit::Entry::of(request, action, objectOf(id));
    entry.detail = std::move(detail);
    auto recorded = parts_.audit.record(transaction, entry);
    return recorded ? Status() : Status(std::move(recorded).error());
}

Result<SignedIn> Accounts::createFirst(const Request& request, const std::string& setup_token, NewAccount account) {
    account.email = lowerAscii(account.email);
    account.roles = {"admin"};
    auto hash = parts_.hasher.hash(account.password);
    if (!hash) return std::move(hash).error();
    SignedIn out;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        if (Status consumed = parts_.setup.consume(transaction, setup_token); !consumed) return consumed;
        const std::int64_t now = parts_.clock.wallMs();
        const auto id = store::AccountStore::create(transaction, {0, account.email, account.name, false, now, account.roles});
        store::AccountStore::setFactor(transaction, id, "password", *hash, now);
        auto signed_in = parts_.sign_in.first(transaction, request, id, {"password"});
        if (!signed_in) return std::move(signed_in).error();
        out = std::move(*signed_in);
        auto entry = audit::Entry::of(request, "setup.first-admin", objectOf(id));
        entry.principal = account.email;
        entry.principal_id = "account:" + std::to_string(id);
        auto recorded = parts_.audit.record(transaction, entry);
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (!status) {
        if (status.error().code == Code::PermissionDenied) {
            auto entry = audit::Entry::of(request, "setup.first-admin", "account");
            entry.outcome = "denied";
            if (Status recorded = parts_.audit.record(entry); !recorded) return std::move(recorded).error();
        }
        return std::move(status).error();
    }
    auto ensured = parts_.setup.ensure();  // removes the file
    if (!ensured) return std::move(ensured).error();
    return out;
}

Status Accounts::signOut(const Request& request) {
    const std::string& handle = request.principal.session_id;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        parts_.sessions.revoke(transaction, handle);
        auto recorded = parts_.audit.record(transaction, audit::Entry::of(request, "session.delete", "session/" + handle));
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (status) parts_.sessions.announce({handle});
    return status;
}

Result<CreatedAccount> Accounts::create(const Request& request, NewAccount account) {
    account.email = lowerAscii(account.email);
    sortUnique(account.roles);
    if (const auto beyond = parts_.catalogue.beyond(request.principal.permissions, account.roles); !beyond.empty()) {
        return Error{Code::PermissionDenied, "You cannot give a role that may do more than you: it holds " + *beyond.begin() + "."};
    }
    std::string secret;
    if (!account.password.empty()) {
        auto hash = parts_.hasher.hash(account.password);
        if (!hash) return std::move(hash).error();
        secret = std::move(*hash);
    }
    CreatedAccount out;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        if (store::AccountStore::findByEmail(transaction, account.email)) {
            return Error{Code::Conflict, "There is an account with the address " + account.email + " already."};
        }
        const std::int64_t now = parts_.clock.wallMs();
        out.id = store::AccountStore::create(transaction, {0, account.email, account.name, false, now, account.roles});
        if (secret.empty()) {
            out.invite = parts_.links.issue(transaction, request, out.id, "invite");
        } else {
            store::AccountStore::setFactor(transaction, out.id, "password", secret, now);
        }
        return record(transaction, request, "account.create", out.id,
                      Json::object({{"email", account.email}, {"name", account.name}, {"roles", textsOf(account.roles)}, {"invited", secret.empty()}}));
    });
    if (!status) return std::move(status).error();
    auto ensured = parts_.setup.ensure();  // an admin made on the command line voids the token
    if (!ensured) return std::move(ensured).error();
    return out;
}

AccountView Accounts::viewOf(store::Connection& connection, store::Account account) {
    AccountView view;
    view.password = !store::AccountStore::factor(connection, account.id, "password").empty();
    view.password_locked = view.password && PasswordSignIn::locked(connection, account.id);
    view.factors = parts_.factors.summarize(connection, account.id);
    view.invited = account.origin == "local" && !view.password && !parts_.factors.any(connection, account.id);
    view.account = std::move(account);
    return view;
}

Result<std::vector<AccountView>> Accounts::list() {
    std::vector<AccountView> out;
    Status status = parts_.database.read([&](store::Connection& connection) -> Status {
        for (auto& account : store::AccountStore::list(connection)) out.push_back(viewOf(connection, std::move(account)));
        return {};
    });
    if (!status) return std::move(status).error();
    return out;
}

Result<AccountView> Accounts::find(std::int64_t id) {
    Result<AccountView> out = noAccount(id);
    Status status = parts_.database.read([&](store::Connection& connection) -> Status {
        if (auto account = store::AccountStore::find(connection, id)) out = viewOf(connection, std::move(*account));
        return {};
    });
    if (!status) return std::move(status).error();
    return out;
}

Result<bool> Accounts::setupNeeded() {
    bool needed = false;
    Status status = parts_.database.read([&](store::Connection& connection) -> Status {
        needed = SetupToken::needed(connection);
        return {};
    });
    if (!status) return std::move(status).error();
    return needed;
}

}  // namespace masthead::console::auth
