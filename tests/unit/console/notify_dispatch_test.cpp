#include "host/console/notify/dispatcher.hpp"

#include <atomic>
#include <limits>

#include "host/base/timestamp.hpp"
#include "host/console/notify/admin.hpp"
#include "host/console/notify/notifier.hpp"
#include "host/console/notify/rules_store.hpp"
#include "tests/support/wait_until.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console::notify {

/// Keeps what it was given and answers as told; nothing leaves the process.
class RecordingSender final : public Sender {
public:
    Outcome send(const Channel& channel, const Parcel& parcel, std::int64_t, const std::stop_token&) override {
        channels.push_back(channel);
        parcels.push_back(parcel);
        return answer;
    }
    std::vector<std::string> titles() const {
        std::vector<std::string> out;
        for (const auto& parcel : parcels) out.push_back(titleOf(parcel));
        return out;
    }
    Outcome answer;
    std::vector<Channel> channels;
    std::vector<Parcel> parcels;
};

class NotifyDispatchTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NotifyDispatchTest);
    CPPUNIT_TEST(whatWasPostedIsSentOnce);
    CPPUNIT_TEST(failuresAreTriedAgainLaterAndLater);
    CPPUNIT_TEST(theReceiversWishIsHeard);
    CPPUNIT_TEST(whatCanNeverWorkIsGivenUpAtOnce);
    CPPUNIT_TEST(aStopCountsAsNotTried);
    CPPUNIT_TEST(aFailingChannelDoesNotHoldUpOthers);
    CPPUNIT_TEST(manyBecomeOne);
    CPPUNIT_TEST(aDigestKeepsItsIdOverRetries);
    CPPUNIT_TEST(quietHoursHoldAllButCriticalOnes);
    CPPUNIT_TEST(tooManyAreCountedNotKept);
    CPPUNIT_TEST(disabledChannelsWait);
    CPPUNIT_TEST(theConsoleKeepsTheLast200);
    CPPUNIT_TEST(secretsAreSealedAndBound);
    CPPUNIT_TEST(theCoreTellsOnce);
    CPPUNIT_TEST(theWorkerSendsAndWatches);
    CPPUNIT_TEST_SUITE_END();

    static constexpr std::int64_t kMinute = 60'000;
    static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

    World world;
    std::atomic<bool> headscale_ready{true};
    RecordingSender sender;
    Rules rules;
    Notifier notifier{{*world.database, world.sealer, world.clock, world.events, sender, [this] { return headscale_ready.load(); },
                       [] { return std::vector<CoreWatch::Quarantined>(); }}};
    NotifyAdmin admin{{*world.database, world.sealer, world.clock, sender, notifier, [] { return std::vector<NotifyEvent>(); }}};
    Dispatcher dispatcher{{*world.database, world.sealer, world.clock, sender, [this] { return rules; }, [] { return 0.5; }}};

    std::int64_t now() const { return world.clock.wallMs(); }
    std::int64_t run() { return dispatcher.runOnce({}); }

    std::string channel(const std::string& extra = "", const std::string& secrets = "{}") {
        std::vector<FieldError> wrong;
        const Json made =
            must(admin.create(must(parseJson(R"({"kind":"webhook","name":"hook","settings":{"url":"https://hooks.example.org/")" +
                                             extra + R"(},"secrets":)" + secrets + "}")),
                              wrong));
        CPPUNIT_ASSERT_MESSAGE(wrong.empty() ? "" : wrong[0].path + " " + wrong[0].reason, wrong.empty());
        return made.text("id");
    }
    void post(const std::string& title, const std::string& severity = "info") {
        Note note{"a.b", "masthead:any-authenticated", title};
        note.severity = severity;
        must(notifier.post(std::move(note)));
    }
    std::string states() {
        std::string out;
        const Json all = must(admin.deliveries("", 500));
        for (const auto& item : all["deliveries"].items())
            out = item.text("state") + std::to_string(item["attempts"].asInt()) + " " + out;
        return out;
    }
    std::string firstId() { return must(admin.deliveries("", 500))["deliveries"].items()[0].text("id"); }

    void whatWasPostedIsSentOnce() {
        channel(R"(,"attempts":3)", R"({"secret":"0123456789abcdef"})");
        auto subscription = world.events.subscribe();
        post("One");
        CPPUNIT_ASSERT_EQUAL(std::string("One"), subscription->next(1000)->data.text("title"));
        CPPUNIT_ASSERT_EQUAL(std::string("queued0 "), states());
        CPPUNIT_ASSERT_EQUAL(kNever, run());
        CPPUNIT_ASSERT_EQUAL(kNever, run());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, sender.parcels.size());
        CPPUNIT_ASSERT_EQUAL(std::string("0123456789abcdef"), sender.channels[0].secrets.text("secret"));
        CPPUNIT_ASSERT_EQUAL(std::string("sent1 "), states());
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, admin.resend(std::stoll(firstId())).error().code);
    }

    void failuresAreTriedAgainLaterAndLater() {
        channel(R"(,"attempts":3,"retry_seconds":30)");
        sender.answer = {Outcome::Kind::Retry, "busy"};
        post("One");
        run();
        CPPUNIT_ASSERT_EQUAL(std::string("queued1 "), states());
        world.clock.advance(29'999);
        CPPUNIT_ASSERT_EQUAL(now() + 1, run());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, sender.parcels.size());
        world.clock.advance(1);
        run();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, sender.parcels.size());
        world.clock.advance(59'999);
        run();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, sender.parcels.size());
        world.clock.advance(1);
        run();
        CPPUNIT_ASSERT_EQUAL(std::string("failed3 "), states());
        CPPUNIT_ASSERT_EQUAL(std::string("busy"), must(admin.deliveries("failed", 10))["deliveries"].items()[0].text("error"));
        world.clock.advance(24 * 60 * kMinute);
        run();
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, sender.parcels.size());
        sender.answer = {};
        must(admin.resend(std::stoll(firstId())));
        run();
        CPPUNIT_ASSERT_EQUAL(std::string("sent1 "), states());
        CPPUNIT_ASSERT_EQUAL(sender.parcels[0].id, sender.parcels[3].id);
    }

    void theReceiversWishIsHeard() {
        channel();
        sender.answer = {Outcome::Kind::Retry, "later", 20 * kMinute};
        post("One");
        run();
        world.clock.advance(20 * kMinute - 1);
        run();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, sender.parcels.size());
        world.clock.advance(1);
        run();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, sender.parcels.size());
    }

    void whatCanNeverWorkIsGivenUpAtOnce() {
        channel();
        sender.answer = {Outcome::Kind::Refused, "no"};
        post("One");
        post("Two");
        run();
        CPPUNIT_ASSERT_EQUAL(std::string("failed1 failed1 "), states());
    }

    void aStopCountsAsNotTried() {
        channel();
        sender.answer = {Outcome::Kind::Stopped};
        post("One");
        run();
        CPPUNIT_ASSERT_EQUAL(std::string("queued0 "), states());
    }

    void aFailingChannelDoesNotHoldUpOthers() {
        channel();
        channel(R"(,"retry_seconds":3600)");
        sender.answer = {Outcome::Kind::Retry, "down"};
        post("One");
        post("Two");
        const std::int64_t next = run();
        // One attempt each; the second message waits for the channel's pause.
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, sender.parcels.size());
        CPPUNIT_ASSERT_EQUAL(now() + 30'000, next);
        world.clock.advance(kMinute);
        run();
        // The first channel tries its oldest again, the second its next one.
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, sender.parcels.size());
        CPPUNIT_ASSERT_EQUAL(std::string("Two"), titleOf(sender.parcels[3]));
    }

    void manyBecomeOne() {
        rules.digest = {true, 3, 10 * kMinute};
        channel();
        for (int i = 0; i < 10; ++i) post(std::to_string(i));
        post("urgent", "critical");
        const std::int64_t posted = now();
        CPPUNIT_ASSERT_EQUAL(posted + 10 * kMinute, run());
        CPPUNIT_ASSERT(sender.titles() == (std::vector<std::string>{"urgent", "0", "1", "2"}));
        const std::size_t before = 4;
        world.clock.advance(10 * kMinute - 1);
        run();
        CPPUNIT_ASSERT_EQUAL(before, sender.parcels.size());
        world.clock.advance(1);
        run();
        CPPUNIT_ASSERT_EQUAL(before + 1, sender.parcels.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{11} - before, sender.parcels.back().items.size());
        CPPUNIT_ASSERT_EQUAL(kNever, run());
        // It is quiet again: the next one goes out alone.
        world.clock.advance(10 * kMinute);
        post("later");
        run();
        CPPUNIT_ASSERT_EQUAL(std::string("later"), sender.titles().back());
    }

    void aDigestKeepsItsIdOverRetries() {
        rules.digest = {true, 1, kMinute};
        channel();
        for (int i = 0; i < 4; ++i) post(std::to_string(i));
        run();
        sender.answer = {Outcome::Kind::Retry, "busy"};
        world.clock.advance(kMinute);
        run();
        const Parcel first = sender.parcels.back();
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, first.items.size());
        // As after a crash: another dispatcher knows only what lies in the store.
        Dispatcher again{{*world.database, world.sealer, world.clock, sender, [this] { return rules; }, [] { return 0.5; }}};
        sender.answer = {};
        world.clock.advance(kMinute);
        again.runOnce({});
        CPPUNIT_ASSERT_EQUAL(first.id, sender.parcels.back().id);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, sender.parcels.back().items.size());
        CPPUNIT_ASSERT_EQUAL(std::string("sent1 sent2 sent2 sent2 "), states());
    }

    void quietHoursHoldAllButCriticalOnes() {
        // 1'800'000'000 s is 08:00 UTC.
        rules.quiet = {true, 7 * 60, 9 * 60, 0};
        channel();
        channel(R"(,"ignore_quiet_hours":true)");
        post("info");
        post("critical", "critical");
        const std::int64_t next = run();
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, sender.parcels.size());
        CPPUNIT_ASSERT_EQUAL(std::string("2027-01-15T09:00:00Z"), formatTimestamp(next));
        world.clock.advance(next - now());
        run();
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, sender.parcels.size());
        CPPUNIT_ASSERT_EQUAL(std::string("info"), sender.titles().back());
    }

    void tooManyAreCountedNotKept() {
        rules.digest = {true, 1, kMinute};
        channel();
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            for (std::int64_t i = 0; i < kMaxQueued; ++i) {
                store::NotifyDelivery delivery;
                delivery.channel = 1;
                delivery.batch = newDeliveryId();
                delivery.body = Json::object({{"title", "x"}, {"severity", "info"}});
                delivery.created_at = delivery.next_at = now();
                store::NotifyStore::addDelivery(transaction, delivery);
            }
            return {};
        }));
        for (int i = 0; i < 5; ++i) post("more");
        world.clock.advance(kMinute);
        run();
        CPPUNIT_ASSERT(sender.titles() == std::vector<std::string>{std::to_string(kMaxQueued + 5) + " notifications"});
        world.clock.advance(2 * kMinute);
        post("after");
        run();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, sender.parcels.back().left_out);
    }

    void disabledChannelsWait() {
        const std::string id = channel();
        post("kept");
        std::vector<FieldError> wrong;
        must(admin.change(std::stoll(id),
                          must(parseJson(R"({"name":"hook","enabled":false,"settings":{"url":"https://hooks.example.org/"}})")),
                          wrong));
        post("not kept");
        CPPUNIT_ASSERT_EQUAL(kNever, run());
        must(admin.change(std::stoll(id),
                          must(parseJson(R"({"name":"hook","enabled":true,"settings":{"url":"https://hooks.example.org/"}})")),
                          wrong));
        run();
        CPPUNIT_ASSERT(sender.titles() == std::vector<std::string>{"kept"});
    }

    void theConsoleKeepsTheLast200() {
        for (int i = 0; i < 210; ++i) post(std::to_string(i));
        Principal somebody;
        somebody.id = "account:1";
        const Json shown = must(admin.messages(somebody));
        CPPUNIT_ASSERT_EQUAL(std::size_t{200}, shown["messages"].items().size());
        CPPUNIT_ASSERT_EQUAL(std::string("209"), shown["messages"].items()[0].text("title"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, must(admin.markRead(somebody, {}))["unread"].asInt());
        somebody.id = "account:2";
        CPPUNIT_ASSERT_EQUAL(std::int64_t{200}, must(admin.messages(somebody))["unread"].asInt());
    }

    void secretsAreSealedAndBound() {
        channel("", R"({"secret":"0123456789abcdef"})");
        channel();
        std::vector<store::NotifyChannel> rows;
        must(world.database->read([&](store::Connection& connection) -> Status {
            rows = store::NotifyStore::channels(connection);
            return {};
        }));
        CPPUNIT_ASSERT(!rows[0].sealed_secrets.empty() && rows[0].sealed_secrets.find("0123456789abcdef") == std::string::npos);
        CPPUNIT_ASSERT(channelOf(rows[0], world.sealer).ok());
        rows[1].sealed_secrets = rows[0].sealed_secrets;  // moved to another channel's row
        CPPUNIT_ASSERT(!channelOf(rows[1], world.sealer).ok());
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"secret":true,"token":false})"),
                             must(admin.channels())["channels"].items()[1]["secrets"].dump());
    }

    void theCoreTellsOnce() {
        const auto told = [](CoreWatch& watch, std::int64_t at, bool ready,
                             std::vector<CoreWatch::Quarantined> quarantined = {}) {
            std::string out;
            for (const auto& note : watch.look(at, ready, quarantined)) {
                watch.posted(note);
                out += note.event + " ";
            }
            return out;
        };
        CoreWatch starting{Json()};
        CPPUNIT_ASSERT_EQUAL(std::string(), told(starting, 0, false));
        CPPUNIT_ASSERT_EQUAL(std::string(), told(starting, 600'000, false));  // still downloading, maybe
        CPPUNIT_ASSERT_EQUAL(std::string(), told(starting, 600'001, true));
        CoreWatch watch{starting.state()};
        CPPUNIT_ASSERT_EQUAL(std::string(), told(watch, 0, false));
        CPPUNIT_ASSERT_EQUAL(std::string(), told(watch, 59'999, false));
        CPPUNIT_ASSERT_EQUAL(std::string("headscale.down "), told(watch, 60'000, false));
        CPPUNIT_ASSERT_EQUAL(std::string(), told(watch, 600'000, false));
        CoreWatch restarted{watch.state()};
        CPPUNIT_ASSERT_EQUAL(std::string(), told(restarted, 100'000, false));
        CPPUNIT_ASSERT_EQUAL(std::string("headscale.up "), told(restarted, 100'001, true));
        CPPUNIT_ASSERT_EQUAL(std::string(), told(restarted, 100'002, true));
        CPPUNIT_ASSERT_EQUAL(std::string(), told(restarted, 100'003, false));
        CPPUNIT_ASSERT_EQUAL(std::string(), told(restarted, 150'000, true));
        CPPUNIT_ASSERT_EQUAL(std::string(), told(restarted, 150'001, false));
        CPPUNIT_ASSERT_EQUAL(std::string(), told(restarted, 210'000, false));
        const CoreWatch::Quarantined bad{"bad", "Bad", "ended the console 5 times"};
        CPPUNIT_ASSERT_EQUAL(std::string("plugin.quarantined "), told(restarted, 210'000, true, {bad}));
        CoreWatch later{restarted.state()};
        CPPUNIT_ASSERT_EQUAL(std::string(), told(later, 0, true, {bad}));
        CPPUNIT_ASSERT_EQUAL(std::string(), told(later, 1, true));
        CPPUNIT_ASSERT_EQUAL(std::string("plugin.quarantined "), told(later, 2, true, {bad}));
    }

    void theWorkerSendsAndWatches() {
        channel();
        const auto deliveries = [this] { return must(admin.deliveries("sent", 10))["deliveries"].items().size(); };
        notifier.start();
        post("by hand");
        CPPUNIT_ASSERT(testing::waitUntil([&] { return deliveries() == 1; }));
        headscale_ready = false;
        // The worker looks at its own pace: time is moved on until it has seen both the beginning and the end of a minute.
        CPPUNIT_ASSERT(testing::waitUntil([&] {
            world.clock.advance(CoreWatch::kAwayMs);
            notifier.wake();
            return deliveries() == 2;
        }));
        headscale_ready = true;
        notifier.wake();
        CPPUNIT_ASSERT(testing::waitUntil([&] { return deliveries() == 3; }));
        notifier.stop();
        CPPUNIT_ASSERT(sender.titles() ==
                       (std::vector<std::string>{"by hand", "headscale does not answer", "headscale answers again"}));
        post("after the end");
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, sender.parcels.size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NotifyDispatchTest);

}  // namespace masthead::console::notify
