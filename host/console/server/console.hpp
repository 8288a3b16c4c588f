// The console process put together: store, accounts, plugins, routes, sockets; start and orderly stop.
//
// open() does everything that can fail before anything listens. Not thread-safe but for onControlLine().
#pragma once

#include <functional>
#include <memory>

#include "host/base/json.hpp"
#include "host/base/result.hpp"
#include "host/config/config.hpp"
#include "host/console/http/response.hpp"

namespace masthead::console {
class RouteTable;
}

namespace masthead::console::server {

class Console {
public:
    static Result<std::unique_ptr<Console>> open(config::Config config);
    ~Console();
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

    /// Loads plugins and listens.
    Status start();
    void onControlLine(const Json& line);
    /// A request of the command line without any socket, for when no host runs: core routes only.
    Response callLocally(const std::string& method, const std::string& path, const std::string& body);
    /// The routes in force; the core's alone before start().
    std::shared_ptr<const RouteTable> routes();
    /// The writer of the database answers within a moment: what a tick stands for.
    bool alive();
    /// Expired sessions, an expired set-up token. Call now and then.
    void housekeeping();
    /// New requests get 503, streams end, plugins stop, sockets close.
    void stop();

private:
    struct Impl;
    explicit Console(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace masthead::console::server
