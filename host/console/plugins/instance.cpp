#include "host/console/plugins/instance.hpp"

#include <dlfcn.h>

#include <chrono>

#include "host/base/log.hpp"
#include "host/console/plugins/crash_markers.hpp"
#include "host/console/plugins/handshake.hpp"
#include "host/console/plugins/schema.hpp"

namespace masthead::console::plugins {
namespace {

Error refused(std::string message) { return Error{Code::FailedPrecondition, std::move(message)}; }

}  // namespace

Instance::Instance(std::shared_ptr<const Manifest> manifest, Services& services, CallRunner& runner)
    : manifest_(std::move(manifest)), services_(services), runner_(runner), host_(new mh_host) {
    host_->manifest = manifest_;
    host_->services = &services;
}

Result<std::shared_ptr<Instance>> Instance::load(Folder& folder, std::shared_ptr<const Manifest> manifest, Services& services,
                                                 CallRunner& runner) {
    if (auto needs = checkNeeds(*manifest); !needs) return std::move(needs).error();
    const Json settings = settingsOf(services, *manifest);
    static const Json kNone = Json::object({{"type", "object"}, {"properties", Json::object()}});
    const Json& schema = manifest->config.isNull() ? kNone : manifest->config;
    const Json filled = withDefaults(schema, settings);
    if (const auto faults = checkValue(schema, filled); !faults.empty()) {
        return refused("plugins.settings." + manifest->id + faults.front().path + " " + faults.front().reason);
    }

    std::shared_ptr<Instance> instance(new Instance(manifest, services, runner));
    if (folder.has_web) instance->host_->assets = "/public/p/" + manifest->id + "/" + folder.web_digest + "/";
    if (auto ready = instance->prepare(folder, filled.dump()); !ready) {
        instance->discard();
        return std::move(ready).error();
    }
    const std::lock_guard lock(instance->mutex_);
    instance->accepting_ = true;
    return instance;
}

Status Instance::prepare(Folder& folder, const std::string& config) {
    if (auto opened = open(folder); !opened) return opened;
    auto self = shared_from_this();
    auto configured = control("configure", [self, config](mh_sink err) { return self->api_->configure(self->plugin_, toAbi(config), err); });
    if (!configured) return std::move(configured).error().within("configuring");
    auto started = control("start", [self](mh_sink err) { return self->api_->start(self->plugin_, err); });
    if (!started) return std::move(started).error().within("starting");
    return {};
}

void Instance::discard() {
    bool hung = false;
    {
        const std::lock_guard lock(mutex_);
        hung = in_flight_ > 0;
    }
    if (!hung) {
        stop(0);
        return;
    }
    host_->open.store(false);
}

Status Instance::open(Folder& folder) {
    // Through the checked descriptor: what was hashed is what is loaded.
    const std::string path = "/proc/self/fd/" + std::to_string(folder.module.get());
    struct Opened {
        void* handle = nullptr;
        const void* symbol = nullptr;
        std::string error;
    };
    auto opened = std::make_shared<Opened>();
    Status loaded = enter(Kind::Control, "dlopen", "", kControlMs, [opened, path] {
        dlerror();
        opened->handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (opened->handle != nullptr) opened->symbol = dlsym(opened->handle, "mh_entry_v1");
        if (const char* error = dlerror(); error != nullptr) opened->error = error;
    });
    if (!loaded) return std::move(loaded).error().within("loading the shared object");
    if (opened->handle == nullptr) {
        if (const auto at = opened->error.find(path); at != std::string::npos)
            opened->error.replace(at, path.size(), folder.id + ".so");
        return refused("the shared object cannot be loaded: " + opened->error);
    }
    // Kept open for good: the loader knows an object by its path, and a number used again would give the first plugin back.
    (void)folder.module.release();
    if (opened->symbol == nullptr) {
        return refused(
            "the shared object does not export mh_entry_v1: it is no plugin for ABI version 1, or MASTHEAD_PLUGIN is missing");
    }
    if (auto shaken = shakeHands(opened->symbol); !shaken) return shaken;
    return bind();
}

Status Instance::shakeHands(const void* symbol) {
    const auto* entry = static_cast<const mh_entry*>(symbol);
    if (auto fits = checkEntry(*entry, *manifest_); !fits) return fits;
    auto self = shared_from_this();
    auto created = control("create", [self, entry](mh_sink err) {
        return entry->create(self->host_, &hostApi(), &self->plugin_, &self->api_, err);
    });
    if (!created) return std::move(created).error().within("creating the instance");
    if (api_ == nullptr || plugin_ == nullptr || api_->struct_size < sizeof(mh_plugin_api) || api_->configure == nullptr ||
        api_->start == nullptr || api_->stop == nullptr || api_->destroy == nullptr || api_->get_extension == nullptr) {
        api_ = nullptr;
        return refused("create answered OK without a complete table of functions");
    }
    return {};
}

Status Instance::bind() {
    struct Tables {
        const mh_routes* routes = nullptr;
        const mh_job_handlers* jobs = nullptr;
    };
    auto tables = std::make_shared<Tables>();
    auto self = shared_from_this();
    auto asked = control("get_extension", [self, tables](mh_sink) {
        const auto get = [&](const char* id) { return self->api_->get_extension(self->plugin_, id); };
        tables->routes = static_cast<const mh_routes*>(get(MH_EXTENSION_ROUTES));
        tables->jobs = static_cast<const mh_job_handlers*>(get(MH_EXTENSION_JOB_HANDLERS));
        self->event_handlers_ = static_cast<const mh_event_handlers*>(get(MH_EXTENSION_EVENT_HANDLERS));
        self->health_ = static_cast<const mh_health*>(get(MH_EXTENSION_HEALTH));
        return MH_OK;
    });
    if (!asked) return asked;

    std::vector<std::string> declared, bound;
    for (const auto& route : manifest_->routes) declared.push_back(route.name);
    for (std::size_t i = 0; tables->routes != nullptr && i < tables->routes->count; ++i) {
        const auto& binding = tables->routes->bindings[i];
        if (binding.name == nullptr || binding.handle == nullptr)
            return refused("the shared object binds a route without a name or handler");
        bound.emplace_back(binding.name);
        routes_[binding.name] = &binding;
    }
    if (auto equal = compareBindings("routes", declared, bound); !equal) return equal;
    declared.clear();
    bound.clear();
    for (const auto& job : manifest_->jobs) declared.push_back(job.id);
    for (std::size_t i = 0; tables->jobs != nullptr && i < tables->jobs->count; ++i) {
        const auto& binding = tables->jobs->bindings[i];
        if (binding.id == nullptr || binding.run == nullptr)
            return refused("the shared object binds a job without an id or handler");
        bound.emplace_back(binding.id);
        jobs_[binding.id] = &binding;
    }
    if (auto equal = compareBindings("jobs", declared, bound); !equal) return equal;
    if (!manifest_->subscribes.empty() && event_handlers_ == nullptr)
        return refused("plugin.json subscribes to events, but the shared object does not handle any");
    return {};
}

Status Instance::enter(Kind kind, const std::string& entry, const std::string& call_id, std::int64_t timeout_ms,
                       std::function<void()> code) {
    struct Outcome {
        bool threw = false;
        std::string what;
    };
    auto outcome = std::make_shared<Outcome>();
    auto self = shared_from_this();
    {
        const std::lock_guard lock(mutex_);
        if (kind == Kind::Call && !accepting_) return Error{Code::Unavailable, "the plugin " + manifest_->id + " is not running"};
        ++in_flight_;
    }
    const auto leave = [self] {
        const std::lock_guard lock(self->mutex_);
        --self->in_flight_;
        self->drained_.notify_all();
    };
    const auto result = runner_.run(
        [self, outcome, entry, call_id, leave, code = std::move(code)] {
            {
                const Marker marker(self->manifest_->id, self->manifest_->version, entry, call_id);
                try {
                    code();
                } catch (const std::exception& exception) {
                    outcome->threw = true;
                    outcome->what = exception.what();
                } catch (...) {
                    outcome->threw = true;
                    outcome->what = "an object that is no std::exception";
                }
            }
            leave();
        },
        timeout_ms);
    switch (result) {
        case CallRunner::Outcome::NotStarted: leave(); return Error{Code::Unavailable, "all threads for plugins are busy"};
        case CallRunner::Outcome::TimedOut:
            strike(entry + " did not return within " + std::to_string(timeout_ms) + " ms");
            return Error{Code::Deadline,
                         "the plugin " + manifest_->id + " did not answer within " + std::to_string(timeout_ms) + " ms"};
        case CallRunner::Outcome::Done: break;
    }
    if (outcome->threw) {
        strike(entry + " threw an exception across the boundary");
        return Error{Code::Internal, "the plugin " + manifest_->id + " failed unexpectedly", entry + " threw " + outcome->what};
    }
    return {};
}

Status Instance::control(const std::string& entry, std::function<std::int32_t(mh_sink)> code) {
    struct Answer {
        std::int32_t status = MH_INTERNAL;
        std::string problem;
    };
    auto answer = std::make_shared<Answer>();
    const Status entered = enter(Kind::Control, entry, "", kControlMs,
                                 [answer, code = std::move(code)] { answer->status = code(appendTo(answer->problem)); });
    if (!entered) return entered;
    if (answer->status != MH_OK) return errorFromPlugin(answer->status, answer->problem, entry);
    return {};
}

void Instance::onFault(std::function<void(const std::string&)> action) {
    const std::lock_guard lock(mutex_);
    on_fault_ = std::move(action);
}

void Instance::strike(const std::string& what) {
    std::function<void(const std::string&)> action;
    int strikes = 0;
    {
        const std::lock_guard lock(mutex_);
        strikes = ++strikes_;
        if (strikes == kStrikes) action = on_fault_;
    }
    log::warning("plugin fault", {{"plugin", manifest_->id}, {"what", what}, {"count", std::to_string(strikes)}});
    if (action) action("disabled after " + std::to_string(kStrikes) + " faults; the last: " + what);
}

std::shared_ptr<mh_ctx> Instance::ownContext(const std::string& call_id, std::int64_t timeout_ms) const {
    auto ctx = std::make_shared<mh_ctx>();
    ctx->clock = &services_.clock;
    ctx->principal.id = ctx->principal.name = "plugin:" + manifest_->id;
    for (const auto& permission : manifest_->permissions) ctx->principal.permissions.insert(permission.id);
    ctx->call_id = call_id;
    ctx->deadline_steady_ms = services_.clock.steadyMs() + timeout_ms;
    return ctx;
}

bool Instance::stop(std::int64_t timeout_ms) {
    bool quiet = false;
    {
        std::unique_lock lock(mutex_);
        accepting_ = false;
        on_fault_ = nullptr;
        quiet = drained_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] { return in_flight_ == 0; });
    }
    if (plugin_ != nullptr && api_ != nullptr) {
        auto self = shared_from_this();
        const Status stopped = control("stop", [self, timeout_ms](mh_sink) {
            self->api_->stop(self->plugin_, timeout_ms);
            return MH_OK;
        });
        // A call that never came back may still use the instance: better leaked than freed under it.
        if (quiet && stopped) {
            (void)control("destroy", [self](mh_sink) {
                self->api_->destroy(self->plugin_);
                return MH_OK;
            });
            plugin_ = nullptr;
        }
        quiet = quiet && stopped.ok();
    }
    host_->open.store(false);
    return quiet;
}

}  // namespace masthead::console::plugins
