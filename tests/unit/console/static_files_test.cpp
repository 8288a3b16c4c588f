#include "host/console/api/static_files.hpp"

#include <unistd.h>

#include "tests/unit/console/world.hpp"

namespace masthead::console::api {

class StaticFilesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StaticFilesTest);
    CPPUNIT_TEST(filesHaveTheirTypeAndTag);
    CPPUNIT_TEST(cachingFollowsTheName);
    CPPUNIT_TEST(packedVariantsAreUsedWhenAccepted);
    CPPUNIT_TEST(nothingOutsideIsServed);
    CPPUNIT_TEST_SUITE_END();

    testing::TempDir dir;
    std::string web = dir.file("web");
    Request request;

public:
    void setUp() override {
        must(ensureDirectory(web + "/assets", 0755));
        must(writeFileAtomic(web + "/index.html", "<html>"));
        must(writeFileAtomic(web + "/assets/index-DiwrgTda.js", "plain script"));
        must(writeFileAtomic(web + "/assets/index-DiwrgTda.js.br", "packed script"));
        must(writeFileAtomic(dir.file("secret"), "secret"));
        CPPUNIT_ASSERT_EQUAL(0, ::symlink("../secret", (web + "/link").c_str()));
        CPPUNIT_ASSERT_EQUAL(0, ::symlink("/etc/passwd", (web + "/absolute").c_str()));
    }

private:
    static std::string header(const Response& response, const std::string& name) {
        for (const auto& [key, value] : response.headers) {
            if (key == name) return value;
        }
        return "";
    }

    void filesHaveTheirTypeAndTag() {
        const Response response = serveFile(web, "assets/index-DiwrgTda.js", request, Caching::ByName);
        CPPUNIT_ASSERT_EQUAL(200, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string("text/javascript; charset=utf-8"), response.content_type);
        CPPUNIT_ASSERT_EQUAL(std::string("plain script"), response.body);
        request.headers["if-none-match"] = "\"other\", " + header(response, "ETag");
        const Response again = serveFile(web, "assets/index-DiwrgTda.js", request, Caching::ByName);
        CPPUNIT_ASSERT_EQUAL(304, again.status);
        CPPUNIT_ASSERT(again.body.empty());
        must(writeFileAtomic(web + "/assets/index-DiwrgTda.js", "another script"));
        CPPUNIT_ASSERT_EQUAL(200, serveFile(web, "assets/index-DiwrgTda.js", request, Caching::ByName).status);
        CPPUNIT_ASSERT_EQUAL(std::string("application/octet-stream"), contentType("x.unknown"));
        CPPUNIT_ASSERT_EQUAL(std::string("text/css; charset=utf-8"), contentType("a.b.css"));
    }
    void cachingFollowsTheName() {
        const std::string forever = "public, max-age=31536000, immutable";
        CPPUNIT_ASSERT_EQUAL(forever, header(serveFile(web, "assets/index-DiwrgTda.js", request, Caching::ByName), "Cache-Control"));
        CPPUNIT_ASSERT_EQUAL(std::string("no-cache"), header(serveFile(web, "assets/index-DiwrgTda.js", request, Caching::Revalidate), "Cache-Control"));
        CPPUNIT_ASSERT_EQUAL(std::string("no-cache"), header(serveFile(web, "index.html", request, Caching::ByName), "Cache-Control"));
        CPPUNIT_ASSERT_EQUAL(std::string("no-store"), header(serveFile(web, "index.html", request, Caching::Never), "Cache-Control"));
        CPPUNIT_ASSERT_EQUAL(forever, header(serveFile(web, "index.html", request, Caching::Immutable), "Cache-Control"));
        for (const char* name : {"ui.js", "service-worker.js", "my-component.js", "a-1234567.js", "x-DiwrgTda"}) CPPUNIT_ASSERT_MESSAGE(name, !hashedName(name));
        CPPUNIT_ASSERT(hashedName("a.0a1b2c3d.css"));
    }
    void packedVariantsAreUsedWhenAccepted() {
        request.headers["accept-encoding"] = "gzip, br;q=0.9";
        const Response response = serveFile(web, "assets/index-DiwrgTda.js", request, Caching::ByName);
        CPPUNIT_ASSERT_EQUAL(std::string("packed script"), response.body);
        CPPUNIT_ASSERT_EQUAL(std::string("br"), header(response, "Content-Encoding"));
        CPPUNIT_ASSERT_EQUAL(std::string("text/javascript; charset=utf-8"), response.content_type);
        request.headers["accept-encoding"] = "gzip, br;q=0";
        CPPUNIT_ASSERT_EQUAL(std::string("plain script"), serveFile(web, "assets/index-DiwrgTda.js", request, Caching::ByName).body);
    }
    void nothingOutsideIsServed() {
        for (const char* path : {"", "nothing", "assets", "../secret", "link", "absolute", "/etc/passwd", "assets/../../secret"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 404, serveFile(web, path, request, Caching::ByName).status);
        }
        CPPUNIT_ASSERT_EQUAL(404, serveFile(dir.file("missing"), "index.html", request, Caching::Never).status);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StaticFilesTest);

}  // namespace masthead::console::api
