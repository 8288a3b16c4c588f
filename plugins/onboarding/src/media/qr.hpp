// A text as a QR code in SVG or PNG: error level M, quiet zone of four modules, black on white. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace onboarding {

/// Empty when the text is too long for a QR code (beyond 2 KiB).
std::string qrSvg(std::string_view text);
/// The same picture in PNG, eight pixels a module.
std::string qrPng(std::string_view text);

}  // namespace onboarding
