// Free ports of this machine. A port found free may be taken a moment later: whoever binds it must still cope.
// Thread-safe.
#pragma once

#include <cstdint>
#include <string>

namespace masthead::headscale::config_file {

bool tcpPortFree(const std::string& address, std::uint16_t port);
bool udpPortFree(const std::string& address, std::uint16_t port);
/// Below the range the kernel takes for outgoing connections, so that it stays free while headscale is down; 0 if none is.
std::uint16_t freeTcpPort(std::uint16_t not_this = 0);
std::uint16_t freeUdpPort(const std::string& address);
/// Something accepts connections on this unix socket.
bool socketAnswers(const std::string& path);

}  // namespace masthead::headscale::config_file
