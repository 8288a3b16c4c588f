#include <cppunit/extensions/HelperMacros.h>

#include <masthead/testing/fake_host.hpp>

#include "desk/desk.hpp"
#include "public_routes.hpp"

using namespace masthead;
using testing::HttpIn;
using testing::HttpOut;

namespace {

/// The plugin as strangers know it.
class PublicSide final : public Plugin {
public:
    explicit PublicSide(Host host) : Plugin(host), desk_(host) {
        for (auto& [name, handler] : onboarding::publicRoutes(desk_, host)) route(name, std::move(handler));
    }
    Status configure(const Json& settings) override { return desk_.configure(settings); }
    Status start() override { return desk_.open(); }

private:
    onboarding::Desk desk_;
};

class PublicRoutesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PublicRoutesTest);
    CPPUNIT_TEST(connectNamesTheServerAndHidesNothingInline);
    CPPUNIT_TEST(aFormBecomesATicketAndAPage);
    CPPUNIT_TEST(mistakesComeBackWithWhatWasTyped);
    CPPUNIT_TEST(askedForAsJson);
    CPPUNIT_TEST(ownFieldsAndInviteCode);
    CPPUNIT_TEST(hostileTextStaysText);
    CPPUNIT_TEST(stateHasAnEtag);
    CPPUNIT_TEST(withoutATicketThereIsNothing);
    CPPUNIT_TEST(withdrawAndAskAgain);
    CPPUNIT_TEST(closedAndDisabled);
    CPPUNIT_TEST(tooManyRequestsKeepTheForm);
    CPPUNIT_TEST(theLanguageIsKept);
    CPPUNIT_TEST(registrationsWait);
    CPPUNIT_TEST_SUITE_END();

    testing::FakeHost host_;
    std::unique_ptr<testing::LoadedPlugin> plugin_;

    void load(const Json& settings = Json::object()) {
        auto made = testing::LoadedPlugin::make<PublicSide>(host_, settings);
        CPPUNIT_ASSERT_MESSAGE(made ? "" : made.error().message, made.ok());
        plugin_ = std::move(*made);
    }
    HttpOut get(const std::string& route, HttpIn in = {}) { return plugin_->call(route, in); }
    HttpOut post(const std::string& route, const std::string& body, std::optional<std::string> ticket = {}, const std::string& accept = "text/html") {
        HttpIn in{"POST", "/", body};
        in.headers = {{"content-type", "application/x-www-form-urlencoded"}, {"accept", accept}, {"user-agent", "Mozilla/5.0 (Linux; Android 15)"}};
        in.ticket = std::move(ticket);
        return plugin_->call(route, in);
    }
    HttpOut withTicket(const std::string& route, const std::string& ticket, const std::string& if_none_match = "") {
        HttpIn in;
        in.ticket = ticket;
        if (!if_none_match.empty()) in.headers = {{"if-none-match", if_none_match}};
        return plugin_->call(route, in);
    }
    static bool has(const HttpOut& out, const std::string& text) { return out.body.find(text) != std::string::npos; }

public:
    void setUp() override {
        host_.info.set("assets", "/public/p/onboarding/abc/");
        host_.headscale = [](const std::string&, const std::string&, const Json&) -> Result<Json> { return Json::object(); };
        load();
    }
    void tearDown() override { plugin_.reset(); }

    void connectNamesTheServerAndHidesNothingInline() {
        for (const char* platform : {"windows", "macos", "ios", "android", "linux", "appliance"}) {
            HttpIn in;
            in.query = {{"platform", platform}};
            const auto page = get("public.connect", in);
            CPPUNIT_ASSERT_EQUAL(200, page.http_status);
            CPPUNIT_ASSERT_EQUAL(std::string("text/html; charset=utf-8"), page.headers.at("content-type"));
            CPPUNIT_ASSERT(has(page, "https://console.example.org") && has(page, "/public/p/onboarding/abc/pages.css"));
            for (const char* inline_thing : {"<style", " style=", "onclick", "javascript:"}) CPPUNIT_ASSERT_MESSAGE(inline_thing, !has(page, inline_thing));
            // The one script is a file.
            CPPUNIT_ASSERT_EQUAL(page.body.find("<script"), page.body.rfind("<script type=\"module\" src=\""));
        }
    }

    void aFormBecomesATicketAndAPage() {
        const auto form = get("public.form");
        CPPUNIT_ASSERT(has(form, "name=\"device\"") && has(form, "name=\"nonce\" value=\""));
        const auto sent = post("public.submit", "device=phone-7&person=Grace&nonce=n-1234567890");
        CPPUNIT_ASSERT_EQUAL(303, sent.http_status);
        CPPUNIT_ASSERT_EQUAL(std::string("/request/status"), sent.headers.at("location"));
        CPPUNIT_ASSERT(sent.ticket.has_value());
        const auto page = withTicket("public.status", *sent.ticket);
        CPPUNIT_ASSERT_EQUAL(200, page.http_status);
        CPPUNIT_ASSERT(has(page, "data-state=\"pending\"") && has(page, "phone-7") && has(page, "http-equiv=\"refresh\" content=\"15\""));
        CPPUNIT_ASSERT(!has(page, *sent.ticket));
        CPPUNIT_ASSERT_EQUAL(std::string("no-store"), page.headers.at("cache-control"));
        HttpIn again;
        again.ticket = sent.ticket;
        CPPUNIT_ASSERT(has(get("public.form", again), "This browser has asked already"));
    }

    void mistakesComeBackWithWhatWasTyped() {
        const auto sent = post("public.submit", "device=&person=Grace+%22Amazing%22+%3Ci%3E&message=one%0Atwo&nonce=n-1234567890");
        CPPUNIT_ASSERT_EQUAL(422, sent.http_status);
        CPPUNIT_ASSERT(!sent.ticket.has_value());
        CPPUNIT_ASSERT(has(sent, "value=\"Grace &quot;Amazing&quot; &lt;i&gt;\"") && has(sent, "one\ntwo</textarea>"));
        CPPUNIT_ASSERT(has(sent, "value=\"n-1234567890\"") && has(sent, "<a href=\"#device\">Please fill this in.</a>"));
        CPPUNIT_ASSERT(has(sent, "aria-invalid=\"true\""));
        const auto broken = post("public.submit", "device=%zz");
        CPPUNIT_ASSERT_EQUAL(400, broken.http_status);
    }

    void askedForAsJson() {
        const auto wrong = post("public.submit", "person=Grace", {}, "application/json");
        CPPUNIT_ASSERT_EQUAL(422, wrong.http_status);
        CPPUNIT_ASSERT_EQUAL(std::string("device"), wrong.json()["fields"].items().at(0).text("name"));
        const auto sent = post("public.submit", "device=a&person=Grace", {}, "application/json");
        CPPUNIT_ASSERT_EQUAL(200, sent.http_status);
        CPPUNIT_ASSERT(sent.ticket.has_value() && !sent.json().text("words").empty());
        CPPUNIT_ASSERT(!has(sent, *sent.ticket));
    }

    void ownFieldsAndInviteCode() {
        std::string error;
        load(*Json::parse(R"({"invite_code":"open sesame","fields":[{"id":"room","label":"Room <1>","label_zh":"房间","type":"choice","options":["A","B"],"required":true}]})", error));
        CPPUNIT_ASSERT(has(get("public.form"), "Room &lt;1&gt;") && has(get("public.form"), "name=\"invite_code\""));
        const auto wrong = post("public.submit", "device=a&person=b&field-room=C&invite_code=open");
        CPPUNIT_ASSERT_EQUAL(422, wrong.http_status);
        CPPUNIT_ASSERT(has(wrong, "href=\"#field-room\"") && has(wrong, "href=\"#invite_code\""));
        CPPUNIT_ASSERT_EQUAL(303, post("public.submit", "device=a&person=b&field-room=B&invite_code=Open+Sesame").http_status);
    }

    void hostileTextStaysText() {
        const auto sent = post("public.submit", "device=%3Cscript%3Ealert(1)%3C/script%3E&person=a%E2%80%AEb&contact=%22%3E%3Cimg+src%3Dx%3E&message=%3C/textarea%3E%3Csvg%3E");
        CPPUNIT_ASSERT_EQUAL(303, sent.http_status);
        const auto page = withTicket("public.status", *sent.ticket);
        for (const char* live : {"<script>alert", "<img src=x>", "<svg>", "\xe2\x80\xae"}) CPPUNIT_ASSERT_MESSAGE(live, !has(page, live));
        CPPUNIT_ASSERT(has(page, "&lt;script&gt;alert(1)&lt;/script&gt;") && has(page, "U+202E"));
    }

    void stateHasAnEtag() {
        const auto sent = post("public.submit", "device=a&person=b");
        const auto first = withTicket("public.state", *sent.ticket);
        CPPUNIT_ASSERT_EQUAL(std::string("pending"), first.json().text("state"));
        const std::string etag = first.headers.at("etag");
        const auto second = withTicket("public.state", *sent.ticket, etag);
        CPPUNIT_ASSERT_EQUAL(304, second.http_status);
        CPPUNIT_ASSERT(second.body.empty());
        post("public.withdraw", "", sent.ticket);
        CPPUNIT_ASSERT_EQUAL(200, withTicket("public.state", *sent.ticket, etag).http_status);
    }

    void withoutATicketThereIsNothing() {
        CPPUNIT_ASSERT_EQUAL(404, get("public.status").http_status);
        CPPUNIT_ASSERT(get("public.state").error.code == Code::NotFound);
        const auto known = withTicket("public.status", std::string(43, 'x'));
        CPPUNIT_ASSERT_EQUAL(404, known.http_status);
        CPPUNIT_ASSERT_EQUAL(get("public.status").body, known.body);
        CPPUNIT_ASSERT_EQUAL(404, post("public.claim", "").http_status);
        CPPUNIT_ASSERT_EQUAL(404, post("public.withdraw", "").http_status);
    }

    void withdrawAndAskAgain() {
        const auto sent = post("public.submit", "device=tab&person=Grace");
        CPPUNIT_ASSERT_EQUAL(303, post("public.again", "", sent.ticket).http_status);  // still open: back to its page
        CPPUNIT_ASSERT_EQUAL(303, post("public.withdraw", "", sent.ticket).http_status);
        CPPUNIT_ASSERT(has(withTicket("public.status", *sent.ticket), "data-state=\"withdrawn\""));
        const auto again = post("public.again", "", sent.ticket);
        CPPUNIT_ASSERT_EQUAL(303, again.http_status);
        CPPUNIT_ASSERT(again.ticket.has_value() && *again.ticket != *sent.ticket);
        CPPUNIT_ASSERT(has(withTicket("public.status", *again.ticket), "<bdi>tab</bdi>"));
    }

    void closedAndDisabled() {
        load(Json::object({{"public", false}}));
        CPPUNIT_ASSERT_EQUAL(403, get("public.form").http_status);
        CPPUNIT_ASSERT_EQUAL(403, post("public.submit", "device=a&person=b").http_status);
        CPPUNIT_ASSERT(!has(get("public.connect"), "href=\"/request\""));
        load(Json::object({{"enabled", false}}));
        CPPUNIT_ASSERT(get("public.connect").error.code == Code::NotFound);
        CPPUNIT_ASSERT(get("public.form").error.code == Code::NotFound);
    }

    void tooManyRequestsKeepTheForm() {
        load(Json::object({{"per_address_hour", 1}}));
        CPPUNIT_ASSERT_EQUAL(303, post("public.submit", "device=a&person=b").http_status);
        const auto refused = post("public.submit", "device=second&person=b");
        CPPUNIT_ASSERT_EQUAL(429, refused.http_status);
        CPPUNIT_ASSERT(has(refused, "value=\"second\"") && has(refused, "try again in an hour"));
    }

    void theLanguageIsKept() {
        HttpIn in;
        in.query = {{"lang", "zh"}};
        const auto form = get("public.form", in);
        CPPUNIT_ASSERT(has(form, "<html lang=\"zh-CN\">") && has(form, "action=\"/request?lang=zh\""));
        HttpIn sent{"POST", "/", "device=a&person=b"};
        sent.query = in.query;
        CPPUNIT_ASSERT_EQUAL(std::string("/request/status?lang=zh"), plugin_->call("public.submit", sent).headers.at("location"));
    }

    void registrationsWait() {
        HttpIn in;
        in.captures = {{"auth_id", "hskey-authreq-AAAAAAAAAAAAAAAAAAAAAAAA"}};
        const auto page = get("public.register", in);
        CPPUNIT_ASSERT_EQUAL(200, page.http_status);
        CPPUNIT_ASSERT(has(page, "data-state=\"waiting\"") && has(page, "data-watch=\"/register/hskey-authreq-AAAAAAAAAAAAAAAAAAAAAAAA/state\""));
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), get("public.register-state", in).json().text("state"));
        in.captures = {{"auth_id", "hskey-auth-nonsense"}};
        CPPUNIT_ASSERT_EQUAL(404, get("public.register", in).http_status);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PublicRoutesTest);

}  // namespace
