// JSON lines between our own processes: splits a byte stream into lines with a length limit, and parses each.
// Not thread-safe. A line over the limit or one that is not JSON makes the stream unusable: close it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "host/base/json.hpp"

namespace masthead {

class JsonLines {
public:
    explicit JsonLines(std::size_t max_line = std::size_t{1} << 20) : max_line_(max_line) {}

    /// Calls `handle` for each complete line in order; stops at the first error.
    Status feed(std::string_view bytes, const std::function<void(const Json&)>& handle) {
        buffer_.append(bytes);
        std::size_t start = 0;
        for (auto end = buffer_.find('\n', start); end != std::string::npos; end = buffer_.find('\n', start)) {
            auto parsed = parseJson(std::string_view(buffer_).substr(start, end - start), kLocalJson);
            start = end + 1;
            if (!parsed) return std::move(parsed).error();
            handle(*parsed);
        }
        buffer_.erase(0, start);
        if (buffer_.size() > max_line_) return Error{Code::ResourceExhausted, "line exceeds the limit"};
        return {};
    }

private:
    std::size_t max_line_;
    std::string buffer_;
};

}  // namespace masthead
