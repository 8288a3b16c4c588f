#include "pages/request_status.hpp"

#include <iterator>

namespace onboarding::pages {
namespace {

using masthead::Json;
using masthead::Reply;

constexpr int kRefreshSeconds = 15;

enum class Tone { Wait, Good, Bad, Quiet };

struct Story {
    Tone tone = Tone::Wait;
    const char *title_en, *title_zh, *text_en, *text_zh;
};

Story storyOf(const RequesterView& view) {
    const std::string& s = view.state;
    if (s == "key-pending")
        return {Tone::Wait, "Approved: your key is being made", "已同意：正在生成密钥", "It appears here in a moment.", "密钥稍后会显示在这里。"};
    if (s == "approved" && view.claimable)
        return {Tone::Good, "Approved", "已同意", "Your key is ready. It is shown to this browser only.", "密钥已就绪，仅在此浏览器中显示。"};
    if (s == "approved")
        return {Tone::Good, "Approved", "已同意", "An administrator hands the key over to you.", "管理员会把密钥交给您。"};
    if (s == "claimed")
        return {Tone::Good, "Approved", "已同意", "The key was handed out. Use it on the device; the page of this request says when it has joined.", "密钥已发放，请在设备上使用。设备加入后，申请页面会显示。"};
    if (s == "joined") return {Tone::Good, "The device is in", "设备已加入", "", ""};
    if (s == "rejected") return {Tone::Bad, "The request was refused", "申请被拒绝", "", ""};
    if (s == "withdrawn") return {Tone::Quiet, "You withdrew this request", "您已撤回申请", "Nothing of it is in use any more.", "该申请已失效。"};
    if (s == "expired")
        return {Tone::Quiet, "The request has expired", "申请已过期", "Nobody answered in time, or the key was not used. Ask again: what you typed is kept.",
                "未及时处理，或密钥未使用。可以再次申请，已填写的内容都会保留。"};
    return {Tone::Wait, "Waiting for an administrator", "等待管理员处理", "Tell them these two words, so that they know it is you.",
            "把这两个单词告诉管理员，以便确认是您。"};
}

bool isOver(const RequesterView& view) {
    return view.state == "joined" || view.state == "rejected" || view.state == "withdrawn" || view.state == "expired";
}

const char* nameOf(Tone tone) {
    constexpr const char* kNames[] = {"wait", "good", "bad", "quiet"};
    return kNames[static_cast<std::size_t>(tone)];
}

Html header(const Visit& visit, const RequesterView& view, bool live = true) {
    const Story story = storyOf(view);
    Html out = html("<div class=\"state {}\" role=\"status\"><h1>{}</h1><p class=\"words\" translate=\"no\">{}</p>", nameOf(story.tone),
                    visit.t(story.title_en, story.title_zh), view.words);
    if (view.state == "joined") {
        out += html("<p class=\"big\">{} {} <code>{}</code></p>", said(view.node_name), visit.t("is in, address", "已加入，地址"), view.node_address);
    } else if (view.state == "rejected") {
        out += view.reason.empty() ? html("<p>{}</p>", visit.t("The administrator gave no reason.", "管理员没有说明原因。"))
                                   : html("<p>{}</p><blockquote>{}</blockquote>", visit.t("The administrator says:", "管理员说明："), said(view.reason));
    } else {
        out += html("<p>{}</p>", visit.t(story.text_en, story.text_zh));
    }
    if (live && !isOver(view)) out += html("<p class=\"mh-hint\">{}</p>", visit.t("This page keeps itself up to date.", "本页会自动更新。"));
    return out + Html("</div>");
}

Html row(const char* name, const Html& value) { return html("<div><dt>{}</dt><dd>{}</dd></div>", std::string_view(name), value); }

Html details(const Visit& visit, const RequesterView& view) {
    Html rows = row(visit.t("Device", "设备"), said(view.device)) + row(visit.t("Who you are", "您是谁"), said(view.person));
    if (!view.contact.empty()) rows += row(visit.t("Contact", "联系方式"), said(view.contact));
    if (!view.message.empty()) rows += row(visit.t("Message", "留言"), html("<span class=\"lines\">{}</span>", said(view.message)));
    rows += row(visit.t("Asked", "提交时间"), moment(view.created_at));
    if (view.decided_at != 0) rows += row(visit.t("Decided", "处理时间"), moment(view.decided_at));
    return html("<section class=\"card\"><h2>{}</h2><dl class=\"facts\">{}</dl></section>", visit.t("Your request", "您的申请"), rows);
}

Html postButton(const Visit& visit, const char* path, const char* style, const char* english, const char* chinese, const Html& inside = {}) {
    return html("<form method=\"post\" action=\"{}\">{}<button class=\"mh-btn {}\" type=\"submit\">{}</button></form>", visit.tongue.link(path), inside,
                std::string_view(style), visit.t(english, chinese));
}

Html actions(const Visit& visit, const RequesterView& view) {
    if (view.state == "joined") {
        return html("<a class=\"mh-btn\" href=\"{}\">{}</a>", visit.tongue.link("/request"), visit.t("Ask for another device", "为其他设备申请"));
    }
    Html out;
    if (isOver(view) || view.state == "claimed") {
        out += html("<div data-again>{}</div>",
                    postButton(visit, "/request/again", isOver(view) ? "mh-btn-primary" : "", "Ask again", "再次申请",
                               Html("<input type=\"hidden\" name=\"public_key\" value=\"\">")));
    }
    if (!isOver(view)) out += postButton(visit, "/request/withdraw", "mh-btn-danger-quiet", "Withdraw the request", "撤回申请");
    return out;
}

/// How the key comes out of its box: by pages.js, or by a button for a browser whose key pair the host made.
Html opening(const Visit& visit, const RequesterView& view) {
    if (!view.claimable) return {};
    if (view.sealed_for_browser) {
        return html("<p class=\"note bad\" data-lost hidden>{}</p><noscript><p class=\"note bad\">{}</p></noscript>",
                    visit.t("This browser no longer holds the secret that opens the key. Ask the administrator to hand it over, or withdraw and ask again.",
                            "此浏览器已不再保存打开密钥所需的信息。请让管理员直接交付，或撤回后再次申请。"),
                    visit.t("Your key opens with JavaScript, as it was asked for. Switch it on for this page.",
                            "该密钥需要使用 JavaScript 打开（与申请时相同），请为本页启用。"));
    }
    return html("<section class=\"card\" data-claim-form><p>{}</p>{}</section>",
                visit.t("It is shown once. Have the device at hand.", "密钥只显示一次，请先准备好设备。"),
                postButton(visit, "/request/claim", "mh-btn-primary", "Show my key", "显示我的密钥"));
}

}  // namespace

Html keyPanel(const Visit& visit, const RequesterView& view, const Json& opened) {
    const bool empty = opened.isNull();
    const std::string& svg = opened.text("qrSvg");
    const std::string platform = view.platform.empty() ? "" : "?platform=" + view.platform;
    Html out = html("<section class=\"card key\" data-key-panel{}><h2>{}</h2>", empty ? Html(" hidden") : Html(), visit.t("Your key", "您的密钥"));
    const Html command = html("<div><h3>{}</h3>{}</div>", visit.t("The whole command for a computer", "电脑上的完整命令"),
                              copyBox(visit, html("<span data-slot=\"command\">{}</span>", wholeWords(opened.text("command"))), "Command", "命令"));
    const Html server = html("<div><h3>{}</h3>{}</div>", visit.t("Our server", "我们的服务器"),
                             copyBox(visit, Html::text(visit.server_url), "Server address", "服务器地址"));
    const Html key = html("<div><h3>{}</h3>{}</div>", visit.t("The key", "密钥"),
                          copyBox(visit, html("<span data-slot=\"key\">{}</span>", opened.text("key")), "Key", "密钥"));
    const Html steps = html("<p><a class=\"mh-btn mh-btn-primary\" href=\"{}\" target=\"_blank\" data-steps>{}</a></p>",
                            visit.tongue.link("/connect" + platform), visit.t("Steps for this device", "此设备的操作步骤"));
    const bool phone = view.platform == "ios" || view.platform == "android";
    // A phone's apps take address and key one by one; a computer takes the command.
    out += html("<div class=\"key-grid\"><div class=\"mh-stack\">{}</div>", phone ? steps + server + key + command : command + key + steps);
    out += html("<div class=\"qr\" data-slot=\"qr\" role=\"img\" aria-label=\"{}\">{}</div>", visit.t("QR code of the key", "密钥的二维码"),
                Html::trusted(svg));
    out += html("</div><p class=\"mh-hint\">{} {}</p></section>",
                visit.t("Keep it to yourself: who has it joins as you. It can be used until", "请勿告诉他人：持有密钥者可以您的身份加入。有效期至"),
                view.key_expires_at != 0 ? moment(view.key_expires_at) : html("<span data-slot=\"expires\">{}</span>", opened.text("expiresAt")));
    return out;
}

Reply statusPage(const Visit& visit, const RequesterView& view) {
    const bool has_key = view.state == "approved" || view.state == "claimed";
    Page page;
    page.title = view.words + " - " + visit.t(storyOf(view).title_en, storyOf(view).title_zh);
    page.id = "status";
    page.refresh_s = isOver(view) ? 0 : kRefreshSeconds;
    page.attributes = html(" data-watch=\"/request/state\" data-etag=\"{}\" data-state=\"{}\"{}", view.etag, view.state,
                           isOver(view) ? Html(" data-over") : Html());
    if (view.claimable && view.sealed_for_browser) page.attributes += Html(" data-claim");
    page.main = header(visit, view) + opening(visit, view);
    if (has_key && view.sealed_for_browser) page.main += keyPanel(visit, view, Json());
    page.main += html("<div class=\"actions\">{}</div>", actions(visit, view)) + details(visit, view);
    return render(visit, page);
}

Reply keyPage(const Visit& visit, const RequesterView& view, const Json& opened) {
    Page page;
    page.title = visit.t("Your key", "您的密钥");
    page.id = "key";
    page.main = header(visit, view, false) + keyPanel(visit, view, opened);
    page.main += html("<div class=\"actions\"><a class=\"mh-btn\" href=\"{}\" target=\"_blank\">{}</a></div>", visit.tongue.link("/request/status"),
                      visit.t("Has the device joined? Look here", "设备是否已加入？在此查看"));
    return render(visit, page);
}

Reply stateJson(const Json& state, const std::string& etag, std::string_view if_none_match) {
    Reply reply = Reply::json(state);
    if (!if_none_match.empty() && if_none_match.find(etag) != std::string_view::npos) reply = {304, "", "", {}, {}};
    reply.headers.emplace_back("etag", etag);
    // Kept by the browser and asked for anew each time, so that If-None-Match is sent.
    reply.headers.emplace_back("cache-control", "private, no-cache");
    return reply;
}

}  // namespace onboarding::pages
