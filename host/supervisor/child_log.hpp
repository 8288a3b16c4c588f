// What one child says: pipes that outlive its processes, a ring of the last lines, a rotated file, and the line on our
// own standard error. Nothing is lost when the child restarts, since the supervisor keeps both ends of the pipes.
// Not thread-safe. A full disk loses file lines only; that is said once.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/supervisor/child_process.hpp"
#include "host/supervisor/event_loop.hpp"
#include "host/supervisor/line_splitter.hpp"
#include "host/supervisor/log_line.hpp"
#include "host/supervisor/rotating_file.hpp"

namespace masthead::supervisor {

struct LogOptions {
    log::Level level = log::Level::Info;
    log::Format format = log::Format::Text;
    std::string directory;  // run/logs
};

class ChildLog {
public:
    static constexpr std::size_t kRing = 2000;
    /// Returns false to keep the raw line out of ring, file and output.
    using Tap = std::function<bool(std::string_view raw)>;

    ChildLog(EventLoop& loop, std::string child, const LogOptions& options);
    ~ChildLog();
    ChildLog(const ChildLog&) = delete;
    ChildLog& operator=(const ChildLog&) = delete;

    Status open();
    void setTap(Tap tap) { tap_ = std::move(tap); }
    int standardOutput() const { return out_.pipe.write.get(); }
    int standardError() const { return err_.pipe.write.get(); }
    /// Reads everything the pipes hold, unfinished lines too: after an exit, before its cause is judged.
    void drain();
    /// Rendered lines, oldest first.
    std::vector<std::string> last(std::size_t count) const;
    /// Messages since the last mark(): what the current process said, at most `count`.
    std::vector<std::string> sinceMark(std::size_t count) const;
    void mark() { marked_ = 0; }

private:
    struct Stream {
        Pipe pipe;
        LineSplitter splitter;
    };
    bool read(Stream& stream);
    void line(std::string_view raw);

    EventLoop& loop_;
    std::string child_;
    LogOptions options_;
    RotatingFile file_;
    Tap tap_;
    Stream out_;
    Stream err_;
    std::deque<LogLine> ring_;
    std::size_t marked_ = 0;
};

}  // namespace masthead::supervisor
