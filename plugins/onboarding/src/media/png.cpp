#include "media/png.hpp"

#include <algorithm>

#include "media/zip.hpp"

namespace onboarding {
namespace {

constexpr std::size_t kMaxStored = 65535;

void put32(std::string& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}

void chunk(std::string& out, std::string_view type, std::string_view data) {
    put32(out, static_cast<std::uint32_t>(data.size()));
    std::string body(type);
    body += data;
    out += body;
    put32(out, crc32(body));
}

/// A zlib stream of stored blocks.
std::string stored(std::string_view bytes) {
    std::string out("\x78\x01");
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t size = std::min(kMaxStored, bytes.size() - at);
        out += at + size == bytes.size() ? '\1' : '\0';
        for (const std::size_t value : {size, ~size}) {
            out += static_cast<char>(value & 0xff);
            out += static_cast<char>(value >> 8 & 0xff);
        }
        out += bytes.substr(at, size);
        at += size;
    }
    put32(out, adler32(bytes));
    return out;
}

}  // namespace

std::uint32_t adler32(std::string_view bytes) {
    constexpr std::uint32_t kPrime = 65521;
    std::uint32_t a = 1, b = 0;
    for (const char c : bytes) {
        a = (a + static_cast<unsigned char>(c)) % kPrime;
        b = (b + a) % kPrime;
    }
    return b << 16 | a;
}

std::string pngOfRows(std::uint32_t side, std::string_view rows) {
    std::string out("\x89PNG\r\n\x1a\n");
    std::string header;
    put32(header, side);
    put32(header, side);
    header += std::string("\1\0\0\0\0", 5);  // one bit, greyscale, deflate, filters, not interlaced
    chunk(out, "IHDR", header);
    chunk(out, "IDAT", stored(rows));
    chunk(out, "IEND", {});
    return out;
}

}  // namespace onboarding
