#include "host/edge/relay/response_relay.hpp"

#include <algorithm>

#include "host/edge/http1/chunked.hpp"
#include "host/edge/http1/serialize.hpp"
#include "host/edge/relay/message_reader.hpp"

namespace masthead::edge::relay {

namespace {

constexpr std::size_t kStep = 16 * 1024;

Task<bool> send(ResponseSink sink, std::string_view bytes) {
    sink.deadline.set(sink.write_ms);
    const bool sent = co_await writeAll(sink.client, bytes);
    sink.deadline.clear();
    co_return sent;
}

Task<bool> fetch(ResponseSource source) {
    if (source.idle_ms > 0) source.deadline.set(source.idle_ms);
    const bool more = co_await readMore(source.backend, source.buffer, kStep);
    source.deadline.clear();
    co_return more;
}

Task<Relayed> relayLength(ResponseSource source, std::uint64_t length, ResponseSink sink) {
    for (std::uint64_t left = length; left > 0;) {
        if (source.buffer.empty()) {
            const bool more = co_await fetch(source);
            if (!more) co_return Relayed{};
        }
        const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(left, source.buffer.size()));
        const bool sent = co_await send(sink, std::string_view(source.buffer).substr(0, now));
        if (!sent) co_return Relayed{};
        source.buffer.erase(0, now);
        left -= now;
    }
    co_return Relayed{true, source.buffer.empty()};
}

Task<Relayed> relayChunked(ResponseSource source, ResponseSink sink) {
    http1::ChunkedDecoder decoder;
    for (;;) {
        std::string data;
        std::size_t consumed = 0;
        const auto state = decoder.feed(source.buffer, data, consumed);
        source.buffer.erase(0, consumed);
        if (state == http1::ChunkedDecoder::State::Failed) co_return Relayed{};
        const bool done = state == http1::ChunkedDecoder::State::Done;
        auto out = http1::chunk(data);
        if (done) out += http1::kLastChunk;
        if (!out.empty()) {
            const bool sent = co_await send(sink, out);
            if (!sent) co_return Relayed{};
        }
        if (done) co_return Relayed{true, source.buffer.empty()};
        const bool more = co_await fetch(source);
        if (!more) co_return Relayed{};
    }
}

Task<Relayed> relayUntilClose(ResponseSource source, ResponseSink sink) {
    for (;;) {
        if (!source.buffer.empty()) {
            const bool sent = co_await send(sink, http1::chunk(source.buffer));
            if (!sent) co_return Relayed{};
            source.buffer.clear();
        }
        const bool more = co_await fetch(source);
        if (more) continue;
        if (!source.backend.isOpen()) co_return Relayed{};  // our own deadline, not the backend's end
        const bool sent = co_await send(sink, http1::kLastChunk);
        co_return Relayed{sent, false};
    }
}

}  // namespace

Task<Relayed> relayBody(ResponseSource source, http1::Framing framing, ResponseSink sink) {
    switch (framing.kind) {
        case http1::Framing::Kind::None: co_return Relayed{true, source.buffer.empty()};
        case http1::Framing::Kind::Length: co_return co_await relayLength(source, framing.length, sink);
        case http1::Framing::Kind::Chunked: co_return co_await relayChunked(source, sink);
        case http1::Framing::Kind::UntilClose: co_return co_await relayUntilClose(source, sink);
    }
    co_return Relayed{};
}

}  // namespace masthead::edge::relay
