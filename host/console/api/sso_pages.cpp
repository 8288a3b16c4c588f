#include "host/console/api/sso_pages.hpp"

#include "host/base/text.hpp"
#include "host/console/auth/oidc/return_path.hpp"

namespace masthead::console::api {
namespace {

using oidc::LandingKind;

constexpr const char* kStyle =
    ":root{color-scheme:light dark}"
    "body{margin:0;min-height:100vh;display:grid;place-items:center;font:16px/1.5 system-ui,sans-serif;background:#f6f7f9;color:#1a1f27}"
    "main{box-sizing:border-box;width:min(28rem,calc(100vw - 2rem));padding:2rem;border-radius:12px;background:#fff;border:1px solid #dfe3e8;overflow-wrap:anywhere}"
    "h1{margin:0 0 .5rem;font-size:1.25rem}p{margin:0 0 1rem}.detail{color:#4d5663;font-size:.875rem}"
    "a{display:inline-flex;align-items:center;min-height:44px;padding:0 1rem;border-radius:8px;background:#1f5fbf;color:#fff;text-decoration:none}"
    "a:focus-visible{outline:3px solid #7db0ff;outline-offset:2px}"
    "@media(prefers-color-scheme:dark){body{background:#10141a;color:#e8ebf0}main{background:#181e27;border-color:#2c3541}.detail{color:#aab4c2}"
    "a{background:#7db0ff;color:#0b1524}}";

struct Texts {
    const char* heading;
    const char* text;
};
struct Both {
    Texts en, zh;
    int status;
};

Both textsOf(LandingKind kind) {
    switch (kind) {
        case LandingKind::SignedIn: return {{"You are signed in", "The console opens in a moment."}, {"登录成功", "控制台即将打开。"}, 200};
        case LandingKind::SteppedUp: return {{"Confirmed", "The console opens in a moment."}, {"已确认", "控制台即将打开。"}, 200};
        case LandingKind::Lost:
            return {{"This sign-in is no longer under way", "It was used already, took longer than ten minutes, or began in another browser. Start again."},
                    {"此登录已失效", "它已被使用、超过十分钟，或在另一个浏览器中开始。请重新登录。"}, 400};
        case LandingKind::Refused:
            return {{"The provider did not sign you in", "You cancelled, or the provider refused. Start again, or sign in another way."},
                    {"身份提供方未完成登录", "您已取消，或身份提供方拒绝了请求。请重试或换一种方式登录。"}, 403};
        case LandingKind::Untrusted:
            return {{"The provider's answer was not accepted", "Something in it does not fit. Nobody was signed in. If this happens again, tell an admin."},
                    {"身份提供方的回应未被接受", "其中有内容不符，未进行登录。如果再次发生，请告知管理员。"}, 403};
        case LandingKind::Trouble:
            return {{"The provider does not answer as it should", "Nobody was signed in. Try again in a moment, or sign in another way."},
                    {"身份提供方未正常响应", "未进行登录。请稍后重试，或换一种方式登录。"}, 502};
        case LandingKind::NoAccess:
            return {{"You have no access here", "Your account at the provider is fine, but none of its groups opens this console. Ask an admin to let one in."},
                    {"您没有访问权限", "您在身份提供方的帐户有效，但所属的组都无权使用此控制台。请联系管理员。"}, 403};
        case LandingKind::Disabled: break;
    }
    return {{"Your account is disabled", "Ask an admin to enable it."}, {"您的帐户已停用", "请联系管理员启用。"}, 403};
}

/// The first language that the browser names and that we have.
bool chinese(std::string_view accept_language) {
    for (const auto part : split(accept_language.substr(0, 200), ',')) {
        const std::string tag = lowerAscii(trim(part.substr(0, part.find(';'))));
        if (tag.compare(0, 2, "zh") == 0) return true;
        if (tag.compare(0, 2, "en") == 0) return false;
    }
    return false;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += c;
        }
    }
    return out;
}

struct Page {
    Texts texts;
    std::string detail, path, link;
    bool zh = false, moves_on = false;
    int status = 200;
};

Response render(const Page& page) {
    std::string html = std::string("<!doctype html>\n<html lang=\"") + (page.zh ? "zh-CN" : "en") +
                       "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">";
    if (page.moves_on) html += "<meta http-equiv=\"refresh\" content=\"0;url=" + escaped(page.path) + "\">";
    html += std::string("<title>") + page.texts.heading + " - Masthead</title><link rel=\"stylesheet\" href=\"/admin/api/v1/sso/page.css\"></head><body><main><h1>" +
            page.texts.heading + "</h1><p>" + page.texts.text + "</p>";
    if (!page.detail.empty()) html += "<p class=\"detail\">" + escaped(page.detail) + "</p>";
    html += "<a href=\"" + escaped(page.path) + "\">" + page.link + "</a></main></body></html>\n";
    return {page.status, "text/html; charset=utf-8", std::move(html), {}, {}};
}

}  // namespace

Response landingPage(const oidc::Landing& landing, std::string_view accept_language) {
    const Both both = textsOf(landing.kind);
    Page page;
    page.zh = chinese(accept_language);
    page.texts = page.zh ? both.zh : both.en;
    page.status = both.status;
    page.moves_on = both.status == 200;
    page.path = landing.path.empty() ? oidc::kHome : landing.path;
    page.link = page.moves_on ? (page.zh ? "继续" : "Continue") : (page.zh ? "返回" : "Back");
    if (!page.moves_on) page.detail = landing.title + (landing.message.empty() ? "" : ": " + landing.message);
    return render(page);
}

Response signedOutPage(bool began_here, std::string_view accept_language) {
    Page page;
    page.zh = chinese(accept_language);
    page.path = oidc::kHome;
    page.link = page.zh ? "返回登录" : "To the sign-in page";
    if (began_here)
        page.texts = page.zh ? Texts{"您已退出登录", "在此处和身份提供方均已退出。"} : Texts{"You are signed out", "Here and at the provider."};
    else
        page.texts = page.zh ? Texts{"这不是从此处开始的退出", "如果您没有退出登录，您的会话仍然有效。"}
                             : Texts{"This sign-out did not begin here", "Unless you signed out yourself, your session goes on."};
    page.status = began_here ? 200 : 400;
    return render(page);
}

Response pageStyle() { return {200, "text/css; charset=utf-8", kStyle, {{"Cache-Control", "public, max-age=3600"}}, {}}; }

}  // namespace masthead::console::api
