#include "host/console/plugins/headscale_operation.hpp"

#include <algorithm>
#include <array>

#include "host/base/text.hpp"

namespace masthead::console::plugins {
namespace {

constexpr std::array<std::string_view, 7> kResources{"node", "user", "preauthkey", "apikey", "policy", "auth", "debug"};
constexpr std::string_view kBase = "/api/v1/";

bool isNumber(std::string_view text) { return parseUnsigned<std::uint64_t>(text).has_value(); }

std::string verb(std::string_view method) {
    if (method == "GET") return "read";
    if (method == "POST") return "create";
    if (method == "DELETE") return "delete";
    return "set";
}

}  // namespace

Result<HeadscaleOperation> describeOperation(std::string_view method, std::string_view path) {
    const auto plain = path.substr(0, path.find('?'));
    if (plain.substr(0, kBase.size()) != kBase) return Error{Code::NotFound, "headscale has no such path"};
    const auto parts = split(plain.substr(kBase.size()), '/');
    const std::string resource(parts.front());
    HeadscaleOperation out;
    if (resource == "health" && method == "GET") return out;
    if (std::find(kResources.begin(), kResources.end(), resource) == kResources.end())
        return Error{Code::NotFound, "headscale has no such path"};
    // POST /policy/check changes nothing.
    out.writes = method != "GET" && !(resource == "policy" && parts.size() == 2 && parts[1] == "check");
    out.grant = resource + (out.writes ? ".write" : ".read");
    const bool names_object = parts.size() >= 2 && (isNumber(parts[1]) || resource == "apikey") && parts[1] != "expire";
    const std::size_t at = names_object ? 2 : 1;
    out.action = "headscale." + resource + "." + (parts.size() > at ? std::string(parts[at]) : verb(method));
    out.object = names_object ? resource + "/" + std::string(parts[1]) : resource;
    out.live_list = method == "GET" && resource == "node" && path == "/api/v1/node";
    if (method == "GET" && resource == "node" && parts.size() == 2 && isNumber(parts[1])) out.live_node = std::string(parts[1]);
    return out;
}

Json auditableBody(const Json& body) {
    Json out = Json::object();
    for (const auto& [name, value] : body.members()) {
        const bool hidden = name == "key" || name == "authId" || name == "policy";
        out.append(name, hidden ? Json("[hidden]") : value);
    }
    return out;
}

}  // namespace masthead::console::plugins
