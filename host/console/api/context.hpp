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
namespace audit {
class AuditDesk;
class AuditLog;
}  // namespace audit
namespace rbac {
class Catalogue;
class Roles;
}  // namespace rbac
namespace notify { class NotifyAdmin; }
namespace store {
class Database;
class KeyRing;
}  // namespace store
namespace oidc { struct SingleSignOn; }
namespace auth {
class Accounts;
class Csrf;
class KnownDevices;
class Links;
class OwnAccount;
class PasswordSignIn;
class SecondFactors;
class Sessions;
class SignIn;
class RecoveryFactor;
class Throttle;
class Tokens;
class TotpFactor;
namespace webauthn { class Passkeys; }
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
    auth::SignIn& sign_in;
    auth::SecondFactors& second_factors;
    auth::PasswordSignIn& password_sign_in;
    auth::OwnAccount& own_account;
    auth::Links& links;
    auth::KnownDevices& devices;
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
    store::KeyRing* key_ring = nullptr;
    store::Database* database = nullptr;
    auth::TotpFactor* totp = nullptr;
    auth::RecoveryFactor* recovery = nullptr;
    rbac::Roles* roles = nullptr;
    auth::Tokens* tokens = nullptr;
    auth::webauthn::Passkeys* passkeys = nullptr;
    std::function<std::shared_ptr<const RouteTable>()> routes = [] { return nullptr; };  // the table in force
    oidc::SingleSignOn* sso = nullptr;
    audit::AuditDesk* audit_desk = nullptr;
};

/// Every route of the core.
std::vector<Route> coreRoutes(Context& context);

std::vector<Route> sessionRoutes(Context& context);
std::vector<Route> shellRoutes(Context& context);
std::vector<Route> statusRoutes(Context& context);
std::vector<Route> pluginRoutes(Context& context);
std::vector<Route> auditRoutes(Context& context);
std::vector<Route> adminRoutes(Context& context);
std::vector<Route> accountRoutes(Context& context);
std::vector<Route> linkRoutes(Context& context);
std::vector<Route> eventRoutes(Context& context);
std::vector<Route> notifyRoutes(Context& context);
std::vector<Route> keyRoutes(Context& context);
std::vector<Route> factorRoutes(Context& context);
std::vector<Route> passkeyRoutes(Context& context);
std::vector<Route> roleRoutes(Context& context);
std::vector<Route> ssoRoutes(Context& context);
std::vector<Route> tokenRoutes(Context& context);
std::vector<Route> openapiRoutes(Context& context);
std::vector<Route> staticRoutes(Context& context);

/// Who a request is from: the session cookie at edge's door, the process itself at the command line's.
Result<Principal> authenticate(Context& context, const Request& request, Door door);
/// Everything allowed: the command line (method "local") and the sign-in-free trial (method "trial").
Principal everything(const rbac::Catalogue& catalogue, const std::string& id, const std::string& name, const std::string& method);

/// Whether the demo headscale runs, for the banner.
bool demoRuns(const Context& context);

}  // namespace api
}  // namespace masthead::console
