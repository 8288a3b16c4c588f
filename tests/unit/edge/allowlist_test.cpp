#include "host/edge/allowlist/allowlist.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "host/base/file.hpp"
#include "tests/support/temp_dir.hpp"

namespace masthead::edge::allowlist {

namespace {

constexpr const char* kDocument = R"({"version": 1, "headscale_version": "0.29.2", "hosts": ["HS.test:8443", "hs.test"], "root": {"redirect": "/admin/"},
 "routes": [
  {"methods": ["POST"], "path": "/ts2021", "target": "headscale", "query": false, "upgrade": ["Tailscale-Control-Protocol"], "body_limit": 0, "rate": "tunnel"},
  {"methods": ["GET"], "path": "/ts2021", "target": "headscale", "query": true, "upgrade": ["websocket"], "body_limit": 0, "rate": "tunnel"},
  {"methods": ["GET", "HEAD"], "path": "/admin/{subpath}", "target": "console", "query": true, "body_limit": 1048576, "rate": "console"}]})";

}  // namespace

class AllowlistTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AllowlistTest);
    CPPUNIT_TEST(routesAreFoundByMethodAndPath);
    CPPUNIT_TEST(hostsAreExact);
    CPPUNIT_TEST(rootIsARedirectOrNothing);
    CPPUNIT_TEST(wrongDocumentsSayWhat);
    CPPUNIT_TEST(filesNameThemselvesInErrors);
    CPPUNIT_TEST_SUITE_END();

    static Json document() { return *parseJson(kDocument, kLocalJson); }
    static Allowlist list() {
        auto loaded = Allowlist::fromJson(document());
        CPPUNIT_ASSERT_MESSAGE(loaded.ok() ? "" : loaded.error().message, loaded.ok());
        return std::move(*loaded);
    }

    void routesAreFoundByMethodAndPath() {
        const auto routes = list();
        const auto post = routes.find("POST", "/ts2021");
        CPPUNIT_ASSERT(post.route && post.route->target == Destination::Headscale && !post.route->query);
        CPPUNIT_ASSERT_EQUAL(std::string("tailscale-control-protocol"), post.route->upgrade.front());
        const auto get = routes.find("GET", "/ts2021");
        CPPUNIT_ASSERT(get.route && get.route->query);
        CPPUNIT_ASSERT_EQUAL(std::string("websocket"), get.route->upgrade.front());
        const auto wrong = routes.find("DELETE", "/ts2021");
        CPPUNIT_ASSERT(!wrong.route && wrong.path_known);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, wrong.allowed.size());
        CPPUNIT_ASSERT(!routes.find("GET", "/metrics").path_known);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1048576}, routes.find("GET", "/admin/x").route->body_limit);
    }

    void hostsAreExact() {
        const auto routes = list();
        for (const auto* good : {"hs.test", "hs.test:8443", "hs.test:443"}) CPPUNIT_ASSERT_MESSAGE(good, routes.servesHost(good));
        for (const auto* bad : {"", "hs.test.", "hs.test:80", "127.0.0.1", "x.hs.test", "hs.test:8443:443"}) CPPUNIT_ASSERT_MESSAGE(bad, !routes.servesHost(bad));
    }

    void rootIsARedirectOrNothing() {
        auto changed = document();
        changed.set("root", Json::object({{"status", 404}}));
        CPPUNIT_ASSERT(Allowlist::fromJson(changed)->root().redirect.empty());
        changed.set("root", Json::object({{"redirect", "https://example.org/start"}}));
        CPPUNIT_ASSERT_EQUAL(std::string("https://example.org/start"), Allowlist::fromJson(changed)->root().redirect);
        for (const auto* bad : {"", "/", "//evil", "http://x", "javascript:x", "/a\r\nb", "/a b"}) {
            changed.set("root", Json::object({{"redirect", bad}}));
            CPPUNIT_ASSERT_MESSAGE(bad, !Allowlist::fromJson(changed).ok());
        }
    }

    void wrongDocumentsSayWhat() {
        struct Case {
            const char* member;
            Json value;
            const char* says;
        };
        const auto route = [](const char* name, Json value) {
            auto item = document()["routes"].items()[2];
            item.set(name, std::move(value));
            return Json::array({item});
        };
        const Case cases[] = {
            {"version", 2, "version"},
            {"hosts", Json::array(), "hosts"},
            {"hosts", Json::array({"a b"}), "a b"},
            {"hosts", "hs.test", "hosts"},
            {"routes", Json::array(), "routes"},
            {"routes", Json::array({1}), "routes[0]"},
            {"routes", route("path", "/{all}"), "/{all}"},
            {"routes", route("path", 5), "routes[0]"},
            {"routes", route("methods", Json::array()), "methods"},
            {"routes", route("methods", Json::array({"get"})), "get"},
            {"routes", route("target", "world"), "world"},
            {"routes", route("upgrade", "websocket"), "upgrade"},
            {"routes", route("query", "yes"), "query"},
            {"routes", route("body_limit", -1), "body_limit"},
        };
        for (const auto& item : cases) {
            auto changed = document();
            changed.set(item.member, item.value);
            const auto loaded = Allowlist::fromJson(changed);
            CPPUNIT_ASSERT_MESSAGE(item.says, !loaded.ok());
            CPPUNIT_ASSERT_MESSAGE(loaded.error().message, loaded.error().message.find(item.says) != std::string::npos);
        }
        CPPUNIT_ASSERT(!Allowlist::fromJson(Json()).ok());
    }

    void filesNameThemselvesInErrors() {
        const testing::TempDir folder;
        const auto path = folder.file("allowlist.json");
        CPPUNIT_ASSERT(Allowlist::fromFile(path).error().code == Code::NotFound);
        CPPUNIT_ASSERT(writeFileAtomic(path, "{").ok());
        CPPUNIT_ASSERT(Allowlist::fromFile(path).error().message.find(path) != std::string::npos);
        CPPUNIT_ASSERT(writeFileAtomic(path, kDocument).ok());
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, Allowlist::fromFile(path)->size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AllowlistTest);

}  // namespace masthead::edge::allowlist
