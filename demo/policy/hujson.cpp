#include "demo/policy/hujson.hpp"

#include <algorithm>

#include "demo/dns_label.hpp"
#include "host/base/text.hpp"

namespace masthead::demo {

namespace {

constexpr std::size_t kDeepest = 64;

// Rewrites the text to plain JSON (comments blanked, trailing commas dropped) while checking its grammar; the strict
// parser then builds the value from the result.
class Standardiser {
public:
    explicit Standardiser(std::string_view text) : in_(text), out_(text) {}

    Result<std::string> run() {
        if (value(0)) {
            if (at_ == in_.size()) return std::move(out_);
            fail(at_, "invalid character " + quoted() + " after top-level value");
        }
        return Error{Code::InvalidArgument, "parsing HuJSON: hujson: " + position() + ": " + why_};
    }

private:
    bool fail(std::size_t at, std::string why) {
        if (why_.empty()) {
            why_ = std::move(why);
            error_at_ = at;
        }
        return false;
    }
    std::string quoted() const {
        const std::string text = goQuote(in_.substr(at_, 1));
        return "'" + text.substr(1, text.size() - 2) + "'";
    }
    std::string position() const {
        const auto before = in_.substr(0, error_at_);
        const auto line = 1 + std::count(before.begin(), before.end(), '\n');
        const auto newline = before.rfind('\n');
        const auto column = newline == std::string_view::npos ? error_at_ + 1 : error_at_ - newline;
        return "line " + std::to_string(line) + ", column " + std::to_string(column);
    }

    bool extra() {
        while (at_ < in_.size()) {
            const char c = in_[at_];
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                ++at_;
                continue;
            }
            const auto start = in_.substr(at_, 2);
            if (start != "//" && start != "/*") return true;
            const bool line = start == "//";
            const auto end = in_.find(line ? "\n" : "*/", at_ + 2);
            if (end == std::string_view::npos) return fail(at_, "parsing comment: unexpected EOF");
            const auto stop = end + (line ? 1 : 2);
            std::fill(out_.begin() + static_cast<std::ptrdiff_t>(at_), out_.begin() + static_cast<std::ptrdiff_t>(stop), ' ');
            at_ = stop;
        }
        return true;
    }

    bool value(std::size_t depth) { return extra() && bare(depth) && extra(); }

    bool bare(std::size_t depth) {
        if (at_ == in_.size()) return fail(at_, "parsing value: unexpected EOF");
        if (depth > kDeepest) return fail(at_, "nested too deep");
        switch (in_[at_]) {
            case '{': return composite(depth, '}', true);
            case '[': return composite(depth, ']', false);
            case '"': return string();
            default: return literal();
        }
    }

    bool composite(std::size_t depth, char close, bool object) {
        ++at_;
        std::size_t comma = std::string_view::npos;
        const std::string kind = object ? "object" : "array";
        for (;;) {
            if (!extra()) return false;
            if (at_ < in_.size() && in_[at_] == close) {
                if (comma != std::string_view::npos) out_[comma] = ' ';
                ++at_;
                return true;
            }
            if (object && !name(depth)) return false;
            if (!value(depth + 1)) return false;
            if (at_ == in_.size()) return fail(at_, "parsing " + kind + " after value: unexpected EOF");
            if (in_[at_] == close) {
                ++at_;
                return true;
            }
            if (in_[at_] != ',') {
                return fail(at_, "invalid character " + quoted() + " after " + kind + " value (expecting ',' or '" + close + "')");
            }
            comma = at_++;
        }
    }

    bool name(std::size_t depth) {
        const std::size_t start = at_;
        if (!value(depth + 1)) return false;
        if (in_[start] != '"') {
            at_ = start;
            return fail(start, "invalid character " + quoted() + " at start of object name");
        }
        if (at_ == in_.size()) return fail(at_, "parsing object after name: unexpected EOF");
        if (in_[at_] != ':') return fail(at_, "invalid character " + quoted() + " after object name (expecting ':')");
        ++at_;
        return true;
    }

    bool string() {
        const std::size_t start = at_++;
        for (; at_ < in_.size(); ++at_) {
            if (in_[at_] == '\\') {
                ++at_;
            } else if (in_[at_] == '"') {
                ++at_;
                return parseJson(in_.substr(start, at_ - start), kLocalJson).ok() ||
                       fail(start, "invalid literal: " + std::string(in_.substr(start, at_ - start)));
            }
        }
        at_ = in_.size();
        return fail(at_, "parsing string: unexpected EOF");
    }

    bool literal() {
        const std::size_t start = at_;
        const auto part = [](char c) {
            return c == '-' || c == '+' || c == '.' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        };
        while (at_ < in_.size() && part(in_[at_])) ++at_;
        if (at_ == start) return fail(start, "invalid character " + quoted() + " at start of value");
        const auto word = in_.substr(start, at_ - start);
        return parseJson(word, kLocalJson).ok() || fail(start, "invalid literal: " + std::string(word));
    }

    std::string_view in_;
    std::string out_;
    std::size_t at_ = 0;
    std::size_t error_at_ = 0;
    std::string why_;
};

}  // namespace

Result<Json> parseHuJson(std::string_view text) {
    auto plain = Standardiser(text).run();
    if (!plain) return std::move(plain).error();
    auto parsed = parseJson(*plain, kLocalJson);
    if (!parsed) return std::move(parsed).error().within("parsing HuJSON");
    return parsed;
}

}  // namespace masthead::demo
