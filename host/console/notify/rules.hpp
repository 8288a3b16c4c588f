// Which event goes to which channels, when everybody sleeps, and when many become one. Plain values and pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/json.hpp"
#include "host/console/http/response.hpp"

namespace masthead::console::notify {

enum class Severity { Info, Warning, Critical };
bool parseSeverity(std::string_view text, Severity& out);

inline constexpr const char* kConsoleChannel = "console";
inline constexpr const char* kAllChannels = "*";

struct Rule {
    std::string event;                  // "onboarding.request", "onboarding.*"; empty in the fallback
    std::vector<std::string> channels;  // "console", ids, or "*" for all
    Severity least = Severity::Info;
};

/// Critical ones are sent at any time.
struct QuietHours {
    bool enabled = false;
    int from_minute = 22 * 60, to_minute = 7 * 60;  // of the local day; from > to spans midnight
    int offset_minutes = 0;                         // local time minus UTC
};

struct Digest {
    bool enabled = true;
    std::int64_t more_than = 5;
    std::int64_t within_ms = 10 * 60 * 1000;
};

struct Rules {
    std::vector<Rule> rules;
    Rule fallback{"", {kAllChannels}, Severity::Info};
    QuietHours quiet;
    Digest digest;
};

/// Collects what is wrong; `known_channels` are the ids that exist.
Rules parseRules(const Json& json, const std::vector<std::string>& known_channels, std::vector<FieldError>& wrong);
Json toJson(const Rules& rules);
/// The rule in force: the exact event, else the longest "prefix.*", else the fallback.
const Rule& ruleFor(const Rules& rules, std::string_view event);
bool chooses(const Rule& rule, std::string_view channel, Severity severity);
/// The end of the quiet hours that hold at `wall_ms`; 0 when none do.
std::int64_t quietUntil(const QuietHours& quiet, std::int64_t wall_ms);
/// Removes a deleted channel from every rule.
void forgetChannel(Rules& rules, std::string_view channel);

}  // namespace masthead::console::notify
