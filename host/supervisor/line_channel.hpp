// One non-blocking stream socket that carries JSON lines both ways inside the event loop.
//
// Not thread-safe. Closes itself, once, on EOF, on a broken line, on a line over the limit and when the peer does not
// read; `closed` is called then, never from inside send(). The handlers may destroy the channel.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "host/base/json_lines.hpp"
#include "host/base/unique_fd.hpp"
#include "host/supervisor/event_loop.hpp"

namespace masthead::supervisor {

class LineChannel {
public:
    static constexpr std::size_t kMaxQueued = std::size_t{4} << 20;

    LineChannel(EventLoop& loop, UniqueFd fd, std::size_t max_line, std::function<void(const Json&)> line,
                std::function<void()> closed);
    ~LineChannel();
    LineChannel(const LineChannel&) = delete;
    LineChannel& operator=(const LineChannel&) = delete;

    void send(const Json& message);
    bool open() const { return static_cast<bool>(fd_); }

private:
    void ready(std::uint32_t events);
    void receive();
    void flush();
    void rewatch();
    void close();

    EventLoop& loop_;
    UniqueFd fd_;
    JsonLines lines_;
    std::function<void(const Json&)> line_;
    std::function<void()> closed_;
    std::string queue_;
    bool broken_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace masthead::supervisor
