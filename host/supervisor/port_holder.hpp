// Who listens on a TCP port, from /proc/net/tcp, /proc/net/tcp6 and /proc/<pid>/fd. Processes of other users may hide.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace masthead::supervisor {

struct PortHolder {
    pid_t pid = 0;
    std::string program;
};

/// Inodes of sockets that listen on `port` in the text of /proc/net/tcp or tcp6. Pure function.
std::vector<std::uint64_t> listeningInodes(std::string_view table, std::uint16_t port);

std::optional<PortHolder> findPortHolder(std::uint16_t port);
/// "held by pid 123 (nginx)" or "held by a process of another user".
std::string describePortHolder(std::uint16_t port);

}  // namespace masthead::supervisor
