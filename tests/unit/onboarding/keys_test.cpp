// Keys: approval with undo, sealing and claiming, headscale away, revoking, joining, bulk, what admins may see.
#include <cppunit/extensions/HelperMacros.h>

#include "crypto/codec.hpp"
#include "office.hpp"

using namespace onboarding;
using onboarding::testing::Office;

namespace {

class KeysTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(KeysTest);
    CPPUNIT_TEST(nothingIsMadeBeforeTheTimeToUndoIsOver);
    CPPUNIT_TEST(onlyTheBrowserOpensItsKeyAndOnce);
    CPPUNIT_TEST(withoutJavaScriptTheTicketOpensIt);
    CPPUNIT_TEST(theKeyIsNowhereInTheStoreInClear);
    CPPUNIT_TEST(adminsSeeItUntilItIsClaimed);
    CPPUNIT_TEST(adminsNeverSeeItWhenSwitchedOff);
    CPPUNIT_TEST(headscaleAwayThenExactlyOneKey);
    CPPUNIT_TEST(aRefusedKeyGoesBackToTheAdmin);
    CPPUNIT_TEST(ownersAreFoundOrMade);
    CPPUNIT_TEST(anOwnerHasANameBeforeTheKeyIsMade);
    CPPUNIT_TEST(rejectWithdrawAndDeleteExpireTheKey);
    CPPUNIT_TEST(revokingWaitsForHeadscale);
    CPPUNIT_TEST(unusedKeysExpire);
    CPPUNIT_TEST(aNodeClosesTheRequest);
    CPPUNIT_TEST(bulkHasOneResultPerRow);
    CPPUNIT_TEST(everyDecisionIsAuditedWithoutTheKey);
    CPPUNIT_TEST_SUITE_END();

    static Json atOnce() { return Json::object({{"undoSeconds", 0}}); }

public:
    void nothingIsMadeBeforeTheTimeToUndoIsOver() {
        Office office;
        const auto ticket = office.ask();
        office.approve("1");
        office.work(9'000);
        CPPUNIT_ASSERT_EQUAL(std::string("approving"), office.stateOf("1"));
        CPPUNIT_ASSERT_EQUAL(std::string("pending"), office.desk->view(ticket, "")->state);
        CPPUNIT_ASSERT(office.tailnet.keys.empty());
        CPPUNIT_ASSERT(office.desk->undo("1", office.call()).ok());
        office.work(60'000);
        CPPUNIT_ASSERT_EQUAL(std::string("pending"), office.stateOf("1"));
        CPPUNIT_ASSERT(office.tailnet.keys.empty());
        office.approveFully("1");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, office.tailnet.liveKeys());
        CPPUNIT_ASSERT(office.desk->undo("1", office.call()).error().code == Code::Conflict);
        CPPUNIT_ASSERT(office.desk->approve("1", Json::object(), office.call()).error().code == Code::Conflict);
    }

    void onlyTheBrowserOpensItsKeyAndOnce() {
        Office office;
        std::string secret;
        const auto ticket = office.askWithKey(secret);
        CPPUNIT_ASSERT(office.desk->claim(ticket, "", nullptr)->outcome == Claim::Outcome::NotYet);
        office.approveFully("1");
        const auto claim = office.desk->claim(ticket, "", nullptr);
        CPPUNIT_ASSERT(claim->outcome == Claim::Outcome::Ready);
        CPPUNIT_ASSERT(claim->opened.isNull());
        std::string error;
        const auto key = Json::parse(*openSealed(claim->sealed, secret), error);
        CPPUNIT_ASSERT_EQUAL(office.tailnet.keys[0].text, key->text("key"));
        CPPUNIT_ASSERT_EQUAL("tailscale up --login-server https://console.example.org --auth-key " + office.tailnet.keys[0].text, key->text("command"));
        CPPUNIT_ASSERT(key->text("qrSvg").rfind("<svg", 0) == 0);
        CPPUNIT_ASSERT(office.desk->claim(ticket, "", nullptr)->outcome == Claim::Outcome::Gone);
        CPPUNIT_ASSERT_EQUAL(std::string("claimed"), office.stateOf("1"));
        office.restart();
        CPPUNIT_ASSERT(office.desk->claim(ticket, "", nullptr)->outcome == Claim::Outcome::Gone);
    }

    void withoutJavaScriptTheTicketOpensIt() {
        Office office;
        const auto ticket = office.ask();
        office.approveFully("1");
        CPPUNIT_ASSERT(!office.desk->view(ticket, "")->sealed_for_browser);
        CPPUNIT_ASSERT_EQUAL(office.tailnet.keys[0].text, office.desk->claim(ticket, "", nullptr)->opened.text("key"));
    }

    void theKeyIsNowhereInTheStoreInClear() {
        Office office;
        const auto ticket = office.ask();
        office.approveFully("1");
        int encrypted = 0;
        for (const auto& [key, value] : office.fake.stored) {
            if ((value.flags & MH_STORE_SEALED) != 0) ++encrypted;
            else CPPUNIT_ASSERT_MESSAGE(key, value.bytes.find("secret") == std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(key, value.bytes.find(ticket) == std::string::npos && value.bytes.find(ticket.substr(44)) == std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(1, encrypted);
    }

    void adminsSeeItUntilItIsClaimed() {
        Office office;
        const auto ticket = office.ask();
        CPPUNIT_ASSERT(office.desk->reveal("1", office.call()).error().code == Code::NotFound);
        office.approveFully("1");
        CPPUNIT_ASSERT_EQUAL(office.tailnet.keys[0].text, office.desk->reveal("1", office.call())->text("key"));
        const auto sheet = office.desk->sheet({"1", "77"}, office.call());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, (*sheet)["sheet"].items().size());
        CPPUNIT_ASSERT(office.desk->claim(ticket, "", nullptr)->outcome == Claim::Outcome::Ready);
        CPPUNIT_ASSERT(office.desk->reveal("1", office.call()).error().code == Code::NotFound);
        CPPUNIT_ASSERT((*office.desk->sheet({"1"}, office.call()))["sheet"].items().empty());
        for (const auto& [key, value] : office.fake.stored) CPPUNIT_ASSERT_MESSAGE(key, value.bytes.find("secret") == std::string::npos);
    }

    void adminsNeverSeeItWhenSwitchedOff() {
        Office office;
        office.config = Json::object({{"admin_sees_key", false}});
        office.restart();
        office.ask();
        office.approveFully("1");
        CPPUNIT_ASSERT(office.desk->reveal("1", office.call()).error().code == Code::PermissionDenied);
        for (const auto& [key, value] : office.fake.stored) CPPUNIT_ASSERT_MESSAGE(key, value.bytes.find("secret") == std::string::npos);
    }

    void headscaleAwayThenExactlyOneKey() {
        Office office;
        office.ask();
        office.tailnet.away = true;
        office.approve("1");
        for (int i = 0; i < 10; ++i) office.work(10'000);
        CPPUNIT_ASSERT_EQUAL(std::string("key-pending"), office.stateOf("1"));
        CPPUNIT_ASSERT(!office.desk->request("1")->text("error").empty());
        office.tailnet.away = false;
        for (int i = 0; i < 10; ++i) office.work(10'000);
        CPPUNIT_ASSERT_EQUAL(std::string("approved"), office.stateOf("1"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, office.tailnet.keys.size());
    }

    void aRefusedKeyGoesBackToTheAdmin() {
        Office office;
        office.ask();
        office.tailnet.refuse_keys = 1;
        office.approve("1");
        office.work(10'001);
        CPPUNIT_ASSERT_EQUAL(std::string("pending"), office.stateOf("1"));
        CPPUNIT_ASSERT(office.desk->request("1")->text("error").find("tags are not permitted") != std::string::npos);
        office.approveFully("1");
        CPPUNIT_ASSERT((*office.desk->request("1"))["error"].isNull());
    }

    void ownersAreFoundOrMade() {
        Office office;
        office.ask("Ada");
        office.approveFully("1");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), office.tailnet.keys[0].user_id);
        office.ask("Grace Hopper");
        office.approveFully("2");
        CPPUNIT_ASSERT_EQUAL(std::string("grace-hopper"), office.tailnet.users[2].second);
        office.ask("x");
        office.approveFully("3", Json::object({{"user", "2"}}));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), office.tailnet.keys[2].user_id);
        office.ask("y");
        office.approveFully("4", Json::object({{"tags", Json::array({"tag:kiosk"})}}));
        CPPUNIT_ASSERT_EQUAL(std::string(), office.tailnet.keys[3].user_id);
        office.ask("\u5f20\u4e09");
        CPPUNIT_ASSERT(office.desk->approve("5", Json::object(), office.call()).error().code == Code::InvalidArgument);
    }

    void anOwnerHasANameBeforeTheKeyIsMade() {
        Office office;
        for (int i = 0; i < 3; ++i) office.ask();
        const auto& [id, name] = office.tailnet.users.front();
        const Json to_user = Json::object({{"user", id}});
        const Json approved = office.approve("1", to_user);
        CPPUNIT_ASSERT_EQUAL(std::string("approving"), approved.text("state"));
        CPPUNIT_ASSERT_EQUAL(name, approved["owner"].text("name"));
        const auto done = office.desk->bulk(Json::object({{"ids", Json::array({"2"})}, {"action", "approve"}, {"options", to_user}}), office.call());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, (*done)["ok"].asInt());
        CPPUNIT_ASSERT_EQUAL(name, (*office.desk->request("2"))["owner"].text("name"));
        CPPUNIT_ASSERT(office.desk->undo("1", office.call()).ok());
        CPPUNIT_ASSERT((*office.desk->request("1"))["owner"].isNull());
        // Without headscale the decision stands, and the id is all that is known.
        office.tailnet.away = true;
        CPPUNIT_ASSERT_EQUAL(std::string(), office.approve("3", to_user)["owner"].text("name"));
    }

    void rejectWithdrawAndDeleteExpireTheKey() {
        Office office;
        const auto ticket = office.ask();
        office.ask();
        office.ask();
        for (const char* id : {"1", "2", "3"}) office.approveFully(id);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, office.tailnet.liveKeys());
        CPPUNIT_ASSERT(office.desk->withdraw(ticket, "", nullptr).ok());
        CPPUNIT_ASSERT(office.desk->reject("2", "left", office.call()).ok());
        CPPUNIT_ASSERT(office.desk->erase("3", office.call()).ok());
        office.work();
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, office.tailnet.liveKeys());
        CPPUNIT_ASSERT(office.desk->claim(ticket, "", nullptr)->outcome == Claim::Outcome::Gone);
        CPPUNIT_ASSERT_EQUAL(std::string("left"), office.desk->request("2")->text("reason"));
    }

    void revokingWaitsForHeadscale() {
        Office office;
        office.ask();
        office.approveFully("1");
        office.tailnet.away = true;
        CPPUNIT_ASSERT(office.desk->erase("1", office.call()).ok());
        office.work();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, office.tailnet.liveKeys());
        office.restart();
        office.tailnet.away = false;
        office.work();
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, office.tailnet.liveKeys());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, (*office.desk->work(office.call()))["toRevoke"].asInt());
    }

    void unusedKeysExpire() {
        Office office;
        const auto ticket = office.ask();
        office.approveFully("1");
        office.work(25 * kHour);
        CPPUNIT_ASSERT_EQUAL(std::string("expired"), office.stateOf("1"));
        CPPUNIT_ASSERT(office.tailnet.keys[0].expired);
        CPPUNIT_ASSERT(office.desk->claim(ticket, "", nullptr)->outcome == Claim::Outcome::Gone);
        CPPUNIT_ASSERT(office.desk->request("1")->text("error").find("revoked") != std::string::npos);
    }

    void aNodeClosesTheRequest() {
        Office office;
        const auto ticket = office.ask();
        office.ask();
        office.approveFully("1", Json::object({{"nodeName", "ada-phone"}}));
        office.approveFully("2");
        office.tailnet.join(office.tailnet.keys[0].id, "iphone");
        office.desk->nodesChanged(office.tailnet.nodes, office.call());
        CPPUNIT_ASSERT_EQUAL(std::string("joined"), office.stateOf("1"));
        CPPUNIT_ASSERT_EQUAL(std::string("100.64.0.7"), office.desk->view(ticket, "")->node_address);
        office.work();
        CPPUNIT_ASSERT_EQUAL(std::string("ada-phone"), (*office.desk->request("1"))["node"].text("givenName"));
        // One whose event was lost is found by looking.
        office.tailnet.join(office.tailnet.keys[1].id, "laptop");
        office.work(20'000);
        CPPUNIT_ASSERT_EQUAL(std::string("joined"), office.stateOf("2"));
    }

    void bulkHasOneResultPerRow() {
        Office office;
        office.config = Json::object({{"per_address_hour", 1000}});
        office.restart();
        Json ids = Json::array();
        for (int i = 1; i <= 20; ++i) {
            office.ask("user" + std::to_string(i));
            ids.push(std::to_string(i));
        }
        ids.push("99");
        CPPUNIT_ASSERT(office.desk->reject("20", "", office.call()).ok());
        const auto preview = office.desk->bulk(Json::object({{"ids", ids}, {"action", "approve"}, {"preview", true}}), office.call());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{19}, (*preview)["ok"].asInt());
        CPPUNIT_ASSERT_EQUAL(std::string("user1"), (*preview)["results"].items()[0]["owner"].text("name"));
        CPPUNIT_ASSERT(office.tailnet.keys.empty());
        office.tailnet.refuse_keys = 3;
        const auto done = office.desk->bulk(Json::object({{"ids", ids}, {"action", "approve"}, {"options", atOnce()}}), office.call());
        CPPUNIT_ASSERT_EQUAL(std::size_t{21}, (*done)["results"].items().size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{16}, (*done)["ok"].asInt());
        CPPUNIT_ASSERT_EQUAL(std::size_t{16}, office.tailnet.liveKeys());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, office.desk->counts()["pending"].asInt());
        const auto rejected = office.desk->bulk(Json::object({{"filter", Json::object({{"state", "pending"}})}, {"action", "reject"}}), office.call());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, (*rejected)["ok"].asInt());
    }

    void everyDecisionIsAuditedWithoutTheKey() {
        Office office;
        const auto ticket = office.ask();
        office.approve("1");
        CPPUNIT_ASSERT(office.desk->undo("1", office.call()).ok());
        office.approveFully("1");
        CPPUNIT_ASSERT(office.desk->reveal("1", office.call()).ok());
        CPPUNIT_ASSERT(office.desk->claim(ticket, "", nullptr).ok());
        CPPUNIT_ASSERT(office.desk->reject("1", "", office.call()).ok());
        std::string actions;
        for (const auto& record : office.fake.audited) {
            actions += record.action.substr(11) + " ";
            CPPUNIT_ASSERT_MESSAGE(record.action, record.detail.dump().find("secret") == std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("approve undo approve key-made reveal claim reject key-expired "), actions);
        for (const auto& event : office.fake.published) CPPUNIT_ASSERT(event.data.dump().find("secret") == std::string::npos);
        for (const auto& line : office.fake.logged) CPPUNIT_ASSERT(line.message.find("secret") == std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeysTest);

}  // namespace
