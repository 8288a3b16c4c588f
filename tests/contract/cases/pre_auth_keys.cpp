#include <algorithm>

#include "host/base/clock.hpp"
#include "tests/contract/target.hpp"

namespace masthead::contract {

class PreAuthKeys : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PreAuthKeys);
    CPPUNIT_TEST(fullKeyIsShownOnceAndMaskedAfterwards);
    CPPUNIT_TEST(keyOfTagsAloneHasNoOwner);
    CPPUNIT_TEST(keyWithoutExpirationIsRefused);
    CPPUNIT_TEST(keyWithoutOwnerAndTagsIsRefused);
    CPPUNIT_TEST(malformedTagIsRefused);
    CPPUNIT_TEST(unknownOwnerIsNotFound);
    CPPUNIT_TEST(expiredKeyHasAnExpirationInThePast);
    CPPUNIT_TEST(deletedKeyIsGone);
    CPPUNIT_TEST(unknownKeyIsNotFound);
    CPPUNIT_TEST_SUITE_END();

    static headscale::PreAuthKey made(const headscale::User& owner) {
        auto key = client().createPreAuthKey({owner.id, true, false, hoursFromNow(2), {}});
        MUST(key);
        return *key;
    }

    static std::vector<headscale::PreAuthKey> withId(headscale::Id id) {
        auto all = client().listPreAuthKeys();
        MUST(all);
        std::vector<headscale::PreAuthKey> found;
        std::copy_if(all->begin(), all->end(), std::back_inserter(found), [id](const headscale::PreAuthKey& key) { return key.id == id; });
        return found;
    }

    void fullKeyIsShownOnceAndMaskedAfterwards() {
        const headscale::User owner = newUser();
        auto key = client().createPreAuthKey({owner.id, true, true, hoursFromNow(2), {"tag:contract"}});
        MUST(key);
        CPPUNIT_ASSERT_EQUAL(std::string("hskey-auth-"), key->key.substr(0, 11));
        CPPUNIT_ASSERT(key->key.find('*') == std::string::npos);
        const auto listed = withId(key->id);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, listed.size());
        CPPUNIT_ASSERT(listed[0].key.find("***") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(key->key.substr(0, 23), listed[0].key.substr(0, 23));
        CPPUNIT_ASSERT_EQUAL(owner.id, listed[0].user.value().id);
        CPPUNIT_ASSERT(listed[0].reusable && listed[0].ephemeral && !listed[0].used);
        CPPUNIT_ASSERT_EQUAL(hoursFromNow(2) / 60000, listed[0].expiration.value() / 60000);
        CPPUNIT_ASSERT(listed[0].created_at.has_value());
        CPPUNIT_ASSERT(listed[0].tags == std::vector<std::string>{"tag:contract"});
    }

    void keyOfTagsAloneHasNoOwner() {
        auto key = client().createPreAuthKey({0, false, false, hoursFromNow(1), {"tag:contract", "tag:other"}});
        MUST(key);
        CPPUNIT_ASSERT(!key->user.has_value());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, withId(key->id).at(0).tags.size());
    }

    void keyWithoutExpirationIsRefused() { MUST_FAIL(Code::InvalidArgument, client().createPreAuthKey({newUser().id, false, false, 0, {}})); }

    void keyWithoutOwnerAndTagsIsRefused() {
        MUST_FAIL(Code::InvalidArgument, client().createPreAuthKey({0, false, false, hoursFromNow(1), {}}));
    }

    void malformedTagIsRefused() {
        const headscale::User owner = newUser();
        for (const char* tag : {"bad", "tag:", "tag:Upper", "tag:a b"}) {
            MUST_FAIL(Code::InvalidArgument, client().createPreAuthKey({owner.id, false, false, hoursFromNow(1), {tag}}));
        }
    }

    void unknownOwnerIsNotFound() {
        MUST_FAIL(Code::NotFound, client().createPreAuthKey({987654, false, false, hoursFromNow(1), {}}));
    }

    void expiredKeyHasAnExpirationInThePast() {
        const headscale::PreAuthKey key = made(newUser());
        MUST(client().expirePreAuthKey(key.id));
        CPPUNIT_ASSERT(withId(key.id).at(0).expiration.value() <= SystemClock().wallMs());
    }

    void deletedKeyIsGone() {
        const headscale::PreAuthKey key = made(newUser());
        MUST(client().deletePreAuthKey(key.id));
        CPPUNIT_ASSERT(withId(key.id).empty());
        MUST_FAIL(Code::NotFound, client().deletePreAuthKey(key.id));
    }

    void unknownKeyIsNotFound() {
        for (const headscale::Id id : {headscale::Id{0}, headscale::Id{987654}}) {
            MUST_FAIL(Code::NotFound, client().expirePreAuthKey(id));
            MUST_FAIL(Code::NotFound, client().deletePreAuthKey(id));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PreAuthKeys);

}  // namespace masthead::contract
