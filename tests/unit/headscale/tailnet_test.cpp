#include "host/headscale/tailnet/tailnet.hpp"

#include <algorithm>
#include <atomic>

#include "tests/support/fake_client.hpp"
#include "tests/support/wait_until.hpp"
#include "tests/unit/headscale/code_traits.hpp"

namespace masthead::headscale {

using testing::FakeClient;
using testing::waitUntil;

class TailnetTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TailnetTest);
    CPPUNIT_TEST(firstPollFillsTheViewAndTellsReady);
    CPPUNIT_TEST(changesReachTheListenerOnceEach);
    CPPUNIT_TEST(pokeLooksAtOnceAndThenAFewTimesMore);
    CPPUNIT_TEST(burstAsksForNodesOnly);
    CPPUNIT_TEST(lastKnownStateStaysWhileHeadscaleIsAway);
    CPPUNIT_TEST(itConnectsAnewByItself);
    CPPUNIT_TEST(keptStateIsThereBeforeHeadscaleAnswers);
    CPPUNIT_TEST(stateIsSavedAtTheEnd);
    CPPUNIT_TEST(documentsCarryRevisionAgeAndStaleness);
    CPPUNIT_TEST(tenThousandNodes);
    CPPUNIT_TEST_SUITE_END();

    struct Listener : TailnetListener {
        std::mutex mutex;
        std::vector<TailnetChanges> changes;
        std::vector<bool> states;
        void tailnetChanged(const TailnetView&, const TailnetChanges& change) override {
            const std::lock_guard lock(mutex);
            changes.push_back(change);
        }
        void headscaleChanged(bool ready, std::int64_t) override {
            const std::lock_guard lock(mutex);
            states.push_back(ready);
        }
        std::size_t count() {
            const std::lock_guard lock(mutex);
            return changes.size();
        }
        std::vector<bool> seenStates() {
            const std::lock_guard lock(mutex);
            return states;
        }
    };

    struct Keeper : TailnetKeeper {
        std::mutex mutex;
        std::optional<Kept> kept;
        int saves = 0;
        std::optional<Kept> load() override {
            const std::lock_guard lock(mutex);
            return kept;
        }
        void save(const Kept& state) override {
            const std::lock_guard lock(mutex);
            kept = state;
            ++saves;
        }
    };

    std::shared_ptr<FakeClient> client_;
    std::atomic<bool> refuse_{false};
    std::atomic<int> connects_{0};
    Listener listener_;
    Keeper keeper_;
    SystemClock clock_;
    std::unique_ptr<Tailnet> tailnet_;

public:
    void setUp() override {
        client_ = std::make_shared<FakeClient>();
        client_->nodes = {node(1), node(2, true)};
    }
    void tearDown() override { tailnet_.reset(); }

private:
    static Node node(Id id, bool online = false) {
        Node out;
        out.id = id;
        out.given_name = "node-" + std::to_string(id);
        out.online = online;
        return out;
    }

    /// Polls by itself only once an hour, so that every further look has a cause the test knows.
    static TailnetSettings quiet() {
        TailnetSettings settings;
        settings.interval_ms = 3'600'000;
        settings.after_poke_ms = {0};
        settings.reconnect_ms = 1;
        return settings;
    }

    void start(TailnetSettings settings = quiet()) {
        const auto connect = [this]() -> Result<std::shared_ptr<Client>> {
            ++connects_;
            if (refuse_) return Error{Code::Unavailable, "not there"};
            return std::shared_ptr<Client>(client_);
        };
        tailnet_ = std::make_unique<Tailnet>(connect, listener_, &keeper_, clock_, std::move(settings));
        tailnet_->start();
    }

    void startAndWait(TailnetSettings settings = quiet()) {
        start(std::move(settings));
        CPPUNIT_ASSERT(waitUntil([this] { return !tailnet_->summary().stale; }));
        CPPUNIT_ASSERT(waitUntil([this] { return listener_.count() == 1; }));
    }

    void firstPollFillsTheViewAndTellsReady() {
        startAndWait();
        const TailnetSummary summary = tailnet_->summary();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, summary.nodes);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, summary.online);
        CPPUNIT_ASSERT(summary.as_of > 0);
        CPPUNIT_ASSERT(tailnet_->client() == client_);
        CPPUNIT_ASSERT(listener_.seenStates() == std::vector<bool>{true});
    }

    void changesReachTheListenerOnceEach() {
        startAndWait();
        client_->change([](FakeClient& c) { c.nodes[0].online = true; });
        tailnet_->poke();
        CPPUNIT_ASSERT(waitUntil([this] { return listener_.count() == 2; }));
        const std::lock_guard lock(listener_.mutex);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, listener_.changes[1].upserted.size());
        CPPUNIT_ASSERT_EQUAL(Id{1}, listener_.changes[1].transitions.at(0).node);
    }

    void pokeLooksAtOnceAndThenAFewTimesMore() {
        TailnetSettings settings = quiet();
        settings.after_poke_ms = {0, 5, 10, 15};
        startAndWait(std::move(settings));
        const std::size_t before = client_->polls();
        tailnet_->poke();
        CPPUNIT_ASSERT(waitUntil([&] { return client_->polls() > before; }));
        // A change that headscale shows late is seen without another poke.
        TailnetSettings slow = quiet();
        slow.after_poke_ms = {0, 50, 100, 150, 200, 400, 800, 1600, 3200, 6400};
        tailnet_->stop();
        startAndWaitAgain(std::move(slow));
        const std::size_t polled = client_->polls();
        tailnet_->poke();
        CPPUNIT_ASSERT(waitUntil([&] { return client_->polls() > polled; }));
        client_->change([](FakeClient& c) { c.nodes.push_back(node(9)); });
        CPPUNIT_ASSERT(waitUntil([this] { return tailnet_->view()->find(9) != nullptr; }));
    }

    void startAndWaitAgain(TailnetSettings settings) {
        start(std::move(settings));
        CPPUNIT_ASSERT(waitUntil([this] { return !tailnet_->summary().stale; }));
    }

    void burstAsksForNodesOnly() {
        TailnetSettings settings = quiet();
        settings.after_poke_ms = {0, 20, 40, 60};
        startAndWait(std::move(settings));
        const std::size_t users = client_->userPolls();
        const std::size_t polls = client_->polls();
        tailnet_->poke();
        // One full look, then at least one for nodes alone (slow machines may merge the rest).
        CPPUNIT_ASSERT(waitUntil([&] { return client_->polls() >= polls + 2; }));
        CPPUNIT_ASSERT_EQUAL(users + 1, client_->userPolls());
    }

    void lastKnownStateStaysWhileHeadscaleIsAway() {
        startAndWait();
        refuse_ = true;
        client_->change([](FakeClient& c) { c.away = true; });
        tailnet_->poke();
        CPPUNIT_ASSERT(waitUntil([this] { return tailnet_->summary().stale; }));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, tailnet_->summary().nodes);
        CPPUNIT_ASSERT(tailnet_->client() == nullptr);
        CPPUNIT_ASSERT(waitUntil([this] { return listener_.seenStates() == std::vector<bool>{true, false}; }));
        CPPUNIT_ASSERT(tailnet_->nodesDocument().find("\"stale\":true") != std::string::npos);
    }

    void itConnectsAnewByItself() {
        lastKnownStateStaysWhileHeadscaleIsAway();
        const int tries = connects_;
        CPPUNIT_ASSERT(waitUntil([&] { return connects_ > tries + 2; }));
        client_->change([](FakeClient& c) {
            c.away = false;
            c.nodes.push_back(node(3));
        });
        refuse_ = false;
        CPPUNIT_ASSERT(waitUntil([this] { return tailnet_->summary().nodes == 3; }));
        CPPUNIT_ASSERT(waitUntil([this] { return listener_.seenStates() == std::vector<bool>{true, false, true}; }));
    }

    void keptStateIsThereBeforeHeadscaleAnswers() {
        refuse_ = true;
        TailnetLists lists;
        lists.nodes = {node(1, true), node(4)};
        keeper_.kept = TailnetKeeper::Kept{1'700'000'000'000, snapshotOf(*advance(emptyView(), std::move(lists)).view)};
        start();
        const TailnetSummary summary = tailnet_->summary();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, summary.nodes);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, summary.online);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1'700'000'000'000}, summary.as_of);
        CPPUNIT_ASSERT(summary.stale);
        refuse_ = false;
        tailnet_->poke();
        CPPUNIT_ASSERT(waitUntil([this] { return tailnet_->view()->find(4) == nullptr && tailnet_->view()->find(2) != nullptr; }));
        CPPUNIT_ASSERT(tailnet_->summary().revision > summary.revision);
    }

    void stateIsSavedAtTheEnd() {
        startAndWait();
        CPPUNIT_ASSERT(waitUntil([this] {
            const std::lock_guard lock(keeper_.mutex);
            return keeper_.saves == 1;
        }));
        client_->change([](FakeClient& c) { c.nodes.push_back(node(8)); });
        tailnet_->poke();
        CPPUNIT_ASSERT(waitUntil([this] { return tailnet_->view()->find(8) != nullptr; }));
        tailnet_->stop();
        CPPUNIT_ASSERT_EQUAL(2, keeper_.saves);
        CPPUNIT_ASSERT(viewOf(keeper_.kept->snapshot)->find(8) != nullptr);
        tailnet_->poke();
    }

    void documentsCarryRevisionAgeAndStaleness() {
        startAndWait();
        const auto list = parseJson(tailnet_->nodesDocument());
        CPPUNIT_ASSERT(list.ok());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, (*list)["nodes"].items().size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, (*list)["revision"].asInt());
        CPPUNIT_ASSERT(!(*list)["stale"].asBool(true) && (*list)["asOf"].isString());
        const auto one = tailnet_->nodeDocument("2");
        CPPUNIT_ASSERT(one.ok());
        CPPUNIT_ASSERT_EQUAL(std::string("node-2"), (*parseJson(*one))["node"].text("givenName"));
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, tailnet_->nodeDocument("99").error().code);
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, tailnet_->nodeDocument("x").error().code);
    }

    void tenThousandNodes() {
        std::vector<Node> many;
        for (Id id = 1; id <= 10000; ++id) many.push_back(node(id));
        client_->nodes = many;
        startAndWait();
        client_->change([](FakeClient& c) { c.nodes[4999].online = true; });
        tailnet_->poke();
        CPPUNIT_ASSERT(waitUntil([this] { return listener_.count() == 2; }));
        const std::lock_guard lock(listener_.mutex);
        CPPUNIT_ASSERT_EQUAL(std::size_t{10000}, listener_.changes[0].upserted.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, listener_.changes[1].upserted.size());
        CPPUNIT_ASSERT_EQUAL(Id{5000}, listener_.changes[1].upserted[0]->node.id);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TailnetTest);

}  // namespace masthead::headscale
