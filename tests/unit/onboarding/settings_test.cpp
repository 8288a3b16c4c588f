// Settings: defaults, mistakes named, values of the file locked, what an admin's choice may be.
#include <cppunit/extensions/HelperMacros.h>

#include "desk/options.hpp"
#include "office.hpp"

using namespace onboarding;
using onboarding::testing::Office;

namespace {

Json field(const std::string& id, const std::string& type = "text", Json options = Json::array()) {
    return Json::object({{"id", id}, {"label", "Room"}, {"type", type}, {"options", std::move(options)}, {"required", true}});
}

class SettingsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SettingsTest);
    CPPUNIT_TEST(defaultsAreThoseOfTheDesign);
    CPPUNIT_TEST(whatIsWrittenComesBack);
    CPPUNIT_TEST(mistakesAreNamed);
    CPPUNIT_TEST(theFileLocksItsNames);
    CPPUNIT_TEST(theListCarriesWhatDecidingNeeds);
    CPPUNIT_TEST(keptSettingsSurviveARestart);
    CPPUNIT_TEST(choicesAreChecked);
    CPPUNIT_TEST_SUITE_END();

    static std::string problem(const char* name, Json value) {
        auto read = Settings::read(Json::object({{name, std::move(value)}}));
        CPPUNIT_ASSERT_MESSAGE(name, !read.ok());
        return read.error().message;
    }
    static bool refused(const Json& options) { return !grantOf(options, Settings(), 1'800'000'000'000).ok(); }

public:
    void defaultsAreThoseOfTheDesign() {
        const Settings settings;
        CPPUNIT_ASSERT_EQUAL(24 * kHour, settings.key_lifetime_ms);
        CPPUNIT_ASSERT(!settings.reusable && settings.admin_sees_key && settings.claim_once);
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, settings.per_address_hour);
        CPPUNIT_ASSERT_EQUAL(std::size_t{200}, settings.per_hour);
        CPPUNIT_ASSERT_EQUAL(std::size_t{500}, settings.open_cap);
    }

    void whatIsWrittenComesBack() {
        Json values = Settings().toJson();
        values.set("fields", Json::array({field("room"), field("floor", "choice", Json::array({"one", "two"}))}));
        values.set("allowed_networks", Json::array({"192.0.2.0/24"}));
        const auto read = Settings::read(values);
        CPPUNIT_ASSERT(read.ok());
        CPPUNIT_ASSERT_EQUAL(Settings::read(read->toJson())->toJson().dump(), read->toJson().dump());
        CPPUNIT_ASSERT(read->fields[1].choice && read->fields[1].options.size() == 2);
    }

    void mistakesAreNamed() {
        CPPUNIT_ASSERT_EQUAL(std::string("the setting key_lifetime must be a time from 1m to 365d, such as 24h"), problem("key_lifetime", "soon"));
        CPPUNIT_ASSERT_EQUAL(std::string("the setting odd is not known"), problem("odd", 1));
        CPPUNIT_ASSERT_EQUAL(std::string("the setting enabled must be true or false"), problem("enabled", "yes"));
        CPPUNIT_ASSERT(problem("allowed_networks", Json::array({"lan"})).find("\"lan\"") != std::string::npos);
        CPPUNIT_ASSERT(problem("fields", Json::array({field("Room")})).find("fields/0") != std::string::npos);
        CPPUNIT_ASSERT(problem("fields", Json::array({field("room"), field("room")})).find("twice") != std::string::npos);
        CPPUNIT_ASSERT(problem("fields", Json::array({field("room", "choice")})).find("without options") != std::string::npos);
        CPPUNIT_ASSERT(problem("open_cap", 0).find("1 to 5000") != std::string::npos);
    }

    void theListCarriesWhatDecidingNeeds() {
        Office office;
        office.config = Json::object({{"key_lifetime", "2h"}, {"tags", Json::array({"tag:new"})}, {"invite_code", "lantern"}, {"fields", Json::array({field("room")})}});
        office.restart();
        CPPUNIT_ASSERT(office.desk->changeSettings(Json::object({{"ephemeral", true}, {"admin_sees_key", false}}), office.call()).ok());
        const Json list = office.desk->requests({});
        CPPUNIT_ASSERT_EQUAL(std::string("{\"expiry\":\"2h\",\"reusable\":false,\"ephemeral\":true,\"tags\":[\"tag:new\"],\"undo\":\"10s\",\"admin_sees_key\":false,"
                                         "\"fields\":[{\"id\":\"room\",\"label\":\"Room\",\"label_zh\":\"\"}]}"),
                             list["defaults"].dump());
    }

    void theFileLocksItsNames() {
        Office office;
        office.config = Json::object({{"key_lifetime", "2h"}});
        office.restart();
        const auto changed = office.desk->changeSettings(Json::object({{"reusable", true}, {"key_lifetime", "2h"}}), office.call());
        CPPUNIT_ASSERT(changed.ok());
        CPPUNIT_ASSERT(office.desk->settings().reusable);
        CPPUNIT_ASSERT_EQUAL(std::string("[\"key_lifetime\"]"), (*changed)["locked"].dump());
        const auto locked = office.desk->changeSettings(Json::object({{"key_lifetime", "3h"}}), office.call());
        CPPUNIT_ASSERT(locked.error().code == Code::FailedPrecondition);
        CPPUNIT_ASSERT(office.desk->changeSettings(Json::object({{"reusable", "x"}}), office.call()).error().code == Code::InvalidArgument);
    }

    void keptSettingsSurviveARestart() {
        Office office;
        CPPUNIT_ASSERT(office.desk->changeSettings(Json::object({{"public", false}}), office.call()).ok());
        office.restart();
        CPPUNIT_ASSERT(!office.desk->settings().form_public);
        CPPUNIT_ASSERT(office.desk->changeSettings(Json::object({{"public", Json()}}), office.call()).ok());
        CPPUNIT_ASSERT(office.desk->settings().form_public);
    }

    void choicesAreChecked() {
        const auto good = grantOf(Json::object({{"user", "7"}, {"tags", Json::array({"tag:phone"})}, {"expiry", "1h"}, {"nodeName", "ada-phone"}}), Settings(), 0);
        CPPUNIT_ASSERT(good.ok());
        CPPUNIT_ASSERT_EQUAL(kHour, good->lifetime_ms);
        CPPUNIT_ASSERT(refused(Json::object({{"user", "x"}})));
        CPPUNIT_ASSERT(refused(Json::object({{"user", "1"}, {"newUser", "ada"}})));
        for (const char* name : {"A", "-a", "a b", "../a", "a"}) CPPUNIT_ASSERT_MESSAGE(name, refused(Json::object({{"newUser", name}})));
        for (const char* tag : {"phone", "tag:", "tag:Phone", "tag:a b"}) CPPUNIT_ASSERT_MESSAGE(tag, refused(Json::object({{"tags", Json::array({tag})}})));
        for (const char* name : {"Phone", "-phone", "a.b", "a b"}) CPPUNIT_ASSERT_MESSAGE(name, refused(Json::object({{"nodeName", name}})));
        for (const char* time : {"1s", "900d", "2020-01-01T00:00:00Z", "tomorrow"}) CPPUNIT_ASSERT_MESSAGE(time, refused(Json::object({{"expiry", time}})));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, *undoOf(Json::object({{"undoSeconds", 0}}), Settings()));
        CPPUNIT_ASSERT(!undoOf(Json::object({{"undoSeconds", 301}}), Settings()).ok());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingsTest);

}  // namespace
