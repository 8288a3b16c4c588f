// Allowlist documents as raw bytes, and paths against a list that is known: nothing crashes, and no path with an escape, an empty
// segment or a dot segment ever matches.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "host/base/json.hpp"
#include "host/edge/allowlist/allowlist.hpp"

namespace {

using masthead::edge::allowlist::Allowlist;

constexpr const char* kKnown = R"({"version": 1, "hosts": ["hs.test"], "root": {"status": 404}, "routes": [
  {"methods": ["GET"], "path": "/key", "target": "headscale"},
  {"methods": ["GET"], "path": "/register/{auth_id}", "target": "headscale"},
  {"methods": ["GET"], "path": "/apple/{platform}", "target": "headscale"},
  {"methods": ["GET"], "path": "/n/{id}/{token}", "target": "headscale"},
  {"methods": ["GET"], "path": "/admin/{subpath}", "target": "console"}]})";

bool suspicious(std::string_view path) {
    if (path.find('%') != std::string_view::npos || path.find("//") != std::string_view::npos || path.find(';') != std::string_view::npos) return true;
    if (path.find("/./") != std::string_view::npos || path.find("/../") != std::string_view::npos) return true;
    return path.ends_with("/.") || path.ends_with("/..") || path.empty() || path.front() != '/';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(data, data + size);
    static const auto known = Allowlist::fromJson(*masthead::parseJson(kKnown));
    if (known->find("GET", bytes).path_known && suspicious(bytes)) std::abort();
    if (const auto document = masthead::parseJson(bytes)) {
        if (const auto list = Allowlist::fromJson(*document)) list->find("GET", "/key");
    }
    return 0;
}
