#include "pages/connect.hpp"

#include "media/qr.hpp"

namespace onboarding::pages {
namespace {

Html tabs(const Visit& visit, Platform current) {
    Html items;
    for (const auto platform : kPlatforms) {
        const std::string address = visit.tongue.link(std::string("/connect?platform=") + idOf(platform));
        items += html("<a href=\"{}\" data-tab{}>{}</a>", address,
                      platform == current ? Html(" aria-current=\"page\"") : Html(), titleOf(platform, visit.tongue.chinese()));
    }
    return html("<nav class=\"tabs\" aria-label=\"{}\">{}</nav>", visit.t("Platform", "平台"), items);
}

/// Shown by pages.js only: without it the field could do nothing.
Html keyCard(const Visit& visit) {
    return html(
        "<section class=\"card\" data-key-card hidden><h2>{}</h2><div class=\"mh-field\"><label class=\"mh-label\" for=\"key\">{}</label>"
        "<input class=\"mh-input mono\" id=\"key\" autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\" "
        "aria-describedby=\"key-hint key-error\"><p class=\"mh-hint\" id=\"key-hint\">{}</p>"
        "<p class=\"mh-error\" id=\"key-error\" role=\"alert\" data-key-error hidden>{}</p></div></section>",
        visit.t("I have a key", "我有密钥"), visit.t("Key", "密钥"),
        visit.t("It is filled into the commands below, on this page only. It is not sent anywhere.",
                "密钥只会填入本页下方的命令，不会发送到任何地方。"),
        visit.t("This does not look like a key: letters, digits, - and _ only.", "这不像密钥：只能包含字母、数字、- 和 _。"));
}

Html askCard(const Visit& visit, const Settings& settings) {
    if (!settings.form_public) return {};
    return html("<section class=\"card\"><h2>{}</h2><p class=\"quiet\">{}</p><a class=\"mh-btn mh-btn-primary\" href=\"{}\">{}</a></section>",
                visit.t("No key yet?", "还没有密钥？"),
                visit.t("Ask for access. When an administrator agrees, your key appears in your browser.",
                        "申请访问。管理员同意后，密钥会显示在您的浏览器中。"),
                visit.tongue.link("/request"), visit.t("Ask for access", "申请访问"));
}

Html steps(const Visit& visit, Platform platform) {
    switch (platform) {
        case Platform::Windows:
        case Platform::Macos: return desktopSteps(visit, platform);
        case Platform::Ios:
        case Platform::Android: return phoneSteps(visit, platform);
        case Platform::Linux: return linuxSteps(visit);
        case Platform::Appliance: return applianceSteps(visit);
    }
    return {};
}

Html qrCard(const Visit& visit) {
    const std::string svg = qrSvg(visit.server_url + "/connect");
    if (svg.empty()) return {};
    return html("<section class=\"card qr-card\"><div class=\"qr\" role=\"img\" aria-label=\"{}\">{}</div><div><h2>{}</h2><p>{}</p></div></section>",
                visit.t("QR code of this page's address", "本页地址的二维码"), Html::trusted(svg),
                visit.t("Is it a phone?", "要连接手机？"),
                visit.t("Point its camera here: it opens this page with the steps for the phone.",
                        "用手机相机扫描：手机会打开本页并显示手机的步骤。"));
}

}  // namespace

Html step(const Visit& visit, const char* english, const char* chinese, const Html& more) {
    return html("<li><div class=\"step\"><p>{}</p>{}</div></li>", sentence(visit.t(english, chinese), visit.server_url), more);
}

Html command(const Visit& visit, std::string_view text, bool takes_key) {
    Html content = wholeWords(text);
    if (takes_key) content += Html("<span data-key-argument></span>");
    return copyBox(visit, content, "Command", "命令");
}

Html loginCommand(const Visit& visit, std::string_view program) {
    return command(visit, std::string(program) + " --login-server=" + visit.server_url, true);
}

masthead::Reply connectPage(const Visit& visit, const Settings& settings, std::string_view wanted_platform) {
    const Platform platform = choosePlatform(wanted_platform, visit.user_agent);
    const bool phone = platform == Platform::Ios || platform == Platform::Android;
    Page page;
    page.title = visit.t("Connect a device", "连接设备");
    page.id = "connect";
    page.attributes = html(" data-platform=\"{}\"{}", idOf(platform), wanted_platform.empty() ? Html(" data-guessed") : Html());
    page.main = html("<div class=\"intro\"><h1>{}</h1><p>{}</p></div>", page.title,
                     sentence(visit.t("The device uses the official Tailscale client, pointed at our own server `{url}`",
                                      "设备使用官方 Tailscale 客户端，并指向我们自己的服务器 `{url}`"),
                              visit.server_url));
    page.main += tabs(visit, platform);
    page.main += html("<div class=\"two\">{}{}</div>", askCard(visit, settings), keyCard(visit));
    page.main += html("<section class=\"card\"><h2>{} {}</h2>{}</section>", visit.t("Steps for", "操作步骤："),
                      titleOf(platform, visit.tongue.chinese()), steps(visit, platform));
    if (!phone) page.main += qrCard(visit);
    return render(visit, page);
}

}  // namespace onboarding::pages
