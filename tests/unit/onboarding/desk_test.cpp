// The desk towards strangers: forms, limits, tickets, withdrawing and asking again; and the admin's lists.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>

#include "crypto/codec.hpp"
#include "office.hpp"

using namespace onboarding;
using onboarding::testing::Office;

namespace {

class DeskTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DeskTest);
    CPPUNIT_TEST(aRequestIsSeenByBothSides);
    CPPUNIT_TEST(mistakesOfTheFormAreNamedAndNothingIsKept);
    CPPUNIT_TEST(ownFieldsAreChecked);
    CPPUNIT_TEST(closedNetworksAndInviteCodes);
    CPPUNIT_TEST(addressesAreLimitedAlsoAfterARestart);
    CPPUNIT_TEST(theTableOfOpenRequestsIsBounded);
    CPPUNIT_TEST(oneNonceIsOneRequest);
    CPPUNIT_TEST(onlyTheTicketOpensARequest);
    CPPUNIT_TEST(wrongTicketsRunOut);
    CPPUNIT_TEST(withdrawnAndAskedAgain);
    CPPUNIT_TEST(listsFilterSearchAndPage);
    CPPUNIT_TEST(hostileTextStaysText);
    CPPUNIT_TEST(unansweredRequestsExpireAndArePurged);
    CPPUNIT_TEST_SUITE_END();

    static Submission form(const std::string& client = "192.0.2.9") {
        Submission out;
        out.device = "phone";
        out.person = "Ada";
        out.client = client;
        return out;
    }
    static std::string problems(Office& office, const Submission& submission) {
        const auto done = office.desk->submit(submission, nullptr);
        CPPUNIT_ASSERT(done.ok());
        std::string out;
        for (const auto& problem : done->problems) out += problem.path + ":" + problem.reason + " ";
        return out;
    }

public:
    void aRequestIsSeenByBothSides() {
        Office office;
        const auto ticket = office.ask();
        const auto mine = office.desk->view(ticket, "192.0.2.1");
        CPPUNIT_ASSERT_EQUAL(std::string("pending"), mine->state);
        const auto theirs = office.desk->request("1");
        CPPUNIT_ASSERT_EQUAL(mine->words, theirs->text("words"));
        CPPUNIT_ASSERT_EQUAL(std::string("ios"), theirs->text("platform"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, office.desk->counts()["pending"].asInt());
        bool published = false;
        for (const auto& event : office.fake.published) published = published || (event.type == "onboarding.requests" && event.data["upserted"].items().size() == 1);
        CPPUNIT_ASSERT(published);
    }

    void mistakesOfTheFormAreNamedAndNothingIsKept() {
        Office office;
        Submission bad = form();
        bad.device = "";
        bad.person = std::string(200, 'x');
        bad.contact = "a\x01";
        bad.public_key = "short";
        CPPUNIT_ASSERT_EQUAL(std::string("device:required person:too-long contact:invalid publicKey:invalid "), problems(office, bad));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, office.desk->counts()["open"].asInt());
        CPPUNIT_ASSERT(office.fake.stored.empty());
    }

    void ownFieldsAreChecked() {
        Office office;
        office.config = Json::object({{"fields", Json::array({Json::object({{"id", "room"}, {"label", "Room"}, {"required", true}, {"max_length", 3}}),
                                                              Json::object({{"id", "floor"}, {"label", "Floor"}, {"type", "choice"}, {"options", Json::array({"one", "two"})}})})}});
        office.restart();
        Submission some = form();
        CPPUNIT_ASSERT_EQUAL(std::string("fields.room:required "), problems(office, some));
        some.fields = {{"room", "1234"}, {"floor", "three"}};
        CPPUNIT_ASSERT_EQUAL(std::string("fields.room:too-long fields.floor:choice "), problems(office, some));
        some.fields = {{"room", "12"}, {"floor", "two"}, {"admin", "true"}};
        CPPUNIT_ASSERT_EQUAL(std::string(), problems(office, some));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"room":"12","floor":"two"})"), (*office.desk->request("1"))["fields"].dump());
    }

    void closedNetworksAndInviteCodes() {
        Office office;
        office.config = Json::object({{"allowed_networks", Json::array({"192.0.2.0/24"})}, {"invite_code", "Sesame"}});
        office.restart();
        CPPUNIT_ASSERT(office.desk->submit(form("203.0.113.1"), nullptr).error().code == Code::PermissionDenied);
        CPPUNIT_ASSERT_EQUAL(std::string("inviteCode:required "), problems(office, form()));
        Submission guess = form();
        guess.invite_code = "open";
        for (int i = 0; i < 20; ++i) CPPUNIT_ASSERT_EQUAL(std::string("inviteCode:code "), problems(office, guess));
        CPPUNIT_ASSERT(office.desk->submit(guess, nullptr).error().code == Code::ResourceExhausted);
        guess.invite_code = "sesame";
        CPPUNIT_ASSERT_EQUAL(std::string(), problems(office, guess));
        office.config = Json::object({{"public", false}});
        office.restart();
        CPPUNIT_ASSERT(office.desk->submit(form(), nullptr).error().code == Code::FailedPrecondition);
    }

    void addressesAreLimitedAlsoAfterARestart() {
        Office office;
        for (int i = 0; i < 5; ++i) office.ask("Ada", "d", "2001:db8::" + std::to_string(i + 1));
        office.restart();
        CPPUNIT_ASSERT(office.desk->submit(form("2001:db8::99"), nullptr).error().code == Code::ResourceExhausted);
        CPPUNIT_ASSERT(office.desk->submit(form("2001:db8:0:1::1"), nullptr).ok());
        for (int i = 6; i < 200; ++i) office.ask("Ada", "d", "198.51.100." + std::to_string(i));
        CPPUNIT_ASSERT(office.desk->submit(form("203.0.113.1"), nullptr).error().code == Code::ResourceExhausted);
        office.now += kHour;
        CPPUNIT_ASSERT(office.desk->submit(form("2001:db8::99"), nullptr).ok());
    }

    void theTableOfOpenRequestsIsBounded() {
        Office office;
        office.config = Json::object({{"open_cap", 3}, {"per_address_hour", 100}});
        office.restart();
        office.ask();
        office.approveFully("1");
        for (int i = 0; i < 5; ++i) office.ask();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, office.desk->counts()["open"].asInt());
        CPPUNIT_ASSERT_EQUAL(std::string("approved"), office.stateOf("1"));
        CPPUNIT_ASSERT_EQUAL(std::string("expired"), office.stateOf("2"));
        CPPUNIT_ASSERT_EQUAL(std::string("pending"), office.stateOf("6"));
        office.approve("5");
        office.approve("6");
        CPPUNIT_ASSERT(office.desk->submit(form(), nullptr).error().code == Code::ResourceExhausted);
    }

    void oneNonceIsOneRequest() {
        Office office;
        Submission twice = form();
        twice.nonce = "nonce-0123456789";
        const auto first = office.desk->submit(twice, nullptr), second = office.desk->submit(twice, nullptr);
        CPPUNIT_ASSERT_EQUAL(first->ticket, second->ticket);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, office.desk->counts()["open"].asInt());
        twice.client = "203.0.113.77";
        CPPUNIT_ASSERT(office.desk->submit(twice, nullptr)->ticket != first->ticket);
        for (const auto& [key, value] : office.fake.stored) CPPUNIT_ASSERT_MESSAGE(key, value.bytes.find(first->ticket.substr(0, 43)) == std::string::npos);
    }

    void onlyTheTicketOpensARequest() {
        Office office;
        const auto ticket = office.ask();
        CPPUNIT_ASSERT(office.desk->view(ticket, "203.0.113.5").ok());
        for (const std::string& other : {std::string(), std::string("x"), std::string(43, 'A'), ticket + "x", "x" + ticket, randomToken(32)}) {
            const auto seen = office.desk->view(other, "192.0.2.1");
            if (other == ticket + "x") continue;  // the secret part is not what finds it
            CPPUNIT_ASSERT_MESSAGE(other, !seen.ok() && seen.error().code == Code::NotFound);
            CPPUNIT_ASSERT_EQUAL(std::string("there is no such request"), seen.error().message);
            CPPUNIT_ASSERT(office.desk->claim(other, "192.0.2.1", nullptr).error().code == Code::NotFound);
            CPPUNIT_ASSERT(office.desk->withdraw(other, "192.0.2.1", nullptr).error().code == Code::NotFound);
        }
    }

    void wrongTicketsRunOut() {
        Office office;
        const auto ticket = office.ask();
        Code last = Code::Ok;
        for (int i = 0; i < 1001; ++i) last = office.desk->view(randomToken(32), "203.0.113.66").error().code;
        CPPUNIT_ASSERT(last == Code::ResourceExhausted);
        CPPUNIT_ASSERT(office.desk->view(ticket, "203.0.113.66").ok());
    }

    void withdrawnAndAskedAgain() {
        Office office;
        const auto ticket = office.ask("Grace", "laptop");
        CPPUNIT_ASSERT(office.desk->again(ticket, "192.0.2.1", "", "", nullptr).error().code == Code::Conflict);
        CPPUNIT_ASSERT(office.desk->withdraw(ticket, "192.0.2.1", nullptr).ok());
        CPPUNIT_ASSERT(office.desk->withdraw(ticket, "192.0.2.1", nullptr).ok());
        const auto again = office.desk->again(ticket, "192.0.2.1", "", "", nullptr);
        CPPUNIT_ASSERT(again.ok() && again->ticket != ticket);
        CPPUNIT_ASSERT_EQUAL(std::string("Grace"), office.desk->view(again->ticket, "192.0.2.1")->person);
        CPPUNIT_ASSERT_EQUAL(std::string("withdrawn"), office.stateOf("1"));
    }

    void listsFilterSearchAndPage() {
        Office office;
        office.config = Json::object({{"per_address_hour", 100}});
        office.restart();
        for (int i = 0; i < 5; ++i) office.ask("Person" + std::to_string(i), "device-" + std::to_string(i));
        CPPUNIT_ASSERT(office.desk->reject("2", "no", office.call()).ok());
        const Json first = office.desk->requests({"pending", "", "", 3});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, first["total"].asInt());
        CPPUNIT_ASSERT_EQUAL(std::string("5"), first["requests"].items().front().text("id"));
        CPPUNIT_ASSERT_EQUAL(std::string("3"), first.text("next"));
        const Json rest = office.desk->requests({"pending", "", "3", 3});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rest["requests"].items().size());
        CPPUNIT_ASSERT(rest["next"].isNull());
        CPPUNIT_ASSERT_EQUAL(std::string("4"), office.desk->requests({"", "PERSON3", "", 10})["requests"].items().front().text("id"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, office.desk->requests({"rejected", "", "", 10})["total"].asInt());
    }

    void hostileTextStaysText() {
        Office office;
        Submission bad = form();
        bad.person = "<script>alert(1)</script>\u202e";
        bad.message = "line\nline\u2066";
        CPPUNIT_ASSERT_EQUAL(std::string(), problems(office, bad));
        const Json shown = *office.desk->request("1");
        CPPUNIT_ASSERT_EQUAL(std::string("<script>alert(1)</script>\u2039U+202E\u203a"), shown.text("person"));
        CPPUNIT_ASSERT_EQUAL(std::string("line\nline\u2039U+2066\u203a"), shown.text("message"));
    }

    void unansweredRequestsExpireAndArePurged() {
        Office office;
        const auto ticket = office.ask();
        office.work(15 * kDay);
        CPPUNIT_ASSERT_EQUAL(std::string("expired"), office.stateOf("1"));
        office.work(31 * kDay);
        CPPUNIT_ASSERT(!office.desk->request("1").ok());
        CPPUNIT_ASSERT(office.desk->view(ticket, "192.0.2.1").error().code == Code::NotFound);
        const bool kept = std::any_of(office.fake.stored.begin(), office.fake.stored.end(), [](const auto& item) { return item.first != "next-id"; });
        CPPUNIT_ASSERT(!kept);
        office.restart();
        office.ask();
        CPPUNIT_ASSERT(office.desk->request("2").ok());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DeskTest);

}  // namespace
