// What the core's handlers work with, and the functions that declare the core's routes. One Context per process, made by
// the server; it outlives the routes. Everything in it is thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/json.hpp"
#include "host/config/config.hpp"
#include "host/console/http/funnel.hpp"
#include "host/console/http/route.hpp"

namespace masthead::console {

class EventBus;
class HeadscaleAccess;
class PluginRuntime;
namespace audit { class AuditLog; }
namespace rbac { class Catalogue; }
namespace notify { class NotifyAdmin; }
namespace auth {
class Accounts;
class Csrf;
class Sessions;
class Throttle;
}  // namespace auth

namespace api {

class StreamSlots;

struct Context {
    const config::Config& config;
    Clock& clock;
    EventBus& events;
    audit::AuditLog& audit;
    rbac::Catalogue& catalogue;
    auth::Accounts& accounts;
    auth::Sessions& sessions;
    auth::Csrf& csrf;
    auth::Throttle& throttle;
    StreamSlots& streams;
    HeadscaleAccess& headscale;
    std::function<PluginRuntime*()> plugins;                        // null while the plugin host is not there
    std::function<Json()> supervisor_state;                         // the last status document
    std::function<Json()> edge_counts;                              // the last counts line
    std::function<Json()> tailnet_summary;                          // {"nodes","online","users","revision","as_of","stale"}
    std::function<Status(const std::string& child)> restart_child;
    notify::NotifyAdmin* notify = nullptr;
};

/// Every route of the core.
std::vector<Route> coreRoutes(Context& context);

std::vector<Route> sessionRoutes(Context& context);
std::vector<Route> shellRoutes(Context& context);
std::vector<Route> statusRoutes(Context& context);
std::vector<Route> pluginRoutes(Context& context);
std::vector<Route> auditRoutes(Context& context);
std::vector<Route> adminRoutes(Context& context);
std::vector<Route> eventRoutes(Context& context);
std::vector<Route> notifyRoutes(Context& context);
std::vector<Route> staticRoutes(Context& context);

/// Who a request is from: the session cookie at edge's door, the process itself at the command line's.
Result<Principal> authenticate(Context& context, const Request& request, Door door);
/// Everything allowed: the command line (method "local") and the sign-in-free trial (method "trial").
Principal everything(const rbac::Catalogue& catalogue, const std::string& id, const std::string& name, const std::string& method);

/// Whether the demo headscale runs, for the banner.
bool demoRuns(const Context& context);

}  // namespace api
}  // namespace masthead::console
