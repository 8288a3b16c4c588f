// Encryption at rest (TO-10): what the ring promises while keys change, with the state on disk opened after every single step.
#include "host/console/store/key_ring.hpp"

#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "host/base/encoding.hpp"
#include "host/base/random.hpp"
#include "host/console/store/factor_store.hpp"
#include "host/console/store/key_ring_places.hpp"
#include "host/console/store/notify_store.hpp"
#include "host/console/store/sealer_box.hpp"
#include "tests/unit/console/sealed_scan.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console::store {

class KeyRingTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(KeyRingTest);
    CPPUNIT_TEST(valuesOfTheFirstVersionAreMovedIn);
    CPPUNIT_TEST(everyPlaceIsListedAndPutBack);
    CPPUNIT_TEST(everyStepOfARotationCanBeOpened);
    CPPUNIT_TEST(afterARotationNothingStandsUnderTheOldKeys);
    CPPUNIT_TEST(aValueSealedBeforeAndWrittenAfterARotationStays);
    CPPUNIT_TEST(aValueThatCannotBeReadKeepsItsKey);
    CPPUNIT_TEST(aValueInAnUnknownPlaceKeepsItsKey);
    CPPUNIT_TEST(readersAndWritersDoNotNoticeARotation);
    CPPUNIT_TEST(derivedKeysStayTheSame);
    CPPUNIT_TEST(aMissingMasterKeyIsNamedAndNotReplaced);
    CPPUNIT_TEST(anotherMasterKeyIsRefused);
    CPPUNIT_TEST(aCredentialTakesOverFromTheFile);
    CPPUNIT_TEST(aCredentialIsChangedWithThePreviousOneBeside);
    CPPUNIT_TEST(aKeyFileThatOthersCanReadIsTightened);
    CPPUNIT_TEST(showTellsNoSecrets);
    CPPUNIT_TEST_SUITE_END();

    World world;
    static constexpr int kPluginValues = 230;  // several transactions of a rotation
    static constexpr int kOthers = 8;          // one of every other place

    /// One value of every place.
    static void fill(Database& database, Sealer& sealer, KeyValueStore& values) {
        for (int i = 0; i < kPluginValues; ++i) {
            must(values.put("keeper", "secret/" + std::to_string(i), "value " + std::to_string(i), true));
        }
        must(values.put("keeper", "open", "not sealed"));
        must(database.write([&](Transaction& transaction) -> Status {
            NotifyChannel channel;
            channel.kind = "webhook";
            channel.name = "w";
            channel.id = NotifyStore::createChannel(transaction, channel);
            channel.sealed_secrets = sealer.seal("channel secret", "notify/channel/" + std::to_string(channel.id));
            NotifyStore::updateChannel(transaction, channel);
            const auto account = AccountStore::create(transaction, {0, "ada@example.org", "Ada", false, 1, {"admin"}});
            FactorStore::putTotp(transaction, account, {sealer.seal("seed", "totp/" + std::to_string(account)), 7, 1});
            FactorStore::putEnrolment(transaction, account,
                                      {sealer.seal("new seed", "totp-enrolment/" + std::to_string(account)), "s", 1});
            transaction.execute(
                "INSERT INTO sso_providers (id, settings, secret, revision, changed_at) VALUES ('kc', '{}', $1, 1, 1)",
                {Bytes{sealer.seal("client secret", "sso/provider/kc")}});
            transaction.execute(
                "INSERT INTO sso_transactions (state_hash, browser_hash, provider, source, sealed, created_at, expires_at) "
                "VALUES ('h', 'b', 'kc', 's', $1, 1, 1)",
                {Bytes{sealer.seal("verifier", "sso/transaction/h")}});
            transaction.execute(
                "INSERT INTO sessions (token_hash, handle, account_id, created_at, authenticated_at, last_seen, expires_at, "
                "client, user_agent, "
                "sso_provider, sso_subject, sso_id_token) VALUES ('t', 'h', $1, 1, 1, 1, 1, '', '', 'kc', 'sub', $2)",
                {account, base64UrlEncode(sealer.seal("id token", "sso/id-token/kc/sub"))});
            transaction.execute(
                "INSERT INTO idempotency (principal, route, key_hash, request_hash, state, answer, created_at) "
                "VALUES ('account:1', 'POST /x', 'k', 'r', 'done', $1, 1)",
                {Bytes{sealer.seal("answer", "idempotency/account:1/POST /x/k")}});
            transaction.execute(
                "INSERT INTO audit_seals (kind, number, host, seq, at, epoch, hash, extra, signature) "
                "VALUES ('epoch', 3, '', 0, 1, 2, '', '', '')");
            transaction.execute("INSERT INTO audit_values (name, value) VALUES ('signing-key', $1)",
                                {Bytes{sealer.seal("signing key", "audit/epoch/3")}});
            return {};
        }));
    }

    /// Every sealed value of the database, opened.
    static std::set<std::string> opened(Database& database, const Sealer& sealer) {
        std::set<std::string> out;
        must(database.read([&](Connection& connection) -> Status {
            for (const auto& place : sealedPlaces()) {
                for (const auto& value : place.list(connection, place.start, 1000))
                    out.insert(must(sealer.unseal(value.sealed, value.context)));
            }
            return {};
        }));
        return out;
    }

    static std::int64_t activeOf(const Sealer& sealer) { return sealer.ring().keys()->active; }
    std::string keyFile() { return world.dir.file("keys/master.key"); }

    void valuesOfTheFirstVersionAreMovedIn() {
        const testing::TempDir dir;
        auto database = must(Database::open(dir.file("masthead.db")));
        const std::string master = randomBytes(32);
        must(ensureDirectory(dir.file("keys")));
        must(writeFileAtomic(dir.file("keys/master.key"), master));
        const std::string first = std::string(1, '\x01') + closeBox(master, "from before", "p/k");
        must(database->write([&](Transaction& transaction) -> Status {
            transaction.execute("INSERT INTO plugin_values (plugin, path, value, sealed, revision) VALUES ('p', 'k', $1, 1, 1)",
                                {Bytes{first}});
            return {};
        }));
        Sealer sealer = must(Sealer::open(*database, world.clock, dir.file("keys/master.key")));
        KeyValueStore values(*database, sealer);
        const auto got = must(values.get("p", "k"));
        CPPUNIT_ASSERT_EQUAL(std::string("from before"), got.value);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, got.revision);
        CPPUNIT_ASSERT_EQUAL(std::string("from before"), must(sealer.unseal(first, "p/k")));
        must(database->read([&](Connection& connection) -> Status {
            const auto now = connection.query("SELECT value FROM plugin_values")[0][0].bytes();
            CPPUNIT_ASSERT_EQUAL(activeOf(sealer), *dataKeyOf(now));
            return {};
        }));
    }

    void everyPlaceIsListedAndPutBack() {
        fill(*world.database, world.sealer, world.values);
        for (const auto& place : sealedPlaces()) {
            const Status looked = world.database->write([&](Transaction& transaction) -> Status {
                const auto values = place.list(transaction, place.start, 1000);
                CPPUNIT_ASSERT_MESSAGE(place.name, !values.empty());
                for (const auto& value : values)
                    CPPUNIT_ASSERT_MESSAGE(value.context, world.sealer.unseal(value.sealed, value.context).ok());
                place.put(transaction, values[0], "put");
                CPPUNIT_ASSERT_EQUAL_MESSAGE(place.name, std::string("put"), place.list(transaction, place.start, 1)[0].sealed);
                return Error{Code::Conflict, "only looked"};
            });
            CPPUNIT_ASSERT_EQUAL_MESSAGE(place.name, Code::Conflict, looked.error().code);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{kPluginValues + kOthers}, opened(*world.database, world.sealer).size());
    }

    void everyStepOfARotationCanBeOpened() {
        fill(*world.database, world.sealer, world.values);
        const auto before = opened(*world.database, world.sealer);
        std::vector<std::string> steps;
        world.sealer.ring().on_step = [&](const char* step) {
            steps.emplace_back(step);
            const testing::TempDir copy;
            for (const char* name : {"masthead.db", "masthead.db-wal"})
                std::filesystem::copy(world.dir.file(name), copy.file(name));
            std::filesystem::copy(world.dir.file("keys"), copy.file("keys"));
            auto database = must(Database::open(copy.file("masthead.db")));
            Sealer sealer = must(Sealer::open(*database, world.clock, copy.file("keys/master.key")));
            CPPUNIT_ASSERT_MESSAGE(step, opened(*database, sealer) == before);
            CPPUNIT_ASSERT_MESSAGE(step, !fileExists(copy.file("keys/master.key.new")));
            // What open() completed is complete: the next start finds nothing to do and the same master key.
            must(database->read([&](Connection& connection) -> Status {
                const auto masters = KeyRingStore::masters(connection);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(step, std::size_t{1}, masters.size());
                const auto place = MasterKeyPlace(copy.file("keys/master.key"), "");
                CPPUNIT_ASSERT_EQUAL_MESSAGE(step, masters.begin()->first, must(place.read())[0].id);
                for (const auto& key : KeyRingStore::keys(connection)) {
                    CPPUNIT_ASSERT_EQUAL_MESSAGE(step, std::size_t{1}, key.wraps.size());
                    CPPUNIT_ASSERT_EQUAL_MESSAGE(step, std::int64_t{0}, key.retired_at);
                }
                return {};
            }));
            Sealer again = must(Sealer::open(*database, world.clock, copy.file("keys/master.key")));
            CPPUNIT_ASSERT_MESSAGE(step, opened(*database, again) == before);
        };
        must(world.sealer.ring().rotateMaster());
        must(world.sealer.ring().rotateData());
        must(world.sealer.ring().finish(0));
        must(world.sealer.ring().rotateData());
        must(world.sealer.ring().rotateMaster());
        CPPUNIT_ASSERT_MESSAGE(std::to_string(steps.size()), steps.size() >= 20);
        CPPUNIT_ASSERT(opened(*world.database, world.sealer) == before);
    }

    void afterARotationNothingStandsUnderTheOldKeys() {
        fill(*world.database, world.sealer, world.values);
        const auto old_key = activeOf(world.sealer);
        const std::string old_master = must(readFile(keyFile()));
        CPPUNIT_ASSERT(testing::valuesUnder(world.dir.file("masthead.db"), old_key) > kPluginValues);
        must(world.sealer.ring().rotateData());
        must(world.sealer.ring().rotateMaster());
        CPPUNIT_ASSERT_EQUAL(0, testing::valuesUnder(world.dir.file("masthead.db"), old_key));
        CPPUNIT_ASSERT(world.sealer.ring().keys()->data.count(old_key) == 1);
        must(world.sealer.ring().finish(60000));
        CPPUNIT_ASSERT_MESSAGE("too young to leave", world.sealer.ring().keys()->data.count(old_key) == 1);
        world.clock.advance(60000);
        must(world.sealer.ring().finish(60000));
        CPPUNIT_ASSERT(world.sealer.ring().keys()->data.count(old_key) == 0);
        CPPUNIT_ASSERT(must(readFile(keyFile())) != old_master);
        must(world.database->read([&](Connection& connection) -> Status {
            for (const auto& key : KeyRingStore::keys(connection)) CPPUNIT_ASSERT(key.id != old_key);
            return {};
        }));
        must(world.values.put("keeper", "usage", "x", true));  // the bookkeeping of bytes survived
    }

    void aValueSealedBeforeAndWrittenAfterARotationStays() {
        const std::string late = world.sealer.seal("late", "keeper/late");
        const auto old_key = activeOf(world.sealer);
        must(world.sealer.ring().rotateData());
        must(world.database->write([&](Transaction& transaction) -> Status {
            transaction.execute(
                "INSERT INTO plugin_values (plugin, path, value, sealed, revision) VALUES ('keeper', 'late', $1, 1, 1)",
                {Bytes{late}});
            return {};
        }));
        CPPUNIT_ASSERT_EQUAL(std::string("late"), must(world.values.get("keeper", "late")).value);
        must(world.sealer.ring().finish(0));
        CPPUNIT_ASSERT_EQUAL(std::string("late"), must(world.values.get("keeper", "late")).value);
        CPPUNIT_ASSERT_EQUAL(0, testing::valuesUnder(world.dir.file("masthead.db"), old_key));
    }

    void aValueThatCannotBeReadKeepsItsKey() {
        const auto old_key = activeOf(world.sealer);
        must(world.values.put("keeper", "moved", "text", true));
        must(world.database->write([](Transaction& transaction) -> Status {
            transaction.execute("UPDATE plugin_values SET path = 'elsewhere'");
            return {};
        }));
        must(world.sealer.ring().rotateData());
        must(world.sealer.ring().finish(0));
        CPPUNIT_ASSERT(world.sealer.ring().keys()->data.count(old_key) == 1);
        const Json shown = must(world.sealer.ring().show());
        CPPUNIT_ASSERT_EQUAL(1LL, static_cast<long long>(shown["unreadable"].asInt()));
        must(world.database->write([](Transaction& transaction) -> Status {
            transaction.execute("UPDATE plugin_values SET path = 'moved'");
            return {};
        }));
        must(world.sealer.ring().finish(0));
        CPPUNIT_ASSERT_EQUAL(std::string("text"), must(world.values.get("keeper", "moved")).value);
        CPPUNIT_ASSERT(world.sealer.ring().keys()->data.count(old_key) == 0);
    }

    /// A table that nobody listed: its values must not become unreadable.
    void aValueInAnUnknownPlaceKeepsItsKey() {
        const auto old_key = activeOf(world.sealer);
        const std::string sealed = world.sealer.seal("forgotten", "context");
        must(world.database->write([&](Transaction& transaction) -> Status {
            transaction.execute("CREATE TABLE forgotten (id BIGINT, hidden BLOB)");
            transaction.execute("INSERT INTO forgotten (id, hidden) VALUES (1, $1)", {Bytes{sealed}});
            return {};
        }));
        must(world.sealer.ring().rotateData());
        must(world.sealer.ring().finish(0));
        CPPUNIT_ASSERT_EQUAL(std::string("forgotten"), must(world.sealer.unseal(sealed, "context")));
        must(world.database->write([&](Transaction& transaction) -> Status {
            transaction.execute("DELETE FROM forgotten");
            return {};
        }));
        must(world.sealer.ring().finish(0));
        CPPUNIT_ASSERT(world.sealer.ring().keys()->data.count(old_key) == 0);
    }

    void readersAndWritersDoNotNoticeARotation() {
        std::atomic<bool> over{false};
        std::atomic<int> done{0}, failed{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < 3; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; !over; ++i) {
                    const std::string key = "t" + std::to_string(t), value = std::to_string(i);
                    const bool wrote = world.values.put("keeper", key, value, true).ok();
                    const auto got = world.values.get("keeper", key);
                    if (!wrote || !got || got->value != value) ++failed;
                    ++done;
                }
            });
        }
        for (int i = 0; i < 8; ++i) {
            const int then = done;
            while (done < then + 5) std::this_thread::yield();
            must(i % 2 == 0 ? world.sealer.ring().rotateData() : world.sealer.ring().rotateMaster());
        }
        over = true;
        for (auto& thread : threads) thread.join();
        CPPUNIT_ASSERT_EQUAL(0, failed.load());
    }

    void derivedKeysStayTheSame() {
        const std::string before = world.sealer.derive("purpose");
        CPPUNIT_ASSERT(before != world.sealer.derive("other purpose"));
        must(world.sealer.ring().rotateMaster());
        must(world.sealer.ring().rotateData());
        CPPUNIT_ASSERT(before == world.sealer.derive("purpose"));
        CPPUNIT_ASSERT(before == must(Sealer::open(*world.database, world.clock, keyFile())).derive("purpose"));
    }

    void aMissingMasterKeyIsNamedAndNotReplaced() {
        const std::string id = must(MasterKeyPlace(keyFile(), "").read())[0].id;
        std::filesystem::remove(keyFile());
        const Error error = Sealer::open(*world.database, world.clock, keyFile()).error();
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, error.code);
        CPPUNIT_ASSERT_MESSAGE(error.message, error.message.find(id) != std::string::npos);
        CPPUNIT_ASSERT(!fileExists(keyFile()));
    }

    void anotherMasterKeyIsRefused() {
        must(writeFileAtomic(keyFile(), randomBytes(32)));
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, Sealer::open(*world.database, world.clock, keyFile()).error().code);
    }

    Result<Sealer> openWith(const std::string& credentials) {
        auto ring = KeyRing::open(*world.database, world.clock, MasterKeyPlace(keyFile(), credentials));
        if (!ring) return std::move(ring).error();
        return Sealer(std::move(*ring));
    }

    void aCredentialTakesOverFromTheFile() {
        fill(*world.database, world.sealer, world.values);
        const auto before = opened(*world.database, world.sealer);
        const testing::TempDir credentials;
        must(writeFileAtomic(credentials.file("masthead.master-key"), randomBytes(32)));
        CPPUNIT_ASSERT(opened(*world.database, must(openWith(credentials.path()))) == before);
        std::filesystem::remove(keyFile());
        Sealer sealer = must(openWith(credentials.path()));
        CPPUNIT_ASSERT(opened(*world.database, sealer) == before);
        CPPUNIT_ASSERT_EQUAL(std::string("credential"), must(sealer.ring().show())["master"].text("origin"));
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, sealer.ring().rotateMaster().error().code);
        must(sealer.ring().rotateData());
        CPPUNIT_ASSERT(opened(*world.database, sealer) == before);
        CPPUNIT_ASSERT(!openWith("").ok());
    }

    void aCredentialIsChangedWithThePreviousOneBeside() {
        const testing::TempDir credentials;
        const std::string first = randomBytes(32), second = randomBytes(32);
        must(writeFileAtomic(credentials.file("masthead.master-key"), first));
        const std::string sealed = must(openWith(credentials.path())).seal("text", "context");
        must(writeFileAtomic(credentials.file("masthead.master-key"), second));
        std::filesystem::remove(keyFile());
        CPPUNIT_ASSERT(!openWith(credentials.path()).ok());
        must(writeFileAtomic(credentials.file("masthead.master-key.previous"), first));
        CPPUNIT_ASSERT_EQUAL(std::string("text"), must(must(openWith(credentials.path())).unseal(sealed, "context")));
        std::filesystem::remove(credentials.file("masthead.master-key.previous"));
        CPPUNIT_ASSERT_EQUAL(std::string("text"), must(must(openWith(credentials.path())).unseal(sealed, "context")));
    }

    void aKeyFileThatOthersCanReadIsTightened() {
        CPPUNIT_ASSERT_EQUAL(0, ::chmod(keyFile().c_str(), 0644));
        CPPUNIT_ASSERT(Sealer::open(*world.database, world.clock, keyFile()).ok());
        struct stat info {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat(keyFile().c_str(), &info));
        CPPUNIT_ASSERT_EQUAL(0600, static_cast<int>(info.st_mode & 07777));
    }

    void showTellsNoSecrets() {
        fill(*world.database, world.sealer, world.values);
        must(world.sealer.ring().rotateData());
        const Json shown = must(world.sealer.ring().show());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, shown["keys"].items().size());
        CPPUNIT_ASSERT_EQUAL(0LL, static_cast<long long>(shown["keys"].items()[0]["values"].asInt()));
        CPPUNIT_ASSERT_EQUAL(static_cast<long long>(kPluginValues + kOthers),
                             static_cast<long long>(shown["keys"].items()[1]["values"].asInt()));
        CPPUNIT_ASSERT_EQUAL(std::size_t{16}, shown["master"].text("id").size());
        const std::string text = shown.dump();
        for (const auto& [id, key] : world.sealer.ring().keys()->data) {
            CPPUNIT_ASSERT(text.find(hexEncode(key->view())) == std::string::npos &&
                           text.find(base64Encode(key->view())) == std::string::npos);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeyRingTest);

}  // namespace masthead::console::store
