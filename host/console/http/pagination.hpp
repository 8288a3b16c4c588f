// `limit` and `cursor` of lists. A cursor is the key of the last item shown, wrapped so that nobody builds on its form; it
// grants nothing, since the list is filtered again on every page. Pure functions.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "host/console/http/request.hpp"
#include "host/console/http/response.hpp"

namespace masthead::console {

struct Page {
    std::size_t limit = 100;
    std::string after;  // key of the last item of the page before; empty = from the start
};

/// Fills `page`; the 400 to answer when limit or cursor cannot be used.
std::optional<Response> readPage(const Request& request, Page& page, std::size_t most = 500);
std::string cursorFor(const std::string& key);

/// {"<name>": [items of this page], "next": cursor|null}. `items` is the whole list in its order, keys are unique in it; a
/// cursor whose item has gone begins at the first item that `key` puts behind it, which needs keys in ascending order.
Json pageOf(const std::string& name, const Json::Array& items, const Page& page, const std::function<std::string(const Json&)>& key);

}  // namespace masthead::console
