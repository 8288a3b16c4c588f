// Pages, filters and facets of the audit log.
#include "host/base/timestamp.hpp"
#include "host/console/audit/audit_reader.hpp"
#include "host/console/audit/audit_desk.hpp"
#include "host/console/audit/keeper.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console {

class AuditReadTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuditReadTest);
    CPPUNIT_TEST(eachFilterFindsItsRecords);
    CPPUNIT_TEST(pagesCoverEverythingOnce);
    CPPUNIT_TEST(aLongSearchStopsAndGoesOn);
    CPPUNIT_TEST(facetsNameEveryValueOnce);
    CPPUNIT_TEST(recordsCarryHowTheySignedInAndWhatChanged);
    CPPUNIT_TEST(theStateNamesSealsAndTheLastVerification);
    CPPUNIT_TEST_SUITE_END();

    /// Each look at it costs a tenth of a second.
    class SlowClock final : public Clock {
    public:
        std::int64_t steadyMs() const override { return now_ += 100; }
        std::int64_t wallMs() const override { return 0; }

    private:
        mutable std::int64_t now_ = 0;
    };

    World world;
    audit::AuditReader reader{*world.database, world.clock};

    void add(const std::string& who, const std::string& action, const std::string& object, const std::string& outcome, const std::string& note = "") {
        auto entry = audit::Entry::of(world.request(), action, object);
        entry.principal = who;
        entry.outcome = outcome;
        entry.detail = Json::object({{"note", note}});
        must(world.audit.record(entry));
        world.clock.advance(60 * 1000);
    }
    std::string ids(const store::AuditFilter& filter, std::uint32_t limit = 100, std::int64_t before = 0) {
        std::string out;
        const Json page = must(reader.page(filter, limit, before));
        for (const auto& record : page["records"].items()) out += record.text("id") + " ";
        return out + (page["next"].isNull() ? "." : "> " + page.text("next"));
    }

    void eachFilterFindsItsRecords() {
        const std::int64_t start = world.clock.wallMs();
        add("ada@example.org", "nodes.rename", "node/7", "success", "from Ox to Eland");
        add("ada@example.org", "nodes.delete", "node/8", "denied");
        add("bob@example.org", "users.create", "user/1", "failure", "100% _odd_");
        add("bob@example.org", "nodes.rename", "node/7", "success");
        using F = store::AuditFilter;
        CPPUNIT_ASSERT_EQUAL(std::string("4 3 2 1 ."), ids(F{}));
        CPPUNIT_ASSERT_EQUAL(std::string("2 1 ."), ids(F{"ada@example.org", "", "", "", "", 0, 0}));
        CPPUNIT_ASSERT_EQUAL(std::string("4 1 ."), ids(F{"", "node/7", "", "", "", 0, 0}));
        CPPUNIT_ASSERT_EQUAL(std::string("2 ."), ids(F{"", "", "denied", "", "", 0, 0}));
        CPPUNIT_ASSERT_EQUAL(std::string("4 1 ."), ids(F{"", "", "", "nodes.rename", "", 0, 0}));
        CPPUNIT_ASSERT_EQUAL(std::string("4 2 1 ."), ids(F{"", "", "", "nodes.*", "", 0, 0}));
        CPPUNIT_ASSERT_EQUAL(std::string("1 ."), ids(F{"", "", "", "", "eLANd", 0, 0}));
        CPPUNIT_ASSERT_EQUAL(std::string("3 ."), ids(F{"", "", "", "", "100% _", 0, 0}));
        CPPUNIT_ASSERT_EQUAL(std::string("."), ids(F{"", "", "", "", "1%0", 0, 0}));
        CPPUNIT_ASSERT_EQUAL(std::string("4 ."), ids(F{"bob@example.org", "node/7", "success", "nodes.*", "rename", 0, 0}));
        CPPUNIT_ASSERT_EQUAL(std::string("3 2 ."), ids(F{"", "", "", "", "", start + 60 * 1000, start + 2 * 60 * 1000}));
        CPPUNIT_ASSERT_EQUAL(std::string("1 ."), ids(F{"", "", "", "", "", 0, start}));
        CPPUNIT_ASSERT_EQUAL(std::string("."), ids(F{"", "", "", "", "", start + 1, start + 2}));
        // Statements are bound, never built.
        CPPUNIT_ASSERT_EQUAL(std::string("."), ids(F{"' OR 1=1 --", "", "", "", "", 0, 0}));
    }
    void pagesCoverEverythingOnce() {
        for (int i = 0; i < 25; ++i) add(i % 2 ? "ada" : "bob", "x.y", "o", "success");
        store::AuditFilter filter;
        filter.principal = "ada";
        CPPUNIT_ASSERT_EQUAL(std::string("24 22 20 18 16 > 16"), ids(filter, 5));
        CPPUNIT_ASSERT_EQUAL(std::string("14 12 10 8 6 > 6"), ids(filter, 5, 16));
        CPPUNIT_ASSERT_EQUAL(std::string("4 2 ."), ids(filter, 5, 6));
        CPPUNIT_ASSERT_EQUAL(std::string("25 24 23 > 23"), ids({}, 3));
    }
    void aLongSearchStopsAndGoesOn() {
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            for (int i = 0; i < 70'000; ++i) must(world.audit.record(transaction, audit::Entry::of(world.request(), "x.y", i == 5 ? "needle" : "hay")));
            return {};
        }));
        const SlowClock slow;
        audit::AuditReader patient(*world.database, slow);
        store::AuditFilter filter;
        filter.text = "needle";
        std::int64_t before = 0;
        int pages = 0;
        std::size_t found = 0;
        for (bool more = true; more; ++pages) {
            const Json page = must(patient.page(filter, 10, before));
            found += page["records"].items().size();
            more = !page["next"].isNull();
            const std::int64_t next = more ? std::stoll(page.text("next")) : 0;
            CPPUNIT_ASSERT(before == 0 || next < before);
            before = next;
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, found);
        CPPUNIT_ASSERT(pages > 1);
    }
    void facetsNameEveryValueOnce() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"principals":[],"actions":[],"outcomes":[]})"), must(reader.facets()).dump());
        for (int i = 0; i < 5; ++i) {
            add("bob", "b.x", "o", "success");
            add("ada", "a.x", "o", "denied");
        }
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"principals":["ada","bob"],"actions":["a.x","b.x"],"outcomes":["denied","success"]})"), must(reader.facets()).dump());
    }
    void recordsCarryHowTheySignedInAndWhatChanged() {
        Request request = world.request();
        request.principal.id = "account:1";
        request.principal.email = "ada@example.org";
        request.principal.method = "passkey";
        request.principal.session_id = "the-handle";
        auto entry = audit::Entry::of(request, "x.y", "o");
        entry.before = Json::object({{"name", "Ox"}, {"password", "p"}});
        entry.after = Json::object({{"name", "Eland"}});
        must(world.audit.record(entry));
        request.principal.method = "token";
        request.principal.token_id = "ab12";
        must(world.audit.record(audit::Entry::of(request, "x.y", "o")));
        const Json page = must(reader.page({}, 10, 0));
        const Json& first = page["records"].items()[1];
        CPPUNIT_ASSERT_EQUAL(std::string("passkey session:"), first.text("auth").substr(0, 16));
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, first.text("auth").size());
        CPPUNIT_ASSERT(first.text("auth").find("the-handle") == std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"name":"Ox","password":"[hidden]"})"), first["before"].dump());
        CPPUNIT_ASSERT_EQUAL(std::string("Eland"), first["after"].text("name"));
        CPPUNIT_ASSERT_EQUAL(std::string("token token:ab12"), page["records"].items()[0].text("auth"));
        CPPUNIT_ASSERT(!page["records"].items()[0].has("before"));
    }
    void theStateNamesSealsAndTheLastVerification() {
        const std::string head_file = world.dir.file("head.json");
        must(world.audit.startSealing(world.sealer));
        audit::Keeper keeper({*world.database, world.audit, world.clock, &world.events, head_file});
        audit::AuditDesk desk({*world.database, world.clock, world.audit, keeper, head_file, 400, {}});
        must(keeper.look());
        auto listener = world.events.subscribe();
        add("ada", "x.y", "o", "success");
        add("ada", "x.y", "o", "success");
        must(keeper.look());
        const auto event = listener->next(0);
        CPPUNIT_ASSERT(event && event->type == "audit.appended" && event->permission == "core.audit.read");
        CPPUNIT_ASSERT(!listener->next(0));
        CPPUNIT_ASSERT(must(desk.status())["last_checkpoint"].isNull());
        world.clock.advance(audit::Keeper::kCheckpointMs);
        must(keeper.look());
        Json state = must(desk.status());
        CPPUNIT_ASSERT_EQUAL(std::string("2"), state["last_checkpoint"].text("seq"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, state["records"].asInt());
        CPPUNIT_ASSERT(state["last_verified"].isNull());
        CPPUNIT_ASSERT(must(desk.verify())["ok"].asBool());
        state = must(desk.status());
        CPPUNIT_ASSERT(state["last_verified"]["ok"].asBool());
        CPPUNIT_ASSERT_EQUAL(formatTimestamp(world.clock.wallMs()), state["last_verified"].text("at"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuditReadTest);

}  // namespace masthead::console
