#include "host/console/server/console.hpp"

#include <unistd.h>

#include <set>

#include "host/base/clock.hpp"
#include "host/base/encoding.hpp"
#include "host/base/file.hpp"
#include "host/base/log.hpp"
#include "host/config/paths.hpp"
#include "host/config/public_url.hpp"
#include "host/console/api/context.hpp"
#include "host/console/api/stream_slots.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/auth/accounts.hpp"
#include "host/console/auth/csrf.hpp"
#include "host/console/auth/password_hasher.hpp"
#include "host/console/auth/sessions.hpp"
#include "host/console/auth/setup_token.hpp"
#include "host/console/auth/throttle.hpp"
#include "host/console/events/event_bus.hpp"
#include "host/console/http/funnel.hpp"
#include "host/console/notify/admin.hpp"
#include "host/console/notify/notifier.hpp"
#include "host/console/rbac/catalogue.hpp"
#include "host/console/server/headscale_link.hpp"
#include "host/console/server/http_listener.hpp"
#include "host/console/server/line_request.hpp"
#include "host/console/services.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/key_value_store.hpp"
#include "host/console/store/plugin_store.hpp"
#include "host/console/store/sealer.hpp"
#include "host/console/store/snapshot_store.hpp"

namespace masthead::console::server {
namespace {

constexpr int kRequestThreads = 32;
constexpr int kCommandLineThreads = 4;

std::string hostOf(const std::string& public_url) {
    auto parsed = config::parsePublicUrl(public_url);
    return parsed ? parsed->host : std::string();
}

}  // namespace

/// Members in the order in which they need each other; the plugin runtime and the listeners go first at the end.
struct Console::Impl {
    Impl(config::Config settings, std::unique_ptr<store::Database> opened, store::Sealer opened_sealer)
        : config(std::move(settings)), paths(config), database(std::move(opened)), sealer(std::move(opened_sealer)), key_values(*database, sealer),
          plugin_states(*database), crashes(*database), snapshots(*database), audit(*database, clock), throttle(clock),
          sessions(*database, catalogue, events, clock, {config.auth.session_idle_ms, config.auth.session_absolute_ms}),
          setup(*database, clock, paths.setupToken(), config.auth.setup_token_ms), csrf(sealer.derive("csrf")),
          accounts(*database, audit, hasher, sessions, setup, clock, hostOf(config.public_url)), headscale(events, snapshots, clock),
          notify_sender(config.public_url),
          notifier({*database, sealer, clock, events, notify_sender, [this] { return headscale.info().text("state") == "ready"; }, [this] { return quarantined(); }}),
          notify_admin({*database, sealer, clock, notify_sender, notifier, [this] { return notifyEvents(); }}),
          funnel({routes, audit, clock, [this](const Request& request, Door door) { return api::authenticate(context, request, door); },
                  [this](const Principal& principal, std::string_view token) { return csrf.valid(principal.session_id, token); }}),
          services{config,  clock,   events, audit, catalogue, key_values, plugin_states, crashes,
                   sealer,  headscale, [this] { rebuildRoutes(); }, &notifier},
          context{config,   clock,  events, audit,   catalogue, accounts, sessions, csrf, throttle, streams, headscale,
                  [this] { return plugins_started ? plugins.get() : nullptr; },
                  [this] { return lastLine(supervisor_state); },
                  [this] { return lastLine(edge_counts); },
                  [this] { return headscale.summary(); },
                  [this](const std::string& child) { return restartChild(child); },
                  &notify_admin} {}

    Json lastLine(const Json& which) {
        const std::lock_guard lock(lines_mutex);
        return which;
    }

    Status restartChild(const std::string& child) {
        auto answer = lineRequest(paths.supervisorSocket(), Json::object({{"cmd", "restart"}, {"child", child}}), 5000);
        if (!answer) return std::move(answer).error();
        if ((*answer)["ok"].asBool()) return {};
        return Error{Code::FailedPrecondition, answer->text("error")};
    }

    /// A plugin whose routes collide loses them, with a word in the log; everybody else's stay.
    void rebuildRoutes() {
        const std::lock_guard lock(rebuild_mutex);
        std::vector<Route> of_plugins;
        if (plugins && plugins_started) of_plugins = plugins->routes();
        routes.set(buildWithPlugins(api::coreRoutes(context), of_plugins, [](const std::string& owner, const Error& why) {
            log::error("the routes of a plugin are not served", {{"plugin", owner}, {"cause", why.message}});
        }));
        events.publish("plugins.changed", "masthead:any-authenticated", Json::object());
    }

    std::vector<notify::CoreWatch::Quarantined> quarantined() {
        std::vector<notify::CoreWatch::Quarantined> out;
        if (!plugins_started) return out;
        const Json shown = plugins->list();
        for (const auto& item : shown["plugins"].items()) {
            if (item.text("state") == "quarantined") out.push_back({item.text("id"), item.text("title"), item.text("reason")});
        }
        return out;
    }

    std::vector<NotifyEvent> notifyEvents() { return plugins_started ? plugins->notifyEvents() : std::vector<NotifyEvent>(); }

    bool isEdge(pid_t pid) {
        const std::lock_guard lock(lines_mutex);
        return edges.count(pid) > 0;
    }

    Status announceSetup() {
        if (config.auth.disabled) return {};
        auto token = setup.ensure();
        if (!token) return std::move(token).error();
        if (*token && **token != announced_token) {
            announced_token = **token;
            log::info("no admin yet: create the first one at " + config.public_url + "/admin/setup with this token: " + **token);
        }
        return {};
    }

    config::Config config;
    config::Paths paths;
    SystemClock clock;
    EventBus events;
    rbac::Catalogue catalogue;
    std::unique_ptr<store::Database> database;
    store::Sealer sealer;
    store::KeyValueStore key_values;
    store::PluginStateStore plugin_states;
    store::CrashStore crashes;
    store::SnapshotStore snapshots;
    audit::AuditLog audit;
    auth::PasswordHasher hasher;
    auth::Throttle throttle;
    auth::Sessions sessions;
    auth::SetupToken setup;
    auth::Csrf csrf;
    auth::Accounts accounts;
    api::StreamSlots streams;
    HeadscaleLink headscale;
    notify::NetworkSender notify_sender;
    notify::Notifier notifier;
    notify::NotifyAdmin notify_admin;
    RouteSlot routes;
    Funnel funnel;
    Services services;
    api::Context context;

    std::mutex rebuild_mutex;  // one rebuild at a time
    std::mutex lines_mutex;    // guards edges, supervisor_state and edge_counts
    std::set<pid_t> edges;
    Json supervisor_state = Json::object();
    Json edge_counts = Json::object({{"connections", 0}, {"tunnels", 0}});
    std::string announced_token;

    std::unique_ptr<PluginRuntime> plugins;
    std::atomic<bool> plugins_started{false};
    std::unique_ptr<HttpListener> edge_listener;
    std::unique_ptr<HttpListener> command_listener;
};

Console::Console(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Console::~Console() { stop(); }

Result<std::unique_ptr<Console>> Console::open(config::Config config) {
    const config::Paths paths(config);
    for (const auto& directory : {paths.dataDir(), paths.runDir(), paths.keysDir()}) {
        if (Status made = ensureDirectory(directory, 0700); !made) return std::move(made).error();
    }
    if (Status fits = paths.checkSocketPaths(); !fits) return std::move(fits).error();
    auto sealer = store::Sealer::open(paths.masterKey());
    if (!sealer) return std::move(sealer).error();
    auto database = store::Database::open(paths.database(), 8);
    if (!database) return std::move(database).error();
    auto impl = std::make_unique<Impl>(std::move(config), std::move(*database), std::move(*sealer));
    auto closed = impl->audit.closeOpenIntents();
    if (!closed) return std::move(closed).error();
    if (*closed > 0) log::warning("changes were under way when the console stopped; their outcome is unknown", {{"count", std::to_string(*closed)}});
    return std::unique_ptr<Console>(new Console(std::move(impl)));
}

Status Console::start() {
    Impl& self = *impl_;
    self.headscale.start();
    self.plugins = makePluginRuntime(self.services);
    self.plugins->start();
    self.plugins_started = true;
    self.notifier.start();
    self.rebuildRoutes();
    if (Status announced = self.announceSetup(); !announced) return announced;

    const uid_t own = ::geteuid();
    auto command = HttpListener::start(self.funnel, {self.paths.cliSocket(), Door::CommandLine, kCommandLineThreads,
                                                     [own](pid_t, uid_t uid) { return uid == own; }});
    if (!command) return std::move(command).error();
    self.command_listener = std::move(*command);
    const int threads = kRequestThreads + static_cast<int>(api::StreamSlots::kTotal);
    auto edge = HttpListener::start(self.funnel, {self.paths.consoleSocket(), Door::Edge, threads, [&self](pid_t pid, uid_t) { return self.isEdge(pid); }});
    if (!edge) return std::move(edge).error();
    self.edge_listener = std::move(*edge);
    return {};
}

void Console::onControlLine(const Json& line) {
    Impl& self = *impl_;
    const std::string& type = line.text("type");
    if (type == "edges") {
        std::set<pid_t> pids;
        for (const auto& pid : line["pids"].items()) pids.insert(static_cast<pid_t>(pid.asInt()));
        const std::lock_guard lock(self.lines_mutex);
        self.edges = std::move(pids);
    } else if (type == "state") {
        {
            const std::lock_guard lock(self.lines_mutex);
            self.supervisor_state = line;
            self.supervisor_state.erase("type");
        }
        self.events.publish("status", "core.status.read", Json::object());
    } else if (type == "counts") {
        const std::lock_guard lock(self.lines_mutex);
        self.edge_counts = line;
        self.edge_counts.erase("type");
    } else if (type == "headscale") {
        self.headscale.onLine(line);
    } else if (type == "tunnel") {
        self.headscale.poke();
    }
}

Response Console::callLocally(const std::string& method, const std::string& path, const std::string& body) {
    Impl& self = *impl_;
    if (!self.routes.get()) self.rebuildRoutes();
    Request request;
    request.method = method;
    request.path = path;
    request.client = "local";
    if (!body.empty()) request.headers["content-type"] = "application/json";
    return self.funnel.handle(request, "", Door::CommandLine, [&](std::size_t limit) -> Result<std::string> {
        if (body.size() > limit) return Error{Code::ResourceExhausted, "the body is too large"};
        return body;
    });
}

bool Console::alive() {
    Status status = impl_->database->probeWriter();
    if (!status) log::error("the database writer does not answer", {{"cause", status.error().message}});
    // A full disk is no reason to be restarted: reads and sign-ins of open sessions go on.
    return status || status.error().code == Code::Unavailable;
}

void Console::housekeeping() {
    impl_->sessions.removeExpired();
    if (Status announced = impl_->announceSetup(); !announced) log::warning("the set-up token could not be renewed", {{"cause", announced.error().message}});
}

void Console::stop() {
    Impl& self = *impl_;
    self.funnel.drain();
    self.events.close();
    if (self.edge_listener) self.edge_listener->stopAccepting();
    if (self.command_listener) self.command_listener->stopAccepting();
    self.notifier.stop();
    if (self.plugins_started.exchange(false)) self.plugins->stop();
    self.edge_listener.reset();
    self.command_listener.reset();
    self.headscale.stop();
}

}  // namespace masthead::console::server
