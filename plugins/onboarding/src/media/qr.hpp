// A text as a QR code in SVG: error level M, quiet zone of four modules, black on white. Pure function.
#pragma once

#include <string>
#include <string_view>

namespace onboarding {

/// Empty when the text is too long for a QR code (beyond 2 KiB).
std::string qrSvg(std::string_view text);

}  // namespace onboarding
