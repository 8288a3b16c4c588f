// systemd's notification protocol, written by hand: datagrams to NOTIFY_SOCKET. Without that variable nothing happens.
// Takes the variables out of the environment, so that no child speaks in our name. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "host/base/unique_fd.hpp"

namespace masthead::supervisor {

class Notify {
public:
    Notify();
    /// Lines such as "READY=1" or "STATUS=...". False when systemd's queue is full: the state is kept (but for a watchdog ping)
    /// and goes with the next call; send("") only tries again.
    bool send(const std::string& state);
    bool enabled() const { return static_cast<bool>(fd_); }
    /// Half of WATCHDOG_USEC, at most 10 s; 0 when systemd expects no ping.
    std::int64_t watchdogMs() const { return watchdog_ms_; }

private:
    bool deliver(const std::string& datagram) const;

    std::string path_;
    std::string pending_;
    UniqueFd fd_;
    std::int64_t watchdog_ms_ = 0;
};

}  // namespace masthead::supervisor
