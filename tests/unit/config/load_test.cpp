#include "host/config/load.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <fstream>

#include "tests/support/temp_dir.hpp"

namespace masthead::config {

class LoadTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LoadTest);
    CPPUNIT_TEST(fillsDefaults);
    CPPUNIT_TEST(readsEveryKindOfValue);
    CPPUNIT_TEST(namesFileLineAndColumnOfUnknownKeys);
    CPPUNIT_TEST(refusesWrongValuesWithWhatIsExpected);
    CPPUNIT_TEST(refusesDuplicatesAndBrokenYaml);
    CPPUNIT_TEST(reportsAllProblemsTogether);
    CPPUNIT_TEST(refusesAuthDisabledOffLoopback);
    CPPUNIT_TEST(checksPublicUrlAndDomain);
    CPPUNIT_TEST(checksRelationsBetweenKeys);
    CPPUNIT_TEST(boundsAliasesInFreeSections);
    CPPUNIT_TEST(readsFilesAndResolvesRelativePaths);
    CPPUNIT_TEST_SUITE_END();

    static Config good(const std::string& text) {
        auto config = parseConfig("public_url: https://vpn.example.org\n" + text, "/etc/m.yaml");
        CPPUNIT_ASSERT_MESSAGE(config.ok() ? "" : config.error().message, config.ok());
        return *config;
    }
    static std::string bad(const std::string& text) {
        auto config = parseConfig(text, "/etc/m.yaml");
        CPPUNIT_ASSERT_MESSAGE("accepted: " + text, !config.ok());
        return config.error().message;
    }
    static void assertContains(const std::string& text, const std::string& part) {
        CPPUNIT_ASSERT_MESSAGE("\"" + part + "\" not in: " + text, text.find(part) != std::string::npos);
    }

    void fillsDefaults() {
        const Config c = good("");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, c.server.listen.size());
        CPPUNIT_ASSERT_EQUAL(std::string("/var/lib/masthead"), c.data_dir);
        CPPUNIT_ASSERT_EQUAL(500u, c.supervisor.backoff_min_ms);
        CPPUNIT_ASSERT_EQUAL(std::string("/etc/m.yaml"), c.file);
    }

    void readsEveryKindOfValue() {
        const Config c = good(
            "data_dir: data\ntrial: true\n"
            "server:\n  listen: [\"127.0.0.1:0\", \"[::1]:8443\"]\n  root: https://example.org/\n  limits: {connections: 20, "
            "idle: 90s}\n"
            "headscale: {source: demo, demo: {nodes: 7}, network: {derp_urls: [https://a.example/derp]}}\n"
            "supervisor: {backoff_min: 50ms, drain: 0s}\n"
            "plugins:\n  enabled: [nodes, {id: acl, sha256: \"" +
            std::string(64, 'A') + "\"}]\n  settings: {nodes: {limit: 3, name: \"4\", deep: [true, 1.5, null]}}\n");
        CPPUNIT_ASSERT_EQUAL(std::string("/etc/data"), c.data_dir);
        CPPUNIT_ASSERT(c.trial);
        CPPUNIT_ASSERT_EQUAL(std::string("::1"), c.server.listen[1].address);
        CPPUNIT_ASSERT(c.server.listen[1].port == 8443);
        CPPUNIT_ASSERT_EQUAL(90'000u, c.server.limits.idle_ms);
        CPPUNIT_ASSERT_EQUAL(7u, c.headscale.demo.nodes);
        CPPUNIT_ASSERT_EQUAL(50u, c.supervisor.backoff_min_ms);
        CPPUNIT_ASSERT_EQUAL(0u, c.supervisor.drain_ms);
        CPPUNIT_ASSERT_EQUAL(std::string("acl"), c.plugins.enabled.at(1));
        CPPUNIT_ASSERT_EQUAL(std::string(64, 'a'), c.plugins.pinned.at("acl"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"nodes":{"limit":3,"name":"4","deep":[true,1.5,null]}})"),
                             c.plugins.settings.dump());
    }

    void namesFileLineAndColumnOfUnknownKeys() {
        const auto text = bad("public_url: https://a.example\nserver:\n  lissten: []\n");
        assertContains(text, "/etc/m.yaml:3:3: unknown key server.lissten; did you mean server.listen?");
        assertContains(bad("public_url: https://a.example\nzzz: 1\n"),
                       "/etc/m.yaml:2:1: unknown key zzz; known here: public_url data_dir");
        assertContains(bad("auth:\n  disabled:\n    really: true\n"), "/etc/m.yaml:3:5: auth.disabled: expected true or false");
    }

    void refusesWrongValuesWithWhatIsExpected() {
        const std::pair<const char*, const char*> cases[] = {
            {"trial: yes", "trial: expected true or false, found \"yes\""},
            {"supervisor: {drain: 5}", "supervisor.drain: expected a duration such as 250ms, 30s, 5m or 12h"},
            {"supervisor: {ready_passes: 0}", "expected a number from 1 to 100, found \"0\""},
            {"supervisor: {ready_passes: -1}", "found \"-1\""},
            {"headscale: {source: download}", "expected one of auto demo, found \"download\""},
            {"server: {listen: [\"example.org:443\"]}", "\"example.org:443\" is not an address and port"},
            {"server: {listen: 443}", "expected a list"},
            {"server: [1]", "server is a section"},
            {"plugins: {enabled: [{id: a}]}", "expected a plugin id or {id"},
            {"[1, 2]", "expected keys and values at the top"},
        };
        for (const auto& [text, part] : cases) assertContains(bad(text), part);
    }

    void refusesDuplicatesAndBrokenYaml() {
        assertContains(bad("trial: true\ntrial: false\n"), "/etc/m.yaml:2:1: trial stands here a second time");
        assertContains(bad("server:\n\tlisten: []\n"), "/etc/m.yaml:2:");
        assertContains(bad("a: [1, 2\n"), "/etc/m.yaml:");
        assertContains(bad(std::string(50'000, '[')), "/etc/m.yaml");
    }

    void reportsAllProblemsTogether() {
        const auto text = bad("tril: true\nserver:\n  root2: x\n");
        assertContains(text, ":1:1: unknown key tril; did you mean trial?\n");
        assertContains(text, ":3:3: unknown key server.root2");
    }

    void refusesAuthDisabledOffLoopback() {
        assertContains(bad("public_url: https://a.example\nauth:\n  disabled: true\n"),
                       "/etc/m.yaml:3:3: auth.disabled needs every server.listen on a loopback address");
        assertContains(
            bad("public_url: https://a.example\nauth: {disabled: true}\nserver: {listen: [\"127.0.0.1:1\", \"192.0.2.1:1\"]}\n"),
            "loopback");
        CPPUNIT_ASSERT(good("auth: {disabled: true}\nserver: {listen: [\"127.0.0.1:1\", \"[::1]:1\"]}\n").auth.disabled);
    }

    void checksPublicUrlAndDomain() {
        assertContains(bad("trial: true\n"), "/etc/m.yaml: public_url is required");
        for (const char* url :
             {"http://a.example", "https://", "https://a.example/x", "https://u@a.example", "https://a_b.example",
              "https://a.example:0", "https://a.example:99999", "https://[::1", "https://a.example?x"}) {
            assertContains(bad("public_url: \"" + std::string(url) + "\"\n"), "/etc/m.yaml:1:1: public_url");
        }
        assertContains(bad("public_url: https://vpn.example.org\nheadscale: {network: {base_domain: example.org}}\n"),
                       "must not be or contain vpn.example.org");
        CPPUNIT_ASSERT_EQUAL(std::string("net.example.org"),
                             good("headscale: {network: {base_domain: net.example.org}}\n").headscale.network.base_domain);
    }

    void checksRelationsBetweenKeys() {
        const std::pair<const char*, const char*> cases[] = {
            {"server: {tls: {certificate: /a}}", "certificate and key must be given together"},
            {"server: {root: onboarding}", "plugins.enabled does not name onboarding"},
            {"server: {root: \"http://x.example\"}", "server.root is auto"},
            {"server: {root: \"https://x.example/{a}\"}", "server.root is auto"},
            {"server: {extra_hosts: [\"https://x.example\"]}", "server.extra_hosts \"https://x.example\" is not a host name"},
            {"server: {extra_hosts: [\"x.example/\"]}", "is not a host name"},
            {"server: {extra_hosts: [\"my_host\"]}", "is not a host name"},
            {"server: {extra_hosts: [\"\"]}", "is not a host name"},
            {"headscale: {version: v0.29.2}", "without a leading v"},
            {"headscale: {release_sha256: abc}", "64 hex digits"},
            {"headscale: {release_url: \"ftp://x\"}", "http or https"},
            {"plugins: {enabled: [nodes, nodes]}", "names nodes twice"},
            {"plugins: {enabled: [../x]}", "is not a plugin id"},
            {"supervisor: {backoff_min: 31s}", "must not be longer than supervisor.backoff_max"},
            {"auth: {session_idle: 13h}", "must not be longer than auth.session_absolute"},
        };
        for (const auto& [text, part] : cases)
            assertContains(bad("public_url: https://a.example\n" + std::string(text) + "\n"), part);
        assertContains(bad("public_url: https://a.example\ndata_dir: /" + std::string(100, 'd') + "\n"), "the system allows 107");
    }

    void boundsAliasesInFreeSections() {
        std::string bomb = "public_url: https://a.example\nplugins:\n  settings:\n    a: &a0 [x, x, x, x, x, x, x, x, x]\n";
        for (int i = 1; i < 9; ++i) {
            const std::string item = "*a" + std::to_string(i - 1);
            bomb += "    b" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + item;
            for (int j = 0; j < 8; ++j) bomb += ", " + item;
            bomb += "]\n";
        }
        assertContains(bad(bomb), "too many items");
    }

    void readsFilesAndResolvesRelativePaths() {
        masthead::testing::TempDir dir;
        std::ofstream(dir.file("m.yaml")) << "public_url: https://a.example\nweb_dir: web/dist\n";
        const auto config = loadConfig(dir.file("m.yaml"));
        CPPUNIT_ASSERT(config.ok());
        CPPUNIT_ASSERT_EQUAL(dir.file("web/dist"), config->web_dir);
        const auto missing = loadConfig(dir.file("none.yaml"));
        CPPUNIT_ASSERT(!missing.ok());
        assertContains(missing.error().message, "none.yaml: No such file");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LoadTest);

}  // namespace masthead::config
