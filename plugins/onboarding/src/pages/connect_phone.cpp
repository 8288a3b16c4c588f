// iOS and Android. Menu names are in English because the clients have them in English only.
#include "pages/connect.hpp"

namespace onboarding::pages {
namespace {

Html link(const Visit& visit, const char* address, const char* english, const char* chinese) {
    return html("<p><a class=\"mh-btn\" href=\"{}\" rel=\"noopener noreferrer\">{}</a></p>", address, visit.t(english, chinese));
}

/// The key to paste; empty until the person has entered one.
Html keyToPaste(const Visit& visit) {
    return html("<div data-key-shown hidden>{}</div>", copyBox(visit, Html("<span data-key-text></span>"), "Key", "密钥"));
}

Html serverToPaste(const Visit& visit) { return copyBox(visit, Html::text(visit.server_url), "Server address", "服务器地址"); }

Html waitStep(const Visit& visit) {
    return step(visit, "A page with two words opens. Tell them to an administrator; the device is in when they agree.",
                "会打开一个显示两个单词的页面。把这两个单词告诉管理员，管理员同意后设备即可加入。");
}

Html android(const Visit& visit) {
    Html list = step(visit, "Install Tailscale.", "安装 Tailscale。",
                     html("<div class=\"links\">{}{}</div>",
                          link(visit, "https://play.google.com/store/apps/details?id=com.tailscale.ipn", "Google Play", "Google Play"),
                          link(visit, "https://f-droid.org/packages/com.tailscale.ipn/", "F-Droid", "F-Droid")));
    list += step(visit, "Open it, skip the introduction, and tap the *gear* or your picture at the top right. Then tap *Accounts*.",
                 "打开应用，跳过介绍，点右上角的*齿轮*或头像，然后点 *Accounts*。", drawing(visit, "android-settings"));
    list += step(visit, "Tap the *three dots* at the top right and choose *Use an alternate server*.",
                 "点右上角的*三个点*，选择 *Use an alternate server*。", drawing(visit, "android-server"));
    list += step(visit, "Enter this address and tap *Add account*.", "输入此地址，然后点 *Add account*。", serverToPaste(visit));
    const Html with_key =
        step(visit, "If the app opens a browser to log in, close that and come back to the app.", "如果应用打开浏览器要求登录，请关闭并返回应用。") +
        step(visit, "*Accounts*, *three dots*, *Use an auth key*: paste the key and tap *Add account*.",
             "*Accounts*、*三个点*、*Use an auth key*：粘贴密钥，然后点 *Add account*。", drawing(visit, "android-key") + keyToPaste(visit)) +
        step(visit, "Switch it on at the top of the main screen. Android asks once whether it may set up a VPN: *OK*.",
             "在主屏幕顶部打开开关。Android 会询问一次是否允许建立 VPN：选择*确定*。");
    return html(
        "<ol class=\"steps\">{}</ol><h3>{}</h3><ol class=\"steps\">{}</ol><h3>{}</h3><ol class=\"steps\">{}</ol>", list,
        visit.t("With a key", "有密钥"), with_key, visit.t("Without a key", "没有密钥"), waitStep(visit));
}

Html ios(const Visit& visit) {
    Html list = step(visit, "Install Tailscale from the App Store.", "从 App Store 安装 Tailscale。",
                     link(visit, "https://apps.apple.com/app/tailscale/id1470499037", "App Store", "App Store"));
    list += step(visit, "Open it, allow the VPN configuration, tap the *account icon* at the top right and choose *Log in...*",
                 "打开应用，允许 VPN 配置，点右上角的*账户图标*，选择 *Log in...*。", drawing(visit, "ios-account"));
    list += step(visit, "Tap the *three dots* at the top right and choose *Use custom coordination server*.",
                 "点右上角的*三个点*，选择 *Use custom coordination server*。", drawing(visit, "ios-server"));
    list += step(visit, "Enter this address and tap *Log in*.", "输入此地址，然后点 *Log in*。", serverToPaste(visit));
    const Html with_key = step(visit, "In the same menu of *three dots* choose *Use auth key* and paste the key.",
                               "在同一个*三个点*菜单中选择 *Use auth key* 并粘贴密钥。", keyToPaste(visit));
    const Html settings =
        step(visit, "Open the *Settings* app of the phone, scroll to *Tailscale* (under *Apps* since iOS 18).",
             "打开手机的*设置*，找到 *Tailscale*（iOS 18 起位于*应用*下）。") +
        step(visit, "Enter the address under *Alternate Coordination Server URL*. If you were logged in before, also switch *Reset Keychain* on.",
             "在 *Alternate Coordination Server URL* 中输入地址。如果以前登录过，还需打开 *Reset Keychain*。", drawing(visit, "ios-settings")) +
        step(visit, "Close Tailscale in the app switcher, open it again and log in.", "在应用切换器中关闭 Tailscale，重新打开并登录。");
    const Html profile =
        step(visit, "Open this page in *Safari* on the phone, tap the profile and *Allow* the download.", "在手机的 *Safari* 中打开本页，点描述文件并*允许*下载。",
             html("<p><a class=\"mh-btn\" href=\"/connect/ios.mobileconfig\">{}</a></p>",
                  visit.t("Profile for iPhone and iPad", "iPhone 与 iPad 描述文件"))) +
        step(visit, "*Settings*, *Profile Downloaded*, *Install*. It sets the server, nothing else.", "*设置*、*已下载描述文件*、*安装*。它只设置服务器地址。");
    return html(
        "<ol class=\"steps\">{}</ol><h3>{}</h3><ol class=\"steps\">{}</ol><h3>{}</h3><ol class=\"steps\">{}</ol>"
        "<details class=\"more\"><summary>{}</summary><ol class=\"steps\">{}</ol></details>"
        "<details class=\"more\"><summary>{}</summary><ol class=\"steps\">{}</ol></details>",
        list, visit.t("With a key", "有密钥"), with_key, visit.t("Without a key", "没有密钥"), waitStep(visit),
        visit.t("The menu is not there: by the Settings app (also Apple TV)", "没有此菜单：使用“设置”应用（Apple TV 也适用）"), settings,
        visit.t("For many phones: profile", "有多台手机：描述文件"), profile);
}

}  // namespace

Html phoneSteps(const Visit& visit, Platform platform) { return platform == Platform::Android ? android(visit) : ios(visit); }

}  // namespace onboarding::pages
