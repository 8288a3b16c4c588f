// The exact allowlist: which method and path goes where. Everything that it does not name does not exist.
//
// Compiled from run/allowlist.json (docs/architecture.md). Immutable: the server swaps a shared_ptr<const Allowlist> and each
// request keeps the one it began with. A wrong file gives an error that names the member; the caller keeps the old list.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/json.hpp"
#include "host/edge/allowlist/pattern.hpp"

namespace masthead::edge::allowlist {

enum class Destination { Headscale, Console, Edge };

struct Route {
    std::vector<std::string> methods;
    Pattern path;
    Destination target = Destination::Edge;
    bool query = false;
    std::vector<std::string> upgrade;  // lower case protocol names
    std::uint64_t body_limit = 0;
    std::string rate;
};

struct Root {
    std::string redirect;  // empty: `/` does not exist
};

struct Match {
    const Route* route = nullptr;      // valid as long as the Allowlist
    bool path_known = false;           // false: 404; true without a route: 405
    std::vector<std::string> allowed;  // methods, for 405
};

class Allowlist {
public:
    static Result<Allowlist> fromJson(const Json& document);
    static Result<Allowlist> fromFile(const std::string& path);

    Match find(std::string_view method, std::string_view path) const;
    /// `authority` in lower case; the default port may be written out.
    bool servesHost(std::string_view authority) const;
    const Root& root() const { return root_; }
    std::size_t size() const { return routes_.size(); }
    const std::string& headscaleVersion() const { return headscale_version_; }

private:
    std::vector<std::string> hosts_;
    Root root_;
    std::vector<Route> routes_;
    std::string headscale_version_;
};

}  // namespace masthead::edge::allowlist
