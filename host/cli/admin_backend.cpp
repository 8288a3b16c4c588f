#include "host/cli/admin_backend.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "host/base/clock.hpp"
#include "host/base/file.hpp"
#include "host/base/text.hpp"
#include "host/base/unique_fd.hpp"
#include "host/cli/audit_download.hpp"
#include "host/cli/owner.hpp"
#include "host/config/paths.hpp"
#include "host/console/server/console.hpp"
#include "host/supervisor/data_lock.hpp"

namespace masthead::cli {
namespace {

struct Answer {
    int status = 0;
    std::string body;
};

Result<UniqueFd> connectTo(const std::string& path) {
    UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (!socket || path.size() >= sizeof address.sun_path) return Error{Code::InvalidArgument, "the socket path " + path + " is too long"};
    std::memcpy(address.sun_path, path.c_str(), path.size());
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return Error{Code::Unavailable, "connecting to " + path + ": " + std::strerror(errno)};
    }
    return socket;
}

Result<Answer> exchange(const std::string& path, const std::string& method, const std::string& target, const std::string& body) {
    auto socket = connectTo(path);
    if (!socket) return std::move(socket).error();
    std::string request = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    if (!body.empty()) request += "Content-Type: application/json\r\n";
    request += "\r\n" + body;
    if (::send(socket->get(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
        return Error{Code::Unavailable, "sending to " + path + " failed"};
    }
    std::string text;
    char buffer[16384];
    for (;;) {
        const ssize_t got = ::recv(socket->get(), buffer, sizeof buffer, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        text.append(buffer, static_cast<std::size_t>(got));
        if (text.size() > (std::size_t{16} << 20)) return Error{Code::ResourceExhausted, "the answer of the host is too large"};
    }
    const auto end = text.find("\r\n\r\n");
    const auto status = text.size() > 12 ? parseUnsigned<int>(std::string_view(text).substr(9, 3)) : std::nullopt;
    if (end == std::string::npos || !status) return Error{Code::Unavailable, "the host closed the connection without an answer (is this the user it runs as?)"};
    return Answer{*status, text.substr(end + 4)};
}

Result<Json> meaningOf(const Answer& answer) {
    if (answer.body.empty() && answer.status < 400) return Json::object();
    auto parsed = parseJson(answer.body, kLocalJson);
    if (answer.status < 400) return parsed;
    if (!parsed) return Error{Code::Internal, "the host answered " + std::to_string(answer.status)};
    return Error{Code::FailedPrecondition, parsed->text("detail")};
}

}  // namespace

struct AdminBackend::Alone {
    supervisor::DataLock lock;
    std::unique_ptr<console::server::Console> console;
};

AdminBackend::AdminBackend() = default;
AdminBackend::~AdminBackend() = default;

Result<std::unique_ptr<AdminBackend>> AdminBackend::open(const config::Config& config) {
    const config::Paths paths(config);
    if (Status owner = becomeOwner(paths.dataDir()); !owner) return std::move(owner).error();
    std::unique_ptr<AdminBackend> backend(new AdminBackend());
    if (connectTo(paths.cliSocket()).ok()) {
        backend->socket_ = paths.cliSocket();
        return backend;
    }
    if (Status made = ensureDirectory(paths.dataDir(), 0700); !made) return std::move(made).error();
    auto lock = supervisor::DataLock::acquire(paths.dataDir(), SystemClock());
    if (!lock) return std::move(lock).error().within("the console does not answer on " + paths.cliSocket() + ", and the store cannot be opened instead");
    auto console = console::server::Console::open(config);
    if (!console) return std::move(console).error();
    backend->alone_ = std::make_unique<Alone>(Alone{std::move(*lock), std::move(*console)});
    return backend;
}

Result<Json> AdminBackend::call(const std::string& method, const std::string& path, const Json& body) {
    const std::string text = body.isNull() ? std::string() : body.dump();
    if (alone_) {
        const auto response = alone_->console->callLocally(method, path, text);
        return meaningOf({response.status, response.body});
    }
    auto answer = exchange(socket_, method, path, text);
    if (!answer) return std::move(answer).error();
    return meaningOf(*answer);
}

namespace {

class DownloadSink final : public console::StreamSink {
public:
    explicit DownloadSink(const std::function<bool(std::string_view)>& sink) : sink_(sink) {}
    bool write(std::string_view bytes) override { return sink_(bytes); }
    bool alive() override { return true; }

private:
    const std::function<bool(std::string_view)>& sink_;
};

Status downloadFrom(const std::string& socket_path, const std::string& path, const std::function<bool(std::string_view)>& sink) {
    auto socket = connectTo(socket_path);
    if (!socket) return std::move(socket).error();
    const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    if (::send(socket->get(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
        return Error{Code::Unavailable, "sending to " + socket_path + " failed"};
    }
    std::string head;
    ChunkReader chunks;
    bool streaming = false;
    char buffer[65536];
    for (;;) {
        const ssize_t got = ::recv(socket->get(), buffer, sizeof buffer, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        std::string_view bytes(buffer, static_cast<std::size_t>(got));
        std::string rest;
        if (!streaming) {
            head += bytes;
            const auto end = head.find("\r\n\r\n");
            // A refusal is a small plain answer: it is read to its end.
            if (end == std::string::npos || head.substr(9, 3) != "200") continue;
            rest = head.substr(end + 4);
            bytes = rest;
            streaming = true;
        }
        std::string body;
        if (Status fed = chunks.feed(bytes, body); !fed) return fed;
        if (!body.empty() && !sink(body)) return {};
        if (chunks.ended()) return {};
    }
    const auto end = head.find("\r\n\r\n");
    if (!streaming && end != std::string::npos) {
        auto meaning = meaningOf({parseUnsigned<int>(std::string_view(head).substr(9, 3)).value_or(500), head.substr(end + 4)});
        if (!meaning) return std::move(meaning).error();
    }
    return Error{Code::Unavailable, "the host broke off its answer"};
}

}  // namespace

Status AdminBackend::download(const std::string& path, const std::function<bool(std::string_view)>& sink) {
    if (!alone_) return downloadFrom(socket_, path, sink);
    const auto response = alone_->console->callLocally("GET", path, "");
    if (response.status >= 400 || !response.stream) {
        auto meaning = meaningOf({response.status, response.body});
        if (!meaning) return std::move(meaning).error();
        sink(response.body);
        return {};
    }
    DownloadSink out(sink);
    response.stream(out);
    return {};
}

}  // namespace masthead::cli
