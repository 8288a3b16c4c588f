#include "host/supervisor/environment.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace masthead::supervisor {

class EnvironmentTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EnvironmentTest);
    CPPUNIT_TEST(onlyTheAllowlistPasses);
    CPPUNIT_TEST_SUITE_END();

    void onlyTheAllowlistPasses() {
        const std::vector<std::string> given{"PATH=/bin",
                                             "HOME=/h",
                                             "TZ=UTC",
                                             "LANG=C",
                                             "LC_ALL=C",
                                             "TMPDIR=/t",
                                             "SSL_CERT_FILE=/c",
                                             "LD_PRELOAD=x.so",
                                             "HEADSCALE_X=1",
                                             "TS_DEBUG=1",
                                             "NOTIFY_SOCKET=/n",
                                             "LISTEN_FDS=1",
                                             "MASTHEAD_A=1",
                                             "MASTHEAD_DEMO_FAULT=x",
                                             "MASTHEAD_CONTROL_FD=9",
                                             "PATHX=1",
                                             "broken"};
        const std::vector<std::string> common{"PATH=/bin", "HOME=/h",   "TZ=UTC",          "LANG=C",
                                              "LC_ALL=C",  "TMPDIR=/t", "SSL_CERT_FILE=/c"};
        auto ours = common;
        ours.insert(ours.end(), {"MASTHEAD_A=1", "MASTHEAD_DEMO_FAULT=x"});
        CPPUNIT_ASSERT(ours == allowedEnvironment(given, EnvironmentFor::OurOwn));
        auto headscale = common;
        headscale.emplace_back("MASTHEAD_DEMO_FAULT=x");
        CPPUNIT_ASSERT(headscale == allowedEnvironment(given, EnvironmentFor::Headscale));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EnvironmentTest);

}  // namespace masthead::supervisor
