// What the drivers cannot tell apart by themselves; the rest of the checks is held against every headscale by the contract suite.
#include "host/headscale/checked_client.hpp"

#include "tests/support/fake_client.hpp"
#include "tests/unit/headscale/code_traits.hpp"

namespace masthead::headscale {

class CheckedClientTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CheckedClientTest);
    CPPUNIT_TEST(plainTextKeysOfOldDatabasesAreMasked);
    CPPUNIT_TEST(newKeysAreShownInFull);
    CPPUNIT_TEST(nothingUnfitReachesTheDriver);
    CPPUNIT_TEST(unknownPreAuthKeyIsFoundOutBeforehand);
    CPPUNIT_TEST_SUITE_END();

    testing::FakeClient* fake_ = nullptr;
    std::unique_ptr<Client> client_;

public:
    void setUp() override {
        auto fake = std::make_unique<testing::FakeClient>();
        fake_ = fake.get();
        client_ = makeChecked(std::move(fake));
    }

private:
    void plainTextKeysOfOldDatabasesAreMasked() {
        PreAuthKey old;
        old.id = 1;
        old.key = "3d5b8d0e2f5c4a7b9e1f3d5b8d0e2f5c";
        PreAuthKey masked;
        masked.id = 2;
        masked.key = "hskey-auth-abcdefghijkl-***";
        Node node;
        node.id = 1;
        node.pre_auth_key = old;
        fake_->keys = {old, masked};
        fake_->nodes = {node};
        const auto keys = client_->listPreAuthKeys();
        CPPUNIT_ASSERT_EQUAL(std::string("3d5b8d***"), keys.value()[0].key);
        CPPUNIT_ASSERT_EQUAL(masked.key, keys.value()[1].key);
        CPPUNIT_ASSERT_EQUAL(std::string("3d5b8d***"), client_->listNodes().value()[0].pre_auth_key.value().key);
        CPPUNIT_ASSERT_EQUAL(std::string("3d5b8d***"), client_->getNode(1).value().pre_auth_key.value().key);
    }

    void newKeysAreShownInFull() {
        const auto key = client_->createPreAuthKey({1, false, false, 1000, {}});
        CPPUNIT_ASSERT_EQUAL(std::string("hskey-auth-abcdefghijkl-full"), key.value().key);
    }

    void nothingUnfitReachesTheDriver() {
        CPPUNIT_ASSERT(!client_->createUser({"", "", "", ""}).ok());
        CPPUNIT_ASSERT(!client_->renameNode(1, "Bad Name").ok());
        CPPUNIT_ASSERT(!client_->setTags(1, {}).ok());
        CPPUNIT_ASSERT(!client_->setApprovedRoutes(1, {"10.0.0.1/8"}).ok());
        CPPUNIT_ASSERT(!client_->createPreAuthKey({1, false, false, 0, {}}).ok());
        CPPUNIT_ASSERT(!client_->createApiKey(0).ok());
        CPPUNIT_ASSERT(!client_->setPolicy(" \n").ok());
        CPPUNIT_ASSERT(!client_->authRegister("ann", "bad").ok());
        CPPUNIT_ASSERT(!client_->deleteNode(0).ok());
        CPPUNIT_ASSERT(!client_->deleteUser(0).ok());
        CPPUNIT_ASSERT(fake_->calls().empty());
    }

    void unknownPreAuthKeyIsFoundOutBeforehand() {
        PreAuthKey key;
        key.id = 5;
        fake_->keys = {key};
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, client_->expirePreAuthKey(6).error().code);
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, client_->deletePreAuthKey(6).error().code);
        CPPUNIT_ASSERT(fake_->calls().empty());
        CPPUNIT_ASSERT(client_->expirePreAuthKey(5).ok());
        CPPUNIT_ASSERT_EQUAL(std::string("expirePreAuthKey 5"), fake_->calls().back());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CheckedClientTest);

}  // namespace masthead::headscale
