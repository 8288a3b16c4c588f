// RouteTable: every route of the core and the plugins, immutable; RouteSlot: the table in force, swapped as a whole.
//
// A table is read from any thread without locks. Segments match exactly; "{name}" takes one segment, a last "{name...}"
// the rest; an exact segment wins over a capture. Building fails with the names of routes that collide.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"
#include "host/console/http/route.hpp"

namespace masthead::console {

class RouteTable {
public:
    struct Match {
        const Route* route = nullptr;                // null: see `allowed`
        std::map<std::string, std::string> captures;
        std::vector<std::string> allowed;            // methods of the path when only the method is wrong; empty = no such path
    };

    static Result<std::shared_ptr<const RouteTable>> build(std::vector<Route> routes);

    /// HEAD finds the GET route.
    Match find(std::string_view method, std::string_view path) const;
    const std::vector<Route>& routes() const { return routes_; }

private:
    struct Node {
        std::map<std::string, std::unique_ptr<Node>, std::less<>> exact;
        std::unique_ptr<Node> capture;
        std::map<std::string, std::size_t> methods;       // method -> index into routes_
        std::map<std::string, std::size_t> rest_methods;  // the same for "{name...}" below this node
    };

    Status insert(std::size_t index);
    const std::map<std::string, std::size_t>* walk(const Node& node, const std::vector<std::string_view>& segments, std::size_t at) const;

    std::vector<Route> routes_;
    Node root_;
};

/// The core's routes and those of every plugin that fit: a plugin with a route that collides loses all of its routes and
/// nobody else any. `left_out` hears of it. The core's routes must build.
std::shared_ptr<const RouteTable> buildWithPlugins(std::vector<Route> core, const std::vector<Route>& plugins,
                                                   const std::function<void(const std::string& owner, const Error& why)>& left_out);

/// Thread-safe holder of the table in force.
class RouteSlot {
public:
    std::shared_ptr<const RouteTable> get() const {
        const std::lock_guard lock(mutex_);
        return table_;
    }
    void set(std::shared_ptr<const RouteTable> table) {
        const std::lock_guard lock(mutex_);
        table_ = std::move(table);
    }

private:
    mutable std::mutex mutex_;  // guards table_
    std::shared_ptr<const RouteTable> table_;
};

}  // namespace masthead::console
