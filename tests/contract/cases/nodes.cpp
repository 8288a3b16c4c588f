#include <algorithm>

#include "host/base/clock.hpp"
#include "tests/contract/target.hpp"

namespace masthead::contract {

class Nodes : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(Nodes);
    CPPUNIT_TEST(registeredNodeIsListedWithItsOwner);
    CPPUNIT_TEST(renameChangesTheGivenNameOnly);
    CPPUNIT_TEST(unfitNamesAreRefused);
    CPPUNIT_TEST(takenNameIsAConflict);
    CPPUNIT_TEST(tagsReplaceTheOwner);
    CPPUNIT_TEST(tagsNobodyMayUseAreRefused);
    CPPUNIT_TEST(approvedRoutesAreReplacedAsAList);
    CPPUNIT_TEST(oneHalfOfAnExitNodeApprovesBoth);
    CPPUNIT_TEST(malformedRoutesAreRefused);
    CPPUNIT_TEST(expiryCanBeSetPulledInAndRemoved);
    CPPUNIT_TEST(deletedNodeIsGone);
    CPPUNIT_TEST(unknownNodeIsNotFound);
    CPPUNIT_TEST(backfillAnswers);
    CPPUNIT_TEST_SUITE_END();

    static std::vector<headscale::Node> withId(headscale::Id id) {
        auto all = client().listNodes();
        MUST(all);
        std::vector<headscale::Node> found;
        std::copy_if(all->begin(), all->end(), std::back_inserter(found), [id](const headscale::Node& node) { return node.id == id; });
        return found;
    }

    void registeredNodeIsListedWithItsOwner() {
        const headscale::User owner = newUser();
        const headscale::Node node = newNode(owner);
        const headscale::Node listed = withId(node.id).at(0);
        CPPUNIT_ASSERT_EQUAL(owner.name, listed.user.value().name);
        CPPUNIT_ASSERT_EQUAL(listed.name, listed.given_name);
        CPPUNIT_ASSERT(!listed.online && !listed.pre_auth_key && listed.tags.empty());
        CPPUNIT_ASSERT(!listed.addresses.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("nodekey:"), listed.node_key.substr(0, 8));
        CPPUNIT_ASSERT(listed.created_at.has_value());
        CPPUNIT_ASSERT(headscale::RegisterMethod::Cli == listed.register_method);
        auto read = client().getNode(node.id);
        MUST(read);
        CPPUNIT_ASSERT_EQUAL(listed.given_name, read->given_name);
    }

    void renameChangesTheGivenNameOnly() {
        const headscale::Node node = newNode(newUser());
        const std::string name = fresh("desk");
        auto renamed = client().renameNode(node.id, name);
        MUST(renamed);
        CPPUNIT_ASSERT_EQUAL(name, renamed->given_name);
        CPPUNIT_ASSERT_EQUAL(node.name, renamed->name);
        CPPUNIT_ASSERT_EQUAL(name, withId(node.id).at(0).given_name);
    }

    void unfitNamesAreRefused() {
        const headscale::Node node = newNode(newUser());
        const std::string long_name(64, 'x');
        for (const std::string& name : {std::string(), std::string("Bad Name"), std::string("UPPER"), std::string("-a"), std::string("a-"),
                                        std::string("a.b"), std::string("ünï"), std::string("../x"), long_name}) {
            MUST_FAIL(Code::InvalidArgument, client().renameNode(node.id, name));
        }
        CPPUNIT_ASSERT_EQUAL(node.given_name, withId(node.id).at(0).given_name);
    }

    void takenNameIsAConflict() {
        const headscale::User owner = newUser();
        const headscale::Node first = newNode(owner);
        const headscale::Node second = newNode(owner);
        MUST_FAIL(Code::Conflict, client().renameNode(second.id, first.given_name));
    }

    void tagsReplaceTheOwner() {
        allowTags();
        const headscale::Node node = newNode(newUser());
        auto tagged = client().setTags(node.id, {"tag:other", "tag:contract"});
        MUST(tagged);
        const std::vector<std::string> sorted{"tag:contract", "tag:other"};
        CPPUNIT_ASSERT(tagged->tags == sorted);
        CPPUNIT_ASSERT(withId(node.id).at(0).tags == sorted);
        CPPUNIT_ASSERT_EQUAL(std::string("tagged-devices"), withId(node.id).at(0).user.value().name);
        MUST_FAIL(Code::InvalidArgument, client().setTags(node.id, {}));
    }

    void tagsNobodyMayUseAreRefused() {
        allowTags();
        const headscale::Node node = newNode(newUser());
        for (const char* tag : {"tag:unowned", "router", "tag:Upper", "tag:a b", ""}) {
            MUST_FAIL(Code::InvalidArgument, client().setTags(node.id, {tag}));
        }
        CPPUNIT_ASSERT(withId(node.id).at(0).tags.empty());
    }

    void approvedRoutesAreReplacedAsAList() {
        const headscale::Node node = newNode(newUser(), {"10.1.0.0/24", "192.168.7.0/24"});
        auto both = client().setApprovedRoutes(node.id, {"192.168.7.0/24", "10.1.0.0/24"});
        MUST(both);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, withId(node.id).at(0).approved_routes.size());
        // One that nobody announced is kept as well.
        MUST(client().setApprovedRoutes(node.id, {"172.16.0.0/16"}));
        CPPUNIT_ASSERT(withId(node.id).at(0).approved_routes == std::vector<std::string>{"172.16.0.0/16"});
        MUST(client().setApprovedRoutes(node.id, {}));
        CPPUNIT_ASSERT(withId(node.id).at(0).approved_routes.empty());
    }

    void oneHalfOfAnExitNodeApprovesBoth() {
        const headscale::Node node = newNode(newUser(), {"0.0.0.0/0", "::/0"});
        MUST(client().setApprovedRoutes(node.id, {"0.0.0.0/0"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, withId(node.id).at(0).approved_routes.size());
    }

    void malformedRoutesAreRefused() {
        const headscale::Node node = newNode(newUser());
        for (const char* route : {"notcidr", "10.0.0.0", "10.0.0.0/33", "10.0.0.1/24", "fd00::/129", "10.0.0.0/-1", "/24", ""}) {
            MUST_FAIL(Code::InvalidArgument, client().setApprovedRoutes(node.id, {route}));
        }
    }

    void expiryCanBeSetPulledInAndRemoved() {
        const headscale::Node node = newNode(newUser());
        const std::int64_t later = hoursFromNow(48);
        auto dated = client().expireNode(node.id, later);
        MUST(dated);
        CPPUNIT_ASSERT_EQUAL(later, withId(node.id).at(0).expiry.value());
        MUST(client().expireNode(node.id, std::nullopt));
        const std::int64_t now = SystemClock().wallMs();
        const std::int64_t expiry = withId(node.id).at(0).expiry.value();
        CPPUNIT_ASSERT(expiry <= now && expiry > now - 60000);
        if (olderThan("0.29")) {
            MUST_FAIL(Code::Unimplemented, client().disableExpiry(node.id));
            CPPUNIT_ASSERT_EQUAL(expiry, withId(node.id).at(0).expiry.value());
            return;
        }
        MUST(client().disableExpiry(node.id));
        CPPUNIT_ASSERT(!withId(node.id).at(0).expiry.has_value());
    }

    void deletedNodeIsGone() {
        const headscale::Node node = newNode(newUser());
        MUST(client().deleteNode(node.id));
        CPPUNIT_ASSERT(withId(node.id).empty());
        MUST_FAIL(Code::NotFound, client().deleteNode(node.id));
    }

    void unknownNodeIsNotFound() {
        allowTags();
        for (const headscale::Id id : {headscale::Id{0}, headscale::Id{987654}}) {
            MUST_FAIL(Code::NotFound, client().getNode(id));
            MUST_FAIL(Code::NotFound, client().renameNode(id, "some-name"));
            MUST_FAIL(Code::NotFound, client().setTags(id, {"tag:contract"}));
            MUST_FAIL(Code::NotFound, client().setApprovedRoutes(id, {"10.0.0.0/24"}));
            MUST_FAIL(Code::NotFound, client().expireNode(id, std::nullopt));
            MUST_FAIL(Code::NotFound, client().expireNode(id, hoursFromNow(1)));
            MUST_FAIL(Code::NotFound, client().deleteNode(id));
        }
    }

    void backfillAnswers() {
        newNode(newUser());
        auto changes = client().backfillNodeIps();
        MUST(changes);
        CPPUNIT_ASSERT(changes->empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(Nodes);

}  // namespace masthead::contract
