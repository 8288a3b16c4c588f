#include "host/console/auth/tokens_text.hpp"

#include <Poco/Checksum.h>

#include <algorithm>
#include <cstdint>

#include "host/base/random.hpp"

namespace masthead::console::auth {
namespace {

constexpr std::string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kChecksumSize = 6;

bool only(std::string_view text, std::string_view extra) {
    return std::all_of(text.begin(), text.end(), [&](char c) { return kBase62.find(c) != std::string_view::npos || extra.find(c) != std::string_view::npos; });
}

/// Every character equally likely: bytes beyond the largest multiple of 62 are drawn again.
std::string randomBase62(std::size_t count) {
    std::string out;
    while (out.size() < count) {
        for (const char byte : randomBytes(count)) {
            const auto value = static_cast<unsigned char>(byte);
            if (value < 248 && out.size() < count) out += kBase62[value % 62];
        }
    }
    return out;
}

}  // namespace

std::string tokenChecksum(std::string_view text) {
    Poco::Checksum checksum(Poco::Checksum::TYPE_CRC32);
    checksum.update(text.data(), static_cast<unsigned>(text.size()));
    std::uint32_t value = checksum.checksum();
    std::string out(kChecksumSize, '0');
    for (std::size_t i = kChecksumSize; i-- > 0; value /= 62) out[i] = kBase62[value % 62];
    return out;
}

std::string makeTokenText() {
    const std::string text = std::string(kTokenPrefix) + randomBase62(kTokenIdSize) + randomToken(32);
    return text + tokenChecksum(text);
}

std::optional<std::string> tokenIdIn(std::string_view text) {
    if (text.size() != kTokenSize || text.substr(0, kTokenPrefix.size()) != kTokenPrefix) return std::nullopt;
    const auto id = text.substr(kTokenPrefix.size(), kTokenIdSize);
    if (!only(id, "") || !only(text.substr(kTokenPrefix.size() + kTokenIdSize), "-_")) return std::nullopt;
    if (tokenChecksum(text.substr(0, kTokenSize - kChecksumSize)) != text.substr(kTokenSize - kChecksumSize)) return std::nullopt;
    return std::string(id);
}

}  // namespace masthead::console::auth
