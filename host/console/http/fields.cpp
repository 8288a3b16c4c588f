#include "host/console/http/fields.hpp"

#include "host/base/plain_text.hpp"

namespace masthead::console {

Fields::Fields(const Json& object, std::string path, std::vector<FieldError>& wrong)
    : object_(object), path_(std::move(path)), wrong_(wrong) {
    if (!object.isObject()) wrong_.push_back({path_.empty() ? "body" : path_.substr(0, path_.size() - 1), "is not an object"});
}

const Json& Fields::raw(const char* name) {
    known_.insert(name);
    return object_[name];
}

void Fields::fail(const std::string& name, const std::string& reason) { wrong_.push_back({path_ + name, reason}); }

std::string Fields::text(const char* name, std::size_t most, bool required) {
    const Json& value = raw(name);
    if (value.isNull()) {
        if (required) fail(name, "is missing");
        return {};
    }
    if (!value.isString())
        fail(name, "is not a text");
    else if (required && value.asString().empty())
        fail(name, "is empty");
    else if (value.asString().size() > most)
        fail(name, "is longer than " + std::to_string(most) + " bytes");
    else
        return value.asString();
    return {};
}

bool Fields::boolean(const char* name, bool fallback) {
    const Json& value = raw(name);
    if (value.isNull()) return fallback;
    if (!value.isBool()) fail(name, "is neither true nor false");
    return value.asBool(fallback);
}

std::int64_t Fields::integer(const char* name, std::int64_t fallback, std::int64_t least, std::int64_t most) {
    const Json& value = raw(name);
    if (value.isNull()) return fallback;
    if (!value.isInt() || value.asInt() < least || value.asInt() > most) {
        fail(name, "is not a whole number from " + std::to_string(least) + " to " + std::to_string(most));
        return fallback;
    }
    return value.asInt();
}

std::vector<std::string> Fields::texts(const char* name, std::size_t most_items, std::size_t most_bytes) {
    const Json& value = raw(name);
    std::vector<std::string> out;
    if (value.isNull()) return out;
    if (!value.isArray()) fail(name, "is not a list of texts");
    if (value.items().size() > most_items) {
        fail(name, "has more than " + std::to_string(most_items) + " entries");
        return out;
    }
    for (const auto& item : value.items()) {
        if (!item.isString() || item.asString().empty() || item.asString().size() > most_bytes)
            fail(std::string(name) + "/" + std::to_string(out.size()), "is not a fitting text");
        out.push_back(item.asString());
    }
    return out;
}

void Fields::finish() {
    for (const auto& [name, value] : object_.members()) {
        if (known_.count(name) == 0) fail(oneLine(name, 64), "is not known here");
    }
}

}  // namespace masthead::console
