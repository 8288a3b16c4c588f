// What goes into and comes out of a statement: 64-bit integers, text, bytes, null. Plain values.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace masthead::console::store {

/// Bytes that need not be text; columns declared BLOB.
struct Bytes {
    std::string data;
};

class Value {
public:
    Value(std::nullptr_t) {}
    Value(std::int64_t value) : value_(value) {}
    Value(int value) : value_(std::int64_t{value}) {}
    Value(bool value) : value_(std::int64_t{value ? 1 : 0}) {}
    Value(std::string value) : value_(std::move(value)) {}
    Value(std::string_view value) : value_(std::string(value)) {}
    Value(const char* value) : value_(std::string(value)) {}
    Value(Bytes value) : value_(std::move(value)) {}

    bool isNull() const { return std::holds_alternative<std::monostate>(value_); }
    /// 0 when null; text of digits counts, since expressions come back as text.
    std::int64_t integer() const;
    /// Empty when null.
    std::string text() const;
    /// The bytes of a BLOB or of text; empty when null.
    std::string bytes() const;

    template <typename Visitor>
    auto visit(Visitor&& visitor) const {
        return std::visit(std::forward<Visitor>(visitor), value_);
    }

private:
    std::variant<std::monostate, std::int64_t, std::string, Bytes> value_;
};

using Params = std::vector<Value>;
using Row = std::vector<Value>;
using Rows = std::vector<Row>;

/// One statement, known at compile time: outside text cannot become SQL, and a second statement cannot hide in it.
class Sql {
public:
    consteval Sql(const char* text) : text_(text) {
        for (const char* c = text; *c != '\0'; ++c) {
            if (*c == ';') throw "one statement only, without ';'";
        }
    }
    const char* text() const { return text_; }

private:
    const char* text_;
};

}  // namespace masthead::console::store
