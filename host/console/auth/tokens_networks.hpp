// Networks an API token may be used from: "192.0.2.0/24", "2001:db8::/32", a single address. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace masthead::console::auth {

/// The canonical text with its prefix length; nullopt when it is no network, or when bits behind the prefix are set.
std::optional<std::string> canonicalNetwork(std::string_view text);
/// True when `client` lies in one of the networks (canonical texts). An IPv4 address mapped into IPv6 counts as IPv4.
bool inNetworks(const std::string& client, const std::vector<std::string>& networks);

}  // namespace masthead::console::auth
