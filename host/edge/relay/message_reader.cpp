#include "host/edge/relay/message_reader.hpp"

#include <algorithm>
#include <array>

#include "host/edge/http1/head_end.hpp"

namespace masthead::edge::relay {

namespace {
constexpr std::size_t kStep = 4096;
constexpr std::size_t kBlock = 16 * 1024;

/// Not a coroutine, so that the block lies on the stack and not in a frame that waits.
IoResult appendNow(Stream& stream, std::string& buffer, std::size_t most) {
    std::array<char, kBlock> block;
    const auto got = stream.tryRead(block.data(), std::min(most, block.size()));
    if (got.kind == IoResult::Kind::Done) buffer.append(block.data(), got.bytes);
    return got;
}

}  // namespace

Task<bool> readMore(Stream& stream, std::string& buffer, std::size_t most) {
    for (;;) {
        const auto got = appendNow(stream, buffer, most);
        if (got.kind == IoResult::Kind::Done) co_return true;
        if (got.kind != IoResult::Kind::WantRead && got.kind != IoResult::Kind::WantWrite) co_return false;
        const bool ready = co_await stream.waitFor(got.kind);
        if (!ready) co_return false;
    }
}

Task<HeadRead> readHead(Stream& stream, std::string& buffer, const http1::HeadLimits& limits) {
    http1::HeadEnd end(limits);
    for (;;) {
        const auto state = end.look(buffer);
        if (state == http1::HeadEnd::State::Complete) co_return HeadRead{HeadRead::Kind::Complete, end.size(), {}};
        if (state == http1::HeadEnd::State::Refused) co_return HeadRead{HeadRead::Kind::Refused, 0, end.refusal()};
        const bool more = co_await readMore(stream, buffer, kStep);
        if (!more) co_return HeadRead{};
    }
}

}  // namespace masthead::edge::relay
