#include <cppunit/extensions/HelperMacros.h>

#include <set>

#include "demo/fleet.hpp"
#include "demo/policy/policy_check.hpp"
#include "demo/records.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temp_dir.hpp"

namespace masthead::demo {

class FleetTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FleetTest);
    CPPUNIT_TEST(sameSeedSameFleet);
    CPPUNIT_TEST(everyKindIsThere);
    CPPUNIT_TEST(emptyIsEmpty);
    CPPUNIT_TEST_SUITE_END();

    const testing::FakeClock clock_;

    std::string all(const FleetSize& size, const std::string& path) {
        Tailnet tailnet(clock_);
        CPPUNIT_ASSERT(tailnet.open(path, *parsePrefix("100.64.0.0/10"), std::nullopt, [&](Tailnet& empty) { inventFleet(empty, size); }).ok());
        std::string out;
        for (const auto& [id, user] : tailnet.users()) out += toRecord(user).dump();
        for (const auto& [id, node] : tailnet.nodes()) out += toRecord(node).dump();
        for (const auto& [id, key] : tailnet.preAuthKeys()) out += toRecord(key).dump();
        return out;
    }
    void sameSeedSameFleet() {
        testing::TempDir dir;
        const std::string first = all({40, 8, 7}, dir.file("a"));
        CPPUNIT_ASSERT_EQUAL(first, all({40, 8, 7}, dir.file("b")));
        CPPUNIT_ASSERT(first != all({40, 8, 8}, dir.file("c")));
    }
    void everyKindIsThere() {
        testing::TempDir dir;
        Tailnet tailnet(clock_);
        CPPUNIT_ASSERT(tailnet.open(dir.file("state"), *parsePrefix("100.64.0.0/10"), std::nullopt, [](Tailnet& empty) { inventFleet(empty, {300, 20, 1}); }).ok());
        int online = 0, tagged = 0, expired = 0, exits = 0, waiting = 0, markup = 0, longest = 0, unnamed = 0;
        std::set<std::string> names, addresses, systems;
        for (const auto& [id, node] : tailnet.nodes()) {
            online += node.online;
            tagged += !node.tags.empty();
            expired += node.expiry_ms && *node.expiry_ms < clock_.wallMs();
            exits += !node.available_routes.empty() && node.available_routes.front() == "0.0.0.0/0";
            waiting += node.available_routes.size() > node.approved_routes.size();
            markup += node.name.find('<') != std::string::npos;
            longest += node.name.size() == 255;
            unnamed += node.name.empty();
            names.insert(node.given_name);
            addresses.insert(node.addresses.at(0));
            systems.insert(node.os);
        }
        for (const int count : {online, tagged, expired, exits, waiting, markup, longest, unnamed}) CPPUNIT_ASSERT(count > 0);
        CPPUNIT_ASSERT(online < 300);
        CPPUNIT_ASSERT_EQUAL(std::size_t{300}, names.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{300}, addresses.size());
        CPPUNIT_ASSERT(systems.size() > 4);
        bool used = false, old_key = false, reusable = false;
        for (const auto& [id, key] : tailnet.preAuthKeys()) {
            used = used || key.used;
            old_key = old_key || key.expiration_ms < clock_.wallMs();
            reusable = reusable || key.reusable;
        }
        CPPUNIT_ASSERT(used && old_key && reusable);
        const auto policy = checkPolicyText(tailnet.policy()->text);
        CPPUNIT_ASSERT_MESSAGE(policy.ok() ? "" : policy.error().message, policy.ok());
        CPPUNIT_ASSERT(policy->tag_owners.count("tag:server") == 1);
    }
    void emptyIsEmpty() {
        testing::TempDir dir;
        Tailnet tailnet(clock_);
        CPPUNIT_ASSERT(tailnet.open(dir.file("state"), std::nullopt, std::nullopt, [](Tailnet& empty) { inventFleet(empty, {}); }).ok());
        CPPUNIT_ASSERT(tailnet.users().empty() && tailnet.nodes().empty() && tailnet.preAuthKeys().empty() && !tailnet.policy());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FleetTest);

}  // namespace masthead::demo
