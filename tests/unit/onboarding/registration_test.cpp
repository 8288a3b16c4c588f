// Devices that wait at /register/{id}: forms of ids, bounds, approval in both generations, and a headscale that dies of it.
#include <cppunit/extensions/HelperMacros.h>

#include "desk/registrations.hpp"
#include "office.hpp"

using namespace onboarding;
using onboarding::testing::Office;

namespace {

constexpr const char* kId = "hskey-authreq-abcdefghijklmnopqrstuvwx";

std::string numbered(int i) {
    std::string out = std::to_string(i);
    return "hskey-authreq-" + std::string(24 - out.size(), 'a') + out;
}

class RegistrationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RegistrationTest);
    CPPUNIT_TEST(idsHaveTheFormOfTheirVersion);
    CPPUNIT_TEST(aDeviceWaitsAndIsLetIn);
    CPPUNIT_TEST(theOlderCallIsUsedWhereTheNewOneLacks);
    CPPUNIT_TEST(onlyIdsSeenBeforeCanBeApproved);
    CPPUNIT_TEST(unknownIdsAreExplained);
    CPPUNIT_TEST(aDyingHeadscaleIsExplainedAndTheIdGivenUp);
    CPPUNIT_TEST(floodsAreBounded);
    CPPUNIT_TEST(theyExpireAndSurviveARestart);
    CPPUNIT_TEST_SUITE_END();

public:
    void idsHaveTheFormOfTheirVersion() {
        CPPUNIT_ASSERT(isRegistrationId(kId, "0.29.2"));
        CPPUNIT_ASSERT(isRegistrationId(kId, "0.30.0"));
        CPPUNIT_ASSERT(!isRegistrationId(kId, "0.28.0"));
        CPPUNIT_ASSERT(isRegistrationId("abcdefghijklmnopqrstuv-_", "0.28.0"));
        CPPUNIT_ASSERT(!isRegistrationId("abcdefghijklmnopqrstuv-_", "0.29.2"));
        CPPUNIT_ASSERT(isRegistrationId("abcdefghijklmnopqrstuv-_", "") && isRegistrationId(kId, ""));
        for (const std::string& bad : {std::string(), std::string("hskey-authreq-"), std::string(kId) + "x", std::string("hskey-auth-abcdefghijklmnopqrstuvwx"),
                                       std::string("hskey-authreq-abcdefghijklmnopqrstuv/x")}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !isRegistrationId(bad, "0.29.2") && !isRegistrationId(bad, ""));
        }
    }

    void aDeviceWaitsAndIsLetIn() {
        Office office;
        office.tailnet.waiting.insert(kId);
        const auto seen = office.desk->registrationSeen(kId, "192.0.2.1", "Mozilla/5.0 (X11; Linux x86_64)");
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), seen->state);
        const Json shown = office.desk->registrations()["registrations"].items()[0];
        CPPUNIT_ASSERT_EQUAL(seen->words, shown.text("words"));
        CPPUNIT_ASSERT_EQUAL(std::string("linux"), shown.text("platform"));
        CPPUNIT_ASSERT(shown.dump().find(kId) == std::string::npos);
        CPPUNIT_ASSERT_EQUAL(seen->words, office.desk->registrationSeen(kId, "203.0.113.1", "")->words);
        const auto done = office.desk->approveRegistration("1", "2", office.call());
        CPPUNIT_ASSERT_EQUAL(std::string("approved"), done->text("state"));
        CPPUNIT_ASSERT_EQUAL(std::string("bob-phone"), office.desk->registrationView(kId)->node_name);
        CPPUNIT_ASSERT(office.desk->approveRegistration("1", "2", office.call()).error().code == Code::Conflict);
        CPPUNIT_ASSERT_EQUAL(std::string("onboarding.registration-approve"), office.fake.audited.back().action);
    }

    void theOlderCallIsUsedWhereTheNewOneLacks() {
        Office office;
        office.tailnet.lacks_auth_register = true;
        office.tailnet.waiting.insert(kId);
        CPPUNIT_ASSERT(office.desk->registrationSeen(kId, "192.0.2.1", "").ok());
        CPPUNIT_ASSERT(office.desk->approveRegistration("1", "1", office.call()).ok());
        CPPUNIT_ASSERT_EQUAL(std::string("/api/v1/node/register?user=ada&key=") + kId, office.tailnet.registered_with.back());
    }

    void onlyIdsSeenBeforeCanBeApproved() {
        Office office;
        office.tailnet.waiting.insert(kId);
        CPPUNIT_ASSERT(office.desk->approveRegistration("1", "1", office.call()).error().code == Code::NotFound);
        CPPUNIT_ASSERT(office.desk->approveRegistration(kId, "1", office.call()).error().code == Code::NotFound);
        CPPUNIT_ASSERT(office.tailnet.registered_with.empty());
        CPPUNIT_ASSERT(office.desk->registrationSeen(kId, "192.0.2.1", "").ok());
        CPPUNIT_ASSERT(office.desk->approveRegistration("1", "99", office.call()).error().code == Code::NotFound);
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), office.desk->registrationView(kId)->state);
        CPPUNIT_ASSERT(office.desk->rejectRegistration("1", office.call()).ok());
        CPPUNIT_ASSERT(office.desk->approveRegistration("1", "1", office.call()).error().code == Code::Conflict);
    }

    void unknownIdsAreExplained() {
        Office office;
        CPPUNIT_ASSERT(office.desk->registrationSeen(kId, "192.0.2.1", "").ok());
        const auto done = office.desk->approveRegistration("1", "1", office.call());
        CPPUNIT_ASSERT(done.error().code == Code::FailedPrecondition);
        CPPUNIT_ASSERT(done.error().message.find("Ask the device for a new link") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("failed"), office.desk->registrationView(kId)->state);
    }

    void aDyingHeadscaleIsExplainedAndTheIdGivenUp() {
        Office office;
        office.tailnet.dies_on_register = true;
        CPPUNIT_ASSERT(office.desk->registrationSeen(kId, "192.0.2.1", "").ok());
        for (const char* state : {"waiting", "failed"}) {
            office.tailnet.away = false;
            const auto done = office.desk->approveRegistration("1", "1", office.call());
            CPPUNIT_ASSERT(done.error().message.find("headscale stopped answering") != std::string::npos);
            CPPUNIT_ASSERT_EQUAL(std::string(state), office.desk->registrationView(kId)->state);
        }
    }

    void floodsAreBounded() {
        Office office;
        Code last = Code::Ok;
        for (int i = 0; i < 21; ++i) {
            const auto seen = office.desk->registrationSeen(numbered(i), "192.0.2.1", "");
            last = seen ? Code::Ok : seen.error().code;
        }
        CPPUNIT_ASSERT(last == Code::ResourceExhausted);
        for (int i = 0; i < 1000; ++i) static_cast<void>(office.desk->registrationSeen(numbered(100 + i), "198.51.100." + std::to_string(i % 250), ""));
        CPPUNIT_ASSERT(office.desk->registrations()["registrations"].items().size() <= 500);
    }

    void theyExpireAndSurviveARestart() {
        Office office;
        CPPUNIT_ASSERT(office.desk->registrationSeen(kId, "192.0.2.1", "").ok());
        office.restart();
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), office.desk->registrationView(kId)->state);
        office.work(15 * kMinute);
        CPPUNIT_ASSERT_EQUAL(std::string("expired"), office.desk->registrationView(kId)->state);
        CPPUNIT_ASSERT(office.desk->approveRegistration("1", "1", office.call()).error().code == Code::FailedPrecondition);
        // The device that still waits there is a new one.
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), office.desk->registrationSeen(kId, "192.0.2.1", "")->state);
        office.work(30 * kMinute);
        CPPUNIT_ASSERT(office.desk->registrationView(kId).error().code == Code::NotFound);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RegistrationTest);

}  // namespace
