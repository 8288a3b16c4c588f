#include "host/console/notify/signature.hpp"

#include "host/base/encoding.hpp"

namespace masthead::console::notify {

std::string hmacSha256(std::string_view key, std::string_view message) {
    constexpr std::size_t kBlock = 64;
    std::string block = key.size() > kBlock ? sha256(key) : std::string(key);
    block.resize(kBlock, '\0');
    std::string inner, outer;
    for (const char c : block) {
        inner += static_cast<char>(c ^ 0x36);
        outer += static_cast<char>(c ^ 0x5c);
    }
    return sha256(outer + sha256(inner.append(message)));
}

std::string webhookSignature(std::string_view secret, std::int64_t wall_ms, std::string_view body) {
    const std::string stamp = std::to_string(wall_ms / 1000);
    return "t=" + stamp + ",v1=" + hexEncode(hmacSha256(secret, stamp + "." + std::string(body)));
}

}  // namespace masthead::console::notify
