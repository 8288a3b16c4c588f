// The small services: masthead.events/1, masthead.audit/1, masthead.jobs/1, masthead.secrets/1.
#include <masthead/ext/audit.h>
#include <masthead/ext/events.h>
#include <masthead/ext/jobs.h>
#include <masthead/ext/secrets.h>

#include <algorithm>

#include "host/config/secret.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/events/event_bus.hpp"
#include "host/console/plugins/bridge.hpp"

namespace masthead::console::plugins {
namespace {

constexpr std::size_t kMaxEvent = 64 * 1024;
constexpr std::size_t kMaxDetail = 16 * 1024;

Result<Json> jsonOf(mh_str text, std::size_t limit, const char* what) {
    if (text.size > limit)
        return Error{Code::ResourceExhausted, std::string(what) + " is larger than " + std::to_string(limit) + " bytes"};
    auto parsed = parseJson(text.size == 0 ? std::string_view("{}") : fromAbi(text), {64, limit});
    if (!parsed) return std::move(parsed).error().within(what);
    return parsed;
}

std::int32_t publish(mh_host* host, mh_str type, mh_str data) {
    return served(host, kNoSink, [&]() -> Status {
        const auto& declared = host->manifest->events;
        const auto found =
            std::find_if(declared.begin(), declared.end(), [&](const auto& event) { return event.type == fromAbi(type); });
        if (found == declared.end()) return Error{Code::PermissionDenied, "plugin.json does not declare the event"};
        auto parsed = jsonOf(data, kMaxEvent, "the event's data");
        if (!parsed) return std::move(parsed).error();
        host->services->events.publish(found->type, found->permission, std::move(*parsed));
        return {};
    });
}

/// Null for empty text.
Result<Json> changedPart(mh_str text, const char* what) {
    if (text.size == 0) return Json();
    if (text.size > kMaxDetail) return Error{Code::ResourceExhausted, std::string(what) + " is larger than " + std::to_string(kMaxDetail) + " bytes"};
    auto parsed = parseJson(fromAbi(text), {64, kMaxDetail});
    if (!parsed) return std::move(parsed).error().within(what);
    return parsed;
}

std::int32_t recordChange(mh_host* host, mh_ctx* ctx, mh_str action, mh_str object, mh_str outcome, mh_str detail, mh_str before,
                          mh_str after) {
    return served(host, kNoSink, [&]() -> Status {
        const auto result = fromAbi(outcome);
        if (fromAbi(action).rfind(host->manifest->id + ".", 0) != 0)
            return Error{Code::PermissionDenied, "an action begins with the plugin's id"};
        if (result != "success" && result != "failure" && result != "denied")
            return Error{Code::InvalidArgument, "an outcome is success, failure or denied"};
        auto parsed = jsonOf(detail, kMaxDetail, "the record's detail");
        if (!parsed) return std::move(parsed).error();
        auto was = changedPart(before, "the record's before");
        if (!was) return std::move(was).error();
        auto became = changedPart(after, "the record's after");
        if (!became) return std::move(became).error();
        const Actor actor = actorOf(*host, ctx);
        audit::Entry entry{actor.name,          actor.id,           textOf(action),   textOf(object),
                           std::string(result), std::move(*parsed), actor.request_id, actor.client};
        entry.auth = actor.auth;
        entry.before = std::move(*was);
        entry.after = std::move(*became);
        return host->services->audit.record(entry);
    });
}

std::int32_t record(mh_host* host, mh_ctx* ctx, mh_str action, mh_str object, mh_str outcome, mh_str detail) {
    return recordChange(host, ctx, action, object, outcome, detail, mh_str{}, mh_str{});
}

std::int32_t runSoon(mh_host* host, mh_str job) {
    return served(host, kNoSink, [&]() -> Status {
        const auto& declared = host->manifest->jobs;
        if (std::none_of(declared.begin(), declared.end(), [&](const auto& item) { return item.id == fromAbi(job); })) {
            return Error{Code::NotFound, "plugin.json does not declare the job"};
        }
        if (!host->run_soon) return Error{Code::FailedPrecondition, "the plugin has not been started"};
        return host->run_soon(textOf(job));
    });
}

std::int32_t secret(mh_host* host, mh_str name, mh_sink value, mh_sink err) {
    return served(host, err, [&]() -> Status {
        const auto& declared = host->manifest->secrets;
        if (std::none_of(declared.begin(), declared.end(), [&](const auto& item) { return item.name == fromAbi(name); })) {
            return Error{Code::PermissionDenied, "plugin.json does not declare the secret " + textOf(name)};
        }
        const std::string where = "plugins.settings." + host->manifest->id + "." + textOf(name);
        const std::string& reference = host->services->config.plugins.settings[host->manifest->id].text(fromAbi(name));
        if (reference.empty())
            return Error{Code::NotFound, where + " is not set: give it a reference such as file:/etc/masthead/secret"};
        auto parsed = config::parseSecretReference(reference);
        if (!parsed) return std::move(parsed).error().within(where);
        auto resolved = config::resolveSecret(*parsed);
        if (!resolved) return Error{Code::FailedPrecondition, where + ": " + resolved.error().message};
        emit(value, *resolved);
        return {};
    });
}

}  // namespace

const void* eventsTable() {
    static constexpr mh_events kTable{sizeof(mh_events), 0, &publish};
    return &kTable;
}

const void* auditTable() {
    static constexpr mh_audit kTable{sizeof(mh_audit), 0, &record, &recordChange};
    return &kTable;
}

const void* jobsTable() {
    static constexpr mh_jobs kTable{sizeof(mh_jobs), 0, &runSoon};
    return &kTable;
}

const void* secretsTable() {
    static constexpr mh_secrets kTable{sizeof(mh_secrets), 0, &secret};
    return &kTable;
}

}  // namespace masthead::console::plugins
