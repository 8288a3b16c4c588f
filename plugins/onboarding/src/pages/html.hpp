// Html: markup that is safe to send. It is made of literals of this program and of text that was escaped, of nothing else.
//
//   html("<p title=\"{}\">{}</p>", title, body)
//
// Every {} takes one argument in order: text is escaped (for element content and for attributes in double quotes alike), Html
// goes in as it is. A pattern whose number of {} differs from the arguments does not compile. Values; no shared state.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

namespace onboarding::pages {

/// & < > " ' become entities; NUL and other control characters but line ends and tabs become U+FFFD.
std::string escape(std::string_view text);

class Html {
public:
    Html() = default;
    template <std::size_t N>
    explicit Html(const char (&literal)[N]) : text_(literal, N - 1) {}
    /// Text of anybody, escaped.
    static Html text(std::string_view unsafe);
    /// Markup that a part of ours made (an SVG of the QR writer). Never text that came from outside.
    static Html trusted(std::string markup);

    Html& operator+=(const Html& other) {
        text_ += other.text_;
        return *this;
    }
    friend Html operator+(Html left, const Html& right) { return left += right; }
    const std::string& str() const { return text_; }
    bool empty() const { return text_.empty(); }

private:
    std::string text_;
};

namespace detail {

void appendUntilSlot(std::string& out, std::string_view& rest);
inline void append(std::string& out, const Html& part) { out += part.str(); }
inline void append(std::string& out, std::string_view part) { out += escape(part); }

template <std::size_t Slots>
struct Pattern {
    std::string_view text;
    consteval Pattern(const char* literal) : text(literal) {
        std::size_t found = 0;
        for (std::size_t i = 0; i + 1 < text.size(); ++i) found += text[i] == '{' && text[i + 1] == '}' ? 1u : 0u;
        if (found != Slots) throw "the number of {} differs from the number of arguments";
    }
};

}  // namespace detail

template <typename... Args>
Html html(std::type_identity_t<detail::Pattern<sizeof...(Args)>> pattern, const Args&... args) {
    std::string out;
    std::string_view rest = pattern.text;
    [[maybe_unused]] const auto next = [&](const auto& arg) {
        detail::appendUntilSlot(out, rest);
        detail::append(out, arg);
    };
    (next(args), ...);
    out += rest;
    return Html::trusted(std::move(out));
}

/// A sentence of ours with *bold* and `code` in it; {url} becomes `url`. Everything is escaped.
Html sentence(std::string_view text, std::string_view url = {});

}  // namespace onboarding::pages
