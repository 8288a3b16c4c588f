// The C functions behind a masthead::Plugin. Included by plugin.hpp; not for direct use.
//
// The mh_plugin handle is the masthead::Plugin object. Each function is noexcept and enters plugin code through guard().
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#define MASTHEAD_BUILD_SANITIZER " asan"
#elif defined(__SANITIZE_THREAD__)
#define MASTHEAD_BUILD_SANITIZER " tsan"
#else
#define MASTHEAD_BUILD_SANITIZER ""
#endif
#define MASTHEAD_BUILD_INFO "c++ " __VERSION__ MASTHEAD_BUILD_SANITIZER

namespace masthead::detail {

class Trampolines {
public:
    template <typename Class>
    static std::int32_t create(mh_host* host, const mh_host_api* api, mh_plugin** plugin, const mh_plugin_api** plugin_api,
                               mh_sink err) noexcept {
        return guard(err, [&]() -> Status {
            auto made = std::make_unique<Class>(Host(host, api));
            Plugin* base = made.release();
            bind(*base);
            *plugin = reinterpret_cast<mh_plugin*>(base);
            *plugin_api = &kApi;
            return {};
        });
    }

private:
    static Plugin& self(mh_plugin* plugin) { return *reinterpret_cast<Plugin*>(plugin); }

    static Result<Json> parse(mh_str text, const char* what) {
        std::string error;
        auto parsed = Json::parse(fromAbi(text), error);
        if (!parsed) return Error{Code::InvalidArgument, std::string(what) + " is not JSON: " + error};
        return *std::move(parsed);
    }

    // Names and data pointers go into the vectors last, when nothing moves any more.
    static void bind(Plugin& plugin) {
        for (auto& route : plugin.routes_) plugin.route_bindings_.push_back({route.name.c_str(), &route, &handleRoute});
        for (auto& job : plugin.jobs_) plugin.job_bindings_.push_back({job.id.c_str(), &job, &runJob});
        plugin.routes_table_ = {sizeof(mh_routes), 0, plugin.route_bindings_.size(), plugin.route_bindings_.data()};
        plugin.jobs_table_ = {sizeof(mh_job_handlers), 0, plugin.job_bindings_.size(), plugin.job_bindings_.data()};
    }

    static std::int32_t configure(mh_plugin* plugin, mh_str config, mh_sink err) noexcept {
        return guard(err, [&]() -> Status {
            auto parsed = parse(config, "the configuration");
            if (!parsed) return std::move(parsed).error();
            return self(plugin).configure(*parsed);
        });
    }
    static std::int32_t start(mh_plugin* plugin, mh_sink err) noexcept {
        return guard(err, [&]() -> Status {
            Plugin& target = self(plugin);
            if (!target.routes_.empty()) {
                auto http = target.host_.template service<mh_http>(MH_SERVICE_HTTP);
                if (!http) return std::move(http).error();
                target.http_ = *http;
            }
            return target.start();
        });
    }
    static void stop(mh_plugin* plugin, std::int64_t deadline_ms) noexcept {
        guard({nullptr, nullptr}, [&]() -> Status {
            self(plugin).stop(deadline_ms);
            return {};
        });
    }
    static void destroy(mh_plugin* plugin) noexcept {
        guard({nullptr, nullptr}, [&]() -> Status {
            delete &self(plugin);
            return {};
        });
    }
    static const void* getExtension(mh_plugin* plugin, const char* id) noexcept {
        const void* found = nullptr;
        guard({nullptr, nullptr}, [&]() -> Status {
            Plugin& target = self(plugin);
            if (std::strcmp(id, MH_EXTENSION_ROUTES) == 0 && !target.routes_.empty())
                found = &target.routes_table_;
            else if (std::strcmp(id, MH_EXTENSION_JOB_HANDLERS) == 0 && !target.jobs_.empty())
                found = &target.jobs_table_;
            else if (std::strcmp(id, MH_EXTENSION_EVENT_HANDLERS) == 0 && target.on_event_)
                found = &kEventHandlers;
            else if (std::strcmp(id, MH_EXTENSION_HEALTH) == 0 && target.health_)
                found = &kHealth;
            else if (std::strcmp(id, MH_EXTENSION_IDENTITY_SOURCE) == 0 && target.identity_source_)
                found = &kIdentitySource;
            else
                found = target.extension(id);
            return {};
        });
        return found;
    }

    static std::int32_t handleRoute(mh_plugin* plugin, void* data, mh_ctx* ctx, const mh_request* request, mh_response* response,
                                    mh_sink err) noexcept {
        return guard(err, [&]() -> Status {
            Plugin& target = self(plugin);
            auto reply = static_cast<Plugin::BoundRoute*>(data)->handler(HttpCall(target.host_, ctx, target.http_, request));
            if (!reply) return std::move(reply).error();
            return send(target.http_, response, *reply);
        });
    }
    static std::int32_t report(mh_sink report_json, mh_sink err, Result<Json> result) {
        if (!result) return answer(err, result.error());
        if (!result->isNull()) emit(report_json, result->dump());
        return MH_OK;
    }
    static std::int32_t runJob(mh_plugin* plugin, void* data, mh_ctx* ctx, mh_sink report_json, mh_sink err) noexcept {
        std::int32_t status = MH_INTERNAL;
        const std::int32_t guarded = guard(err, [&]() -> Status {
            status = report(report_json, err, static_cast<Plugin::BoundJob*>(data)->handler(Call(self(plugin).host_, ctx)));
            return {};
        });
        return guarded == MH_OK ? status : guarded;
    }
    static void onEvent(mh_plugin* plugin, mh_ctx* ctx, mh_str type, mh_str data) noexcept {
        guard({nullptr, nullptr}, [&]() -> Status {
            auto parsed = parse(data, "the event");
            if (!parsed) return std::move(parsed).error();
            self(plugin).on_event_(Call(self(plugin).host_, ctx), fromAbi(type), *parsed);
            return {};
        });
    }
    static std::int32_t checkHealth(mh_plugin* plugin, mh_ctx* ctx, mh_sink report_json, mh_sink err) noexcept {
        std::int32_t status = MH_INTERNAL;
        const std::int32_t guarded = guard(err, [&]() -> Status {
            status = report(report_json, err, self(plugin).health_(Call(self(plugin).host_, ctx)));
            return {};
        });
        return guarded == MH_OK ? status : guarded;
    }

    static void describeSource(mh_plugin* plugin, mh_sink capabilities) noexcept {
        guard({nullptr, nullptr}, [&]() -> Status {
            emit(capabilities, self(plugin).identity_source_->describe().dump());
            return {};
        });
    }
    static std::int32_t validateSource(mh_plugin* plugin, mh_str config, mh_sink err) noexcept {
        return guard(err, [&]() -> Status {
            auto instance = parse(config, "the configuration");
            if (!instance) return std::move(instance).error();
            return self(plugin).identity_source_->validate(*instance);
        });
    }
    static std::int32_t testSource(mh_plugin* plugin, mh_ctx* ctx, mh_str config, mh_sink report_json, mh_sink err) noexcept {
        std::int32_t status = MH_INTERNAL;
        const std::int32_t guarded = guard(err, [&]() -> Status {
            auto instance = parse(config, "the configuration");
            if (!instance) return std::move(instance).error();
            status = report(report_json, err, self(plugin).identity_source_->test(Call(self(plugin).host_, ctx), *instance));
            return {};
        });
        return guarded == MH_OK ? status : guarded;
    }
    static std::int32_t fetchSource(mh_plugin* plugin, mh_ctx* ctx, mh_str config, mh_str cursor, const mh_identity_sink* sink,
                                    mh_sink err) noexcept {
        return guard(err, [&]() -> Status {
            auto instance = parse(config, "the configuration");
            if (!instance) return std::move(instance).error();
            return self(plugin).identity_source_->fetch(Call(self(plugin).host_, ctx), *instance, fromAbi(cursor),
                                                        IdentitySink(sink));
        });
    }

    static constexpr mh_plugin_api kApi{sizeof(mh_plugin_api), 0, &configure, &start, &stop, &destroy, &getExtension};
    static constexpr mh_event_handlers kEventHandlers{sizeof(mh_event_handlers), 0, &onEvent};
    static constexpr mh_health kHealth{sizeof(mh_health), 0, &checkHealth};
    static constexpr mh_identity_source kIdentitySource{
        sizeof(mh_identity_source), 0, &describeSource, &validateSource, &testSource, &fetchSource};
};

}  // namespace masthead::detail
