#include "host/console/notify/channels/channel.hpp"

#include "host/console/notify/channels/sender.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console::notify {

class NotifyChannelTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NotifyChannelTest);
    CPPUNIT_TEST(defaultsAreFilledIn);
    CPPUNIT_TEST(whatIsWrongIsNamed);
    CPPUNIT_TEST(secretsAreNeverShown);
    CPPUNIT_TEST(secretsDoNotFollowToAnotherServer);
    CPPUNIT_TEST(eachKindHasItsShape);
    CPPUNIT_TEST_SUITE_END();

    static Channel parsed(const std::string& text, std::vector<FieldError>& wrong, const Channel* before = nullptr) {
        return parseChannel(must(parseJson(text)), before, wrong);
    }
    static Channel good(const std::string& text, const Channel* before = nullptr) {
        std::vector<FieldError> wrong;
        Channel channel = parsed(text, wrong, before);
        CPPUNIT_ASSERT_MESSAGE(wrong.empty() ? "" : wrong[0].path + " " + wrong[0].reason, wrong.empty());
        return channel;
    }
    static std::string firstWrong(const std::string& text, const Channel* before = nullptr) {
        std::vector<FieldError> wrong;
        parsed(text, wrong, before);
        return wrong.empty() ? std::string() : wrong[0].path;
    }
    static std::string mail(const std::string& more) {
        return R"({"kind":"mail","name":"m","settings":{"host":"mail.example.org","from":"m@example.org","to":["a@example.org"])" +
               more + "}}";
    }

    void defaultsAreFilledIn() {
        const Channel starttls = good(mail(""));
        CPPUNIT_ASSERT_EQUAL(std::string("starttls"), starttls.settings.text("tls"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{587}, starttls.settings["port"].asInt());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{465}, good(mail(R"(,"tls":"implicit")")).settings["port"].asInt());
        CPPUNIT_ASSERT(starttls.enabled && !starttls.privateAllowed() && !starttls.ignoresQuietHours());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{12}, starttls.attempts());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{30'000}, starttls.firstRetryMs());
    }

    void whatIsWrongIsNamed() {
        struct Case {
            std::string text, path;
        };
        const Case cases[] = {
            {R"({"name":"x"})", "kind"},
            {R"({"kind":"mail"})", "name"},
            {mail(R"(,"port":0)"), "settings/port"},
            {mail(R"(,"tls":"maybe")"), "settings/tls"},
            {mail(R"(,"tls":"none")"), "settings/tls"},
            {mail(R"(,"ca_file":"relative.pem")"), "settings/ca_file"},
            {mail(R"(,"user":"a\r\nb")"), "settings/user"},
            {mail(R"(,"unknown":1)"), "settings/unknown"},
            {mail(R"(,"attempts":21)"), "settings/attempts"},
            {R"({"kind":"mail","name":"m","settings":{"host":"a b","from":"m@example.org","to":["a@example.org"]}})",
             "settings/host"},
            {R"({"kind":"mail","name":"m","settings":{"host":"mail","from":"m@example.org","to":[]}})", "settings/to"},
            {R"({"kind":"mail","name":"m","settings":{"host":"mail","from":"m@example.org","to":["a@example.org"]},"secrets":{"password":"x"}})",
             "settings/user"},
            {R"({"kind":"webhook","name":"w","settings":{"url":"https://example.org/"},"secrets":{"password":"x"}})",
             "secrets/password"},
            {R"({"kind":"webhook","name":"w","settings":{"url":"https://example.org/"},"secrets":[]})", "secrets"},
            {R"({"kind":"matrix","name":"w","secrets":{"url":"http://example.org/"}})", "secrets/url"},
            {R"({"kind":"slack","name":"w","settings":{"url":"https://example.org/"},"secrets":{"url":"https://example.org/"}})",
             "settings/url"},
        };
        for (const auto& item : cases) CPPUNIT_ASSERT_EQUAL_MESSAGE(item.text, item.path, firstWrong(item.text));
        const Channel before = good(mail(""));
        CPPUNIT_ASSERT_EQUAL(std::string("kind"), firstWrong(R"({"kind":"ntfy","name":"m"})", &before));
    }

    void secretsAreNeverShown() {
        const Channel slack = good(R"({"kind":"slack","name":"s","secrets":{"url":"https://hooks.example.org/T0/very-secret"}})");
        const std::string text = shown(slack).dump();
        CPPUNIT_ASSERT_MESSAGE(
            text, text.find("very-secret") == std::string::npos && text.find(R"("secrets":{"url":true})") != std::string::npos);
        CPPUNIT_ASSERT(text.find("hooks.example.org") != std::string::npos);
    }

    void secretsDoNotFollowToAnotherServer() {
        const Channel before = good(
            R"({"kind":"webhook","name":"w","settings":{"url":"https://a.example.org/x"},"secrets":{"secret":"0123456789abcdef","token":"t"}})");
        const auto changed = [&](const std::string& url, const std::string& rest = "") {
            return R"({"name":"w","settings":{"url":")" + url + R"("})" + rest + "}";
        };
        const Channel kept = good(changed("https://a.example.org/y"), &before);
        CPPUNIT_ASSERT_EQUAL(std::string("0123456789abcdef"), kept.secrets.text("secret"));
        for (const char* url : {"https://b.example.org/x", "https://a.example.org:444/x", "http://10.0.0.1/x"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(url, std::string("secrets/secret"), firstWrong(changed(url), &before));
        const std::string given = R"(,"secrets":{"secret":"fedcba9876543210","token":null})";
        const Channel moved = good(changed("https://b.example.org/x", given), &before);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"secret":"fedcba9876543210"})"), moved.secrets.dump());
        const Channel post = good(
            R"({"kind":"mail","name":"m","settings":{"host":"mail.example.org","user":"u","from":"m@example.org","to":["a@example.org"]},"secrets":{"password":"p"}})");
        CPPUNIT_ASSERT_EQUAL(
            std::string("secrets/password"),
            firstWrong(
                R"({"name":"m","settings":{"host":"evil.example.net","user":"u","from":"m@example.org","to":["a@example.org"]}})",
                &post));
        CPPUNIT_ASSERT_EQUAL(
            std::string("secrets/password"),
            firstWrong(
                R"({"name":"m","settings":{"host":"mail.example.org","user":"u","ca_file":"/tmp/ca.pem","from":"m@example.org","to":["a@example.org"]}})",
                &post));
    }

    void eachKindHasItsShape() {
        const Parcel parcel{"id-1", {{"a.b", 0, "<Title> @here", "text", "/admin/x", "warning"}}, 0};
        const std::string own = "https://c.example.org";
        const Channel hook = good(
            R"({"kind":"webhook","name":"w","settings":{"url":"https://a.example.org/x"},"secrets":{"secret":"0123456789abcdef"}})");
        const auto request = must(composePost(hook, parcel, 1000, own));
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"({"id":"id-1","event":"a.b","at":"1970-01-01T00:00:00Z","severity":"warning","title":"<Title> @here","text":"text","link":"https://c.example.org/admin/x","data":{}})"),
            request.body);
        CPPUNIT_ASSERT_EQUAL(std::string("X-Masthead-Signature"), request.headers.back().first);
        const Channel slack = good(R"({"kind":"slack","name":"s","secrets":{"url":"https://hooks.example.org/T0"}})");
        CPPUNIT_ASSERT_EQUAL(std::string("&lt;Title&gt; @\u200bhere\ntext\n\nhttps://c.example.org/admin/x"),
                             must(parseJson(must(composePost(slack, parcel, 0, own)).body)).text("text"));
        const Channel ntfy = good(R"({"kind":"ntfy","name":"n","settings":{"server":"https://ntfy.example.org","topic":"t"}})");
        const Json sent = must(parseJson(must(composePost(ntfy, parcel, 0, own)).body));
        CPPUNIT_ASSERT(sent.text("topic") == "t" && sent["priority"].asInt() == 4 &&
                       sent.text("click") == "https://c.example.org/admin/x");
        Channel unknown = hook;
        unknown.kind = "pigeon";
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, composePost(unknown, parcel, 0, own).error().code);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NotifyChannelTest);

}  // namespace masthead::console::notify
