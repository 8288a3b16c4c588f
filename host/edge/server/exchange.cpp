// The ordinary request: body in, request to the backend, response back.
#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/edge/http1/response.hpp"
#include "host/edge/http1/serialize.hpp"
#include "host/edge/relay/backend.hpp"
#include "host/edge/relay/message_reader.hpp"
#include "host/edge/relay/request_body.hpp"
#include "host/edge/relay/response_headers.hpp"
#include "host/edge/relay/response_relay.hpp"
#include "host/edge/server/session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace masthead::edge::server {

using http1::Framing;
using http1::RequestHead;
using relay::Task;

namespace {

constexpr int kInformational = 8;  // 1xx heads taken before the real one (FR-54)
constexpr unsigned kRetryAfter = 2;
constexpr std::int64_t kUploadMs = 300000;
constexpr std::size_t kEarlyInput = 16 * 1024;

bool bodyMeaningless(const std::string& method) { return method == "GET" || method == "HEAD"; }

}  // namespace

struct Session::Exchange {
    const RequestHead& head;
    const allowlist::Route& route;
    limits::ByteBudget::Share share;
    std::string out;                // the request's head, and its body when buffered
    std::uint64_t stream_body = 0;  // bytes still to be passed on from the client
    relay::ConsolePool::Lease lease;
    std::unique_ptr<relay::Stream> direct;
    std::string buffer;  // of the backend
    http1::ResponseHead response;
    relay::Deadline deadline;  // closes the backend
    std::string backend_address;
    bool keep = false;

    Exchange(Services& services, const RequestHead& request, const allowlist::Route& where)
        : head(request), route(where), share(services.body_budget), deadline(services.executor, [this] { closeBackend(); }) {}

    bool toConsole() const { return route.target == allowlist::Destination::Console; }
    relay::Stream& backend() { return toConsole() ? lease.stream() : *direct; }
    void closeBackend() {
        if (lease) lease.stream().close();
        if (direct) direct->close();
    }
};

Task<bool> Session::exchange(const RequestHead& head, const allowlist::Route& route) {
    Exchange now(services_, head, route);
    now.keep = mayKeep(head);
    const bool bodyless = head.framing.kind == Framing::Kind::None;
    if (now.toConsole() ? !services_.console_ready : services_.headscale.empty()) {
        co_return co_await refuse(503, &head, now.keep && bodyless, kRetryAfter);
    }
    now.backend_address = services_.headscale;
    auto fields = now.toConsole() ? fieldsForConsole(head, origin()) : fieldsForHeadscale(head, origin());
    if (!fields.ok()) co_return co_await refuse(fields.refusal.status, &head, false);
    const bool body_taken = co_await takeBody(now);
    if (!body_taken) co_return false;

    std::string target = head.target.path;
    if (route.query && head.target.has_query) target += "?" + head.target.query;
    auto writer = http1::HeadWriter::request(head.method, target);
    writer.add("host", head.authority).add(*fields.head);
    const auto length = now.out.size() + now.stream_body;
    if (length > 0 || !bodyMeaningless(head.method)) writer.add("content-length", std::to_string(length));
    writer.add("connection", now.toConsole() ? "keep-alive" : "close");
    now.out.insert(0, writer.finish());

    const bool answered = co_await send(now);
    if (!answered) co_return false;
    co_return co_await deliver(now);
}

/// Reads or plans the body; false when an answer went out (or the client is gone) and the connection is over.
Task<bool> Session::takeBody(Exchange& now) {
    const auto& framing = now.head.framing;
    if (framing.kind == Framing::Kind::None || (framing.kind == Framing::Kind::Length && framing.length == 0)) co_return true;
    if (bodyMeaningless(now.head.method)) {
        co_await refuse(400, &now.head, false);
        co_return false;
    }
    if (now.route.body_limit == 0 || (framing.kind == Framing::Kind::Length && framing.length > now.route.body_limit)) {
        co_await refuse(413, &now.head, false);
        co_return false;
    }
    if (now.head.fields.count("expect") > 0 && input_.empty()) {
        const bool invited = co_await answer(http1::HeadWriter::response(100).finish(), true);
        if (!invited) co_return false;
    }
    if (framing.kind == Framing::Kind::Length && framing.length > relay::kBufferedBody) {
        now.stream_body = framing.length;
        co_return true;
    }
    const relay::BodySource source{stream_, input_, deadline_, services_.settings.limits.request_ms};
    auto body = co_await relay::readBody(source, framing, now.route.body_limit, now.share);
    if (body.status == 0) {
        now.out = std::move(body.body);
        co_return true;
    }
    if (body.status > 0) co_await refuse(body.status, &now.head, false, body.status == 503 ? kRetryAfter : 0);
    co_return false;
}

/// Brings the request to the backend and its response head back; false when that failed and an answer went out.
Task<bool> Session::send(Exchange& now) {
    const auto& limits = services_.settings.limits;
    const bool repeatable = bodyMeaningless(now.head.method);
    for (bool fresh = false;; fresh = true) {
        if (now.toConsole()) {
            now.lease = co_await services_.console.acquire(fresh);
        } else {
            now.direct = co_await relay::connectTcp(now.backend_address, limits.backend_connect_ms);
        }
        const bool connected = now.toConsole() ? static_cast<bool>(now.lease) : now.direct != nullptr;
        if (!connected) {
            co_await refuse(503, &now.head, false, kRetryAfter);
            co_return false;
        }
        const bool reused = now.toConsole() && now.lease.reused();
        now.deadline.set(limits.backend_first_byte_ms);
        bool written = co_await relay::writeAll(now.backend(), now.out);
        if (written && now.stream_body > 0) {
            // Also a backend that stops reading ends.
            now.deadline.set(kUploadMs);
            const relay::BodySource source{stream_, input_, deadline_, kUploadMs};
            const auto streamed = co_await relay::streamBody(source, now.stream_body, now.backend());
            if (streamed == relay::StreamedBody::ClientGone) co_return false;
            written = streamed == relay::StreamedBody::Complete;
            if (!written) now.keep = false;
            now.deadline.set(limits.backend_first_byte_ms);
        }
        const bool received = co_await receive(now, !reused);
        const bool late = now.deadline.passed();
        now.deadline.clear();
        if (received) co_return true;
        // The console closed a connection it had kept idle, or was just restarted: a safe method may simply ask again.
        if (reused && repeatable && now.buffer.empty() && !late) {
            now.lease.drop();
            continue;
        }
        const bool away = repeatable && now.buffer.empty() && !late;
        log::debug("no answer from a backend", {{"backend", now.toConsole() ? "console" : "headscale"}, {"late", late ? "yes" : "no"}});
        co_await refuse(late ? 504 : away ? 503 : 502, &now.head, false, away ? kRetryAfter : 0);
        co_return false;
    }
}

/// Reads heads until the final one; false when the backend ended, was refused or spoke nonsense.
Task<bool> Session::receive(Exchange& now, bool) {
    const http1::HeadLimits limits;
    for (int i = 0; i <= kInformational; ++i) {
        const auto read = co_await relay::readHead(now.backend(), now.buffer, limits);
        if (read.kind != relay::HeadRead::Kind::Complete) co_return false;
        auto parsed = http1::parseResponse(std::string_view(now.buffer).substr(0, read.size), limits);
        if (!parsed.ok()) {
            log::warning("response of a backend refused",
                         {{"backend", now.toConsole() ? "console" : "headscale"}, {"reason", parsed.refusal.reason}});
            co_return false;
        }
        now.response = std::move(*parsed.head);
        if (now.response.status == 101) co_return false;
        now.buffer.erase(0, read.size);
        if (now.response.status >= 200) co_return true;
        if (now.buffer.empty()) now.buffer.clear();
    }
    co_return false;
}

/// Writes the response to the client; false when the connection cannot be used again.
Task<bool> Session::deliver(Exchange& now) {
    auto framing = http1::responseFraming(now.response, now.head.method);
    if (!framing.ok()) co_return co_await refuse(502, &now.head, false);
    const bool backend_keeps = now.response.minor_version == 1 && !now.response.fields.hasToken("connection", "close");
    const bool streaming = lowerAscii(now.response.fields.get("content-type").value_or("")).starts_with("text/event-stream");
    if (services_.draining) now.keep = false;

    auto fields = now.toConsole() ? relay::fieldsFromConsole(now.response)
                                  : relay::fieldsFromHeadscale(now.response, now.head.target.path, now.backend_address);
    const auto length = now.response.fields.get("content-length");
    if (framing.head->kind == Framing::Kind::Chunked || framing.head->kind == Framing::Kind::UntilClose) {
        fields.add("Transfer-Encoding", "chunked");
    } else if (framing.head->kind == Framing::Kind::Length || (now.head.method == "HEAD" && length)) {
        fields.add("Content-Length", std::string(*length));
    }
    if (!now.keep) fields.add("Connection", "close");
    const bool head_sent = co_await answer(http1::HeadWriter::response(now.response.status, now.response.reason).add(fields).finish(), true);
    if (!head_sent) co_return false;

    const auto watching = std::make_shared<bool>(true);
    if (streaming) {
        phase_ = Phase::Streaming;
        if (services_.draining) co_return false;
        boost::asio::co_spawn(services_.executor, watchClient(watching, now.backend()), boost::asio::detached);
    }
    const std::int64_t idle_ms = streaming ? 0 : services_.settings.limits.backend_first_byte_ms;
    const auto relayed = co_await relay::relayBody({now.backend(), now.buffer, now.deadline, idle_ms}, *framing.head,
                                                   {stream_, deadline_, services_.settings.limits.request_ms});
    if (streaming) {
        *watching = false;
        stream_.cancelWaits();
        phase_ = Phase::Busy;
    }
    if (relayed.complete && relayed.backend_clean && backend_keeps && now.lease) now.lease.giveBack();
    co_return relayed.complete && now.keep;
}

/// While an event stream is silent nobody reads from the client: notices that it left, and then closes the backend.
Task<void> Session::watchClient(std::weak_ptr<bool> watching, relay::Stream& backend) {
    const auto self = shared_from_this();
    const auto active = [&watching] {
        const auto flag = watching.lock();
        return flag && *flag;
    };
    while (active() && input_.size() < kEarlyInput) {
        const bool ready = co_await stream_.waitFor(relay::IoResult::Kind::WantRead);
        if (!active()) co_return;
        char block[1024];
        const auto got = ready ? stream_.tryRead(block, sizeof block) : relay::IoResult{};
        if (got.kind == relay::IoResult::Kind::Done) {
            input_.append(block, got.bytes);
        } else if (got.kind != relay::IoResult::Kind::WantRead) {
            stream_.close();
            backend.close();
            co_return;
        }
    }
}

}  // namespace masthead::edge::server
