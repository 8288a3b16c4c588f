#include "media/qr.hpp"

#include "media/png.hpp"

#include <qrencode.h>

#include <memory>

namespace onboarding {
namespace {

constexpr int kQuiet = 4;
constexpr int kScale = 8;
constexpr std::size_t kMaxText = 2048;

using Code = std::unique_ptr<QRcode, decltype(&QRcode_free)>;

Code encode(std::string_view text) {
    if (text.empty() || text.size() > kMaxText) return Code(nullptr, &QRcode_free);
    return Code(QRcode_encodeData(static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M), &QRcode_free);
}

/// The dark modules as one path, a run of them as one rectangle.
std::string pathOf(const QRcode& code) {
    std::string out;
    for (int y = 0; y < code.width; ++y) {
        for (int x = 0; x < code.width;) {
            int end = x;
            while (end < code.width && (code.data[y * code.width + end] & 1) != 0) ++end;
            if (end > x) {
                const std::string run = std::to_string(end - x);
                out += "M" + std::to_string(x + kQuiet) + " " + std::to_string(y + kQuiet) + "h" + run + "v1h-" + run + "z";
            }
            x = end + 1;
        }
    }
    return out;
}

}  // namespace

std::string qrSvg(std::string_view text) {
    const Code code = encode(text);
    if (!code) return {};
    const std::string side = std::to_string(code->width + 2 * kQuiet);
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + side + " " + side + "\" shape-rendering=\"crispEdges\">" +
           "<rect width=\"" + side + "\" height=\"" + side + "\" fill=\"#fff\"/><path fill=\"#000\" d=\"" + pathOf(*code) + "\"/></svg>";
}

std::string qrPng(std::string_view text) {
    const Code code = encode(text);
    if (!code) return {};
    const auto dark = [&](std::uint32_t px, std::uint32_t py) {
        const int x = static_cast<int>(px) / kScale - kQuiet, y = static_cast<int>(py) / kScale - kQuiet;
        return x >= 0 && y >= 0 && x < code->width && y < code->width && (code->data[y * code->width + x] & 1) != 0;
    };
    return png(static_cast<std::uint32_t>((code->width + 2 * kQuiet) * kScale), dark);
}

}  // namespace onboarding
