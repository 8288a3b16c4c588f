// One JSON value type for host and plugins: ordered objects, 64-bit integers kept exact, UTF-8 text.
//
// Parsing is strict (RFC 8259): depth limit, duplicate member names refused, no NaN, no trailing bytes, valid UTF-8 only.
// Values are plain data: copy and move freely; one value may be read from many threads, never written while read.
// Failures are reported through the `error` out parameter of parse(); nothing here throws but std::bad_alloc.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace masthead {

class Json {
public:
    using Array = std::vector<Json>;
    using Member = std::pair<std::string, Json>;
    using Object = std::vector<Member>;

    Json() = default;
    Json(std::nullptr_t) {}
    Json(bool value) : value_(value) {}
    Json(int value) : value_(static_cast<std::int64_t>(value)) {}
    Json(unsigned value) : value_(static_cast<std::int64_t>(value)) {}
    Json(long value) : value_(static_cast<std::int64_t>(value)) {}
    Json(long long value) : value_(static_cast<std::int64_t>(value)) {}
    Json(unsigned long value) : value_(fromUnsigned(value)) {}
    Json(unsigned long long value) : value_(fromUnsigned(value)) {}
    Json(double value) : value_(value) {}
    Json(const char* value) : value_(std::string(value)) {}
    Json(std::string_view value) : value_(std::string(value)) {}
    Json(std::string value) : value_(std::move(value)) {}
    Json(Array value) : value_(std::move(value)) {}

    /// Builds an object; later duplicates of a name replace the earlier value.
    static Json object(std::initializer_list<Member> members = {}) {
        Json out;
        out.value_ = Object{};
        for (const auto& [name, value] : members) out.set(name, value);
        return out;
    }
    static Json array(Array items = {}) { return Json(std::move(items)); }

    bool isNull() const { return std::holds_alternative<std::monostate>(value_); }
    bool isBool() const { return std::holds_alternative<bool>(value_); }
    bool isInt() const { return std::holds_alternative<std::int64_t>(value_); }
    bool isNumber() const { return isInt() || std::holds_alternative<double>(value_); }
    bool isString() const { return std::holds_alternative<std::string>(value_); }
    bool isArray() const { return std::holds_alternative<Array>(value_); }
    bool isObject() const { return std::holds_alternative<Object>(value_); }

    bool asBool(bool fallback = false) const { return isBool() ? std::get<bool>(value_) : fallback; }
    std::int64_t asInt(std::int64_t fallback = 0) const {
        return isInt() ? std::get<std::int64_t>(value_) : fallback;
    }
    double asDouble(double fallback = 0) const {
        if (isInt()) return static_cast<double>(std::get<std::int64_t>(value_));
        return isNumber() ? std::get<double>(value_) : fallback;
    }
    /// Empty text when this is not a string.
    const std::string& asString() const {
        static const std::string kEmpty;
        return isString() ? std::get<std::string>(value_) : kEmpty;
    }
    /// Empty list when this is not an array.
    const Array& items() const {
        static const Array kEmpty;
        return isArray() ? std::get<Array>(value_) : kEmpty;
    }
    /// Empty list when this is not an object.
    const Object& members() const {
        static const Object kEmpty;
        return isObject() ? std::get<Object>(value_) : kEmpty;
    }

    const Json* find(std::string_view name) const {
        for (const auto& member : members()) {
            if (member.first == name) return &member.second;
        }
        return nullptr;
    }
    bool has(std::string_view name) const { return find(name) != nullptr; }
    /// Null when the member is missing or this is not an object.
    const Json& operator[](std::string_view name) const {
        static const Json kNull;
        const Json* found = find(name);
        return found ? *found : kNull;
    }
    const std::string& text(std::string_view name) const { return (*this)[name].asString(); }

    /// Turns a non-object into an empty object first.
    Json& set(std::string_view name, Json value) {
        if (!isObject()) value_ = Object{};
        auto& list = std::get<Object>(value_);
        for (auto& member : list) {
            if (member.first == name) {
                member.second = std::move(value);
                return member.second;
            }
        }
        list.emplace_back(std::string(name), std::move(value));
        return list.back().second;
    }
    bool erase(std::string_view name) {
        if (!isObject()) return false;
        auto& list = std::get<Object>(value_);
        for (auto it = list.begin(); it != list.end(); ++it) {
            if (it->first == name) {
                list.erase(it);
                return true;
            }
        }
        return false;
    }
    /// Turns a non-array into an empty array first.
    void push(Json value) {
        if (!isArray()) value_ = Array{};
        std::get<Array>(value_).push_back(std::move(value));
    }
    /// Appends a member without looking for a duplicate: for builders that know their names are unique.
    void append(std::string name, Json value) {
        if (!isObject()) value_ = Object{};
        std::get<Object>(value_).emplace_back(std::move(name), std::move(value));
    }

    bool operator==(const Json& other) const { return value_ == other.value_; }
    bool operator!=(const Json& other) const { return !(*this == other); }

    /// Compact text, valid UTF-8 in gives valid UTF-8 out; non-finite numbers become null.
    std::string dump() const {
        std::string out;
        write(out, -1, 0);
        return out;
    }
    /// Indented by two spaces, ends without a newline.
    std::string pretty() const {
        std::string out;
        write(out, 2, 0);
        return out;
    }

    struct Limits {
        std::size_t depth = 64;
        std::size_t bytes = std::size_t{64} << 20;
    };
    static std::optional<Json> parse(std::string_view text, std::string& error) { return parse(text, error, Limits()); }
    static std::optional<Json> parse(std::string_view text, std::string& error, Limits limits);

    static void quote(std::string& out, std::string_view text) {
        static const char kHex[] = "0123456789abcdef";
        out += '"';
        for (const char raw : text) {
            const auto c = static_cast<unsigned char>(raw);
            switch (c) {
                case '"': out += "\\\""; break;
                case '\\': out += "\\\\"; break;
                case '\n': out += "\\n"; break;
                case '\r': out += "\\r"; break;
                case '\t': out += "\\t"; break;
                default:
                    if (c < 0x20 || c == 0x7f) {
                        out += "\\u00";
                        out += kHex[c >> 4];
                        out += kHex[c & 15];
                    } else {
                        out += raw;
                    }
            }
        }
        out += '"';
    }

private:
    using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object>;

    static Value fromUnsigned(unsigned long long value) {
        if (value > static_cast<unsigned long long>(INT64_MAX)) return static_cast<double>(value);
        return static_cast<std::int64_t>(value);
    }

    static void newline(std::string& out, int indent, int level) {
        if (indent < 0) return;
        out += '\n';
        out.append(static_cast<std::size_t>(indent * level), ' ');
    }

    static void writeDouble(std::string& out, double value) {
        if (!std::isfinite(value)) {
            out += "null";
            return;
        }
        char buffer[40];
        std::snprintf(buffer, sizeof buffer, "%.17g", value);
        char shorter[40];
        std::snprintf(shorter, sizeof shorter, "%.15g", value);
        const std::string_view chosen = std::strtod(shorter, nullptr) == value ? shorter : buffer;
        out += chosen;
        if (chosen.find_first_of(".eE") == std::string_view::npos) out += ".0";
    }

    void write(std::string& out, int indent, int level) const {
        if (isNull()) {
            out += "null";
        } else if (isBool()) {
            out += std::get<bool>(value_) ? "true" : "false";
        } else if (isInt()) {
            out += std::to_string(std::get<std::int64_t>(value_));
        } else if (isNumber()) {
            writeDouble(out, std::get<double>(value_));
        } else if (isString()) {
            quote(out, std::get<std::string>(value_));
        } else if (isArray()) {
            writeArray(out, indent, level);
        } else {
            writeObject(out, indent, level);
        }
    }

    void writeArray(std::string& out, int indent, int level) const {
        out += '[';
        bool first = true;
        for (const auto& item : items()) {
            if (!first) out += ',';
            first = false;
            newline(out, indent, level + 1);
            item.write(out, indent, level + 1);
        }
        if (!first) newline(out, indent, level);
        out += ']';
    }

    void writeObject(std::string& out, int indent, int level) const {
        out += '{';
        bool first = true;
        for (const auto& [name, value] : members()) {
            if (!first) out += ',';
            first = false;
            newline(out, indent, level + 1);
            quote(out, name);
            out += indent < 0 ? ":" : ": ";
            value.write(out, indent, level + 1);
        }
        if (!first) newline(out, indent, level);
        out += '}';
    }

    Value value_;
};

}  // namespace masthead

#include <masthead/json_parse.hpp>
