#include "host/console/events/event_bus.hpp"

#include <thread>

#include "tests/unit/console/world.hpp"

namespace masthead::console {

class EventBusTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EventBusTest);
    CPPUNIT_TEST(everyReaderGetsEveryEventInOrder);
    CPPUNIT_TEST(aSlowReaderIsToldToReadAgain);
    CPPUNIT_TEST(aReturningReaderGetsWhatItMissed);
    CPPUNIT_TEST(whatIsNoLongerKnownIsLagged);
    CPPUNIT_TEST(closingWakesTheReaders);
    CPPUNIT_TEST(manyPublishersKeepTheOrderOfIds);
    CPPUNIT_TEST_SUITE_END();

    EventBus bus;

    static std::string drained(Subscription& reader) {
        std::string out;
        while (auto event = reader.next(0)) out += event->type + std::to_string(event->id) + " ";
        return out;
    }
    void publish(const std::string& type) { bus.publish(type, "masthead:any-authenticated", Json::object()); }

    void everyReaderGetsEveryEventInOrder() {
        const auto one = bus.subscribe();
        publish("a");
        const auto two = bus.subscribe();
        publish("b");
        CPPUNIT_ASSERT_EQUAL(std::string("a1 b2 "), drained(*one));
        CPPUNIT_ASSERT_EQUAL(std::string("b2 "), drained(*two));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, bus.lastId());
    }
    void aSlowReaderIsToldToReadAgain() {
        const auto slow = bus.subscribe(3);
        const auto quick = bus.subscribe(100);
        for (int i = 0; i < 5; ++i) publish("e");
        CPPUNIT_ASSERT(slow->takeLagged());
        CPPUNIT_ASSERT(!slow->takeLagged());
        CPPUNIT_ASSERT_EQUAL(std::string("e5 "), drained(*slow));
        CPPUNIT_ASSERT(!quick->takeLagged());
        CPPUNIT_ASSERT_EQUAL(std::string("e1 e2 e3 e4 e5 "), drained(*quick));
    }
    void aReturningReaderGetsWhatItMissed() {
        for (int i = 0; i < 4; ++i) publish("e");
        const auto reader = bus.subscribeAfter(2);
        publish("f");
        CPPUNIT_ASSERT_EQUAL(std::string("e3 e4 f5 "), drained(*reader));
        CPPUNIT_ASSERT(!reader->takeLagged());
        const auto current = bus.subscribeAfter(5);
        CPPUNIT_ASSERT(!current->takeLagged());
        CPPUNIT_ASSERT_EQUAL(std::string(), drained(*current));
    }
    void whatIsNoLongerKnownIsLagged() {
        for (int i = 0; i < 300; ++i) publish("e");
        CPPUNIT_ASSERT(bus.subscribeAfter(1)->takeLagged());
        CPPUNIT_ASSERT(bus.subscribeAfter(4711)->takeLagged());  // an id from before a restart
        CPPUNIT_ASSERT(!bus.subscribeAfter(299)->takeLagged());
    }
    void closingWakesTheReaders() {
        const auto reader = bus.subscribe();
        std::thread waiting([&] { CPPUNIT_ASSERT(!reader->next(60000)); });
        bus.close();
        waiting.join();
        CPPUNIT_ASSERT(reader->closed());
        CPPUNIT_ASSERT(bus.subscribe()->closed());
        publish("late");
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, bus.lastId());
    }
    void manyPublishersKeepTheOrderOfIds() {
        const auto reader = bus.subscribe(10000);
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int j = 0; j < 250; ++j) publish("e");
            });
        }
        for (auto& thread : threads) thread.join();
        std::uint64_t expected = 1;
        while (auto event = reader->next(0)) CPPUNIT_ASSERT_EQUAL(expected++, event->id);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1001}, expected);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EventBusTest);

}  // namespace masthead::console
