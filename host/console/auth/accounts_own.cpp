#include "host/console/auth/accounts_own.hpp"

#include <algorithm>

#include "host/console/audit/audit_log.hpp"
#include "host/console/auth/password_hasher.hpp"
#include "host/console/auth/password_rules.hpp"
#include "host/console/auth/second_factors.hpp"
#include "host/console/auth/sessions.hpp"
#include "host/console/auth/sign_in_password.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/link_store.hpp"

namespace masthead::console::auth {
namespace {

Error gone() { return {Code::Unauthenticated, "You are not signed in, or the session has ended."}; }
Error noSession() { return {Code::NotFound, "You have no such session."}; }

std::string objectOf(const Request& request) { return "account/" + std::to_string(request.principal.account_id); }

}  // namespace

Result<OwnView> OwnAccount::view(const Request& request) {
    Result<OwnView> out = gone();
    const std::int64_t id = request.principal.account_id;
    Status status = parts_.database.read([&](store::Connection& connection) -> Status {
        auto account = store::AccountStore::find(connection, id);
        if (!account) return gone();
        OwnView view;
        view.account = std::move(*account);
        view.password = store::AccountStore::factorRow(connection, id, "password");
        if (view.password) view.password->secret.clear();
        view.factors = parts_.factors.describe(connection, id);
        const std::int64_t now = parts_.clock.wallMs();
        for (auto& session : store::SessionStore::ofAccount(connection, id)) {
            if (session.expires_at > now && session.last_seen + parts_.sessions.limits().idle_ms > now) view.sessions.push_back(std::move(session));
        }
        out = std::move(view);
        return {};
    });
    if (!status) return std::move(status).error();
    return out;
}

Status OwnAccount::change(const Request& request, const OwnChange& change) {
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        auto account = store::AccountStore::find(transaction, request.principal.account_id);
        if (!account) return gone();
        auto entry = audit::Entry::of(request, "me.change", objectOf(request));
        store::AccountStore::setPreferences(transaction, account->id, change.language.value_or(account->language), change.theme.value_or(account->theme));
        // Looks are nobody's business: only the name is recorded.
        if (!change.name) return {};
        entry.detail.set("name", Json::object({{"before", account->name}, {"after", *change.name}}));
        account->name = *change.name;
        store::AccountStore::update(transaction, *account);
        auto recorded = parts_.audit.record(transaction, entry);
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    return status;
}

Result<std::string> OwnAccount::storedPassword(std::int64_t account) {
    std::string stored;
    Status status = parts_.database.read([&](store::Connection& connection) -> Status {
        stored = store::AccountStore::factor(connection, account, "password");
        return {};
    });
    if (!status) return std::move(status).error();
    return stored;
}

Result<SignedIn> OwnAccount::changePassword(const Request& request, const std::string& current, const std::string& fresh, bool keep_sessions) {
    const std::int64_t id = request.principal.account_id;
    const std::size_t shortest = parts_.sign_in.secondFactorRequired() ? kMinPasswordOfTwo : kMinPassword;
    if (auto reason = weakPassword(fresh, {request.principal.email, request.principal.name, parts_.public_host}, shortest)) {
        return Error{Code::InvalidArgument, *reason, "weak"};
    }
    auto stored = storedPassword(id);
    if (!stored) return std::move(stored).error();
    if (stored->empty()) return Error{Code::FailedPrecondition, "This account has no password; it signs in another way."};
    std::string hash;
    std::vector<std::string> ended;
    SecondTry attempt;
    attempt.method = "password";
    attempt.before = [&]() -> Result<bool> {
        auto fits = parts_.hasher.verify(current, *stored);
        if (!fits || !*fits) return fits;
        auto made = parts_.hasher.hash(fresh);
        if (!made) return std::move(made).error();
        hash = std::move(*made);
        return true;
    };
    attempt.check = [&](store::Transaction& transaction, std::int64_t account) -> Result<bool> {
        if (store::AccountStore::factor(transaction, account, "password") != *stored) return false;
        store::AccountStore::setFactor(transaction, account, "password", hash, parts_.clock.wallMs());
        store::AccountStore::bumpRevision(transaction, account);
        store::LinkStore::removeOfAccount(transaction, account);
        PasswordSignIn::forgive(transaction, account);
        if (!keep_sessions) {
            for (const auto& session : store::SessionStore::ofAccount(transaction, account)) {
                if (session.handle == request.principal.session_id) continue;
                parts_.sessions.revoke(transaction, session.handle);
                ended.push_back(session.handle);
            }
        }
        auto entry = audit::Entry::of(request, "me.password", objectOf(request));
        entry.detail.set("sessions_ended", static_cast<long long>(ended.size()));
        auto recorded = parts_.audit.record(transaction, entry);
        if (!recorded) return std::move(recorded).error();
        return true;
    };
    auto out = parts_.sign_in.stepUp(request, attempt);
    if (out) {
        parts_.sessions.announce(ended);
        parts_.sign_in.tell({"core.account.password-changed", id, "A password was changed", request.principal.email + " changed their password."});
    }
    return out;
}

Result<SignedIn> OwnAccount::stepUpByPassword(const Request& request, const std::string& password) {
    auto methods = parts_.sign_in.stepUpMethods(request.principal);
    if (!methods) return std::move(methods).error();
    if (std::find(methods->begin(), methods->end(), "password") == methods->end()) return Error{Code::PermissionDenied, kNotThisWay};
    auto stored = storedPassword(request.principal.account_id);
    if (!stored) return std::move(stored).error();
    SecondTry attempt;
    attempt.method = "password";
    attempt.before = [&] { return parts_.hasher.verify(password, *stored); };
    attempt.check = [&](store::Transaction& transaction, std::int64_t account) -> Result<bool> {
        return store::AccountStore::factor(transaction, account, "password") == *stored;
    };
    return parts_.sign_in.stepUp(request, attempt);
}

Result<SignedIn> OwnAccount::stepUpByCode(const Request& request, const std::string& code) {
    auto methods = parts_.sign_in.stepUpMethods(request.principal);
    if (!methods) return std::move(methods).error();
    SecondFactor* factor = parts_.factors.find("totp");
    if (factor == nullptr || std::find(methods->begin(), methods->end(), "totp") == methods->end()) {
        return Error{Code::PermissionDenied, "This account has no authenticator that makes codes."};
    }
    SecondTry attempt;
    attempt.method = "totp";
    attempt.check = [&](store::Transaction& transaction, std::int64_t account) { return factor->checkCode(transaction, account, code); };
    return parts_.sign_in.stepUp(request, attempt);
}

Status OwnAccount::revoke(const Request& request, const std::string& handle) {
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        const auto session = store::SessionStore::findByHandle(transaction, handle);
        if (!session || session->account_id != request.principal.account_id) return noSession();
        parts_.sessions.revoke(transaction, handle);
        auto recorded = parts_.audit.record(transaction, audit::Entry::of(request, "session.delete", "session/" + handle));
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (status) parts_.sessions.announce({handle});
    return status;
}

Result<std::size_t> OwnAccount::revokeOthers(const Request& request) {
    std::vector<std::string> ended;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        for (const auto& session : store::SessionStore::ofAccount(transaction, request.principal.account_id)) {
            if (session.handle == request.principal.session_id) continue;
            parts_.sessions.revoke(transaction, session.handle);
            ended.push_back(session.handle);
        }
        auto entry = audit::Entry::of(request, "session.delete-others", objectOf(request));
        entry.detail.set("sessions_ended", static_cast<long long>(ended.size()));
        auto recorded = parts_.audit.record(transaction, entry);
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (!status) return std::move(status).error();
    parts_.sessions.announce(ended);
    return ended.size();
}

}  // namespace masthead::console::auth
