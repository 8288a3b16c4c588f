#include <cppunit/extensions/HelperMacros.h>

#include "demo/policy/hujson.hpp"
#include "demo/policy/policy_check.hpp"
#include "demo/policy/policy_tests.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temp_dir.hpp"

namespace masthead::demo {

class PolicyCheckTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PolicyCheckTest);
    CPPUNIT_TEST(commentsAndTrailingCommasAreTaken);
    CPPUNIT_TEST(syntaxErrorsNameLineAndColumn);
    CPPUNIT_TEST(definitionsAreRequired);
    CPPUNIT_TEST(portsAndProtocols);
    CPPUNIT_TEST(testsAreEvaluated);
    CPPUNIT_TEST(routesAreApprovedByPolicy);
    CPPUNIT_TEST_SUITE_END();

    static std::string problem(const std::string& text) {
        auto checked = checkPolicyText(text);
        return checked ? "" : checked.error().message;
    }

    void commentsAndTrailingCommasAreTaken() {
        auto parsed = parseHuJson("// a\n{\"a\": [1, /* b */ 2,], \"c//\": \"/* d */\",}\n// e\n");
        CPPUNIT_ASSERT_MESSAGE(parsed.ok() ? "" : parsed.error().message, parsed.ok());
        CPPUNIT_ASSERT_EQUAL(std::string("{\"a\":[1,2],\"c//\":\"/* d */\"}"), parsed->dump());
    }
    void syntaxErrorsNameLineAndColumn() {
        const std::pair<const char*, const char*> cases[] = {
            {"{", "line 1, column 2: parsing value: unexpected EOF"},
            {"{\n  \"a\" 1}", "line 2, column 7: invalid character '1' after object name (expecting ':')"},
            {"{\"a\": 1 2}", "line 1, column 9: invalid character '2' after object value (expecting ',' or '}')"},
            {"[1 2]", "line 1, column 4: invalid character '2' after array value (expecting ',' or ']')"},
            {"{} x", "line 1, column 4: invalid character 'x' after top-level value"},
            {"{\"a\": tru}", "line 1, column 7: invalid literal: tru"},
            {"{1: 2}", "line 1, column 2: invalid character '1' at start of object name"},
            {"/* a", "line 1, column 1: parsing comment: unexpected EOF"}};
        for (const auto& [text, expected] : cases) {
            CPPUNIT_ASSERT_EQUAL("parsing policy: parsing HuJSON: hujson: " + std::string(expected), problem(text));
        }
    }
    void definitionsAreRequired() {
        CPPUNIT_ASSERT_EQUAL(std::string("parsing policy: tag not found: \"tag:x\""),
                             problem(R"({"acls":[{"action":"accept","src":["tag:x"],"dst":["*:*"]}]})"));
        CPPUNIT_ASSERT_EQUAL(std::string("parsing policy: host not defined in policy: \"db\""),
                             problem(R"({"acls":[{"action":"accept","src":["*"],"dst":["db:5432"]}]})"));
        CPPUNIT_ASSERT_EQUAL(std::string(), problem(R"({"hosts":{"db":"10.0.0.5"},"acls":[{"action":"accept","src":["*"],"dst":["db:5432"]}]})"));
        CPPUNIT_ASSERT_EQUAL(std::string("parsing policy: unknown field: \"sorce\""), problem(R"({"acls":[{"sorce":[]}]})"));
        CPPUNIT_ASSERT_EQUAL(std::string(), problem(R"({"acls":[{"#note":"x","action":"accept","src":["*"],"dst":["*:*"]}]})"));
        CPPUNIT_ASSERT_EQUAL(std::string("parsing policy: tagOwners[\"tag:1x\"]: tag names must start with a letter, after 'tag:'"),
                             problem(R"({"tagOwners":{"tag:1x":[]}})"));
        CPPUNIT_ASSERT_EQUAL(std::string("parsing policy: tag \"tag:a\" references undefined tag \"tag:b\""), problem(R"({"tagOwners":{"tag:a":["tag:b"]}})"));
        CPPUNIT_ASSERT(problem(R"({"acls":[],"acls":[]})").find("duplicate") != std::string::npos);
    }
    void portsAndProtocols() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, parsePorts("22,80-90")->size());
        CPPUNIT_ASSERT(!parsePorts("0").ok());
        CPPUNIT_ASSERT(!parsePorts("-80").ok());
        CPPUNIT_ASSERT(!parsePorts("90-80").ok());
        CPPUNIT_ASSERT(!parsePorts("70000").ok());
        CPPUNIT_ASSERT_EQUAL(std::string("fd7a::1/128"), parseDestination("[fd7a::1]/128:443")->first);
        CPPUNIT_ASSERT_EQUAL(std::string("fd7a::1"), parseDestination("fd7a::1:443")->first);
        CPPUNIT_ASSERT_EQUAL(6, parseProtocol("TCP")->front());
        CPPUNIT_ASSERT(parseProtocol("")->empty());
        CPPUNIT_ASSERT(!parseProtocol("06").ok());
        CPPUNIT_ASSERT(!parseProtocol("*").ok());
    }

    const testing::FakeClock clock_;

    void fill(Tailnet& tailnet, const std::string& path) {
        CPPUNIT_ASSERT(tailnet.open(path, std::nullopt, std::nullopt, [](Tailnet&) {}).ok());
        std::uint8_t last = 1;
        for (const char* name : {"ada", "bob"}) {
            User user;
            user.name = name;
            Node node;
            node.user = tailnet.put(user);
            node.given_name = name;
            node.addresses = {"100.64.0." + std::to_string(last++)};
            tailnet.put(node);
        }
    }
    void testsAreEvaluated() {
        testing::TempDir dir;
        Tailnet tailnet(clock_);
        fill(tailnet, dir.file("state"));
        const std::string rules = R"("acls":[{"action":"accept","proto":"tcp","src":["ada@"],"dst":["bob@:22"]}])";
        const auto run = [&](const std::string& test) { return testFailures(*checkPolicyText("{" + rules + ",\"tests\":[" + test + "]}"), tailnet); };
        CPPUNIT_ASSERT_EQUAL(std::string(), run(R"({"src":"ada@","accept":["bob@:22"],"deny":["bob@:80","ada@:22"]})"));
        CPPUNIT_ASSERT_EQUAL(std::string("test(s) failed:\nada@ -> bob@:80: expected ALLOWED, got DENIED"), run(R"({"src":"ada@","accept":["bob@:80"]})"));
        CPPUNIT_ASSERT_EQUAL(std::string("test(s) failed:\nada@ -> bob@:22: expected DENIED, got ALLOWED"), run(R"({"src":"ada@","deny":["bob@:22"]})"));
        CPPUNIT_ASSERT_EQUAL(std::string("test(s) failed:\nada@ -> bob@:22 (udp): expected ALLOWED, got DENIED"),
                             run(R"({"src":"ada@","proto":"udp","accept":["bob@:22"]})"));
        CPPUNIT_ASSERT_EQUAL(std::string("test(s) failed:\neve@: source \"eve@\" resolved to no IP addresses"), run(R"({"src":"eve@","accept":["bob@:22"]})"));
    }
    void routesAreApprovedByPolicy() {
        testing::TempDir dir;
        Tailnet tailnet(clock_);
        fill(tailnet, dir.file("state"));
        const auto document = *checkPolicyText(
            R"({"groups":{"group:g":["ada@"]},"autoApprovers":{"routes":{"10.0.0.0/8":["group:g"],"0.0.0.0/0":["bob@"]},"exitNode":["bob@"]}})");
        const Node& ada = tailnet.nodes().at(1);
        const Node& bob = tailnet.nodes().at(2);
        CPPUNIT_ASSERT(autoApproved(document, tailnet, ada, "10.1.0.0/16"));
        CPPUNIT_ASSERT(!autoApproved(document, tailnet, ada, "192.168.0.0/16"));
        CPPUNIT_ASSERT(!autoApproved(document, tailnet, ada, "0.0.0.0/0"));
        CPPUNIT_ASSERT(autoApproved(document, tailnet, bob, "::/0"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PolicyCheckTest);

}  // namespace masthead::demo
