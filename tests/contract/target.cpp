#include "tests/contract/target.hpp"

#include <cstdlib>

#include "host/base/clock.hpp"
#include "host/base/random.hpp"
#include "host/headscale/versions.hpp"

namespace masthead::contract {

namespace {

std::string fromEnvironment(const char* name) {
    const char* value = std::getenv(name);
    CPPUNIT_ASSERT_MESSAGE(std::string(name) + " is not set", value != nullptr && *value != '\0');
    return value;
}

std::string randomLetters(std::size_t count) {
    std::string out = randomBytes(count);
    for (char& c : out) c = static_cast<char>('a' + static_cast<unsigned char>(c) % 26);
    return out;
}

}  // namespace

headscale::Client& client() {
    static const std::unique_ptr<headscale::Client> kClient = [] {
        auto made = headscale::connect(fromEnvironment("MASTHEAD_CONTRACT_SOCKET"));
        MUST(made);
        return std::move(*made);
    }();
    return *kClient;
}

std::string expectedMinor() { return headscale::minorOf(fromEnvironment("MASTHEAD_CONTRACT_VERSION")); }

bool olderThan(const std::string& minor) { return expectedMinor() < minor; }

std::string fresh(const std::string& stem) { return stem + "-" + randomLetters(10); }

std::string freshAuthId() { return (olderThan("0.29") ? "" : "hskey-authreq-") + randomLetters(24); }

headscale::User newUser() {
    auto user = client().createUser({fresh("user"), "", "", ""});
    MUST(user);
    return *user;
}

headscale::Node newNode(const headscale::User& owner, const std::vector<std::string>& routes) {
    const std::string key = freshAuthId();
    auto pending = client().debugCreateNode(owner.name, key, fresh("node"), routes);
    MUST(pending);
    auto node = client().registerNode(owner.name, key);
    MUST(node);
    return *node;
}

void allowTags() {
    auto set = client().setPolicy(R"({"tagOwners": {"tag:contract": [], "tag:other": []}, "acls": [{"action": "accept", "src": ["*"], "dst": ["*:*"]}]})");
    MUST(set);
}

std::int64_t hoursFromNow(int hours) { return SystemClock().wallMs() / 1000 * 1000 + std::int64_t{hours} * 3'600'000; }

}  // namespace masthead::contract
