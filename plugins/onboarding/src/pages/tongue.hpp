// Tongue: in which language a page speaks, and the links that keep the choice. Both texts stand where they are used:
// t("Connect a device", "连接设备"). A value; no shared state.
#pragma once

#include <string>
#include <string_view>

namespace onboarding::pages {

class Tongue {
public:
    /// `chosen` is the value of ?lang= (en, zh; anything else is no choice), `accept` the Accept-Language header.
    Tongue(std::string_view chosen, std::string_view accept);

    const char* operator()(const char* english, const char* chinese) const { return chinese_ ? chinese : english; }
    bool chinese() const { return chinese_; }
    const char* code() const { return chinese_ ? "zh-CN" : "en"; }
    const char* shortCode() const { return chinese_ ? "zh" : "en"; }
    /// `path` (which may have a query) with lang= when the person chose a language.
    std::string link(std::string_view path) const;
    /// The same address in the other language.
    std::string other(std::string_view path) const;

private:
    bool chinese_ = false, chosen_ = false;
};

/// True when Accept-Language prefers any Chinese over English; a header that names neither means English.
bool prefersChinese(std::string_view accept_language);

}  // namespace onboarding::pages
