#include "host/cli/audit_download.hpp"

#include <algorithm>
#include <charconv>

namespace masthead::cli {

Status ChunkReader::feed(std::string_view bytes, std::string& body) {
    while (!bytes.empty() && !ended_) {
        if (left_ > 0) {
            const std::size_t some = std::min(left_, bytes.size());
            body.append(bytes.substr(0, some));
            bytes.remove_prefix(some);
            left_ -= some;
            after_ = left_ == 0;
            continue;
        }
        const char c = bytes.front();
        bytes.remove_prefix(1);
        if (c != '\n') {
            line_ += c;
            if (line_.size() > 64) return Error{Code::InvalidArgument, "the host's answer is not framed as expected"};
            continue;
        }
        if (!line_.empty() && line_.back() == '\r') line_.pop_back();
        if (after_) {
            after_ = false;
        } else {
            const auto [end, code] = std::from_chars(line_.data(), line_.data() + line_.size(), left_, 16);
            if (code != std::errc() || line_.empty()) return Error{Code::InvalidArgument, "the host's answer is not framed as expected"};
            ended_ = left_ == 0;
        }
        line_.clear();
    }
    return {};
}

}  // namespace masthead::cli
