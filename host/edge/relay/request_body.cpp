#include "host/edge/relay/request_body.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "host/base/clock.hpp"
#include "host/edge/http1/chunked.hpp"
#include "host/edge/limits/body_pace.hpp"
#include "host/edge/relay/message_reader.hpp"

namespace masthead::edge::relay {

namespace {

constexpr std::size_t kStep = 16 * 1024;

/// Arms the deadline for the next byte of a body that began at `start`.
class Pace {
public:
    explicit Pace(BodySource source) : source_(source), start_(SystemClock().steadyMs()) {}
    void expectMore(std::uint64_t received) {
        const auto due = limits::nextByteDue(received, source_.total_ms) - (SystemClock().steadyMs() - start_);
        source_.deadline.set(std::max<std::int64_t>(due, 1));
    }
    ~Pace() { source_.deadline.clear(); }
    Pace(const Pace&) = delete;
    Pace& operator=(const Pace&) = delete;

private:
    BodySource source_;
    std::int64_t start_;
};

Task<BodyRead> readChunked(BodySource source, std::uint64_t limit, limits::ByteBudget::Share& share) {
    http1::ChunkedDecoder decoder;
    Pace pace(source);
    std::string body;
    for (std::uint64_t received = 0;;) {
        std::size_t consumed = 0;
        const auto state = decoder.feed(source.input, body, consumed);
        source.input.erase(0, consumed);
        if (state == http1::ChunkedDecoder::State::Failed) co_return BodyRead{decoder.refusal().status, {}};
        if (body.size() > limit) co_return BodyRead{413, {}};
        if (!share.growTo(body.size())) co_return BodyRead{503, {}};
        if (state == http1::ChunkedDecoder::State::Done) co_return BodyRead{0, std::move(body)};
        pace.expectMore(received);
        const bool more = co_await readMore(source.client, source.input, kStep);
        if (!more) co_return BodyRead{-1, {}};
        received += source.input.size();
    }
}

}  // namespace

Task<BodyRead> readBody(BodySource source, http1::Framing framing, std::uint64_t limit, limits::ByteBudget::Share& share) {
    if (framing.kind == http1::Framing::Kind::Chunked) {
        co_return co_await readChunked(source, std::min<std::uint64_t>(limit, kBufferedBody), share);
    }
    if (framing.kind == http1::Framing::Kind::None) co_return BodyRead{};
    if (framing.length > limit || framing.length > kBufferedBody) co_return BodyRead{413, {}};
    const auto length = static_cast<std::size_t>(framing.length);
    Pace pace(source);
    while (source.input.size() < length) {
        if (!share.growTo(source.input.size())) co_return BodyRead{503, {}};
        pace.expectMore(source.input.size());
        const bool more = co_await readMore(source.client, source.input, std::min(kStep, length - source.input.size()));
        if (!more) co_return BodyRead{-1, {}};
    }
    // The whole buffer goes along with the body, so that an idle connection does not keep its size.
    std::string rest = source.input.substr(length);
    BodyRead out{0, std::exchange(source.input, std::move(rest))};
    out.body.resize(length);
    co_return out;
}

Task<StreamedBody> streamBody(BodySource source, std::uint64_t length, Stream& backend) {
    Pace pace(source);
    for (std::uint64_t sent = 0; sent < length;) {
        if (source.input.empty()) {
            pace.expectMore(sent);
            const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(kStep, length - sent));
            const bool more = co_await readMore(source.client, source.input, most);
            if (!more) co_return StreamedBody::ClientGone;
        }
        const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(source.input.size(), length - sent));
        const bool written = co_await writeAll(backend, std::string_view(source.input).substr(0, now));
        if (!written) co_return StreamedBody::BackendGone;
        source.input.erase(0, now);
        sent += now;
    }
    co_return StreamedBody::Complete;
}

}  // namespace masthead::edge::relay
