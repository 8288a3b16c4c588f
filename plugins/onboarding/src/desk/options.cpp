#include "desk/options.hpp"

#include <algorithm>

#include "domain/time.hpp"

namespace onboarding {
namespace {

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";

Error wrong(const std::string& name, const std::string& why) { return Error{Code::InvalidArgument, name + " " + why}; }

bool only(std::string_view text, std::string_view extra) {
    return std::all_of(text.begin(), text.end(), [&](char c) { return kLower.find(c) != std::string_view::npos || extra.find(c) != std::string_view::npos; });
}

Status checkId(const std::string& id) {
    if (id.empty() || id.size() > 19 || id.find_first_not_of("0123456789") != std::string::npos) return wrong("user", "must be the id of a user");
    return {};
}

Status checkUserName(const std::string& name) {
    if (name.size() < 2 || name.size() > 63 || kLower.find(name.front()) == std::string_view::npos || !only(name, "0123456789._-")) {
        return wrong("newUser", "must be 2 to 63 of a-z, 0-9, '.', '_' and '-', beginning with a letter");
    }
    return {};
}

Status checkNodeName(const std::string& name) {
    if (name.size() > 63 || name.front() == '-' || name.back() == '-' || !only(name, "0123456789-")) {
        return wrong("nodeName", "must be up to 63 of a-z, 0-9 and '-', without '-' at its ends");
    }
    return {};
}

Status checkTag(const std::string& tag) {
    const auto name = std::string_view(tag).substr(std::min<std::size_t>(4, tag.size()));
    if (tag.rfind("tag:", 0) != 0 || name.empty() || tag.size() > 128 || kLower.find(name.front()) == std::string_view::npos || !only(name, "0123456789-_.")) {
        return wrong("tags", "has \"" + tag.substr(0, 128) + "\"; a tag is written tag:name, in lower case");
    }
    return {};
}

Status readExpiry(const std::string& text, std::int64_t now, Grant& grant) {
    if (const auto lifetime = parseDuration(text)) {
        if (*lifetime < kMinute || *lifetime > 365 * kDay) return wrong("expiry", "must lie from a minute to a year ahead");
        grant.lifetime_ms = *lifetime;
        return {};
    }
    const auto at = parseTime(text);
    if (!at) return wrong("expiry", "must be a time such as 24h or an RFC 3339 time");
    if (*at < now + kMinute || *at > now + 366 * kDay) return wrong("expiry", "must lie from a minute to a year ahead");
    grant.expires_at = *at;
    return {};
}

}  // namespace

Result<Grant> grantOf(const Json& options, const Settings& settings, std::int64_t now) {
    Grant out;
    out.lifetime_ms = settings.key_lifetime_ms;
    out.tags = settings.tags;
    out.reusable = options["reusable"].asBool(settings.reusable);
    out.ephemeral = options["ephemeral"].asBool(settings.ephemeral);
    out.user_id = options.text("user");
    out.new_user = options.text("newUser");
    out.node_name = options.text("nodeName");
    if (!out.user_id.empty() && !out.new_user.empty()) return wrong("user", "and newUser exclude each other");
    if (options["tags"].isArray()) {
        out.tags.clear();
        for (const auto& tag : options["tags"].items()) out.tags.push_back(tag.asString());
    }
    if (out.tags.size() > 64) return wrong("tags", "are more than 64");
    for (const auto& tag : out.tags) {
        if (auto valid = checkTag(tag); !valid) return std::move(valid).error();
    }
    if (!out.user_id.empty()) {
        if (auto valid = checkId(out.user_id); !valid) return std::move(valid).error();
    }
    if (!out.new_user.empty()) {
        if (auto valid = checkUserName(out.new_user); !valid) return std::move(valid).error();
    }
    if (!out.node_name.empty()) {
        if (auto valid = checkNodeName(out.node_name); !valid) return std::move(valid).error();
    }
    if (!options.text("expiry").empty()) {
        if (auto valid = readExpiry(options.text("expiry"), now, out); !valid) return std::move(valid).error();
    }
    return out;
}

Result<std::int64_t> undoOf(const Json& options, const Settings& settings) {
    if (!options["undoSeconds"].isInt()) return settings.undo_ms;
    const auto seconds = options["undoSeconds"].asInt();
    if (seconds < 0 || seconds > 300) return wrong("undoSeconds", "must be 0 to 300");
    return seconds * kSecond;
}

}  // namespace onboarding
