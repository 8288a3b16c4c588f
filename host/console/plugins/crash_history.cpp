#include "host/console/plugins/crash_history.hpp"

#include <csignal>

#include "host/base/log.hpp"
#include "host/base/timestamp.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/store/plugin_store.hpp"

namespace masthead::console::plugins {
namespace {

std::string signalName(int signal) {
    switch (signal) {
        case 0: return "exit";
        case SIGSEGV: return "SIGSEGV";
        case SIGBUS: return "SIGBUS";
        case SIGFPE: return "SIGFPE";
        case SIGILL: return "SIGILL";
        case SIGABRT: return "SIGABRT";
        default: return "signal " + std::to_string(signal);
    }
}

}  // namespace

void CrashHistory::absorb(const LastWords& words) {
    if (words.running.empty()) return;
    if (!words.faulted) {
        // A kill from outside looks the same as a plugin calling _exit(): nobody is blamed.
        std::string names;
        for (const auto& call : words.running) names += (names.empty() ? "" : ", ") + call.plugin + " (" + call.entry + ")";
        log::warning("the console ended without a fault while plugins were running", {{"running", names}});
        return;
    }
    const MarkedCall& call = words.running.front();
    char address[32];
    std::snprintf(address, sizeof address, "0x%llx", static_cast<unsigned long long>(words.address));
    const Json detail = Json::object({{"version", call.version},
                                      {"entry", call.entry},
                                      {"call", call.call},
                                      {"signal", signalName(words.signal)},
                                      {"address", address},
                                      {"uptime_ms", words.at - words.process_started_at}});
    log::error("a plugin ended the console",
               {{"plugin", call.plugin}, {"entry", call.entry}, {"signal", signalName(words.signal)}, {"request_id", call.call}});
    if (auto added = services_.crashes.add(call.plugin, words.at, detail); !added) {
        log::error("the crash of a plugin could not be recorded", {{"plugin", call.plugin}, {"cause", added.error().message}});
    }
    audit::Entry entry{
        "plugin:" + call.plugin, "plugin:" + call.plugin, "core.plugins.crash", call.plugin, "failure", detail, call.call};
    if (auto recorded = services_.audit.record(entry); !recorded)
        log::error("the crash of a plugin could not be audited", {{"cause", recorded.error().message}});
}

CrashVerdict CrashHistory::judge(const std::string& plugin, const std::string& version) {
    const std::int64_t now = services_.clock.wallMs();
    const auto state = services_.plugin_states.get(plugin);
    const auto crashes = services_.crashes.list(plugin, 0, 100);
    if (!state || !crashes) return {};
    std::vector<std::int64_t> times;
    for (const auto& crash : *crashes) {
        if (crash.detail.text("version") == version) times.push_back(crash.at);
    }
    const std::int64_t forgiven = (*state)["forgiven_until"].asInt();
    CrashVerdict verdict = judgeCrashes(times, forgiven, now);
    // A quarantine does not end by waiting, only by a release or another version.
    const Json& quarantine = (*state)["quarantine"];
    if (quarantine.text("version") == version)
        verdict.quarantine = true;
    else if (verdict.quarantine) {
        Json changed = *state;
        changed.set("quarantine", Json::object({{"version", version}, {"at", now}}));
        if (auto kept = services_.plugin_states.put(plugin, changed); !kept)
            log::error("a quarantine could not be kept", {{"plugin", plugin}, {"cause", kept.error().message}});
    }
    return verdict;
}

Status CrashHistory::forgive(const std::string& plugin) {
    auto state = services_.plugin_states.get(plugin);
    if (!state) return std::move(state).error();
    state->erase("quarantine");
    state->set("forgiven_until", services_.clock.wallMs());
    return services_.plugin_states.put(plugin, *state);
}

Json CrashHistory::last(const std::string& plugin) {
    auto crash = services_.crashes.last(plugin);
    if (!crash || !*crash) return Json();
    Json out = Json::object({{"at", formatTimestamp((*crash)->at)}});
    for (const auto& [name, value] : (*crash)->detail.members()) out.append(name, value);
    return out;
}

}  // namespace masthead::console::plugins
