// Structured log to standard error: one line per record, written with a single write(2), secrets redacted.
//
// Text form for people (a terminal), JSON lines for collectors. Thread-safe; the process-wide sink is configured once
// at start by main and otherwise prints text at Info. Fields keep their order.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace masthead::log {

enum class Level { Debug, Info, Warning, Error };
enum class Format { Text, JsonLines };

using Field = std::pair<std::string_view, std::string>;
using Fields = std::initializer_list<Field>;

struct Settings {
    Level level = Level::Info;
    Format format = Format::Text;
    std::string process = "masthead";
};

/// Call before other threads log. Reads no environment.
void configure(const Settings& settings);

void write(Level level, std::string_view message, Fields fields = {});
inline void debug(std::string_view message, Fields fields = {}) { write(Level::Debug, message, fields); }
inline void info(std::string_view message, Fields fields = {}) { write(Level::Info, message, fields); }
inline void warning(std::string_view message, Fields fields = {}) { write(Level::Warning, message, fields); }
inline void error(std::string_view message, Fields fields = {}) { write(Level::Error, message, fields); }

/// Replaces pre-auth keys, API keys, bearer tokens, node keys and OIDC codes by a short mark. Pure function.
std::string redact(std::string_view text);

}  // namespace masthead::log
