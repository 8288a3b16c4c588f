// Linux by package manager, and appliances. One line each installs the official client and starts it.
#include "pages/connect.hpp"

namespace onboarding::pages {
namespace {

struct Recipe {
    PackageManager manager;
    const char* title;
    const char* command;
};

constexpr Recipe kRecipes[] = {
    {PackageManager::Apt, "Debian, Ubuntu, Raspberry Pi OS, Mint (apt)", "curl -fsSL https://tailscale.com/install.sh | sh"},
    {PackageManager::Dnf, "Fedora, RHEL, Rocky, Alma (dnf)",
     ". /etc/os-release && [ \"$ID\" = fedora ] && R=fedora || R=rhel/${VERSION_ID%%.*}; curl -fsSL "
     "https://pkgs.tailscale.com/stable/$R/tailscale.repo | sudo tee /etc/yum.repos.d/tailscale.repo && sudo dnf install -y tailscale && "
     "sudo systemctl enable --now tailscaled"},
    {PackageManager::Pacman, "Arch, Manjaro (pacman)", "sudo pacman -S --needed tailscale && sudo systemctl enable --now tailscaled"},
    {PackageManager::Zypper, "openSUSE (zypper)",
     "sudo zypper --non-interactive install tailscale && sudo systemctl enable --now tailscaled"},
    {PackageManager::Apk, "Alpine (apk)", "sudo apk add tailscale && sudo rc-update add tailscale && sudo rc-service tailscale start"},
};

/// With apt, without a script from the network: the repository by hand.
constexpr const char* kAptByHand =
    ". /etc/os-release && curl -fsSL https://pkgs.tailscale.com/stable/$ID/$VERSION_CODENAME.noarmor.gpg | sudo tee "
    "/usr/share/keyrings/tailscale-archive-keyring.gpg > /dev/null && curl -fsSL "
    "https://pkgs.tailscale.com/stable/$ID/$VERSION_CODENAME.tailscale-keyring.list | sudo tee /etc/apt/sources.list.d/tailscale.list && "
    "sudo apt-get update && sudo apt-get install -y tailscale";

Html recipe(const Visit& visit, const Recipe& item, bool open) {
    Html body = command(visit, item.command, false);
    if (item.manager == PackageManager::Apt) {
        body += html("<p class=\"mh-hint\">{}</p>{}", visit.t("The same without the script, from the maker's repository:", "不使用脚本，从官方软件源安装："),
                     command(visit, kAptByHand, false));
    }
    return html("<details class=\"more\"{}><summary>{}</summary>{}</details>", open ? Html(" open") : Html(), item.title, body);
}

Html device(const Visit& visit, const char* title, const Html& steps) {
    return html("<details class=\"more\"><summary>{}</summary><ol class=\"steps\">{}</ol></details>", visit.t(title, title), steps);
}

Html up(const Visit& visit) {
    return step(visit, "Connect it to our server.", "连接到我们的服务器。", loginCommand(visit, "tailscale up"));
}

}  // namespace

Html linuxSteps(const Visit& visit) {
    const PackageManager hinted = packageManagerOf(visit.user_agent);
    Html recipes;
    for (const auto& item : kRecipes) recipes += recipe(visit, item, item.manager == hinted);
    Html list = step(visit, "Install the client: choose your distribution.", "安装客户端：选择您的发行版。", recipes);
    list += step(visit, "Connect it to our server.", "连接到我们的服务器。", loginCommand(visit, "sudo tailscale up"));
    list += step(visit, "Without a key it prints an address: open it in a browser and tell the two words on the page to an administrator.",
                 "没有密钥时会显示一个网址：在浏览器中打开，并把页面上的两个单词告诉管理员。");
    list += step(visit, "See that it works: `tailscale status` lists this device first.", "检查结果：`tailscale status` 的第一行是本设备。");
    return html("<ol class=\"steps\">{}</ol>", list);
}

Html applianceSteps(const Visit& visit) {
    const Html synology =
        step(visit, "Open *Package Center*, search for *Tailscale* and install it.", "打开*套件中心*，搜索 *Tailscale* 并安装。") +
        step(visit, "Switch *SSH* on (Control Panel, Terminal & SNMP), log in with `ssh`, and run this. The app's own page knows only the maker's server.",
             "启用 *SSH*（控制面板、终端机和 SNMP），用 `ssh` 登录并运行。套件自带页面只支持官方服务器。",
             loginCommand(visit, "sudo /var/packages/Tailscale/target/bin/tailscale up"));
    const Html qnap =
        step(visit, "Install *Tailscale* from *App Center*.", "从 *App Center* 安装 *Tailscale*。") +
        step(visit, "Log in with `ssh` as an administrator and run this.", "以管理员身份用 `ssh` 登录并运行。",
             command(visit, "cd \"$(getcfg Tailscale Install_Path -f /etc/config/qpkg.conf)\" && ./tailscale up --login-server=" + visit.server_url, true));
    const Html openwrt =
        step(visit, "Log in with `ssh` and install the client.", "用 `ssh` 登录并安装客户端。",
             command(visit, "opkg update && opkg install tailscale && /etc/init.d/tailscale enable && /etc/init.d/tailscale start", false)) +
        step(visit, "OpenWrt 25 and later: `apk add tailscale` instead of `opkg`.", "OpenWrt 25 及更高版本：用 `apk add tailscale` 代替 `opkg`。") +
        step(visit, "Connect it. To share your home network, name it; an administrator approves the route.",
             "连接。如需共享家庭网络，请写明网段；由管理员批准路由。",
             command(visit, "tailscale up --netfilter-mode=off --advertise-routes=192.168.1.0/24 --login-server=" + visit.server_url, true));
    const Html board =
        step(visit, "Raspberry Pi and other boards run Linux: take the steps under *Linux*.", "树莓派和其他开发板运行 Linux：请按 *Linux* 步骤操作。") + up(visit);
    const Html container =
        step(visit, "The official image takes server and key from its environment.", "官方镜像从环境变量读取服务器地址和密钥。",
             command(visit,
                     "docker run -d --name tailscale --network host --cap-add NET_ADMIN --device /dev/net/tun -v tailscale:/var/lib/tailscale "
                     "-e TS_STATE_DIR=/var/lib/tailscale -e TS_EXTRA_ARGS=--login-server=" +
                         visit.server_url + " -e TS_AUTHKEY=KEY tailscale/tailscale",
                     false));
    return device(visit, "Synology DSM", synology) + device(visit, "QNAP QTS", qnap) + device(visit, "OpenWrt", openwrt) +
           device(visit, "Raspberry Pi", board) + device(visit, "Docker", container);
}

}  // namespace onboarding::pages
