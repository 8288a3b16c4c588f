// Instance: one loaded plugin. Every call into its code goes through enter(): on a thread of the CallRunner, under a crash
// marker, with a deadline, with a catch for what a plugin must not throw.
//
// Thread-safe. Made by load(), which runs the plugin's constructors and the handshake. The object stays mapped after stop()
// (a plugin cannot be unloaded safely); the mh_host it was given lives as long as the process.
#pragma once

#include <masthead/ext/events.h>
#include <masthead/ext/health.h>
#include <masthead/ext/jobs.h>
#include <masthead/ext/routes.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "host/console/plugins/bridge.hpp"
#include "host/console/plugins/call_runner.hpp"
#include "host/console/plugins/folder.hpp"

namespace masthead::console::plugins {

class Instance : public std::enable_shared_from_this<Instance> {
public:
    /// dlopen, handshake, create, bindings, configure, start. FailedPrecondition with the reason.
    static Result<std::shared_ptr<Instance>> load(Folder& folder, std::shared_ptr<const Manifest> manifest, Services& services,
                                                  CallRunner& runner);

    const Manifest& manifest() const { return *manifest_; }

    /// Answers one request of a declared route; `recorded`: the funnel has written the audit intent.
    Response handle(const RouteDeclaration& route, const Request& request);
    /// One run of a declared job: its report, or why it failed.
    Result<Json> runJob(const JobDeclaration& job);
    bool hearsEvents() const { return event_handlers_ != nullptr; }
    void onEvent(const std::string& type, const std::string& data);
    /// Tells jobs and events under way, and those still to come, to give up.
    void cancelBackground();
    /// {} when the plugin has no health extension.
    Result<Json> health();

    /// No new calls; waits for running ones, then stop and destroy. False when calls were left behind.
    bool stop(std::int64_t timeout_ms);

    /// Called on any thread when the plugin has failed for the third time to return in time or threw across the boundary.
    void onFault(std::function<void(const std::string& reason)> action);
    mh_host& host() { return *host_; }

    static constexpr int kStrikes = 3;
    static constexpr std::int64_t kControlMs = 5000;

private:
    struct RouteCall;
    struct JobCall;
    class BackgroundCall;

    Instance(std::shared_ptr<const Manifest> manifest, Services& services, CallRunner& runner);

    Status prepare(Folder& folder, const std::string& config);
    /// Ends what prepare() left half done, unless a call of it still hangs in the plugin.
    void discard();
    Status open(Folder& folder);
    Status shakeHands(const void* symbol);
    Status bind();
    /// `code` runs on another thread and owns what it uses. Deadline, Unavailable (no thread, or a Call while not
    /// accepting), Internal (it threw).
    enum class Kind { Control, Call };
    Status enter(Kind kind, const std::string& entry, const std::string& call_id, std::int64_t timeout_ms,
                 std::function<void()> code);
    /// A control call: `code` answers a status and may fill the error text.
    Status control(const std::string& entry, std::function<std::int32_t(mh_sink err)> code);
    std::shared_ptr<mh_ctx> ownContext(const std::string& call_id, std::int64_t timeout_ms) const;
    void strike(const std::string& what);

    std::shared_ptr<const Manifest> manifest_;
    Services& services_;
    CallRunner& runner_;
    mh_host* host_;  // never freed, see the header of this file
    const mh_plugin_api* api_ = nullptr;
    mh_plugin* plugin_ = nullptr;
    std::map<std::string, const mh_route_binding*> routes_;
    std::map<std::string, const mh_job_binding*> jobs_;
    const mh_event_handlers* event_handlers_ = nullptr;
    const mh_health* health_ = nullptr;

    std::mutex mutex_;  // guards everything below
    std::condition_variable drained_;
    bool accepting_ = false;
    std::size_t in_flight_ = 0;
    int strikes_ = 0;
    bool background_cancelled_ = false;
    std::set<mh_ctx*> background_;  // of jobs and events somebody waits for
    std::function<void(const std::string&)> on_fault_;
};

}  // namespace masthead::console::plugins
