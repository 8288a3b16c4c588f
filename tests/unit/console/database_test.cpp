#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "host/console/store/plugin_store.hpp"
#include "host/console/store/settings_store.hpp"
#include "host/console/store/snapshot_store.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console::store {

class DatabaseTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DatabaseTest);
    CPPUNIT_TEST(theFileIsOursAlone);
    CPPUNIT_TEST(settingsOfTheConnectionAreAsAgreed);
    CPPUNIT_TEST(valuesComeBackAsTheyWere);
    CPPUNIT_TEST(anErrorRollsBack);
    CPPUNIT_TEST(anExceptionRollsBackAndTheWriterGoesOn);
    CPPUNIT_TEST(aConstraintIsAConflict);
    CPPUNIT_TEST(readersCannotWrite);
    CPPUNIT_TEST(aNewerSchemaIsRefused);
    CPPUNIT_TEST(aMigrationThatWasLeftOutIsMadeUp);
    CPPUNIT_TEST(anotherProgramThatLooksTakesNothingAway);
    CPPUNIT_TEST(aDamagedFileIsRefused);
    CPPUNIT_TEST(parallelIncrementsAreNeverLost);
    CPPUNIT_TEST(smallStoresKeepWhatTheyAreGiven);
    CPPUNIT_TEST(aKeyFileOfTheWrongSizeIsRefused);
    CPPUNIT_TEST_SUITE_END();

    World world;

    void raw(const std::string& script) {
        sqlite3* handle = nullptr;
        CPPUNIT_ASSERT_EQUAL(SQLITE_OK, sqlite3_open(world.dir.file("masthead.db").c_str(), &handle));
        CPPUNIT_ASSERT_EQUAL(SQLITE_OK, sqlite3_exec(handle, script.c_str(), nullptr, nullptr, nullptr));
        sqlite3_close(handle);
    }

    void theFileIsOursAlone() {
        for (const char* name : {"masthead.db", "masthead.db-wal", "keys/master.key"}) {
            struct stat info {};
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, 0, ::stat(world.dir.file(name).c_str(), &info));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, 0600, static_cast<int>(info.st_mode & 07777));
        }
    }
    void settingsOfTheConnectionAreAsAgreed() {
        must(world.database->write([](Transaction& transaction) -> Status {
            CPPUNIT_ASSERT_EQUAL(std::string("wal"), transaction.query("PRAGMA journal_mode")[0][0].text());
            CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, transaction.query("PRAGMA synchronous")[0][0].integer());
            CPPUNIT_ASSERT_EQUAL(std::int64_t{10000}, transaction.query("PRAGMA busy_timeout")[0][0].integer());
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, transaction.query("PRAGMA foreign_keys")[0][0].integer());
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, transaction.query("PRAGMA trusted_schema")[0][0].integer());
            return {};
        }));
    }
    void valuesComeBackAsTheyWere() {
        const std::string bytes("\0\x01\xff;'--", 7);
        must(world.database->write([&](Transaction& transaction) -> Status {
            transaction.execute("INSERT INTO plugin_values (plugin, path, value, sealed, revision) VALUES ($1, $2, $3, $4, $5)",
                                {"p'; DROP TABLE audit; --", "k", Bytes{bytes}, false, std::int64_t{9007199254740993}});
            transaction.execute("INSERT INTO snapshots (name, at, body) VALUES ($1, $2, $3)", {"s", std::int64_t{-1}, "\xc3\xa9"});
            return {};
        }));
        must(world.database->read([&](Connection& connection) -> Status {
            const Rows rows = connection.query("SELECT plugin, value, sealed, revision FROM plugin_values");
            CPPUNIT_ASSERT_EQUAL(std::string("p'; DROP TABLE audit; --"), rows[0][0].text());
            CPPUNIT_ASSERT_EQUAL(bytes, rows[0][1].bytes());
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, rows[0][2].integer());
            CPPUNIT_ASSERT_EQUAL(std::int64_t{9007199254740993}, rows[0][3].integer());
            CPPUNIT_ASSERT_EQUAL(std::string("\xc3\xa9"), connection.query("SELECT body FROM snapshots WHERE at = $1", {-1})[0][0].text());
            CPPUNIT_ASSERT(connection.query("SELECT NULL")[0][0].isNull());
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, connection.query("SELECT COUNT(*) FROM snapshots")[0][0].integer());
            return {};
        }));
    }
    void anErrorRollsBack() {
        SettingsStore settings(*world.database);
        Status status = world.database->write([](Transaction& transaction) -> Status {
            SettingsStore::put(transaction, "a", Json(1));
            return Error{Code::Conflict, "changed my mind"};
        });
        CPPUNIT_ASSERT_EQUAL(std::string("changed my mind"), status.error().message);
        CPPUNIT_ASSERT(!must(settings.get("a")));
    }
    void anExceptionRollsBackAndTheWriterGoesOn() {
        SettingsStore settings(*world.database);
        Status status = world.database->write([](Transaction& transaction) -> Status {
            SettingsStore::put(transaction, "a", Json(1));
            throw std::runtime_error("oops");
        });
        CPPUNIT_ASSERT_EQUAL(Code::Internal, status.error().code);
        CPPUNIT_ASSERT_EQUAL(std::string("oops"), status.error().internal);
        must(settings.put("b", Json(2)));
        CPPUNIT_ASSERT(!must(settings.get("a")));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, must(settings.get("b"))->asInt());
    }
    void aConstraintIsAConflict() {
        Status status = world.database->write([](Transaction& transaction) -> Status {
            transaction.execute("INSERT INTO account_roles (account_id, role) VALUES ($1, $2)", {404, "admin"});
            return {};
        });
        CPPUNIT_ASSERT_EQUAL(Code::Conflict, status.error().code);
        CPPUNIT_ASSERT(status.error().message.find("INSERT") == std::string::npos);
    }
    void readersCannotWrite() {
        Status status = world.database->read([](Connection& connection) -> Status {
            connection.query("DELETE FROM settings");
            return {};
        });
        CPPUNIT_ASSERT(!status.ok());
    }
    void aNewerSchemaIsRefused() {
        world.database.reset();
        raw("INSERT INTO schema_version (number, name) VALUES (1000, 'from the future')");
        auto opened = Database::open(world.dir.file("masthead.db"));
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, opened.error().code);
        CPPUNIT_ASSERT(opened.error().message.find("schema 1000") != std::string::npos);
        raw("DELETE FROM schema_version WHERE number = 1000");
        CPPUNIT_ASSERT(Database::open(world.dir.file("masthead.db")).ok());
    }
    void aMigrationThatWasLeftOutIsMadeUp() {
        const std::int64_t newest = world.database->schemaVersion();
        CPPUNIT_ASSERT(newest > 2);
        world.database.reset();
        raw("DROP TABLE notify_reads; DROP TABLE notify_deliveries; DROP TABLE notify_messages; DROP TABLE notify_channels; "
            "DELETE FROM schema_version WHERE number = 2");
        world.database = must(Database::open(world.dir.file("masthead.db")));
        CPPUNIT_ASSERT_EQUAL(newest, world.database->schemaVersion());
        must(world.database->read([](Connection& connection) -> Status {
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, connection.query("SELECT name FROM schema_version WHERE number = 2").size());
            CPPUNIT_ASSERT(connection.query("SELECT id FROM notify_channels").empty());
            return {};
        }));
    }
    void anotherProgramThatLooksTakesNothingAway() {
        SettingsStore settings(*world.database);
        for (int i = 0; i < 3; ++i) {
            must(settings.put("n", Json(i)));
            const pid_t child = ::fork();
            if (child == 0) {
                // Another process: locks of our own never stand in our way.
                sqlite3* handle = nullptr;
                const bool opened = sqlite3_open(world.dir.file("masthead.db").c_str(), &handle) == SQLITE_OK &&
                                    sqlite3_exec(handle, "SELECT COUNT(*) FROM settings", nullptr, nullptr, nullptr) == SQLITE_OK;
                ::_exit(opened && sqlite3_close(handle) == SQLITE_OK ? 0 : 1);
            }
            int status = 0;
            CPPUNIT_ASSERT_EQUAL(child, ::waitpid(child, &status, 0));
            CPPUNIT_ASSERT_EQUAL(0, status);
            CPPUNIT_ASSERT_MESSAGE("the log of the database is still there", fileExists(world.dir.file("masthead.db-wal")));
        }
    }
    void aDamagedFileIsRefused() {
        world.database.reset();
        must(writeFileAtomic(world.dir.file("broken.db"), std::string(8192, 'x')));
        CPPUNIT_ASSERT(!Database::open(world.dir.file("broken.db")).ok());
        CPPUNIT_ASSERT_EQUAL(std::string(8192, 'x'), must(readFile(world.dir.file("broken.db"))));
    }
    void parallelIncrementsAreNeverLost() {
        SettingsStore settings(*world.database);
        must(settings.put("n", Json(0)));
        std::atomic<int> failed{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] {
                for (int j = 0; j < 50; ++j) {
                    Status status = world.database->write([](Transaction& transaction) -> Status {
                        const auto now = SettingsStore::get(transaction, "n")->asInt();
                        SettingsStore::put(transaction, "n", Json(static_cast<long long>(now + 1)));
                        return {};
                    });
                    if (!status || !settings.get("n").ok()) ++failed;
                }
            });
        }
        for (auto& thread : threads) thread.join();
        CPPUNIT_ASSERT_EQUAL(0, failed.load());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{400}, must(settings.get("n"))->asInt());
        must(world.database->checkIntegrity());
    }
    void smallStoresKeepWhatTheyAreGiven() {
        CrashStore crashes(*world.database);
        must(crashes.add("nodes", 100, Json::object({{"signal", 11}})));
        must(crashes.add("nodes", 200, Json::object({{"signal", 6}})));
        must(crashes.add("dns", 300, Json::object()));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, must(crashes.list("nodes", 150)).size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6}, must(crashes.last("nodes"))->detail["signal"].asInt());
        CPPUNIT_ASSERT(!must(crashes.last("acl")));
        PluginStateStore states(*world.database);
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), must(states.get("nodes")).dump());
        must(states.put("nodes", Json::object({{"quarantined", true}})));
        must(states.put("nodes", Json::object({{"quarantined", false}})));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"quarantined":false})"), must(states.get("nodes")).dump());
        SnapshotStore snapshots(*world.database);
        CPPUNIT_ASSERT(!must(snapshots.get("tailnet")));
        must(snapshots.put("tailnet", {5, "{}"}));
        must(snapshots.put("tailnet", {6, "[]"}));
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), must(snapshots.get("tailnet"))->body);
    }
    void aKeyFileOfTheWrongSizeIsRefused() {
        must(writeFileAtomic(world.dir.file("short.key"), "too short"));
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, Sealer::open(*world.database, world.clock, world.dir.file("short.key")).error().code);
        CPPUNIT_ASSERT_EQUAL(std::string("too short"), must(readFile(world.dir.file("short.key"))));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DatabaseTest);

}  // namespace masthead::console::store
