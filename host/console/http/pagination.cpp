#include "host/console/http/pagination.hpp"

#include <algorithm>

#include "host/base/encoding.hpp"
#include "host/base/text.hpp"

namespace masthead::console {
namespace {

constexpr std::size_t kMaxCursor = 512;
constexpr std::string_view kMark = "after:";

std::optional<std::string> keyIn(std::string_view cursor) {
    if (cursor.size() > kMaxCursor) return std::nullopt;
    auto plain = base64UrlDecode(cursor);
    if (!plain || plain->compare(0, kMark.size(), kMark) != 0 || plain->size() == kMark.size()) return std::nullopt;
    return plain->substr(kMark.size());
}

}  // namespace

std::optional<Response> readPage(const Request& request, Page& page, std::size_t most) {
    page.limit = std::min(page.limit, most);
    if (request.query.count("limit") > 1 || request.query.count("cursor") > 1) {
        return fieldProblem({{"limit", "limit and cursor may be given once."}}, request.id);
    }
    if (request.query.count("limit") > 0) {
        const auto limit = parseUnsigned<std::size_t>(request.queryValue("limit"));
        if (!limit || *limit == 0 || *limit > most) {
            return fieldProblem({{"limit", "limit is a number from 1 to " + std::to_string(most) + "."}}, request.id);
        }
        page.limit = *limit;
    }
    if (request.query.count("cursor") > 0) {
        auto key = keyIn(request.queryValue("cursor"));
        if (!key) return fieldProblem({{"cursor", "cursor is the \"next\" of the page before, unchanged."}}, request.id);
        page.after = std::move(*key);
    }
    return std::nullopt;
}

std::string cursorFor(const std::string& key) { return base64UrlEncode(std::string(kMark) + key); }

Json pageOf(const std::string& name, const Json::Array& items, const Page& page, const std::function<std::string(const Json&)>& key) {
    auto from = items.begin();
    if (!page.after.empty()) {
        from = std::find_if(items.begin(), items.end(), [&](const Json& item) { return key(item) == page.after; });
        if (from != items.end()) {
            ++from;
        } else {
            from = std::find_if(items.begin(), items.end(), [&](const Json& item) { return key(item) > page.after; });
        }
    }
    Json list = Json::array();
    std::string last;
    for (; from != items.end() && list.items().size() < page.limit; ++from) {
        last = key(*from);
        list.push(*from);
    }
    return Json::object({{name, std::move(list)}, {"next", from == items.end() ? Json() : Json(cursorFor(last))}});
}

}  // namespace masthead::console
