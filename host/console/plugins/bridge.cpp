#include "host/console/plugins/bridge.hpp"

#include <masthead/ext/audit.h>
#include <masthead/ext/events.h>
#include <masthead/ext/headscale.h>
#include <masthead/ext/jobs.h>
#include <masthead/ext/notify.h>
#include <masthead/ext/secrets.h>
#include <masthead/ext/store.h>

#include <algorithm>
#include <array>

#include "host/base/log.hpp"
#include "host/console/audit/audit_log.hpp"

#ifndef MASTHEAD_VERSION
#define MASTHEAD_VERSION "0.1.0"
#endif

namespace masthead::console::plugins {
namespace {

constexpr std::size_t kMaxLogText = 4096;

const void* getService(mh_host* host, const char* id) {
    if (host == nullptr || id == nullptr || !host->manifest->needsService(id)) return nullptr;
    return serviceTable(id);
}

void writeLog(mh_host* host, std::int32_t level, mh_str message, mh_str fields_json) {
    served(host, kNoSink, [&]() -> Status {
        static constexpr std::array<log::Level, 4> kLevels{log::Level::Debug, log::Level::Info, log::Level::Warning,
                                                           log::Level::Error};
        const auto chosen = kLevels[static_cast<std::size_t>(std::clamp(level, 0, 3))];
        const std::string text = textOf(message).substr(0, kMaxLogText);
        const std::string fields = textOf(fields_json).substr(0, kMaxLogText);
        if (fields.empty())
            log::write(chosen, text, {{"plugin", host->manifest->id}});
        else
            log::write(chosen, text, {{"plugin", host->manifest->id}, {"fields", fields}});
        return {};
    });
}

void info(mh_host* host, mh_sink out) {
    served(host, kNoSink, [&]() -> Status {
        const auto& config = host->services->config;
        emit(out, Json::object({{"public_url", config.public_url},
                                {"version", MASTHEAD_VERSION},
                                {"trial", config.trial},
                                {"demo", host->services->headscale.info()["demo"].asBool()},
                                {"plugin_id", host->manifest->id},
                                {"assets", host->assets}})
                      .dump());
        return {};
    });
}

std::int64_t remainingMs(const mh_ctx* ctx) {
    return ctx == nullptr ? 0 : std::max<std::int64_t>(0, ctx->deadline_steady_ms - ctx->clock->steadyMs());
}

std::int32_t cancelled(const mh_ctx* ctx) { return ctx != nullptr && (ctx->cancelled.load() || remainingMs(ctx) == 0) ? 1 : 0; }

mh_str callId(const mh_ctx* ctx) { return ctx == nullptr ? mh_str{nullptr, 0} : toAbi(ctx->call_id); }

void principal(const mh_ctx* ctx, mh_sink out) {
    try {
        if (ctx == nullptr) return;
        Json roles = Json::array();
        for (const auto& role : ctx->principal.roles) roles.push(role);
        emit(out, Json::object({{"id", ctx->principal.id},
                                {"name", ctx->principal.name},
                                {"email", ctx->principal.email},
                                {"roles", roles},
                                {"method", ctx->principal.method}})
                      .dump());
    } catch (const std::bad_alloc&) {
        emit(out, "{}");
    }
}

std::int32_t allowed(const mh_ctx* ctx, mh_str permission) {
    try {
        return ctx != nullptr && ctx->principal.can(fromAbi(permission)) ? 1 : 0;
    } catch (const std::bad_alloc&) {
        return 0;
    }
}

}  // namespace

mh_sink appendTo(std::string& target) {
    return {&target, [](void* ctx, mh_str bytes) {
                constexpr std::size_t kMost = std::size_t{64} << 20;
                auto& text = *static_cast<std::string*>(ctx);
                if (text.size() + bytes.size > kMost) return;
                try {
                    text.append(fromAbi(bytes));
                } catch (...) {
                    text.clear();
                }
            }};
}

Error errorFromPlugin(std::int32_t status, const std::string& problem_json, const std::string& what) {
    const bool known = status > MH_OK && status <= MH_UNIMPLEMENTED;
    Error error{known ? static_cast<Code>(status) : Code::Internal, {}, {}};
    if (!known) error.internal = what + " answered the unknown status " + std::to_string(status);
    if (const auto problem = parseJson(problem_json.empty() ? "{}" : problem_json, kLocalJson); problem) {
        error.message = problem->text("detail");
        if (!problem->text("detail_internal").empty()) error.internal = what + ": " + problem->text("detail_internal");
    } else {
        error.internal = what + " gave an error object that is not JSON";
    }
    if (error.message.empty()) error.message = what + " failed";
    return error;
}

void emitError(mh_sink err, const Error& error) {
    Json problem = Json::object({{"detail", error.message}, {"retryable", error.code == Code::Unavailable}});
    if (!error.internal.empty()) problem.set("detail_internal", error.internal);
    emit(err, problem.dump());
}

const mh_host_api& hostApi() {
    static constexpr mh_host_api kApi{sizeof(mh_host_api), MH_ABI_MINOR, &getService, &writeLog,  &info,
                                      &remainingMs,        &cancelled,   &callId,     &principal, &allowed};
    return kApi;
}

const void* serviceTable(std::string_view id) {
    if (id == MH_SERVICE_HTTP) return httpTable();
    if (id == MH_SERVICE_STORE) return storeTable();
    if (id == MH_SERVICE_HEADSCALE) return headscaleTable();
    if (id == MH_SERVICE_EVENTS) return eventsTable();
    if (id == MH_SERVICE_AUDIT) return auditTable();
    if (id == MH_SERVICE_JOBS) return jobsTable();
    if (id == MH_SERVICE_SECRETS) return secretsTable();
    if (id == MH_SERVICE_NOTIFY) return notifyTable();
    return nullptr;
}

Actor actorOf(const mh_host& host, const mh_ctx* ctx) {
    const std::string self = "plugin:" + host.manifest->id;
    if (ctx == nullptr) return {self, self, {}, {}, {}};
    if (ctx->principal.anonymous()) return {"anonymous", "", ctx->call_id, ctx->client, {}};
    return {ctx->principal.email.empty() ? ctx->principal.id : ctx->principal.email, ctx->principal.id, ctx->call_id,
            ctx->client, audit::authOf(ctx->principal)};
}

Json settingsOf(const Services& services, const Manifest& manifest) {
    Json settings = services.config.plugins.settings[manifest.id];
    if (!settings.isObject()) settings = Json::object();
    settings.erase("public_paths");
    for (const auto& secret : manifest.secrets) settings.erase(secret.name);
    return settings;
}

}  // namespace masthead::console::plugins
