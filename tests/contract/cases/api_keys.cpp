#include <algorithm>

#include "host/base/clock.hpp"
#include "tests/contract/target.hpp"

namespace masthead::contract {

class ApiKeys : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApiKeys);
    CPPUNIT_TEST(fullKeyIsShownOnceAndMaskedAfterwards);
    CPPUNIT_TEST(keyWithoutExpirationIsRefused);
    CPPUNIT_TEST(expiredKeyHasAnExpirationInThePast);
    CPPUNIT_TEST(deletedKeyIsGone);
    CPPUNIT_TEST(unknownKeyIsNotFound);
    CPPUNIT_TEST(unfitPrefixIsRefused);
    CPPUNIT_TEST_SUITE_END();

    static std::vector<headscale::ApiKey> beginningWith(const std::string& start) {
        auto all = client().listApiKeys();
        MUST(all);
        std::vector<headscale::ApiKey> found;
        std::copy_if(all->begin(), all->end(), std::back_inserter(found),
                     [&start](const headscale::ApiKey& key) { return key.prefix.rfind(start, 0) == 0; });
        return found;
    }

    static headscale::ApiKey made() {
        auto full = client().createApiKey(hoursFromNow(3));
        MUST(full);
        const auto listed = beginningWith(full->substr(0, 22));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, listed.size());
        return listed[0];
    }

    void fullKeyIsShownOnceAndMaskedAfterwards() {
        auto full = client().createApiKey(hoursFromNow(3));
        MUST(full);
        CPPUNIT_ASSERT_EQUAL(std::string("hskey-api-"), full->substr(0, 10));
        const auto listed = beginningWith(full->substr(0, 22));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, listed.size());
        CPPUNIT_ASSERT(listed[0].prefix.size() < full->size());
        CPPUNIT_ASSERT_EQUAL(hoursFromNow(3) / 60000, listed[0].expiration.value() / 60000);
        CPPUNIT_ASSERT(listed[0].created_at.has_value());
    }

    void keyWithoutExpirationIsRefused() { MUST_FAIL(Code::InvalidArgument, client().createApiKey(0)); }

    void expiredKeyHasAnExpirationInThePast() {
        const headscale::ApiKey key = made();
        MUST(client().expireApiKey(key.prefix));
        CPPUNIT_ASSERT(beginningWith(key.prefix).at(0).expiration.value() <= SystemClock().wallMs());
    }

    void deletedKeyIsGone() {
        const headscale::ApiKey key = made();
        MUST(client().deleteApiKey(key.prefix));
        CPPUNIT_ASSERT(beginningWith(key.prefix).empty());
        MUST_FAIL(Code::NotFound, client().deleteApiKey(key.prefix));
    }

    void unknownKeyIsNotFound() {
        MUST_FAIL(Code::NotFound, client().expireApiKey("hskey-api-abcdefghijkl-***"));
        MUST_FAIL(Code::NotFound, client().deleteApiKey("none"));
    }

    void unfitPrefixIsRefused() {
        for (const char* prefix : {"", "a/b", "a b", "..%2f"}) MUST_FAIL(Code::InvalidArgument, client().deleteApiKey(prefix));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ApiKeys);

}  // namespace masthead::contract
