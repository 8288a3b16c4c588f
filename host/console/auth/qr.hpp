// A text as a QR code in SVG (libqrencode): error level M, quiet zone of four modules, black on white. A pure function.
#pragma once

#include <string>
#include <string_view>

namespace masthead::console::auth {

/// Empty when the text is empty or too long (beyond 1 KiB). Holds no script, style or link: safe to put into a page as it is.
std::string qrSvg(std::string_view text);

}  // namespace masthead::console::auth
