// Services: what the console's rooms lend to plugins, and PluginRuntime: what the console asks of the plugin host.
//
// One Services value is made at start and outlives every borrower; the references never change. All members are
// thread-safe. This header is the whole seam between console_core and host/console/plugins: the plugin host implements
// PluginRuntime, is linked as masthead::console_plugins and made by makePluginRuntime().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/json.hpp"
#include "host/base/result.hpp"
#include "host/config/config.hpp"
#include "host/console/http/request.hpp"
#include "host/console/http/route.hpp"

namespace masthead::headscale {
class Client;
class Tailnet;
}  // namespace masthead::headscale

namespace masthead::console {

class EventBus;
namespace audit { class AuditLog; }
namespace rbac { class Catalogue; }
namespace notify { class Poster; }
namespace store {
class KeyValueStore;
class CrashStore;
class PluginStateStore;
class Sealer;
}  // namespace store

/// The running headscale, as the console sees it at this moment.
class HeadscaleAccess {
public:
    virtual ~HeadscaleAccess() = default;
    /// Null while headscale is away: answer Unavailable.
    virtual std::shared_ptr<headscale::Client> client() = 0;
    /// The live view; it keeps the last known state while headscale is away. Null before the first connection ever.
    virtual std::shared_ptr<headscale::Tailnet> tailnet() = 0;
    /// {"state","version","driver","demo","source","missing_fields","since"}
    virtual Json info() = 0;
    /// Asks headscale again at once: call after every change made through client().
    virtual void poke() = 0;
};

struct Services {
    const config::Config& config;
    Clock& clock;
    EventBus& events;
    audit::AuditLog& audit;
    rbac::Catalogue& catalogue;
    store::KeyValueStore& key_values;
    store::PluginStateStore& plugin_states;
    store::CrashStore& crashes;
    store::Sealer& sealer;
    HeadscaleAccess& headscale;
    /// Makes the console ask routes() and assets() again and swap in a new route table. Any thread.
    std::function<void()> routes_changed;
    /// Null where nobody is to be told (tools, some tests).
    notify::Poster* notify = nullptr;
};

/// A page of a plugin as GET /shell lists it: the members of `entry` plus the permission that decides who sees it.
struct PluginPage {
    std::string permission;
    Json entry;  // {"plugin","id","path","title","icon","section","order","element","module","style","permission"}
};

/// An event that a plugin may post as a notification.
struct NotifyEvent {
    std::string plugin, type, permission, description;
};

/// Files below `directory` are served at /admin/ui/p/<plugin>/<digest>/.
struct PluginAssets {
    std::string plugin;
    std::string digest;
    std::string directory;
};

class PluginRuntime {
public:
    virtual ~PluginRuntime() = default;
    /// Loads and starts the enabled plugins; a plugin that fails stops nobody else.
    virtual void start() = 0;
    /// Stops in reverse order; no plugin code runs afterwards.
    virtual void stop() = 0;
    /// Complete patterns ("/admin/api/p/nodes/nodes/{id}"), Route::owner = the plugin's id.
    virtual std::vector<Route> routes() = 0;
    virtual std::vector<PluginPage> pages() = 0;
    virtual std::vector<PluginAssets> assets() = 0;
    /// {"plugins":[{"id","title","version","state","origin","reason","last_crash","enabled","routes","pages"}]}
    virtual Json list() = 0;
    virtual std::vector<NotifyEvent> notifyEvents() { return {}; }
    /// Lifts a quarantine. NotFound, or FailedPrecondition when the plugin is not quarantined.
    virtual Status release(const std::string& plugin) = 0;
};

/// Defined by host/console/plugins.
std::unique_ptr<PluginRuntime> makePluginRuntime(Services& services);

}  // namespace masthead::console
