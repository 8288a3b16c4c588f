#include "demo/journal.hpp"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "host/base/file.hpp"

namespace masthead::demo {

namespace {

constexpr std::size_t kStateFileLimit = std::size_t{1} << 30;

void writeAll(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            std::perror("headscale-demo: writing the state file");
            std::_Exit(1);
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace

Journal::~Journal() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    work_.notify_all();
    if (writer_.joinable()) writer_.join();
}

Status Journal::load(const std::string& path, const std::function<void(const Json&)>& replay) {
    auto text = readFile(path, kStateFileLimit);
    if (!text) return text.error().code == Code::NotFound ? Status() : Status(std::move(text).error());
    std::string_view rest = *text;
    std::size_t number = 0;
    for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
        ++number;
        auto line = parseJson(rest.substr(0, end), kLocalJson);
        rest.remove_prefix(end + 1);
        if (!line) {
            // Only the tail of the file can be torn; anything before it is damage that must not be passed over.
            if (rest.find('\n') == std::string_view::npos) break;
            return std::move(line).error().within("reading " + path + ", line " + std::to_string(number));
        }
        replay(*line);
    }
    return {};
}

Status Journal::start(const std::string& path, const std::string& snapshot) {
    if (auto directory = ensureDirectory(parentPath(path)); !directory) return directory;
    if (auto written = writeFileAtomic(path, snapshot); !written) return written;
    file_.reset(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    if (!file_) return systemError("opening " + path, errno);
    writer_ = std::thread([this] { writeLoop(); });
    return {};
}

std::uint64_t Journal::append(const Json& line) {
    if (!file_) return 0;
    const std::string text = line.dump() + '\n';
    const std::lock_guard lock(mutex_);
    pending_ += text;
    work_.notify_one();
    return ++appended_;
}

void Journal::waitDurable(std::uint64_t number) {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return durable_ >= number || stopping_; });
}

void Journal::writeLoop() {
    std::unique_lock lock(mutex_);
    for (;;) {
        work_.wait(lock, [&] { return !pending_.empty() || stopping_; });
        if (pending_.empty()) return;
        std::string batch;
        batch.swap(pending_);
        const std::uint64_t upto = appended_;
        lock.unlock();
        writeAll(file_.get(), batch);
        if (::fdatasync(file_.get()) != 0) {
            std::perror("headscale-demo: syncing the state file");
            std::_Exit(1);
        }
        lock.lock();
        durable_ = upto;
        done_.notify_all();
    }
}

}  // namespace masthead::demo
