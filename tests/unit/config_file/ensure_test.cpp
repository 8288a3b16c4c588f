#include "host/headscale/config_file/ensure.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "host/base/file.hpp"
#include "host/config/values.hpp"
#include "host/headscale/config_file/edit.hpp"
#include "tests/support/temp_dir.hpp"

namespace masthead::headscale::config_file {

class EnsureTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EnsureTest);
    CPPUNIT_TEST(generatesOnceAndThenLeavesItAlone);
    CPPUNIT_TEST(keepsPortsAndHandEdits);
    CPPUNIT_TEST(followsPublicUrlAndKeepsTheFormerText);
    CPPUNIT_TEST(movesAwayFromATakenPort);
    CPPUNIT_TEST(bringsListenersBackToLoopback);
    CPPUNIT_TEST(noticesDriftAndContradictions);
    CPPUNIT_TEST(refusesABrokenFileWithoutTouchingIt);
    CPPUNIT_TEST(choosesAFreeStunPortWhenAsked);
    CPPUNIT_TEST_SUITE_END();

    masthead::testing::TempDir dir_;
    config::Config config_;

    Files files() const { return Files{dir_.file("headscale")}; }
    Ensured ensure() {
        config_.public_url = config_.public_url.empty() ? "https://vpn.example.org" : config_.public_url;
        config_.headscale.network.derp_stun_listen = "127.0.0.1:0";
        auto out = ensureConfig(config_, files(), 29);
        CPPUNIT_ASSERT_MESSAGE(out.ok() ? "" : out.error().message, out.ok());
        return *out;
    }
    std::string text() const { return *readFile(files().config()); }
    void write(const std::string& content) { CPPUNIT_ASSERT(writeFileAtomic(files().config(), content).ok()); }
    Json value(const char* path) const { return **getValue(text(), keyPath(path)); }

    void generatesOnceAndThenLeavesItAlone() {
        const Ensured first = ensure();
        CPPUNIT_ASSERT(first.generated && !first.drifted);
        CPPUNIT_ASSERT_EQUAL(std::string("database"), value("policy.mode").asString());
        CPPUNIT_ASSERT_EQUAL(std::string("0600"), value("unix_socket_permission").asString());
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), value("derp.urls").dump());
        CPPUNIT_ASSERT(value("disable_check_updates").asBool());
        struct stat info {};
        CPPUNIT_ASSERT(::stat(files().socketDir().c_str(), &info) == 0 && (info.st_mode & 0777) == 0700);
        CPPUNIT_ASSERT(::stat(files().config().c_str(), &info) == 0 && (info.st_mode & 0777) == 0600);
        const std::string before = text();
        const Ensured second = ensure();
        CPPUNIT_ASSERT(!second.generated && !second.drifted && second.changed.empty());
        CPPUNIT_ASSERT_EQUAL(before, text());
        CPPUNIT_ASSERT_EQUAL(first.http, second.http);
        CPPUNIT_ASSERT(!fileExists(files().config() + ".1"));
    }
    void keepsPortsAndHandEdits() {
        const Ensured first = ensure();
        write("# mine\n" + text() + "node:\n  expiry: 180d # half a year\n");
        const std::string edited = text();
        const Ensured second = ensure();
        CPPUNIT_ASSERT(second.drifted);
        CPPUNIT_ASSERT_EQUAL(edited, text());
        CPPUNIT_ASSERT_EQUAL(first.metrics, second.metrics);
    }
    void followsPublicUrlAndKeepsTheFormerText() {
        ensure();
        const std::string before = text();
        config_.public_url = "https://other.example.org:8443";
        const Ensured moved = ensure();
        CPPUNIT_ASSERT_EQUAL(std::string("server_url"), moved.changed.at(0));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, moved.changed.size());
        CPPUNIT_ASSERT_EQUAL(before, *readFile(files().config() + ".1"));
        std::string expected = before;
        expected.replace(expected.find("https://vpn.example.org"), 23, "https://other.example.org:8443");
        CPPUNIT_ASSERT_EQUAL(expected, text());
        config_.public_url = "https://third.example.org";
        ensure();
        CPPUNIT_ASSERT_EQUAL(expected, *readFile(files().config() + ".2"));
    }
    void movesAwayFromATakenPort() {
        ensure();
        UniqueFd holder(::socket(AF_INET, SOCK_STREAM, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        CPPUNIT_ASSERT(::bind(holder.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                       ::listen(holder.get(), 1) == 0);
        socklen_t length = sizeof address;
        ::getsockname(holder.get(), reinterpret_cast<sockaddr*>(&address), &length);
        const std::string taken = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        const std::string former = *setValue(text(), keyPath("listen_addr"), Json(taken));
        write(former);
        const Ensured moved = ensure();
        CPPUNIT_ASSERT(moved.http != taken);
        CPPUNIT_ASSERT_EQUAL(moved.http, value("listen_addr").asString());
        CPPUNIT_ASSERT_EQUAL(*setValue(former, keyPath("listen_addr"), Json(moved.http)), text());
    }
    void bringsListenersBackToLoopback() {
        ensure();
        write(*setValue(*setValue(text(), keyPath("listen_addr"), Json("0.0.0.0:8080")), keyPath("unix_socket"),
                        Json("/tmp/elsewhere.sock")));
        const Ensured fixed = ensure();
        CPPUNIT_ASSERT(config::isLoopback(config::parseListen(value("listen_addr").asString())->address));
        CPPUNIT_ASSERT_EQUAL(files().socket(), value("unix_socket").asString());
        CPPUNIT_ASSERT_EQUAL(files().socket(), fixed.socket);
    }
    void noticesDriftAndContradictions() {
        ensure();
        write(text() + "tls_cert_path: /etc/x.pem\n");
        const Ensured out = ensure();
        CPPUNIT_ASSERT(out.drifted);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, out.warnings.size());
        CPPUNIT_ASSERT(out.warnings[0].find("tls_cert_path") != std::string::npos);
    }
    void refusesABrokenFileWithoutTouchingIt() {
        ensure();
        write("server_url: [\n");
        const auto out = ensureConfig(config_, files(), 29);
        CPPUNIT_ASSERT(!out.ok());
        CPPUNIT_ASSERT(out.error().message.find("config.yaml: line") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("server_url: [\n"), text());
    }
    void choosesAFreeStunPortWhenAsked() {
        ensure();
        const auto stun = config::parseListen(value("derp.server.stun_listen_addr").asString());
        CPPUNIT_ASSERT(stun.ok() && stun->port != 0 && stun->address == "127.0.0.1");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EnsureTest);

}  // namespace masthead::headscale::config_file
