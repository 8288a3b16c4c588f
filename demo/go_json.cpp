#include "demo/go_json.hpp"

#include <algorithm>

#include "demo/dns_label.hpp"
#include "host/base/text.hpp"

namespace masthead::demo {

namespace {

// Follows encoding/json's scanner: the first byte that cannot continue decides the message.
class Scanner {
public:
    Scanner(std::string_view text, bool streaming) : text_(text), streaming_(streaming) {}

    GoSyntax run() {
        value(0);
        if (problem_.empty() && !streaming_) {
            space();
            if (at_ < text_.size()) fail("after top-level value");
        }
        return {problem_, at_};
    }

    std::size_t memberValue(std::string_view wanted) {
        wanted_ = wanted;
        value(0);
        return found_;
    }

private:
    void space() {
        while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
    }
    bool fail(const std::string& context) {
        if (!problem_.empty()) return false;
        if (at_ >= text_.size()) {
            problem_ = streaming_ ? "unexpected EOF" : "unexpected end of JSON input";
        } else {
            const std::string quoted = goQuote(text_.substr(at_, 1));
            problem_ = "invalid character '" + quoted.substr(1, quoted.size() - 2) + "' " + context;
        }
        return false;
    }
    bool value(int depth) {
        space();
        if (at_ >= text_.size() || depth > 100) return fail("looking for beginning of value");
        switch (text_[at_]) {
            case '{': return object(depth);
            case '[': return array(depth);
            case '"': return string();
            case 't': return word("true");
            case 'f': return word("false");
            case 'n': return word("null");
            default: return number();
        }
    }
    bool word(std::string_view expected) {
        for (std::size_t i = 0; i < expected.size(); ++i, ++at_) {
            if (at_ < text_.size() && text_[at_] == expected[i]) continue;
            return fail("in literal " + std::string(expected) + " (expecting '" + expected[i] + "')");
        }
        return true;
    }
    bool number() {
        const auto digit = [&] { return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; };
        const std::size_t start = at_;
        if (text_[at_] == '-') ++at_;
        if (!digit()) return fail(at_ == start ? "looking for beginning of value" : "in numeric literal");
        while (digit()) ++at_;
        while (at_ < text_.size() && std::string_view("+-.eE0123456789").find(text_[at_]) != std::string_view::npos) ++at_;
        return true;
    }
    bool string() {
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '\\') ++at_;
            else if (text_[at_] == '"') return ++at_, true;
            else if (static_cast<unsigned char>(text_[at_]) < 0x20) return fail("in string literal");
        }
        at_ = text_.size();
        return fail("");
    }
    bool object(int depth) {
        ++at_;
        space();
        if (at_ < text_.size() && text_[at_] == '}') return ++at_, true;
        for (;;) {
            space();
            if (at_ >= text_.size() || text_[at_] != '"') return fail("looking for beginning of object key string");
            const std::size_t name = at_ + 1;
            if (!string()) return false;
            const auto key = text_.substr(name, at_ - name - 1);
            space();
            if (at_ >= text_.size() || text_[at_] != ':') return fail("after object key");
            ++at_;
            space();
            if (depth == 0 && key == wanted_) found_ = at_;
            if (!value(depth + 1)) return false;
            space();
            if (at_ < text_.size() && text_[at_] == '}') return ++at_, true;
            if (at_ >= text_.size() || text_[at_] != ',') return fail("after object key:value pair");
            ++at_;
        }
    }
    bool array(int depth) {
        ++at_;
        space();
        if (at_ < text_.size() && text_[at_] == ']') return ++at_, true;
        for (;;) {
            if (!value(depth + 1)) return false;
            space();
            if (at_ < text_.size() && text_[at_] == ']') return ++at_, true;
            if (at_ >= text_.size() || text_[at_] != ',') return fail("after array element");
            ++at_;
        }
    }

    std::string_view text_;
    bool streaming_;
    std::size_t at_ = 0;
    std::string problem_;
    std::string_view wanted_ = "\x01";
    std::size_t found_ = 0;
};

}  // namespace

GoSyntax checkGoSyntax(std::string_view text, bool streaming) { return Scanner(text, streaming).run(); }

std::string valuePosition(std::string_view text, std::string_view member) {
    const std::size_t at = Scanner(text, true).memberValue(member);
    const auto before = text.substr(0, at);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto newline = before.rfind('\n');
    return std::to_string(line) + ":" + std::to_string(newline == std::string_view::npos ? at + 1 : at - newline);
}

std::optional<std::string> parseUintProblem(std::string_view text) {
    if (parseUnsigned<std::uint64_t>(text)) return std::nullopt;
    const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
    return "strconv.ParseUint: parsing " + goQuote(text) + ": " + (digits ? "value out of range" : "invalid syntax");
}

}  // namespace masthead::demo
