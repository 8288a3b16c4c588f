#include <sqlite3.h>

#include "host/console/audit/canonical.hpp"
#include "host/console/store/audit_store.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console {

class AuditTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuditTest);
    CPPUNIT_TEST(recordsFormAChainFromTheFirstRow);
    CPPUNIT_TEST(theLogIsAppendOnly);
    CPPUNIT_TEST(anyChangedByteIsFound);
    CPPUNIT_TEST(deletedSwappedAndForgedRecordsAreFound);
    CPPUNIT_TEST(aRolledBackChangeLeavesNoRecord);
    CPPUNIT_TEST(openIntentsBecomeUnknownOnce);
    CPPUNIT_TEST(pagesGoBackInTime);
    CPPUNIT_TEST(hostileTextStaysOneRecord);
    CPPUNIT_TEST_SUITE_END();

    World world;

    void fill(int count) {
        for (int i = 0; i < count; ++i) {
            auto entry = audit::Entry::of(world.request(), "thing.change", "thing/" + std::to_string(i));
            entry.detail = Json::object({{"n", i}});
            must(world.audit.record(entry));
            world.clock.advance(10);
        }
    }
    /// As somebody with the file in hand would: without the triggers.
    void tamper(const std::string& script) {
        sqlite3* handle = nullptr;
        CPPUNIT_ASSERT_EQUAL(SQLITE_OK, sqlite3_open(world.dir.file("masthead.db").c_str(), &handle));
        const std::string all = "DROP TRIGGER IF EXISTS audit_no_update; DROP TRIGGER IF EXISTS audit_no_delete; " + script;
        char* message = nullptr;
        const int code = sqlite3_exec(handle, all.c_str(), nullptr, nullptr, &message);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(message ? message : "", SQLITE_OK, code);
        sqlite3_close(handle);
    }
    std::string verdict() {
        auto checked = world.audit.verify();
        return checked ? "fine" : checked.error().message;
    }

    void recordsFormAChainFromTheFirstRow() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, must(world.audit.verify()));
        fill(3);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, must(world.audit.verify()));
        must(world.database->read([](store::Connection& connection) -> Status {
            const auto rows = store::AuditStore::after(connection, 0, 10);
            CPPUNIT_ASSERT_EQUAL(audit::kGenesis, rows[0].previous);
            CPPUNIT_ASSERT_EQUAL(rows[0].hash, rows[1].previous);
            CPPUNIT_ASSERT_EQUAL(audit::chainHash(rows[1].hash, rows[2]), rows[2].hash);
            return {};
        }));
    }
    void theLogIsAppendOnly() {
        fill(2);
        for (const bool update : {true, false}) {
            Status status = world.database->write([&](store::Transaction& transaction) -> Status {
                if (update) {
                    transaction.execute("UPDATE audit SET object = 'x' WHERE seq = 1");
                } else {
                    transaction.execute("DELETE FROM audit WHERE seq = 2");
                }
                return {};
            });
            CPPUNIT_ASSERT(!status.ok());
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, must(world.audit.verify()));
    }
    void anyChangedByteIsFound() {
        fill(20);
        for (const char* column : {"at", "principal", "principal_id", "action", "object", "outcome", "detail", "request_id", "client", "intent", "previous", "hash"}) {
            const std::string name = column;
            tamper("CREATE TABLE kept AS SELECT * FROM audit; UPDATE audit SET " + name + " = " + name + " || '1' WHERE seq = 11;");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::string("audit record 11 was changed after it was written"), verdict());
            tamper("DELETE FROM audit; INSERT INTO audit SELECT * FROM kept; DROP TABLE kept;");
            CPPUNIT_ASSERT_EQUAL(std::string("fine"), verdict());
        }
    }
    void deletedSwappedAndForgedRecordsAreFound() {
        fill(10);
        tamper("CREATE TABLE kept AS SELECT * FROM audit; DELETE FROM audit WHERE seq = 5;");
        CPPUNIT_ASSERT_EQUAL(std::string("the audit log lacks record 5 (found 6 instead)"), verdict());
        const std::string restore = "DELETE FROM audit; INSERT INTO audit SELECT * FROM kept;";
        tamper(restore + "DELETE FROM audit WHERE seq IN (1, 2);");
        CPPUNIT_ASSERT_EQUAL(std::string("the audit log lacks record 1 (found 3 instead)"), verdict());
        tamper(restore + "UPDATE audit SET seq = 99 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 5; UPDATE audit SET seq = 5 WHERE seq = 99;");
        CPPUNIT_ASSERT_EQUAL(std::string("audit record 4 was changed after it was written"), verdict());
        tamper(restore + "INSERT INTO audit SELECT 11, at, principal, principal_id, action, object, outcome, detail, request_id, client, intent, hash, hash, "
                         "version, auth, value_before, value_after FROM audit WHERE seq = 10;");
        CPPUNIT_ASSERT_EQUAL(std::string("audit record 11 was changed after it was written"), verdict());
        tamper(restore);
        CPPUNIT_ASSERT_EQUAL(std::string("fine"), verdict());
    }
    void aRolledBackChangeLeavesNoRecord() {
        Status status = world.database->write([&](store::Transaction& transaction) -> Status {
            must(world.audit.record(transaction, audit::Entry::of(world.request(), "a", "b")));
            return Error{Code::Conflict, "no"};
        });
        CPPUNIT_ASSERT(!status.ok());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, must(world.audit.verify()));
    }
    void openIntentsBecomeUnknownOnce() {
        const auto entry = audit::Entry::of(world.request(), "node.rename", "node/7");
        const auto done = must(world.audit.intent(entry));
        must(world.audit.outcome(done, entry));
        const auto open = must(world.audit.intent(entry));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, must(world.audit.list(10, 0))["records"].items().size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, must(world.audit.closeOpenIntents()));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, must(world.audit.closeOpenIntents()));
        const Json page = must(world.audit.list(10, 0));
        const Json::Array& records = page["records"].items();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, records.size());
        CPPUNIT_ASSERT_EQUAL(std::string("unknown"), records[0].text("outcome"));
        CPPUNIT_ASSERT_EQUAL(std::string("node/7"), records[0].text("object"));
        CPPUNIT_ASSERT(open > done);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, must(world.audit.verify()));
    }
    void pagesGoBackInTime() {
        fill(7);
        const Json first = must(world.audit.list(3, 0));
        CPPUNIT_ASSERT_EQUAL(std::string("thing/6"), first["records"].items()[0].text("object"));
        CPPUNIT_ASSERT_EQUAL(std::string("5"), first.text("next"));
        const Json second = must(world.audit.list(3, 5));
        CPPUNIT_ASSERT_EQUAL(std::string("thing/3"), second["records"].items()[0].text("object"));
        const Json third = must(world.audit.list(3, 2));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, third["records"].items().size());
        CPPUNIT_ASSERT(third["next"].isNull());
    }
    void hostileTextStaysOneRecord() {
        auto entry = audit::Entry::of(world.request(), "a\r\nforged=1", std::string(70000, 'x'));
        entry.detail = Json::object({{"big", std::string(20000, 'y')}});
        must(world.audit.record(entry));
        const Json page = must(world.audit.list(10, 0));
        const Json& record = page["records"].items()[0];
        CPPUNIT_ASSERT_EQUAL(std::string("a\\u{d}\\u{a}forged=1"), record.text("action"));
        CPPUNIT_ASSERT(record.text("object").size() < 600);
        CPPUNIT_ASSERT(record["detail"].has("cut_from_bytes"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, must(world.audit.verify()));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuditTest);

}  // namespace masthead::console
