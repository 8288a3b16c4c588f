#include "host/base/log.hpp"

#include <unistd.h>

#include <atomic>
#include <memory>

#include "host/base/clock.hpp"
#include "host/base/timestamp.hpp"
#include "masthead/json.hpp"

namespace masthead::log {
namespace {

std::shared_ptr<const Settings>& settingsSlot() {
    static std::shared_ptr<const Settings> slot = std::make_shared<Settings>();
    return slot;
}

const char* name(Level level) {
    switch (level) {
        case Level::Debug: return "debug";
        case Level::Info: return "info";
        case Level::Warning: return "warning";
        case Level::Error: return "error";
    }
    return "info";
}

bool tokenCharacter(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.' || c == '~' || c == '+' || c == '/' || c == '=';
}

std::string oneLine(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            out += c == '\n' ? "\\n" : "?";
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

void configure(const Settings& settings) {
    std::atomic_store(&settingsSlot(), std::shared_ptr<const Settings>(std::make_shared<Settings>(settings)));
}

std::string redact(std::string_view text) {
    static constexpr std::string_view kPrefixes[] = {"hskey-auth-", "hskey-api-", "hskey-client-", "hskey-oauthtok-",
                                                     "masthead_", "Bearer ", "nodekey:", "privkey:", "code="};
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        bool replaced = false;
        for (const auto prefix : kPrefixes) {
            if (text.substr(at, prefix.size()) != prefix) continue;
            std::size_t end = at + prefix.size();
            while (end < text.size() && tokenCharacter(text[end])) ++end;
            if (end - at - prefix.size() < 8) break;
            out.append(prefix).append("[redacted]");
            at = end;
            replaced = true;
            break;
        }
        if (!replaced) out += text[at++];
    }
    return out;
}

void write(Level level, std::string_view message, Fields fields) {
    const auto settings = std::atomic_load(&settingsSlot());
    if (level < settings->level) return;
    const std::string stamp = formatTimestamp(SystemClock().wallMs());
    std::string line;
    if (settings->format == Format::JsonLines) {
        Json record = Json::object({{"time", stamp}, {"level", name(level)}, {"process", settings->process}});
        record.set("message", redact(message));
        for (const auto& [key, value] : fields) record.set(key, redact(value));
        line = record.dump();
    } else {
        line = stamp + " " + name(level) + " " + settings->process + ": " + oneLine(redact(message));
        for (const auto& [key, value] : fields) {
            line.append(" ").append(key).append("=");
            const std::string shown = oneLine(redact(value));
            if (shown.empty() || shown.find_first_of(" \"=") != std::string::npos) {
                Json::quote(line, shown);
            } else {
                line += shown;
            }
        }
    }
    line += '\n';
    std::string_view rest = line;
    while (!rest.empty()) {
        const ssize_t written = ::write(STDERR_FILENO, rest.data(), rest.size());
        if (written <= 0) return;
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace masthead::log
