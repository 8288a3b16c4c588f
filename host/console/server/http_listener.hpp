// Poco's HTTPServer on one unix socket, in front of the funnel.
//
// The socket is bound under a tight umask after a stale one was removed. `accept` sees the peer's credentials and decides.
// stop() ends accepting, then all connections; the destructor stops too. Threads are of a pool of its own.
#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>

#include "host/base/result.hpp"
#include "host/console/http/funnel.hpp"

namespace masthead::console::server {

struct ListenerSettings {
    std::string path;
    Door door = Door::Edge;
    int threads = 8;
    /// pid, uid of the peer as the kernel knows them.
    std::function<bool(pid_t, uid_t)> accept;
};

class HttpListener {
public:
    static Result<std::unique_ptr<HttpListener>> start(Funnel& funnel, ListenerSettings settings);
    ~HttpListener();
    HttpListener(const HttpListener&) = delete;
    HttpListener& operator=(const HttpListener&) = delete;

    void stopAccepting();
    void stop();

private:
    struct Impl;
    explicit HttpListener(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace masthead::console::server
