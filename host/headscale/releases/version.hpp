// Versions of headscale as text. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace masthead::headscale::releases {

/// What `headscale version` printed: "v0.29.2" or "dev", from its first line; empty when there is none.
std::string printedVersion(std::string_view output);

/// 29 of "0.29.2", "v0.29.2", "0.30-dev"; nullopt when the text is no version of headscale.
std::optional<int> minorNumber(std::string_view version);

/// Without a leading v.
std::string bareVersion(std::string_view version);

/// A version this Masthead can run.
bool supported(std::string_view version);

}  // namespace masthead::headscale::releases
