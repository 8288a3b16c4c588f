// ETag and If-Match, pages of lists, buckets of requests.
#include "host/console/http/etag.hpp"
#include "host/console/http/pagination.hpp"
#include "host/console/http/rate_limit.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console {

class HttpToolsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HttpToolsTest);
    CPPUNIT_TEST(ifMatchDecides);
    CPPUNIT_TEST(ifNoneMatchDecides);
    CPPUNIT_TEST(pagesCoverTheListOnce);
    CPPUNIT_TEST(pagesGoOnWhenTheirLastItemHasGone);
    CPPUNIT_TEST(wrongPagesAreRefused);
    CPPUNIT_TEST(bucketsEmptyAndRefill);
    CPPUNIT_TEST(bucketsAreBounded);
    CPPUNIT_TEST_SUITE_END();

    static Request with(const std::string& header, const std::string& value) {
        Request request;
        request.headers[header] = value;
        return request;
    }
    static Request asking(std::multimap<std::string, std::string> query) {
        Request request;
        request.query = std::move(query);
        return request;
    }
    static std::string idOf(const Json& item) { return item.text("id"); }
    static Json::Array items(std::initializer_list<const char*> ids) {
        Json::Array out;
        for (const char* id : ids) out.push_back(Json::object({{"id", id}}));
        return out;
    }

    void ifMatchDecides() {
        struct Case {
            const char* header;
            bool fits;
        };
        const Case cases[] = {{"\"7\"", true},  {"*", true},       {"\"6\", \"7\"", true}, {"\"6\"", false}, {"7", false},
                              {"W/\"7\"", false}, {"\"7", false}, {"\"70\"", false},      {" \"7\" ", true}};
        for (const auto& item : cases) {
            IfMatch match(with("if-match", item.header));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(item.header, item.fits, match.fits(7));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(item.header, !item.fits, match.stale());
        }
        IfMatch none{Request()};
        CPPUNIT_ASSERT(none.missing() && !none.fits(7));
        CPPUNIT_ASSERT_EQUAL(428, none.problem("x").status);
    }
    void ifNoneMatchDecides() {
        CPPUNIT_ASSERT(noneMatchFits(with("if-none-match", "\"7\""), "\"7\""));
        CPPUNIT_ASSERT(noneMatchFits(with("if-none-match", "W/\"7\""), "\"7\""));
        CPPUNIT_ASSERT(!noneMatchFits(with("if-none-match", "\"8\""), "\"7\""));
        CPPUNIT_ASSERT(!noneMatchFits(Request(), "\"7\""));
    }
    void pagesCoverTheListOnce() {
        const auto all = items({"zeta", "alpha", "beta", "gamma", "delta"});  // any order will do while nothing goes
        for (std::size_t limit = 1; limit <= 6; ++limit) {
            std::vector<std::string> seen;
            std::string cursor;
            for (int turn = 0; turn < 10; ++turn) {
                std::multimap<std::string, std::string> query{{"limit", std::to_string(limit)}};
                if (!cursor.empty()) query.emplace("cursor", cursor);
                Page page;
                CPPUNIT_ASSERT(!readPage(asking(query), page));
                const Json shown = pageOf("things", all, page, idOf);
                CPPUNIT_ASSERT(shown["things"].items().size() <= limit);
                for (const auto& item : shown["things"].items()) seen.push_back(idOf(item));
                if (shown["next"].isNull()) break;
                cursor = shown.text("next");
            }
            CPPUNIT_ASSERT(seen == std::vector<std::string>({"zeta", "alpha", "beta", "gamma", "delta"}));
        }
    }
    void pagesGoOnWhenTheirLastItemHasGone() {
        Page page{2, "b"};
        const Json shown = pageOf("things", items({"a", "c", "d", "e"}), page, idOf);
        CPPUNIT_ASSERT_EQUAL(std::string("c"), idOf(shown["things"].items()[0]));
        page.after = "z";
        CPPUNIT_ASSERT(pageOf("things", items({"a"}), page, idOf)["things"].items().empty());
    }
    void wrongPagesAreRefused() {
        for (const auto& query : std::vector<std::multimap<std::string, std::string>>{{{"limit", "0"}},
                                                                                      {{"limit", "501"}},
                                                                                      {{"limit", "-1"}},
                                                                                      {{"limit", "1e2"}},
                                                                                      {{"limit", ""}},
                                                                                      {{"limit", "1"}, {"limit", "2"}},
                                                                                      {{"cursor", "***"}},
                                                                                      {{"cursor", ""}},
                                                                                      {{"cursor", "YWZ0ZXI6"}},
                                                                                      {{"cursor", std::string(513, 'A')}}}) {
            Page page;
            const auto wrong = readPage(asking(query), page);
            CPPUNIT_ASSERT_MESSAGE(query.begin()->first + "=" + query.begin()->second, wrong.has_value());
            CPPUNIT_ASSERT_EQUAL(400, wrong->status);
        }
    }
    void bucketsEmptyAndRefill() {
        testing::FakeClock clock;
        RateLimiter limiter(clock);
        const Rate rate{60, 3000};  // 20 a second, 60 at once
        for (int i = 0; i < 60; ++i) {
            const auto verdict = limiter.take("a", rate);
            CPPUNIT_ASSERT(verdict.allowed);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{59 - i}, verdict.remaining);
        }
        auto refused = limiter.take("a", rate);
        CPPUNIT_ASSERT(!refused.allowed);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, refused.retry_after_s);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, refused.reset_s);
        CPPUNIT_ASSERT_EQUAL(429, rateProblem(refused, "x").status);
        CPPUNIT_ASSERT(limiter.take("b", rate).allowed);
        clock.advance(50);  // one request's worth
        CPPUNIT_ASSERT(limiter.take("a", rate).allowed);
        CPPUNIT_ASSERT(!limiter.take("a", rate).allowed);
        clock.advance(1000);
        int allowed = 0;
        while (limiter.take("a", rate).allowed) ++allowed;
        CPPUNIT_ASSERT_EQUAL(20, allowed);
        clock.advance(3600000);  // no more than the burst is saved up
        allowed = 0;
        while (limiter.take("a", rate).allowed) ++allowed;
        CPPUNIT_ASSERT_EQUAL(60, allowed);
    }
    void bucketsAreBounded() {
        testing::FakeClock clock;
        RateLimiter limiter(clock);
        for (std::size_t i = 0; i < RateLimiter::kMaxBuckets + 50; ++i) limiter.take(std::to_string(i), {2, 1000});
        CPPUNIT_ASSERT(limiter.size() <= RateLimiter::kMaxBuckets);
        clock.advance(2000);
        limiter.take("one more", {2, 1000});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, limiter.size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HttpToolsTest);

}  // namespace masthead::console
