#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstdlib>

#include "host/base/unique_fd.hpp"
#include "host/headscale/versions.hpp"
#include "tests/contract/target.hpp"
#include "tests/support/temp_dir.hpp"

namespace masthead::contract {

class Server : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(Server);
    CPPUNIT_TEST(socketTellsDriverAndMinor);
    CPPUNIT_TEST(reflectionNamesExactlyWhatTheTableSaysIsMissing);
    CPPUNIT_TEST(healthPasses);
    CPPUNIT_TEST(absentSocketIsUnavailable);
    CPPUNIT_TEST(silentSocketIsUnavailable);
    CPPUNIT_TEST_SUITE_END();

    void socketTellsDriverAndMinor() {
        const headscale::VersionInfo* version = headscale::versionInfo(expectedMinor());
        CPPUNIT_ASSERT(version != nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string(version->driver), std::string(client().driver()));
        CPPUNIT_ASSERT_EQUAL(expectedMinor(), client().minor());
    }

    void reflectionNamesExactlyWhatTheTableSaysIsMissing() {
        std::vector<std::string> missing = client().missingFields();
        std::sort(missing.begin(), missing.end());
        const std::vector<std::string> expected =
            olderThan("0.29") ? std::vector<std::string>{"AuthApprove", "AuthRegister", "AuthReject", "CheckPolicy", "ExpireNodeRequest.disable_expiry"}
                              : std::vector<std::string>{};
        std::string text;
        for (const std::string& name : missing) text += name + " ";
        CPPUNIT_ASSERT_MESSAGE(text, expected == missing);
    }

    void healthPasses() { MUST(client().health()); }

    void absentSocketIsUnavailable() {
        const std::string socket = std::string(std::getenv("MASTHEAD_CONTRACT_SOCKET")) + ".absent";
        MUST_FAIL(Code::Unavailable, headscale::connect(socket, {2000}));
    }

    // What a hung headscale looks like: the system accepts the connection, nobody ever answers.
    void silentSocketIsUnavailable() {
        const testing::TempDir folder;
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::string path = folder.file("silent.sock");
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        const UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        CPPUNIT_ASSERT_EQUAL(0, ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
        CPPUNIT_ASSERT_EQUAL(0, ::listen(listener.get(), 8));
        MUST_FAIL(Code::Unavailable, headscale::connect(path, {200}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(Server);

}  // namespace masthead::contract
