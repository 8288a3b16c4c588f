// JSON from outside the process: RapidJSON's SAX reader builds the shared masthead::Json value.
// Refused: depth beyond the limit, duplicate member names, trailing bytes, invalid UTF-8, NaN, texts over the size limit.
// Thread-safe (no state). kNetworkJson is for bodies from strangers, kLocalJson for files and plugins.
#pragma once

#include <masthead/json.hpp>
#include <string_view>

#include "host/base/result.hpp"

namespace masthead {

inline constexpr Json::Limits kNetworkJson{32, std::size_t{1} << 20};
inline constexpr Json::Limits kLocalJson{64, std::size_t{64} << 20};

/// InvalidArgument with the reason and byte offset when the text is not acceptable.
Result<Json> parseJson(std::string_view text, Json::Limits limits = kNetworkJson);

}  // namespace masthead
