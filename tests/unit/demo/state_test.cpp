// State file, elections of primary routers, names and addresses, faults.
#include <cppunit/extensions/HelperMacros.h>

#include <fstream>

#include "demo/faults.hpp"
#include "demo/tailnet.hpp"
#include "host/base/file.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temp_dir.hpp"

namespace masthead::demo {

namespace {

void openIn(Tailnet& tailnet, const std::string& path) {
    const auto opened = tailnet.open(path, *parsePrefix("100.64.0.0/10"), *parsePrefix("fd7a:115c:a1e0::/48"), [](Tailnet&) {});
    CPPUNIT_ASSERT_MESSAGE(opened.ok() ? "" : opened.error().message, opened.ok());
}

Node router(const std::string& name, bool online) {
    Node node;
    node.name = name;
    node.given_name = name;
    node.online = online;
    node.available_routes = {"10.0.0.0/24", "0.0.0.0/0", "::/0"};
    node.approved_routes = {"0.0.0.0/0", "10.0.0.0/24", "::/0"};
    return node;
}

}  // namespace

class StateTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StateTest);
    CPPUNIT_TEST(changesSurviveWithoutAnOrderlyStop);
    CPPUNIT_TEST(aTornLastLineIsIgnoredAndDamageBeforeItIsNot);
    CPPUNIT_TEST(idsAreNotUsedTwiceAcrossRestarts);
    CPPUNIT_TEST(aPrimaryStaysUntilItGoesAway);
    CPPUNIT_TEST(givenNamesAreNumberedAndFit);
    CPPUNIT_TEST(addressesSkipTheReservedOnes);
    CPPUNIT_TEST(deletingAKeyUnlinksItsNodes);
    CPPUNIT_TEST(faultsCountDownAndFollowTheFile);
    CPPUNIT_TEST(faultCodesMapBothWays);
    CPPUNIT_TEST_SUITE_END();

    void changesSurviveWithoutAnOrderlyStop() {
        testing::TempDir dir;
        const testing::FakeClock clock;
        Tailnet first(clock);
        openIn(first, dir.file("state"));
        User user;
        user.name = "ada";
        const auto id = first.put(user);
        Node node = router("r", true);
        node.user = id;
        node.expiry_ms = 5;
        const auto node_id = first.put(node);
        first.put(StoredPolicy{"{}", 7});
        first.waitDurable(first.lastChange());
        // The first is still open: its file is read as a killed process would have left it.
        Tailnet second(clock);
        const auto text = *readFile(dir.file("state"));
        CPPUNIT_ASSERT(writeFileAtomic(dir.file("copy"), text).ok());
        openIn(second, dir.file("copy"));
        CPPUNIT_ASSERT_EQUAL(std::string("ada"), second.users().at(id).name);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, *second.nodes().at(node_id).expiry_ms);
        CPPUNIT_ASSERT(node.approved_routes == second.nodes().at(node_id).approved_routes);
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), second.policy()->text);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, second.primaryRoutes(second.nodes().at(node_id)).size());
    }
    void aTornLastLineIsIgnoredAndDamageBeforeItIsNot() {
        testing::TempDir dir;
        const testing::FakeClock clock;
        {
            Tailnet tailnet(clock);
            openIn(tailnet, dir.file("state"));
            tailnet.put(User{});
            tailnet.waitDurable(tailnet.lastChange());
        }
        const auto whole = *readFile(dir.file("state"));
        CPPUNIT_ASSERT(writeFileAtomic(dir.file("torn"), whole + "{\"kind\":\"user\",\"val").ok());
        Tailnet torn(clock);
        openIn(torn, dir.file("torn"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, torn.users().size());
        CPPUNIT_ASSERT(writeFileAtomic(dir.file("damaged"), "not json\n" + whole).ok());
        Tailnet damaged(clock);
        const auto opened = damaged.open(dir.file("damaged"), std::nullopt, std::nullopt, [](Tailnet&) {});
        CPPUNIT_ASSERT(!opened.ok());
        CPPUNIT_ASSERT(opened.error().message.find("line 1") != std::string::npos);
    }
    void idsAreNotUsedTwiceAcrossRestarts() {
        testing::TempDir dir;
        const testing::FakeClock clock;
        std::uint64_t id = 0;
        {
            Tailnet tailnet(clock);
            openIn(tailnet, dir.file("state"));
            id = tailnet.put(User{});
            tailnet.eraseUser(id);
        }
        {
            // The snapshot of this start no longer holds the user at all.
            Tailnet tailnet(clock);
            openIn(tailnet, dir.file("state"));
        }
        Tailnet tailnet(clock);
        openIn(tailnet, dir.file("state"));
        CPPUNIT_ASSERT_EQUAL(id + 1, tailnet.put(User{}));
    }
    void aPrimaryStaysUntilItGoesAway() {
        testing::TempDir dir;
        const testing::FakeClock clock;
        Tailnet tailnet(clock);
        openIn(tailnet, dir.file("state"));
        const auto low = tailnet.put(router("low", false));
        const auto high = tailnet.put(router("high", true));
        const auto primary = [&] { return tailnet.primaries().at("10.0.0.0/24"); };
        CPPUNIT_ASSERT_EQUAL(high, primary());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, tailnet.primaries().size());  // exit routes are not elected
        Node back = tailnet.nodes().at(low);
        back.online = true;
        tailnet.put(back);
        CPPUNIT_ASSERT_EQUAL(high, primary());
        Node away = tailnet.nodes().at(high);
        away.online = false;
        tailnet.put(away);
        CPPUNIT_ASSERT_EQUAL(low, primary());
        tailnet.eraseNode(low);
        CPPUNIT_ASSERT(tailnet.primaries().empty());
    }
    void givenNamesAreNumberedAndFit() {
        testing::TempDir dir;
        const testing::FakeClock clock;
        Tailnet tailnet(clock);
        openIn(tailnet, dir.file("state"));
        for (const char* expected : {"lap-top", "lap-top-1", "lap-top-2"}) {
            Node node;
            node.given_name = tailnet.freeGivenName("Lap <top>");
            CPPUNIT_ASSERT_EQUAL(std::string(expected), node.given_name);
            tailnet.put(node);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("node"), tailnet.freeGivenName("\xF0\x9F\x92\xBB"));
        Node longest;
        longest.given_name = tailnet.freeGivenName(std::string(255, 'w'));
        CPPUNIT_ASSERT_EQUAL(std::size_t{63}, longest.given_name.size());
        tailnet.put(longest);
        CPPUNIT_ASSERT_EQUAL(std::string(61, 'w') + "-1", tailnet.freeGivenName(std::string(255, 'w')));
    }
    void addressesSkipTheReservedOnes() {
        testing::TempDir dir;
        const testing::FakeClock clock;
        Tailnet tailnet(clock);
        // A small range around 100.100.100.100 shows the skipping without millions of nodes.
        CPPUNIT_ASSERT(tailnet.open(dir.file("state"), *parsePrefix("100.100.100.98/29"), std::nullopt, [](Tailnet&) {}).ok());
        Node node;
        node.addresses = tailnet.allocateAddresses();
        CPPUNIT_ASSERT_EQUAL(std::string("100.100.100.99"), node.addresses.at(0));
        tailnet.put(node);
        CPPUNIT_ASSERT_EQUAL(std::string("100.100.100.101"), tailnet.allocateAddresses().at(0));
    }
    void deletingAKeyUnlinksItsNodes() {
        testing::TempDir dir;
        const testing::FakeClock clock;
        Tailnet tailnet(clock);
        openIn(tailnet, dir.file("state"));
        const auto key = tailnet.put(PreAuthKey{});
        Node node;
        node.key_id = key;
        const auto id = tailnet.put(node);
        tailnet.erasePreAuthKey(key);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, tailnet.nodes().at(id).key_id);
    }
    void faultsCountDownAndFollowTheFile() {
        testing::TempDir dir;
        Faults faults(dir.file("faults"));
        CPPUNIT_ASSERT(!faults.pass("ListNodes", ""));
        std::ofstream(dir.file("faults")) << R"({"errors":{"ListNodes":{"code":13,"message":"no","count":2},"GET /health":{"code":503}}})";
        CPPUNIT_ASSERT_EQUAL(std::string("no"), faults.pass("ListNodes", "")->message);
        CPPUNIT_ASSERT(!faults.pass("ListUsers", ""));
        CPPUNIT_ASSERT(faults.pass("ListNodes", "").has_value());
        CPPUNIT_ASSERT(!faults.pass("ListNodes", ""));
        CPPUNIT_ASSERT_EQUAL(503, faults.pass("", "GET /health")->httpStatus());
        CPPUNIT_ASSERT(faults.pass("", "GET /health").has_value());
        std::ofstream(dir.file("faults")) << "{}";
        CPPUNIT_ASSERT(!faults.pass("", "GET /health"));
    }
    void faultCodesMapBothWays() {
        CPPUNIT_ASSERT_EQUAL(404, (FaultError{5, "", -1}).httpStatus());
        CPPUNIT_ASSERT_EQUAL(5, (FaultError{404, "", -1}).grpcCode());
        CPPUNIT_ASSERT_EQUAL(2, (FaultError{500, "", -1}).grpcCode());
        CPPUNIT_ASSERT_EQUAL(500, (FaultError{2, "", -1}).httpStatus());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StateTest);

}  // namespace masthead::demo
