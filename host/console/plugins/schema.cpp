#include "host/console/plugins/schema.hpp"

#include <algorithm>
#include <array>

#include "host/console/plugins/json_reader.hpp"

namespace masthead::console::plugins {
namespace {

constexpr std::size_t kMaxFaults = 16;
constexpr std::array<std::string_view, 7> kTypes{"object", "array", "string", "integer", "number", "boolean", "null"};
constexpr std::array<std::string_view, 19> kKeywords{"type",     "properties", "required",    "additionalProperties",
                                                     "items",    "enum",       "minLength",   "maxLength",
                                                     "minItems", "maxItems",   "minimum",     "maximum",
                                                     "default",  "format",     "description", "title",
                                                     "x-secret", "x-restart",  "examples"};

std::vector<std::string> typesOf(const Json& schema) {
    std::vector<std::string> out;
    const Json& type = schema["type"];
    if (type.isString()) out.push_back(type.asString());
    for (const auto& item : type.items()) out.push_back(item.asString());
    return out;
}

bool fitsType(const std::string& type, const Json& value) {
    if (type == "object") return value.isObject();
    if (type == "array") return value.isArray();
    if (type == "string") return value.isString();
    if (type == "integer") return value.isInt();
    if (type == "number") return value.isNumber();
    if (type == "boolean") return value.isBool();
    return value.isNull();
}

std::string expectation(const std::vector<std::string>& types) {
    std::string out;
    for (const auto& type : types) {
        if (!out.empty()) out += " or ";
        out += type == "string"    ? "a text"
               : type == "integer" ? "a whole number"
               : type == "number"  ? "a number"
               : type == "boolean" ? "true or false"
               : type == "object"  ? "an object"
               : type == "array"   ? "a list"
                                   : "null";
    }
    return out;
}

std::size_t codePoints(const std::string& text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

class Checker {
public:
    std::vector<SchemaFault> faults;

    void check(const Json& schema, const Json& value, const std::string& path) {
        if (faults.size() >= kMaxFaults) return;
        const auto types = typesOf(schema);
        if (!types.empty() && std::none_of(types.begin(), types.end(), [&](const auto& type) { return fitsType(type, value); })) {
            return fault(path, "is " + describe(value) + ", expected " + expectation(types));
        }
        if (schema.has("enum") &&
            std::find(schema["enum"].items().begin(), schema["enum"].items().end(), value) == schema["enum"].items().end()) {
            return fault(path, "is " + describe(value) + ", expected one of " + schema["enum"].dump());
        }
        if (value.isString()) length(schema, codePoints(value.asString()), "minLength", "maxLength", "characters", path);
        if (value.isArray()) length(schema, value.items().size(), "minItems", "maxItems", "items", path);
        if (value.isNumber()) range(schema, value, path);
        if (value.isArray() && schema.has("items")) {
            for (std::size_t i = 0; i < value.items().size(); ++i)
                check(schema["items"], value.items()[i], path + "/" + std::to_string(i));
        }
        if (value.isObject()) object(schema, value, path);
    }

private:
    void fault(const std::string& path, std::string reason) {
        if (faults.size() < kMaxFaults) faults.push_back({path, std::move(reason)});
    }
    void length(const Json& schema, std::size_t count, const char* least, const char* most, const char* unit,
                const std::string& path) {
        const auto size = static_cast<std::int64_t>(count);
        if (size < schema[least].asInt(0)) fault(path, std::string("has fewer than ") + schema[least].dump() + " " + unit);
        if (schema.has(most) && size > schema[most].asInt())
            fault(path, std::string("has more than ") + schema[most].dump() + " " + unit);
    }
    void range(const Json& schema, const Json& value, const std::string& path) {
        if (schema.has("minimum") && value.asDouble() < schema["minimum"].asDouble())
            fault(path, "is less than " + schema["minimum"].dump());
        if (schema.has("maximum") && value.asDouble() > schema["maximum"].asDouble())
            fault(path, "is more than " + schema["maximum"].dump());
    }
    void object(const Json& schema, const Json& value, const std::string& path) {
        for (const auto& name : schema["required"].items()) {
            if (!value.has(name.asString())) fault(path + "/" + name.asString(), "is missing");
        }
        const bool open = schema["additionalProperties"].asBool(!schema.has("properties"));
        for (const auto& [name, member] : value.members()) {
            if (const Json* known = schema["properties"].find(name))
                check(*known, member, path + "/" + name);
            else if (!open)
                fault(path + "/" + name, "is not a known member");
        }
    }
};

}  // namespace

std::string checkSchema(const Json& schema, const std::string& path) {
    if (!schema.isObject()) return path + " is " + describe(schema) + ", expected a schema";
    for (const auto& [name, value] : schema.members()) {
        if (std::find(kKeywords.begin(), kKeywords.end(), name) == kKeywords.end())
            return path + "/" + name + " is not a keyword of the supported subset of JSON Schema";
    }
    const auto types = typesOf(schema);
    if (types.empty() && !schema.has("enum")) return path + "/type is missing";
    for (const auto& type : types) {
        if (std::find(kTypes.begin(), kTypes.end(), type) == kTypes.end())
            return path + "/type is \"" + type + "\", expected a JSON type";
    }
    for (const auto& [name, member] : schema["properties"].members()) {
        if (member.text("description").empty()) {
            if (!member.has("items") && !member.has("properties"))
                return path + "/properties/" + name + "/description is missing";
        }
        if (auto problem = checkSchema(member, path + "/properties/" + name); !problem.empty()) return problem;
    }
    if (schema.has("items")) return checkSchema(schema["items"], path + "/items");
    return {};
}

std::vector<SchemaFault> checkValue(const Json& schema, const Json& value) {
    Checker checker;
    checker.check(schema, value, "");
    return std::move(checker.faults);
}

Json withDefaults(const Json& schema, const Json& value) {
    if (value.isNull() && schema.has("default")) return schema["default"];
    if (!schema.has("properties") || !(value.isObject() || value.isNull())) return value;
    Json out = value.isObject() ? value : Json::object();
    for (const auto& [name, member] : schema["properties"].members()) {
        const bool present = out.has(name);
        Json filled = withDefaults(member, out[name]);
        if (present || !filled.isNull()) out.set(name, std::move(filled));
    }
    return out;
}

}  // namespace masthead::console::plugins
