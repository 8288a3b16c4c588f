// Strict incremental decoder of the chunked coding (FR-29..47).
//
// Sizes are plain hex of at most 8 digits after no white space; extensions are legal but dropped, bounded, and hold no CR;
// trailers are checked, bounded and dropped. Not thread-safe. After Failed the stream is lost.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/edge/http1/message.hpp"

namespace masthead::edge::http1 {

class ChunkedDecoder {
public:
    enum class State { NeedMore, Done, Failed };

    /// Appends decoded bytes to `out` and sets `consumed` to how many bytes of `in` were used (all of them unless Done or Failed).
    State feed(std::string_view in, std::string& out, std::size_t& consumed);
    Refusal refusal() const { return refusal_; }

private:
    enum class Phase { SizeLine, Data, DataEnd, Trailer, Done };

    bool takeLine(std::string_view in, std::size_t& at, std::size_t limit, bool& complete);
    bool takeSize();
    bool takeTrailer();
    State fail(int status, const char* reason);

    Phase phase_ = Phase::SizeLine;
    std::string line_;
    std::uint64_t left_ = 0;
    std::size_t trailer_bytes_ = 0;
    Refusal refusal_;
};

}  // namespace masthead::edge::http1
