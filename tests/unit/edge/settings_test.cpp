#include "host/edge/server/settings.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace masthead::edge::server {

class SettingsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SettingsTest);
    CPPUNIT_TEST(edgeGivesUpBeforeTheSupervisorDoes);
    CPPUNIT_TEST_SUITE_END();

    void edgeGivesUpBeforeTheSupervisorDoes() {
        config::Config config;
        for (const std::uint32_t deadline : {3000U, 30000U}) {
            config.supervisor.start_deadline_ms = deadline;
            const auto wait = settingsFrom(config).start_wait_ms;
            CPPUNIT_ASSERT(wait >= deadline / 2 && wait + 500 < deadline);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingsTest);

}  // namespace masthead::edge::server
