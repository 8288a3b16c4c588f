#include "host/console/notify/texts.hpp"

#include "host/base/encoding.hpp"
#include "host/console/net/smtp.hpp"
#include "host/console/notify/channels/sender.hpp"
#include "host/console/notify/mail.hpp"
#include "host/console/notify/signature.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console::notify {

class NotifyTextsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NotifyTextsTest);
    CPPUNIT_TEST(hostileTextsBecomePlain);
    CPPUNIT_TEST(longTextsAreCutBetweenCharacters);
    CPPUNIT_TEST(linksStayWithinTheConsole);
    CPPUNIT_TEST(keysNeverGetThrough);
    CPPUNIT_TEST(headersCannotBeInjected);
    CPPUNIT_TEST(addressesThatAreNoneAreRefused);
    CPPUNIT_TEST(bodiesAreQuotedPrintable);
    CPPUNIT_TEST(dotsAreStuffed);
    CPPUNIT_TEST(datesAreThoseOfMail);
    CPPUNIT_TEST(signaturesAreThoseOfTheStandard);
    CPPUNIT_TEST(digestsTellEachAndCountTheRest);
    CPPUNIT_TEST_SUITE_END();

    static MailParts parts() {
        MailParts out;
        out.from = "masthead@example.org";
        out.to = {"a@example.org", "b@example.org"};
        out.subject = "Hello";
        out.text = "text";
        out.id = "0123abcd";
        out.domain = "console.example.org";
        return out;
    }

    /// Header names of a mail, in order, joined by spaces; folded lines count to their header.
    static std::string headerNames(const std::string& mail) {
        std::string names;
        std::size_t at = 0;
        for (;;) {
            const auto end = mail.find("\r\n", at);
            CPPUNIT_ASSERT(end != std::string::npos);
            if (end == at) return names;
            const std::string line = mail.substr(at, end - at);
            CPPUNIT_ASSERT_MESSAGE(line, line.find('\r') == std::string::npos && line.find('\n') == std::string::npos);
            if (line[0] != ' ') names += line.substr(0, line.find(':')) + " ";
            at = end + 2;
        }
    }

    void hostileTextsBecomePlain() {
        struct Case {
            std::string given, line, text;
        };
        const Case cases[] = {
            {"plain", "plain", "plain"},
            {"a\r\nb\nc", "a b c", "a\nb\nc"},
            {std::string("nul\0x", 5), "nul x", "nul x"},
            {"\x1b[31mred\x7f", "[31mred", "[31mred"},
            {"abc\u202edef\u2066", "abc[U+202E]def[U+2066]", "abc[U+202E]def[U+2066]"},
            {"a\u200bb\ufeff", "a[U+200B]b[U+FEFF]", "a[U+200B]b[U+FEFF]"},
            {"\u0085next\u2028line", "next[U+2028]line", "next[U+2028]line"},
            {"bad\xff\xc0\xaf utf8\xe2\x82", "bad\ufffd\ufffd\ufffd utf8\ufffd\ufffd", "bad\ufffd\ufffd\ufffd utf8\ufffd\ufffd"},
            {"Größe 机器 \U0001F600", "Größe 机器 \U0001F600", "Größe 机器 \U0001F600"},
            {"  \t ", "", ""},
        };
        for (const auto& item : cases) {
            CPPUNIT_ASSERT_EQUAL(item.line, oneLine(item.given, 200));
            CPPUNIT_ASSERT_EQUAL(item.text, plainText(item.given, 200));
        }
    }

    void longTextsAreCutBetweenCharacters() {
        CPPUNIT_ASSERT_EQUAL(std::string("aaaaaaa..."), oneLine(std::string(50, 'a'), 10));
        CPPUNIT_ASSERT_EQUAL(std::string("机器..."), oneLine("机器机器", 11));
        CPPUNIT_ASSERT_EQUAL(std::string("0123456789"), oneLine("0123456789", 10));
        Note note{"a.b", "p", std::string(5000, 'x')};
        note.text = std::string(1 << 20, 'y');
        must(clean(note));
        CPPUNIT_ASSERT_EQUAL(kMaxTitle, note.title.size());
        CPPUNIT_ASSERT_EQUAL(kMaxText, note.text.size());
    }

    void linksStayWithinTheConsole() {
        for (const char* good : {"/admin/", "/admin/p/onboarding/requests?id=7&x=%20"})
            CPPUNIT_ASSERT_MESSAGE(good, validLink(good));
        for (const char* bad : {"", "/", "//evil.example.net/", "/\\evil.example.net", "https://evil.example.net", "admin",
                                "/a b", "/a\r\nX: y", "/a\"onclick=", "/<b>", "/a#fragment", "/\xc3\xa9"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !validLink(bad));
        }
    }

    void keysNeverGetThrough() {
        Note note{"a.b", "p", "key hskey-auth-abcdefghijklmnop", "text hskey-auth-abcdefghijklmnop"};
        note.data = Json::object({{"list", Json::array({"hskey-api-abcdefghijklmnop"})}});
        must(clean(note));
        const std::string all = note.title + note.text + note.data.dump();
        CPPUNIT_ASSERT_MESSAGE(all, all.find("abcdefghijklmnop") == std::string::npos);
        note.link = "/admin/?key=hskey-auth-abcdefghijklmnop";
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, clean(note).error().code);
    }

    void headersCannotBeInjected() {
        const std::string usual =
            "Date From To Subject Message-ID X-Masthead-Delivery Auto-Submitted MIME-Version Content-Type "
            "Content-Transfer-Encoding ";
        CPPUNIT_ASSERT_EQUAL(usual, headerNames(must(composeMail(parts()))));
        const std::string hostile[] = {"x\r\nBcc: eve@example.org",
                                       "x\nBcc: eve@example.org",
                                       "x\rBcc: eve@example.org",
                                       "\r\n\r\nbody",
                                       std::string("x\0y\r\n\r\n", 7),
                                       "=?UTF-8?Q?x=0D=0ABcc:_eve@example.org?=",
                                       std::string(3000, '\n'),
                                       "\u0085Bcc: x",
                                       std::string(700, 'w') + "\r\nBcc: x"};
        for (const auto& text : hostile) {
            for (auto member :
                 {&MailParts::subject, &MailParts::from_name, &MailParts::id, &MailParts::domain, &MailParts::text}) {
                MailParts bad = parts();
                bad.*member = text;
                CPPUNIT_ASSERT_EQUAL(usual, headerNames(must(composeMail(bad))));
            }
        }
        MailParts encoded = parts();
        encoded.subject = "=?UTF-8?Q?=0D=0ABcc:_eve?=";
        CPPUNIT_ASSERT(must(composeMail(encoded)).find("=0D=0A") == std::string::npos);
        // Each encoded word within 75 characters, no character cut in two.
        const std::string words = encodedHeader("机器机器机器机器机器机器机器机器机器机器机器机器机器机器机器机器");
        for (std::size_t at = 0; at < words.size();) {
            const auto end = std::min(words.find("\r\n ", at), words.size());
            CPPUNIT_ASSERT(end - at <= 75);
            at = end + 3;
        }
    }

    void addressesThatAreNoneAreRefused() {
        for (const char* good : {"a@example.org", "first.last+tag@mail.example.org", "root@localhost"})
            CPPUNIT_ASSERT_MESSAGE(good, net::validMailAddress(good));
        const std::string bad[] = {"",
                                   "a",
                                   "@example.org",
                                   "a@",
                                   "a b@example.org",
                                   "a@example.org>",
                                   "<a@example.org>",
                                   "a@exa mple.org",
                                   "a@example.org\r\nRCPT TO:<b@c.d>",
                                   "a\n@example.org",
                                   "a@-x.org",
                                   "a@x..org",
                                   ".a@example.org",
                                   "a.@example.org",
                                   "\"a\"@example.org",
                                   "a@[127.0.0.1]",
                                   "a@::1",
                                   std::string(65, 'a') + "@example.org",
                                   "a@" + std::string(300, 'x') + ".org",
                                   "gr\xc3\xb6\xc3\x9f"
                                   "e@example.org",
                                   std::string("a\0@example.org", 14)};
        for (const auto& address : bad) {
            CPPUNIT_ASSERT_MESSAGE(address, !net::validMailAddress(address));
            MailParts one = parts(), two = parts();
            one.from = address;
            two.to.push_back(address);
            CPPUNIT_ASSERT_MESSAGE(address, !composeMail(one).ok() && !composeMail(two).ok());
        }
    }

    void bodiesAreQuotedPrintable() {
        CPPUNIT_ASSERT_EQUAL(std::string("plain\r\n"), quotedPrintable("plain"));
        CPPUNIT_ASSERT_EQUAL(std::string("a=3Db=C3=B6\r\n"), quotedPrintable("a=bö"));
        CPPUNIT_ASSERT_EQUAL(std::string("end=20\r\n=2Edot\r\n"), quotedPrintable("end \n.dot"));
        const std::string lines = quotedPrintable(std::string(500, 'x') + "\n" + std::string(200, '='));
        for (std::size_t at = 0; at < lines.size();) {
            const auto end = lines.find("\r\n", at);
            CPPUNIT_ASSERT(end != std::string::npos && end - at <= 76);
            at = end + 2;
        }
    }

    void dotsAreStuffed() {
        CPPUNIT_ASSERT_EQUAL(std::string("..\r\na.b\r\n...c\r\n"), net::dotStuffed(".\r\na.b\r\n..c\r\n"));
        CPPUNIT_ASSERT_EQUAL(std::string("x\r\n"), net::dotStuffed("x"));
        CPPUNIT_ASSERT_EQUAL(std::string("\r\n"), net::dotStuffed(""));
    }

    void datesAreThoseOfMail() { CPPUNIT_ASSERT_EQUAL(std::string("Thu, 29 Feb 2024 23:59:58 +0000"), mailDate(1709251198'000)); }

    void signaturesAreThoseOfTheStandard() {
        // RFC 4231, cases 2 and 6.
        CPPUNIT_ASSERT_EQUAL(std::string("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
                             hexEncode(hmacSha256("Jefe", "what do ya want for nothing?")));
        CPPUNIT_ASSERT_EQUAL(
            std::string("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
            hexEncode(hmacSha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")));
        const std::string signature = webhookSignature("secret", 1'700'000'000'999, "{}");
        CPPUNIT_ASSERT_EQUAL("t=1700000000,v1=" + hexEncode(hmacSha256("secret", "1700000000.{}")), signature);
    }

    void digestsTellEachAndCountTheRest() {
        Parcel parcel{"id", {}, 40};
        for (int i = 0; i < 60; ++i)
            parcel.items.push_back({"a.b", 0, "Title " + std::to_string(i), "text", "/admin/x", i == 30 ? "warning" : "info"});
        const std::string text = textOf(parcel, "https://c.example.org");
        CPPUNIT_ASSERT_EQUAL(std::string("100 notifications"), titleOf(parcel));
        CPPUNIT_ASSERT_EQUAL(std::string("warning"), severityOf(parcel));
        CPPUNIT_ASSERT(text.find("Title 49\n  https://c.example.org/admin/x\n- and 50 more\n") != std::string::npos);
        const Json json = jsonOf(parcel, "https://c.example.org");
        CPPUNIT_ASSERT_EQUAL(std::size_t{50}, json["items"].items().size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{100}, json["count"].asInt());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NotifyTextsTest);

}  // namespace masthead::console::notify
