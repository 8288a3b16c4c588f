#include "host/edge/http1/message.hpp"

#include "host/base/text.hpp"

namespace masthead::edge::http1 {

std::size_t Fields::count(std::string_view name) const {
    std::size_t found = 0;
    for (const auto& field : list_) found += equalsIgnoreCase(field.name, name) ? 1U : 0U;
    return found;
}

std::optional<std::string_view> Fields::get(std::string_view name) const {
    for (const auto& field : list_) {
        if (equalsIgnoreCase(field.name, name)) return field.value;
    }
    return std::nullopt;
}

std::string Fields::joined(std::string_view name, std::string_view separator) const {
    std::string out;
    for (const auto& field : list_) {
        if (!equalsIgnoreCase(field.name, name)) continue;
        if (!out.empty()) out += separator;
        out += field.value;
    }
    return out;
}

bool Fields::hasToken(std::string_view name, std::string_view token) const {
    for (const auto& field : list_) {
        if (!equalsIgnoreCase(field.name, name)) continue;
        for (const auto part : split(field.value, ',')) {
            if (equalsIgnoreCase(trim(part), token)) return true;
        }
    }
    return false;
}

}  // namespace masthead::edge::http1
