// Plugin: the base class of a plugin written in C++, and MASTHEAD_PLUGIN, which exports it.
//
// Derive, bind handlers in the constructor (it must be quick and without side effects: the host may create and destroy
// instances), use services from start() on. configure, start and stop are called one at a time; route handlers run
// concurrently on any thread. No exception leaves the plugin: every call passes detail::guard.
#pragma once

#include <masthead/ext/health.h>
#include <masthead/ext/routes.h>

#include <cstring>
#include <masthead/audit.hpp>
#include <masthead/detail/guard.hpp>
#include <masthead/events.hpp>
#include <masthead/headscale.hpp>
#include <masthead/host.hpp>
#include <masthead/http.hpp>
#include <masthead/identity_source.hpp>
#include <masthead/jobs.hpp>
#include <masthead/log.hpp>
#include <masthead/secrets.hpp>
#include <masthead/store.hpp>
#include <memory>

namespace masthead {

using HealthCheck = std::function<Result<Json>(const Call&)>;

namespace detail {
class Trampolines;
}

class Plugin {
public:
    explicit Plugin(Host host) : host_(host), log_(host) {}
    virtual ~Plugin() = default;
    Plugin(const Plugin&) = delete;
    Plugin& operator=(const Plugin&) = delete;

    /// plugins.settings.<id>, already checked against the manifest's schema.
    virtual Status configure(const Json&) { return {}; }
    virtual Status start() { return {}; }
    virtual void stop(std::int64_t /*deadline_ms*/) {}

protected:
    const Host& host() const { return host_; }
    const Log& log() const { return log_; }

    /// Binds the route of that name in plugin.json.
    void route(std::string name, RouteHandler handler) { routes_.push_back({std::move(name), std::move(handler)}); }
    template <typename Self>
    void route(std::string name, Result<Reply> (Self::*method)(const HttpCall&)) {
        auto* self = static_cast<Self*>(this);
        route(std::move(name), RouteHandler([self, method](const HttpCall& call) { return (self->*method)(call); }));
    }
    /// Binds the job of that id in plugin.json.
    void job(std::string id, JobHandler handler) { jobs_.push_back({std::move(id), std::move(handler)}); }
    /// Hears the events named under "subscribes" in plugin.json.
    void onEvent(EventHandler handler) { on_event_ = std::move(handler); }
    void health(HealthCheck check) { health_ = std::move(check); }
    void identitySource(std::unique_ptr<IdentitySource> source) { identity_source_ = std::move(source); }
    /// For extensions this header does not know; the table must live as long as the plugin.
    virtual const void* extension(std::string_view) { return nullptr; }

private:
    friend class detail::Trampolines;
    struct BoundRoute {
        std::string name;
        RouteHandler handler;
    };
    struct BoundJob {
        std::string id;
        JobHandler handler;
    };

    Host host_;
    Log log_;
    std::vector<BoundRoute> routes_;
    std::vector<BoundJob> jobs_;
    EventHandler on_event_;
    HealthCheck health_;
    std::unique_ptr<IdentitySource> identity_source_;

    const mh_http* http_ = nullptr;
    std::vector<mh_route_binding> route_bindings_;
    std::vector<mh_job_binding> job_bindings_;
    mh_routes routes_table_{};
    mh_job_handlers jobs_table_{};
};

}  // namespace masthead

#include <masthead/detail/trampolines.hpp>

/// Exports `Class` (derived from masthead::Plugin, constructible from masthead::Host). Once per plugin, at namespace scope.
/// MASTHEAD_PLUGIN_ID and MASTHEAD_PLUGIN_VERSION come from plugin.json through masthead_add_plugin().
#define MASTHEAD_PLUGIN(Class)                                                  \
    extern "C" MH_EXPORT const mh_entry mh_entry_v1 = {MH_MAGIC,                \
                                                       sizeof(mh_entry),        \
                                                       MH_ABI_MAJOR,            \
                                                       0u,                      \
                                                       MH_ABI_TAG,              \
                                                       MH_SDK_VERSION,          \
                                                       MASTHEAD_BUILD_INFO,     \
                                                       MASTHEAD_PLUGIN_ID,      \
                                                       MASTHEAD_PLUGIN_VERSION, \
                                                       &::masthead::detail::Trampolines::create<Class>};
