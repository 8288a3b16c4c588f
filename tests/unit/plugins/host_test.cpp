#include "tests/unit/plugins/host_fixture.hpp"

#include <masthead/ext/store.h>

#include <fstream>

namespace masthead::console::plugins {
namespace {

constexpr const char* kSampler = "/admin/api/p/sampler";

class HostTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HostTest);
    CPPUNIT_TEST(aRequestReachesThePluginAndComesBack);
    CPPUNIT_TEST(requestsThatDoNotFitTheSchemaNeverArrive);
    CPPUNIT_TEST(theStoreIsIsolatedAndKeepsItsRevisions);
    CPPUNIT_TEST(eventsJobsAuditAndSecrets);
    CPPUNIT_TEST(headscaleIsGrantedByTheManifestOnly);
    CPPUNIT_TEST(activeContentOnlyOutside);
    CPPUNIT_TEST(settingsAreChecked);
    CPPUNIT_TEST(eachRefusalHasItsReasonAndHurtsNobodyElse);
    CPPUNIT_TEST(whatCrossesTheBoundaryWronglyIsContained);
    CPPUNIT_TEST(threeHangsDisableThePluginUntilReleased);
    CPPUNIT_TEST(crashesDelayAndQuarantine);
    CPPUNIT_TEST(aReleaseCountsOnce);
    CPPUNIT_TEST(aRunningJobIsToldToStop);
    CPPUNIT_TEST(aBatchOfImpossibleStructsIsRefused);
    CPPUNIT_TEST(stoppedPluginsAnswerUnavailable);
    CPPUNIT_TEST_SUITE_END();

    static void mustSay(const std::string& text, const std::string& part) {
        CPPUNIT_ASSERT_MESSAGE(text + " does not say: " + part, text.find(part) != std::string::npos);
    }

    static void crash(HostFixture& f, const std::string& plugin, std::int64_t at, const std::string& version = "1.0.0") {
        CPPUNIT_ASSERT(
            f.crashes.add(plugin, at, Json::object({{"version", version}, {"entry", "crash"}, {"signal", "SIGSEGV"}})).ok());
    }

public:
    void aRequestReachesThePluginAndComesBack() {
        HostFixture f({"sampler"});
        f.start();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(f.shown("sampler").text("reason"), std::string("running"), f.shown("sampler").text("state"));
        CPPUNIT_ASSERT_EQUAL(std::string("unsigned"), f.shown("sampler").text("origin"));
        CPPUNIT_ASSERT(f.route_changes > 0);
        CPPUNIT_ASSERT(f.catalogue.known("sampler.use"));
        const auto answer = f.call("POST", std::string(kSampler) + "/echo/{word}", R"({"text":"hi"})", {{"word", "w"}}, {},
                                   {{"cookie", "secret"}, {"user-agent", "test"}});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        const Json body = HostFixture::json(answer);
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), body.text("greeting"));
        CPPUNIT_ASSERT_EQUAL(std::string("w"), body.text("word"));
        CPPUNIT_ASSERT_EQUAL(std::string("ada@example.org"), body["principal"].text("email"));
        CPPUNIT_ASSERT(body["allowed"].asBool());
        CPPUNIT_ASSERT_EQUAL(std::string("request-1"), body.text("id"));
        CPPUNIT_ASSERT_EQUAL(std::string(), body.text("cookie"));
        CPPUNIT_ASSERT_EQUAL(std::string("test"), body.text("agent"));
        CPPUNIT_ASSERT_EQUAL(std::string("https://console.example.org"), body["info"].text("public_url"));
        const auto pages = f.host->pages();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, pages.size());
        const auto assets = f.host->assets();
        CPPUNIT_ASSERT_EQUAL("/admin/ui/p/sampler/" + assets.at(0).digest + "/sampler.js", pages[0].entry.text("module"));
        CPPUNIT_ASSERT(std::filesystem::exists(assets[0].directory + "/sampler.js"));
        for (const auto& route : f.host->routes()) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(route.pattern, route.method == "GET", route.audit.empty());
        }
    }

    void requestsThatDoNotFitTheSchemaNeverArrive() {
        HostFixture f({"sampler"});
        f.start();
        const auto echo = [&](const char* body) {
            return f.call("POST", std::string(kSampler) + "/echo/{word}", body, {{"word", "w"}});
        };
        CPPUNIT_ASSERT_EQUAL(400, echo("{}").status);
        mustSay(echo("{}").body, "text is missing");
        mustSay(echo(R"({"text":"longer than ten"})").body, "has more than 10 characters");
        mustSay(echo(R"({"text":"a","x":1})").body, "x is not a known member");
        CPPUNIT_ASSERT_EQUAL(400, echo("not json").status);
        CPPUNIT_ASSERT_EQUAL(400, echo(R"({"text":"a","text":"b"})").status);
    }

    void theStoreIsIsolatedAndKeepsItsRevisions() {
        HostFixture f({"sampler"});
        f.start();
        const std::string key = std::string(kSampler) + "/keys/{key}";
        const auto first = HostFixture::json(f.call("PUT", key, "one", {{"key", "k"}}));
        const auto second = HostFixture::json(f.call("PUT", key, "two", {{"key", "k"}}, {{"sealed", "1"}}));
        CPPUNIT_ASSERT(second["revision"].asInt() > first["revision"].asInt());
        CPPUNIT_ASSERT_EQUAL(std::string("two"), HostFixture::json(f.call("GET", key, "", {{"key", "k"}})).text("value"));
        CPPUNIT_ASSERT_EQUAL(std::string("two"), must(f.key_values.get("sampler", "k")).value);
        CPPUNIT_ASSERT(!f.key_values.get("other", "k").ok());
        CPPUNIT_ASSERT_EQUAL(404, f.call("GET", key, "", {{"key", "absent"}}).status);
        CPPUNIT_ASSERT_EQUAL(400, f.call("PUT", key, "x", {{"key", "a//b"}}).status);
        const std::string swap = key + "/swap";
        CPPUNIT_ASSERT_EQUAL(409, f.call("POST", swap, "", {{"key", "k"}}, {{"wrong", "1"}}).status);
        CPPUNIT_ASSERT_EQUAL(204, f.call("POST", swap, "", {{"key", "k"}}).status);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"keys":["k.moved"]})"), f.call("GET", std::string(kSampler) + "/keys").body);
    }

    void eventsJobsAuditAndSecrets() {
        HostFixture f({"sampler"});
        std::ofstream(f.dir.file("token")) << "s3cret\n";
        std::filesystem::permissions(f.dir.file("token"), std::filesystem::perms::owner_read);
        f.config.plugins.settings = Json::object({{"sampler", Json::object({{"token", "file:" + f.dir.file("token")}})}});
        f.start();
        const std::string base = kSampler;
        auto subscription = f.events.subscribe();
        CPPUNIT_ASSERT_EQUAL(204, f.call("POST", base + "/publish").status);
        const auto event = subscription->next(5000);
        CPPUNIT_ASSERT(event.has_value());
        CPPUNIT_ASSERT_EQUAL(std::string("sampler.changed"), event->type);
        CPPUNIT_ASSERT_EQUAL(std::string("sampler.use"), event->permission);
        CPPUNIT_ASSERT_EQUAL(403, f.call("POST", base + "/publish", "", {}, {{"type", "tailnet.nodes"}}).status);

        CPPUNIT_ASSERT_EQUAL(204, f.call("POST", base + "/record").status);
        const Json record = must(f.audit.list(10, 0))["records"].items()[0];
        CPPUNIT_ASSERT_EQUAL(std::string("sampler.tried"), record.text("action"));
        CPPUNIT_ASSERT_EQUAL(std::string("ada@example.org"), record.text("principal"));

        const auto counts = [&] { return HostFixture::json(f.call("GET", base + "/counts")); };
        CPPUNIT_ASSERT_EQUAL(204, f.call("POST", base + "/run").status);
        HostFixture::await("the job", [&] { return counts()["runs"].asInt() == 1; });
        HostFixture::await("the job's report",
                           [&] { return f.shown("sampler")["jobs"].items()[0].text("outcome") == "success"; });
        f.events.publish("tailnet.users", "x", Json::object());
        f.events.publish("tailnet.nodes", "x", Json::object());
        HostFixture::await("the event", [&] { return counts()["events"].asInt() == 1; });

        CPPUNIT_ASSERT_EQUAL(std::int64_t{6}, HostFixture::json(f.call("GET", base + "/secret"))["length"].asInt());
        CPPUNIT_ASSERT_EQUAL(403, f.call("GET", base + "/secret", "", {}, {{"name", "other"}}).status);
    }

    void headscaleIsGrantedByTheManifestOnly() {
        HostFixture f({"sampler"});
        f.start();
        const auto ask = [&](const char* body) { return f.call("POST", std::string(kSampler) + "/headscale", body); };
        const auto away = ask(R"({"method":"GET","path":"/api/v1/user"})");
        CPPUNIT_ASSERT_EQUAL(503, away.status);
        CPPUNIT_ASSERT(HostFixture::json(away)["retryable"].asBool());
        const auto denied = ask(R"({"method":"POST","path":"/api/v1/user","body":{"name":"x"}})");
        CPPUNIT_ASSERT_EQUAL(403, denied.status);
        mustSay(denied.body, "does not name user.write");
        CPPUNIT_ASSERT_EQUAL(404, ask(R"({"method":"GET","path":"/api/v2/user"})").status);
    }

    void activeContentOnlyOutside() {
        HostFixture f({"sampler"});
        f.start();
        CPPUNIT_ASSERT_EQUAL(403, f.call("GET", std::string(kSampler) + "/html").status);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("a public path needs a grant", 404, f.call("GET", "/door").status);
        HostFixture granted({"sampler"});
        granted.config.plugins.settings =
            Json::object({{"sampler", Json::object({{"public_paths", Json::array({Json("/door")})}})}});
        granted.start();
        const auto door = granted.call("GET", "/door", "", {}, {},
                                       {{"cookie", "__Host-masthead=session; __Host-masthead-ticket=sampler:visitor-0"}});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(door.body, 200, door.status);
        mustSay(door.body, "visitor-0");
        mustSay(door.headers.at(0).second, "__Host-masthead-ticket=sampler:visitor-1; Path=/; Max-Age=600; Secure; HttpOnly");
        const auto foreign = granted.call("GET", "/door", "", {}, {}, {{"cookie", "__Host-masthead-ticket=other:visitor-0"}});
        mustSay(foreign.body, "none");
    }

    void settingsAreChecked() {
        HostFixture wrong({"sampler"});
        wrong.config.plugins.settings = Json::object({{"sampler", Json::object({{"greting", "typo"}})}});
        wrong.start();
        mustSay(wrong.shown("sampler").text("reason"), "plugins.settings.sampler/greting is not a known member");
        HostFixture refused({"sampler"});
        refused.config.plugins.settings = Json::object({{"sampler", Json::object({{"greeting", "refuse"}})}});
        refused.start();
        mustSay(refused.shown("sampler").text("reason"), "configuring: greeting: not this word");
    }

    void eachRefusalHasItsReasonAndHurtsNobodyElse() {
        HostFixture f({"wrong-abi", "mismatch", "unbound", "absent", "sampler"});
        f.start();
        const struct {
            const char *id, *reason;
        } cases[] = {{"wrong-abi", "the ABI version: expected 1, found 2"},
                     {"mismatch", "the version in the shared object: expected \"1.0.0\" as in plugin.json, found \"9.9.9\""},
                     {"unbound", "plugin.json declares routes the shared object does not bind: declared"},
                     {"absent", "No such file or directory"}};
        for (const auto& item : cases) {
            CPPUNIT_ASSERT_EQUAL(std::string("refused"), f.shown(item.id).text("state"));
            mustSay(f.shown(item.id).text("reason"), item.reason);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("running"), f.shown("sampler").text("state"));
        CPPUNIT_ASSERT(!f.catalogue.known("unbound.use"));
        CPPUNIT_ASSERT_MESSAGE("what was created is destroyed", f.key_values.get("unbound", "destroyed").ok());
        for (const auto& route : f.host->routes()) CPPUNIT_ASSERT_EQUAL(std::string("sampler"), route.owner);
        CPPUNIT_ASSERT(f.host->release("absent").error().code == Code::FailedPrecondition);
        CPPUNIT_ASSERT(f.host->release("nobody").error().code == Code::NotFound);
    }

    void whatCrossesTheBoundaryWronglyIsContained() {
        HostFixture f({"thrower"});
        f.start();
        const std::string base = "/admin/api/p/thrower";
        const auto cookie = f.call("POST", base + "/cookie");
        CPPUNIT_ASSERT_EQUAL(std::string("denied invalid invalid denied denied "), cookie.body);
        const auto wrapped = f.call("POST", base + "/wrapped");
        CPPUNIT_ASSERT_EQUAL(500, wrapped.status);
        CPPUNIT_ASSERT(wrapped.body.find("kept for the log") == std::string::npos);
        mustSay(f.call("POST", base + "/open").body, "gave no complete answer");
        for (int i = 0; i < Instance::kStrikes; ++i) {
            CPPUNIT_ASSERT_EQUAL(std::string("running"), f.shown("thrower").text("state"));
            const auto thrown = f.call("POST", base + "/throw");
            CPPUNIT_ASSERT_EQUAL(500, thrown.status);
            CPPUNIT_ASSERT(thrown.body.find("across the boundary") == std::string::npos);
        }
        HostFixture::await("the plugin is disabled", [&] { return f.shown("thrower").text("state") == "quarantined"; });
        mustSay(f.shown("thrower").text("reason"), "throw threw an exception across the boundary");
    }

    void threeHangsDisableThePluginUntilReleased() {
        HostFixture f({"crasher"});
        f.start();
        const std::string base = "/admin/api/p/crasher";
        for (int i = 0; i < Instance::kStrikes + 1; ++i)
            CPPUNIT_ASSERT_EQUAL_MESSAGE("giving up in time is no fault", 504, f.call("POST", base + "/slow").status);
        CPPUNIT_ASSERT_EQUAL(200, f.call("GET", base + "/ok").status);
        for (int i = 0; i < Instance::kStrikes; ++i) CPPUNIT_ASSERT_EQUAL(504, f.call("POST", base + "/hang").status);
        HostFixture::await("the plugin is disabled", [&] { return f.call("GET", base + "/ok").status == 503; });
        mustSay(f.call("GET", base + "/ok").body, "disabled after 3 faults; the last: hang did not return within 450 ms");
        HostFixture::await("it is shown so", [&] { return f.shown("crasher").text("state") == "quarantined"; });
        CPPUNIT_ASSERT(f.host->release("crasher").ok());
        HostFixture::await("it runs again", [&] { return f.call("GET", base + "/ok").status == 200; });
    }

    void crashesDelayAndQuarantine() {
        HostFixture f({"crasher", "sampler"});
        const std::int64_t now = f.clock.wallMs();
        crash(f, "crasher", now);
        crash(f, "sampler", now - 60000, "0.9.0");  // another version's crash counts for nothing
        f.start();
        CPPUNIT_ASSERT_EQUAL(std::string("backoff"), f.shown("crasher").text("state"));
        CPPUNIT_ASSERT_EQUAL(503, f.call("GET", "/admin/api/p/crasher/ok").status);
        CPPUNIT_ASSERT_EQUAL(std::string("SIGSEGV"), f.shown("crasher")["last_crash"].text("signal"));
        CPPUNIT_ASSERT_EQUAL(std::string("running"), f.shown("sampler").text("state"));
        HostFixture::await("it is loaded after a second", [&] { return f.call("GET", "/admin/api/p/crasher/ok").status == 200; });

        HostFixture g({"crasher"});
        for (int i = 0; i < 5; ++i) crash(g, "crasher", g.clock.wallMs() - i * 1000);
        g.start();
        CPPUNIT_ASSERT_EQUAL(std::string("quarantined"), g.shown("crasher").text("state"));
        g.host->stop();
        g.start();
        CPPUNIT_ASSERT_EQUAL(std::string("quarantined"), g.shown("crasher").text("state"));
        CPPUNIT_ASSERT(g.host->release("crasher").ok());
        HostFixture::await("it runs after the release", [&] { return g.shown("crasher").text("state") == "running"; });
    }

    void aReleaseCountsOnce() {
        HostFixture f({"crasher"});
        for (int i = 0; i < 5; ++i) crash(f, "crasher", f.clock.wallMs() - i * 1000);
        f.start();
        CPPUNIT_ASSERT(f.host->release("crasher").ok());
        CPPUNIT_ASSERT_MESSAGE("a second one would load it twice", f.host->release("crasher").error().code == Code::FailedPrecondition);
        HostFixture::await("it runs after the release", [&] { return f.shown("crasher").text("state") == "running"; });
    }

    void aRunningJobIsToldToStop() {
        HostFixture f({"worker"});
        f.start();
        HostFixture::await("the job", [&] { return f.key_values.get("worker", "started").ok(); });
        f.host->stop();
        CPPUNIT_ASSERT_EQUAL(std::string("told"), must(f.key_values.get("worker", "ended")).value);
    }

    void aBatchOfImpossibleStructsIsRefused() {
        HostFixture f({});
        auto manifest = std::make_shared<Manifest>();
        manifest->id = "sampler";
        mh_host host;
        host.manifest = manifest;
        host.services = &f.services;
        const auto* table = static_cast<const mh_store*>(storeTable());
        mh_store_op ops[2]{};
        for (auto& op : ops) op = {sizeof(mh_store_op), 0, MH_STORE_PUT, 0, toAbi("key"), toAbi("value"), -1};
        CPPUNIT_ASSERT_EQUAL(std::int32_t{MH_OK}, table->batch(&host, nullptr, ops, 2, kNoSink));
        for (const std::uint32_t size : {0u, 8u, static_cast<std::uint32_t>(sizeof(mh_store_op)) - 1, 4096u}) {
            ops[0].struct_size = size;
            std::string problem;
            CPPUNIT_ASSERT_EQUAL(std::int32_t{MH_INVALID_ARGUMENT}, table->batch(&host, nullptr, ops, 2, appendTo(problem)));
            mustSay(problem, "struct_size");
        }
        CPPUNIT_ASSERT_EQUAL(std::int32_t{MH_INVALID_ARGUMENT}, table->batch(&host, nullptr, nullptr, 1, kNoSink));
    }

    void stoppedPluginsAnswerUnavailable() {
        HostFixture f({"sampler"});
        f.start();
        f.host->stop();
        CPPUNIT_ASSERT_EQUAL(std::string("stopped"), f.shown("sampler").text("state"));
        CPPUNIT_ASSERT_EQUAL(503, f.call("GET", std::string(kSampler) + "/keys").status);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostTest);

}  // namespace
}  // namespace masthead::console::plugins
