#include "demo/logger.hpp"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>

#include "host/base/clock.hpp"
#include "host/base/timestamp.hpp"

namespace masthead::demo::logger {

namespace {

std::atomic<bool> json_lines{false};
std::atomic<int> least{1};

struct Level {
    const char* name;
    const char* mark;
    int rank;
};
constexpr Level kInfo{"info", "INF", 1};
constexpr Level kWarn{"warn", "WRN", 2};
constexpr Level kError{"error", "ERR", 3};
constexpr Level kFatal{"fatal", "FTL", 4};

void writeLine(int fd, std::string line) {
    line += '\n';
    std::string_view rest = line;
    while (!rest.empty()) {
        const ssize_t written = ::write(fd, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        // Nobody reads the log any more: there is nowhere to say so.
        if (written < 0) return;
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
}

void log(const Level& level, std::string_view message, Fields fields) {
    if (level.rank < least) return;
    const std::int64_t now = SystemClock().wallMs();
    if (json_lines) {
        Json line = Json::object({{"level", level.name}});
        for (const auto& [name, value] : fields) line.set(name, value);
        line.set("time", now / 1000);
        line.set("message", message);
        writeLine(STDOUT_FILENO, line.dump());
        return;
    }
    std::string line = formatTimestamp(now / 1000 * 1000) + " " + level.mark + " " + std::string(message);
    for (const auto& [name, value] : fields) line += " " + name + "=" + (value.isString() ? value.asString() : value.dump());
    writeLine(STDERR_FILENO, std::move(line));
}

}  // namespace

void configure(bool json, std::string_view level) {
    json_lines = json;
    least = level == "warn" ? 2 : level == "error" ? 3 : level == "fatal" || level == "panic" ? 4 : level == "disabled" ? 5 : 1;
}

void info(std::string_view message, Fields fields) { log(kInfo, message, fields); }
void warn(std::string_view message, Fields fields) { log(kWarn, message, fields); }
void error(std::string_view message, Fields fields) { log(kError, message, fields); }
void fatal(std::string_view message, Fields fields) { log(kFatal, message, fields); }

}  // namespace masthead::demo::logger
