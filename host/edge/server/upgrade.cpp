// Upgrades to headscale: checked on both sides, and after a matching 101 a raw relay (UP-01..23).
#include "host/base/log.hpp"
#include "host/base/scope_exit.hpp"
#include "host/base/text.hpp"
#include "host/edge/http1/response.hpp"
#include "host/edge/http1/serialize.hpp"
#include "host/edge/relay/backend.hpp"
#include "host/edge/relay/message_reader.hpp"
#include "host/edge/relay/response_headers.hpp"
#include "host/edge/relay/response_relay.hpp"
#include "host/edge/relay/tunnel.hpp"
#include "host/edge/server/session.hpp"

#include <algorithm>

namespace masthead::edge::server {

using http1::Framing;
using http1::RequestHead;
using relay::Task;

namespace {

/// The one protocol asked for, or the status to refuse with.
http1::Parsed<std::string> wantedProtocol(const RequestHead& head, const allowlist::Route& route) {
    const bool bodyless = head.framing.kind == Framing::Kind::None || (head.framing.kind == Framing::Kind::Length && head.framing.length == 0);
    if (!bodyless) return http1::Refusal{400, "body on an upgrade"};
    const auto count = head.fields.count("upgrade");
    if (count == 0) return http1::Refusal{426, "no Upgrade"};
    const auto protocol = *head.fields.get("upgrade");
    const bool listed = std::find(route.upgrade.begin(), route.upgrade.end(), lowerAscii(protocol)) != route.upgrade.end();
    if (count > 1 || !listed) return http1::Refusal{400, "Upgrade to something else"};
    if (!head.fields.hasToken("connection", "upgrade") || head.fields.hasToken("connection", "close")) {
        return http1::Refusal{400, "Connection does not ask for the upgrade"};
    }
    return std::string(protocol);
}

/// The 101 names the same protocol, once (UP-12).
bool switchesTo(const http1::ResponseHead& response, const std::string& protocol) {
    return response.fields.count("upgrade") == 1 && equalsIgnoreCase(*response.fields.get("upgrade"), protocol) &&
           response.fields.hasToken("connection", "upgrade");
}

}  // namespace

Task<bool> Session::upgrade(const RequestHead& head, const allowlist::Route& route) {
    const auto protocol = wantedProtocol(head, route);
    if (!protocol.ok()) co_return co_await refuse(protocol.refusal.status, &head, false);
    if (services_.headscale.empty() || route.target != allowlist::Destination::Headscale) co_return co_await refuse(503, &head, false, 2);
    if (services_.draining) co_return co_await refuse(503, &head, false, 5);
    auto fields = fieldsForHeadscale(head, origin());
    if (!fields.ok()) co_return co_await refuse(fields.refusal.status, &head, false);

    const std::string address = services_.headscale;
    const auto backend = co_await relay::connectTcp(address, services_.settings.limits.backend_connect_ms);
    if (!backend) co_return co_await refuse(503, &head, false, 2);
    std::string target = head.target.path;
    if (route.query && head.target.has_query) target += "?" + head.target.query;
    auto writer = http1::HeadWriter::request(head.method, target);
    writer.add("host", head.authority).add(*fields.head);
    for (const auto& field : head.fields.all()) {
        if (lowerAscii(field.name).starts_with("sec-websocket-")) writer.add(field.name, field.value);
    }
    writer.add("upgrade", *protocol.head).add("connection", "Upgrade");

    relay::Deadline deadline(services_.executor, [&backend] { backend->close(); });
    deadline.set(services_.settings.upgrade_ms);
    std::string buffer;
    const std::string request = writer.finish();
    const bool written = co_await relay::writeAll(*backend, request);
    const http1::HeadLimits limits;
    relay::HeadRead read;
    if (written) read = co_await relay::readHead(*backend, buffer, limits);
    const bool late = deadline.passed();
    deadline.clear();
    if (read.kind != relay::HeadRead::Kind::Complete) co_return co_await refuse(late ? 504 : 502, &head, false);
    auto response = http1::parseResponse(std::string_view(buffer).substr(0, read.size), limits);
    buffer.erase(0, read.size);
    if (!response.ok() || (response.head->status < 200 && response.head->status != 101)) co_return co_await refuse(502, &head, false);

    if (response.head->status != 101) {
        const auto framing = http1::responseFraming(*response.head, head.method);
        auto out = relay::fieldsFromHeadscale(*response.head, head.target.path, address);
        const bool chunked = framing.head->kind == Framing::Kind::Chunked || framing.head->kind == Framing::Kind::UntilClose;
        if (chunked) out.add("Transfer-Encoding", "chunked");
        if (framing.head->kind == Framing::Kind::Length) out.add("Content-Length", std::to_string(framing.head->length));
        out.add("Connection", "close");
        const bool sent = co_await answer(http1::HeadWriter::response(response.head->status, response.head->reason).add(out).finish(), true);
        if (sent) {
            co_await relay::relayBody({*backend, buffer, deadline, services_.settings.limits.backend_first_byte_ms}, *framing.head,
                                      {stream_, deadline_, services_.settings.limits.request_ms});
        }
        co_return false;
    }
    if (!switchesTo(*response.head, *protocol.head)) co_return co_await refuse(502, &head, false);
    http1::Fields out;
    for (const auto& field : response.head->fields.all()) {
        const auto name = lowerAscii(field.name);
        if (name != "connection" && name != "content-length" && name != "transfer-encoding" && name != "set-cookie") out.add(field.name, field.value);
    }
    out.add("Connection", "Upgrade");
    auto switching = http1::HeadWriter::response(101).add(out).finish() + buffer;
    const bool switched = co_await answer(std::move(switching), true);
    if (!switched) co_return false;
    buffer = {};
    co_await tunnel(*backend, head.target.path, std::exchange(input_, {}));
    co_return false;
}

Task<void> Session::tunnel(relay::Stream& backend, std::string_view path, std::string early) {
    const bool forwarded = co_await relay::writeAll(backend, early);
    if (!forwarded) co_return;
    phase_ = Phase::Tunnel;
    relay::enableKeepalive(stream_.socket());
    relay::enableKeepalive(backend.socket());
    ++services_.counters.tunnels;
    services_.on_tunnel(true, path, peer_.address);
    const ScopeExit count([this, path] {
        --services_.counters.tunnels;
        services_.on_tunnel(false, path, peer_.address);
    });
    const auto counts = co_await relay::runTunnel(stream_, backend, services_.settings.tunnel_linger_ms);
    log::debug("tunnel closed", {{"path", std::string(path)},
                                 {"client", peer_.address},
                                 {"to_backend", std::to_string(counts.to_backend)},
                                 {"to_client", std::to_string(counts.to_client)}});
}

}  // namespace masthead::edge::server
