// A plugin host with a real store, audit log and catalogue, and copies of the test plugins; headscale is away.
#pragma once

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "host/base/clock.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/events/event_bus.hpp"
#include "host/console/plugins/plugin_host.hpp"
#include "host/console/rbac/catalogue.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/key_value_store.hpp"
#include "host/console/store/plugin_store.hpp"
#include "host/console/store/sealer.hpp"
#include "tests/support/temp_dir.hpp"

namespace masthead::console::plugins {

template <typename T>
T must(Result<T> result) {
    CPPUNIT_ASSERT_MESSAGE(result ? "" : result.error().message, result.ok());
    return std::move(*result);
}

class NoHeadscale final : public HeadscaleAccess {
public:
    std::shared_ptr<headscale::Client> client() override { return nullptr; }
    std::shared_ptr<headscale::Tailnet> tailnet() override { return nullptr; }
    Json info() override { return Json::object({{"state", "away"}, {"demo", false}}); }
    void poke() override {}
};

struct HostFixture {
    testing::TempDir dir;
    config::Config config;
    SystemClock clock;
    EventBus events;
    std::unique_ptr<store::Database> database = must(store::Database::open(dir.file("masthead.db")));
    store::Sealer sealer = must(store::Sealer::open(*database, clock, dir.file("master.key")));
    audit::AuditLog audit{*database, clock};
    rbac::Catalogue catalogue;
    store::KeyValueStore key_values{*database, sealer};
    store::PluginStateStore states{*database};
    store::CrashStore crashes{*database};
    NoHeadscale headscale;
    int route_changes = 0;
    Services services{
        config, clock, events, audit, catalogue, key_values, states, crashes, sealer, headscale, [this] { ++route_changes; }};
    std::unique_ptr<PluginHost> host;

    explicit HostFixture(const std::vector<std::string>& plugins) {
        config.data_dir = dir.path();
        config.public_url = "https://console.example.org";
        config.plugins.dir = dir.file("plugins");
        config.plugins.enabled = plugins;
        config.plugins.allow_unsigned = plugins;
        std::filesystem::create_directories(config.plugins.dir);
        for (const auto& id : plugins) {
            const std::string from = std::string(MASTHEAD_TEST_PLUGINS) + "/" + id;
            if (std::filesystem::exists(from))
                std::filesystem::copy(from, config.plugins.dir + "/" + id, std::filesystem::copy_options::recursive);
        }
    }
    ~HostFixture() {
        if (host) host->stop();
    }
    void start() {
        host = std::make_unique<PluginHost>(services);
        host->start();
    }
    Json shown(const std::string& id) {
        const Json all = host->list();
        for (const auto& item : all["plugins"].items()) {
            if (item.text("id") == id) return item;
        }
        return Json();
    }
    /// Calls the handler of a route as the funnel would after its checks.
    Response call(const std::string& method, const std::string& pattern, const std::string& body = {},
                  std::map<std::string, std::string> captures = {}, std::multimap<std::string, std::string> query = {},
                  std::map<std::string, std::string> headers = {}) {
        for (const auto& route : host->routes()) {
            if (route.method != method || route.pattern != pattern) continue;
            Request request;
            request.id = "request-1";
            request.method = method;
            request.path = pattern;
            request.body = body;
            request.captures = std::move(captures);
            request.query = std::move(query);
            request.headers = std::move(headers);
            request.principal.id = "account:1";
            request.principal.email = "ada@example.org";
            request.principal.permissions = {"sampler.use"};
            return route.handler(request);
        }
        return {404, "text/plain", "no such route", {}};
    }
    static Json json(const Response& response) {
        std::string ignored;
        return Json::parse(response.body, ignored).value_or(Json());
    }
    /// Fails the test when `condition` does not come true within ten seconds.
    static void await(const std::string& what, const std::function<bool()>& condition) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!condition()) {
            CPPUNIT_ASSERT_MESSAGE("not within 10 s: " + what, std::chrono::steady_clock::now() < deadline);
            std::this_thread::yield();
        }
    }
};

}  // namespace masthead::console::plugins
