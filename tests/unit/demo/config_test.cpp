#include <cppunit/extensions/HelperMacros.h>

#include "demo/demo_config.hpp"
#include "demo/options.hpp"
#include "host/base/file.hpp"
#include "tests/support/temp_dir.hpp"

namespace masthead::demo {

class ConfigTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConfigTest);
    CPPUNIT_TEST(readsWhatItNeeds);
    CPPUNIT_TEST(refusesAsHeadscaleDoes);
    CPPUNIT_TEST(commandLine);
    CPPUNIT_TEST_SUITE_END();

    testing::TempDir dir_;

    Result<DemoConfig> load(const std::string& text) {
        CPPUNIT_ASSERT(writeFileAtomic(dir_.file("config.yaml"), text).ok());
        return loadConfig(dir_.file("config.yaml"));
    }
    static std::string text() {
        return "server_url: https://hs.example.com:8443\nlisten_addr: 127.0.0.1:1\nmetrics_listen_addr: 127.0.0.1:2\n"
               "noise: {private_key_path: noise.key}\nprefixes: {v4: 100.64.0.0/10}\ndatabase: {type: sqlite, sqlite: {path: db.sqlite}}\n"
               "dns: {base_domain: ts.example.net, override_local_dns: false}\npolicy: {mode: database}\nunix_socket: /x/hs.sock\n"
               "unix_socket_permission: \"0640\"\nlog: {format: json}\n";
    }
    static std::string replaced(const std::string& from, const std::string& to) {
        std::string out = text();
        const auto at = out.find(from);
        CPPUNIT_ASSERT(at != std::string::npos);
        return out.replace(at, from.size(), to);
    }
    void readsWhatItNeeds() {
        const auto config = load(text());
        CPPUNIT_ASSERT_MESSAGE(config.ok() ? "" : config.error().message, config.ok());
        CPPUNIT_ASSERT_EQUAL(dir_.file("db.sqlite.demo.jsonl"), config->state_path);
        CPPUNIT_ASSERT_EQUAL(dir_.file("noise.key"), config->noise_key_path);
        CPPUNIT_ASSERT_EQUAL(0640u, config->unix_socket_mode);
        CPPUNIT_ASSERT(config->policy_in_database && config->log_json && !config->prefix_v6 && !config->derp_server);
        CPPUNIT_ASSERT_EQUAL(std::string("hs.example.com"), config->serverHost());
    }
    void refusesAsHeadscaleDoes() {
        const auto why = [&](const std::string& changed) { return load(changed).error().message; };
        CPPUNIT_ASSERT_EQUAL(std::string("loading configuration: Fatal config error: server_url must start with https:// or http://"),
                             why(replaced("https://hs", "ftp://hs")));
        CPPUNIT_ASSERT(why(replaced("noise: {private_key_path: noise.key}", "")).find("headscale now requires a new `noise.private_key_path`") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("loading configuration: no IPv4 or IPv6 prefix configured, minimum one prefix is required"),
                             why(replaced("prefixes: {v4: 100.64.0.0/10}", "")));
        CPPUNIT_ASSERT_EQUAL(std::string("invalid database type \"foo\", must be sqlite, sqlite3 or postgres"), why(replaced("type: sqlite", "type: foo")));
        CPPUNIT_ASSERT(why(replaced("ts.example.net", "example.com")).find("server_url cannot use the same domain as base_domain") != std::string::npos);
        CPPUNIT_ASSERT(why("a: [\n").find("While parsing config") != std::string::npos);
        CPPUNIT_ASSERT(loadConfig(dir_.file("none")).error().message.find("error loading config file") == 0);
    }
    void commandLine() {
        const auto options = parseOptions({"serve", "-c", "x", "--api=0.30", "--nodes", "5", "--users", "2", "--seed", "9", "--churn", "250ms", "--faults", "f"});
        CPPUNIT_ASSERT_MESSAGE(options.ok() ? "" : options.error().message, options.ok());
        CPPUNIT_ASSERT(options->dialect == Dialect::V030 && options->nodes == 5 && options->users == 2 && options->seed == 9);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{250}, options->churn_ms);
        CPPUNIT_ASSERT(!parseOptions({"serve", "--nodes", "many"}).ok());
        CPPUNIT_ASSERT(!parseOptions({"serve", "-c"}).ok());
        CPPUNIT_ASSERT(!parseOptions({"serve", "--api", "0.28"}).ok());
        CPPUNIT_ASSERT(!parseOptions({"server"}).ok());
        CPPUNIT_ASSERT_EQUAL(std::string("v0.30.0-demo"), versionForm(Dialect::V030).text("version"));
        CPPUNIT_ASSERT(!parseDuration("5"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{120000}, *parseDuration("2m"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConfigTest);

}  // namespace masthead::demo
