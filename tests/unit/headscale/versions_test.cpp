#include "host/headscale/versions.hpp"

#include <set>

#include "tests/unit/headscale/code_traits.hpp"

namespace masthead::headscale {

class VersionsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(VersionsTest);
    CPPUNIT_TEST(minorOfReadsVersionTexts);
    CPPUNIT_TEST(unsupportedMinorsHaveNoEntry);
    CPPUNIT_TEST(everyVersionLetsClientsIn);
    CPPUNIT_TEST(nothingAdministrativeIsEverAllowed);
    CPPUNIT_TEST(optionsDecideTheOptionalRoutes);
    CPPUNIT_TEST(registrationPathFollowsTheVersion);
    CPPUNIT_TEST_SUITE_END();

    static const Json* find(const std::vector<Json>& routes, const std::string& method, const std::string& path) {
        for (const Json& route : routes) {
            if (route.text("path") != path) continue;
            for (const Json& one : route["methods"].items()) {
                if (one.asString() == method) return &route;
            }
        }
        return nullptr;
    }

    void minorOfReadsVersionTexts() {
        for (const char* text : {"0.29.2", "v0.29.2", "0.29", "0.29.0-beta.1", "0.29-dev"}) CPPUNIT_ASSERT_EQUAL(std::string("0.29"), minorOf(text));
        for (const char* text : {"", "dev", "29", "0.x", "x.29", "0.", ".29"}) CPPUNIT_ASSERT_EQUAL(std::string(), minorOf(text));
    }

    void unsupportedMinorsHaveNoEntry() {
        CPPUNIT_ASSERT(versionInfo("0.27") == nullptr && versionInfo("0.31") == nullptr && versionInfo("") == nullptr);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, supportedVersions().size());
    }

    void everyVersionLetsClientsIn() {
        for (const VersionInfo& version : supportedVersions()) {
            const auto routes = allowlistRoutes(version, {});
            const Json* tunnel = find(routes, "POST", "/ts2021");
            CPPUNIT_ASSERT(tunnel != nullptr);
            CPPUNIT_ASSERT_EQUAL(std::string("tailscale-control-protocol"), (*tunnel)["upgrade"].items().at(0).asString());
            CPPUNIT_ASSERT_EQUAL(std::string("headscale"), tunnel->text("target"));
            CPPUNIT_ASSERT(find(routes, "GET", "/key") != nullptr && (*find(routes, "GET", "/key"))["query"].asBool());
            CPPUNIT_ASSERT(find(routes, "HEAD", "/machine/ping-response") != nullptr);
        }
    }

    void nothingAdministrativeIsEverAllowed() {
        for (const VersionInfo& version : supportedVersions()) {
            for (const Json& route : allowlistRoutes(version, {true, true, true})) {
                const std::string& path = route.text("path");
                for (const char* closed : {"/api", "/swagger", "/metrics", "/debug", "/health", "/version", "/verify"}) {
                    CPPUNIT_ASSERT_MESSAGE(path, path.rfind(closed, 0) != 0);
                }
                CPPUNIT_ASSERT_MESSAGE(path, path.find('*') == std::string::npos);
            }
        }
    }

    void optionsDecideTheOptionalRoutes() {
        const VersionInfo& version = *versionInfo("0.29");
        const auto bare = allowlistRoutes(version, {false, false, false});
        CPPUNIT_ASSERT(find(bare, "GET", "/derp") == nullptr && find(bare, "GET", "/oidc/callback") == nullptr && find(bare, "GET", "/apple") == nullptr);
        const auto full = allowlistRoutes(version, {true, true, true});
        CPPUNIT_ASSERT(find(full, "GET", "/derp") != nullptr && find(full, "GET", "/oidc/callback") != nullptr && find(full, "GET", "/apple") != nullptr);
        CPPUNIT_ASSERT((*find(full, "POST", "/register/confirm/{auth_id}"))["body_limit"].asInt() > 0);
    }

    void registrationPathFollowsTheVersion() {
        const auto old = allowlistRoutes(*versionInfo("0.28"), {});
        CPPUNIT_ASSERT(find(old, "GET", "/register/{auth_id_028}") != nullptr && find(old, "GET", "/register/{auth_id}") == nullptr);
        CPPUNIT_ASSERT(find(old, "GET", "/auth/{auth_id}") == nullptr);
        const auto now = allowlistRoutes(*versionInfo("0.29"), {});
        CPPUNIT_ASSERT(find(now, "GET", "/register/{auth_id}") != nullptr && find(now, "GET", "/auth/{auth_id}") != nullptr);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(VersionsTest);

}  // namespace masthead::headscale
