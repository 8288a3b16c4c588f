#include "host/console/http/route_table.hpp"

#include "host/base/text.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace masthead::console {
namespace {

bool isCapture(std::string_view segment) { return segment.size() > 2 && segment.front() == '{' && segment.back() == '}'; }
bool isRest(std::string_view segment) { return isCapture(segment) && segment.size() > 5 && segment.substr(segment.size() - 4) == "...}"; }
std::string nameOf(std::string_view segment) { return std::string(segment.substr(1, segment.size() - (isRest(segment) ? 5 : 2))); }

std::vector<std::string_view> segmentsOf(std::string_view path) { return split(path.substr(1), '/'); }

std::map<std::string, std::string> capturesOf(const std::string& pattern, std::string_view path) {
    std::map<std::string, std::string> out;
    const auto names = segmentsOf(pattern);
    const auto values = segmentsOf(path);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (isRest(names[i])) {
            std::string rest;
            for (std::size_t j = i; j < values.size(); ++j) rest.append(j > i ? "/" : "").append(values[j]);
            out[nameOf(names[i])] = rest;
        } else if (isCapture(names[i])) {
            out[nameOf(names[i])] = std::string(values[i]);
        }
    }
    return out;
}

}  // namespace

Result<std::shared_ptr<const RouteTable>> RouteTable::build(std::vector<Route> routes) {
    auto table = std::make_shared<RouteTable>();
    table->routes_ = std::move(routes);
    for (std::size_t i = 0; i < table->routes_.size(); ++i) {
        if (Status inserted = table->insert(i); !inserted) return std::move(inserted).error();
    }
    return std::shared_ptr<const RouteTable>(std::move(table));
}

Status RouteTable::insert(std::size_t index) {
    const Route& route = routes_[index];
    const std::string label = route.method + " " + route.pattern;
    if (route.pattern.empty() || route.pattern[0] != '/') return Error{Code::InvalidArgument, "route " + label + ": the path must begin with '/'"};
    if (route.permission.id().empty()) return Error{Code::InvalidArgument, "route " + label + " names no permission"};
    if (!route.handler) return Error{Code::InvalidArgument, "route " + label + " has no handler"};
    Node* node = &root_;
    std::map<std::string, std::size_t>* methods = nullptr;
    const auto segments = segmentsOf(route.pattern);
    for (std::size_t i = 0; i < segments.size(); ++i) {
        if (isRest(segments[i])) {
            if (i + 1 != segments.size()) return Error{Code::InvalidArgument, "route " + label + ": only the last segment may take the rest"};
            methods = &node->rest_methods;
            break;
        }
        std::unique_ptr<Node>& next = isCapture(segments[i]) ? node->capture : node->exact[std::string(segments[i])];
        if (!next) next = std::make_unique<Node>();
        node = next.get();
    }
    if (!methods) methods = &node->methods;
    const auto [found, fresh] = methods->emplace(route.method, index);
    if (!fresh) {
        const Route& other = routes_[found->second];
        return Error{Code::Conflict, "route " + label + " of " + route.owner + " collides with " + other.method + " " + other.pattern + " of " + other.owner};
    }
    return {};
}

const std::map<std::string, std::size_t>* RouteTable::walk(const Node& node, const std::vector<std::string_view>& segments, std::size_t at) const {
    if (at == segments.size()) return node.methods.empty() ? nullptr : &node.methods;
    const auto exact = node.exact.find(segments[at]);
    if (exact != node.exact.end()) {
        if (const auto* found = walk(*exact->second, segments, at + 1)) return found;
    }
    if (node.capture && !segments[at].empty()) {
        if (const auto* found = walk(*node.capture, segments, at + 1)) return found;
    }
    return node.rest_methods.empty() ? nullptr : &node.rest_methods;
}

RouteTable::Match RouteTable::find(std::string_view method, std::string_view path) const {
    Match match;
    if (path.empty() || path[0] != '/') return match;
    const auto segments = segmentsOf(path);
    if (segments.size() > 64) return match;
    const auto* methods = walk(root_, segments, 0);
    if (!methods) return match;
    auto found = methods->find(std::string(method));
    if (found == methods->end() && method == "HEAD") found = methods->find("GET");
    if (found == methods->end()) {
        for (const auto& [name, index] : *methods) match.allowed.push_back(name);
        if (methods->count("GET") > 0) match.allowed.emplace_back("HEAD");
        return match;
    }
    match.route = &routes_[found->second];
    match.captures = capturesOf(match.route->pattern, path);
    return match;
}

std::shared_ptr<const RouteTable> buildWithPlugins(std::vector<Route> core, const std::vector<Route>& plugins,
                                                   const std::function<void(const std::string& owner, const Error& why)>& left_out) {
    auto table = RouteTable::build(core);
    std::set<std::string> owners;
    for (const auto& route : plugins) owners.insert(route.owner);
    for (const auto& owner : owners) {
        std::vector<Route> all = core;
        std::copy_if(plugins.begin(), plugins.end(), std::back_inserter(all), [&](const Route& route) { return route.owner == owner; });
        auto grown = RouteTable::build(all);
        if (!grown) {
            left_out(owner, grown.error());
            continue;
        }
        core = std::move(all);
        table = std::move(grown);
    }
    return std::move(*table);
}

}  // namespace masthead::console
