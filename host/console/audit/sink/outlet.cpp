#include "host/console/audit/sink/outlet.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "host/base/file.hpp"
#include "host/base/unique_fd.hpp"
#include "host/console/net/http.hpp"
#include "host/console/net/resolve.hpp"
#include "host/console/net/stream.hpp"

namespace masthead::console::audit {
namespace {

constexpr std::int64_t kTimeoutMs = 10000;
constexpr int kSliceMs = 100;

Error unavailable(const std::string& what, int error) { return Error{Code::Unavailable, what + ": " + std::strerror(error)}; }

/// One whole message on a connected socket; a receiver that does not take it in time is away.
Status sendWhole(int fd, std::string_view text, bool datagram, const std::string& name, const std::stop_token& stop) {
    int waited = 0;
    while (!text.empty()) {
        const ssize_t sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            text.remove_prefix(datagram ? text.size() : static_cast<std::size_t>(sent));
            continue;
        }
        if (errno == EINTR) continue;
        if (errno != EAGAIN && errno != ENOBUFS) return unavailable("sending to " + name, errno);
        if (stop.stop_requested()) return Error{Code::Cancelled, "stopping"};
        if (waited >= kTimeoutMs) return Error{Code::Deadline, name + " takes nothing"};
        pollfd item{fd, POLLOUT, 0};
        ::poll(&item, 1, kSliceMs);
        waited += kSliceMs;
    }
    return {};
}

class FileOutlet final : public Outlet {
public:
    explicit FileOutlet(std::string path) : path_(std::move(path)) {}
    bool confirms() const override { return true; }

    Status send(const std::vector<SinkMessage>& batch, const std::stop_token&) override {
        // Opened anew each time: a rotated file is left alone from then on.
        const UniqueFd file(::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600));
        if (!file) return systemError("opening " + path_, errno);
        struct stat info {};
        if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) return Error{Code::FailedPrecondition, path_ + " is not a plain file"};
        std::string text;
        for (const auto& message : batch) text += message.line + "\n";
        std::string_view rest = text;
        while (!rest.empty()) {
            const ssize_t written = ::write(file.get(), rest.data(), rest.size());
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) return undo(file.get(), info.st_size, errno);
            rest.remove_prefix(static_cast<std::size_t>(written));
        }
        if (::fsync(file.get()) != 0) return undo(file.get(), info.st_size, errno);
        return {};
    }

private:
    /// Half a line would spoil the next one.
    Status undo(int fd, off_t size, int error) const {
        if (::ftruncate(fd, size) != 0) return systemError("writing " + path_ + " (a part of a line is left in it)", error);
        return systemError("writing " + path_, error);
    }
    std::string path_;
};

class HttpOutlet final : public Outlet {
public:
    HttpOutlet(SinkTarget target, std::string host_id) : target_(std::move(target)), host_id_(std::move(host_id)) {}
    bool confirms() const override { return true; }

    Status send(const std::vector<SinkMessage>& batch, const std::stop_token& stop) override {
        net::HttpPost post;
        post.url = target_.url;
        post.content_type = "application/x-ndjson";
        post.headers = {{"X-Masthead-Host", host_id_}};
        if (!target_.token.empty()) post.headers.emplace_back("Authorization", "Bearer " + target_.token);
        // The operator typed it into a file on this machine: a private address is meant.
        post.private_allowed = true;
        post.ca_file = target_.ca_file;
        for (const auto& message : batch) post.body += message.line + "\n";
        auto answer = net::post(post, stop);
        if (!answer) return std::move(answer).error();
        if (answer->status >= 200 && answer->status < 300) return {};
        return Error{Code::Unavailable, net::authority(target_.url) + " answered " + std::to_string(answer->status)};
    }

private:
    SinkTarget target_;
    std::string host_id_;
};

class UnixSyslogOutlet final : public Outlet {
public:
    UnixSyslogOutlet(std::string path, std::string host_name) : path_(std::move(path)), host_name_(std::move(host_name)) {}
    bool confirms() const override { return false; }

    Status send(const std::vector<SinkMessage>& batch, const std::stop_token& stop) override {
        if (!socket_) {
            if (Status connected = open(); !connected) return connected;
        }
        for (const auto& message : batch) {
            const std::string text = datagram_ ? syslogDatagram(message, host_name_) : syslogText(message, host_name_) + "\n";
            if (Status sent = sendWhole(socket_.get(), text, datagram_, path_, stop); !sent) {
                socket_.reset();
                return sent;
            }
        }
        return {};
    }

private:
    Status open() {
        int error = 0;
        for (const bool datagram : {true, false}) {
            UniqueFd fd(::socket(AF_UNIX, (datagram ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0));
            sockaddr_un address{};
            address.sun_family = AF_UNIX;
            path_.copy(address.sun_path, sizeof address.sun_path - 1);
            if (fd && ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
                socket_ = std::move(fd);
                datagram_ = datagram;
                return {};
            }
            error = errno;
            if (error != EPROTOTYPE) break;
        }
        return unavailable("connecting to " + path_, error);
    }

    std::string path_, host_name_;
    UniqueFd socket_;
    bool datagram_ = true;
};

class UdpSyslogOutlet final : public Outlet {
public:
    UdpSyslogOutlet(SinkTarget target, std::string host_name) : target_(std::move(target)), host_name_(std::move(host_name)) {}
    bool confirms() const override { return false; }

    Status send(const std::vector<SinkMessage>& batch, const std::stop_token& stop) override {
        // Resolved each time: a collector may move, and there is no connection that would tell.
        auto addresses = net::resolve(target_.host, target_.port, kTimeoutMs, stop);
        if (!addresses) return std::move(addresses).error();
        const auto& address = addresses->front();
        const UniqueFd fd(::socket(address.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        const std::string name = target_.host + ":" + std::to_string(target_.port);
        if (!fd || ::connect(fd.get(), &address.get(), address.size) != 0) return unavailable("reaching " + name, errno);
        for (const auto& message : batch) {
            if (Status sent = sendWhole(fd.get(), syslogDatagram(message, host_name_), true, name, stop); !sent) return sent;
        }
        return {};
    }

private:
    SinkTarget target_;
    std::string host_name_;
};

class StreamSyslogOutlet final : public Outlet {
public:
    StreamSyslogOutlet(SinkTarget target, std::string host_name) : target_(std::move(target)), host_name_(std::move(host_name)) {}
    bool confirms() const override { return false; }

    Status send(const std::vector<SinkMessage>& batch, const std::stop_token& stop) override {
        if (!stream_) {
            auto stream = net::Stream::connect({target_.host, target_.port, true, target_.ca_file}, kTimeoutMs, stop);
            if (!stream) return std::move(stream).error();
            if (target_.kind == SinkTarget::Kind::SyslogTls) {
                if (Status secured = (*stream)->startTls(); !secured) return secured;
            }
            stream_ = std::move(*stream);
        }
        stream_->setTimeout(kTimeoutMs);
        std::string text;
        for (const auto& message : batch) {
            const std::string one = syslogText(message, host_name_);
            text += std::to_string(one.size()) + " " + one;  // octet counting, RFC 6587 and RFC 5425
        }
        Status written = stream_->write(text);
        if (!written) stream_.reset();
        return written;
    }

private:
    SinkTarget target_;
    std::string host_name_;
    std::unique_ptr<net::Stream> stream_;
};

}  // namespace

std::unique_ptr<Outlet> makeOutlet(const SinkTarget& target, const std::string& host_name, const std::string& host_id) {
    switch (target.kind) {
        case SinkTarget::Kind::None: return nullptr;
        case SinkTarget::Kind::File: return std::make_unique<FileOutlet>(target.path);
        case SinkTarget::Kind::Http: return std::make_unique<HttpOutlet>(target, host_id);
        case SinkTarget::Kind::SyslogUnix: return std::make_unique<UnixSyslogOutlet>(target.path, host_name);
        case SinkTarget::Kind::SyslogUdp: return std::make_unique<UdpSyslogOutlet>(target, host_name);
        case SinkTarget::Kind::SyslogTcp:
        case SinkTarget::Kind::SyslogTls: return std::make_unique<StreamSyslogOutlet>(target, host_name);
    }
    return nullptr;
}

}  // namespace masthead::console::audit
