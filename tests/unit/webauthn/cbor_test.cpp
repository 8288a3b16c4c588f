#include "host/console/auth/webauthn/cbor.hpp"

#include "tests/unit/webauthn/party.hpp"

namespace masthead::console::auth::webauthn {

using namespace testing;

class CborTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CborTest);
    CPPUNIT_TEST(valuesAreRead);
    CPPUNIT_TEST(depth);
    CPPUNIT_TEST(size);
    CPPUNIT_TEST(duplicateKeys);
    CPPUNIT_TEST(refusedForms);
    CPPUNIT_TEST(declaredLengthsReserveNothing);
    CPPUNIT_TEST(prefixes);
    CPPUNIT_TEST_SUITE_END();

    static std::string bytes(const char* hex) { return *hexDecode(hex); }

    void valuesAreRead() {
        for (const std::int64_t number : {std::int64_t{0}, std::int64_t{23}, std::int64_t{24}, std::int64_t{255}, std::int64_t{256}, std::int64_t{65535}, std::int64_t{65536},
                                          std::int64_t{4294967296}, INT64_MAX, std::int64_t{-1}, std::int64_t{-24}, std::int64_t{-257}, std::int64_t{-65535}, INT64_MIN}) {
            const auto value = decodeCbor(cborInt(number));
            accepted(value);
            CPPUNIT_ASSERT(value->is(Cbor::Kind::Integer));
            CPPUNIT_ASSERT_EQUAL(number, value->integer);
        }
        CPPUNIT_ASSERT(decodeCbor(bytes("1bffffffffffffffff"))->is(Cbor::Kind::Other));
        CPPUNIT_ASSERT(decodeCbor(bytes("3bffffffffffffffff"))->is(Cbor::Kind::Other));
        for (const char* other : {"f4", "f5", "f6", "f7", "f93c00", "fa47c35000", "fb3ff199999999999a"}) CPPUNIT_ASSERT(decodeCbor(bytes(other))->is(Cbor::Kind::Other));
        const auto map = decodeCbor(cborMap({{cborText("a"), cborHead(4, 2) + cborInt(1) + cborBytes("\x02")}, {cborInt(-1), cborText("\xc3\xa4")}}));
        accepted(map);
        CPPUNIT_ASSERT_EQUAL(std::string("\x02"), map->find("a")->items.at(1).text);
        CPPUNIT_ASSERT_EQUAL(std::string("\xc3\xa4"), map->find(-1)->text);
        CPPUNIT_ASSERT(map->find("b") == nullptr && map->find(1) == nullptr && map->find("-1") == nullptr);
    }
    void depth() {
        std::string nested = cborInt(1);
        for (int i = 0; i < kMaxCborDepth; ++i) nested = cborHead(4, 1) + nested;
        accepted(decodeCbor(nested));
        refused(decodeCbor(cborHead(4, 1) + nested), "nested too deep");
        refused(decodeCbor(std::string(60000, '\x81') + "\x01"), "nested too deep");
        std::string maps = cborInt(1);
        for (int i = 0; i <= kMaxCborDepth; ++i) maps = cborMap({{cborText("k"), maps}});
        refused(decodeCbor(maps), "nested too deep");
    }
    void size() {
        accepted(decodeCbor(cborBytes(std::string(kMaxCborBytes - 3, 'x'))));
        refused(decodeCbor(cborBytes(std::string(kMaxCborBytes - 2, 'x'))), "longer than 64 KiB");
    }
    void duplicateKeys() {
        refused(decodeCbor(cborMap({{cborText("a"), cborInt(1)}, {cborText("a"), cborInt(1)}})), "duplicate key");
        refused(decodeCbor(cborMap({{cborInt(1), cborInt(1)}, {cborText("a"), cborInt(1)}, {cborInt(1), cborInt(2)}})), "duplicate key");
        // The same number written longer is the same key.
        refused(decodeCbor(cborMap({{cborInt(1), cborInt(1)}, {bytes("1801"), cborInt(2)}})), "duplicate key");
        accepted(decodeCbor(cborMap({{cborInt(1), cborInt(1)}, {cborText("1"), cborInt(2)}})));
        std::vector<std::pair<std::string, std::string>> many;
        for (int i = 0; i < 65; ++i) many.emplace_back(cborInt(i), cborInt(0));
        refused(decodeCbor(cborMap(many)), "too many members");
    }
    void refusedForms() {
        for (const char* hex : {"9f01ff", "bf6161f5ff", "5f4161ff", "7f6161ff", "ff", "c074323031332d30332d32315432303a30343a30305a", "d818456449455446", "1c", "5c", "fc", "f800"}) {
            refused(decodeCbor(bytes(hex)), "not acceptable");
        }
        refused(decodeCbor(bytes("62c328")), "not acceptable");  // text that is not UTF-8
        refused(decodeCbor(cborMap({{cborBytes("k"), cborInt(1)}})), "neither text nor an integer");
        refused(decodeCbor(cborMap({{"\xf5", cborInt(1)}})), "neither text nor an integer");
        refused(decodeCbor(""), "ends too early");
        refused(decodeCbor("\x18"), "ends too early");
        refused(decodeCbor(cborMap({{cborText("a"), ""}})), "ends too early");
    }
    void declaredLengthsReserveNothing() {
        for (const char* hex : {"9bffffffffffffffff", "9b7fffffffffffffff01", "5bffffffffffffffff61", "7b0000ffffffffffff61", "9affffffff", "5affffffff"}) {
            refused(decodeCbor(bytes(hex)), "ends too early");
        }
        refused(decodeCbor(bytes("bbffffffffffffffff")), "too many members");
        refused(decodeCbor(bytes("bb7fffffffffffffff6161")), "too many members");
    }
    void prefixes() {
        std::size_t used = 0;
        accepted(decodeCborPrefix(cborInt(500) + "rest", used));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, used);
        refused(decodeCbor(cborInt(500) + "r"), "behind its end (byte 3)");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CborTest);

}  // namespace masthead::console::auth::webauthn
