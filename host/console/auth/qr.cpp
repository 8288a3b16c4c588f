#include "host/console/auth/qr.hpp"

#include <qrencode.h>

#include <memory>

namespace masthead::console::auth {
namespace {

constexpr int kQuiet = 4;
constexpr std::size_t kMaxText = 1024;

using Code = std::unique_ptr<QRcode, decltype(&QRcode_free)>;

bool dark(const QRcode& code, int x, int y) { return (code.data[y * code.width + x] & 1) != 0; }

}  // namespace

std::string qrSvg(std::string_view text) {
    if (text.empty() || text.size() > kMaxText) return {};
    const Code code(
        QRcode_encodeData(static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M),
        &QRcode_free);
    if (!code) return {};
    std::string path;
    for (int y = 0; y < code->width; ++y) {
        for (int x = 0; x < code->width; ++x) {
            const int from = x;
            while (x < code->width && dark(*code, x, y)) ++x;
            if (x == from) continue;
            const std::string run = std::to_string(x - from);
            path += "M" + std::to_string(from + kQuiet) + "," + std::to_string(y + kQuiet) + "h" + run + "v1h-" + run + "z";
        }
    }
    const std::string side = std::to_string(code->width + 2 * kQuiet);
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + side + " " + side +
           "\" shape-rendering=\"crispEdges\"><rect width=\"" + side + "\" height=\"" + side +
           "\" fill=\"#fff\"/><path fill=\"#000\" d=\"" + path + "\"/></svg>";
}

}  // namespace masthead::console::auth
