// Idempotency-Key: once made, always the same answer; never twice, never somebody else's, never in clear.
#include "host/console/http/idempotency.hpp"

#include <thread>

#include "host/console/http/funnel.hpp"
#include "host/console/store/key_ring.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console {

class IdempotencyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(IdempotencyTest);
    CPPUNIT_TEST(theSecondOneGetsTheFirstAnswer);
    CPPUNIT_TEST(anotherRequestUnderTheKeyIsRefused);
    CPPUNIT_TEST(keysAreThePrincipalsAndTheRoutes);
    CPPUNIT_TEST(aRefusalFreesTheKey);
    CPPUNIT_TEST(whatNobodyKnowsIsNeverDoneAgain);
    CPPUNIT_TEST(parallelOnesRunOnce);
    CPPUNIT_TEST(answersAreSealed);
    CPPUNIT_TEST(answersOutliveARotationOfKeys);
    CPPUNIT_TEST(unreadableAnswersAreUnknown);
    CPPUNIT_TEST(keysEndAfterADay);
    CPPUNIT_TEST(keyTextsAreBounded);
    CPPUNIT_TEST(nothingIsMadeWhenTheKeyCannotBeKept);
    CPPUNIT_TEST_SUITE_END();

    World world;
    Idempotency keys{*world.database, world.sealer, world.clock};
    RouteSlot slot;
    std::atomic<int> made{0};
    int status = 201;
    std::string who = "account:1";

    Funnel funnel{{slot, world.audit, world.clock,
                   [this](const Request&, Door) -> Result<Principal> {
                       Principal out;
                       out.id = who;
                       out.permissions = {"things.write"};
                       return out;
                   },
                   [](const Principal&, std::string_view) { return true; }, {}, &keys}};

public:
    void setUp() override {
        std::vector<Route> routes;
        for (const char* pattern : {"/things", "/others", "/plain"}) {
            routes.push_back({"POST", pattern, Permission::named("things.write"), "", [this](const Request&) {
                                  const int count = ++made;
                                  return Response::json(Json::object({{"secret", "the-secret-" + std::to_string(count)}}), status).with("Location", "/things/1");
                              }});
            routes.back().creates = std::string(pattern) != "/plain";
        }
        slot.set(must(RouteTable::build(std::move(routes))));
    }

private:
    Response post(const std::string& key, const std::string& body = R"({"name":"a"})", const std::string& path = "/things") {
        Request request = world.request("POST", path);
        request.headers["content-type"] = "application/json";
        if (!key.empty()) request.headers["idempotency-key"] = key;
        return funnel.handle(request, "", Door::CommandLine, [&](std::size_t) -> Result<std::string> { return body; });
    }
    static bool replayed(const Response& response) {
        for (const auto& [name, value] : response.headers) {
            if (name == "Idempotency-Replayed") return value == "true";
        }
        return false;
    }

    void theSecondOneGetsTheFirstAnswer() {
        const Response first = post("key-1"), second = post("key-1"), quoted = post("\"key-1\"");
        CPPUNIT_ASSERT_EQUAL(201, first.status);
        CPPUNIT_ASSERT(!replayed(first) && replayed(second) && replayed(quoted));
        CPPUNIT_ASSERT_EQUAL(first.status, second.status);
        CPPUNIT_ASSERT_EQUAL(first.body, second.body);
        CPPUNIT_ASSERT_EQUAL(1, made.load());
        const auto location = [](const Response& r) {
            for (const auto& [name, value] : r.headers) {
                if (name == "Location") return value;
            }
            return std::string();
        };
        CPPUNIT_ASSERT_EQUAL(location(first), location(second));
        post("");
        CPPUNIT_ASSERT_EQUAL(2, made.load());
        post("key-1", "{}", "/plain");  // does not take keys
        CPPUNIT_ASSERT_EQUAL(3, made.load());
    }
    void anotherRequestUnderTheKeyIsRefused() {
        post("key-1");
        const Response other = post("key-1", R"({"name":"b"})");
        CPPUNIT_ASSERT_EQUAL(422, other.status);
        CPPUNIT_ASSERT_EQUAL(1, made.load());
    }
    void keysAreThePrincipalsAndTheRoutes() {
        const Response mine = post("key-1");
        who = "account:2";
        const Response theirs = post("key-1");
        CPPUNIT_ASSERT(mine.body != theirs.body && !replayed(theirs));
        CPPUNIT_ASSERT(!replayed(post("key-1", R"({"name":"a"})", "/others")));
    }
    void aRefusalFreesTheKey() {
        for (const int refusal : {400, 403, 409, 429, 500, 503}) {
            status = refusal;
            CPPUNIT_ASSERT_EQUAL(refusal, post("key-1").status);
        }
        status = 201;
        CPPUNIT_ASSERT(!replayed(post("key-1", R"({"name":"corrected"})")));
        CPPUNIT_ASSERT_EQUAL(7, made.load());
    }
    void whatNobodyKnowsIsNeverDoneAgain() {
        status = 504;
        post("late");
        status = 201;
        CPPUNIT_ASSERT_EQUAL(409, post("late").status);
        // A crash in the middle: begun, never ended.
        Request request = world.request("POST", "/things");
        request.principal.id = who;
        request.headers["idempotency-key"] = "crashed";
        request.body = R"({"name":"a"})";
        const Route& route = *slot.get()->find("POST", "/things").route;
        CPPUNIT_ASSERT(!keys.begin(route, request));
        const Response running = post("crashed");
        CPPUNIT_ASSERT_EQUAL(409, running.status);
        CPPUNIT_ASSERT(running.body.find("idempotency_running") != std::string::npos);
        must(keys.closeInterrupted());
        CPPUNIT_ASSERT(post("crashed").body.find("idempotency_unknown") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(1, made.load());
    }
    void parallelOnesRunOnce() {
        std::vector<std::thread> threads;
        std::atomic<int> answered{0}, waiting{0};
        for (int i = 0; i < 16; ++i) {
            threads.emplace_back([&] {
                const int got = post("key-1").status;
                if (got == 201) ++answered;
                if (got == 409) ++waiting;
            });
        }
        for (auto& thread : threads) thread.join();
        CPPUNIT_ASSERT_EQUAL(1, made.load());
        CPPUNIT_ASSERT_EQUAL(16, answered + waiting);
        CPPUNIT_ASSERT(answered >= 1);
    }
    void answersAreSealed() {
        const Response first = post("key-1");
        CPPUNIT_ASSERT(first.body.find("the-secret-1") != std::string::npos);
        for (const char* file : {"masthead.db", "masthead.db-wal"}) {
            const auto bytes = readFile(world.dir.file(file), std::size_t{1} << 26);
            CPPUNIT_ASSERT(!bytes || (bytes->find("the-secret") == std::string::npos && bytes->find("key-1") == std::string::npos));
        }
    }
    void answersOutliveARotationOfKeys() {
        const Response first = post("key-1");
        must(world.sealer.ring().rotateData());
        world.clock.advance(60 * 60 * 1000);
        must(world.sealer.ring().finish(0));
        const Response again = post("key-1");
        CPPUNIT_ASSERT(replayed(again));
        CPPUNIT_ASSERT_EQUAL(first.body, again.body);
    }
    void unreadableAnswersAreUnknown() {
        post("key-1");
        must(world.database->write([](store::Transaction& transaction) -> Status {
            transaction.execute("UPDATE idempotency SET answer = $1", {store::Bytes{"damaged"}});
            return {};
        }));
        CPPUNIT_ASSERT_EQUAL(409, post("key-1").status);
        CPPUNIT_ASSERT_EQUAL(1, made.load());
    }
    void keysEndAfterADay() {
        post("key-1");
        world.clock.advance(Idempotency::kKeptMs - 1);
        CPPUNIT_ASSERT(replayed(post("key-1")));
        world.clock.advance(1);
        CPPUNIT_ASSERT(!replayed(post("key-1")));
        world.clock.advance(Idempotency::kKeptMs);
        keys.removeExpired();
        must(world.database->read([](store::Connection& connection) -> Status {
            CPPUNIT_ASSERT(connection.query("SELECT key_hash FROM idempotency").empty());
            return {};
        }));
    }
    void keyTextsAreBounded() {
        CPPUNIT_ASSERT_EQUAL(std::string("a\"b\\"), idempotencyKey(R"("a\"b\\")").value_or(""));
        CPPUNIT_ASSERT(idempotencyKey(std::string(255, 'a')));
        for (const std::string& bad : {std::string(), std::string("\"\""), std::string(256, 'a'), std::string("a\tb"), std::string("\xc3\xa9"), std::string("\"a\"b\""),
                                       std::string("\"a\\n\"")}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !idempotencyKey(bad));
        }
        CPPUNIT_ASSERT_EQUAL(400, post("\xc3\xa9").status);
        CPPUNIT_ASSERT_EQUAL(0, made.load());
    }
    void nothingIsMadeWhenTheKeyCannotBeKept() {
        must(world.database->write([](store::Transaction& transaction) -> Status {
            transaction.execute("DROP TABLE idempotency");
            return {};
        }));
        CPPUNIT_ASSERT_EQUAL(503, post("key-1").status);
        CPPUNIT_ASSERT_EQUAL(0, made.load());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(IdempotencyTest);

}  // namespace masthead::console
