#include "pages/tongue.hpp"

#include <cstdlib>

#include "text/hygiene.hpp"

namespace onboarding::pages {
namespace {

constexpr std::size_t kMaxHeader = 512;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

double weight(std::string_view parameters) {
    const auto at = parameters.find("q=");
    return at == std::string_view::npos ? 1.0 : std::strtod(std::string(parameters.substr(at + 2, 8)).c_str(), nullptr);
}

std::string withLanguage(std::string_view path, const char* code) {
    return std::string(path) + (path.find('?') == std::string_view::npos ? "?lang=" : "&lang=") + code;
}

}  // namespace

bool prefersChinese(std::string_view header) {
    header = header.substr(0, kMaxHeader);
    const std::string all = lowerAscii(header);
    double english = 0, chinese = 0;
    while (!header.empty()) {
        const auto comma = header.find(',');
        const auto item = trimmed(header.substr(0, comma));
        header.remove_prefix(comma == std::string_view::npos ? header.size() : comma + 1);
        const auto semicolon = item.find(';');
        const std::string tag = lowerAscii(trimmed(item.substr(0, semicolon)));
        const double q = semicolon == std::string_view::npos ? 1.0 : weight(item.substr(semicolon));
        const std::string language = tag.substr(0, tag.find('-'));
        if (language == "zh" && q > chinese) chinese = q;
        if (language == "en" && q > english) english = q;
    }
    if (chinese != english) return chinese > english;
    // Equal weights: what the browser names first.
    return chinese > 0 && all.find("zh") < all.find("en");
}

Tongue::Tongue(std::string_view chosen, std::string_view accept) {
    const std::string wish = lowerAscii(chosen.substr(0, 8));
    chosen_ = wish == "en" || wish == "zh" || wish == "zh-cn";
    chinese_ = chosen_ ? wish != "en" : prefersChinese(accept);
}

std::string Tongue::link(std::string_view path) const { return chosen_ ? withLanguage(path, shortCode()) : std::string(path); }

std::string Tongue::other(std::string_view path) const { return withLanguage(path, chinese_ ? "en" : "zh"); }

}  // namespace onboarding::pages
