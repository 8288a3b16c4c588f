// Text, addresses, times, tickets and settings of strangers and admins, as the desk of onboarding reads them.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "crypto/codec.hpp"
#include "desk/options.hpp"
#include "domain/time.hpp"
#include "net/address.hpp"
#include "text/hygiene.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onboarding;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto cleaned = clean(text, 64, false, true);
    if (cleaned.fault == TextFault::None && cleaned.text.size() > 64 * 4) std::abort();
    // What was made visible has nothing hidden left.
    const auto shown = visible(cleaned.text);
    if (visible(shown) != shown) std::abort();
    const auto name = slug(text);
    if (name.size() > 63) std::abort();
    static_cast<void>(platformOf(text));
    static_cast<void>(percentEncode(text));
    if (const auto at = parseTime(text); at && parseTime(formatTime(*at)) != at) std::abort();
    static_cast<void>(parseDuration(text));
    if (const auto network = Network::parse(text)) static_cast<void>(network->contains("192.0.2.1"));
    static_cast<void>(limitGroup(text));
    if (const auto bytes = fromBase64Url(text); bytes && toBase64Url(*bytes) != text) std::abort();
    static_cast<void>(isPublicKey(text));
    static_cast<void>(openSealed(text, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));

    std::string error;
    if (const auto json = Json::parse(text, error)) {
        static_cast<void>(Request::fromJson(*json));
        if (auto settings = Settings::read(*json)) static_cast<void>(grantOf(*json, *settings, 0));
        static_cast<void>(grantOf(*json, Settings(), 0));
    }
    return 0;
}
