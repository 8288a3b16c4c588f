#include "host/console/auth/accounts.hpp"

#include <algorithm>
#include <masthead/json.hpp>

#include "host/base/text.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/auth/password_hasher.hpp"
#include "host/console/auth/password_rules.hpp"
#include "host/console/auth/sessions.hpp"
#include "host/console/auth/setup_token.hpp"
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

bool isAdmin(const store::Account& account) {
    return std::find(account.roles.begin(), account.roles.end(), "admin") != account.roles.end();
}

}  // namespace

std::vector<FieldError> Accounts::check(const NewAccount& account) const {
    std::vector<FieldError> wrong;
    if (!looksLikeEmail(account.email)) wrong.push_back({"email", "An e-mail address is needed, such as ada@example.org."});
    if (trim(account.name).empty() || account.name.size() > 256 || !printable(account.name)) {
        wrong.push_back({"name", "A name of 1 to 256 bytes without control characters is needed."});
    }
    if (auto reason = weakPassword(account.password, {account.email, account.name, public_host_})) wrong.push_back({"password", *reason});
    for (const auto& role : account.roles) {
        if (!rbac::Catalogue::isRole(role)) wrong.push_back({"roles", "The roles are admin and operator; '" + role + "' is none."});
    }
    if (account.roles.empty()) wrong.push_back({"roles", "An account needs a role."});
    return wrong;
}

Result<std::string> Accounts::createFirst(const Request& request, const std::string& setup_token, NewAccount account) {
    account.email = lowerAscii(account.email);
    account.roles = {"admin"};
    auto hash = hasher_.hash(account.password);
    if (!hash) return std::move(hash).error();
    std::string token;
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        if (Status consumed = setup_.consume(transaction, setup_token); !consumed) return consumed;
        const auto id = store::AccountStore::create(transaction, {0, account.email, account.name, false, clock_.wallMs(), account.roles});
        store::AccountStore::setFactor(transaction, id, "password", *hash, clock_.wallMs());
        token = sessions_.create(transaction, id, request);
        auto entry = audit::Entry::of(request, "setup.first-admin", objectOf(id));
        entry.principal = account.email;
        entry.principal_id = "account:" + std::to_string(id);
        auto recorded = audit_.record(transaction, entry);
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (!status) {
        if (status.error().code == Code::PermissionDenied) {
            auto entry = audit::Entry::of(request, "setup.first-admin", "account");
            entry.outcome = "denied";
            if (Status recorded = audit_.record(entry); !recorded) return std::move(recorded).error();
        }
        return std::move(status).error();
    }
    auto ensured = setup_.ensure();  // removes the file
    if (!ensured) return std::move(ensured).error();
    return token;
}

Result<std::string> Accounts::signIn(const Request& request, const std::string& email, const std::string& password) {
    const std::string address = lowerAscii(email);
    std::optional<store::Account> account;
    std::string stored;
    Status looked = database_.read([&](store::Connection& connection) -> Status {
        account = store::AccountStore::findByEmail(connection, address);
        if (account && !account->disabled) stored = store::AccountStore::factor(connection, account->id, "password");
        return {};
    });
    if (!looked) return std::move(looked).error();
    auto fits = hasher_.verify(password, stored);
    if (!fits) return std::move(fits).error();

    auto entry = audit::Entry::of(request, "session.create", account ? objectOf(account->id) : "account");
    // The address as typed may be anything, a password among it: only addresses that exist are recorded.
    entry.principal = account ? account->email : "unknown account";
    entry.principal_id = account ? "account:" + std::to_string(account->id) : "";
    std::string token;
    if (!*fits) {
        entry.outcome = "denied";
        if (Status recorded = audit_.record(entry); !recorded) return std::move(recorded).error();
        return Error{Code::Unauthenticated, "The e-mail address or the password is wrong."};
    }
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        // Deleted or disabled while the password was being hashed.
        const auto now = store::AccountStore::find(transaction, account->id);
        if (!now || now->disabled || store::AccountStore::factor(transaction, account->id, "password") != stored) {
            return Error{Code::Unauthenticated, "The e-mail address or the password is wrong."};
        }
        token = sessions_.create(transaction, account->id, request);
        auto recorded = audit_.record(transaction, entry);
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (!status) return std::move(status).error();
    return token;
}

Status Accounts::signOut(const Request& request) {
    const std::string& handle = request.principal.session_id;
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        sessions_.revoke(transaction, handle);
        auto recorded = audit_.record(transaction, audit::Entry::of(request, "session.delete", "session/" + handle));
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (status) sessions_.announce({handle});
    return status;
}

Result<std::int64_t> Accounts::create(const Request& request, NewAccount account) {
    account.email = lowerAscii(account.email);
    std::sort(account.roles.begin(), account.roles.end());
    account.roles.erase(std::unique(account.roles.begin(), account.roles.end()), account.roles.end());
    auto hash = hasher_.hash(account.password);
    if (!hash) return std::move(hash).error();
    std::int64_t id = 0;
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        if (store::AccountStore::findByEmail(transaction, account.email)) {
            return Error{Code::Conflict, "There is an account with the address " + account.email + " already."};
        }
        id = store::AccountStore::create(transaction, {0, account.email, account.name, false, clock_.wallMs(), account.roles});
        store::AccountStore::setFactor(transaction, id, "password", *hash, clock_.wallMs());
        auto entry = audit::Entry::of(request, "account.create", objectOf(id));
        Json roles = Json::array();
        for (const auto& role : account.roles) roles.push(role);
        entry.detail = Json::object({{"email", account.email}, {"name", account.name}, {"roles", std::move(roles)}});
        auto recorded = audit_.record(transaction, entry);
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (!status) return std::move(status).error();
    auto ensured = setup_.ensure();  // an admin made on the command line voids the token
    if (!ensured) return std::move(ensured).error();
    return id;
}

Status Accounts::setPassword(const Request& request, std::int64_t id, const std::string& password) {
    auto account = find(id);
    if (!account) return std::move(account).error();
    if (auto reason = weakPassword(password, {account->email, account->name, public_host_})) return Error{Code::InvalidArgument, *reason};
    auto hash = hasher_.hash(password);
    if (!hash) return std::move(hash).error();
    std::vector<std::string> ended;
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        if (!store::AccountStore::find(transaction, id)) return noAccount(id);
        store::AccountStore::setFactor(transaction, id, "password", *hash, clock_.wallMs());
        ended = sessions_.revokeAccount(transaction, id);
        auto entry = audit::Entry::of(request, "account.password", objectOf(id));
        entry.detail = Json::object({{"email", account->email}, {"sessions_ended", static_cast<long long>(ended.size())}});
        auto recorded = audit_.record(transaction, entry);
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (status) sessions_.announce(ended);
    return status;
}

Status Accounts::remove(const Request& request, std::int64_t id) {
    std::vector<std::string> ended;
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        const auto account = store::AccountStore::find(transaction, id);
        if (!account) return noAccount(id);
        if (isAdmin(*account) && !account->disabled && store::AccountStore::countWithRole(transaction, "admin") <= 1) {
            return Error{Code::FailedPrecondition, "This is the last admin; make another one first."};
        }
        ended = sessions_.revokeAccount(transaction, id);
        store::AccountStore::remove(transaction, id);
        auto entry = audit::Entry::of(request, "account.delete", objectOf(id));
        entry.detail = Json::object({{"email", account->email}});
        auto recorded = audit_.record(transaction, entry);
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (status) sessions_.announce(ended);
    return status;
}

Result<std::vector<store::Account>> Accounts::list() {
    std::vector<store::Account> out;
    Status status = database_.read([&](store::Connection& connection) -> Status {
        out = store::AccountStore::list(connection);
        return {};
    });
    if (!status) return std::move(status).error();
    return out;
}

Result<store::Account> Accounts::find(std::int64_t id) {
    Result<store::Account> out = noAccount(id);
    Status status = database_.read([&](store::Connection& connection) -> Status {
        if (auto account = store::AccountStore::find(connection, id)) out = std::move(*account);
        return {};
    });
    if (!status) return std::move(status).error();
    return out;
}

Result<bool> Accounts::setupNeeded() {
    bool needed = false;
    Status status = database_.read([&](store::Connection& connection) -> Status {
        needed = SetupToken::needed(connection);
        return {};
    });
    if (!status) return std::move(status).error();
    return needed;
}

}  // namespace masthead::console::auth
