// Turns a line that a child wrote into one line for people or for collectors. Pure functions, no secrets left in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/base/log.hpp"

namespace masthead::supervisor {

struct LogLine {
    log::Level level = log::Level::Info;
    std::string message;  // one line, redacted; without time and level when those could be recognised
    std::int64_t wall_ms = 0;
};

/// Understands headscale's JSON and console lines and our own text and JSON lines; anything else is the message as it is.
LogLine readLogLine(std::string_view child, std::string_view raw, std::int64_t now_wall_ms);

/// "2026-07-01T12:00:00Z info headscale: listening ..." or a JSON object.
std::string renderLogLine(std::string_view child, const LogLine& line, log::Format format);

/// True for headscale's lines that say a database migration is going on.
bool saysMigration(std::string_view line);

/// True for headscale's access-log line of our own successful health check, which would bury everything else.
bool isHealthCheck(std::string_view line);

}  // namespace masthead::supervisor
