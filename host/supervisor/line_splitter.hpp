// Cuts a child's output into lines of at most 16 KiB; what is longer is delivered in pieces, never dropped.
// Not thread-safe. flush() delivers an unfinished last line, so that the next process starts on a fresh one.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace masthead::supervisor {

class LineSplitter {
public:
    static constexpr std::size_t kMaxLine = std::size_t{16} << 10;
    using Sink = std::function<void(std::string_view)>;

    void feed(std::string_view bytes, const Sink& sink) {
        while (!bytes.empty()) {
            const auto end = bytes.find('\n');
            const auto room = kMaxLine - pending_.size();
            if (end == std::string_view::npos || end > room) {
                const auto take = bytes.substr(0, room);
                pending_.append(take);
                bytes.remove_prefix(take.size());
                if (pending_.size() == kMaxLine && !bytes.empty()) flush(sink);
                continue;
            }
            pending_.append(bytes.substr(0, end));
            bytes.remove_prefix(end + 1);
            deliver(sink);
        }
    }

    void flush(const Sink& sink) {
        if (!pending_.empty()) deliver(sink);
    }

private:
    void deliver(const Sink& sink) {
        if (!pending_.empty() && pending_.back() == '\r') pending_.pop_back();
        sink(pending_);
        pending_.clear();
    }

    std::string pending_;
};

}  // namespace masthead::supervisor
