#include "host/headscale/tailnet/view.hpp"

#include "tests/unit/headscale/code_traits.hpp"

namespace masthead::headscale {

class TailnetViewTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TailnetViewTest);
    CPPUNIT_TEST(firstListIsAllNew);
    CPPUNIT_TEST(sameListsGiveTheSameView);
    CPPUNIT_TEST(onlyChangedNodesAreWrittenAnew);
    CPPUNIT_TEST(removedNodesAreNamedWhereverTheyStood);
    CPPUNIT_TEST(comingAndGoingAreTransitions);
    CPPUNIT_TEST(listsNotAskedForStay);
    CPPUNIT_TEST(unsortedAndDoubleNodesAreEvenedOut);
    CPPUNIT_TEST(jsonMatchesTheNodes);
    CPPUNIT_TEST(snapshotComesBackOffline);
    CPPUNIT_TEST(unreadableSnapshotIsEmpty);
    CPPUNIT_TEST_SUITE_END();

    static Node node(Id id, bool online = false) {
        Node out;
        out.id = id;
        out.given_name = "node-" + std::to_string(id);
        out.online = online;
        return out;
    }
    static TailnetLists lists(std::vector<Node> nodes) {
        TailnetLists out;
        out.nodes = std::move(nodes);
        return out;
    }
    static std::shared_ptr<const TailnetView> viewWith(std::vector<Node> nodes) { return advance(emptyView(), lists(std::move(nodes))).view; }

    void firstListIsAllNew() {
        const auto step = advance(emptyView(), lists({node(1), node(2, true)}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, step.changes.upserted.size());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, step.view->revision);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, step.view->online);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, step.changes.transitions.size());
    }

    void sameListsGiveTheSameView() {
        const auto before = viewWith({node(1), node(2)});
        const auto step = advance(before, lists({node(1), node(2)}));
        CPPUNIT_ASSERT(step.view == before);
        CPPUNIT_ASSERT(!step.changes.any());
    }

    void onlyChangedNodesAreWrittenAnew() {
        const auto before = viewWith({node(1), node(2), node(3)});
        Node renamed = node(2);
        renamed.given_name = "other";
        const auto step = advance(before, lists({node(1), renamed, node(3)}));
        CPPUNIT_ASSERT(step.view->nodes[0] == before->nodes[0] && step.view->nodes[2] == before->nodes[2]);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, step.changes.upserted.size());
        CPPUNIT_ASSERT_EQUAL(std::string("other"), step.changes.upserted[0]->node.given_name);
        CPPUNIT_ASSERT_EQUAL(before->revision + 1, step.view->revision);
        CPPUNIT_ASSERT(step.changes.transitions.empty());
        CPPUNIT_ASSERT(before->find(2)->node.given_name == "node-2");
    }

    void removedNodesAreNamedWhereverTheyStood() {
        const auto before = viewWith({node(1), node(2), node(3), node(4), node(5)});
        const auto step = advance(before, lists({node(2), node(4), node(6)}));
        CPPUNIT_ASSERT(step.changes.removed == (std::vector<Id>{1, 3, 5}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, step.changes.upserted.size());
        CPPUNIT_ASSERT(step.view->find(1) == nullptr && step.view->find(6) != nullptr && step.view->find(7) == nullptr);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, advance(step.view, lists({})).changes.removed.size());
    }

    void comingAndGoingAreTransitions() {
        const auto before = viewWith({node(1), node(2, true)});
        const auto step = advance(before, lists({node(1, true), node(2, false)}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, step.changes.transitions.size());
        CPPUNIT_ASSERT(step.changes.transitions[0].online && !step.changes.transitions[1].online);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, step.view->online);
    }

    void listsNotAskedForStay() {
        TailnetLists first = lists({node(1)});
        first.users = std::make_unique<std::vector<User>>(1);
        first.keys = std::make_unique<std::vector<PreAuthKey>>(2);
        const auto before = advance(emptyView(), std::move(first));
        CPPUNIT_ASSERT(before.changes.users && before.changes.keys);
        const auto after = advance(before.view, lists({node(1, true)}));
        CPPUNIT_ASSERT(!after.changes.users && !after.changes.keys);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, after.view->users.size());
        CPPUNIT_ASSERT(after.view->users_json == before.view->users_json);
        TailnetLists none = lists({node(1, true)});
        none.users = std::make_unique<std::vector<User>>();
        const auto emptied = advance(after.view, std::move(none));
        CPPUNIT_ASSERT(emptied.changes.users && emptied.view->users.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), *emptied.view->users_json);
    }

    void unsortedAndDoubleNodesAreEvenedOut() {
        const auto view = viewWith({node(3), node(1), node(3), node(2)});
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, view->nodes.size());
        CPPUNIT_ASSERT_EQUAL(Id{1}, view->nodes[0]->node.id);
    }

    void jsonMatchesTheNodes() {
        const auto view = viewWith({node(1), node(2)});
        const auto parsed = parseJson(*view->nodes_json);
        CPPUNIT_ASSERT(parsed.ok());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, parsed->items().size());
        CPPUNIT_ASSERT_EQUAL(std::string("node-2"), parsed->items()[1].text("givenName"));
        CPPUNIT_ASSERT_EQUAL(view->nodes[1]->json, parsed->items()[1].dump());
    }

    void snapshotComesBackOffline() {
        TailnetLists first = lists({node(1, true), node(2)});
        User user;
        user.id = 9;
        user.name = "ann";
        first.users = std::make_unique<std::vector<User>>(1, user);
        const auto view = advance(emptyView(), std::move(first)).view;
        const auto back = viewOf(snapshotOf(*view));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, back->nodes.size());
        CPPUNIT_ASSERT_EQUAL(std::string("node-1"), back->nodes[0]->node.given_name);
        CPPUNIT_ASSERT(!back->nodes[0]->node.online);
        CPPUNIT_ASSERT_EQUAL(std::string("ann"), back->users.at(0).name);
        CPPUNIT_ASSERT(back->revision > view->revision);
        CPPUNIT_ASSERT(back->keys.empty());
    }

    void unreadableSnapshotIsEmpty() {
        for (const char* text : {"", "{", "[]", "{\"nodes\":5}", "{\"nodes\":[{\"id\":\"x\"}],\"revision\":-4}"}) CPPUNIT_ASSERT_MESSAGE(text, viewOf(text)->nodes.empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TailnetViewTest);

}  // namespace masthead::headscale
