// API tokens of the caller, and with core.tokens.manage of everybody.
#include "host/base/timestamp.hpp"
#include "host/console/api/body.hpp"
#include "host/console/api/context.hpp"
#include "host/console/auth/tokens.hpp"
#include "host/console/http/pagination.hpp"

namespace masthead::console::api {
namespace {

constexpr const char* kManage = "core.tokens.manage";

Json texts(const std::vector<std::string>& list) {
    Json out = Json::array();
    for (const auto& item : list) out.push(item);
    return out;
}

Json shown(const auth::TokenView& token) {
    const auto& row = token.row;
    return Json::object({{"id", row.id},
                         {"name", row.name},
                         {"owner", token.owner},
                         {"scopes", texts(row.scopes)},
                         {"cidrs", texts(row.cidrs)},
                         {"created_at", formatTimestamp(row.created_at)},
                         {"expires_at", formatTimestamp(row.expires_at)},
                         {"last_used", row.last_used == 0 ? Json() : Json(formatTimestamp(row.last_used))},
                         {"last_client", row.last_client}});
}

Response getTokens(Context& context, const Request& request) {
    Page page;
    if (auto wrong = readPage(request, page)) return std::move(*wrong);
    const auto all = request.queryValue("all");
    if (!all.empty() && all != "0" && all != "1") return fieldProblem({{"all", "all is 0 or 1."}}, request.id);
    if (all == "1" && !request.principal.can(kManage)) {
        return problem(Error{Code::PermissionDenied, "Everybody's tokens need the permission core.tokens.manage."}, request.id);
    }
    auto tokens = context.tokens->list(request, all == "1");
    if (!tokens) return problem(tokens.error(), request.id);
    Json::Array items;
    for (const auto& token : *tokens) items.push_back(shown(token));
    return Response::json(pageOf("tokens", items, page, [](const Json& token) { return token.text("id"); }));
}

Response postToken(Context& context, const Request& request) {
    Body body(request);
    auth::NewToken token;
    token.name = body.text("name");
    token.scopes = body.textList("scopes").value_or(std::vector<std::string>());
    token.cidrs = body.textList("cidrs").value_or(std::vector<std::string>());
    token.days = body.integer("expires_in_days").value_or(auth::Tokens::kDefaultDays);
    if (auto bad = body.finish()) return std::move(*bad);
    std::vector<FieldError> wrong;
    auto made = context.tokens->create(request, std::move(token), wrong);
    if (!wrong.empty()) return fieldProblem(wrong, request.id);
    if (!made) return problem(made.error(), request.id);
    return Response::json(Json::object({{"token", shown(made->token)}, {"secret", made->secret}}), 201);
}

Response deleteToken(Context& context, const Request& request) {
    if (Status removed = context.tokens->remove(request, std::string(request.capture("id"))); !removed) return problem(removed.error(), request.id);
    return Response::noContent();
}

}  // namespace

std::vector<Route> tokenRoutes(Context& context) {
    if (context.tokens == nullptr) return {};
    const std::string base = "/admin/api/v1/tokens";
    const auto anybody = Permission::anyAuthenticated();
    const auto guarded = [](Route route, const char* action) {
        route.token_allowed = false;
        route.audit = action;
        route.audit_self = true;
        return route;
    };
    std::vector<Route> routes;
    routes.push_back({"GET", base, anybody, "One's API tokens, or everybody's", [&](const Request& r) { return getTokens(context, r); }});
    routes.back().token_allowed = false;
    routes.back().more_with = {kManage};
    routes.push_back(guarded({"POST", base, anybody, "Make an API token; its secret is in this answer only", [&](const Request& r) { return postToken(context, r); }},
                             "token.create"));
    routes.back().step_up = true;
    routes.back().creates = true;
    routes.push_back(guarded({"DELETE", base + "/{id}", anybody, "Revoke an API token", [&](const Request& r) { return deleteToken(context, r); }}, "token.revoke"));
    routes.back().more_with = {kManage};
    return routes;
}

}  // namespace masthead::console::api
