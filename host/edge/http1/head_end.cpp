#include "host/edge/http1/head_end.hpp"

#include <algorithm>

namespace masthead::edge::http1 {

HeadEnd::State HeadEnd::look(std::string_view bytes) {
    const std::size_t end = std::min(bytes.size(), limits_.bytes);
    for (; seen_ < end; ++seen_) {
        if (bytes[seen_] == '\0') {
            refusal_ = {400, "NUL in the head"};
            return State::Refused;
        }
        if (bytes[seen_] != '\n') continue;
        if (seen_ == 0 || bytes[seen_ - 1] != '\r') {
            refusal_ = {400, "bare LF"};
            return State::Refused;
        }
        if (seen_ - line_start_ == 1) {
            size_ = seen_ + 1;
            return State::Complete;
        }
        first_line_ = false;
        line_start_ = seen_ + 1;
    }
    if (bytes.size() < limits_.bytes) return State::NeedMore;
    refusal_ = first_line_ ? Refusal{414, "request line too long"} : Refusal{431, "head too large"};
    return State::Refused;
}

}  // namespace masthead::edge::http1
