#include "host/console/store/key_value_store.hpp"

#include "tests/unit/console/world.hpp"

namespace masthead::console::store {

class KeyValueTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(KeyValueTest);
    CPPUNIT_TEST(putGetRemove);
    CPPUNIT_TEST(pluginsDoNotSeeEachOther);
    CPPUNIT_TEST(revisionsGrowAndAreNeverReused);
    CPPUNIT_TEST(compareAndSetWritesOnlyWhenItFits);
    CPPUNIT_TEST(listShowsDirectChildrenInByteOrder);
    CPPUNIT_TEST(aBatchIsAllOrNothing);
    CPPUNIT_TEST(limitsAreExact);
    CPPUNIT_TEST(badKeysAreRefused);
    CPPUNIT_TEST(sealedValuesAreEncryptedAndBoundToTheirKey);
    CPPUNIT_TEST_SUITE_END();

    World world;
    KeyValueStore& values = world.values;

    std::string listed(const std::string& prefix, const std::string& after = "", std::uint32_t limit = 100) {
        std::string out;
        for (const auto& name : must(values.list("p", prefix, after, limit))) out += name + " ";
        return out;
    }

    void putGetRemove() {
        const std::string bytes("a\0b\xff", 4);
        must(values.put("p", "k", bytes));
        CPPUNIT_ASSERT_EQUAL(bytes, must(values.get("p", "k")).value);
        must(values.put("p", "k", ""));
        CPPUNIT_ASSERT_EQUAL(std::string(), must(values.get("p", "k")).value);
        must(values.remove("p", "k"));
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, values.get("p", "k").error().code);
        must(values.remove("p", "k"));
    }
    void pluginsDoNotSeeEachOther() {
        must(values.put("p", "k", "mine"));
        must(values.put("q", "k", "theirs"));
        CPPUNIT_ASSERT_EQUAL(std::string("mine"), must(values.get("p", "k")).value);
        must(values.remove("q", "k"));
        CPPUNIT_ASSERT_EQUAL(std::string("mine"), must(values.get("p", "k")).value);
        CPPUNIT_ASSERT(must(values.list("q", "", "", 10)).empty());
    }
    void revisionsGrowAndAreNeverReused() {
        const auto first = must(values.put("p", "a", "1"));
        const auto second = must(values.put("p", "a", "2"));
        must(values.remove("p", "a"));
        const auto third = must(values.put("p", "a", "3"));
        CPPUNIT_ASSERT(first > 0 && second > first && third > second);
        CPPUNIT_ASSERT_EQUAL(third, must(values.get("p", "a")).revision);
    }
    void compareAndSetWritesOnlyWhenItFits() {
        const auto first = must(values.compareAndSet("p", "k", 0, "one"));
        CPPUNIT_ASSERT_EQUAL(Code::Conflict, values.compareAndSet("p", "k", 0, "two").error().code);
        CPPUNIT_ASSERT_EQUAL(Code::Conflict, values.compareAndSet("p", "k", first + 1, "two").error().code);
        CPPUNIT_ASSERT_EQUAL(std::string("one"), must(values.get("p", "k")).value);
        const auto second = must(values.compareAndSet("p", "k", first, "two"));
        CPPUNIT_ASSERT_EQUAL(Code::Conflict, values.compareAndSet("p", "k", first, "three").error().code);
        CPPUNIT_ASSERT_EQUAL(second, must(values.get("p", "k")).revision);
    }
    void listShowsDirectChildrenInByteOrder() {
        for (const char* key : {"a", "a/x", "a/y/z", "a.b", "a-b", "B", "c/1", "c/2", "ca"}) must(values.put("p", key, "v"));
        CPPUNIT_ASSERT_EQUAL(std::string("B a a-b a.b a/ c/ ca "), listed(""));
        CPPUNIT_ASSERT_EQUAL(std::string("x y/ "), listed("a"));
        CPPUNIT_ASSERT_EQUAL(std::string("x y/ "), listed("a/"));
        CPPUNIT_ASSERT_EQUAL(std::string(""), listed("nothing"));
        std::string after, pages;
        for (;;) {
            const auto page = must(values.list("p", "", after, 2));
            if (page.empty()) break;
            for (const auto& name : page) pages += name + " ";
            after = page.back();
        }
        CPPUNIT_ASSERT_EQUAL(std::string("B a a-b a.b a/ c/ ca "), pages);
    }
    void aBatchIsAllOrNothing() {
        using Kind = KeyValueOp::Kind;
        const auto revision = must(values.put("p", "gate", "open"));
        const auto revisions = must(values.batch("p", {{Kind::Check, "gate", "", revision}, {Kind::Put, "a", "1"}, {Kind::Put, "b", "2"}, {Kind::Delete, "c"}}));
        CPPUNIT_ASSERT(revisions[0] == 0 && revisions[1] > revision && revisions[2] > revisions[1] && revisions[3] == 0);
        auto failed = values.batch("p", {{Kind::Put, "a", "changed"}, {Kind::Delete, "b"}, {Kind::Check, "gate", "", revision + 100}});
        CPPUNIT_ASSERT_EQUAL(Code::Conflict, failed.error().code);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), must(values.get("p", "a")).value);
        CPPUNIT_ASSERT_EQUAL(std::string("2"), must(values.get("p", "b")).value);
    }
    void limitsAreExact() {
        must(values.put("p", std::string(512, 'k'), "v"));
        CPPUNIT_ASSERT_EQUAL(Code::ResourceExhausted, values.put("p", std::string(513, 'k'), "v").error().code);
        must(values.put("p", "big", std::string(256 * 1024, 'v')));
        CPPUNIT_ASSERT_EQUAL(Code::ResourceExhausted, values.put("p", "big", std::string(256 * 1024 + 1, 'v')).error().code);
        std::vector<KeyValueOp> operations;
        for (int i = 0; i < 128; ++i) operations.push_back({KeyValueOp::Kind::Put, "n" + std::to_string(i), "v"});
        must(values.batch("p", operations));
        operations.push_back({KeyValueOp::Kind::Put, "one-more", "v"});
        CPPUNIT_ASSERT_EQUAL(Code::ResourceExhausted, values.batch("p", operations).error().code);
        const std::string quarter(256 * 1024, 'v');
        CPPUNIT_ASSERT_EQUAL(Code::ResourceExhausted,
                             values.batch("p", {{KeyValueOp::Kind::Put, "a", quarter}, {KeyValueOp::Kind::Put, "b", quarter}, {KeyValueOp::Kind::Put, "c", quarter},
                                                {KeyValueOp::Kind::Put, "d", quarter}})
                                 .error()
                                 .code);
        std::int64_t stored = 0;
        for (int i = 0;; ++i) {
            auto put = values.put("full", "k" + std::to_string(i), quarter);
            if (!put) {
                CPPUNIT_ASSERT_EQUAL(Code::ResourceExhausted, put.error().code);
                break;
            }
            stored += 256 * 1024;
            CPPUNIT_ASSERT(stored <= KeyValueStore::kMaxPlugin);
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{255} * 256 * 1024, stored);  // the keys count too
        must(values.remove("full", "k0"));
        must(values.put("full", "k0", quarter));
    }
    void badKeysAreRefused() {
        for (const char* key : {"", "/", "/a", "a/", "a//b", "a b", "a\n", "\xc3\xa9", "a%", "a?b"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(key, Code::InvalidArgument, values.put("p", key, "v").error().code);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(key, Code::InvalidArgument, values.get("p", key).error().code);
        }
        must(values.put("p", "../q/.k", "v"));  // a name like any other: there is no walking upwards
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, values.get("q", ".k").error().code);
    }
    void sealedValuesAreEncryptedAndBoundToTheirKey() {
        must(values.put("p", "secret", "a very private text", true));
        const KeyValue got = must(values.get("p", "secret"));
        CPPUNIT_ASSERT_EQUAL(std::string("a very private text"), got.value);
        CPPUNIT_ASSERT(got.sealed);
        CPPUNIT_ASSERT(must(readFile(world.dir.file("masthead.db-wal"))).find("very private") == std::string::npos);
        must(world.database->write([](Transaction& transaction) -> Status {
            transaction.execute("UPDATE plugin_values SET path = 'moved' WHERE path = 'secret'");
            return {};
        }));
        CPPUNIT_ASSERT_EQUAL(Code::Internal, values.get("p", "moved").error().code);
        const std::string box = world.sealer.seal("text", "context");
        for (std::size_t i = 0; i < box.size(); ++i) {
            std::string changed = box;
            changed[i] = static_cast<char>(changed[i] ^ 1);
            CPPUNIT_ASSERT(!world.sealer.unseal(changed, "context").ok());
        }
        CPPUNIT_ASSERT(!world.sealer.unseal(box, "other").ok());
        CPPUNIT_ASSERT(!world.sealer.unseal("", "context").ok());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeyValueTest);

}  // namespace masthead::console::store
