#include "host/console/rbac/catalogue.hpp"

#include "tests/unit/console/world.hpp"

namespace masthead::console::rbac {

class CatalogueTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CatalogueTest);
    CPPUNIT_TEST(rolesHoldWhatTheyShould);
    CPPUNIT_TEST(pluginsMayOnlySpeakForThemselves);
    CPPUNIT_TEST(aPluginThatGoesTakesItsPermissions);
    CPPUNIT_TEST_SUITE_END();

    Catalogue catalogue;
    const PermissionInfo read{"nodes.read", "See nodes", "", "low", "", {"viewer", "operator"}};
    const PermissionInfo rename{"nodes.rename", "Rename", "", "low", "", {"operator"}};
    const PermissionInfo purge{"nodes.purge", "Delete all", "", "high", "", {}};

    void rolesHoldWhatTheyShould() {
        must(catalogue.setPlugin("nodes", {read, rename, purge}));
        CPPUNIT_ASSERT(catalogue.permissionsOf({"viewer"}) == std::set<std::string>({"core.status.read", "nodes.read"}));
        const auto operators = catalogue.permissionsOf({"operator"});
        CPPUNIT_ASSERT(operators == std::set<std::string>({"core.status.read", "nodes.read", "nodes.rename"}));
        CPPUNIT_ASSERT_EQUAL(catalogue.list().size(), catalogue.permissionsOf({"admin"}).size());
        CPPUNIT_ASSERT(catalogue.permissionsOf({"emperor"}).empty());
        CPPUNIT_ASSERT(catalogue.permissionsOf({}).empty());
        CPPUNIT_ASSERT(catalogue.permissionsOf({"operator", "admin"}).count("nodes.purge") == 1);
    }
    void pluginsMayOnlySpeakForThemselves() {
        const auto version = catalogue.version();
        for (const char* id : {"core.audit.read", "dns.read", "nodes", "nodesx.read"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(id, Code::InvalidArgument, catalogue.setPlugin("nodes", {{id, "", "", "low", "", {}}}).error().code);
        }
        CPPUNIT_ASSERT(!catalogue.setPlugin("nodes", {read, read}).ok());
        CPPUNIT_ASSERT(!catalogue.setPlugin("core", {{"core.more", "", "", "low", "", {}}}).ok());
        CPPUNIT_ASSERT_EQUAL(version, catalogue.version());
    }
    void aPluginThatGoesTakesItsPermissions() {
        must(catalogue.setPlugin("nodes", {read}));
        CPPUNIT_ASSERT(catalogue.known("nodes.read"));
        must(catalogue.setPlugin("nodes", {}));
        CPPUNIT_ASSERT(!catalogue.known("nodes.read"));
        CPPUNIT_ASSERT(catalogue.known("core.status.read"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CatalogueTest);

}  // namespace masthead::console::rbac
