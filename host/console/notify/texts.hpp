// Hostile texts made harmless before they are kept or sent: control characters gone, directions of writing made visible,
// sane lengths, keys and tokens replaced. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "host/base/plain_text.hpp"
#include "host/base/result.hpp"
#include "host/console/notify/poster.hpp"

namespace masthead::console::notify {

inline constexpr std::size_t kMaxTitle = 200;  // bytes
inline constexpr std::size_t kMaxText = 4000;

/// A path of the console that may be appended to its address: "/admin/...", no other host, no control characters.
bool validLink(std::string_view link);
/// Checks and cleans every member; InvalidArgument names the one that does not fit.
Status clean(Note& note);

}  // namespace masthead::console::notify
