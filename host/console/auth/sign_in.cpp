#include "host/console/auth/sign_in.hpp"

#include "host/base/text.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/auth/second_factors.hpp"
#include "host/console/store/account_store.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/session_store.hpp"

#include <algorithm>

namespace masthead::console::auth {
namespace {

/// All second factors share their waits: guessing alternately gains nothing.
constexpr const char* kSharedWait = "second-factor";
constexpr std::string_view kWaitPrefix = "wait_ms=";

std::string subjectOf(std::int64_t account) { return "account:" + std::to_string(account); }

const char* stageName(SessionStage stage) {
    switch (stage) {
        case SessionStage::Half: return "half";
        case SessionStage::Enrol: return "enrol";
        case SessionStage::Full: break;
    }
    return "full";
}

Error gone() { return {Code::Unauthenticated, "You are not signed in, or the session has ended."}; }

/// A password asked for again counts apart: strangers who fail at the door do not make its owner wait inside.
std::string counterOf(const SecondTry& attempt) { return attempt.method == "password" ? "password-again" : attempt.method; }

/// "password" + "totp"; a step-up keeps the name of the sign-in.
std::string joined(const std::string& first, const std::string& second) {
    const std::string base = first.substr(0, first.find('+'));
    return second.empty() ? base : base + "+" + second;
}

}  // namespace

Error tooManyTries(std::int64_t wait_ms) {
    return {Code::ResourceExhausted, "Too many tries. Wait a little and try again.", std::string(kWaitPrefix) + std::to_string(wait_ms)};
}

std::int64_t SignIn::retryAfterMs(const Error& error) {
    if (error.code != Code::ResourceExhausted || error.internal.compare(0, kWaitPrefix.size(), kWaitPrefix) != 0) return 0;
    return parseUnsigned<std::int64_t>(std::string_view(error.internal).substr(kWaitPrefix.size())).value_or(0);
}

Result<SignedIn> SignIn::first(store::Transaction& transaction, const Request& request, std::int64_t account_id, const FirstProof& proof) {
    // Deleted or disabled while the proof was being looked at.
    const auto account = store::AccountStore::find(transaction, account_id);
    if (!account || account->disabled) return gone();
    SignedIn out;
    out.account = account_id;
    if (!proof.complete) {
        out.methods = parts_.factors.methods(transaction, account_id);
        out.stage = !out.methods.empty()           ? SessionStage::Half
                    : parts_.require_second_factor ? SessionStage::Enrol
                                                   : SessionStage::Full;
    }
    out.session = parts_.sessions.create(transaction, {account_id, out.stage, proof.method, proof.sso}, request);
    const std::int64_t now = parts_.clock.wallMs();
    out.fresh_until = now + Sessions::kFreshMs;
    if (out.stage != SessionStage::Half) store::AccountStore::setLastSignIn(transaction, account_id, now);
    auto entry = audit::Entry::of(request, "session.create", subjectOf(account_id));
    std::replace(entry.object.begin(), entry.object.end(), ':', '/');
    entry.principal = account->email;
    entry.principal_id = subjectOf(account_id);
    entry.detail = proof.detail;
    entry.detail.set("method", proof.method);
    entry.detail.set("stage", stageName(out.stage));
    if (!proof.sso.provider.empty()) entry.detail.set("provider", proof.sso.provider);
    auto recorded = parts_.audit.record(transaction, entry);
    if (!recorded) return std::move(recorded).error();
    return out;
}

Status SignIn::countTry(const Request& request, const SecondTry& attempt) {
    if (!attempt.counted) return {};
    const std::string subject = subjectOf(request.principal.account_id);
    std::int64_t wait = 0;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        if (AccountThrottle::locked(transaction, subject, counterOf(attempt))) {
            return Error{Code::Unauthenticated, "This factor is switched off after too many wrong tries. Use another one, or ask an admin."};
        }
        wait = throttle_.take(transaction, subject, kSharedWait).wait_ms;
        if (wait == 0) static_cast<void>(throttle_.takeWithoutWait(transaction, subject, counterOf(attempt)));
        return {};
    });
    if (!status) return status;
    return wait > 0 ? Status(tooManyTries(wait)) : Status();
}

Result<SignedIn> SignIn::second(const Request& request, const SecondTry& attempt) {
    if (request.principal.account_id == 0 || request.principal.stage != SessionStage::Half) {
        return Error{Code::FailedPrecondition, "This sign-in does not wait for a second factor."};
    }
    return decide(request, attempt, false);
}

Result<SignedIn> SignIn::stepUp(const Request& request, const SecondTry& attempt) {
    if (request.principal.account_id == 0 || request.principal.session_id.empty()) {
        return Error{Code::FailedPrecondition, "Only a signed-in session can confirm who it is."};
    }
    return decide(request, attempt, true);
}

Result<SignedIn> SignIn::decide(const Request& request, const SecondTry& attempt, bool step_up) {
    if (Status counted = countTry(request, attempt); !counted) return std::move(counted).error();
    bool prepared = true;
    if (attempt.before) {
        auto fits = attempt.before();
        if (!fits) return std::move(fits).error();
        prepared = *fits;
    }
    const Principal& who = request.principal;
    const std::string subject = subjectOf(who.account_id);
    SignedIn out;
    out.account = who.account_id;
    out.stage = step_up ? who.stage : attempt.reached;
    bool right = false;
    bool locked = false;
    std::vector<std::string> ended;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        const auto account = store::AccountStore::find(transaction, who.account_id);
        const auto session = store::SessionStore::findByHandle(transaction, who.session_id);
        // Two submits of one code, a sign-out, a disabled account: the first to commit wins.
        if (!account || account->disabled || !session) return gone();
        if (!step_up && session->stage != static_cast<int>(SessionStage::Half)) return gone();
        if (prepared) {
            auto checked = attempt.check(transaction, who.account_id);
            if (!checked) return std::move(checked).error();
            right = *checked;
        }
        auto entry = audit::Entry::of(request, step_up ? "session.step-up" : "session.second-factor", "session/" + who.session_id);
        entry.detail = attempt.detail;
        entry.detail.set("method", attempt.method);
        if (right) {
            if (attempt.counted) {
                throttle_.succeeded(transaction, subject, kSharedWait);
                throttle_.succeeded(transaction, subject, counterOf(attempt));
            }
            const std::string method = step_up ? session->method : joined(session->method, attempt.method);
            auto made = parts_.sessions.replace(transaction, who.session_id, out.stage, method, request);
            if (!made) return std::move(made).error();
            out.session = std::move(*made);
            const auto row = store::SessionStore::findByHandle(transaction, out.session.handle);
            const std::int64_t at = row ? row->authenticated_at : parts_.clock.wallMs();
            out.fresh_until = at + Sessions::kFreshMs;
            if (!step_up) store::AccountStore::setLastSignIn(transaction, who.account_id, at);
            entry.detail.set("stage", stageName(out.stage));
        } else {
            entry.outcome = "denied";
            if (attempt.counted) locked = throttle_.failed(transaction, subject, counterOf(attempt));
            if (locked) entry.detail.set("locked", true);
            if (store::SessionStore::countTry(transaction, who.session_id) >= kTriesPerSession) {
                parts_.sessions.revoke(transaction, who.session_id);
                ended.push_back(who.session_id);
                entry.detail.set("session_ended", true);
            }
        }
        auto recorded = parts_.audit.record(transaction, entry);
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (!status) return std::move(status).error();
    if (locked) {
        tell({"core.account.locked", who.account_id, "A second factor was switched off", "Too many wrong tries of '" + attempt.method + "' for " + who.email + ".",
              "warning"});
    }
    if (right) return out;
    if (!ended.empty()) {
        parts_.sessions.announce(ended);
        return Error{Code::Unauthenticated, "Too many wrong tries: sign in again."};
    }
    return Error{Code::InvalidArgument, "That is not right. Try again."};
}

Result<SignedIn> SignIn::enrolled(store::Transaction& transaction, const Request& request) {
    SignedIn out;
    out.account = request.principal.account_id;
    if (request.principal.stage != SessionStage::Enrol) return out;
    const auto session = store::SessionStore::findByHandle(transaction, request.principal.session_id);
    if (!session) return gone();
    auto made = parts_.sessions.replace(transaction, request.principal.session_id, SessionStage::Full, session->method, request);
    if (!made) return std::move(made).error();
    out.session = std::move(*made);
    out.fresh_until = parts_.clock.wallMs() + Sessions::kFreshMs;
    return out;
}

void SignIn::announce(const SignedIn& signed_in) {
    if (!signed_in.session.token.empty()) parts_.sessions.announceMade(signed_in.session);
}

Result<std::vector<std::string>> SignIn::stepUpMethods(const Principal& principal) {
    std::vector<std::string> out;
    Status status = parts_.database.read([&](store::Connection& connection) -> Status {
        out = parts_.factors.stepUpMethods(connection, principal.account_id);
        if (!out.empty()) return {};
        const auto session = store::SessionStore::findByHandle(connection, principal.session_id);
        if (session && !session->sso.provider.empty()) {
            out.push_back("sso:" + session->sso.provider);
        } else {
            out.emplace_back("password");
        }
        return {};
    });
    if (!status) return std::move(status).error();
    return out;
}

}  // namespace masthead::console::auth
