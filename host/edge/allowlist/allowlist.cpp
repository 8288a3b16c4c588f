#include "host/edge/allowlist/allowlist.hpp"

#include <algorithm>

#include "host/base/file.hpp"
#include "host/base/text.hpp"
#include "host/edge/http1/bytes.hpp"
#include "host/edge/http1/target.hpp"

namespace masthead::edge::allowlist {

namespace {

constexpr std::size_t kMaxRoutes = 4096;
constexpr std::size_t kMaxFile = std::size_t{4} << 20;

Error wrong(const std::string& what) { return {Code::InvalidArgument, "allowlist: " + what}; }

/// A list of non-empty texts; `what` names it in the error.
Result<std::vector<std::string>> texts(const Json& value, const std::string& what, bool may_be_empty) {
    std::vector<std::string> out;
    for (const auto& item : value.items()) {
        if (item.asString().empty()) return wrong(what + " holds something other than texts");
        out.push_back(item.asString());
    }
    if (!value.isArray() && !(value.isNull() && may_be_empty)) return wrong(what + " is not a list");
    if (out.empty() && !may_be_empty) return wrong(what + " is empty");
    return out;
}

Result<Destination> destination(const std::string& name) {
    if (name == "headscale") return Destination::Headscale;
    if (name == "console") return Destination::Console;
    if (name == "edge") return Destination::Edge;
    return wrong("unknown target \"" + name + "\"");
}

Result<Route> compileRoute(const Json& item, std::size_t index) {
    const std::string name = "routes[" + std::to_string(index) + "]";
    if (!item.isObject()) return wrong(name + " is not an object");
    auto path = Pattern::compile(item.text("path"));
    if (!path) return wrong(name + ": " + path.error().message);
    auto methods = texts(item["methods"], name + ".methods", false);
    if (!methods) return methods.error();
    for (const auto& method : *methods) {
        if (!http1::allOf(method, [](char c) { return c >= 'A' && c <= 'Z'; })) return wrong(name + ".methods holds \"" + method + "\"");
    }
    auto target = destination(item.text("target"));
    if (!target) return std::move(target).error().within(name);
    auto upgrade = texts(item["upgrade"], name + ".upgrade", true);
    if (!upgrade) return upgrade.error();
    for (auto& protocol : *upgrade) protocol = lowerAscii(protocol);
    if (item.has("query") && !item["query"].isBool()) return wrong(name + ".query is not true or false");
    if (item.has("body_limit") && (!item["body_limit"].isInt() || item["body_limit"].asInt() < 0)) return wrong(name + ".body_limit is not a size");
    return Route{std::move(*methods),   std::move(*path),  *target,
                 item["query"].asBool(), std::move(*upgrade), static_cast<std::uint64_t>(item["body_limit"].asInt()),
                 item.text("rate")};
}

bool acceptableRedirect(const std::string& to) {
    if (!http1::wellFormedEscapes(to, [](char c) { return http1::isQueryByte(c) || c == '#'; })) return false;
    return (to.starts_with('/') && !to.starts_with("//") && to != "/") || (to.starts_with("https://") && to.size() > 8);
}

Result<Root> compileRoot(const Json& item) {
    if (item["status"].asInt() == 404) return Root{};
    if (acceptableRedirect(item.text("redirect"))) return Root{item.text("redirect")};
    return wrong("root is neither {\"status\": 404} nor {\"redirect\": a path or https URL}");
}

}  // namespace

Result<Allowlist> Allowlist::fromJson(const Json& document) {
    if (document["version"].asInt() != 1) return wrong("version is not 1");
    Allowlist out;
    auto hosts = texts(document["hosts"], "hosts", false);
    if (!hosts) return hosts.error();
    for (auto& host : *hosts) {
        if (!http1::isAuthority(host)) return wrong("hosts holds \"" + host + "\"");
        out.hosts_.push_back(lowerAscii(host));
    }
    auto root = compileRoot(document["root"]);
    if (!root) return root.error();
    out.root_ = std::move(*root);
    const auto& routes = document["routes"].items();
    if (routes.empty() || routes.size() > kMaxRoutes) return wrong("routes is empty, too long or not a list");
    for (std::size_t i = 0; i < routes.size(); ++i) {
        auto route = compileRoute(routes[i], i);
        if (!route) return route.error();
        out.routes_.push_back(std::move(*route));
    }
    out.headscale_version_ = document.text("headscale_version");
    return out;
}

Result<Allowlist> Allowlist::fromFile(const std::string& path) {
    const auto text = readFile(path, kMaxFile);
    if (!text) return text.error();
    const auto document = parseJson(*text, kLocalJson);
    if (!document) return Error{Code::InvalidArgument, path + ": " + document.error().message};
    auto list = fromJson(*document);
    if (!list) return std::move(list).error().within(path);
    return list;
}

Match Allowlist::find(std::string_view method, std::string_view path) const {
    Match out;
    for (const auto& route : routes_) {
        if (!route.path.matches(path)) continue;
        out.path_known = true;
        if (std::find(route.methods.begin(), route.methods.end(), method) != route.methods.end()) {
            out.route = &route;
            return out;
        }
        for (const auto& other : route.methods) {
            if (std::find(out.allowed.begin(), out.allowed.end(), other) == out.allowed.end()) out.allowed.push_back(other);
        }
    }
    return out;
}

bool Allowlist::servesHost(std::string_view authority) const {
    const auto served = [this](std::string_view name) { return std::find(hosts_.begin(), hosts_.end(), name) != hosts_.end(); };
    if (served(authority)) return true;
    if (!authority.ends_with(":443")) return false;
    const auto name = authority.substr(0, authority.size() - 4);
    return (name.ends_with(']') || name.find(':') == std::string_view::npos) && served(name);
}

}  // namespace masthead::edge::allowlist
