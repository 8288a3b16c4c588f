// One bounded question to a server on loopback or a unix socket: connect, send, read at most 4 KiB within a time.
// Not thread-safe; runs in the event loop. `done` is called exactly once unless the object is destroyed first; it may
// destroy the object. Answers that do not come, come late or are too long are nullopt.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/unique_fd.hpp"
#include "host/supervisor/event_loop.hpp"

namespace masthead::supervisor {

class Exchange {
public:
    static constexpr std::size_t kMaxAnswer = 4096;
    using Done = std::function<void(std::optional<std::string>)>;
    /// True once the bytes so far are all that is needed; the end of the stream always ends the answer.
    using Enough = std::function<bool(std::string_view)>;

    /// `address`: "127.0.0.1:8080", "[::1]:8080" or an absolute path of a unix socket.
    Exchange(EventLoop& loop, const std::string& address, std::string request, std::int64_t timeout_ms, Enough enough, Done done);
    ~Exchange();
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

private:
    void ready(std::uint32_t events);
    void receive();
    void finish(std::optional<std::string> answer);

    EventLoop& loop_;
    UniqueFd fd_;
    std::string request_;
    std::string answer_;
    Enough enough_;
    Done done_;
    EventLoop::TimerId timer_ = 0;
};

/// The body of a complete HTTP/1.x answer with status 200; nullopt for anything else. Pure function.
std::optional<std::string> httpBody(std::string_view answer);
/// Header and as many bytes as Content-Length says.
bool httpComplete(std::string_view answer);

}  // namespace masthead::supervisor
