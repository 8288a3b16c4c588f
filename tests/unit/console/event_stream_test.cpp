#include "host/console/api/event_stream.hpp"

#include "host/console/api/stream_slots.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console::api {
namespace {

/// Keeps what was written; calls `step` before each look at whether the reader is alive, and is gone when it says so.
class Reader final : public StreamSink {
public:
    explicit Reader(std::function<bool(int)> step) : step_(std::move(step)) {}
    bool write(std::string_view bytes) override {
        text += bytes;
        return true;
    }
    bool alive() override { return step_(round_++); }
    std::string text;

private:
    std::function<bool(int)> step_;
    int round_ = 0;
};

}  // namespace

class EventStreamTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EventStreamTest);
    CPPUNIT_TEST(showsWhatThePrincipalMaySee);
    CPPUNIT_TEST(aLoweredRoleHidesTheNextEvent);
    CPPUNIT_TEST(anEndedSessionEndsTheStream);
    CPPUNIT_TEST(aBusyStreamNoticesTheEndOfItsSession);
    CPPUNIT_TEST(whatChangedBeforeTheStreamBeganCounts);
    CPPUNIT_TEST(aRevokedSessionIsToldAndClosed);
    CPPUNIT_TEST(silenceIsFilledWithHeartbeats);
    CPPUNIT_TEST(lagIsPassedOn);
    CPPUNIT_TEST(slotsAreLimitedPerSessionAndInAll);
    CPPUNIT_TEST_SUITE_END();

    EventBus bus;
    testing::FakeClock clock;
    Principal who;
    bool signed_in = true;
    std::uint64_t version = 1;

    std::string run(std::function<bool(int)> step, std::size_t limit = 100) {
        who.id = "account:1";
        who.session_id = "mine";
        Reader reader(std::move(step));
        EventStreamParts parts{bus.subscribe(limit), who,
                               [this]() -> Result<Principal> {
                                   if (!signed_in) return Error{Code::Unauthenticated, "gone"};
                                   return who;
                               },
                               [this] { return version; }, clock};
        parts.step_ms = 0;
        runEventStream(std::move(parts), reader);
        return reader.text.substr(reader.text.find("\n\n") + 2);
    }
    void publish(const std::string& type, const std::string& permission = "masthead:any-authenticated", const std::string& session = "") {
        bus.publish(type, permission, Json::object({{"n", 1}}), session);
    }

    void showsWhatThePrincipalMaySee() {
        who.permissions = {"nodes.read"};
        const std::string text = run([&](int round) {
            if (round == 0) {
                publish("all");
                publish("tailnet.nodes", "nodes.read");
                publish("hidden", "audit.read");
                publish("for.me", "masthead:any-authenticated", "mine");
                publish("for.other", "masthead:any-authenticated", "other");
            }
            return round < 5;
        });
        CPPUNIT_ASSERT_EQUAL(std::string("event: all\nid: 1\ndata: {\"n\":1}\n\nevent: tailnet.nodes\nid: 2\ndata: {\"n\":1}\n\n"
                                         "event: for.me\nid: 4\ndata: {\"n\":1}\n\n"),
                             text);
    }
    void aLoweredRoleHidesTheNextEvent() {
        who.permissions = {"nodes.read"};
        const std::string text = run([&](int round) {
            if (round == 0) publish("first", "nodes.read");
            if (round == 1) {
                who.permissions.clear();
                ++version;
                publish("second", "nodes.read");
            }
            return round < 3;
        });
        CPPUNIT_ASSERT(text.find("first") != std::string::npos);
        CPPUNIT_ASSERT(text.find("second") == std::string::npos);
    }
    void anEndedSessionEndsTheStream() {
        const std::string text = run([&](int round) {
            CPPUNIT_ASSERT_MESSAGE("the stream must have ended", round < 2);
            if (round == 1) {
                signed_in = false;
                clock.advance(15000);  // found at the heartbeat even when nobody announced it
                publish("after");
            }
            return true;
        });
        CPPUNIT_ASSERT_EQUAL(std::string("event: session.revoked\ndata: {}\n\n"), text);
    }
    void aBusyStreamNoticesTheEndOfItsSession() {
        const std::string text = run([&](int round) {
            if (round == 1) signed_in = false;  // by its age: nobody announces that
            publish("busy");
            clock.advance(5000);
            return round < 10;
        });
        CPPUNIT_ASSERT_MESSAGE(text, text.find("event: session.revoked") != std::string::npos);
    }
    void whatChangedBeforeTheStreamBeganCounts() {
        who.permissions = {"nodes.read"};
        const Principal before = who;
        who.permissions.clear();  // between the request's authentication and the first event
        publish("first", "nodes.read");
        Reader reader([](int round) { return round < 3; });
        EventStreamParts parts{bus.subscribeAfter(0), before, [this]() -> Result<Principal> { return who; }, [this] { return version; }, clock};
        parts.step_ms = 0;
        runEventStream(std::move(parts), reader);
        CPPUNIT_ASSERT_MESSAGE(reader.text, reader.text.find("first") == std::string::npos);
    }
    void aRevokedSessionIsToldAndClosed() {
        const std::string text = run([&](int round) {
            CPPUNIT_ASSERT(round < 2);
            if (round == 0) publish("session.revoked", "masthead:any-authenticated", "other");
            if (round == 1) publish("session.revoked", "masthead:any-authenticated", "mine");
            return true;
        });
        CPPUNIT_ASSERT_EQUAL(std::string("event: session.revoked\nid: 2\ndata: {\"n\":1}\n\n"), text);
    }
    void silenceIsFilledWithHeartbeats() {
        const std::string text = run([&](int round) {
            clock.advance(5000);
            return round < 6;
        });
        CPPUNIT_ASSERT_EQUAL(std::string(": heartbeat\n\n: heartbeat\n\n"), text);
    }
    void lagIsPassedOn() {
        const std::string text = run(
            [&](int round) {
                if (round == 0) {
                    for (int i = 0; i < 5; ++i) publish("e");
                }
                return round < 4;
            },
            3);
        CPPUNIT_ASSERT_EQUAL(std::string("event: lagged\ndata: {}\n\nevent: e\nid: 5\ndata: {\"n\":1}\n\n"), text);
    }
    void slotsAreLimitedPerSessionAndInAll() {
        StreamSlots slots;
        std::vector<std::shared_ptr<StreamSlots::Slot>> held;
        for (int i = 0; i < 4; ++i) held.push_back(slots.take("a"));
        CPPUNIT_ASSERT(held.back() && !slots.take("a"));
        for (int i = 0; i < 60; ++i) held.push_back(slots.take("s" + std::to_string(i)));
        CPPUNIT_ASSERT(held.back() && !slots.take("last"));
        held.erase(held.begin());
        CPPUNIT_ASSERT_EQUAL(std::size_t{63}, slots.open());
        CPPUNIT_ASSERT(slots.take("a"));
        held.clear();
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, slots.open());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EventStreamTest);

}  // namespace masthead::console::api
