// Reading a chunked answer as it comes. Pure, one thread; the peer is our own console.
#pragma once

#include <string>
#include <string_view>

#include "host/base/result.hpp"

namespace masthead::cli {

class ChunkReader {
public:
    /// What of `bytes` is body is appended to `body`. InvalidArgument when the framing is broken.
    Status feed(std::string_view bytes, std::string& body);
    /// The last chunk has come.
    bool ended() const { return ended_; }

private:
    std::string line_;
    std::size_t left_ = 0;    // of the chunk under way
    bool after_ = false;      // its CRLF is still to come
    bool ended_ = false;
};

}  // namespace masthead::cli
