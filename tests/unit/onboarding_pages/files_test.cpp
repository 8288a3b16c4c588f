#include <cppunit/extensions/HelperMacros.h>

#include "pages/files.hpp"

using namespace onboarding::pages;

namespace {

class PagesFilesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PagesFilesTest);
    CPPUNIT_TEST(registry);
    CPPUNIT_TEST(profiles);
    CPPUNIT_TEST(theSameAddressGivesTheSameIds);
    CPPUNIT_TEST(hostileAddressesGiveNoFile);
    CPPUNIT_TEST_SUITE_END();

public:
    void registry() {
        const std::string file = registryFile("https://net.example.org:8443");
        CPPUNIT_ASSERT(file.rfind("Windows Registry Editor Version 5.00\r\n", 0) == 0);
        CPPUNIT_ASSERT(file.find("[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Tailscale]\r\n\"LoginURL\"=\"https://net.example.org:8443\"\r\n") !=
                       std::string::npos);
    }

    void profiles() {
        const std::string ios = appleProfile("https://net.example.org", AppleTarget::Ios);
        CPPUNIT_ASSERT(ios.find("<string>io.tailscale.ipn.ios</string>") != std::string::npos);
        CPPUNIT_ASSERT(ios.find("<key>ControlURL</key><string>https://net.example.org</string>") != std::string::npos);
        const std::string macos = appleProfile("https://net.example.org", AppleTarget::Macos);
        CPPUNIT_ASSERT(macos.find("io.tailscale.ipn.macos<") != std::string::npos && macos.find("io.tailscale.ipn.macsys<") != std::string::npos);
    }

    void theSameAddressGivesTheSameIds() {
        CPPUNIT_ASSERT_EQUAL(appleProfile("https://a.example", AppleTarget::Ios), appleProfile("https://a.example", AppleTarget::Ios));
        const std::string profile = appleProfile("https://a.example", AppleTarget::Ios);
        const auto at = profile.find("<key>PayloadUUID</key><string>") + 30;
        const std::string uuid = profile.substr(at, 36);
        for (const std::size_t dash : {8u, 13u, 18u, 23u}) CPPUNIT_ASSERT_EQUAL('-', uuid[dash]);
        CPPUNIT_ASSERT(appleProfile("https://b.example", AppleTarget::Ios).find(uuid) == std::string::npos);
    }

    void hostileAddressesGiveNoFile() {
        for (const char* bad : {"", "https://a\"\r\n[HKEY_LOCAL_MACHINE]", "https://a</string>", "https://a&b", "javascript:alert(1)", "https://a b"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, registryFile(bad).empty());
            CPPUNIT_ASSERT_MESSAGE(bad, appleProfile(bad, AppleTarget::Macos).empty());
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PagesFilesTest);

}  // namespace
