#include "host/edge/relay/backend.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>

#include "host/base/text.hpp"
#include "host/edge/relay/deadline.hpp"

namespace masthead::edge::relay {

namespace asio = boost::asio;

namespace {

std::optional<asio::ip::tcp::endpoint> parseEndpoint(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    auto host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    boost::system::error_code error;
    const auto address = asio::ip::make_address(std::string(host), error);
    const auto port = parseUnsigned<std::uint16_t>(text.substr(colon + 1));
    if (error || !port || *port == 0 || !address.is_loopback()) return std::nullopt;
    return asio::ip::tcp::endpoint(address, *port);
}

Task<std::unique_ptr<Stream>> connectTo(asio::generic::stream_protocol::endpoint endpoint, bool tcp, std::int64_t timeout_ms) {
    const auto executor = co_await asio::this_coro::executor;
    Socket socket(executor);
    Deadline deadline(executor, [&socket] {
        boost::system::error_code ignored;
        socket.close(ignored);
    });
    deadline.set(timeout_ms);
    const auto [error] = co_await socket.async_connect(endpoint, asio::as_tuple(asio::use_awaitable));
    deadline.clear();
    if (error || !socket.is_open()) co_return nullptr;
    boost::system::error_code ignored;
    if (tcp) socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    co_return std::make_unique<Stream>(std::move(socket));
}

}  // namespace

Status checkLoopback(const std::string& address) {
    if (parseEndpoint(address)) return {};
    return Error{Code::InvalidArgument, "\"" + address + "\" is not a loopback address with a port"};
}

Task<std::unique_ptr<Stream>> connectTcp(const std::string& address, std::int64_t timeout_ms) {
    const auto endpoint = parseEndpoint(address);
    if (!endpoint) co_return nullptr;
    co_return co_await connectTo(*endpoint, true, timeout_ms);
}

Task<std::unique_ptr<Stream>> connectUnix(const std::string& path, std::int64_t timeout_ms) {
    if (path.size() > 107) co_return nullptr;
    co_return co_await connectTo(asio::local::stream_protocol::endpoint(path), false, timeout_ms);
}

}  // namespace masthead::edge::relay
