// Windows and macOS. Menu names are in English because the clients have them in English only.
#include "pages/connect.hpp"

namespace onboarding::pages {
namespace {

Html link(const Visit& visit, const char* address, const char* english, const char* chinese) {
    return html("<p><a class=\"mh-btn\" href=\"{}\" rel=\"noopener noreferrer\">{}</a></p>", address, visit.t(english, chinese));
}

Html file(const Visit& visit, const char* path, const char* english, const char* chinese) {
    return html("<p><a class=\"mh-btn\" href=\"{}\" download>{}</a></p>", path, visit.t(english, chinese));
}

/// How a person without a key goes on after the client has opened the browser.
Html browserStep(const Visit& visit) {
    return step(visit,
                "Without a key your browser opens a page with two words. Tell them to an administrator; the device is in when they agree.",
                "没有密钥时，浏览器会打开一个显示两个单词的页面。把这两个单词告诉管理员，管理员同意后设备即可加入。");
}

Html windows(const Visit& visit) {
    Html list = step(visit, "Install Tailscale for Windows.", "安装 Windows 版 Tailscale。",
                     link(visit, "https://tailscale.com/download/windows", "Download Tailscale", "下载 Tailscale"));
    list += step(visit,
                 "Open *Terminal* or *Command Prompt* (press the Windows key and type `cmd`) and run this. A window of the browser may open.",
                 "打开*终端*或*命令提示符*（按 Windows 键并输入 `cmd`），运行下面的命令。可能会打开浏览器窗口。",
                 loginCommand(visit, "tailscale login") + drawing(visit, "windows-terminal"));
    list += browserStep(visit);
    const Html other =
        step(visit, "Download the settings file and open it. Windows asks whether it may change the registry: answer *Yes*. This needs an administrator of the computer.",
             "下载设置文件并打开。Windows 会询问是否允许修改注册表：选择*是*。这需要电脑的管理员权限。",
             file(visit, "/connect/windows.reg", "Settings file for Windows (.reg)", "Windows 设置文件 (.reg)")) +
        step(visit, "Right-click the Tailscale icon beside the clock, choose *Exit*, start Tailscale again, and choose *Log in...*",
             "右键单击时钟旁的 Tailscale 图标，选择 *Exit*，重新启动 Tailscale，然后选择 *Log in...*。", drawing(visit, "windows-tray")) +
        browserStep(visit);
    return html("<ol class=\"steps\">{}</ol><details class=\"more\"><summary>{}</summary><ol class=\"steps\">{}</ol></details>", list,
                visit.t("Without a command line, or for many computers: settings file", "不用命令行，或有多台电脑：设置文件"), other);
}

Html macos(const Visit& visit) {
    Html list = step(visit, "Install Tailscale: the *Standalone* build from the maker's site, or the one from the *App Store*. Both work.",
                     "安装 Tailscale：官方网站的 *Standalone* 版本或 *App Store* 版本均可。",
                     link(visit, "https://tailscale.com/download/mac", "Download Tailscale", "下载 Tailscale"));
    list += step(visit, "Hold the *Option* key and click the Tailscale icon in the menu bar. A *Debug* menu appears.",
                 "按住 *Option* 键并单击菜单栏中的 Tailscale 图标，会出现 *Debug* 菜单。", drawing(visit, "macos-menu"));
    list += step(visit, "Under *Debug*, *Custom Login Server*, choose *Add Account...*, enter `{url}` and press *Add Account*.",
                 "在 *Debug* 的 *Custom Login Server* 下选择 *Add Account...*，输入 `{url}`，然后按 *Add Account*。",
                 drawing(visit, "macos-server"));
    list += browserStep(visit);
    const Html terminal =
        step(visit, "*Standalone* build: open *Terminal* and run this. The first time, install the command under *Settings*, *CLI integration*.",
             "*Standalone* 版本：打开*终端*并运行。首次使用请在 *Settings* 的 *CLI integration* 中安装命令。", loginCommand(visit, "tailscale login")) +
        step(visit, "*App Store* build: the command is inside the app.", "*App Store* 版本：命令位于应用内。",
             loginCommand(visit, "/Applications/Tailscale.app/Contents/MacOS/Tailscale login"));
    const Html profile =
        step(visit, "Download the profile and open it. It works for both builds and sets the server, nothing else.",
             "下载描述文件并打开。它适用于两种版本，只设置服务器地址。",
             file(visit, "/connect/macos.mobileconfig", "Profile for macOS (.mobileconfig)", "macOS 描述文件 (.mobileconfig)")) +
        step(visit, "Open *System Settings*, search for *Profiles* (Device Management), choose the profile of Masthead and *Install*.",
             "打开*系统设置*，搜索*描述文件*（设备管理），选择 Masthead 的描述文件并*安装*。") +
        step(visit, "Quit Tailscale, start it again and log in.", "退出 Tailscale，重新启动并登录。");
    return html(
        "<ol class=\"steps\">{}</ol><details class=\"more\" data-with-key><summary>{}</summary><ol class=\"steps\">{}</ol></details>"
        "<details class=\"more\"><summary>{}</summary><ol class=\"steps\">{}</ol></details>",
        list, visit.t("With a key, or in the terminal", "使用密钥，或在终端中操作"), terminal,
        visit.t("For many computers: profile", "有多台电脑：描述文件"), profile);
}

}  // namespace

Html desktopSteps(const Visit& visit, Platform platform) { return platform == Platform::Windows ? windows(visit) : macos(visit); }

}  // namespace onboarding::pages
