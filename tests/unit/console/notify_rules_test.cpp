#include "host/console/notify/rules.hpp"

#include "host/base/timestamp.hpp"
#include "host/console/notify/backoff.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console::notify {

class NotifyRulesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NotifyRulesTest);
    CPPUNIT_TEST(defaultsGoEverywhere);
    CPPUNIT_TEST(theMostExactRuleWins);
    CPPUNIT_TEST(severityIsALowerBound);
    CPPUNIT_TEST(quietHoursKnowTheirEnd);
    CPPUNIT_TEST(whatIsWrongIsNamed);
    CPPUNIT_TEST(rulesSurviveBeingWritten);
    CPPUNIT_TEST(deletedChannelsAreForgotten);
    CPPUNIT_TEST(waitsDoubleUpToAnHour);
    CPPUNIT_TEST_SUITE_END();

    static Json json(const std::string& text) { return must(parseJson(text)); }
    static Rules rules(const std::string& text) {
        std::vector<FieldError> wrong;
        Rules out = parseRules(json(text), {"1", "2"}, wrong);
        CPPUNIT_ASSERT_MESSAGE(wrong.empty() ? "" : wrong[0].path + " " + wrong[0].reason, wrong.empty());
        return out;
    }

    void defaultsGoEverywhere() {
        const Rules all = rules("{}");
        CPPUNIT_ASSERT(chooses(ruleFor(all, "headscale.down"), "console", Severity::Info));
        CPPUNIT_ASSERT(chooses(ruleFor(all, "headscale.down"), "17", Severity::Info));
        CPPUNIT_ASSERT(!all.quiet.enabled && all.digest.enabled);
    }

    void theMostExactRuleWins() {
        const Rules some =
            rules(R"({"rules":[{"event":"onboarding.*","channels":["1"]},{"event":"onboarding.request","channels":["2"]},
                                              {"event":"onboarding.request.late.*","channels":[]}],"default":{"channels":["console"]}})");
        const auto first = [&](const char* event) {
            const auto& channels = ruleFor(some, event).channels;
            return channels.empty() ? std::string("none") : channels[0];
        };
        CPPUNIT_ASSERT_EQUAL(std::string("2"), first("onboarding.request"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), first("onboarding.joined"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), first("onboarding.request.other"));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), first("onboarding.request.late.very"));
        CPPUNIT_ASSERT_EQUAL(std::string("console"), first("onboarding"));
        CPPUNIT_ASSERT_EQUAL(std::string("console"), first("onboardingx.request"));
    }

    void severityIsALowerBound() {
        const Rules some = rules(R"({"default":{"channels":["1"],"min_severity":"warning"}})");
        CPPUNIT_ASSERT(!chooses(some.fallback, "1", Severity::Info));
        CPPUNIT_ASSERT(chooses(some.fallback, "1", Severity::Warning));
        CPPUNIT_ASSERT(chooses(some.fallback, "1", Severity::Critical));
        CPPUNIT_ASSERT(!chooses(some.fallback, "2", Severity::Critical));
    }

    void quietHoursKnowTheirEnd() {
        struct Case {
            const char* settings;
            const char* at;
            const char* until;  // empty: not quiet
        };
        static constexpr Case kCases[] = {
            {R"({"enabled":true,"from":"22:00","to":"07:00"})", "2026-03-01T21:59:59Z", ""},
            {R"({"enabled":true,"from":"22:00","to":"07:00"})", "2026-03-01T22:00:00Z", "2026-03-02T07:00:00Z"},
            {R"({"enabled":true,"from":"22:00","to":"07:00"})", "2026-03-02T06:59:00Z", "2026-03-02T07:00:00Z"},
            {R"({"enabled":true,"from":"22:00","to":"07:00"})", "2026-03-02T07:00:00Z", ""},
            {R"({"enabled":true,"from":"22:00","to":"07:00","utc_offset":"+02:00"})", "2026-03-01T20:30:00Z",
             "2026-03-02T05:00:00Z"},
            {R"({"enabled":true,"from":"22:00","to":"07:00","utc_offset":"-05:30"})", "2026-03-01T22:30:00Z", ""},
            {R"({"enabled":true,"from":"22:00","to":"07:00","utc_offset":"-05:30"})", "2026-03-02T04:00:00Z",
             "2026-03-02T12:30:00Z"},
            {R"({"enabled":true,"from":"12:00","to":"13:00"})", "2026-03-02T12:30:00Z", "2026-03-02T13:00:00Z"},
            {R"({"enabled":true,"from":"12:00","to":"13:00"})", "2026-03-02T23:30:00Z", ""},
            {R"({"enabled":false,"from":"00:00","to":"23:59"})", "2026-03-02T12:30:00Z", ""},
        };
        for (const auto& item : kCases) {
            const Rules some = rules(std::string(R"({"quiet_hours":)") + item.settings + "}");
            const auto until = quietUntil(some.quiet, *parseTimestamp(item.at));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(item.at, std::string(item.until), until == 0 ? std::string() : formatTimestamp(until));
        }
    }

    void whatIsWrongIsNamed() {
        struct Case {
            const char* text;
            const char* path;
        };
        static constexpr Case kCases[] = {
            {R"([])", "body"},
            {R"({"rules":{}})", "rules"},
            {R"({"rules":[1]})", "rules/0"},
            {R"({"rules":[{"event":"A.b","channels":[]}]})", "rules/0/event"},
            {R"({"rules":[{"event":".*","channels":[]}]})", "rules/0/event"},
            {R"({"rules":[{"event":"a.b","channels":[]},{"event":"a.b","channels":[]}]})", "rules/1/event"},
            {R"({"default":{"channels":["3"]}})", "default/channels/0"},
            {R"({"default":{"channels":[],"min_severity":"loud"}})", "default/min_severity"},
            {R"({"default":{"channels":[],"event":"x"}})", "default/event"},
            {R"({"quiet_hours":{"from":"24:00"}})", "quiet_hours/from"},
            {R"({"quiet_hours":{"to":"7:00"}})", "quiet_hours/to"},
            {R"({"quiet_hours":{"enabled":true,"from":"07:00","to":"07:00"}})", "quiet_hours/to"},
            {R"({"quiet_hours":{"utc_offset":"+15:00"}})", "quiet_hours/utc_offset"},
            {R"({"quiet_hours":{"utc_offset":"Europe/Berlin"}})", "quiet_hours/utc_offset"},
            {R"({"digest":{"more_than":0}})", "digest/more_than"},
            {R"({"digest":{"within_minutes":"10"}})", "digest/within_minutes"},
            {R"({"else":1})", "else"},
        };
        for (const auto& item : kCases) {
            std::vector<FieldError> wrong;
            parseRules(json(item.text), {"1"}, wrong);
            CPPUNIT_ASSERT_MESSAGE(item.text, !wrong.empty());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(item.text, std::string(item.path), wrong[0].path);
        }
    }

    void rulesSurviveBeingWritten() {
        const Rules some =
            rules(R"({"rules":[{"event":"a.b","channels":["1","console"],"min_severity":"critical"}],"default":{"channels":["*"]},
            "quiet_hours":{"enabled":true,"from":"23:15","to":"06:05","utc_offset":"-03:30"},"digest":{"enabled":false,"more_than":9,"within_minutes":30}})");
        const Json written = toJson(some);
        CPPUNIT_ASSERT_EQUAL(written.dump(), toJson(rules(written.dump())).dump());
        CPPUNIT_ASSERT_EQUAL(std::string("-03:30"), written["quiet_hours"].text("utc_offset"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{30}, written["digest"]["within_minutes"].asInt());
    }

    void deletedChannelsAreForgotten() {
        Rules some = rules(R"({"rules":[{"event":"a.b","channels":["1","2"]}],"default":{"channels":["2","console"]}})");
        forgetChannel(some, "2");
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["1"])"), toJson(some)["rules"].items()[0]["channels"].dump());
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["console"])"), toJson(some)["default"]["channels"].dump());
    }

    void waitsDoubleUpToAnHour() {
        const std::int64_t expected[] = {30'000, 60'000, 120'000, 240'000, 480'000, 960'000, 1'920'000, 3'600'000, 3'600'000};
        for (std::int64_t attempts = 1; attempts <= 9; ++attempts) {
            CPPUNIT_ASSERT_EQUAL(expected[attempts - 1], retryDelayMs(attempts, 30'000, 0.5));
            CPPUNIT_ASSERT_EQUAL(expected[attempts - 1] * 8 / 10, retryDelayMs(attempts, 30'000, 0.0));
            CPPUNIT_ASSERT_EQUAL(expected[attempts - 1] * 12 / 10, retryDelayMs(attempts, 30'000, 1.0));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NotifyRulesTest);

}  // namespace masthead::console::notify
