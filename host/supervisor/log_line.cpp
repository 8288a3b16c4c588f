#include "host/supervisor/log_line.hpp"

#include <cctype>

#include "host/base/json.hpp"
#include "host/base/text.hpp"
#include "host/base/timestamp.hpp"

namespace masthead::supervisor {
namespace {

constexpr Json::Limits kLineJson{16, std::size_t{32} << 10};

log::Level levelOf(std::string_view name) {
    const std::string lower = lowerAscii(name);
    if (lower == "trace" || lower == "trc" || lower == "debug" || lower == "dbg") return log::Level::Debug;
    if (lower == "warn" || lower == "warning" || lower == "wrn") return log::Level::Warning;
    if (lower == "error" || lower == "err" || lower == "fatal" || lower == "ftl" || lower == "panic" || lower == "pnc")
        return log::Level::Error;
    return log::Level::Info;
}

const char* nameOf(log::Level level) {
    switch (level) {
        case log::Level::Debug: return "debug";
        case log::Level::Info: return "info";
        case log::Level::Warning: return "warning";
        case log::Level::Error: return "error";
    }
    return "info";
}

std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? (c == '\t' ? ' ' : '?') : c;
    return out;
}

void readObject(const Json& object, LogLine& out) {
    out.level = levelOf(object.text("level"));
    out.message = object.text("message");
    if (const auto at = parseTimestamp(object.text("time"))) out.wall_ms = *at;
    for (const auto& [name, value] : object.members()) {
        if (name == "level" || name == "time" || name == "message" || name == "process" || name == "caller") continue;
        out.message.append(out.message.empty() ? "" : " ").append(name).append("=");
        out.message += value.isString() ? value.asString() : value.dump();
    }
}

std::string_view takeWord(std::string_view& rest) {
    const auto word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    return word;
}

/// "<RFC 3339> <level> <message>", ours with "<process>: " before the message; false when the line is something else.
bool readText(std::string_view child, std::string_view raw, LogLine& out) {
    const auto at = parseTimestamp(takeWord(raw));
    if (!at) return false;
    out.wall_ms = *at;
    out.level = levelOf(takeWord(raw));
    if (raw.size() > child.size() + 1 && raw.substr(0, child.size()) == child && raw[child.size()] == ':') {
        raw.remove_prefix(child.size() + 1);
        raw = trim(raw);
    }
    // headscale's console form names a source file of its own before " > ".
    if (const auto arrow = raw.find(" > "); arrow != std::string_view::npos &&
                                            raw.substr(0, arrow).find(".go:") != std::string_view::npos &&
                                            raw.substr(0, arrow).find(' ') == std::string_view::npos) {
        raw.remove_prefix(arrow + 3);
    }
    out.message = std::string(raw);
    return true;
}

}  // namespace

LogLine readLogLine(std::string_view child, std::string_view raw, std::int64_t now_wall_ms) {
    LogLine out;
    out.wall_ms = now_wall_ms;
    bool known = false;
    if (!raw.empty() && raw.front() == '{') {
        if (const auto parsed = parseJson(raw, kLineJson); parsed && parsed->isObject() && parsed->has("message")) {
            readObject(*parsed, out);
            known = true;
        }
    }
    if (!known && !readText(child, raw, out)) out.message = std::string(raw);
    out.message = printable(log::redact(out.message));
    return out;
}

std::string renderLogLine(std::string_view child, const LogLine& line, log::Format format) {
    if (format == log::Format::JsonLines) {
        Json record = Json::object({{"time", formatTimestamp(line.wall_ms)}, {"level", nameOf(line.level)}, {"process", child}});
        record.set("message", line.message);
        return record.dump();
    }
    return formatTimestamp(line.wall_ms) + " " + nameOf(line.level) + " " + std::string(child) + ": " + line.message;
}

bool saysMigration(std::string_view line) {
    const std::string lower = lowerAscii(line);
    return lower.find("migrat") != std::string::npos;
}

bool isHealthCheck(std::string_view line) {
    const auto has = [&](std::string_view json, std::string_view text) {
        return line.find(json) != std::string_view::npos || line.find(text) != std::string_view::npos;
    };
    return has("\"message\":\"http request\"", " http request ") && has("\"path\":\"/health\"", " path=/health ") &&
           has("\"status\":200", " status=200");
}

}  // namespace masthead::supervisor
