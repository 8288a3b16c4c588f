#include "host/console/auth/throttle_devices.hpp"

#include <sodium.h>

#include "host/base/encoding.hpp"
#include "host/base/random.hpp"
#include "host/base/text.hpp"

namespace masthead::console::auth {

std::string KnownDevices::mac(std::string_view text) const {
    crypto_auth_hmacsha256_state state;
    unsigned char out[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key_.data()), key_.size());
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    crypto_auth_hmacsha256_final(&state, out);
    return base64UrlEncode(std::string_view(reinterpret_cast<const char*>(out), sizeof out));
}

std::string KnownDevices::issue(std::int64_t account) const {
    const std::string text = std::to_string(account) + "." + std::to_string(clock_.wallMs() / 1000) + "." + randomToken(16);
    return text + "." + mac(text);
}

std::optional<std::string> KnownDevices::lane(std::int64_t account, std::string_view value) const {
    if (value.size() > 128) return std::nullopt;
    const auto parts = split(value, '.');
    if (parts.size() != 4 || parts[0] != std::to_string(account)) return std::nullopt;
    const auto issued = parseUnsigned<std::uint32_t>(parts[1]);
    const std::string_view text = value.substr(0, value.size() - parts[3].size() - 1);
    if (!issued || !equalConstantTime(mac(text), parts[3])) return std::nullopt;
    const std::int64_t age = clock_.wallMs() / 1000 - std::int64_t{*issued};
    if (age > kLifeSeconds) return std::nullopt;
    return "device:" + sha256Hex(text);
}

}  // namespace masthead::console::auth
