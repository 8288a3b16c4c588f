#include "host/console/store/value.hpp"

#include <charconv>

namespace masthead::console::store {

std::int64_t Value::integer() const {
    if (const auto* number = std::get_if<std::int64_t>(&value_)) return *number;
    std::int64_t parsed = 0;
    if (const auto* text = std::get_if<std::string>(&value_)) std::from_chars(text->data(), text->data() + text->size(), parsed);
    return parsed;
}

std::string Value::text() const {
    if (const auto* text = std::get_if<std::string>(&value_)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&value_)) return std::to_string(*number);
    return bytes();
}

std::string Value::bytes() const {
    if (const auto* bytes = std::get_if<Bytes>(&value_)) return bytes->data;
    if (const auto* text = std::get_if<std::string>(&value_)) return *text;
    return {};
}

}  // namespace masthead::console::store
