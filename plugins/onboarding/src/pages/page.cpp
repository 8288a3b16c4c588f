#include "pages/page.hpp"

#include <ctime>

#include "text/hygiene.hpp"

namespace onboarding::pages {
namespace {

Html head(const Visit& visit, const Page& page) {
    const std::string& assets = visit.assets;
    Html out = html(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        // A form's Origin header is "null" under the stricter policy, and the host refuses that.
        "<meta name=\"referrer\" content=\"same-origin\"><meta name=\"robots\" content=\"noindex\">"
        "<meta name=\"color-scheme\" content=\"light dark\"><title>{}</title>",
        visit.tongue.code(), page.title);
    out += html("<link rel=\"icon\" href=\"{}icon.svg\" type=\"image/svg+xml\"><link rel=\"stylesheet\" href=\"{}pages.css\">", assets,
                assets);
    if (page.refresh_s > 0)
        out += html("<noscript><meta http-equiv=\"refresh\" content=\"{}\"></noscript>", std::to_string(page.refresh_s));
    out += html("<script type=\"module\" src=\"{}pages.js\"></script></head>", assets);
    return out;
}

Html top(const Visit& visit) {
    Html out = html(
        "<a class=\"skip\" href=\"#main\">{}</a><header class=\"top\"><a class=\"brand\" href=\"{}\">"
        "<img src=\"{}icon.svg\" alt=\"\" width=\"28\" height=\"28\"><span>Masthead</span></a>",
        visit.t("Skip to the content", "跳到正文"), visit.tongue.link("/connect"), visit.assets);
    out += html("<a class=\"language\" data-language href=\"{}\" hreflang=\"{}\" lang=\"{}\">{}</a></header>", visit.tongue.other(visit.path),
                visit.tongue.chinese() ? "en" : "zh-CN", visit.tongue.chinese() ? "en" : "zh-CN",
                visit.tongue.chinese() ? "English" : "简体中文");
    return out;
}

}  // namespace

Visit visitOf(const masthead::HttpCall& call, const masthead::Json& host_info, std::string path) {
    const auto chosen = call.query("lang");
    std::string server = host_info.text("public_url");
    while (!server.empty() && server.back() == '/') server.pop_back();
    return {Tongue(chosen.empty() ? "" : chosen.front(), call.header("accept-language")), std::move(path), std::move(server),
            host_info.text("assets"), std::string(call.header("user-agent"))};
}

masthead::Reply render(const Visit& visit, const Page& page) {
    Html out = head(visit, page);
    out += html("<body data-page=\"{}\">", page.id);
    out += top(visit);
    out += html("<main id=\"main\" tabindex=\"-1\"{}>{}</main>", page.attributes, page.main);
    out += html("<footer class=\"foot\">{} <code>{}</code></footer></body></html>\n",
                visit.t("Devices join the private network of", "设备加入的专用网络："), visit.server_url);
    masthead::Reply reply = masthead::Reply::text(out.str(), "text/html; charset=utf-8", page.status);
    reply.headers.emplace_back("cache-control", "no-store");
    reply.headers.emplace_back("content-language", visit.tongue.code());
    return reply;
}

Html copyBox(const Visit& visit, const Html& content, const char* label_en, const char* label_zh) {
    return html(
        "<div class=\"copy\"><pre tabindex=\"0\" role=\"group\" aria-label=\"{}\"><code data-copy-text>{}</code></pre>"
        "<button type=\"button\" class=\"mh-btn\" data-copy hidden data-done=\"{}\">{}</button></div>",
        visit.t(label_en, label_zh), content, visit.t("Copied", "已复制"), visit.t("Copy", "复制"));
}

Html wholeWords(std::string_view text) {
    Html out;
    while (!text.empty()) {
        const auto space = text.find(' ');
        out += html("<span class=\"word\">{}</span>", text.substr(0, space));
        if (space == std::string_view::npos) break;
        out += Html(" ");
        text.remove_prefix(space + 1);
    }
    return out;
}

Html drawing(const Visit& visit, const char* name) {
    return html("<img class=\"drawing\" src=\"{}drawings/{}.svg\" alt=\"\" width=\"240\" height=\"150\" loading=\"lazy\">", visit.assets,
                name);
}

Html moment(std::int64_t wall_ms) {
    const std::time_t seconds = static_cast<std::time_t>(wall_ms / 1000);
    std::tm utc{};
    char machine[32] = "", human[40] = "";
    if (gmtime_r(&seconds, &utc) != nullptr) {
        std::strftime(machine, sizeof machine, "%Y-%m-%dT%H:%M:%SZ", &utc);
        std::strftime(human, sizeof human, "%Y-%m-%d %H:%M UTC", &utc);
    }
    return html("<time datetime=\"{}\">{}</time>", std::string_view(machine), std::string_view(human));
}

Html said(std::string_view text) { return html("<bdi>{}</bdi>", visible(text)); }

masthead::Reply notice(const Visit& visit, std::int32_t status, const char* title, std::string_view text, const Html& more) {
    Page page;
    page.title = title;
    page.id = "notice";
    page.status = status;
    page.main = html("<div class=\"card\"><h1>{}</h1><p>{}</p>{}</div>", std::string_view(title), text, more);
    return render(visit, page);
}

}  // namespace onboarding::pages
