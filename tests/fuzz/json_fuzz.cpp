// The two JSON parsers agree on what is JSON and on what it means, and what one writes both read back. One difference is
// known: RapidJSON counts the digits of an exponent and refuses 0e8888, which the other reads as nought.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "host/base/json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using masthead::Json;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::string error;
    const auto own = Json::parse(text, error, masthead::kNetworkJson);
    const auto kept = masthead::parseJson(text);
    if (kept.ok() && !own) std::abort();
    if (!own) return 0;
    if (!kept.ok()) {
        if (kept.error().message.find("too big") == std::string::npos) std::abort();
        return 0;
    }
    if (*own != *kept) std::abort();
    const auto again = masthead::parseJson(own->dump());
    if (!again.ok() || *again != *own) std::abort();
    return 0;
}
