#include "host/console/notify/rules.hpp"

#include <algorithm>
#include <array>

#include "host/base/text.hpp"
#include "host/console/http/fields.hpp"

namespace masthead::console::notify {
namespace {

constexpr std::array<const char*, 3> kSeverities{"info", "warning", "critical"};
constexpr std::size_t kMaxRules = 200;
constexpr std::int64_t kMinute = 60 * 1000;
constexpr std::int64_t kDay = 24 * 60 * kMinute;

const char* nameOf(Severity severity) { return kSeverities[static_cast<std::size_t>(severity)]; }

/// "22:30" as minutes; -1 when it is no time of a day.
int minutesOf(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return -1;
    const auto hours = parseUnsigned<int>(text.substr(0, 2)), minutes = parseUnsigned<int>(text.substr(3));
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return -1;
    return *hours * 60 + *minutes;
}

std::string clockText(int minutes) {
    const auto two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    return two(minutes / 60) + ":" + two(minutes % 60);
}

bool parseOffset(std::string_view text, int& out) {
    if (text == "Z" || text == "UTC") {
        out = 0;
        return true;
    }
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-')) return false;
    const int minutes = minutesOf(text.substr(1));
    if (minutes < 0 || minutes > 14 * 60) return false;
    out = text[0] == '-' ? -minutes : minutes;
    return true;
}

bool validEvent(std::string_view event) {
    std::string_view rest = event;
    if (rest.size() > 2 && rest.substr(rest.size() - 2) == ".*") rest.remove_suffix(2);
    return !rest.empty() && rest.size() <= 100 && rest.front() != '.' && rest.back() != '.' &&
           std::all_of(rest.begin(), rest.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
           });
}

Rule parseRule(const Json& json, const std::string& path, bool fallback, const std::vector<std::string>& known,
               std::vector<FieldError>& wrong) {
    Rule rule;
    Fields in(json, path, wrong);
    if (!fallback) {
        rule.event = in.text("event", 100, true);
        if (!rule.event.empty() && !validEvent(rule.event))
            in.fail("event", "is no event; expected a name such as onboarding.request or onboarding.*");
    }
    rule.channels = in.texts("channels", 100, 32);
    for (std::size_t i = 0; i < rule.channels.size(); ++i) {
        const auto& id = rule.channels[i];
        const bool exists =
            id == kConsoleChannel || id == kAllChannels || std::find(known.begin(), known.end(), id) != known.end();
        if (!exists) in.fail("channels/" + std::to_string(i), "names the channel " + id + ", which does not exist");
    }
    const std::string least = in.text("min_severity", 16);
    if (!least.empty() && !parseSeverity(least, rule.least)) in.fail("min_severity", "is none of info, warning, critical");
    in.finish();
    return rule;
}

QuietHours parseQuiet(const Json& json, std::vector<FieldError>& wrong) {
    QuietHours quiet;
    Fields in(json, "quiet_hours/", wrong);
    quiet.enabled = in.boolean("enabled", false);
    const auto minute = [&](const char* name, int fallback) {
        const std::string text = in.text(name, 5);
        if (text.empty()) return fallback;
        const int parsed = minutesOf(text);
        if (parsed < 0) in.fail(name, "is no time of a day such as 22:00");
        return parsed;
    };
    quiet.from_minute = minute("from", quiet.from_minute);
    quiet.to_minute = minute("to", quiet.to_minute);
    const std::string offset = in.text("utc_offset", 6);
    if (!offset.empty() && !parseOffset(offset, quiet.offset_minutes)) in.fail("utc_offset", "is no offset such as +02:00");
    if (quiet.enabled && quiet.from_minute == quiet.to_minute) in.fail("to", "is the same as from");
    in.finish();
    return quiet;
}

Digest parseDigest(const Json& json, std::vector<FieldError>& wrong) {
    Digest digest;
    Fields in(json, "digest/", wrong);
    digest.enabled = in.boolean("enabled", true);
    digest.more_than = in.integer("more_than", digest.more_than, 1, 100);
    digest.within_ms = in.integer("within_minutes", digest.within_ms / kMinute, 1, 24 * 60) * kMinute;
    in.finish();
    return digest;
}

Json ruleJson(const Rule& rule) {
    Json channels = Json::array();
    for (const auto& id : rule.channels) channels.push(id);
    Json out = Json::object();
    if (!rule.event.empty()) out.set("event", rule.event);
    out.set("channels", std::move(channels));
    out.set("min_severity", nameOf(rule.least));
    return out;
}

}  // namespace

bool parseSeverity(std::string_view text, Severity& out) {
    for (std::size_t i = 0; i < kSeverities.size(); ++i) {
        if (text != kSeverities[i]) continue;
        out = static_cast<Severity>(i);
        return true;
    }
    return false;
}

Rules parseRules(const Json& json, const std::vector<std::string>& known_channels, std::vector<FieldError>& wrong) {
    Rules out;
    Fields in(json, "", wrong);
    const Json& list = in.raw("rules");
    if (!list.isNull() && !list.isArray()) in.fail("rules", "is not a list");
    if (list.items().size() > kMaxRules) in.fail("rules", "has more than 200 entries");
    for (std::size_t i = 0; i < std::min(list.items().size(), kMaxRules); ++i) {
        const std::string path = "rules/" + std::to_string(i) + "/";
        Rule rule = parseRule(list.items()[i], path, false, known_channels, wrong);
        const bool twice =
            std::any_of(out.rules.begin(), out.rules.end(), [&](const Rule& other) { return other.event == rule.event; });
        if (twice) wrong.push_back({path + "event", "stands in another rule already"});
        out.rules.push_back(std::move(rule));
    }
    if (const Json& fallback = in.raw("default"); !fallback.isNull())
        out.fallback = parseRule(fallback, "default/", true, known_channels, wrong);
    if (const Json& quiet = in.raw("quiet_hours"); !quiet.isNull()) out.quiet = parseQuiet(quiet, wrong);
    if (const Json& digest = in.raw("digest"); !digest.isNull()) out.digest = parseDigest(digest, wrong);
    in.finish();
    return out;
}

Json toJson(const Rules& rules) {
    Json list = Json::array();
    for (const auto& rule : rules.rules) list.push(ruleJson(rule));
    const int offset = rules.quiet.offset_minutes;
    const Json quiet = Json::object({{"enabled", rules.quiet.enabled},
                                     {"from", clockText(rules.quiet.from_minute)},
                                     {"to", clockText(rules.quiet.to_minute)},
                                     {"utc_offset", (offset < 0 ? "-" : "+") + clockText(std::abs(offset))}});
    const Json digest = Json::object({{"enabled", rules.digest.enabled},
                                      {"more_than", rules.digest.more_than},
                                      {"within_minutes", rules.digest.within_ms / kMinute}});
    return Json::object(
        {{"rules", std::move(list)}, {"default", ruleJson(rules.fallback)}, {"quiet_hours", quiet}, {"digest", digest}});
}

const Rule& ruleFor(const Rules& rules, std::string_view event) {
    const Rule* best = nullptr;
    for (const auto& rule : rules.rules) {
        if (rule.event == event) return rule;
        const std::string_view pattern = rule.event;
        if (pattern.size() < 2 || pattern.substr(pattern.size() - 2) != ".*") continue;
        const bool fits = event.substr(0, pattern.size() - 1) == pattern.substr(0, pattern.size() - 1);
        if (fits && (best == nullptr || pattern.size() > best->event.size())) best = &rule;
    }
    return best == nullptr ? rules.fallback : *best;
}

bool chooses(const Rule& rule, std::string_view channel, Severity severity) {
    if (severity < rule.least) return false;
    return std::any_of(rule.channels.begin(), rule.channels.end(),
                       [&](const std::string& id) { return id == kAllChannels || id == channel; });
}

std::int64_t quietUntil(const QuietHours& quiet, std::int64_t wall_ms) {
    if (!quiet.enabled || quiet.from_minute == quiet.to_minute) return 0;
    const std::int64_t local = wall_ms + quiet.offset_minutes * kMinute;
    const std::int64_t in_day = ((local % kDay) + kDay) % kDay;
    const std::int64_t from = quiet.from_minute * kMinute, to = quiet.to_minute * kMinute;
    const bool spans = from > to;
    const bool inside = spans ? in_day >= from || in_day < to : in_day >= from && in_day < to;
    if (!inside) return 0;
    const std::int64_t left = to > in_day ? to - in_day : to + kDay - in_day;
    return wall_ms + left;
}

void forgetChannel(Rules& rules, std::string_view channel) {
    const auto forget = [&](Rule& rule) {
        rule.channels.erase(std::remove(rule.channels.begin(), rule.channels.end(), channel), rule.channels.end());
    };
    for (auto& rule : rules.rules) forget(rule);
    forget(rules.fallback);
}

}  // namespace masthead::console::notify
