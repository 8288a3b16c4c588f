// PluginHost: loads, starts, watches and stops the enabled plugins, and shows them to the console (PluginRuntime).
//
// Thread-safe. Loading, releasing and disabling happen on one control thread, one after the other; requests read the
// registry's snapshot and never wait for them. A plugin that fails is shown with its reason and stops nobody else.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include "host/console/plugins/crash_history.hpp"
#include "host/console/plugins/registry.hpp"
#include "host/console/services.hpp"

namespace masthead::console::plugins {

class PluginHost final : public PluginRuntime {
public:
    explicit PluginHost(Services& services);
    ~PluginHost() override;

    void start() override;
    void stop() override;
    std::vector<Route> routes() override;
    std::vector<PluginPage> pages() override;
    std::vector<PluginAssets> assets() override;
    Json list() override;
    std::vector<NotifyEvent> notifyEvents() override;
    Status release(const std::string& plugin) override;

private:
    void load(const std::string& id);
    View examine(const std::string& id);
    void show(View view);
    void disable(const std::string& id, const std::string& reason);
    static void end(const View& view);
    void installPermissions(const Manifest& manifest);
    Route routeOf(const Manifest& manifest, const RouteDeclaration& declared);
    Response answer(const std::string& id, const RouteDeclaration& declared, const Request& request);
    std::set<std::string> grantedPaths(const Manifest& manifest) const;

    /// Runs on the control thread, `at` steady ms or later.
    void post(std::int64_t at, std::function<void()> action);
    void control(const std::stop_token& stopping);

    Services& services_;
    CallRunner runner_;
    CrashHistory history_;
    Registry registry_;
    std::mutex release_mutex_;  // one release() at a time

    std::mutex mutex_;  // guards actions_
    std::condition_variable_any posted_;
    std::multimap<std::int64_t, std::function<void()>> actions_;
    std::jthread control_;
};

}  // namespace masthead::console::plugins
