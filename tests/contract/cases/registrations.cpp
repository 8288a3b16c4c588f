#include "tests/contract/target.hpp"

namespace masthead::contract {

class Registrations : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(Registrations);
    CPPUNIT_TEST(pendingRegistrationBecomesANode);
    CPPUNIT_TEST(unknownIdsAreNotFound);
    CPPUNIT_TEST(malformedIdsAreRefused);
    CPPUNIT_TEST(unknownUserIsNotFound);
    CPPUNIT_TEST_SUITE_END();

    static bool lacksAuth() { return olderThan("0.29"); }

    void pendingRegistrationBecomesANode() {
        const headscale::User owner = newUser();
        const std::string id = freshAuthId();
        MUST(client().debugCreateNode(owner.name, id, fresh("laptop"), {}));
        if (lacksAuth()) {
            MUST_FAIL(Code::Unimplemented, client().authRegister(owner.name, id));
            MUST(client().registerNode(owner.name, id));
            return;
        }
        auto node = client().authRegister(owner.name, id);
        MUST(node);
        CPPUNIT_ASSERT_EQUAL(owner.name, node->user.value().name);
    }

    void unknownIdsAreNotFound() {
        const headscale::User owner = newUser();
        MUST_FAIL(Code::NotFound, client().registerNode(owner.name, freshAuthId()));
        const Code expected = lacksAuth() ? Code::Unimplemented : Code::NotFound;
        MUST_FAIL(expected, client().authRegister(owner.name, freshAuthId()));
        MUST_FAIL(expected, client().authApprove(freshAuthId()));
        MUST_FAIL(expected, client().authReject(freshAuthId()));
    }

    void malformedIdsAreRefused() {
        const headscale::User owner = newUser();
        const std::string good = freshAuthId();
        const std::string other_form = lacksAuth() ? "hskey-authreq-" + good : good.substr(14);
        for (const std::string& id : {std::string(), std::string("bad"), good.substr(1), good + "x", good.substr(0, good.size() - 1) + "/", other_form}) {
            MUST_FAIL(Code::InvalidArgument, client().registerNode(owner.name, id));
            MUST_FAIL(Code::InvalidArgument, client().authRegister(owner.name, id));
            MUST_FAIL(Code::InvalidArgument, client().authApprove(id));
            MUST_FAIL(Code::InvalidArgument, client().authReject(id));
        }
    }

    void unknownUserIsNotFound() {
        const headscale::User owner = newUser();
        const std::string id = freshAuthId();
        MUST(client().debugCreateNode(owner.name, id, fresh("laptop"), {}));
        MUST_FAIL(Code::NotFound, client().registerNode(fresh("nobody"), id));
        MUST_FAIL(Code::InvalidArgument, client().registerNode("", id));
        MUST_FAIL(Code::NotFound, client().debugCreateNode(fresh("nobody"), freshAuthId(), "n", {}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(Registrations);

}  // namespace masthead::contract
