// The unit by which strangers are counted: an IPv4 address, or the /64 of an IPv6 address. Pure functions.
#pragma once

#include <sys/socket.h>

#include <string>

namespace masthead::edge::limits {

/// Text of the address without port; IPv4-mapped addresses as IPv4; empty for other families.
std::string addressText(const sockaddr_storage& address);
/// Key to count by: the address for IPv4, the first 64 bits for IPv6.
std::string countingKey(const sockaddr_storage& address);

}  // namespace masthead::edge::limits
