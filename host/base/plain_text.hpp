// Texts from outside made fit to be shown or logged: control characters gone, directions of writing made visible, invalid
// UTF-8 replaced, at most `most` bytes. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace masthead {

/// One line: control characters and line ends become one space.
std::string oneLine(std::string_view text, std::size_t most);
/// Line feeds stay, other control characters go.
std::string plainText(std::string_view text, std::size_t most);

}  // namespace masthead
