// A PNG picture of black and white pixels: one bit of greyscale, stored without compression (RFC 2083, 1950, 1951). Pure function.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace onboarding {

/// `dark(x, y)` for each pixel; a side of at most 4096 pixels, else empty.
template <typename Dark>
std::string png(std::uint32_t side, Dark&& dark);

/// The picture of finished rows: each a filter byte (0) and (side + 7) / 8 bytes, the leftmost pixel in the highest bit, 1 is white.
std::string pngOfRows(std::uint32_t side, std::string_view rows);

std::uint32_t adler32(std::string_view bytes);

template <typename Dark>
std::string png(std::uint32_t side, Dark&& dark) {
    if (side == 0 || side > 4096) return {};
    const std::size_t stride = 1 + (side + 7) / 8;
    std::string rows(stride * side, '\0');
    for (std::uint32_t y = 0; y < side; ++y) {
        for (std::uint32_t x = 0; x < side; ++x) {
            char& byte = rows[y * stride + 1 + x / 8];
            if (!dark(x, y)) byte = static_cast<char>(static_cast<unsigned char>(byte) | (0x80u >> (x % 8)));
        }
    }
    return pngOfRows(side, rows);
}

}  // namespace onboarding
