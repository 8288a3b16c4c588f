#include "host/supervisor/control_server.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "host/base/file.hpp"
#include "host/base/log.hpp"

namespace masthead::supervisor {
namespace {

constexpr std::size_t kMaxPeers = 32;
constexpr std::size_t kMaxRequest = std::size_t{64} << 10;

}  // namespace

ControlServer::~ControlServer() {
    peers_.clear();
    if (!fd_) return;
    loop_.unwatch(fd_.get());
    ::unlink(path_.c_str());
}

Status ControlServer::listen(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return Error{Code::InvalidArgument, path + ": too long for a unix socket; choose a shorter data_dir"};
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    fd_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    ::unlink(path.c_str());
    if (!fd_ || ::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::chmod(path.c_str(), 0600) != 0 || ::listen(fd_.get(), 16) != 0) {
        return systemError("opening " + path, errno);
    }
    path_ = path;
    loop_.watch(fd_.get(), EPOLLIN, [this](std::uint32_t) { accept(); });
    return {};
}

void ControlServer::accept() {
    UniqueFd peer(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!peer) return;
    ucred who{};
    socklen_t length = sizeof who;
    if (::getsockopt(peer.get(), SOL_SOCKET, SO_PEERCRED, &who, &length) != 0 || (who.uid != ::geteuid() && who.uid != 0)) {
        log::warning("refused a control connection of another user",
                     {{"pid", std::to_string(who.pid)}, {"uid", std::to_string(who.uid)}});
        return;
    }
    if (peers_.size() >= kMaxPeers) return;
    const std::uint64_t id = next_id_++;
    peers_[id] = std::make_unique<LineChannel>(
        loop_, std::move(peer), kMaxRequest, [this, id](const Json& request) { answer(id, request); },
        [this, id] { peers_.erase(id); });
}

void ControlServer::answer(std::uint64_t id, const Json& request) {
    auto done = handler_(request);
    Json reply = Json::object({{"ok", done.ok()}});
    if (done) {
        for (const auto& [name, value] : done->members()) reply.append(name, value);
    } else {
        reply.append("error", done.error().message);
    }
    const auto peer = peers_.find(id);
    if (peer != peers_.end()) peer->second->send(reply);
}

}  // namespace masthead::supervisor
