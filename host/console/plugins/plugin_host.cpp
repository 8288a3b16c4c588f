#include "host/console/plugins/plugin_host.hpp"

#include <algorithm>
#include <chrono>

#include "host/base/file.hpp"
#include "host/base/log.hpp"
#include "host/config/paths.hpp"
#include "host/console/plugins/crash_markers.hpp"
#include "host/console/rbac/catalogue.hpp"

namespace masthead::console::plugins {
namespace {

constexpr std::int64_t kDrainMs = 3000;
constexpr std::int64_t kTickMs = 200;

Status notRunning(const View& view) {
    const std::string why = view.reason.empty() ? std::string() : " (" + view.reason + ")";
    return Error{Code::Unavailable, "The plugin " + view.id + " is not running: " + stateName(view.state) + why + "."};
}

}  // namespace

const char* stateName(PluginState state) {
    switch (state) {
        case PluginState::Running: return "running";
        case PluginState::Refused: return "refused";
        case PluginState::Quarantined: return "quarantined";
        case PluginState::Backoff: return "backoff";
        case PluginState::Stopped: break;
    }
    return "stopped";
}

PluginHost::PluginHost(Services& services) : services_(services), history_(services) {}

PluginHost::~PluginHost() { stop(); }

void PluginHost::start() {
    const std::string crash_dir = config::Paths(services_.config).crashDir();
    history_.absorb(CrashMarkers::readLast(crash_dir));
    if (auto installed = CrashMarkers::install(crash_dir); !installed) {
        log::error("crashes of plugins cannot be attributed", {{"cause", installed.error().message}});
    }
    for (const auto& id : services_.config.plugins.enabled) load(id);
    control_ = std::jthread([this](const std::stop_token& stopping) { control(stopping); });
    services_.routes_changed();
}

void PluginHost::stop() {
    if (control_.joinable()) {
        control_.request_stop();
        posted_.notify_all();
        control_.join();
    }
    const auto all = registry_.get();
    const auto& enabled = services_.config.plugins.enabled;
    for (auto id = enabled.rbegin(); id != enabled.rend(); ++id) {
        const auto found = all->find(*id);
        if (found == all->end() || !found->second->instance) continue;
        end(*found->second);
        View view = *found->second;
        view.state = PluginState::Stopped;
        view.instance = nullptr;
        view.background = nullptr;
        registry_.put(std::move(view));
    }
    runner_.stop(kDrainMs);
    CrashMarkers::markOrderlyEnd();
}

void PluginHost::load(const std::string& id) {
    View view = examine(id);
    if (view.state == PluginState::Running)
        log::info("plugin running", {{"plugin", id}, {"version", view.manifest->version}, {"origin", view.origin}});
    else
        log::warning("plugin not running", {{"plugin", id}, {"state", stateName(view.state)}, {"reason", view.reason}});
    show(std::move(view));
}

View PluginHost::examine(const std::string& id) {
    View view;
    view.id = id;
    const auto refuse = [&](const Error& error) {
        view.state = PluginState::Refused;
        view.reason = error.message;
        if (!error.internal.empty()) log::warning("plugin refused", {{"plugin", id}, {"cause", error.internal}});
        return view;
    };
    auto folder = openFolder(services_.config.plugins, id);
    if (!folder) return refuse(folder.error());
    view.origin = originName(folder->origin);
    auto manifest = parseManifest(folder->manifest);
    if (!manifest) return refuse(manifest.error());
    if (manifest->id != id)
        return refuse(Error{Code::FailedPrecondition,
                            "plugin.json is of the plugin \"" + manifest->id + "\", expected \"" + id + "\" like its folder"});
    auto shared = std::make_shared<const Manifest>(std::move(*manifest));
    if (auto needs = services_.catalogue.setPlugin(id, {}); !needs) return refuse(needs.error());

    const auto verdict = history_.judge(id, shared->version);
    const std::int64_t wait = verdict.load_at - services_.clock.wallMs();
    if (verdict.quarantine || wait > 0) {
        view.manifest = shared;
        view.state = verdict.quarantine ? PluginState::Quarantined : PluginState::Backoff;
        view.reason = "ended the console " + std::to_string(verdict.recent) + (verdict.recent == 1 ? " time" : " times") +
                      " in the last 10 minutes" +
                      (verdict.quarantine ? "; an administrator can release it" : "; it is loaded again in a moment");
        if (!verdict.quarantine) post(services_.clock.steadyMs() + wait, [this, id] { load(id); });
    } else {
        auto instance = Instance::load(*folder, shared, services_, runner_);
        if (!instance) return refuse(instance.error());
        view.manifest = shared;
        view.state = PluginState::Running;
        view.instance = *instance;
        // The fault is noticed on a request's thread; the control thread acts on it.
        (*instance)->onFault([this, id](const std::string& reason) { post(0, [this, id, reason] { disable(id, reason); }); });
        if (Background::needed(**instance)) view.background = std::make_shared<Background>(*instance, services_);
    }
    if (folder->has_web) {
        view.web_digest = folder->web_digest;
        view.web_directory = joinPath(folder->path, "web");
    }
    return view;
}

void PluginHost::show(View view) {
    if (view.manifest) installPermissions(*view.manifest);
    const bool after_start = control_.joinable();
    registry_.put(std::move(view));
    if (after_start) services_.routes_changed();
}

void PluginHost::installPermissions(const Manifest& manifest) {
    std::vector<rbac::PermissionInfo> list;
    for (const auto& item : manifest.permissions)
        list.push_back({item.id, item.title, item.description, item.risk, manifest.id, item.suggested_roles, manifest.title});
    if (auto set = services_.catalogue.setPlugin(manifest.id, std::move(list)); !set) {
        log::error("the permissions of a plugin cannot be used", {{"plugin", manifest.id}, {"cause", set.error().message}});
    }
}

void PluginHost::disable(const std::string& id, const std::string& reason) {
    const auto current = registry_.find(id);
    if (!current || current->state != PluginState::Running) return;
    View view = *current;
    view.state = PluginState::Quarantined;
    view.reason = reason;
    view.instance = nullptr;
    view.background = nullptr;
    log::error("plugin disabled", {{"plugin", id}, {"reason", reason}});
    show(std::move(view));
    end(*current);
}

/// Stops what a view shows as running.
void PluginHost::end(const View& view) {
    bool quiet = true;
    if (view.background && !view.background->stop(kDrainMs)) {
        // Its thread waits for a call that does not come back: better leaked than freed under it.
        static auto& leaked = *new std::vector<std::shared_ptr<Background>>;
        static std::mutex leaked_mutex;
        const std::lock_guard lock(leaked_mutex);
        leaked.push_back(view.background);
        quiet = false;
    }
    quiet = view.instance->stop(kDrainMs) && quiet;
    if (!quiet) log::warning("a plugin did not stop in time", {{"plugin", view.id}});
}

Status PluginHost::release(const std::string& plugin) {
    const std::lock_guard lock(release_mutex_);
    const auto view = registry_.find(plugin);
    if (!view) return Error{Code::NotFound, "There is no enabled plugin " + plugin + "."};
    if (view->state != PluginState::Quarantined)
        return Error{Code::FailedPrecondition,
                     "The plugin " + plugin + " is not quarantined: it is " + stateName(view->state) + "."};
    if (auto forgiven = history_.forgive(plugin); !forgiven) return forgiven;
    // Shown at once, so that a second release does not load it a second time.
    View released = *view;
    released.state = PluginState::Backoff;
    released.reason = "released; it is loaded again in a moment";
    registry_.put(std::move(released));
    post(0, [this, plugin] { load(plugin); });
    return {};
}

void PluginHost::post(std::int64_t at, std::function<void()> action) {
    const std::lock_guard lock(mutex_);
    actions_.emplace(at, std::move(action));
    posted_.notify_all();
}

void PluginHost::control(const std::stop_token& stopping) {
    std::unique_lock lock(mutex_);
    while (!stopping.stop_requested()) {
        posted_.wait_for(lock, stopping, std::chrono::milliseconds(kTickMs),
                         [&] { return !actions_.empty() && actions_.begin()->first <= services_.clock.steadyMs(); });
        if (stopping.stop_requested()) return;
        if (actions_.empty() || actions_.begin()->first > services_.clock.steadyMs()) continue;
        const auto action = std::move(actions_.begin()->second);
        actions_.erase(actions_.begin());
        lock.unlock();
        action();
        lock.lock();
    }
}

std::set<std::string> PluginHost::grantedPaths(const Manifest& manifest) const {
    std::set<std::string> out;
    const Json& granted = services_.config.plugins.settings[manifest.id]["public_paths"];
    for (const auto& path : granted.items()) out.insert(path.asString());
    if (granted.asBool(!granted.isArray() && manifest.id == "onboarding")) {
        for (const auto& route : manifest.routes) {
            if (route.outside) out.insert(route.path);
        }
    }
    return out;
}

Route PluginHost::routeOf(const Manifest& manifest, const RouteDeclaration& declared) {
    Permission permission = declared.permission == "masthead:public"              ? Permission::publicAccess()
                            : declared.permission == "masthead:any-authenticated" ? Permission::anyAuthenticated()
                                                                                  : Permission::named(declared.permission);
    const std::string id = manifest.id;
    Route route{declared.method, declared.outside ? declared.path : "/admin/api/p/" + id + declared.path, permission,
                declared.summary,
                // The declaration is copied: the route may outlive the view it came from.
                [this, id, declared](const Request& request) { return answer(id, declared, request); }};
    // What strangers write names nobody, and a flood of it must not grow the log: such a handler records what matters itself.
    if (!declared.read_only && !declared.outside) route.audit = declared.name.rfind(id + ".", 0) == 0 ? declared.name : id + "." + declared.name;
    route.body_limit = declared.body_limit;
    route.deadline_ms = declared.deadline_ms;
    route.owner = id;
    route.schema = Json::object({{"operation", declared.name}, {"request", declared.request}, {"response", declared.response}});
    route.json_body = !declared.request.isNull();
    route.creates = declared.creates;
    route.step_up = declared.step_up;
    route.token_allowed = declared.token_allowed;
    return route;
}

Response PluginHost::answer(const std::string& id, const RouteDeclaration& declared, const Request& request) {
    const auto view = registry_.find(id);
    if (!view || !view->instance) {
        const Status why = view ? notRunning(*view) : Status(Error{Code::NotFound, "There is no plugin " + id + "."});
        return problem(why.error(), request.id);
    }
    // The instance's own declaration: a reload may have replaced the manifest the route was made from.
    const auto& routes = view->manifest->routes;
    const auto found = std::find_if(routes.begin(), routes.end(), [&](const auto& route) { return route.name == declared.name; });
    if (found == routes.end())
        return problem(Error{Code::NotFound, "The plugin " + id + " has no such route any more."}, request.id);
    return view->instance->handle(*found, request);
}

std::vector<Route> PluginHost::routes() {
    std::vector<Route> out;
    const auto all = registry_.get();  // held while it is read: another may be put in its place
    for (const auto& [id, view] : *all) {
        if (!view->manifest) continue;
        const auto granted = grantedPaths(*view->manifest);
        for (const auto& declared : view->manifest->routes) {
            if (declared.outside && granted.count(declared.path) == 0) continue;
            out.push_back(routeOf(*view->manifest, declared));
        }
    }
    return out;
}

std::vector<PluginPage> PluginHost::pages() {
    std::vector<PluginPage> out;
    const auto all = registry_.get();  // held while it is read: another may be put in its place
    for (const auto& [id, view] : *all) {
        if (!view->manifest || view->web_digest.empty()) continue;
        const std::string base = "/admin/ui/p/" + id + "/" + view->web_digest + "/";
        for (const auto& page : view->manifest->pages) {
            out.push_back({page.permission, Json::object({{"plugin", id},
                                                          {"id", page.id},
                                                          {"path", page.path},
                                                          {"title", page.title},
                                                          {"icon", page.icon},
                                                          {"section", page.section},
                                                          {"order", page.order},
                                                          {"element", page.element},
                                                          {"module", base + page.module},
                                                          {"style", page.style.empty() ? Json() : Json(base + page.style)},
                                                          {"permission", page.permission},
                                                          {"badge", page.badge.empty() ? Json() : Json(page.badge)}})});
        }
    }
    return out;
}

std::vector<PluginAssets> PluginHost::assets() {
    std::vector<PluginAssets> out;
    const auto all = registry_.get();  // held while it is read: another may be put in its place
    for (const auto& [id, view] : *all) {
        if (!view->web_digest.empty()) out.push_back({id, view->web_digest, view->web_directory});
    }
    return out;
}

Json PluginHost::list() {
    Json items = Json::array();
    const auto all = registry_.get();
    for (const auto& id : services_.config.plugins.enabled) {
        const auto found = all->find(id);
        if (found == all->end()) continue;
        const View& view = *found->second;
        const auto* manifest = view.manifest.get();
        Json item = Json::object({{"id", id},
                                  {"title", manifest ? manifest->title : id},
                                  {"version", manifest ? Json(manifest->version) : Json()},
                                  {"state", stateName(view.state)},
                                  {"origin", view.origin},
                                  {"reason", view.reason.empty() ? Json() : Json(view.reason)},
                                  {"last_crash", history_.last(id)},
                                  {"enabled", true},
                                  {"routes", manifest ? manifest->routes.size() : 0},
                                  {"pages", manifest ? manifest->pages.size() : 0}});
        if (view.background) item.set("jobs", view.background->jobs());
        items.push(std::move(item));
    }
    return Json::object({{"plugins", items}});
}

std::vector<NotifyEvent> PluginHost::notifyEvents() {
    std::vector<NotifyEvent> out;
    const auto all = registry_.get();
    for (const auto& [id, view] : *all) {
        if (!view->manifest) continue;
        for (const auto& event : view->manifest->events) {
            if (event.notify) out.push_back({id, event.type, event.permission, event.description});
        }
    }
    return out;
}

}  // namespace masthead::console::plugins

namespace masthead::console {

std::unique_ptr<PluginRuntime> makePluginRuntime(Services& services) { return std::make_unique<plugins::PluginHost>(services); }

}  // namespace masthead::console
