#include "host/edge/server/session.hpp"

#include "host/base/encoding.hpp"
#include "host/base/log.hpp"
#include "host/base/random.hpp"
#include "host/base/text.hpp"
#include "host/edge/http1/request.hpp"
#include "host/edge/relay/message_reader.hpp"

namespace masthead::edge::server {

using http1::RequestHead;
using relay::Task;

namespace {

const http1::HeadLimits kLimits;
constexpr std::int64_t kDiscardMs = 2000;
constexpr std::size_t kDiscardBytes = std::size_t{16} << 20;

/// "[::1]:8443" and "name:8443" without the port.
std::string_view withoutPort(std::string_view authority) {
    if (authority.ends_with(']')) return authority;
    const auto colon = authority.rfind(':');
    return colon == std::string_view::npos ? authority : authority.substr(0, colon);
}

}  // namespace

Session::Session(Services& services, relay::Socket socket, Peer peer)
    : services_(services),
      stream_(std::move(socket), services.tls),
      peer_(std::move(peer)),
      deadline_(services.executor, [this] { stream_.close(); }),
      drain_timer_(services.executor, [this] { abort(); }) {
    services_.sessions.insert(this);
}

Session::~Session() {
    services_.sessions.erase(this);
    if (services_.on_session_end) services_.on_session_end();
}

void Session::abort() {
    stream_.shutdownWrite();
    stream_.close();
}

void Session::drain(std::int64_t tunnel_delay_ms) {
    if (phase_ == Phase::Tunnel) {
        drain_timer_.set(tunnel_delay_ms);
    } else if (phase_ != Phase::Busy) {
        stream_.close();
    }
}

Task<void> Session::run() {
    const auto self = shared_from_this();
    deadline_.set(services_.settings.limits.handshake_ms);
    const bool shaken = co_await stream_.handshake();
    deadline_.clear();
    if (shaken) {
        server_name_ = stream_.serverName();
        for (bool keep = true; keep;) keep = co_await serveOne();
    }
    stream_.shutdownWrite();
    if (refused_) co_await discard();
    stream_.close();
}

/// A client that is still sending its body would lose the refusal to a reset: what it sends is read and dropped for a while.
Task<void> Session::discard() {
    phase_ = Phase::Idle;
    deadline_.set(kDiscardMs);
    for (std::size_t total = 0; total < kDiscardBytes;) {
        input_.clear();
        const bool more = co_await relay::readMore(stream_, input_, kLimits.bytes);
        if (!more) break;
        total += input_.size();
    }
    deadline_.clear();
}

/// One request; false when the connection is over.
Task<bool> Session::serveOne() {
    phase_ = Phase::Idle;
    const auto& limits = services_.settings.limits;
    if (services_.draining) co_return false;
    if (input_.empty()) {
        deadline_.set(first_request_ ? limits.head_ms : limits.idle_ms);
        const bool more = co_await relay::readMore(stream_, input_, kLimits.bytes);
        if (!more) co_return false;
    }
    phase_ = Phase::Busy;
    first_request_ = false;
    deadline_.set(limits.head_ms);
    if (input_.size() == 1 && input_.front() == '\r') {
        const bool more = co_await relay::readMore(stream_, input_, kLimits.bytes);
        if (!more) co_return false;
    }
    if (input_.starts_with("\r\n")) input_.erase(0, 2);  // one empty line before a request is tolerated
    const auto read = co_await relay::readHead(stream_, input_, kLimits);
    deadline_.clear();
    if (read.kind == relay::HeadRead::Kind::Ended) co_return false;
    ++services_.counters.requests;
    auto parsed = read.kind == relay::HeadRead::Kind::Refused
                      ? http1::Parsed<RequestHead>(read.refusal)
                      : http1::parseRequest(std::string_view(input_).substr(0, read.size), kLimits);
    if (!parsed.ok()) {
        log::debug("request refused", {{"client", peer_.address}, {"reason", parsed.refusal.reason}});
        co_return co_await refuse(parsed.refusal.status, nullptr, false);
    }
    input_.erase(0, read.size);
    const RequestHead head = std::move(*parsed.head);
    co_return co_await dispatch(head);
}

Task<bool> Session::dispatch(const RequestHead& head) {
    allowlist_ = services_.allowlist;
    if (!hostServed(head)) co_return co_await refuse(421, &head, false);
    // A body that nobody will read makes the rest of the stream unusable.
    const bool bodyless = head.framing.kind == http1::Framing::Kind::None || (head.framing.kind == http1::Framing::Kind::Length && head.framing.length == 0);
    const bool keep = bodyless && mayKeep(head);
    if (head.target.path == "/" && !allowlist_->root().redirect.empty()) {
        if (head.method != "GET" && head.method != "HEAD") co_return co_await refuse(405, &head, keep);
        co_return co_await answer(relay::redirectAnswer(allowlist_->root().redirect, answerOptions(&head, keep)), keep);
    }
    const auto match = allowlist_->find(head.method, head.target.path);
    if (!match.path_known) co_return co_await refuse(404, &head, keep);
    if (!match.route) {
        auto options = answerOptions(&head, keep);
        options.allow = match.allowed;
        ++services_.counters.refused_requests;
        co_return co_await answer(relay::refusalAnswer(405, options), keep);
    }
    if (!services_.rate.admit(match.route->rate, peer_.key)) co_return co_await refuse(429, &head, keep, 1);
    if (match.route->target == allowlist::Destination::Edge) {
        const auto options = answerOptions(&head, keep);
        if (head.target.path != "/health") co_return co_await refuse(404, &head, keep);
        co_return co_await answer(relay::healthAnswer(!services_.headscale.empty(), options), keep);
    }
    if (!match.route->upgrade.empty()) co_return co_await upgrade(head, *match.route);
    co_return co_await exchange(head, *match.route);
}

bool Session::hostServed(const RequestHead& head) const {
    if (!allowlist_->servesHost(head.authority)) return false;
    return server_name_.empty() || withoutPort(head.authority) == server_name_;
}

bool Session::mayKeep(const RequestHead& head) const { return !services_.draining && !head.fields.hasToken("connection", "close"); }

relay::AnswerOptions Session::answerOptions(const RequestHead* head, bool keep) const {
    relay::AnswerOptions out;
    out.close = !keep;
    out.now_s = services_.clock.wallMs() / 1000;
    if (head) {
        out.head_only = head->method == "HEAD";
        out.wants_html = head->fields.joined("accept").find("text/html") != std::string::npos;
    }
    return out;
}

Task<bool> Session::answer(std::string message, bool keep) {
    deadline_.set(services_.settings.limits.request_ms);
    const bool written = co_await relay::writeAll(stream_, message);
    deadline_.clear();
    co_return written && keep;
}

Task<bool> Session::refuse(int status, const RequestHead* head, bool keep, unsigned retry_after_s) {
    ++services_.counters.refused_requests;
    refused_ = !keep;
    auto options = answerOptions(head, keep);
    options.retry_after_s = retry_after_s;
    co_return co_await answer(relay::refusalAnswer(status, options), keep);
}

std::string Session::nextRequestId() { return hexEncode(randomBytes(8)); }

relay::Origin Session::origin() { return {peer_.address, nextRequestId()}; }

}  // namespace masthead::edge::server
