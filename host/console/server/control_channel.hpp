// The console's end of the control socket pair: lines from the supervisor in, ready and tick out.
//
// One thread of its own calls `on_line` for each line and `on_end` once at EOF or on a broken line; send() works from any
// thread. Without a descriptor (run by hand) nothing is read and send() does nothing.
#pragma once

#include <functional>
#include <mutex>
#include <thread>

#include "host/base/json_lines.hpp"
#include "host/base/unique_fd.hpp"

namespace masthead::console::server {

class ControlChannel {
public:
    ControlChannel(UniqueFd socket, std::function<void(const Json&)> on_line, std::function<void()> on_end);
    ~ControlChannel();
    ControlChannel(const ControlChannel&) = delete;
    ControlChannel& operator=(const ControlChannel&) = delete;

    /// Handles what has arrived already before it returns.
    void start();
    void send(const Json& line);

    /// The descriptor MASTHEAD_CONTROL_FD names, close-on-exec; none when unset or not a number.
    static UniqueFd fromEnvironment();

private:
    void read();
    /// One recv; false when the channel has ended.
    bool take(int flags);

    UniqueFd socket_;
    UniqueFd stop_;  // eventfd
    std::function<void(const Json&)> on_line_;
    std::function<void()> on_end_;
    JsonLines lines_;
    std::mutex send_mutex_;  // lines are written whole
    std::thread thread_;
};

}  // namespace masthead::console::server
