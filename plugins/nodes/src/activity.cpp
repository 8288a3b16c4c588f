// Handlers of what happened: the summary for the overview, how many were online, and one node's comings and goings.
#include <algorithm>
#include <set>

#include "plugin.hpp"
#include "time.hpp"
#include "validate.hpp"

namespace nodes {
namespace {

constexpr std::int64_t kSoon = 14 * 86400;
constexpr std::int64_t kSummaryFor = 10;
constexpr std::size_t kNamed = 5;

bool has(const std::vector<Json>& list, const std::string& wanted) {
    return std::any_of(list.begin(), list.end(), [&](const Json& item) { return item.asString() == wanted; });
}

/// What the overview says about a node; the whole object is at nodes.get.
Json brief(const Json& node) {
    return Json::object({{"id", node["id"]},
                         {"givenName", node["givenName"]},
                         {"name", node["name"]},
                         {"online", node["online"]},
                         {"createdAt", node["createdAt"]},
                         {"expiry", node["expiry"]}});
}

Json firstOf(std::vector<std::pair<std::int64_t, const Json*>> found, bool latest) {
    const auto earlier = [&](const auto& a, const auto& b) { return latest ? a.first > b.first : a.first < b.first; };
    const auto end = found.begin() + static_cast<std::ptrdiff_t>(std::min(kNamed, found.size()));
    std::partial_sort(found.begin(), end, found.end(), earlier);
    Json out = Json::array();
    for (auto it = found.begin(); it != end; ++it) out.push(brief(*it->second));
    return out;
}

}  // namespace

void NodesPlugin::bindActivity() {
    route("summary", &NodesPlugin::summary);
    route("history.online", &NodesPlugin::onlineHistory);
    route("nodes.history", &NodesPlugin::nodeHistory);
    job("take-stock", [this](const masthead::Call& call) { return takeStock(call); });
    onEvent([this](const masthead::Call&, std::string_view type, const Json& data) {
        if (type == "tailnet.nodes") nodesChanged(data);
    });
}

Result<Reply> NodesPlugin::summary(const HttpCall& call) {
    const std::int64_t at = now();
    // Everybody on the overview asks for the same; one reading of a large list serves them for a while.
    const std::lock_guard lock(summary_mutex_);
    if (!summary_.isNull() && at - summary_at_ < kSummaryFor) return Reply::json(summary_);
    auto answer = ask(call, "GET", "/api/v1/node");
    if (!answer) return std::move(answer).error();
    learn((*answer)["nodes"]);
    std::int64_t expired = 0, expiring = 0, waiting = 0, exits = 0;
    std::vector<std::pair<std::int64_t, const Json*>> recent, soon, routers;
    const auto& list = (*answer)["nodes"].items();
    for (const auto& node : list) {
        recent.emplace_back(parseTime(node.text("createdAt")).value_or(0), &node);
        if (const auto expiry = parseTime(node.text("expiry"))) {
            expired += *expiry <= at ? 1 : 0;
            if (*expiry > at && *expiry <= at + kSoon) ++expiring, soon.emplace_back(*expiry, &node);
        }
        const auto& approved = node["approvedRoutes"].items();
        std::int64_t missing = 0;
        for (const auto& route : node["availableRoutes"].items()) missing += has(approved, route.asString()) ? 0 : 1;
        waiting += missing;
        if (missing > 0) routers.emplace_back(-missing, &node);
        exits += std::any_of(approved.begin(), approved.end(), [](const Json& route) { return isExitRoute(route.asString()); })
                     ? 1
                     : 0;
    }
    summary_ = Json::object({{"total", list.size()},
                             {"expired", expired},
                             {"expiring", Json::object({{"count", expiring}, {"nodes", firstOf(soon, false)}})},
                             {"routesWaiting", Json::object({{"count", waiting}, {"nodes", firstOf(routers, false)}})},
                             {"exitNodes", exits},
                             {"recent", firstOf(recent, true)}});
    summary_at_ = at;
    return Reply::json(summary_);
}

Result<Reply> NodesPlugin::onlineHistory(const HttpCall&) { return Reply::json(Json::object({{"samples", history_.samples()}})); }

Result<Reply> NodesPlugin::nodeHistory(const HttpCall& call) {
    auto id = checkId(call.capture("id"), "node");
    if (!id) return std::move(id).error();
    return Reply::json(Json::object({{"changes", history_.of(*id, now())}, {"keptDays", History::kKeep / 86400}}));
}

void NodesPlugin::nodesChanged(const Json& data) {
    // Little work: events have a short deadline. The job looks at the whole list.
    const std::int64_t at = now();
    for (const auto& node : data["upserted"].items()) history_.note(node.text("id"), node["online"].asBool(), at);
    for (const auto& id : data["removed"].items()) history_.forget(id.asString());
}

Result<Json> NodesPlugin::takeStock(const masthead::Call& call) {
    auto list = headscale_->call("GET", "/api/v1/node", Json(), &call);
    if (!list) return std::move(list).error();
    learn((*list)["nodes"]);
    flush(&call);
    return Json::object({{"nodes", (*list)["nodes"].items().size()}});
}

void NodesPlugin::learn(const Json& nodes) {
    const std::int64_t at = now();
    std::set<std::string> ids;
    for (const auto& node : nodes.items()) {
        history_.note(node.text("id"), node["online"].asBool(), at);
        ids.insert(node.text("id"));
    }
    history_.retain(ids);
    history_.sample(at);
}

void NodesPlugin::loadHistory() {
    for (unsigned number = 0; number <= History::kPieces; ++number) {
        auto value = store_->get("history/" + std::to_string(number));
        if (value) history_.load(number, value->bytes);
    }
}

void NodesPlugin::flush(const masthead::Call* call) {
    for (const unsigned number : history_.takeDirty()) {
        auto written = store_->put("history/" + std::to_string(number), history_.piece(number), call);
        if (!written) log().warning("the history of online nodes could not be stored: " + written.error().message);
    }
}

}  // namespace nodes
