// Suite RB where no route is needed: who may grant what, the last word of a custom role, what happens without the store.
#include "host/console/rbac/roles.hpp"

#include "host/console/store/account_store.hpp"
#include "host/console/store/audit_store.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console::rbac {

class RolesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RolesTest);
    CPPUNIT_TEST(customRolesHoldWhatTheyName);
    CPPUNIT_TEST(rbDNobodyGrantsWhatTheyLack);
    CPPUNIT_TEST(rbDNobodyEditsARoleTheyHold);
    CPPUNIT_TEST(builtInRolesStayAsTheyAre);
    CPPUNIT_TEST(aHeldRoleIsNotDeleted);
    CPPUNIT_TEST(staleChangesAreRefused);
    CPPUNIT_TEST(wrongRolesAreNamedByField);
    CPPUNIT_TEST(rbHAChangeActsAtOnceAndIsTold);
    CPPUNIT_TEST(rolesSurviveARestart);
    CPPUNIT_TEST(permissionsOfAnAbsentPluginStayAndHoldNothing);
    CPPUNIT_TEST_SUITE_END();

    World world;
    Roles roles{*world.database, world.audit, world.catalogue, world.events, world.clock};

    Request by(const std::vector<std::string>& held) {
        Request request = world.request();
        request.principal.id = "account:1";
        request.principal.roles = held;
        request.principal.permissions = world.catalogue.permissionsOf(held);
        return request;
    }
    Request admin() { return by({"admin"}); }

    RoleView make(const std::string& id, std::set<std::string> permissions) {
        std::vector<FieldError> wrong;
        return must(roles.create(admin(), {id, "Title", "", 0, std::move(permissions)}, wrong));
    }
    Result<RoleView> change(const Request& from, const std::string& id, std::set<std::string> permissions, const std::string& etag,
                            std::vector<FieldError>* wrong_out = nullptr) {
        Request request = from;
        request.headers["if-match"] = etag;
        IfMatch match(request);
        std::vector<FieldError> wrong;
        auto result = roles.change(request, {id, "Title", "", 0, std::move(permissions)}, match, wrong);
        if (wrong_out != nullptr) *wrong_out = wrong;
        return result;
    }

public:
    void setUp() override {
        must(world.catalogue.setPlugin("nodes", {{"nodes.read", "See", "", "low", "", {"viewer", "operator"}}, {"nodes.write", "Change", "", "high", "", {"operator"}}}));
    }

    void customRolesHoldWhatTheyName() {
        make("night-shift", {"nodes.read", "core.audit.read"});
        CPPUNIT_ASSERT(world.catalogue.isRole("night-shift"));
        CPPUNIT_ASSERT(world.catalogue.permissionsOf({"night-shift"}) == std::set<std::string>({"core.audit.read", "nodes.read"}));
        CPPUNIT_ASSERT(world.catalogue.permissionsOf({"night-shift", "operator"}).count("nodes.write") == 1);
        const auto listed = must(roles.list());
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, listed.size());
        CPPUNIT_ASSERT_EQUAL(std::string("night-shift"), listed.back().id);
    }
    void rbDNobodyGrantsWhatTheyLack() {
        make("people", {"core.roles.read", "core.roles.manage", "nodes.read"});
        make("target", {"nodes.read"});
        const Request people = by({"people"});
        std::vector<FieldError> wrong;
        const auto made = roles.create(people, {"mine", "Mine", "", 0, {"nodes.read", "core.audit.read"}}, wrong);
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, made.error().code);
        CPPUNIT_ASSERT(made.error().message.find("core.audit.read") != std::string::npos);
        CPPUNIT_ASSERT(!world.catalogue.isRole("mine"));
        const std::string etag = etagOf(must(roles.find("target")).revision);
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, change(people, "target", {"nodes.read", "nodes.write"}, etag).error().code);
        must(roles.create(people, {"mine", "Mine", "", 0, {"nodes.read"}}, wrong));
        CPPUNIT_ASSERT(world.catalogue.beyond(people.principal.permissions, {"mine"}).empty());
        CPPUNIT_ASSERT(world.catalogue.beyond(people.principal.permissions, {"operator"}).count("nodes.write") == 1);
    }
    void rbDNobodyEditsARoleTheyHold() {
        const auto people = make("people", {"core.roles.manage", "nodes.read"});
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, change(by({"people"}), "people", {"nodes.read"}, etagOf(people.revision)).error().code);
        must(change(by({"people", "admin"}), "people", {"nodes.read"}, etagOf(people.revision)));
    }
    void builtInRolesStayAsTheyAre() {
        std::vector<FieldError> wrong;
        for (const char* id : {"admin", "operator", "viewer"}) {
            CPPUNIT_ASSERT_EQUAL(Code::Conflict, roles.create(admin(), {id, "Mine", "", 0, {}}, wrong).error().code);
            CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, change(admin(), id, {}, "*").error().code);
            CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, roles.remove(admin(), id).error().code);
        }
        const auto viewer = world.catalogue.permissionsOf({"viewer"}), op = world.catalogue.permissionsOf({"operator"});
        for (const auto& permission : viewer) CPPUNIT_ASSERT_MESSAGE(permission, op.count(permission) == 1);
        for (const char* not_theirs : {"core.audit.read", "core.admins.read", "core.admins.manage", "core.roles.read", "core.roles.manage", "core.plugins.read",
                                       "core.plugins.manage", "core.notify.manage", "core.tokens.manage"}) {
            CPPUNIT_ASSERT_MESSAGE(not_theirs, op.count(not_theirs) == 0);
        }
    }
    void aHeldRoleIsNotDeleted() {
        make("people", {"nodes.read"});
        world.account("ada@example.org", {"people"});
        const Status refused = roles.remove(admin(), "people");
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, refused.error().code);
        CPPUNIT_ASSERT(refused.error().message.find("1 account") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, must(roles.find("people")).accounts);
        make("idle", {});
        must(roles.remove(admin(), "idle"));
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, roles.remove(admin(), "idle").error().code);
        CPPUNIT_ASSERT(!world.catalogue.isRole("idle"));
    }
    void staleChangesAreRefused() {
        const auto made = make("people", {"nodes.read"});
        const auto changed = must(change(admin(), "people", {"nodes.write"}, etagOf(made.revision)));
        CPPUNIT_ASSERT_EQUAL(made.revision + 1, changed.revision);
        Request request = admin();
        request.headers["if-match"] = etagOf(made.revision);
        IfMatch match(request);
        std::vector<FieldError> wrong;
        CPPUNIT_ASSERT(!roles.change(request, {"people", "Title", "", 0, {}}, match, wrong).ok());
        CPPUNIT_ASSERT(match.stale());
        const Response response = match.problem("x");
        CPPUNIT_ASSERT_EQUAL(412, response.status);
        CPPUNIT_ASSERT(response.headers.front() == std::make_pair(std::string("ETag"), etagOf(changed.revision)));
        CPPUNIT_ASSERT(world.catalogue.permissionsOf({"people"}) == std::set<std::string>{"nodes.write"});
        // Made again under the old id: the old tag does not fit it.
        must(roles.remove(admin(), "people"));
        world.clock.advance(1000);
        make("people", {});
        CPPUNIT_ASSERT(!change(admin(), "people", {"nodes.read"}, etagOf(changed.revision)).ok());
    }
    void wrongRolesAreNamedByField() {
        struct Wrong {
            store::RoleRow role;
            const char* field;
        };
        const Wrong cases[] = {{{"A", "t", "", 0, {}}, "id"},           {{"x", "t", "", 0, {}}, "id"},
                               {{"1a", "t", "", 0, {}}, "id"},          {{std::string(33, 'a'), "t", "", 0, {}}, "id"},
                               {{"ok", "", "", 0, {}}, "title"},        {{"ok", "a\nb", "", 0, {}}, "title"},
                               {{"ok", std::string(81, 'a'), "", 0, {}}, "title"}, {{"ok", "t", std::string(501, 'a'), 0, {}}, "description"},
                               {{"ok", "t", "", 0, {"nodes.fly"}}, "permissions"}, {{"ok", "t", "", 0, {"masthead:public"}}, "permissions"}};
        for (const auto& item : cases) {
            std::vector<FieldError> wrong;
            CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, roles.create(admin(), item.role, wrong).error().code);
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, wrong.size());
            CPPUNIT_ASSERT_EQUAL(std::string(item.field), wrong[0].path);
        }
    }
    void rbHAChangeActsAtOnceAndIsTold() {
        const auto made = make("people", {"nodes.read"});
        const auto account = world.account("ada@example.org", {"people"});
        std::string token;
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            token = world.sessions.create(transaction, {account}, world.request()).token;
            return {};
        }));
        CPPUNIT_ASSERT(must(world.sessions.authenticate(token)).can("nodes.read"));
        const auto version = world.catalogue.version();
        must(change(admin(), "people", {"nodes.write"}, etagOf(made.revision)));
        CPPUNIT_ASSERT(world.catalogue.version() > version);
        const auto now = must(world.sessions.authenticate(token));
        CPPUNIT_ASSERT(!now.can("nodes.read") && now.can("nodes.write"));
    }
    void rolesSurviveARestart() {
        make("people", {"nodes.read"});
        Catalogue fresh;
        Roles after{*world.database, world.audit, fresh, world.events, world.clock};
        CPPUNIT_ASSERT(!fresh.isRole("people"));
        must(after.load());
        CPPUNIT_ASSERT(fresh.isRole("people"));
    }
    void permissionsOfAnAbsentPluginStayAndHoldNothing() {
        const auto made = make("people", {"nodes.read", "core.status.read"});
        must(world.catalogue.setPlugin("nodes", {}));
        CPPUNIT_ASSERT(world.catalogue.permissionsOf({"people"}) == std::set<std::string>{"core.status.read"});
        // Editing it meanwhile keeps what the plugin will bring back, and adds nothing unknown.
        std::vector<FieldError> wrong;
        must(change(admin(), "people", {"nodes.read"}, etagOf(made.revision)));
        CPPUNIT_ASSERT(!change(admin(), "people", {"nodes.read", "nodes.write"}, etagOf(made.revision + 1), &wrong).ok());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, wrong.size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RolesTest);

}  // namespace masthead::console::rbac
