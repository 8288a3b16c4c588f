#include "pages/html.hpp"

#include <utility>

namespace onboarding::pages {

std::string escape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char raw : text) {
        const auto c = static_cast<unsigned char>(raw);
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default:
                if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f) {
                    out += "\xef\xbf\xbd";
                } else {
                    out += raw;
                }
        }
    }
    return out;
}

Html Html::text(std::string_view unsafe) { return trusted(escape(unsafe)); }

Html Html::trusted(std::string markup) {
    Html out;
    out.text_ = std::move(markup);
    return out;
}

namespace detail {

void appendUntilSlot(std::string& out, std::string_view& rest) {
    const auto slot = rest.find("{}");
    out += rest.substr(0, slot);
    rest.remove_prefix(slot + 2);
}

}  // namespace detail

Html sentence(std::string_view text, std::string_view url) {
    std::string out;
    bool bold = false, code = false;
    std::size_t plain = 0;
    const auto flush = [&](std::size_t end) { out += escape(text.substr(plain, end - plain)); };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '*' && !code) {
            flush(i);
            out += bold ? "</b>" : "<b>";
            bold = !bold;
            plain = i + 1;
        } else if (text[i] == '`') {
            flush(i);
            out += code ? "</code>" : "<code>";
            code = !code;
            plain = i + 1;
        } else if (text.substr(i, 5) == "{url}") {
            flush(i);
            out += escape(url);
            i += 4;
            plain = i + 1;
        }
    }
    flush(text.size());
    return Html::trusted(std::move(out));
}

}  // namespace onboarding::pages
