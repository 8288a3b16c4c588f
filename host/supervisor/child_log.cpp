#include "host/supervisor/child_log.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <utility>

#include "host/base/file.hpp"

namespace masthead::supervisor {

ChildLog::ChildLog(EventLoop& loop, std::string child, const LogOptions& options)
    : loop_(loop), child_(std::move(child)), options_(options), file_(joinPath(options.directory, child_ + ".log")) {}

ChildLog::~ChildLog() {
    if (out_.pipe.read) loop_.unwatch(out_.pipe.read.get());
    if (err_.pipe.read) loop_.unwatch(err_.pipe.read.get());
}

Status ChildLog::open() {
    for (Stream* stream : {&out_, &err_}) {
        auto pipe = makePipe();
        if (!pipe) return std::move(pipe).error();
        stream->pipe = std::move(*pipe);
        loop_.watch(stream->pipe.read.get(), EPOLLIN, [this, stream](std::uint32_t) { read(*stream); });
    }
    return {};
}

bool ChildLog::read(Stream& stream) {
    char buffer[65536];
    const ssize_t got = ::read(stream.pipe.read.get(), buffer, sizeof buffer);
    if (got <= 0) return false;
    stream.splitter.feed({buffer, static_cast<std::size_t>(got)}, [this](std::string_view raw) { line(raw); });
    return true;
}

void ChildLog::drain() {
    for (Stream* stream : {&out_, &err_}) {
        while (read(*stream)) {
        }
        stream->splitter.flush([this](std::string_view raw) { line(raw); });
    }
}

void ChildLog::line(std::string_view raw) {
    if (tap_ && !tap_(raw)) return;
    LogLine entry = readLogLine(child_, raw, loop_.clock().wallMs());
    file_.append(renderLogLine(child_, entry, options_.format));
    if (entry.level >= options_.level) {
        const std::string shown = renderLogLine(child_, entry, options_.format) + "\n";
        std::string_view rest = shown;
        while (!rest.empty()) {
            const ssize_t written = ::write(STDERR_FILENO, rest.data(), rest.size());
            if (written <= 0) break;
            rest.remove_prefix(static_cast<std::size_t>(written));
        }
    }
    ring_.push_back(std::move(entry));
    if (ring_.size() > kRing) ring_.pop_front();
    ++marked_;
}

std::vector<std::string> ChildLog::last(std::size_t count) const {
    std::vector<std::string> out;
    for (std::size_t i = ring_.size() - std::min(count, ring_.size()); i < ring_.size(); ++i) {
        out.push_back(renderLogLine(child_, ring_[i], log::Format::Text));
    }
    return out;
}

std::vector<std::string> ChildLog::sinceMark(std::size_t count) const {
    std::vector<std::string> out;
    for (std::size_t i = ring_.size() - std::min({count, marked_, ring_.size()}); i < ring_.size(); ++i) {
        out.push_back(ring_[i].message);
    }
    return out;
}

}  // namespace masthead::supervisor
