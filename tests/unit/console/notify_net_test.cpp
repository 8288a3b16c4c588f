#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

#include "host/console/net/address_policy.hpp"
#include "host/console/net/http.hpp"
#include "host/console/net/smtp.hpp"
#include "host/console/net/url.hpp"
#include "host/console/notify/channels/sender.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console::notify {

using namespace net;

class NotifyNetTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NotifyNetTest);
    CPPUNIT_TEST(addressesFallIntoThreeClasses);
    CPPUNIT_TEST(privateNamesAreKnown);
    CPPUNIT_TEST(privateAddressesNeedThatToBeMeant);
    CPPUNIT_TEST(urlsAreTakenApartStrictly);
    CPPUNIT_TEST(headsAreReadInPieces);
    CPPUNIT_TEST(headsThatAreNoneAreRefused);
    CPPUNIT_TEST(repliesAreReadInPieces);
    CPPUNIT_TEST(repliesThatAreNoneAreRefused);
    CPPUNIT_TEST(headersWithControlCharactersAreNeverSent);
    CPPUNIT_TEST(answersMeanSentLaterOrNever);
    CPPUNIT_TEST_SUITE_END();

    static sockaddr_storage address(const std::string& text) {
        sockaddr_storage out{};
        auto* four = reinterpret_cast<sockaddr_in*>(&out);
        auto* six = reinterpret_cast<sockaddr_in6*>(&out);
        if (inet_pton(AF_INET, text.c_str(), &four->sin_addr) == 1)
            four->sin_family = AF_INET;
        else if (inet_pton(AF_INET6, text.c_str(), &six->sin6_addr) == 1)
            six->sin6_family = AF_INET6;
        else
            CPPUNIT_FAIL(text);
        return out;
    }
    static const sockaddr& plain(const sockaddr_storage& storage) { return reinterpret_cast<const sockaddr&>(storage); }

    void addressesFallIntoThreeClasses() {
        const std::pair<AddressClass, std::vector<const char*>> cases[] = {
            {AddressClass::Public,
             {"192.0.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "169.253.0.1", "2606:4700::1111", "::ffff:8.8.8.8",
              "2001:db8::1"}},
            {AddressClass::Private,
             {"127.0.0.1", "127.255.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1",
              "100.127.255.255", "::1", "fd00::1", "fc00::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1"}},
            {AddressClass::Forbidden,
             {"0.0.0.0",
              "0.1.2.3",
              "169.254.169.254",
              "169.254.0.1",
              "100.100.100.200",
              "192.0.0.192",
              "224.0.0.1",
              "240.0.0.1",
              "255.255.255.255",
              "::",
              "fe80::1",
              "febf::1",
              "fec0::1",
              "ff02::1",
              "fd00:ec2::254",
              "fd20:ce::254",
              "::ffff:169.254.169.254",
              "::ffff:0.0.0.0",
              "::169.254.169.254",
              "64:ff9b::a9fe:a9fe",
              "2002:a9fe:a9fe::1",
              "2001::1"}},
        };
        for (const auto& [kind, texts] : cases) {
            for (const char* text : texts) CPPUNIT_ASSERT_MESSAGE(text, classify(plain(address(text))) == kind);
        }
        sockaddr_storage local{};
        local.ss_family = AF_UNIX;
        CPPUNIT_ASSERT(classify(plain(local)) == AddressClass::Forbidden);
    }

    void privateNamesAreKnown() {
        for (const char* name : {"localhost", "LOCALHOST", "mail", "mail.lan", "ntfy.home.arpa", "x.internal", "printer.local",
                                 "10.0.0.1", "127.0.0.1", "::1", "fd00::1"}) {
            CPPUNIT_ASSERT_MESSAGE(name, typedPrivate(name));
        }
        for (const char* name : {"example.org", "lan.example.org", "localhost.example.org", "internal.org", "8.8.8.8",
                                 "169.254.169.254", "fe80::1", "10.0.0.1.example.org"}) {
            CPPUNIT_ASSERT_MESSAGE(name, !typedPrivate(name));
        }
    }

    void privateAddressesNeedThatToBeMeant() {
        const auto inside = address("10.0.0.1"), outside = address("8.8.8.8"), metadata = address("169.254.169.254");
        CPPUNIT_ASSERT(checkAddress(plain(outside), "example.org", false).ok());
        CPPUNIT_ASSERT(checkAddress(plain(inside), "mail.lan", true).ok());
        const auto refused = checkAddress(plain(inside), "example.org", false);
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, refused.error().code);
        CPPUNIT_ASSERT_MESSAGE(refused.error().message,
                               refused.error().message.find("example.org is at 10.0.0.1, a private address") == 0);
        CPPUNIT_ASSERT(!checkAddress(plain(metadata), "169.254.169.254", true).ok());
    }

    void urlsAreTakenApartStrictly() {
        const Url url = must(parseUrl("https://Hooks.Example.org:8443/a/b?c=d&e"));
        CPPUNIT_ASSERT(url.tls && url.host == "hooks.example.org" && url.port == 8443 && url.target == "/a/b?c=d&e");
        CPPUNIT_ASSERT_EQUAL(std::string("hooks.example.org:8443"), authority(url));
        const Url six = must(parseUrl("HTTP://[::1]?x"));
        CPPUNIT_ASSERT(!six.tls && six.host == "::1" && six.port == 80 && six.target == "/?x" && authority(six) == "[::1]");
        for (const char* bad : {"",
                                "example.org",
                                "ftp://example.org/",
                                "https://",
                                "https:///x",
                                "https://user@example.org/",
                                "https://user:pw@example.org/",
                                "https://example.org#x",
                                "https://example.org:0/",
                                "https://example.org:65536/",
                                "https://example.org:/",
                                "https://example.org:80x/",
                                "https://exa mple.org/",
                                "https://example.org/\r\nX: y",
                                "https://example.org/\x7f",
                                "https://ex\xc3\xa4mple.org/",
                                "https://[::1/",
                                "https://[x]/",
                                "https://::1/",
                                "https://2130706433/",
                                "https://0x7f.1/",
                                "https://127.1/",
                                "https://127.0.0.1.5/",
                                "https://-a.org/",
                                "https://a..b/",
                                "https://example.org\\@evil/",
                                "javascript:alert(1)"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !parseUrl(bad).ok());
        }
    }

    void headsAreReadInPieces() {
        const std::string text = "HTTP/1.1 503 Busy\r\nContent-Length: 5\r\nretry-AFTER:  120 \r\nno colon here\r\n\r\nhello";
        const std::size_t size = text.size() - 5;
        for (std::size_t cut = 0; cut < size; ++cut) CPPUNIT_ASSERT(!must(parseHead(text.substr(0, cut))).has_value());
        const HttpHead head = *must(parseHead(text));
        CPPUNIT_ASSERT(head.status == 503 && head.size == size && head.length == std::size_t{5} &&
                       head.retry_after_s == std::int64_t{120});
        const HttpHead bare = *must(parseHead("HTTP/1.0 204\r\n\r\n"));
        CPPUNIT_ASSERT(bare.status == 204 && !bare.length && !bare.retry_after_s);
        CPPUNIT_ASSERT(!must(parseHead("HTTP/1.1 200 OK\r\nContent-Length: -5\r\nRetry-After: Wed, 21 Oct\r\n\r\n"))->length);
    }

    void headsThatAreNoneAreRefused() {
        for (const char* bad : {"SSH-2.0-x\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000\r\n\r\n",
                                "HTTP/1.1 abc OK\r\n\r\n", "\r\n\r\n", "HTTP/1.1 099 x\r\n\r\n"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !parseHead(bad).ok());
        }
        CPPUNIT_ASSERT(!parseHead("HTTP/1.1 200 OK\r\n" + std::string(20000, 'x')).ok());
    }

    void repliesAreReadInPieces() {
        const std::string text = "250-mail.example.org\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n220 next";
        const std::size_t size = text.find("220 next");
        for (std::size_t cut = 0; cut < size; ++cut) CPPUNIT_ASSERT(!must(parseReply(text.substr(0, cut))).has_value());
        const SmtpReply reply = *must(parseReply(text));
        CPPUNIT_ASSERT(reply.code == 250 && reply.size == size && reply.lines.size() == 3 &&
                       reply.lines[1] == "AUTH PLAIN LOGIN");
        CPPUNIT_ASSERT_EQUAL(354, must(parseReply("354\n"))->code);
    }

    void repliesThatAreNoneAreRefused() {
        for (const char* bad : {"HTTP/1.1 400\r\n", "\r\n", "25\r\n", "250x\r\n", "250-a\r\n550 b\r\n", "100 x\r\n", "999 x\r\n"})
            CPPUNIT_ASSERT_MESSAGE(bad, !parseReply(bad).ok());
        std::string many;
        for (int i = 0; i < 200; ++i) many += "250-x\r\n";
        CPPUNIT_ASSERT(!parseReply(many).ok());
        CPPUNIT_ASSERT(!parseReply(std::string(70000, 'x')).ok());
    }

    void headersWithControlCharactersAreNeverSent() {
        HttpPost request;
        request.url = must(parseUrl("https://example.org/"));
        request.headers = {{"Authorization", "Bearer x\r\nX-Evil: y"}};
        const auto answer = post(request, {});
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, answer.error().code);
    }

    void answersMeanSentLaterOrNever() {
        using Kind = Outcome::Kind;
        const std::pair<int, Kind> cases[] = {{200, Kind::Sent},    {204, Kind::Sent},    {301, Kind::Refused},
                                              {307, Kind::Refused}, {400, Kind::Refused}, {401, Kind::Refused},
                                              {404, Kind::Refused}, {408, Kind::Retry},   {410, Kind::Refused},
                                              {429, Kind::Retry},   {500, Kind::Retry},   {503, Kind::Retry}};
        for (const auto& [status, kind] : cases)
            CPPUNIT_ASSERT_MESSAGE(std::to_string(status), outcomeOf(HttpAnswer{status, {}, {}}, "h").kind == kind);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{120'000}, outcomeOf(HttpAnswer{429, 120, {}}, "h").retry_after_ms);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3'600'000}, outcomeOf(HttpAnswer{503, 4'000'000'000, {}}, "h").retry_after_ms);
        CPPUNIT_ASSERT(outcomeOf(Error{Code::Cancelled, ""}).kind == Kind::Stopped);
        CPPUNIT_ASSERT(outcomeOf(Error{Code::PermissionDenied, ""}).kind == Kind::Refused);
        CPPUNIT_ASSERT(outcomeOf(Error{Code::Unavailable, ""}).kind == Kind::Retry);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NotifyNetTest);

}  // namespace masthead::console::notify
