// Where the host may connect to on behalf of a setting: public addresses always, private ones only when the administrator
// said so, link-local and metadata addresses never. Pure functions; checked on the resolved address that is then used.
#pragma once

#include <sys/socket.h>

#include <string_view>

#include "host/base/result.hpp"

namespace masthead::console::net {

enum class AddressClass { Public, Private, Forbidden };

/// Forbidden also for families other than IPv4 and IPv6, and for addresses that hide another one (NAT64, 6to4, Teredo).
AddressClass classify(const sockaddr& address);
/// The host itself says that it is private: a private or loopback address, localhost, a single label, or a name under a
/// domain that only private networks have (.local, .lan, .internal, .home.arpa, ...).
bool typedPrivate(std::string_view host);
/// PermissionDenied with the reason; `host` is what was typed.
Status checkAddress(const sockaddr& address, std::string_view host, bool private_allowed);
/// "192.0.2.7" or "2001:db8::7".
std::string addressText(const sockaddr& address);

}  // namespace masthead::console::net
