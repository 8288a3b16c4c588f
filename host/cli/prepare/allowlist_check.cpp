#include "host/cli/prepare/allowlist_check.hpp"

#include <utility>

#include "host/edge/allowlist/allowlist.hpp"

namespace masthead::cli {

using edge::allowlist::Allowlist;

Result<Json> acceptableToEdge(const Json& allowlist, std::vector<std::string>& warnings) {
    if (Allowlist::fromJson(allowlist).ok()) return allowlist;
    Json kept = Json::array();
    for (const auto& route : allowlist["routes"].items()) {
        Json alone = allowlist;
        alone.set("routes", Json::array({route}));
        const auto judged = Allowlist::fromJson(alone);
        if (judged) {
            kept.push(route);
        } else {
            warnings.push_back("the public path " + route.text("path") + " is left out: " + judged.error().message);
        }
    }
    Json out = allowlist;
    out.set("routes", std::move(kept));
    if (auto whole = Allowlist::fromJson(out); !whole) return std::move(whole).error();
    return out;
}

}  // namespace masthead::cli
