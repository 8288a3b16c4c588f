// Notifications: channels, rules, deliveries, and the messages of the console.
#include "host/base/text.hpp"
#include "host/console/api/context.hpp"
#include "host/console/notify/admin.hpp"

namespace masthead::console::api {
namespace {

using notify::NotifyAdmin;

/// 0 for anything that cannot be an id: nothing has it.
std::int64_t idOf(std::string_view text) {
    const auto parsed = parseUnsigned<std::uint64_t>(text);
    return parsed && *parsed <= static_cast<std::uint64_t>(INT64_MAX) ? static_cast<std::int64_t>(*parsed) : 0;
}

Response answer(Result<Json> result, const Request& request, int status = 200) {
    if (!result) return problem(result.error(), request.id);
    return Response::json(*result, status);
}

Response answer(const Status& status, const Request& request) {
    if (!status) return problem(status.error(), request.id);
    return Response::json(Json::object({{"ok", true}}));
}

/// The body of a change; an empty object when there is none.
Result<Json> bodyOf(const Request& request) {
    return request.body.empty() ? Result<Json>(Json::object()) : parseJson(request.body);
}

using Change = std::function<Result<Json>(const Json& body, std::vector<FieldError>& wrong)>;

Response change(const Request& request, int status, const Change& apply) {
    auto body = parseJson(request.body);
    if (!body) return problem(body.error(), request.id);
    std::vector<FieldError> wrong;
    auto result = apply(*body, wrong);
    if (!wrong.empty()) return fieldProblem(wrong, request.id);
    return answer(std::move(result), request, status);
}

Response getDeliveries(NotifyAdmin& admin, const Request& request) {
    constexpr std::int64_t kMost = 500;
    std::string state;
    std::int64_t limit = 100;
    if (const auto given = request.query.find("state"); given != request.query.end()) state = given->second;
    if (!state.empty() && state != "queued" && state != "sent" && state != "failed")
        return fieldProblem({{"state", "is none of queued, sent, failed"}}, request.id);
    if (const auto given = request.query.find("limit"); given != request.query.end()) {
        limit = idOf(given->second);
        if (limit < 1 || limit > kMost) return fieldProblem({{"limit", "is not a number from 1 to 500"}}, request.id);
    }
    return answer(admin.deliveries(state, limit), request);
}

Response postRead(NotifyAdmin& admin, const Request& request) {
    auto body = bodyOf(request);
    if (!body) return problem(body.error(), request.id);
    for (const auto& [name, value] : body->members()) {
        if (name != "ids" && name != "all") return fieldProblem({{name, "There is no member '" + name + "' here."}}, request.id);
    }
    std::vector<std::int64_t> ids;
    for (const auto& item : (*body)["ids"].items()) {
        ids.push_back(idOf(item.asString()));
        if (ids.back() == 0) return fieldProblem({{"ids", "expected a list of ids"}}, request.id);
    }
    if ((body->has("ids") && !(*body)["ids"].isArray()) || (body->has("all") && !(*body)["all"].isBool())) {
        return fieldProblem({{"ids", "expected either a list of ids or \"all\": true"}}, request.id);
    }
    const bool all = (*body)["all"].asBool();
    if (all == !ids.empty()) return fieldProblem({{"ids", "expected either a list of ids or \"all\": true"}}, request.id);
    return answer(admin.markRead(request.principal, ids), request);
}

std::string whoIs(const Principal& principal) { return principal.email.empty() ? principal.name : principal.email; }

Route recorded(Route route, const char* action) {
    route.audit = action;
    return route;
}

}  // namespace

std::vector<Route> notifyRoutes(Context& context) {
    if (context.notify == nullptr) return {};
    NotifyAdmin& admin = *context.notify;
    const std::string base = "/admin/api/v1/notify";
    const auto read = Permission::named("core.notify.read"), manage = Permission::named("core.notify.manage");
    const auto anybody = Permission::anyAuthenticated();
    std::vector<Route> routes;
    routes.push_back({"GET", base + "/channels", read, "Every notification channel",
                      [&admin](const Request& r) { return answer(admin.channels(), r); }});
    routes.push_back(recorded({"POST", base + "/channels", manage, "Create a notification channel",
                               [&admin](const Request& r) {
                                   return change(r, 201,
                                                 [&](const Json& body, auto& wrong) { return admin.create(body, wrong); });
                               }},
                              "notify.channel.create"));
    routes.push_back(recorded({"PUT", base + "/channels/{id}", manage, "Change a notification channel",
                               [&admin](const Request& r) {
                                   return change(r, 200, [&](const Json& body, auto& wrong) {
                                       return admin.change(idOf(r.capture("id")), body, wrong);
                                   });
                               }},
                              "notify.channel.change"));
    routes.push_back(recorded({"DELETE", base + "/channels/{id}", manage, "Delete a notification channel",
                               [&admin](const Request& r) {
                                   Status removed = admin.remove(idOf(r.capture("id")));
                                   return removed ? Response::noContent() : problem(removed.error(), r.id);
                               }},
                              "notify.channel.delete"));
    routes.push_back(
        recorded({"POST", base + "/channels/{id}/test", manage, "Send a test message",
                  [&admin](const Request& r) { return answer(admin.test(idOf(r.capture("id")), whoIs(r.principal)), r); }},
                 "notify.channel.test"));
    routes.push_back(
        {"GET", base + "/events", read, "What can be told", [&admin](const Request&) { return Response::json(admin.events()); }});
    routes.push_back({"GET", base + "/rules", read, "Which event goes where",
                      [&admin](const Request& r) { return answer(admin.rules(), r); }});
    routes.push_back(recorded({"PUT", base + "/rules", manage, "Choose which event goes where",
                               [&admin](const Request& r) {
                                   return change(r, 200,
                                                 [&](const Json& body, auto& wrong) { return admin.setRules(body, wrong); });
                               }},
                              "notify.rules.change"));
    routes.push_back({"GET", base + "/deliveries", read, "What was sent, waits or failed",
                      [&admin](const Request& r) { return getDeliveries(admin, r); }});
    routes.push_back(recorded({"POST", base + "/deliveries/{id}/resend", manage, "Send a failed notification again",
                               [&admin](const Request& r) { return answer(admin.resend(idOf(r.capture("id"))), r); }},
                              "notify.delivery.resend"));
    routes.push_back({"GET", base + "/messages", anybody, "The console's messages",
                      [&admin](const Request& r) { return answer(admin.messages(r.principal), r); }});
    routes.push_back({"POST", base + "/messages/read", anybody, "Mark messages as read",
                      [&admin](const Request& r) { return postRead(admin, r); }});
    return routes;
}

}  // namespace masthead::console::api
