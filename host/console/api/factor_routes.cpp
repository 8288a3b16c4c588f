// Second factors that are typed in: completing a sign-in with them, enrolling and removing them, new recovery codes. SignIn
// records and counts the tries; the changes below record themselves in their own transaction.
#include "host/console/api/factor_routes.hpp"

#include <cstdlib>

#include "host/console/api/body.hpp"
#include "host/console/api/context.hpp"
#include "host/console/api/sign_in_answer.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/auth/recovery_factor.hpp"
#include "host/console/auth/second_factors.hpp"
#include "host/console/auth/totp_factor.hpp"
#include "host/console/store/account_store.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/failure_store.hpp"

namespace masthead::console::api {
namespace {

Json listOf(const std::vector<std::string>& texts) {
    Json out = Json::array();
    for (const auto& text : texts) out.push(text);
    return out;
}

/// The command line and a trial without sign-in have no account that could own a factor.
std::optional<Response> withoutAccount(const Request& request) {
    if (request.principal.account_id != 0) return std::nullopt;
    return problem(Error{Code::FailedPrecondition, "Only a signed-in account has second factors."}, request.id);
}

Status recorded(Context& context, store::Transaction& transaction, const Request& request, const std::string& action,
                const Json& detail = Json::object()) {
    store::AccountStore::bumpRevision(transaction, request.principal.account_id);
    auto entry = audit::Entry::of(request, action, "account/" + std::to_string(request.principal.account_id));
    entry.detail = detail;
    auto done = context.audit.record(transaction, entry);
    return done ? Status() : Status(std::move(done).error());
}

void tell(Context& context, const Request& request, const std::string& event, const std::string& title, const std::string& text,
          const std::string& severity) {
    context.sign_in.tell({event, request.principal.account_id, title, text, severity});
}

std::string clockHint(const auth::TotpMatch& match) {
    return "server clock: the code fits a clock " + std::to_string(std::abs(match.seconds)) + " s " +
           (match.seconds > 0 ? "ahead of" : "behind") + " this server's; one of the two clocks is wrong";
}

Response postSessionTotp(Context& context, const Request& request) {
    Body body(request);
    const std::string code = body.text("code");
    if (auto wrong = body.finish()) return std::move(*wrong);
    auth::SecondTry attempt{"totp", {}};
    attempt.check = [&](store::Transaction& transaction, std::int64_t account) -> Result<bool> {
        auto match = context.totp->match(transaction, account, code);
        if (!match) return std::move(match).error();
        if (match->kind == auth::TotpMatch::Kind::Replayed) attempt.detail.set("reason", "replayed");
        if (match->kind == auth::TotpMatch::Kind::ClockOff) attempt.detail.set("hint", clockHint(*match));
        return match->kind == auth::TotpMatch::Kind::Accepted;
    };
    auto done = context.sign_in.second(request, attempt);
    return done ? signedInAnswer(context, *done) : signInProblem(done.error(), request);
}

Response postSessionRecovery(Context& context, const Request& request) {
    Body body(request);
    const std::string code = body.text("code");
    if (auto wrong = body.finish()) return std::move(*wrong);
    auto hash = context.recovery->hashTyped(request.principal.account_id, code);
    if (!hash) return problem(hash.error(), request.id);
    std::int64_t left = 0;
    auth::SecondTry attempt{"recovery", {}};
    attempt.reached = SessionStage::Enrol;
    attempt.check = [&](store::Transaction& transaction, std::int64_t account) -> Result<bool> {
        if (!context.recovery->use(transaction, account, *hash)) return false;
        left = context.recovery->left(transaction, account);
        attempt.detail.set("recovery_left", static_cast<long long>(left));
        return true;
    };
    auto done = context.sign_in.second(request, attempt);
    if (!done) return signInProblem(done.error(), request);
    tell(context, request, "core.account.recovery-used", "A recovery code was used",
         request.principal.email + " signed in from " + request.client + " with a recovery code. " +
             (left == 0 ? "It was the last one." : std::to_string(left) + " are left."),
         left == 0 ? "critical" : "warning");
    return signedInAnswer(context, *done, Json::object({{"recovery_left", static_cast<long long>(left)}}));
}

Response postTotp(Context& context, const Request& request) {
    Body body(request);
    if (auto wrong = body.finish()) return std::move(*wrong);
    if (auto none = withoutAccount(request)) return std::move(*none);
    auth::TotpEnrolment enrolment;
    Status status = context.database->write([&](store::Transaction& transaction) -> Status {
        enrolment =
            context.totp->begin(transaction, request.principal.account_id, request.principal.email, request.principal.session_id);
        return recorded(context, transaction, request, "account.totp.begin");
    });
    if (!status) return problem(status.error(), request.id);
    return Response::json(Json::object({{"secret", enrolment.secret}, {"uri", enrolment.uri}, {"qr_svg", enrolment.qr_svg}}));
}

Response postTotpConfirm(Context& context, const Request& request) {
    Body body(request);
    const std::string code = body.text("code");
    if (auto wrong = body.finish()) return std::move(*wrong);
    if (auto none = withoutAccount(request)) return std::move(*none);
    const auto account = request.principal.account_id;
    // Recovery codes cost time, so that a wrong code must not get as far as that.
    Status fits = context.database->read([&](store::Connection& connection) {
        return context.totp->checkFirst(connection, account, request.principal.session_id, code);
    });
    if (!fits) return signInProblem(fits.error(), request);
    auto set = context.recovery->prepareIfNone(account);
    if (!set) return problem(set.error(), request.id);
    auth::SignedIn signed_in;
    Status status = context.database->write([&](store::Transaction& transaction) -> Status {
        if (Status confirmed = context.totp->confirm(transaction, account, request.principal.session_id, code); !confirmed)
            return confirmed;
        if (*set) context.recovery->keep(transaction, account, **set);
        store::FailureStore::remove(transaction, "account:" + std::to_string(account), "totp");
        auto done = context.sign_in.enrolled(transaction, request);
        if (!done) return std::move(done).error();
        signed_in = std::move(*done);
        return recorded(context, transaction, request, "account.totp.create",
                        Json::object({{"recovery_codes", set->has_value()}}));
    });
    if (!status) return signInProblem(status.error(), request);
    tell(context, request, "core.account.factors", "An authenticator app was set up",
         "For " + request.principal.email + ", from " + request.client + ".", "info");
    Json extra = Json::object();
    if (*set) extra.set("recovery_codes", listOf((*set)->shown));
    return signedInAnswer(context, signed_in, extra);
}

Response deleteTotp(Context& context, const Request& request) {
    if (auto none = withoutAccount(request)) return std::move(*none);
    const auto account = request.principal.account_id;
    Status status = context.database->write([&](store::Transaction& transaction) -> Status {
        if (!context.totp->remove(transaction, account)) return Error{Code::NotFound, "This account has no authenticator app."};
        if (Status last = afterRemoval(context, transaction, account); !last) return last;
        return recorded(context, transaction, request, "account.totp.delete");
    });
    if (!status) return problem(status.error(), request.id);
    tell(context, request, "core.account.factors", "An authenticator app was removed",
         "For " + request.principal.email + ", from " + request.client + ".", "warning");
    return Response::noContent();
}

Response postRecoveryCodes(Context& context, const Request& request) {
    Body body(request);
    if (auto wrong = body.finish()) return std::move(*wrong);
    if (auto none = withoutAccount(request)) return std::move(*none);
    auto set = context.recovery->prepare();
    if (!set) return problem(set.error(), request.id);
    Status status = context.database->write([&](store::Transaction& transaction) -> Status {
        if (!context.second_factors.any(transaction, request.principal.account_id)) {
            return Error{Code::FailedPrecondition,
                         "Recovery codes stand in for a second factor: set up an authenticator app or a passkey first."};
        }
        context.recovery->keep(transaction, request.principal.account_id, *set);
        return recorded(context, transaction, request, "account.recovery-codes");
    });
    if (!status) return problem(status.error(), request.id);
    tell(context, request, "core.account.factors", "New recovery codes were made",
         "For " + request.principal.email + "; the old ones are void.", "info");
    return Response::json(Json::object({{"codes", listOf(set->shown)}}));
}

Route own(const char* method, const char* path, const char* summary, Handler handler, const char* action) {
    Route route{method, std::string("/admin/api/v1") + path, Permission::anyAuthenticated(), summary, std::move(handler), action};
    route.audit_self = !route.audit.empty();
    route.token_allowed = false;
    route.body_limit = 4096;
    return route;
}

}  // namespace

Status afterRemoval(Context& context, store::Transaction& transaction, std::int64_t account) {
    if (context.second_factors.any(transaction, account)) return {};
    if (context.sign_in.secondFactorRequired()) {
        return Error{Code::FailedPrecondition,
                     "This is the last second factor, and every account here needs one. Set up another one first."};
    }
    context.recovery->removeAll(transaction, account);
    return {};
}

std::vector<Route> factorRoutes(Context& context) {
    if (!context.totp) return {};
    std::vector<Route> routes;
    // SignIn records both outcomes of these two itself.
    routes.push_back(own(
        "POST", "/session/totp", "Complete a sign-in with a code of the authenticator app",
        [&](const Request& r) { return postSessionTotp(context, r); }, ""));
    routes.back().stage = SessionStage::Half;
    routes.push_back(own(
        "POST", "/session/recovery", "Complete a sign-in with a recovery code",
        [&](const Request& r) { return postSessionRecovery(context, r); }, ""));
    routes.back().stage = SessionStage::Half;
    routes.push_back(own(
        "POST", "/me/totp", "Begin to set up an authenticator app", [&](const Request& r) { return postTotp(context, r); },
        "account.totp.begin"));
    routes.back().stage = SessionStage::Enrol;
    routes.back().step_up = true;
    routes.push_back(own(
        "POST", "/me/totp/confirm", "Confirm the authenticator app with its first code",
        [&](const Request& r) { return postTotpConfirm(context, r); }, "account.totp.create"));
    routes.back().stage = SessionStage::Enrol;
    routes.push_back(own(
        "DELETE", "/me/totp", "Remove the authenticator app", [&](const Request& r) { return deleteTotp(context, r); },
        "account.totp.delete"));
    routes.back().step_up = true;
    routes.push_back(own(
        "POST", "/me/recovery-codes", "New recovery codes in the place of the old ones",
        [&](const Request& r) { return postRecoveryCodes(context, r); }, "account.recovery-codes"));
    routes.back().step_up = true;
    return routes;
}

}  // namespace masthead::console::api
