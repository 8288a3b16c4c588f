#include "host/console/http/funnel.hpp"

#include <Poco/Exception.h>

#include "host/base/log.hpp"
#include "host/base/random.hpp"
#include "host/base/text.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/http/audit_detail.hpp"
#include "host/console/http/idempotency.hpp"
#include "host/console/http/query.hpp"
#include "host/console/http/response_headers.hpp"

namespace masthead::console {
namespace {

constexpr std::size_t kMaxCookies = 4096;

bool isWrite(const std::string& method) { return method != "GET" && method != "HEAD"; }

bool acceptableId(std::string_view id) {
    if (id.empty() || id.size() > 64) return false;
    for (const char c : id) {
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_')) return false;
    }
    return true;
}

bool isJson(std::string_view content_type) {
    return equalsIgnoreCase(trim(content_type.substr(0, content_type.find(';'))), "application/json");
}

/// Wrong requests of nobody in particular are not worth a record; what a signed-in principal was refused is.
void recordDenied(audit::AuditLog& audit, const Route& route, const Request& request, const std::string& reason) {
    if (route.audit.empty() || request.principal.anonymous()) return;
    auto entry = audit::Entry::of(request, route.audit, request.path);
    entry.outcome = "denied";
    entry.detail = Json::object({{"reason", reason}});
    if (Status recorded = audit.record(entry); !recorded) log::error("a denial could not be recorded", {{"cause", recorded.error().message}});
}

void logRequest(const Request& request, const Response& response, std::int64_t ms) {
    const auto level = response.status >= 500 ? log::Level::Warning : isWrite(request.method) ? log::Level::Info : log::Level::Debug;
    log::write(level, "request", {{"method", request.method},
                                  {"path", request.path},
                                  {"status", std::to_string(response.status)},
                                  {"ms", std::to_string(ms)},
                                  {"principal", request.principal.anonymous() ? "-" : request.principal.id},
                                  {"client", request.client},
                                  {"request_id", request.id}});
}

}  // namespace

std::string crossSiteReason(const Request& request) {
    const std::string_view site = request.header("sec-fetch-site");
    if (!site.empty() && site != "same-origin") return "the browser says that this request comes from another site";
    const std::string_view origin = request.header("origin");
    if (origin.empty()) return site == "same-origin" ? "" : "the Origin header is missing";
    if (origin != request.scheme + "://" + request.host) return "the Origin header names another site";
    return "";
}

std::string foreignPage(const Request& request) {
    const std::string_view site = request.header("sec-fetch-site");
    if (!site.empty() && site != "same-origin" && site != "none") return "the browser says that this request comes from another site";
    const std::string_view origin = request.header("origin");
    return origin.empty() || origin == request.scheme + "://" + request.host ? "" : "the Origin header names another site";
}

Response Funnel::handle(Request& request, std::string_view raw_query, Door door, const BodyReader& read_body) {
    const std::int64_t started = parts_.clock.steadyMs();
    if (!acceptableId(request.id)) request.id = randomToken(12);
    std::optional<RateVerdict> rate;
    Response response = decide(request, raw_query, door, read_body, rate);
    if (rate) addRateHeaders(response, *rate);
    if (request.method == "HEAD") response.stream = nullptr;
    finishHeaders(response, request.id);
    logRequest(request, response, parts_.clock.steadyMs() - started);
    return response;
}

Response Funnel::decide(Request& request, std::string_view raw_query, Door door, const BodyReader& read_body, std::optional<RateVerdict>& rate) {
    const auto refuse = [&](Code code, const std::string& why) { return problem(Error{code, why}, request.id); };
    if (draining()) return problem(503, "draining", "Stopping", "The console is stopping.", request.id, true).with("Retry-After", "1");
    if (request.path.size() > 8192 || !plainPath(request.path)) return refuse(Code::NotFound, "There is nothing here.");

    if (request.header("cookie").size() > kMaxCookies) return problem(431, "too_large", "Too large", "The cookies are too large.", request.id);

    const auto table = parts_.routes.get();
    auto match = table ? table->find(request.method, request.path) : RouteTable::Match();
    if (!match.route) {
        if (match.allowed.empty()) return refuse(Code::NotFound, "There is nothing here.");
        std::string allow;
        for (const auto& method : match.allowed) allow += (allow.empty() ? "" : ", ") + method;
        return problem(405, "method_not_allowed", "Method not allowed", "This path takes " + allow + ".", request.id).with("Allow", allow);
    }
    const Route& route = *match.route;
    request.captures = std::move(match.captures);
    auto query = parseQuery(raw_query);
    if (!query) return problem(query.error(), request.id);
    request.query = std::move(*query);
    request.deadline_steady_ms = parts_.clock.steadyMs() + route.deadline_ms;

    if (!route.permission.isPublic()) {
        auto principal = parts_.authenticate(request, door);
        if (!principal) return problem(principal.error(), request.id);
        request.principal = std::move(*principal);
        if (parts_.rate && door == Door::Edge) rate = parts_.rate(request.principal, request.client);
        if (rate && !rate->allowed) return rateProblem(*rate, request.id);
        if (auto refused = incomplete(route, request)) return std::move(*refused);
    }

    if (request.principal.method == "token") {
        // No browser adds a token by itself, so nothing can be forged; a page that holds one must still be ours.
        if (const std::string reason = foreignPage(request); !reason.empty()) {
            recordDenied(parts_.audit, route, request, reason);
            return problem(403, "csrf", "Not allowed", "Refused: " + reason + ".", request.id);
        }
    } else if (isWrite(request.method) && door == Door::Edge && route.same_origin) {
        std::string reason = crossSiteReason(request);
        if (reason.empty() && !route.permission.isPublic() && !parts_.csrf_valid(request.principal, request.header("x-masthead-csrf"))) {
            reason = "the X-Masthead-CSRF header is missing or not of this session";
        }
        if (!reason.empty()) {
            recordDenied(parts_.audit, route, request, reason);
            return problem(403, "csrf", "Not allowed", "Refused: " + reason + ".", request.id);
        }
    }

    if (!route.permission.isPublic() && !route.permission.isAnyAuthenticated() && !request.principal.can(route.permission.id())) {
        recordDenied(parts_.audit, route, request, "lacks " + route.permission.id());
        return refuse(Code::PermissionDenied, "This needs the permission " + route.permission.id() + ".");
    }

    if (auto refused = notFresh(route, request)) return std::move(*refused);

    auto body = read_body(route.body_limit);
    if (!body) {
        const bool large = body.error().code == Code::ResourceExhausted;
        return problem(large ? 413 : 400, large ? "too_large" : "invalid_argument", large ? "Too large" : "Bad request", body.error().message, request.id);
    }
    request.body = std::move(*body);
    if (!request.body.empty() && route.json_body && !isJson(request.header("content-type"))) {
        return problem(415, "unsupported_media_type", "Not JSON", "The body must be application/json.", request.id);
    }
    return runOnce(route, request);
}

Response Funnel::runOnce(const Route& route, Request& request) {
    if (parts_.idempotency == nullptr || !Idempotency::asked(route, request)) return run(route, request);
    if (auto answer = parts_.idempotency->begin(route, request)) return std::move(*answer);
    Response response = run(route, request);
    parts_.idempotency->end(route, request, response);
    return response;
}

/// A sign-in that is not complete reaches only the routes that complete it.
std::optional<Response> Funnel::incomplete(const Route& route, const Request& request) {
    const SessionStage reached = request.principal.stage;
    if (reached >= route.stage) return std::nullopt;
    if (reached == SessionStage::Half) {
        return problem(401, "second_factor_required", "Sign in first", "The second factor of this sign-in is missing.", request.id);
    }
    return problem(403, "enrol_required", "Not allowed", "Set up a second factor first: the policy of this console asks for one.", request.id);
}

/// Sensitive routes want a person who proved a moment ago who they are. A token cannot do that; the command line and the
/// sign-in-free trial have nothing to prove.
std::optional<Response> Funnel::notFresh(const Route& route, const Request& request) {
    const Principal& who = request.principal;
    if (who.method == "token" && (!route.token_allowed || route.step_up)) {
        recordDenied(parts_.audit, route, request, "not for API tokens");
        return problem(403, "token_not_allowed", "Not allowed", "This cannot be done with an API token: sign in.", request.id);
    }
    if (!route.step_up || route.permission.isPublic() || who.account_id == 0) return std::nullopt;
    const std::int64_t age = parts_.clock.wallMs() - who.authenticated_at;
    if (age >= 0 && age < kStepUpMs) return std::nullopt;
    auto methods = parts_.step_up_methods ? parts_.step_up_methods(who) : Result<std::vector<std::string>>(std::vector<std::string>());
    if (!methods) return problem(methods.error(), request.id);
    Json list = Json::array();
    for (const auto& method : *methods) list.push(method);
    return problem(403, "step_up_required", "Confirm that it is you", "This needs a sign-in that is at most five minutes old.", request.id,
                   Json::object({{"methods", std::move(list)}}));
}

Response Funnel::run(const Route& route, Request& request) {
    const bool recorded = !route.audit.empty() && !route.audit_self;
    std::int64_t intent = 0;
    if (recorded) {
        auto entry = audit::Entry::of(request, route.audit, request.path);
        entry.detail = auditDetail(request);
        auto begun = parts_.audit.intent(entry);
        if (!begun) {
            log::error("refusing a change that cannot be recorded", {{"cause", begun.error().message}, {"request_id", request.id}});
            return problem(503, "audit_unavailable", "Unavailable", "The audit log cannot be written, so nothing may be changed: " + begun.error().message,
                           request.id, true);
        }
        intent = *begun;
    }

    Response response;
    try {
        response = route.handler(request);
    } catch (const Poco::Exception& exception) {
        response = problem(Error{Code::Internal, "Something went wrong here.", exception.displayText()}, request.id);
    } catch (const std::exception& exception) {
        response = problem(Error{Code::Internal, "Something went wrong here.", exception.what()}, request.id);
    } catch (...) {
        response = problem(Error{Code::Internal, "Something went wrong here.", "a thrown object that is no exception"}, request.id);
    }

    const bool failed = response.status >= 400;
    if (recorded || (route.audit_self && !route.audit.empty() && failed && !request.principal.anonymous())) {
        auto entry = audit::Entry::of(request, route.audit, request.path);
        // A plugin that did not answer in time may still do what it was asked to.
        entry.outcome = response.status == httpStatus(Code::Deadline) ? "unknown" : failed ? "failure" : "success";
        entry.detail = auditDetail(request);
        entry.detail.set("status", response.status);
        entry.before = std::move(response.audit_before);
        entry.after = std::move(response.audit_after);
        Status closed = recorded ? parts_.audit.outcome(intent, entry) : parts_.audit.record(entry);
        // The change is made; the open intent will be shown as unknown.
        if (!closed) log::error("the outcome of a change could not be recorded", {{"cause", closed.error().message}, {"request_id", request.id}});
    }
    return response;
}

}  // namespace masthead::console
