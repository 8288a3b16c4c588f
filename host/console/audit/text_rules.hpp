// How outside text enters a record: one line, valid UTF-8, nothing that hides or moves other characters, a bounded length
// that says how long the text was. Pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "host/base/json.hpp"

namespace masthead::console::audit {

inline constexpr std::size_t kMaxText = 512;
inline constexpr std::size_t kMaxDetail = 16 * 1024;

/// Control characters, line separators, invisible and direction-changing ones become "\u{1b}"; bytes that are not UTF-8
/// become "\x{ff}"; a longer text is cut and ends with "[cut from <n> bytes]".
std::string bounded(std::string_view text, std::size_t limit = kMaxText);

/// The same for every text of a JSON value (their length is left alone), as compact text; {"cut_from_bytes":n} when it is
/// larger than kMaxDetail.
std::string boundedJson(const Json& value);

/// Members named like a secret become "[hidden]"; tokens inside of texts are redacted; long texts and lists are cut.
Json withoutSecrets(const Json& value, int depth = 6);

}  // namespace masthead::console::audit
