#include "plugins/nodes/src/history.hpp"

#include <cppunit/extensions/HelperMacros.h>

using masthead::Json;
using nodes::History;

namespace {

constexpr std::int64_t kNow = 1893456000;

class HistoryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HistoryTest);
    CPPUNIT_TEST(changesOnly);
    CPPUNIT_TEST(survivesARestartAndNoticesWhatItMissed);
    CPPUNIT_TEST(deletedNodesAreForgotten);
    CPPUNIT_TEST(oldAndManyChangesGo);
    CPPUNIT_TEST(samplesAreThinned);
    CPPUNIT_TEST(textsThatAreNoPieceChangeNothing);
    CPPUNIT_TEST(onlyWhatChangedIsStored);
    CPPUNIT_TEST_SUITE_END();

    static std::string of(const History& history, const char* id, std::int64_t now = kNow) { return history.of(id, now).dump(); }

public:
    void changesOnly() {
        History history;
        CPPUNIT_ASSERT(!history.note("7", true, kNow - 30));
        CPPUNIT_ASSERT(!history.note("7", true, kNow - 20));
        CPPUNIT_ASSERT(history.note("7", false, kNow - 10));
        CPPUNIT_ASSERT_EQUAL(std::string(R"([{"at":1893455970,"online":true},{"at":1893455990,"online":false}])"),
                             of(history, "7"));
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), of(history, "8"));
        history.forget("7");
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), of(history, "7"));
    }

    void survivesARestartAndNoticesWhatItMissed() {
        History before;
        before.note("7", true, kNow - 300);
        before.note("12", false, kNow - 300);
        before.sample(kNow - 300);
        History after;
        for (unsigned number = 0; number <= History::kPieces; ++number) after.load(number, before.piece(number));
        CPPUNIT_ASSERT_EQUAL(of(before, "7"), of(after, "7"));
        CPPUNIT_ASSERT_EQUAL(before.samples().dump(), after.samples().dump());
        CPPUNIT_ASSERT_MESSAGE("it went while nobody looked", after.note("7", false, kNow));
        CPPUNIT_ASSERT_MESSAGE("this one stayed away", !after.note("12", false, kNow));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, after.of("7", kNow).items().size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, after.of("12", kNow).items().size());
    }

    void deletedNodesAreForgotten() {
        History history;
        history.note("7", true, kNow);
        history.note("8", true, kNow);
        history.retain({"8"});
        history.sample(kNow);
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), of(history, "7"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, history.samples().items().back()["total"].asInt());
    }

    void oldAndManyChangesGo() {
        History history;
        history.note("7", true, kNow - History::kKeep - 5);
        history.note("7", false, kNow - 5);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, history.of("7", kNow).items().size());
        for (int i = 0; i < 500; ++i) history.note("7", i % 2 == 0, kNow + i);
        CPPUNIT_ASSERT_EQUAL(History::kPerNode, history.of("7", kNow + 500).items().size());
    }

    void samplesAreThinned() {
        History history;
        history.note("7", true, kNow);
        for (int second = 0; second < 1200; second += 10) history.sample(kNow + second);
        const auto samples = history.samples();
        CPPUNIT_ASSERT_MESSAGE(samples.dump(), samples.items().size() >= 4 && samples.items().size() <= 6);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the last is the present", kNow + 1190, samples.items().back()["at"].asInt());
        for (std::size_t i = 0; i < History::kSamples + 50; ++i)
            history.sample(kNow + 1200 + static_cast<std::int64_t>(i) * History::kSampleEvery);
        CPPUNIT_ASSERT_EQUAL(History::kSamples, history.samples().items().size());
    }

    void textsThatAreNoPieceChangeNothing() {
        History history;
        for (const char* text : {"", "x", "[]", "null", R"({"7":"x"})", R"({"7":[0,"x",null]})", R"({"samples":[1,2]})"}) {
            history.load(0, text);
            history.load(History::kPieces, text);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), of(history, "7"));
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), history.samples().dump());
    }

    void onlyWhatChangedIsStored() {
        History history;
        history.note("7", true, kNow);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, history.takeDirty().size());
        history.note("7", true, kNow + 1);
        CPPUNIT_ASSERT(history.takeDirty().empty());
        history.sample(kNow + 2);
        CPPUNIT_ASSERT(history.takeDirty() == std::vector<unsigned>{History::kPieces});
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HistoryTest);

}  // namespace
