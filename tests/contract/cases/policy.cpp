#include "tests/contract/target.hpp"

namespace masthead::contract {

namespace {

const char* const kGood = "// kept as it was written\n{\n  \"acls\": [{\"action\": \"accept\", \"src\": [\"*\"], \"dst\": [\"*:*\"]},],\n}\n";
const char* const kBad[] = {"{", R"({"unknownKey": 1})", R"({"acls": [{"action": "drop", "src": ["*"], "dst": ["*:*"]}]})",
                            R"({"acls": [{"action": "accept", "src": ["group:none"], "dst": ["*:*"]}]})"};

}  // namespace

/// Needs a headscale that nobody has given a policy yet, so it runs first and only reads.
class PolicyNeverSet : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PolicyNeverSet);
    CPPUNIT_TEST(readingGivesNone);
    CPPUNIT_TEST_SUITE_END();

    void readingGivesNone() {
        auto policy = client().getPolicy();
        MUST(policy);
        CPPUNIT_ASSERT(!policy->has_value());
    }
};

class PolicySet : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PolicySet);
    CPPUNIT_TEST(textComesBackByteForByte);
    CPPUNIT_TEST(badPoliciesAreRefusedAndTheOldOneStays);
    CPPUNIT_TEST(emptyPolicyIsRefused);
    CPPUNIT_TEST(checkingChangesNothing);
    CPPUNIT_TEST_SUITE_END();

    static std::string current() {
        auto policy = client().getPolicy();
        MUST(policy);
        CPPUNIT_ASSERT(policy->has_value());
        return (*policy)->text;
    }

    void textComesBackByteForByte() {
        auto set = client().setPolicy(kGood);
        MUST(set);
        CPPUNIT_ASSERT_EQUAL(std::string(kGood), set->text);
        CPPUNIT_ASSERT(set->updated_at.has_value());
        CPPUNIT_ASSERT_EQUAL(std::string(kGood), current());
    }

    void badPoliciesAreRefusedAndTheOldOneStays() {
        MUST(client().setPolicy(kGood));
        for (const char* bad : kBad) {
            MUST_FAIL(Code::InvalidArgument, client().setPolicy(bad));
            CPPUNIT_ASSERT_EQUAL(std::string(kGood), current());
        }
    }

    void emptyPolicyIsRefused() {
        MUST(client().setPolicy(kGood));
        for (const char* text : {"", " \n"}) {
            MUST_FAIL(Code::InvalidArgument, client().setPolicy(text));
            MUST_FAIL(Code::InvalidArgument, client().checkPolicy(text));
        }
        CPPUNIT_ASSERT_EQUAL(std::string(kGood), current());
    }

    void checkingChangesNothing() {
        MUST(client().setPolicy(kGood));
        const char* other = R"({"acls": []})";
        if (olderThan("0.29")) {
            MUST_FAIL(Code::Unimplemented, client().checkPolicy(other));
            return;
        }
        MUST(client().checkPolicy(other));
        for (const char* bad : kBad) MUST_FAIL(Code::InvalidArgument, client().checkPolicy(bad));
        CPPUNIT_ASSERT_EQUAL(std::string(kGood), current());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PolicyNeverSet);
CPPUNIT_TEST_SUITE_REGISTRATION(PolicySet);

}  // namespace masthead::contract
