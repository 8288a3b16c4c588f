#include "host/console/plugins/json_reader.hpp"

#include <algorithm>
#include <array>

#include "host/base/text.hpp"

namespace masthead::console::plugins {
namespace {

struct Unit {
    std::string_view suffix;
    std::int64_t factor;
};
constexpr std::array<Unit, 4> kTime{{{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}}};
constexpr std::array<Unit, 3> kSize{{{"KiB", 1024}, {"MiB", 1 << 20}, {"B", 1}}};

template <std::size_t N>
std::optional<std::int64_t> withUnit(std::string_view text, const std::array<Unit, N>& units) {
    const auto digits = text.find_first_not_of("0123456789");
    const auto number = parseUnsigned<std::uint32_t>(text.substr(0, digits));
    if (!number || digits == std::string_view::npos) return std::nullopt;
    for (const auto& unit : units) {
        if (text.substr(digits) == unit.suffix) return std::int64_t{*number} * unit.factor;
    }
    return std::nullopt;
}

}  // namespace

std::string describe(const Json& value) {
    constexpr std::size_t kShown = 80;
    if (value.isString()) {
        const std::string& text = value.asString();
        std::size_t end = std::min(text.size(), kShown);
        // Not in the middle of a character: what is left would be no text any more.
        while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
        return "\"" + text.substr(0, end) + "\"";
    }
    if (value.isObject()) return "an object";
    if (value.isArray()) return "an array";
    return value.dump();
}

JsonReader::JsonReader(const Json& object, std::string path, std::string& error)
    : object_(object), path_(std::move(path)), error_(error) {
    if (!object.isObject()) fail("", "is " + describe(object) + ", expected an object");
}

void JsonReader::fail(const std::string& member, const std::string& message) {
    if (error_.empty()) error_ = (member.empty() ? (path_.empty() ? "the file" : path_) : path_ + "/" + member) + " " + message;
}

const Json& JsonReader::take(const char* name) {
    seen_.insert(name);
    return object_[name];
}

const Json& JsonReader::raw(const char* name) { return take(name); }

std::string JsonReader::text(const char* name, bool required) {
    const Json& value = take(name);
    if (value.isNull() && !object_.has(name)) {
        if (required) fail(name, "is missing, expected a text");
        return {};
    }
    if (!value.isString())
        fail(name, "is " + describe(value) + ", expected a text");
    else if (required && value.asString().empty())
        fail(name, "is empty, expected a text");
    return value.asString();
}

std::int64_t JsonReader::integer(const char* name, std::int64_t fallback, std::int64_t least, std::int64_t most) {
    const Json& value = take(name);
    if (!object_.has(name)) return fallback;
    if (!value.isInt() || value.asInt() < least || value.asInt() > most) {
        fail(name,
             "is " + describe(value) + ", expected a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    }
    return value.asInt(fallback);
}

bool JsonReader::boolean(const char* name, bool fallback) {
    const Json& value = take(name);
    if (!object_.has(name)) return fallback;
    if (!value.isBool()) fail(name, "is " + describe(value) + ", expected true or false");
    return value.asBool(fallback);
}

std::vector<std::string> JsonReader::texts(const char* name) {
    std::vector<std::string> out;
    const Json& value = take(name);
    if (!object_.has(name)) return out;
    if (!value.isArray()) fail(name, "is " + describe(value) + ", expected a list of texts");
    for (const auto& item : value.items()) {
        if (!item.isString() || item.asString().empty())
            fail(std::string(name) + "/" + std::to_string(out.size()), "is " + describe(item) + ", expected a text");
        out.push_back(item.asString());
    }
    return out;
}

void JsonReader::objects(const char* name, const std::function<void(JsonReader&)>& each) {
    const Json& value = take(name);
    if (!object_.has(name)) return;
    if (!value.isArray()) fail(name, "is " + describe(value) + ", expected a list of objects");
    std::size_t index = 0;
    for (const auto& item : value.items()) {
        JsonReader reader(item, path_ + "/" + name + "/" + std::to_string(index++), error_);
        if (failed()) return;
        each(reader);
        reader.finish();
        if (failed()) return;
    }
}

std::int64_t JsonReader::duration(const char* name, std::int64_t fallback) {
    const Json& value = take(name);
    if (!object_.has(name)) return fallback;
    const auto parsed = withUnit(value.asString(), kTime);
    if (!parsed || *parsed <= 0) fail(name, "is " + describe(value) + ", expected a duration such as \"30s\" or \"5m\"");
    return parsed.value_or(fallback);
}

std::size_t JsonReader::size(const char* name, std::size_t fallback) {
    const Json& value = take(name);
    if (!object_.has(name)) return fallback;
    if (value.isInt() && value.asInt() >= 0) return static_cast<std::size_t>(value.asInt());
    const auto parsed = withUnit(value.asString(), kSize);
    if (!parsed) fail(name, "is " + describe(value) + ", expected a size such as \"64KiB\"");
    return static_cast<std::size_t>(parsed.value_or(static_cast<std::int64_t>(fallback)));
}

void JsonReader::finish() {
    for (const auto& [name, value] : object_.members()) {
        if (seen_.count(name) == 0) fail(name, "is not a known member");
    }
}

}  // namespace masthead::console::plugins
