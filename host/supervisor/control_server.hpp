// run/supervisor.sock: accepts programs of our own uid and of root (who could become it) and answers one JSON line with one JSON line.
// Not thread-safe. At most 32 connections, 64 KiB a request; the rest is closed.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "host/base/json.hpp"
#include "host/base/result.hpp"
#include "host/base/unique_fd.hpp"
#include "host/supervisor/event_loop.hpp"
#include "host/supervisor/line_channel.hpp"

namespace masthead::supervisor {

class ControlServer {
public:
    /// Returns the answer without "ok" on success; the error's message becomes the refusal.
    using Handler = std::function<Result<Json>(const Json& request)>;

    ControlServer(EventLoop& loop, Handler handler) : loop_(loop), handler_(std::move(handler)) {}
    ~ControlServer();
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

    Status listen(const std::string& path);

private:
    void accept();
    void answer(std::uint64_t id, const Json& request);

    EventLoop& loop_;
    Handler handler_;
    std::string path_;
    UniqueFd fd_;
    std::uint64_t next_id_ = 1;
    std::map<std::uint64_t, std::unique_ptr<LineChannel>> peers_;
};

}  // namespace masthead::supervisor
