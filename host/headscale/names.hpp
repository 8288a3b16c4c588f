// What may be sent to headscale as a name, tag, route or id: checked before the call, because headscale accepts names that
// break its own policy language and answers the rest with errors that differ per version. Pure functions; the message of a
// failure says what is wrong and, where it can be told, what would be right.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

namespace masthead::headscale {

/// Letter first, then letters, digits, '-', '.', '_' and at most one '@'; at most 128 bytes.
Status checkUserName(std::string_view name);
/// A lower-case DNS label: 1 to 63 of a-z, 0-9, '-', neither first nor last a '-'.
Status checkNodeName(std::string_view name);
/// "tag:" and then lower-case letters, digits, '-'.
Status checkTag(std::string_view tag);
Status checkTags(const std::vector<std::string>& tags);
/// An IPv4 or IPv6 prefix without host bits; the canonical text comes back.
Result<std::string> checkRoute(std::string_view route);
/// `minor` decides the form; empty = either form.
Status checkAuthId(std::string_view id, std::string_view minor);
/// The masked display form or the bare prefix.
Status checkApiKeyPrefix(std::string_view prefix);

}  // namespace masthead::headscale
