// Cases AL-01 to AL-13 and AL-16: what somebody with the database file in hand may do to the log, and what the verifier says.
#include <sqlite3.h>

#include <random>

#include "host/console/audit/audit_check.hpp"
#include "host/console/audit/canonical.hpp"
#include "host/console/audit/head_file.hpp"
#include "host/console/audit/keeper.hpp"
#include "host/console/audit/seal.hpp"
#include "host/console/audit/sealing.hpp"
#include "host/console/store/audit_seal_store.hpp"
#include "host/console/store/audit_store.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console {
namespace {

/// The file as an attacker opens it: without triggers.
class Knife {
public:
    explicit Knife(const std::string& path) {
        CPPUNIT_ASSERT_EQUAL(SQLITE_OK, sqlite3_open(path.c_str(), &handle_));
        run("PRAGMA synchronous=OFF; DROP TRIGGER IF EXISTS audit_no_update; DROP TRIGGER IF EXISTS audit_no_delete;"
            "DROP TRIGGER IF EXISTS audit_seals_no_update; DROP TRIGGER IF EXISTS audit_seals_no_delete");
    }
    ~Knife() { sqlite3_close(handle_); }
    Knife(const Knife&) = delete;
    Knife& operator=(const Knife&) = delete;

    void run(const std::string& script) {
        char* message = nullptr;
        const int code = sqlite3_exec(handle_, script.c_str(), nullptr, nullptr, &message);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(message ? message : "", SQLITE_OK, code);
    }
    std::string cell(const std::string& column, std::int64_t seq) {
        sqlite3_stmt* statement = nullptr;
        sqlite3_prepare_v2(handle_, ("SELECT CAST(" + column + " AS BLOB) FROM audit WHERE seq = " + std::to_string(seq)).c_str(), -1, &statement, nullptr);
        CPPUNIT_ASSERT_EQUAL(SQLITE_ROW, sqlite3_step(statement));
        const void* bytes = sqlite3_column_blob(statement, 0);
        std::string out(static_cast<const char*>(bytes), bytes ? static_cast<std::size_t>(sqlite3_column_bytes(statement, 0)) : 0);
        sqlite3_finalize(statement);
        return out;
    }
    void put(const std::string& column, std::int64_t seq, const std::string& bytes) {
        sqlite3_stmt* statement = nullptr;
        sqlite3_prepare_v2(handle_, ("UPDATE audit SET " + column + " = CAST(? AS TEXT) WHERE seq = " + std::to_string(seq)).c_str(), -1, &statement, nullptr);
        sqlite3_bind_blob(statement, 1, bytes.data(), static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
        CPPUNIT_ASSERT_EQUAL(SQLITE_DONE, sqlite3_step(statement));
        sqlite3_finalize(statement);
    }
    void keep() { run("DROP TABLE IF EXISTS kept; DROP TABLE IF EXISTS kept_seals; CREATE TABLE kept AS SELECT * FROM audit; CREATE TABLE kept_seals AS SELECT * FROM audit_seals"); }
    void restore() { run("DELETE FROM audit; INSERT INTO audit SELECT * FROM kept; DELETE FROM audit_seals; INSERT INTO audit_seals SELECT * FROM kept_seals"); }

private:
    sqlite3* handle_ = nullptr;
};

}  // namespace

class AuditTamperTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuditTamperTest);
    CPPUNIT_TEST(al01_everyFlippedByteIsFoundAtItsRecord);
    CPPUNIT_TEST(al02to06_deletedSwappedRepeatedAndForgedRecords);
    CPPUNIT_TEST(al07_aRewrittenTailDoesNotFitTheCheckpoint);
    CPPUNIT_TEST(al08and09_aTruncatedLogIsShorterThanTheCounter);
    CPPUNIT_TEST(al10_oldRecordsSealedWithTheNewestKey);
    CPPUNIT_TEST(al11_sealsOfAnotherHost);
    CPPUNIT_TEST(al12_anOlderDatabaseIsToldApartUntilARestoreIsRecorded);
    CPPUNIT_TEST(al13_aClockThatRunsBackwards);
    CPPUNIT_TEST(al16_retentionKeepsTheChainProvable);
    CPPUNIT_TEST(retentionNeverRemovesWhatIsNotSealed);
    CPPUNIT_TEST(removedSealsAreMissed);
    CPPUNIT_TEST(recordsOfTheFirstFormStayValid);
    CPPUNIT_TEST_SUITE_END();

    World world;
    std::string head_file = world.dir.file("audit-head.json");
    std::optional<audit::Keeper> keeper;

    void begin() {
        must(world.audit.startSealing(world.sealer));
        keeper.emplace(audit::Keeper::Parts{*world.database, world.audit, world.clock, nullptr, head_file, 0, ""});
        must(keeper->look());
    }
    void fill(int count) {
        must(world.database->write([&](store::Transaction& transaction) { return fill(transaction, count); }));
    }
    Status fill(store::Transaction& transaction, int count) {
        for (int i = 0; i < count; ++i) {
            auto entry = audit::Entry::of(world.request(), "thing.change", "thing/" + std::to_string(i));
            entry.detail = Json::object({{"n", i}});
            entry.before = Json::object({{"name", "a"}});
            entry.after = Json::object({{"name", "b"}});
            entry.auth = "password session:0011223344556677";
            must(world.audit.record(transaction, entry));
            world.clock.advance(10);
        }
        return {};
    }
    audit::Verdict verify() { return must(audit::verifyStore(*world.database, head_file)); }
    std::string verdict() {
        const auto found = verify();
        return found.bad ? std::to_string(found.bad->seq) + ": " + found.bad->reason : "fine";
    }
    void says(const std::string& wanted) {
        const std::string found = verdict();
        CPPUNIT_ASSERT_MESSAGE(found + " does not contain " + wanted, found.find(wanted) != std::string::npos);
    }
    /// Hashes rewritten from `seq` on, as anybody can.
    void rehash(Knife& knife, std::int64_t seq) {
        std::string previous;
        must(world.database->read([&](store::Connection& connection) -> Status {
            if (auto before = store::AuditStore::find(connection, seq - 1)) previous = before->hash;
            return {};
        }));
        std::vector<store::AuditRow> rows;
        must(world.database->read([&](store::Connection& connection) -> Status {
            rows = store::AuditStore::after(connection, seq - 1, 100000);
            return {};
        }));
        for (auto& row : rows) {
            row.previous = previous;
            row.hash = previous = audit::chainHash(previous, row);
            knife.run("UPDATE audit SET previous = '" + row.previous + "', hash = '" + row.hash + "' WHERE seq = " + std::to_string(row.seq));
        }
    }

    void al01_everyFlippedByteIsFoundAtItsRecord() {
        begin();
        fill(1000);
        must(world.audit.checkpoint());
        must(keeper->look());
        CPPUNIT_ASSERT_EQUAL(std::string("fine"), verdict());
        Knife knife(world.dir.file("masthead.db"));
        const std::vector<std::string> columns = {"at", "principal", "principal_id", "action", "object", "outcome", "detail", "request_id", "client", "intent",
                                                  "previous", "hash", "version", "auth", "value_before", "value_after"};
        // The state before each record, so that 10,000 flips need not read 1,000 records each.
        std::vector<audit::ChainVerifier> before;
        audit::ChainVerifier running("", {});
        must(world.database->read([&](store::Connection& connection) -> Status {
            for (const auto& row : store::AuditStore::after(connection, 0, 1000)) {
                before.push_back(running);
                CPPUNIT_ASSERT(!running.record(row));
            }
            return {};
        }));
        std::mt19937 random(4711);
        int flips = 0;
        int whole = 0;
        while (flips < 10000) {
            const std::int64_t seq = 1 + static_cast<std::int64_t>(random() % 1000);
            const std::string& column = columns[random() % columns.size()];
            const std::string original = knife.cell(column, seq);
            if (original.empty()) continue;
            std::string changed = original;
            const std::size_t at = random() % changed.size();
            changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ (1u << (random() % 8)));
            knife.put(column, seq, changed);
            std::optional<audit::Bad> bad;
            if (flips % 100 == 0) {
                bad = verify().bad;
                ++whole;
            } else {
                must(world.database->read([&](store::Connection& connection) -> Status {
                    auto verifier = before[static_cast<std::size_t>(seq - 1)];
                    for (const auto& row : store::AuditStore::after(connection, seq - 1, 3)) {
                        if (!bad) bad = verifier.record(row);
                    }
                    return {};
                }));
            }
            CPPUNIT_ASSERT_MESSAGE(column + " of " + std::to_string(seq) + " byte " + std::to_string(at), bad.has_value());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(column + " byte " + std::to_string(at), seq, bad->seq);
            knife.put(column, seq, original);
            ++flips;
        }
        CPPUNIT_ASSERT_EQUAL(100, whole);
        CPPUNIT_ASSERT_EQUAL(std::string("fine"), verdict());
    }
    void al02to06_deletedSwappedRepeatedAndForgedRecords() {
        begin();
        fill(600);
        must(world.audit.checkpoint());
        must(keeper->look());
        Knife knife(world.dir.file("masthead.db"));
        knife.keep();
        knife.run("DELETE FROM audit WHERE seq = 300");  // AL-02
        says("300: the audit log lacks record 300 (found 301 instead)");
        knife.restore();
        knife.run("DELETE FROM audit WHERE seq BETWEEN 100 AND 299");  // AL-03
        says("100: the audit log lacks record 100 (found 300 instead)");
        knife.restore();
        knife.run("UPDATE audit SET seq = 9999 WHERE seq = 40; UPDATE audit SET seq = 40 WHERE seq = 41; UPDATE audit SET seq = 41 WHERE seq = 9999");  // AL-04
        says("40: audit record 40 was changed");
        knife.restore();
        const std::string rest = "at, principal, principal_id, action, object, outcome, detail, request_id, client, intent, previous, hash, version, auth, value_before, value_after";
        knife.run("INSERT INTO audit (seq, " + rest + ") SELECT 601, " + rest + " FROM audit WHERE seq = 600");  // AL-05
        says("601: audit record 601 was changed");
        knife.restore();
        knife.run("UPDATE audit SET seq = seq + 100000 WHERE seq >= 50; UPDATE audit SET seq = seq - 99999 WHERE seq >= 100000;"  // AL-06
                  "INSERT INTO audit (seq, " + rest + ") SELECT 50, " + rest + " FROM audit WHERE seq = 49");
        says("50: audit record 50 was changed");
        knife.restore();
        CPPUNIT_ASSERT_EQUAL(std::string("fine"), verdict());
    }
    void al07_aRewrittenTailDoesNotFitTheCheckpoint() {
        begin();
        fill(600);
        must(world.audit.checkpoint());
        must(keeper->look());
        Knife knife(world.dir.file("masthead.db"));
        knife.keep();
        knife.run("UPDATE audit SET principal = 'nobody' WHERE seq = 300");
        rehash(knife, 300);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{600}, must(world.audit.verify()));  // the bare chain is whole again
        says("257: the checkpoint seal 2 at record 512 does not fit: records between 257 and 512 were rewritten");
        knife.run("DELETE FROM audit_seals WHERE kind = 'checkpoint' AND number >= 2");
        says("512: record 512 must carry a checkpoint and has none");
        knife.restore();
        // Behind the last checkpoint of the minute only the counter file knows better.
        fill(5);
        must(keeper->look());
        knife.run("UPDATE audit SET principal = 'nobody' WHERE seq = 603");
        rehash(knife, 603);
        says("605: record 605 is not the one that the counter file knows");
    }
    void al08and09_aTruncatedLogIsShorterThanTheCounter() {
        begin();
        fill(600);
        must(world.audit.checkpoint());
        must(keeper->look());
        Knife knife(world.dir.file("masthead.db"));
        knife.keep();
        knife.run("DELETE FROM audit WHERE seq >= 600");  // AL-08: one before the last checkpoint
        says("600: the checkpoint seal 3 speaks of record 600, but the log ends at 599: its end was cut off");
        knife.run("DELETE FROM audit_seals WHERE kind = 'checkpoint' AND number = 3");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{599}, must(world.audit.verify()));  // the bare chain and the seals left are whole
        says("600: the log ends at record 599, but the counter file knows of record 600: its end was cut off");
        knife.run("DELETE FROM audit WHERE seq > 256; DELETE FROM audit_seals WHERE seq > 256");  // AL-09
        says("257: the log ends at record 256, but the counter file knows of record 600");
        CPPUNIT_ASSERT_EQUAL(0, ::unlink(head_file.c_str()));
        says("256: the counter file is gone");
        // The host does not help by writing a new one, and says so.
        CPPUNIT_ASSERT(!keeper->look().ok());
        CPPUNIT_ASSERT(!must(audit::readHead(head_file)));
    }
    void al10_oldRecordsSealedWithTheNewestKey() {
        begin();
        fill(300);
        world.clock.advance(audit::Sealing::kEpochMs);
        fill(300);  // the checkpoint at 512 begins a new epoch
        must(world.audit.checkpoint());
        must(keeper->look());
        std::string seed;
        std::optional<store::AuditSeal> victim;
        must(world.database->read([&](store::Connection& connection) -> Status {
            seed = must(world.sealer.unseal(*store::AuditSealStore::value(connection, "signing-key"), "audit/epoch/2"));
            victim = store::AuditSealStore::after(connection, "checkpoint", 0, 1).front();
            return {};
        }));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{256}, victim->seq);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, victim->epoch);
        Knife knife(world.dir.file("masthead.db"));
        knife.keep();
        const auto newest = must(audit::SigningKey::fromSeed(seed));
        knife.run("UPDATE audit SET principal = 'nobody' WHERE seq = 200");
        rehash(knife, 200);
        must(world.database->read([&](store::Connection& connection) -> Status {
            victim->hash = store::AuditStore::find(connection, 256)->hash;
            return {};
        }));
        for (const std::int64_t epoch : {2, 1}) {
            victim->epoch = epoch;
            victim->signature = newest.sign(audit::sealedText(*victim));
            knife.run("UPDATE audit_seals SET hash = '" + victim->hash + "', epoch = " + std::to_string(epoch) + ", signature = '" + victim->signature + "' WHERE id = " +
                      std::to_string(victim->id));
            says(epoch == 2 ? "256: the checkpoint seal 1 was made with the key of epoch 2, but epoch 1 was in force"
                            : "256: the checkpoint seal 1 carries a wrong signature");
        }
        knife.restore();
        CPPUNIT_ASSERT_EQUAL(std::string("fine"), verdict());
    }
    void al11_sealsOfAnotherHost() {
        begin();
        fill(10);
        must(world.audit.checkpoint());
        must(keeper->look());
        World other;
        must(other.audit.startSealing(other.sealer));
        for (int i = 0; i < 10; ++i) must(other.audit.record(audit::Entry::of(other.request(), "a", "b")));
        must(other.audit.checkpoint());
        Knife knife(world.dir.file("masthead.db"));
        knife.keep();
        knife.run("ATTACH '" + other.dir.file("masthead.db") + "' AS other");
        knife.run("DELETE FROM audit_seals WHERE kind = 'checkpoint'; INSERT INTO audit_seals SELECT * FROM other.audit_seals WHERE kind = 'checkpoint'");
        says("the checkpoint seal 1 belongs to another host");
        knife.run("DELETE FROM audit; DELETE FROM audit_seals; INSERT INTO audit SELECT * FROM other.audit; INSERT INTO audit_seals SELECT * FROM other.audit_seals");
        says("the log's first key belongs to another host");
    }
    void al12_anOlderDatabaseIsToldApartUntilARestoreIsRecorded() {
        begin();
        fill(300);
        must(world.audit.checkpoint());
        must(keeper->look());
        const std::string backup = world.dir.file("backup.db");
        {
            Knife knife(world.dir.file("masthead.db"));
            knife.run("VACUUM INTO '" + backup + "'");
        }
        fill(100);
        must(world.audit.checkpoint());
        must(keeper->look());
        const auto lost = must(audit::readHead(head_file));

        world.database.reset();  // nothing below uses the old log any more
        auto older = must(store::Database::open(backup));
        audit::AuditLog log(*older, world.clock);
        must(log.startSealing(world.sealer));
        audit::Keeper again({*older, log, world.clock, nullptr, head_file, 0, ""});
        CPPUNIT_ASSERT(!again.look().ok());
        auto found = must(audit::verifyStore(*older, head_file));
        CPPUNIT_ASSERT(found.bad && found.bad->seq == 301);
        for (int i = 0; i < 200; ++i) must(log.record(audit::Entry::of(world.request(), "after", "x")));
        CPPUNIT_ASSERT(!again.look().ok());  // the file still knows of the other record 400
        found = must(audit::verifyStore(*older, head_file));
        CPPUNIT_ASSERT(found.bad && found.bad->seq == 400);

        must(again.restored(audit::Entry::of(world.request(), "", ""), "from the backup of Tuesday"));
        found = must(audit::verifyStore(*older, head_file));
        CPPUNIT_ASSERT_MESSAGE(found.bad ? found.bad->reason : "", !found.bad);
        must(older->read([&](store::Connection& connection) -> Status {
            const auto seal = store::AuditSealStore::last(connection, "restored");
            CPPUNIT_ASSERT(seal);
            const auto row = store::AuditStore::find(connection, seal->seq);
            CPPUNIT_ASSERT_EQUAL(std::string("audit.restored"), row->action);
            const Json detail = must(parseJson(row->detail));
            CPPUNIT_ASSERT_EQUAL(lost->hash, detail["lost"].text("hash"));
            CPPUNIT_ASSERT_EQUAL(row->previous, detail["kept"].text("hash"));
            return {};
        }));
    }
    void al13_aClockThatRunsBackwards() {
        begin();
        fill(250);
        world.clock.advance(-7 * 24 * 3600 * 1000LL);
        fill(10);
        must(world.audit.checkpoint());
        must(keeper->look());
        CPPUNIT_ASSERT_EQUAL(std::string("fine"), verdict());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{260}, verify().to);
    }
    void al16_retentionKeepsTheChainProvable() {
        begin();
        keeper.emplace(audit::Keeper::Parts{*world.database, world.audit, world.clock, nullptr, head_file, 30, world.dir.file("archive")});
        fill(600);
        must(world.audit.checkpoint());
        world.clock.advance(31 * 24 * 3600 * 1000LL);
        fill(100);
        must(world.audit.checkpoint());
        must(keeper->look());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{600}, must(keeper->retain()));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, must(keeper->retain()));
        must(keeper->look());
        auto found = verify();
        CPPUNIT_ASSERT_MESSAGE(found.bad ? found.bad->reason : "", !found.bad);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{601}, found.from);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{701}, found.to);  // the removal itself is recorded
        // The archived part verifies by itself and ends where the rest begins.
        fill(600);
        world.clock.advance(31 * 24 * 3600 * 1000LL);
        fill(1);
        must(world.audit.checkpoint());
        CPPUNIT_ASSERT(must(keeper->retain()) > 0);
        must(keeper->look());
        CPPUNIT_ASSERT_EQUAL(std::string("fine"), verdict());

        Knife knife(world.dir.file("masthead.db"));
        knife.keep();
        knife.run("DELETE FROM audit WHERE seq = (SELECT min(seq) FROM audit)");
        says("the audit log lacks record");
        knife.restore();
        // A retention of the attacker's own: unsigned.
        knife.run("INSERT INTO audit_seals (kind, number, host, seq, at, epoch, hash, extra, signature) SELECT 'retention', 3, host, seq, at, epoch, hash, '{}', signature "
                  "FROM audit_seals WHERE kind = 'checkpoint' ORDER BY id DESC LIMIT 1");
        says("carries a wrong signature");
    }
    void retentionNeverRemovesWhatIsNotSealed() {
        begin();
        fill(300);
        Status refused = world.database->write([&](store::Transaction& transaction) -> Status {
            store::AuditStore::remove(transaction, 100, 1000);
            return {};
        });
        CPPUNIT_ASSERT(!refused.ok());
        keeper.emplace(audit::Keeper::Parts{*world.database, world.audit, world.clock, nullptr, head_file, 30, ""});
        must(world.audit.checkpoint());
        world.clock.advance(29 * 24 * 3600 * 1000LL);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, must(keeper->retain()));
        world.clock.advance(2 * 24 * 3600 * 1000LL);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{300}, must(keeper->retain()));
        refused = world.database->write([&](store::Transaction& transaction) -> Status {
            store::AuditStore::remove(transaction, 301, 1000);
            return {};
        });
        CPPUNIT_ASSERT(!refused.ok());
        CPPUNIT_ASSERT_EQUAL(std::string("fine"), verdict());
    }
    void removedSealsAreMissed() {
        begin();
        fill(600);
        must(world.audit.checkpoint());
        must(keeper->look());
        Knife knife(world.dir.file("masthead.db"));
        knife.keep();
        knife.run("DELETE FROM audit_seals WHERE kind = 'checkpoint' AND number = 1");
        says("256: record 256 must carry a checkpoint and has none");
        knife.restore();
        knife.run("DELETE FROM audit_seals");
        says("carries no seal at all");
        knife.restore();
        knife.run("DELETE FROM audit_seals WHERE kind = 'checkpoint' AND number = 3");
        says("513: the counter file knows of checkpoint 3");
        knife.restore();
        knife.run("UPDATE audit_seals SET signature = '" + std::string(128, 'a') + "' WHERE kind = 'checkpoint' AND number = 2");
        says("512: the checkpoint seal 2 carries a wrong signature");
    }
    void recordsOfTheFirstFormStayValid() {
        Knife knife(world.dir.file("masthead.db"));
        std::string previous = audit::kGenesis;
        for (int i = 1; i <= 300; ++i) {
            store::AuditRow row;
            row.seq = i;
            row.at = 1000 + i;
            row.principal = "old@example.org";
            row.action = "old.action";
            row.outcome = "success";
            row.detail = "{}";
            row.previous = previous;
            row.hash = previous = audit::chainHash(previous, row);
            must(world.database->write([&](store::Transaction& transaction) -> Status {
                store::AuditStore::append(transaction, row);
                return {};
            }));
        }
        begin();
        fill(300);
        must(world.audit.checkpoint());
        must(keeper->look());
        CPPUNIT_ASSERT_EQUAL(std::string("fine"), verdict());
        knife.keep();
        knife.run("UPDATE audit SET auth = 'password' WHERE seq = 7");  // a member that form 1 does not cover
        says("7: audit record 7 was changed");
        knife.restore();
        knife.run("UPDATE audit SET principal = 'nobody' WHERE seq = 7");
        rehash(knife, 7);
        says("1: the epoch seal 1 at record 300 does not fit");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuditTamperTest);

}  // namespace masthead::console
