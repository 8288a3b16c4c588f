#include "host/supervisor/status_text.hpp"

#include <algorithm>

namespace masthead::supervisor {
namespace {

std::string clean(const std::string& text) {
    std::string out = text;
    for (char& c : out) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    return out;
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

std::string lastExit(const Json& exit) {
    std::string out = "last exit: ";
    if (exit.text("cause") == "signal") {
        out += "signal " + std::to_string(exit["signal"].asInt());
    } else {
        out += "exit code " + std::to_string(exit["code"].asInt());
    }
    if (exit["expected"].asBool()) out += " (asked for)";
    return out + " at " + clean(exit.text("at")) + " after " + durationText(exit["uptime_ms"].asInt());
}

}  // namespace

std::string durationText(std::int64_t ms) {
    const std::int64_t s = ms / 1000;
    const auto two = [](std::int64_t big, const char* big_unit, std::int64_t small, const char* small_unit) {
        return std::to_string(big) + " " + big_unit + " " + std::to_string(small) + " " + small_unit;
    };
    if (ms < 1000) return std::to_string(ms) + " ms";
    if (s < 60) return std::to_string(s) + " s";
    if (s < 3600) return two(s / 60, "min", s % 60, "s");
    if (s < 86400) return two(s / 3600, "h", s % 3600 / 60, "min");
    return two(s / 86400, "d", s % 86400 / 3600, "h");
}

std::string statusText(const Json& status) {
    std::string out = "masthead " + clean(status.text("version")) + "  pid " + std::to_string(status["pid"].asInt()) + "  up " +
                      durationText(status["uptime_ms"].asInt()) + "\n";
    const auto& children = status["children"].items();
    for (std::size_t i = 0; i < children.size(); ++i) {
        const Json& child = children[i];
        const bool last = i + 1 == children.size();
        const std::string indent = last ? "    " : "|   ";
        out += last ? "`-- " : "|-- ";
        out += padded(clean(child.text("name")), 10) + " " + padded(clean(child.text("state")), 10);
        if (child["pid"].isInt()) {
            out += "  pid " + std::to_string(child["pid"].asInt()) + "  up " + durationText(child["uptime_ms"].asInt());
        }
        out += "  restarts " + std::to_string(child["restarts"].asInt()) + "\n";
        if (child["reason"].isObject()) {
            const std::string& failure = child["reason"].text("class");
            out += indent + (failure.empty() ? "" : clean(failure) + ": ") + clean(child["reason"].text("message")) + "\n";
        }
        for (const auto& [name, value] : child["details"].members()) {
            out += indent + clean(name) + ": " + clean(value.isString() ? value.asString() : value.dump()) + "\n";
        }
        if (child["last_exit"].isObject()) out += indent + lastExit(child["last_exit"]) + "\n";
    }
    return out;
}

}  // namespace masthead::supervisor
