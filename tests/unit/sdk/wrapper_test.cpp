// The C++ wrapper against the fake host: every call goes through the C tables in both directions.
#include <cppunit/extensions/HelperMacros.h>

#include <masthead/testing/fake_host.hpp>
#include <stdexcept>

using namespace masthead;

namespace {

class Example final : public Plugin {
public:
    explicit Example(Host host) : Plugin(host) {
        route("echo", [](const HttpCall& call) -> Result<Reply> {
            auto body = call.json();
            if (!body) return std::move(body).error();
            Reply reply = Reply::json(Json::object({{"word", call.capture("word")},
                                                    {"all", call.query("q").size()},
                                                    {"body", *body},
                                                    {"who", call.principal().text("email")}}),
                                      201);
            reply.headers.emplace_back("etag", "\"1\"");
            reply.ticket = {call.ticket().value_or("first"), 60};
            return reply;
        });
        route("throws", [](const HttpCall&) -> Result<Reply> { throw std::runtime_error("only for the log"); });
        route("throws-int", [](const HttpCall&) -> Result<Reply> { throw 7; });
        route("throws-error", [](const HttpCall&) -> Result<Reply> { throw Error{Code::Conflict, "already there"}; });
        route("store", &Example::useStore);
        route("headscale", [this](const HttpCall& call) -> Result<Reply> {
            auto answer = Headscale::open(Plugin::host())->call("GET", "/api/v1/node", Json(), &call);
            if (!answer) return std::move(answer).error();
            return Reply::json(*answer);
        });
        job("count", [this](const Call&) -> Result<Json> { return Json::object({{"runs", ++runs}}); });
        job("fails", [](const Call&) -> Result<Json> { return Error{Code::Unavailable, "the source is away"}; });
    }
    Status configure(const Json& config) override {
        if (!config.has("name")) return Error{Code::InvalidArgument, "name: missing"};
        return {};
    }
    Result<Reply> useStore(const HttpCall& call) {
        auto store = Store::open(host());
        auto first = store->compareAndSet("a/b", 0, "one", &call);
        if (!first) return std::move(first).error();
        if (auto again = store->compareAndSet("a/b", 0, "two", &call); again || again.error().code != Code::Conflict)
            return Error{Code::Internal, "no conflict"};
        if (auto moved = store->apply(Store::Batch().check("a/b", *first).put("a/c/d", "three").remove("a/b"), &call); !moved)
            return std::move(moved).error();
        auto keys = store->list("a");
        if (!keys) return std::move(keys).error();
        return Reply::text(keys->size() == 1 ? keys->front() : "?", "text/plain");
    }
    int runs = 0;
};

const Json kConfig = Json::object({{"name", "x"}});

class WrapperTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WrapperTest);
    CPPUNIT_TEST(aRequestPassesThroughTheTables);
    CPPUNIT_TEST(exceptionsBecomeStatuses);
    CPPUNIT_TEST(configurationErrorsAreNamed);
    CPPUNIT_TEST(storeConflictsBatchesAndLists);
    CPPUNIT_TEST(errorsOfServicesReachTheCaller);
    CPPUNIT_TEST(jobsReportOrFail);
    CPPUNIT_TEST(unknownExtensionsAreNull);
    CPPUNIT_TEST(aMissingServiceIsNamed);
    CPPUNIT_TEST_SUITE_END();

public:
    std::unique_ptr<testing::LoadedPlugin> load() {
        auto made = testing::LoadedPlugin::make<Example>(host, kConfig);
        CPPUNIT_ASSERT_MESSAGE(made ? "" : made.error().message, made.ok());
        return std::move(*made);
    }

    void aRequestPassesThroughTheTables() {
        auto plugin = load();
        testing::HttpIn in{"POST", "/echo/hi", R"({"n":9007199254740993})"};
        in.captures = {{"word", "hi"}};
        in.query = {{"q", "1"}, {"q", "2"}, {"other", "3"}};
        const auto out = plugin->call("echo", in);
        CPPUNIT_ASSERT_EQUAL(MH_OK, out.status);
        CPPUNIT_ASSERT_EQUAL(std::int32_t{201}, out.http_status);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"word":"hi","all":2,"body":{"n":9007199254740993},"who":"ada@example.org"})"),
                             out.body);
        CPPUNIT_ASSERT_EQUAL(std::string("application/json"), out.headers.at("content-type"));
        CPPUNIT_ASSERT_EQUAL(std::string("\"1\""), out.headers.at("etag"));
        CPPUNIT_ASSERT_EQUAL(std::string("first"), out.ticket.value_or("none"));
        CPPUNIT_ASSERT(out.finished);
        const auto wrong = plugin->call("echo", {"POST", "/", "[1]"});
        CPPUNIT_ASSERT_EQUAL(MH_INVALID_ARGUMENT, wrong.status);
        CPPUNIT_ASSERT(!wrong.finished);
    }

    void exceptionsBecomeStatuses() {
        auto plugin = load();
        const auto standard = plugin->call("throws");
        CPPUNIT_ASSERT_EQUAL(MH_INTERNAL, standard.status);
        CPPUNIT_ASSERT_EQUAL(std::string("only for the log"), standard.error.internal);
        CPPUNIT_ASSERT(standard.error.message.find("only for the log") == std::string::npos);
        CPPUNIT_ASSERT_EQUAL(MH_INTERNAL, plugin->call("throws-int").status);
        const auto typed = plugin->call("throws-error");
        CPPUNIT_ASSERT_EQUAL(MH_CONFLICT, typed.status);
        CPPUNIT_ASSERT_EQUAL(std::string("already there"), typed.error.message);
    }

    void configurationErrorsAreNamed() {
        auto made = testing::LoadedPlugin::make<Example>(host);
        CPPUNIT_ASSERT(!made);
        CPPUNIT_ASSERT_EQUAL(std::string("name: missing"), made.error().message);
        CPPUNIT_ASSERT(made.error().code == Code::InvalidArgument);
    }

    void storeConflictsBatchesAndLists() {
        auto plugin = load();
        const auto out = plugin->call("store");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(out.error.message, MH_OK, out.status);
        CPPUNIT_ASSERT_EQUAL(std::string("c/"), out.body);
        CPPUNIT_ASSERT_EQUAL(std::string("three"), host.stored.at("a/c/d").bytes);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, host.stored.count("a/b"));
    }

    void errorsOfServicesReachTheCaller() {
        auto plugin = load();
        CPPUNIT_ASSERT_EQUAL(MH_UNAVAILABLE, plugin->call("headscale").status);
        host.headscale = [](const std::string& method, const std::string& path, const Json&) -> Result<Json> {
            if (method + path == "GET/api/v1/node") return Error{Code::NotFound, "no node here"};
            return Json::object();
        };
        const auto out = plugin->call("headscale");
        CPPUNIT_ASSERT_EQUAL(MH_NOT_FOUND, out.status);
        CPPUNIT_ASSERT_EQUAL(std::string("no node here"), out.error.message);
        host.failing = Code::ResourceExhausted;
        CPPUNIT_ASSERT_EQUAL(MH_RESOURCE_EXHAUSTED, plugin->call("store").status);
    }

    void jobsReportOrFail() {
        auto plugin = load();
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"runs":1})"), plugin->runJob("count")->dump());
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"runs":2})"), plugin->runJob("count")->dump());
        const auto failed = plugin->runJob("fails");
        CPPUNIT_ASSERT(!failed && failed.error().code == Code::Unavailable);
        CPPUNIT_ASSERT_EQUAL(std::string("the source is away"), failed.error().message);
    }

    void unknownExtensionsAreNull() {
        auto plugin = load();
        CPPUNIT_ASSERT(plugin->extension<mh_routes>("masthead.routes/1") != nullptr);
        CPPUNIT_ASSERT(plugin->extension<mh_routes>("masthead.routes/1x") == nullptr);
        CPPUNIT_ASSERT(plugin->extension<void>("masthead.unknown/1") == nullptr);
        CPPUNIT_ASSERT(plugin->extension<mh_identity_source>(MH_EXTENSION_IDENTITY_SOURCE) == nullptr);
    }

    void aMissingServiceIsNamed() {
        auto missing = host.host().service<mh_store>("masthead.nothing/1");
        CPPUNIT_ASSERT(!missing);
        CPPUNIT_ASSERT(missing.error().message.find("masthead.nothing/1") != std::string::npos);
    }

private:
    testing::FakeHost host;
};

CPPUNIT_TEST_SUITE_REGISTRATION(WrapperTest);

}  // namespace
