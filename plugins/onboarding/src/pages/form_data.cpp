#include "pages/form_data.hpp"

#include <optional>

namespace onboarding::pages {
namespace {

using masthead::Code;
using masthead::Error;

constexpr std::size_t kMaxPairs = 64, kMaxName = 64, kMaxBody = 8192;

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<std::string> decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            out += ' ';
        } else if (text[i] == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = digit(text[i + 1]), low = digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

}  // namespace

masthead::Result<FormData> FormData::parse(std::string_view body) {
    if (body.size() > kMaxBody) return Error{Code::InvalidArgument, "the form is longer than 8 KiB"};
    FormData out;
    while (!body.empty()) {
        const auto end = body.find('&');
        const auto pair = body.substr(0, end);
        body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        auto name = decode(pair.substr(0, equals));
        auto value = equals == std::string_view::npos ? std::optional<std::string>("") : decode(pair.substr(equals + 1));
        if (!name || !value) return Error{Code::InvalidArgument, "the form has a wrong % escape"};
        if (name->size() > kMaxName) return Error{Code::InvalidArgument, "the form has a field name longer than 64 bytes"};
        if (out.pairs_.size() >= kMaxPairs) return Error{Code::InvalidArgument, "the form has more than 64 fields"};
        out.pairs_.emplace_back(*std::move(name), *std::move(value));
    }
    return out;
}

void FormData::set(std::string name, std::string value) { pairs_.emplace_back(std::move(name), std::move(value)); }

const std::string& FormData::value(std::string_view name) const {
    static const std::string kNone;
    for (const auto& [key, text] : pairs_) {
        if (key == name) return text;
    }
    return kNone;
}

}  // namespace onboarding::pages
