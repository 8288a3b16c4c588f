#include "domain/settings.hpp"

#include <algorithm>

#include "domain/time.hpp"
#include "net/address.hpp"
#include "text/hygiene.hpp"

namespace onboarding {
namespace {

Error wrong(const std::string& name, const std::string& why) { return Error{Code::InvalidArgument, "the setting " + name + " " + why}; }

/// Reads members into places; the first mistake stays.
class Reader {
public:
    explicit Reader(const Json& values) : values_(values) {}
    const Json* member(const char* name) {
        known_.emplace_back(name);
        const Json* found = values_.find(name);
        return found == nullptr || found->isNull() ? nullptr : found;
    }
    void read(const char* name, bool& place) {
        if (const Json* value = member(name)) value->isBool() ? void(place = value->asBool()) : fail(name, "must be true or false");
    }
    void read(const char* name, std::string& place, std::size_t max) {
        const Json* value = member(name);
        if (value == nullptr) return;
        const auto text = clean(value->asString(), max, false);
        if (!value->isString() || text.fault != TextFault::None) return fail(name, "must be a text of at most " + std::to_string(max) + " characters");
        place = text.text;
    }
    void read(const char* name, std::size_t& place, std::int64_t most) {
        const Json* value = member(name);
        if (value == nullptr) return;
        if (value->asInt() < 1 || value->asInt() > most) return fail(name, "must be a number from 1 to " + std::to_string(most));
        place = static_cast<std::size_t>(value->asInt());
    }
    void duration(const char* name, std::int64_t& place, std::int64_t least, std::int64_t most) {
        const Json* value = member(name);
        if (value == nullptr) return;
        const auto parsed = parseDuration(value->asString());
        if (!parsed || *parsed < least || *parsed > most) {
            return fail(name, "must be a time from " + formatDuration(least) + " to " + formatDuration(most) + ", such as 24h");
        }
        place = *parsed;
    }
    void read(const char* name, std::vector<std::string>& place, std::size_t most) {
        const Json* value = member(name);
        if (value == nullptr) return;
        if (!value->isArray() || value->items().size() > most) return fail(name, "must be a list of at most " + std::to_string(most) + " texts");
        place.clear();
        for (const auto& item : value->items()) place.push_back(item.asString());
    }
    void fail(const std::string& name, const std::string& why) {
        if (error_.message.empty()) error_ = wrong(name, why);
    }
    Status finish() {
        for (const auto& [name, value] : values_.members()) {
            if (std::find(known_.begin(), known_.end(), name) == known_.end()) fail(name, "is not known");
        }
        if (!error_.message.empty()) return error_;
        return {};
    }

private:
    const Json& values_;
    std::vector<std::string> known_;
    Error error_;
};

bool validId(const std::string& id) {
    return !id.empty() && id.size() <= 32 && id.front() != '-' && id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}

Result<FormField> fieldOf(const Json& json, const std::string& at) {
    FormField out;
    out.id = json.text("id");
    if (!validId(out.id)) return wrong(at, "needs an id of a-z, 0-9 and -");
    Reader in(json);
    in.member("id");
    in.read("label", out.label, 80);
    in.read("label_zh", out.label_zh, 80);
    in.read("help", out.help, 200);
    std::string type;
    in.read("type", type, 8);
    in.read("options", out.options, 32);
    in.read("required", out.required);
    in.read("max_length", out.max_length, 1000);
    if (auto done = in.finish(); !done) return std::move(done).error().within(at);
    if (out.label.empty()) return wrong(at, "needs a label");
    if (!type.empty() && type != "text" && type != "choice") return wrong(at, "has a type that is neither text nor choice");
    out.choice = type == "choice";
    if (out.choice && out.options.empty()) return wrong(at, "is a choice without options");
    for (auto& option : out.options) {
        const auto text = clean(option, 80, true);
        if (text.fault != TextFault::None) return wrong(at, "has an option that is empty, too long or not plain text");
        option = text.text;
    }
    return out;
}

Json fieldJson(const FormField& field) {
    Json options = Json::array();
    for (const auto& option : field.options) options.push(option);
    return Json::object({{"id", field.id}, {"label", field.label}, {"label_zh", field.label_zh}, {"help", field.help},
                         {"type", field.choice ? "choice" : "text"}, {"options", options}, {"required", field.required},
                         {"max_length", static_cast<std::int64_t>(field.max_length)}});
}

Json listJson(const std::vector<std::string>& list) {
    Json out = Json::array();
    for (const auto& item : list) out.push(item);
    return out;
}

}  // namespace

Result<Settings> Settings::read(const Json& values) {
    Settings out;
    Reader in(values);
    in.read("enabled", out.enabled);
    in.read("public", out.form_public);
    in.read("registrations", out.registrations);
    in.read("invite_code", out.invite_code, 64);
    in.read("allowed_networks", out.allowed_networks, 64);
    in.read("admin_sees_key", out.admin_sees_key);
    in.read("claim_once", out.claim_once);
    in.duration("key_lifetime", out.key_lifetime_ms, kMinute, 365 * kDay);
    in.read("reusable", out.reusable);
    in.read("ephemeral", out.ephemeral);
    in.read("tags", out.tags, 64);
    in.duration("undo", out.undo_ms, 0, 5 * kMinute);
    in.duration("unanswered", out.unanswered_ms, kHour, 365 * kDay);
    in.duration("purge", out.purge_ms, kHour, 3650 * kDay);
    in.read("per_address_hour", out.per_address_hour, 100000);
    in.read("per_hour", out.per_hour, 100000);
    in.read("open_cap", out.open_cap, 5000);
    if (const Json* fields = in.member("fields")) {
        if (!fields->isArray() || fields->items().size() > 16) in.fail("fields", "must be a list of at most 16 fields");
        for (const auto& item : fields->items()) {
            auto field = fieldOf(item, "fields/" + std::to_string(out.fields.size()));
            if (!field) return std::move(field).error();
            const bool twice = std::any_of(out.fields.begin(), out.fields.end(), [&](const FormField& other) { return other.id == field->id; });
            if (twice) in.fail("fields", "has the id " + field->id + " twice");
            out.fields.push_back(std::move(*field));
        }
    }
    if (auto done = in.finish(); !done) return std::move(done).error();
    for (const auto& network : out.allowed_networks) {
        if (!Network::parse(network)) return wrong("allowed_networks", "has \"" + network.substr(0, 64) + "\", which is no network such as 192.0.2.0/24");
    }
    return out;
}

Json Settings::toJson() const {
    Json own = Json::array();
    for (const auto& field : fields) own.push(fieldJson(field));
    return Json::object({{"enabled", enabled}, {"public", form_public}, {"registrations", registrations}, {"invite_code", invite_code},
                         {"allowed_networks", listJson(allowed_networks)}, {"fields", own}, {"admin_sees_key", admin_sees_key},
                         {"claim_once", claim_once}, {"key_lifetime", formatDuration(key_lifetime_ms)}, {"reusable", reusable},
                         {"ephemeral", ephemeral}, {"tags", listJson(tags)}, {"undo", formatDuration(undo_ms)},
                         {"unanswered", formatDuration(unanswered_ms)}, {"purge", formatDuration(purge_ms)},
                         {"per_address_hour", static_cast<std::int64_t>(per_address_hour)}, {"per_hour", static_cast<std::int64_t>(per_hour)},
                         {"open_cap", static_cast<std::int64_t>(open_cap)}});
}

Json Settings::decisionDefaults() const {
    Json labels = Json::array();
    for (const auto& field : fields) labels.push(Json::object({{"id", field.id}, {"label", field.label}, {"label_zh", field.label_zh}}));
    return Json::object({{"expiry", formatDuration(key_lifetime_ms)}, {"reusable", reusable}, {"ephemeral", ephemeral}, {"tags", listJson(tags)},
                         {"undo", formatDuration(undo_ms)}, {"admin_sees_key", admin_sees_key}, {"fields", std::move(labels)}});
}

}  // namespace onboarding
