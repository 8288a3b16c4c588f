#include "pages/register_page.hpp"

namespace onboarding::pages {
namespace {

constexpr int kRefreshSeconds = 15;

struct Story {
    const char *tone, *title_en, *title_zh, *text_en, *text_zh;
};

Story storyOf(const RegistrationView& view) {
    if (view.state == "approved")
        return {"good", "Approved: the device is in", "已同意：设备已加入", "You can close this page.", "可以关闭本页。"};
    if (view.state == "rejected")
        return {"bad", "The device was refused", "设备被拒绝", "Please speak to an administrator.", "请联系管理员。"};
    if (view.state == "expired")
        return {"quiet", "This has taken too long", "等待超时", "Start the log-in on the device again: it opens a new page.", "请在设备上重新登录，会打开新的页面。"};
    if (view.state == "failed")
        return {"bad", "This address is of no use any more", "此地址已失效", "Start the log-in on the device again: it opens a new page.",
                "请在设备上重新登录，会打开新的页面。"};
    return {"wait", "Waiting for approval", "等待批准", "Tell an administrator these two words. The device joins when they agree; leave it switched on.",
            "请把这两个单词告诉管理员。管理员同意后设备即可加入，请保持设备开启。"};
}

}  // namespace

masthead::Reply registerPage(const Visit& visit, const RegistrationView& view) {
    const Story story = storyOf(view);
    const bool waiting = view.state == "waiting";
    Page page;
    page.title = visit.t(story.title_en, story.title_zh);
    page.id = "register";
    page.refresh_s = waiting ? kRefreshSeconds : 0;
    page.attributes = html(" data-watch=\"{}/state\" data-etag=\"{}\" data-state=\"{}\"{}", visit.path, view.etag, view.state,
                           waiting ? Html() : Html(" data-over"));
    Html body = html("<h1>{}</h1><p class=\"words\" translate=\"no\">{}</p><p>{}</p>", page.title, view.words, visit.t(story.text_en, story.text_zh));
    if (!view.node_name.empty()) {
        body += html("<p class=\"big\">{} <code>{}</code></p>", said(view.node_name), view.node_address);
    }
    if (waiting) body += html("<p class=\"mh-hint\">{}</p>", visit.t("This page keeps itself up to date.", "本页会自动更新。"));
    page.main = html("<div class=\"state {}\" role=\"status\">{}</div>", story.tone, body);
    page.main += html("<section class=\"card\"><dl class=\"facts\"><div><dt>{}</dt><dd>{}</dd></div><div><dt>{}</dt><dd>{}</dd></div></dl></section>",
                      visit.t("Opened", "打开时间"), moment(view.seen_at), visit.t("Good until", "有效期至"), moment(view.expires_at));
    return render(visit, page);
}

masthead::Reply registerByHand(const Visit& visit, std::string_view auth_id) {
    return notice(visit, 200, visit.t("Waiting for an administrator", "等待管理员处理"),
                  visit.t("Send this to an administrator: they enter it in the console under Nodes, Register.", "请把下面的内容发给管理员：在控制台的“节点”中选择“注册”并输入。"),
                  copyBox(visit, Html::text(auth_id), "Registration", "注册信息"));
}

}  // namespace onboarding::pages
