// Case AL-20 and the rest of the second sink: it catches up, drops under an alarm, goes on after a restart, never blocks.
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "host/console/audit/export_check.hpp"
#include "host/console/audit/sink/forwarder.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console {
namespace {

/// What a receiver got, and whether it takes anything at all.
struct Receiver {
    bool up = true;
    bool confirms = true;
    std::vector<std::string> lines;
    int attempts = 0;

    std::vector<std::int64_t> records() const {
        std::vector<std::int64_t> out;
        for (const auto& line : lines) {
            auto json = parseJson(line);
            if (json && json->text("type") == "record") out.push_back((*json)["seq"].asInt());
        }
        return out;
    }
};

class ReceiverOutlet final : public audit::Outlet {
public:
    explicit ReceiverOutlet(Receiver& receiver) : receiver_(receiver) {}
    bool confirms() const override { return receiver_.confirms; }
    Status send(const std::vector<audit::SinkMessage>& batch, const std::stop_token&) override {
        ++receiver_.attempts;
        if (!receiver_.up) return Error{Code::Unavailable, "the receiver is away"};
        for (const auto& message : batch) receiver_.lines.push_back(message.line);
        return {};
    }

private:
    Receiver& receiver_;
};

}  // namespace

class AuditSinkTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuditSinkTest);
    CPPUNIT_TEST(whatIsSentVerifies);
    CPPUNIT_TEST(itGoesOnAfterARestartWithoutLossOrRepetition);
    CPPUNIT_TEST(anotherTargetStartsAtTheEnd);
    CPPUNIT_TEST(al20_aHangingReceiverCostsOnlyWhatExceedsTheQueue);
    CPPUNIT_TEST(aReceiverThatFailsForLongRaisesTheAlarm);
    CPPUNIT_TEST(anUnconfirmedBatchIsSentAgainAfterABreak);
    CPPUNIT_TEST(theFileSinkSurvivesRotationAndAFullDisk);
    CPPUNIT_TEST(addressesAreReadStrictly);
    CPPUNIT_TEST_SUITE_END();

    World world;
    Receiver receiver;
    std::vector<std::pair<bool, std::string>> alarms;
    std::stop_source stop;

    std::unique_ptr<audit::Forwarder> forwarder(const std::string& identity = "one") {
        return std::make_unique<audit::Forwarder>(audit::Forwarder::Parts{
            *world.database, world.clock, "http", identity, [this](const std::string&) { return std::make_unique<ReceiverOutlet>(receiver); },
            [this](bool raised, const std::string& text) { alarms.emplace_back(raised, text); }});
    }
    void fill(int count) {
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            for (int i = 0; i < count; ++i) must(world.audit.record(transaction, audit::Entry::of(world.request(), "x.y", "o")));
            return {};
        }));
    }
    void drain(audit::Forwarder& forwarder) {
        while (forwarder.step(stop.get_token())) {
        }
    }

    void whatIsSentVerifies() {
        must(world.audit.startSealing(world.sealer));
        fill(10);
        auto out = forwarder();
        out->step(stop.get_token());  // begins at the end of what is there
        fill(600);
        must(world.audit.checkpoint());
        drain(*out);
        std::string text;
        for (const auto& line : receiver.lines) text += line + "\n";
        std::istringstream in(text);
        const auto found = audit::verifyExport(in, "");
        CPPUNIT_ASSERT_MESSAGE(found.verdict.bad ? found.verdict.bad->reason : "", !found.verdict.bad);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{600}, found.verdict.records);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{610}, found.verdict.sealed_to);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10}, found.anchor.seq);
    }
    void itGoesOnAfterARestartWithoutLossOrRepetition() {
        auto out = forwarder();
        drain(*out);
        fill(300);
        drain(*out);
        receiver.up = false;
        fill(500);
        out->step(stop.get_token());
        CPPUNIT_ASSERT_EQUAL(std::string("failing"), out->status().text("state"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{500}, out->status()["queued"].asInt());
        out.reset();  // the console stops while the receiver is away
        fill(50);
        receiver.up = true;
        out = forwarder();
        drain(*out);
        const auto got = receiver.records();
        CPPUNIT_ASSERT_EQUAL(std::size_t{850}, got.size());
        for (std::size_t i = 0; i < got.size(); ++i) CPPUNIT_ASSERT_EQUAL(static_cast<std::int64_t>(i + 1), got[i]);
        CPPUNIT_ASSERT_EQUAL(std::string("ok"), out->status().text("state"));
        CPPUNIT_ASSERT(alarms.empty());
    }
    void anotherTargetStartsAtTheEnd() {
        fill(5);
        auto out = forwarder("one");
        drain(*out);
        fill(5);
        out = forwarder("two");
        drain(*out);
        fill(1);
        drain(*out);
        CPPUNIT_ASSERT(receiver.records() == std::vector<std::int64_t>{11});
    }
    void al20_aHangingReceiverCostsOnlyWhatExceedsTheQueue() {
        auto out = forwarder();
        drain(*out);
        receiver.up = false;
        fill(static_cast<int>(audit::Forwarder::kQueue));
        out->step(stop.get_token());
        CPPUNIT_ASSERT(alarms.empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, out->status()["dropped"].asInt());
        fill(500);
        out->step(stop.get_token());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, alarms.size());
        CPPUNIT_ASSERT(alarms[0].first);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{500}, out->status()["dropped"].asInt());
        CPPUNIT_ASSERT_EQUAL(audit::Forwarder::kQueue, out->status()["queued"].asInt());
        CPPUNIT_ASSERT(out->status()["alarm"].asBool());
        receiver.up = true;
        drain(*out);
        const auto got = receiver.records();
        CPPUNIT_ASSERT_EQUAL(static_cast<std::size_t>(audit::Forwarder::kQueue), got.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{501}, got.front());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10500}, got.back());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, alarms.size());
        CPPUNIT_ASSERT(!alarms[1].first);
        CPPUNIT_ASSERT(!out->status()["alarm"].asBool());
        // All of it is still here.
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10500}, must(world.audit.verify()));
    }
    void aReceiverThatFailsForLongRaisesTheAlarm() {
        auto out = forwarder();
        drain(*out);
        receiver.up = false;
        fill(1);
        out->step(stop.get_token());
        world.clock.advance(audit::Forwarder::kAlarmMs - 1);
        out->step(stop.get_token());
        CPPUNIT_ASSERT(alarms.empty());
        world.clock.advance(1);
        out->step(stop.get_token());
        out->step(stop.get_token());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, alarms.size());
    }
    void anUnconfirmedBatchIsSentAgainAfterABreak() {
        receiver.confirms = false;
        auto out = forwarder();
        drain(*out);
        fill(10);
        drain(*out);
        fill(10);
        drain(*out);
        receiver.up = false;
        fill(10);
        out->step(stop.get_token());
        receiver.up = true;
        drain(*out);
        const auto got = receiver.records();
        // The batch before the break may have been lost on the way, so it comes twice; nothing is missing.
        CPPUNIT_ASSERT_EQUAL(std::size_t{40}, got.size());
        CPPUNIT_ASSERT(std::set<std::int64_t>(got.begin(), got.end()).size() == 30);
    }
    void theFileSinkSurvivesRotationAndAFullDisk() {
        const std::string path = world.dir.file("audit.jsonl");
        config::AuditSink settings;
        settings.kind = "file";
        settings.address = path;
        auto outlet = audit::makeOutlet(must(audit::parseTarget(settings)), "h", "id");
        must(outlet->send({{"one", 0, false}}, stop.get_token()));
        CPPUNIT_ASSERT_EQUAL(0, ::rename(path.c_str(), (path + ".1").c_str()));
        must(outlet->send({{"two", 0, false}}, stop.get_token()));
        CPPUNIT_ASSERT_EQUAL(std::string("one\n"), must(readFile(path + ".1")));
        CPPUNIT_ASSERT_EQUAL(std::string("two\n"), must(readFile(path)));
        struct stat info {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat(path.c_str(), &info));
        CPPUNIT_ASSERT_EQUAL(0600u, info.st_mode & 0777u);
        settings.address = "/dev/full";
        outlet = audit::makeOutlet(must(audit::parseTarget(settings)), "h", "id");
        CPPUNIT_ASSERT(!outlet->send({{"three", 0, false}}, stop.get_token()).ok());
        settings.address = world.dir.file("missing/audit.jsonl");
        outlet = audit::makeOutlet(must(audit::parseTarget(settings)), "h", "id");
        CPPUNIT_ASSERT(!outlet->send({{"three", 0, false}}, stop.get_token()).ok());
    }
    void addressesAreReadStrictly() {
        struct Case {
            const char* kind;
            const char* address;
            bool fits;
        };
        const Case cases[] = {{"syslog", "unix:/dev/log", true},       {"syslog", "udp://log.example.org:514", true}, {"syslog", "tcp://[::1]:601", true},
                              {"syslog", "tls://192.0.2.1:6514", true}, {"syslog", "udp://log.example.org", false},    {"syslog", "tcp://:601", false},
                              {"syslog", "tls://a b:6514", false},      {"syslog", "log.example.org:514", false},      {"syslog", "udp://h:0", false},
                              {"http", "https://log.example.org/in", true}, {"http", "ftp://log.example.org", false}, {"http", "https://user:pw@log.example.org/", false},
                              {"file", "/var/log/audit.jsonl", true},   {"none", "", true}};
        for (const auto& item : cases) {
            config::AuditSink settings;
            settings.kind = item.kind;
            settings.address = item.address;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(item.address, item.fits, audit::parseTarget(settings).ok());
        }
        config::AuditSink settings;
        settings.kind = "http";
        settings.address = "https://log.example.org/";
        settings.token = "file:" + world.dir.file("no-such-token");
        CPPUNIT_ASSERT(!audit::parseTarget(settings).ok());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuditSinkTest);

}  // namespace masthead::console
