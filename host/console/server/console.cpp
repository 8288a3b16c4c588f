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
#include "host/console/auth/accounts_own.hpp"
#include "host/console/auth/csrf.hpp"
#include "host/console/auth/links.hpp"
#include "host/console/auth/monotone_clock.hpp"
#include "host/console/auth/oidc/single_sign_on.hpp"
#include "host/console/auth/password_hasher.hpp"
#include "host/console/auth/recovery_factor.hpp"
#include "host/console/auth/second_factors.hpp"
#include "host/console/auth/sessions.hpp"
#include "host/console/auth/setup_token.hpp"
#include "host/console/auth/sign_in.hpp"
#include "host/console/auth/sign_in_password.hpp"
#include "host/console/auth/throttle.hpp"
#include "host/console/auth/tokens.hpp"
#include "host/console/auth/throttle_devices.hpp"
#include "host/console/auth/totp_factor.hpp"
#include "host/console/auth/webauthn/passkeys.hpp"
#include "host/console/events/event_bus.hpp"
#include "host/console/http/funnel.hpp"
#include "host/console/http/idempotency.hpp"
#include "host/console/notify/admin.hpp"
#include "host/console/notify/notifier.hpp"
#include "host/console/rbac/catalogue.hpp"
#include "host/console/rbac/roles.hpp"
#include "host/console/server/audit_room.hpp"
#include "host/console/server/headscale_link.hpp"
#include "host/console/server/http_listener.hpp"
#include "host/console/server/line_request.hpp"
#include "host/console/services.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/key_ring.hpp"
#include "host/console/store/key_value_store.hpp"
#include "host/console/store/plugin_store.hpp"
#include "host/console/store/sealer.hpp"
#include "host/console/store/settings_store.hpp"
#include "host/console/store/snapshot_store.hpp"

namespace masthead::console::server {
namespace {

constexpr int kRequestThreads = 32;
constexpr int kCommandLineThreads = 4;
/// Longer than any request may take that still writes under a key that was just retired.
constexpr std::int64_t kRetiredKeyMs = 10 * 60 * 1000;

std::string hostOf(const std::string& public_url) {
    auto parsed = config::parsePublicUrl(public_url);
    return parsed ? parsed->host : std::string();
}

}  // namespace

/// Members in the order in which they need each other; the plugin runtime and the listeners go first at the end.
struct Console::Impl {
    Impl(config::Config settings, std::unique_ptr<store::Database> opened, store::Sealer opened_sealer)
        : config(std::move(settings)), paths(config), database(std::move(opened)), sealer(std::move(opened_sealer)), key_values(*database, sealer),
          plugin_states(*database), crashes(*database), snapshots(*database), audit(*database, clock), roles(*database, audit, catalogue, events, clock),
          tokens(*database, audit, catalogue, clock), idempotency(*database, sealer, clock), limiter(clock), hasher(sealer.derive("pw-pepper-v1")),
          throttle(auth_clock), devices(sealer.derive("known-device"), auth_clock),
          sessions(*database, catalogue, events, auth_clock, {config.auth.session_idle_ms, config.auth.session_absolute_ms}),
          totp(sealer, clock, "Masthead (" + hostOf(config.public_url) + ")"), recovery(*database, clock),
          sign_in({*database, audit, sessions, second_factors, auth_clock, config.auth.require_second_factor, [this](const auth::Notice& notice) { tell(notice); }}),
          passkeys({*database, audit, sign_in, second_factors, auth_clock, config.public_url, &recovery}),
          setup(*database, auth_clock, paths.setupToken(), config.auth.setup_token_ms), csrf(sealer.derive("csrf")),
          password_sign_in({*database, audit, hasher, throttle, devices, sign_in, sealer.derive("sign-in-address")}),
          links({*database, audit, hasher, sessions, sign_in, auth_clock, config.public_url, hostOf(config.public_url)}),
          accounts({*database, audit, hasher, sessions, sign_in, second_factors, setup, catalogue, links, auth_clock, hostOf(config.public_url)}),
          own_account({*database, audit, hasher, sessions, sign_in, second_factors, auth_clock, hostOf(config.public_url)}), headscale(events, snapshots, clock),
          single_sign_on({config, *database, sealer, clock, audit, sessions, sign_in, catalogue}),
          notify_sender(config.public_url),
          notifier({*database, sealer, clock, events, notify_sender, [this] { return headscale.info().text("state") == "ready"; }, [this] { return quarantined(); }}),
          audit_room(config, *database, audit, clock, events, notifier),
          notify_admin({*database, sealer, clock, notify_sender, notifier, [this] { return notifyEvents(); }}),
          funnel({routes, audit, auth_clock, [this](const Request& request, Door door) { return api::authenticate(context, request, door); },
                  [this](const Principal& principal, std::string_view token) { return csrf.valid(principal.session_id, token); },
                  [this](const Principal& principal) { return sign_in.stepUpMethods(principal); },
                  &idempotency,
                  [this](const Principal& principal, const std::string& client) { return rateOf(principal, client); }}),
          services{config,  clock,   events, audit, catalogue, key_values, plugin_states, crashes,
                   sealer,  headscale, [this] { rebuildRoutes(); }, &notifier},
          context{config,   auth_clock,  events, audit,   catalogue, accounts, sessions, sign_in, second_factors, password_sign_in, own_account, links, devices, csrf, throttle, streams, headscale,
                  [this] { return plugins_started ? plugins.get() : nullptr; },
                  [this] { return lastLine(supervisor_state); },
                  [this] { return lastLine(edge_counts); },
                  [this] { return headscale.summary(); },
                  [this](const std::string& child) { return restartChild(child); },
                  &notify_admin,
                  &sealer.ring(),
                  database.get(),
                  &totp,
                  &recovery,
                  &roles,
                  &tokens,
                  &passkeys,
                  [this] { return routes.get(); },
                  &single_sign_on,
                  &audit_room.desk()} {
        second_factors.add(totp);
        second_factors.add(recovery);
        second_factors.add(passkeys);
    }

    std::optional<RateVerdict> rateOf(const Principal& principal, const std::string& client) {
        const auto& auth = config.auth;
        if (principal.method == "token") return limiter.take("token:" + principal.token_id, {auth.token_rate, 60000});
        // Everybody shares the session of the sign-in-free trial.
        const std::string who = "session:" + principal.session_id + (principal.method == "trial" ? client : "");
        return limiter.take(who, {auth.session_burst, std::int64_t{1000} * auth.session_burst / auth.session_rate});
    }

    /// What the clock had reached before, so that setting it back during a stop revives nothing either.
    void raiseClock() {
        auto kept = settings_store.get("clock_floor");
        if (kept && *kept) auth_clock.raise((**kept)["at"].asInt());
        keepClock();
    }
    void keepClock() {
        Status status = settings_store.put("clock_floor", Json::object({{"at", auth_clock.wallMs()}}));
        if (!status) log::warning("the time could not be kept", {{"cause", status.error().message}});
    }

    Json lastLine(const Json& which) {
        const std::lock_guard lock(lines_mutex);
        return which;
    }

    void tell(const auth::Notice& notice) {
        notify::Note note{notice.event, "core.admins.read", notice.title, notice.text, "/admin/admins", notice.severity};
        if (notice.account != 0) note.data.set("account", std::to_string(notice.account));
        if (Status posted = notifier.post(std::move(note)); !posted) log::error("a notice about an account is lost", {{"cause", posted.error().message}});
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
    auth::MonotoneClock auth_clock{clock};  // for everything that expires
    EventBus events;
    rbac::Catalogue catalogue;
    std::unique_ptr<store::Database> database;
    store::Sealer sealer;
    store::SettingsStore settings_store{*database};
    store::KeyValueStore key_values;
    store::PluginStateStore plugin_states;
    store::CrashStore crashes;
    store::SnapshotStore snapshots;
    audit::AuditLog audit;
    rbac::Roles roles;
    auth::Tokens tokens;
    Idempotency idempotency;
    RateLimiter limiter;
    auth::PasswordHasher hasher;
    auth::Throttle throttle;
    auth::KnownDevices devices;
    auth::Sessions sessions;
    auth::SecondFactors second_factors;
    auth::TotpFactor totp;
    auth::RecoveryFactor recovery;
    auth::SignIn sign_in;
    auth::webauthn::Passkeys passkeys;
    auth::SetupToken setup;
    auth::Csrf csrf;
    auth::PasswordSignIn password_sign_in;
    auth::Links links;
    auth::Accounts accounts;
    auth::OwnAccount own_account;
    api::StreamSlots streams;
    HeadscaleLink headscale;
    oidc::SingleSignOn single_sign_on;
    notify::NetworkSender notify_sender;
    notify::Notifier notifier;
    AuditRoom audit_room;
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
    auto database = store::Database::open(paths.database(), 8);
    if (!database) return std::move(database).error();
    static SystemClock clock;  // the key ring keeps it
    auto sealer = store::Sealer::open(**database, clock, paths.masterKey());
    if (!sealer) return std::move(sealer).error();
    auto impl = std::make_unique<Impl>(std::move(config), std::move(*database), std::move(*sealer));
    if (Status loaded = impl->roles.load(); !loaded) return std::move(loaded).error();
    if (Status closed = impl->idempotency.closeInterrupted(); !closed) return std::move(closed).error();
    impl->raiseClock();
    if (Status guarded = impl->sessions.guardAgainstOlderCopies(impl->paths.keysDir() + "/sessions.seq"); !guarded) return std::move(guarded).error();
    if (Status sealing = impl->audit.startSealing(impl->sealer); !sealing) {
        log::error("the audit log gets no checkpoints", {{"cause", sealing.error().message}});
    }
    auto closed = impl->audit.closeOpenIntents();
    if (!closed) return std::move(closed).error();
    if (*closed > 0) log::warning("changes were under way when the console stopped; their outcome is unknown", {{"count", std::to_string(*closed)}});
    return std::unique_ptr<Console>(new Console(std::move(impl)));
}

Status Console::start() {
    Impl& self = *impl_;
    if (Status loaded = self.single_sign_on.providers.load(); !loaded) return loaded;
    self.single_sign_on.sso.endOrphans();
    self.headscale.start();
    self.plugins = makePluginRuntime(self.services);
    self.plugins->start();
    self.plugins_started = true;
    self.notifier.start();
    self.audit_room.start();
    self.rebuildRoutes();
    self.passkeys.warnAboutOtherHosts();
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
    request.path = path.substr(0, path.find('?'));
    request.client = "local";
    if (!body.empty()) request.headers["content-type"] = "application/json";
    const std::string query = path.size() > request.path.size() ? path.substr(request.path.size() + 1) : std::string();
    return self.funnel.handle(request, query, Door::CommandLine, [&](std::size_t limit) -> Result<std::string> {
        if (body.size() > limit) return Error{Code::ResourceExhausted, "the body is too large"};
        return body;
    });
}

std::shared_ptr<const RouteTable> Console::routes() {
    if (!impl_->routes.get()) impl_->rebuildRoutes();
    return impl_->routes.get();
}

bool Console::alive() {
    Status status = impl_->database->probeWriter();
    if (!status) log::error("the database writer does not answer", {{"cause", status.error().message}});
    // A full disk is no reason to be restarted: reads and sign-ins of open sessions go on.
    return status || status.error().code == Code::Unavailable;
}

void Console::housekeeping() {
    impl_->sessions.removeExpired();
    impl_->links.removeExpired();
    impl_->keepClock();
    if (Status finished = impl_->sealer.ring().finish(kRetiredKeyMs); !finished) log::warning("retired keys could not be removed", {{"cause", finished.error().message}});
    impl_->tokens.removeExpired();
    impl_->idempotency.removeExpired();
    if (Status announced = impl_->announceSetup(); !announced) log::warning("the set-up token could not be renewed", {{"cause", announced.error().message}});
}

void Console::stop() {
    Impl& self = *impl_;
    self.funnel.drain();
    self.events.close();
    if (self.edge_listener) self.edge_listener->stopAccepting();
    if (self.command_listener) self.command_listener->stopAccepting();
    self.single_sign_on.providers.stop();
    self.audit_room.stop();
    self.notifier.stop();
    if (self.plugins_started.exchange(false)) self.plugins->stop();
    self.edge_listener.reset();
    self.command_listener.reset();
    self.headscale.stop();
}

}  // namespace masthead::console::server
