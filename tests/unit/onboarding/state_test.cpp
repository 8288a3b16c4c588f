// The state machine: every pair of state and step, against a table written out by hand.
#include <cppunit/extensions/HelperMacros.h>

#include "domain/request.hpp"
#include "domain/state.hpp"
#include "domain/time.hpp"

using namespace onboarding;

namespace {

constexpr State kStates[] = {State::Pending, State::Approving, State::KeyPending, State::Approved, State::Claimed,
                             State::Joined,  State::Rejected,  State::Withdrawn,  State::Expired};
constexpr Step kSteps[] = {Step::Approve, Step::Undo, Step::Due, Step::KeyMade, Step::KeyRefused, Step::Claim, Step::Join, Step::Reject, Step::Withdraw, Step::TimeOut};

// One row a state, one letter a step in the order above; '-' is refused.
constexpr const char* kTable[] = {
    "A------RWE",  // pending
    "-PK----RW-",  // approving
    "---VP--RW-",  // key-pending
    "-----CJRWE",  // approved
    "-----CJRWE",  // claimed
    "----------",  // joined
    "----------",  // rejected
    "----------",  // withdrawn
    "------J---",  // expired
};

char letterOf(State state) {
    switch (state) {
        case State::Pending: return 'P';
        case State::Approving: return 'A';
        case State::KeyPending: return 'K';
        case State::Approved: return 'V';
        case State::Claimed: return 'C';
        case State::Joined: return 'J';
        case State::Rejected: return 'R';
        case State::Withdrawn: return 'W';
        case State::Expired: return 'E';
    }
    return '?';
}

class StateTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StateTest);
    CPPUNIT_TEST(everyStepOfEveryState);
    CPPUNIT_TEST(namesComeBack);
    CPPUNIT_TEST(advanceNotesTheEndAndSaysWhyNot);
    CPPUNIT_TEST(aRequestComesBackFromItsText);
    CPPUNIT_TEST(theAdminsViewHasNoSecretsAndShowsMarks);
    CPPUNIT_TEST(timesComeBack);
    CPPUNIT_TEST_SUITE_END();

public:
    void everyStepOfEveryState() {
        for (std::size_t i = 0; i < std::size(kStates); ++i) {
            for (std::size_t j = 0; j < std::size(kSteps); ++j) {
                const auto to = next(kStates[i], kSteps[j]);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(toText(kStates[i])) + " step " + std::to_string(j), kTable[i][j], to ? letterOf(*to) : '-');
            }
        }
    }

    void namesComeBack() {
        for (const State state : kStates) CPPUNIT_ASSERT(stateOf(toText(state)) == state);
        CPPUNIT_ASSERT(!stateOf("nonsense"));
    }

    void advanceNotesTheEndAndSaysWhyNot() {
        Request request;
        request.words = "amber-river";
        CPPUNIT_ASSERT(advance(request, Step::Reject, 42).ok());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{42}, request.ended_at);
        const auto again = advance(request, Step::Approve, 43);
        CPPUNIT_ASSERT(again.error().code == Code::Conflict);
        CPPUNIT_ASSERT_EQUAL(std::string("the request amber-river is rejected and cannot be approved any more"), again.error().message);
    }

    static Request full() {
        Request out;
        out.id = 7;
        out.state = State::Claimed;
        out.words = "amber-river";
        out.ticket_hash = "hash";
        out.public_key = "public";
        out.host_made_key = true;
        out.device = "pho\u202ene";
        out.fields = {{"room", "12"}};
        out.created_at = 1'800'000'000'123;
        out.grant = {"1", "ada", "", {"tag:a"}, 5, 6, true, false, "phone"};
        out.key_id = "9";
        out.key_expires_at = 1'800'000'100'000;
        out.key_kept = true;
        out.node_id = "3";
        return out;
    }

    void aRequestComesBackFromItsText() {
        const Request before = full();
        const auto after = Request::fromJson(before.toJson());
        CPPUNIT_ASSERT(after.has_value());
        CPPUNIT_ASSERT_EQUAL(before.toJson().dump(), after->toJson().dump());
        CPPUNIT_ASSERT(!Request::fromJson(Json::object({{"id", 1}, {"state", "odd"}})));
        CPPUNIT_ASSERT(!Request::fromJson(Json::object({{"state", "pending"}})));
    }

    void theAdminsViewHasNoSecretsAndShowsMarks() {
        const std::string text = full().adminView().dump();
        CPPUNIT_ASSERT(text.find("hash") == std::string::npos);
        CPPUNIT_ASSERT(text.find("public") == std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("pho\u2039U+202E\u203ane"), full().adminView().text("device"));
        CPPUNIT_ASSERT_EQUAL(std::string("2027-01-15T08:00:00.123Z"), full().adminView().text("createdAt"));
    }

    void timesComeBack() {
        for (const std::int64_t at : {std::int64_t{0}, std::int64_t{1'800'000'000'123}, std::int64_t{951'782'400'000}, std::int64_t{4'102'444'799'999}}) {
            CPPUNIT_ASSERT_EQUAL(at, parseTime(formatTime(at)).value_or(-1));
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1'800'000'000'000}, parseTime("2027-01-15T10:00:00+02:00").value_or(-1));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1'800'000'000'123}, parseTime("2027-01-15T08:00:00.123456789Z").value_or(-1));
        for (const char* bad : {"", "2027-01-15", "2027-02-30T08:00:00Z", "2027-01-15T08:00:00", "2027-01-15T25:00:00Z", "2027-01-15T08:00:00.Z", "1970-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !parseTime(bad));
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{86'400'000}, parseDuration("24h").value_or(-1));
        CPPUNIT_ASSERT_EQUAL(std::string("1d"), formatDuration(86'400'000));
        for (const char* bad : {"", "h", "24", "-1h", "1w", "99999999h", "1.5h"}) CPPUNIT_ASSERT_MESSAGE(bad, !parseDuration(bad));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StateTest);

}  // namespace
