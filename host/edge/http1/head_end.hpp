// Finds the end of a message head in a growing buffer and notices a malformed one early.
//
// Incremental: bytes already looked at are not looked at again. A bare LF is refused at once (a client that sends none but
// bare LFs would otherwise hold its connection until the deadline). Not thread-safe.
#pragma once

#include <string_view>

#include "host/edge/http1/message.hpp"

namespace masthead::edge::http1 {

class HeadEnd {
public:
    explicit HeadEnd(const HeadLimits& limits) : limits_(limits) {}

    enum class State { NeedMore, Complete, Refused };
    /// `bytes` is the whole buffer so far. After Complete, size() is the head's length including the empty line.
    State look(std::string_view bytes);
    std::size_t size() const { return size_; }
    Refusal refusal() const { return refusal_; }

private:
    HeadLimits limits_;
    std::size_t seen_ = 0;
    std::size_t line_start_ = 0;
    bool first_line_ = true;
    std::size_t size_ = 0;
    Refusal refusal_;
};

}  // namespace masthead::edge::http1
