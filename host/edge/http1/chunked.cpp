#include "host/edge/http1/chunked.hpp"

#include <algorithm>
#include <charconv>

#include "host/base/text.hpp"
#include "host/edge/http1/bytes.hpp"

namespace masthead::edge::http1 {

namespace {
constexpr std::size_t kSizeLine = 256;
constexpr std::size_t kTrailers = 8192;
}  // namespace

ChunkedDecoder::State ChunkedDecoder::fail(int status, const char* reason) {
    refusal_ = {status, reason};
    return State::Failed;
}

/// Collects up to CRLF into line_ (which then ends with it); false when the line is too long or has a bare LF or CR.
bool ChunkedDecoder::takeLine(std::string_view in, std::size_t& at, std::size_t limit, bool& complete) {
    complete = false;
    while (at < in.size()) {
        const char c = in[at++];
        const bool after_cr = !line_.empty() && line_.back() == '\r';
        if ((c == '\n') != after_cr) return false;
        line_ += c;
        if (c == '\n') {
            complete = true;
            return true;
        }
        if (line_.size() > limit) return false;
    }
    return true;
}

bool ChunkedDecoder::takeSize() {
    const auto text = std::string_view(line_).substr(0, line_.size() - 2);
    const auto semicolon = text.find(';');
    const auto digits = text.substr(0, semicolon);
    if (digits.empty() || digits.size() > 8 || !allOf(digits, isHex)) return false;
    if (semicolon != std::string_view::npos && !allOf(text.substr(semicolon), isValueByte)) return false;
    std::from_chars(digits.data(), digits.data() + digits.size(), left_, 16);
    return true;
}

bool ChunkedDecoder::takeTrailer() {
    const auto text = std::string_view(line_).substr(0, line_.size() - 2);
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || !allOf(text.substr(0, colon), isToken)) return false;
    if (!allOf(text.substr(colon + 1), isValueByte)) return false;
    for (const auto* forbidden : {"host", "content-length", "transfer-encoding"}) {
        if (equalsIgnoreCase(text.substr(0, colon), forbidden)) return false;
    }
    return true;
}

ChunkedDecoder::State ChunkedDecoder::feed(std::string_view in, std::string& out, std::size_t& consumed) {
    std::size_t& at = consumed;
    at = 0;
    bool complete = false;
    while (at < in.size() && phase_ != Phase::Done) {
        switch (phase_) {
            case Phase::SizeLine:
                if (!takeLine(in, at, kSizeLine, complete)) return fail(400, "chunk size line");
                if (!complete) break;
                if (!takeSize()) return fail(400, "chunk size");
                line_.clear();
                phase_ = left_ == 0 ? Phase::Trailer : Phase::Data;
                break;
            case Phase::Data: {
                const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size() - at));
                out.append(in.substr(at, take));
                at += take;
                left_ -= take;
                if (left_ == 0) phase_ = Phase::DataEnd;
                break;
            }
            case Phase::DataEnd:
                if (!takeLine(in, at, 2, complete) || (complete && line_ != "\r\n")) return fail(400, "chunk data end");
                if (!line_.empty() && line_.front() != '\r') return fail(400, "chunk data end");
                if (!complete) break;
                line_.clear();
                phase_ = Phase::SizeLine;
                break;
            case Phase::Trailer: {
                const std::size_t before = at;
                if (!takeLine(in, at, kTrailers, complete)) return fail(line_.size() > kTrailers ? 431 : 400, "trailer");
                trailer_bytes_ += at - before;
                if (trailer_bytes_ > kTrailers) return fail(431, "trailers too large");
                if (!complete) break;
                if (line_ == "\r\n") {
                    phase_ = Phase::Done;
                } else if (!takeTrailer()) {
                    return fail(400, "trailer");
                }
                line_.clear();
                break;
            }
            case Phase::Done: break;
        }
    }
    return phase_ == Phase::Done ? State::Done : State::NeedMore;
}

}  // namespace masthead::edge::http1
