// Networks, groups of addresses, and the limiter.
#include <cppunit/extensions/HelperMacros.h>

#include "net/address.hpp"
#include "net/limiter.hpp"

using namespace onboarding;

namespace {

class LimitsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LimitsTest);
    CPPUNIT_TEST(networksContainTheirAddresses);
    CPPUNIT_TEST(oddNetworksAreRefused);
    CPPUNIT_TEST(addressesAreGrouped);
    CPPUNIT_TEST(aGroupAndAllTogetherAreLimited);
    CPPUNIT_TEST(theWindowSlides);
    CPPUNIT_TEST_SUITE_END();

    static bool in(const char* network, const char* address) { return Network::parse(network)->contains(address); }

public:
    void networksContainTheirAddresses() {
        CPPUNIT_ASSERT(in("192.0.2.0/24", "192.0.2.255"));
        CPPUNIT_ASSERT(!in("192.0.2.0/24", "192.0.3.0"));
        CPPUNIT_ASSERT(in("192.0.2.7", "192.0.2.7"));
        CPPUNIT_ASSERT(in("192.0.2.128/25", "::ffff:192.0.2.129"));
        CPPUNIT_ASSERT(in("0.0.0.0/0", "203.0.113.9"));
        CPPUNIT_ASSERT(!in("0.0.0.0/0", "2001:db8::1"));
        CPPUNIT_ASSERT(in("2001:db8::/33", "2001:db8:7fff::1"));
        CPPUNIT_ASSERT(!in("2001:db8::/33", "2001:db8:8000::1"));
        CPPUNIT_ASSERT(!in("::/0", "nonsense"));
    }

    void oddNetworksAreRefused() {
        for (const char* bad : {"", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1", "192.0.2/24", "::/129", "example.org", "192.0.2.0/24x"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !Network::parse(bad));
        }
    }

    void addressesAreGrouped() {
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7"), limitGroup("192.0.2.7"));
        CPPUNIT_ASSERT_EQUAL(limitGroup("2001:db8:1:2::1"), limitGroup("2001:db8:1:2:ffff::9"));
        CPPUNIT_ASSERT(limitGroup("2001:db8:1:2::1") != limitGroup("2001:db8:1:3::1"));
    }

    void aGroupAndAllTogetherAreLimited() {
        Limiter limiter(1000);
        const Limiter::Limits limits{2, 3};
        CPPUNIT_ASSERT(limiter.admit("a", 0, limits) == Limiter::Verdict::Admitted);
        CPPUNIT_ASSERT(limiter.admit("a", 1, limits) == Limiter::Verdict::Admitted);
        CPPUNIT_ASSERT(limiter.admit("a", 2, limits) == Limiter::Verdict::Group);
        CPPUNIT_ASSERT(limiter.admit("b", 3, limits) == Limiter::Verdict::Admitted);
        CPPUNIT_ASSERT(limiter.admit("c", 4, limits) == Limiter::Verdict::Total);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, limiter.remembered());
    }

    void theWindowSlides() {
        Limiter limiter(1000);
        const Limiter::Limits limits{1, 9};
        CPPUNIT_ASSERT(limiter.admit("a", 0, limits) == Limiter::Verdict::Admitted);
        CPPUNIT_ASSERT(limiter.admit("a", 999, limits) == Limiter::Verdict::Group);
        CPPUNIT_ASSERT(limiter.admit("a", 1000, limits) == Limiter::Verdict::Admitted);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, limiter.remembered());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LimitsTest);

}  // namespace
