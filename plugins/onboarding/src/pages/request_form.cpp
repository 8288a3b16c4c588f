#include "pages/request_form.hpp"

#include <algorithm>

#include "crypto/codec.hpp"
#include "text/hygiene.hpp"

namespace onboarding::pages {
namespace {

struct Input {
    std::string name, label, help;
    std::size_t max = 0;
    bool required = false, lines = false;
    std::string autocomplete = "off";
};

const FieldProblem* problemOf(const FormState& state, std::string_view name) {
    const auto found = std::find_if(state.problems.begin(), state.problems.end(),
                                    [&](const auto& problem) { return inputName(problem.path) == name; });
    return found == state.problems.end() ? nullptr : &*found;
}

Html label(const Visit& visit, const Input& input) {
    return html("<label class=\"mh-label\" for=\"{}\">{}{}</label>", input.name, input.label,
                input.required ? Html() : html(" <span class=\"optional\">{}</span>", visit.t("(optional)", "（可选）")));
}

/// aria attributes of a control, and what stands below it.
Html aria(const FormState& state, const Input& input) {
    const bool wrong = problemOf(state, input.name) != nullptr;
    return html(" aria-describedby=\"{}-error{}\"{}", input.name, input.help.empty() ? Html() : html(" {}-help", input.name),
                wrong ? Html(" aria-invalid=\"true\"") : Html());
}

Html below(const Visit& visit, const FormState& state, const Input& input) {
    const auto* problem = problemOf(state, input.name);
    Html out;
    if (!input.help.empty()) out += html("<p class=\"mh-hint\" id=\"{}-help\">{}</p>", input.name, input.help);
    out += html("<p class=\"mh-error\" id=\"{}-error\" data-required=\"{}\">{}</p>", input.name, explain(visit, {"", "required"}),
                problem ? explain(visit, *problem) : std::string());
    return out;
}

Html field(const Visit& visit, const FormState& state, const Input& input) {
    const std::string& value = state.values.value(input.name);
    const Html common = html(" id=\"{}\" name=\"{}\" maxlength=\"{}\" autocomplete=\"{}\"{}{}", input.name, input.name,
                             std::to_string(input.max), input.autocomplete, input.required ? Html(" required") : Html(), aria(state, input));
    // A line end right after <textarea> is dropped by the parser: ours, not the person's.
    const Html control = input.lines ? html("<textarea class=\"mh-textarea\" rows=\"3\"{}>\n{}</textarea>", common, value)
                                     : html("<input class=\"mh-input\"{} value=\"{}\">", common, value);
    return html("<div class=\"mh-field\">{}{}{}</div>", label(visit, input), control, below(visit, state, input));
}

Html choice(const Visit& visit, const FormState& state, const Input& input, const std::vector<std::string>& options) {
    const std::string& value = state.values.value(input.name);
    Html list = html("<option value=\"\">{}</option>", visit.t("Choose...", "请选择…"));
    for (const auto& option : options) {
        list += html("<option value=\"{}\"{}>{}</option>", option, option == value ? Html(" selected") : Html(), visible(option));
    }
    return html("<div class=\"mh-field\">{}<select class=\"mh-select\" id=\"{}\" name=\"{}\"{}{}>{}</select>{}</div>", label(visit, input),
                input.name, input.name, input.required ? Html(" required") : Html(), aria(state, input), list, below(visit, state, input));
}

Html ownField(const Visit& visit, const FormState& state, const FormField& item) {
    const std::string& title = visit.tongue.chinese() && !item.label_zh.empty() ? item.label_zh : item.label;
    const Input input{"field-" + item.id, title, item.help, item.max_length, item.required, false, "off"};
    return item.choice ? choice(visit, state, input, item.options) : field(visit, state, input);
}

/// Above the form: what is wrong, as links to the fields.
Html summary(const Visit& visit, const FormState& state) {
    if (state.problems.empty() && state.trouble.empty()) return {};
    Html list;
    for (const auto& problem : state.problems) {
        const std::string name = inputName(problem.path);
        const Html text = Html::text(explain(visit, problem));
        list += name == "public_key" ? html("<li>{}</li>", text) : html("<li><a href=\"#{}\">{}</a></li>", name, text);
    }
    return html("<div class=\"note bad\" role=\"alert\" tabindex=\"-1\" data-summary><p><b>{}</b></p><ul>{}</ul></div>",
                state.trouble.empty() ? std::string(visit.t("Please look at these fields. Nothing was lost.", "请检查以下内容，已填写的内容都已保留。"))
                                      : state.trouble,
                list);
}

Html alreadyOpen(const Visit& visit, const FormState& state) {
    if (state.open_words.empty()) return {};
    return html("<div class=\"note\"><p>{} <b>{}</b>. <a href=\"{}\">{}</a></p></div>",
                visit.t("This browser has asked already; the code is", "此浏览器已经提交过申请，代码为"), state.open_words,
                visit.tongue.link("/request/status"), visit.t("See how it stands", "查看状态"));
}

}  // namespace

std::string explain(const Visit& visit, const FieldProblem& problem) {
    if (problem.path == "publicKey") return visit.t("Your browser made a wrong key. Send the form again.", "浏览器生成的密钥有误，请重新提交。");
    if (problem.reason == "required") return visit.t("Please fill this in.", "请填写此项。");
    if (problem.reason == "too-long") return visit.t("This is too long.", "内容过长。");
    if (problem.reason == "choice") return visit.t("Please choose one of the offered answers.", "请从列表中选择。");
    if (problem.reason == "code") return visit.t("This invite code is not right. Ask whoever invited you.", "邀请码不正确，请询问邀请您的人。");
    return visit.t("This holds characters that cannot be used here.", "包含不能使用的字符。");
}

std::string explainRefusal(const Visit& visit, const Error& error) {
    switch (error.code) {
        case Code::FailedPrecondition:
            return visit.t("Asking for access is closed at the moment. Please speak to an administrator.", "目前不接受申请，请直接联系管理员。");
        case Code::PermissionDenied:
            return visit.t("Access cannot be asked for from the network you are in.", "您所在的网络不能提交申请。");
        case Code::ResourceExhausted:
            return visit.t("Too many requests at the moment. Please try again in an hour; what you typed is kept below.",
                           "目前申请过多，请一小时后再试；已填写的内容保留在下方。");
        case Code::Conflict: return visit.t("Your request is still open.", "您的申请仍在处理中。");
        case Code::NotFound: return visit.t("This browser has no open request.", "此浏览器没有申请。");
        default: return visit.t("This did not work just now. Please try again in a moment.", "暂时无法处理，请稍后再试。");
    }
}

std::int32_t statusOf(const Error& error) {
    switch (error.code) {
        case Code::FailedPrecondition:
        case Code::PermissionDenied: return 403;
        case Code::ResourceExhausted: return 429;
        case Code::NotFound: return 404;
        case Code::Conflict: return 409;
        case Code::InvalidArgument: return 400;
        default: return 503;
    }
}

std::string inputName(std::string_view path) {
    if (path == "inviteCode") return "invite_code";
    if (path == "publicKey") return "public_key";
    if (path.substr(0, 7) == "fields.") return "field-" + std::string(path.substr(7));
    return std::string(path);
}

Submission submissionOf(const FormData& form, const Settings& settings, const masthead::HttpCall& call) {
    Submission out;
    out.device = form.value("device");
    out.person = form.value("person");
    out.contact = form.value("contact");
    out.message = form.value("message");
    out.invite_code = form.value("invite_code");
    out.public_key = form.value("public_key");
    out.nonce = form.value("nonce");
    for (const auto& item : settings.fields) out.fields.emplace_back(item.id, form.value("field-" + item.id));
    out.client = std::string(call.client());
    out.user_agent = std::string(call.header("user-agent"));
    return out;
}

masthead::Reply requestForm(const Visit& visit, const Settings& settings, const FormState& state) {
    Html fields = field(visit, state, {"device", visit.t("Device", "设备"), visit.t("A name you will recognise, such as phone-7.", "便于识别的名称，例如 phone-7。"), 64, true, false, "off"});
    fields += field(visit, state, {"person", visit.t("Who you are", "您是谁"), visit.t("Your name, as the administrator knows you.", "管理员认识的姓名。"), 80, true, false, "name"});
    for (const auto& item : settings.fields) fields += ownField(visit, state, item);
    fields += field(visit, state, {"contact", visit.t("Contact", "联系方式"), visit.t("E-mail or phone, in case there is a question.", "邮箱或电话，以便有疑问时联系。"), 120, false, false, "email"});
    // Long enough to say why, short enough that a form in any script fits the 8 KiB of a request.
    fields += field(visit, state, {"message", visit.t("Message", "留言"), "", 600, false, true, "off"});
    if (!settings.invite_code.empty()) {
        fields += field(visit, state, {"invite_code", visit.t("Invite code", "邀请码"), visit.t("The word you were given with the invitation.", "邀请时告知的代码。"), 64, true, false, "off"});
    }
    const std::string& nonce = state.values.value("nonce");
    const Html hidden = html("<input type=\"hidden\" name=\"nonce\" value=\"{}\"><input type=\"hidden\" name=\"public_key\" value=\"\">",
                             nonce.empty() ? randomToken(18) : nonce);
    Page page;
    page.title = visit.t("Ask for access", "申请访问");
    page.id = "request";
    page.status = state.status;
    page.main = html("<div class=\"intro\"><h1>{}</h1><p>{}</p></div>", page.title,
                     visit.t("An administrator reads this and decides. You get two words to tell them, and a page that says how it stands.",
                             "管理员会查看并决定。您会得到两个单词用于核对，以及一个显示进度的页面。"));
    page.main += alreadyOpen(visit, state) + summary(visit, state);
    page.main += html(
        "<form class=\"card form\" method=\"post\" action=\"{}\" data-request-form>{}{}"
        "<p class=\"note bad\" role=\"alert\" data-offline hidden>{}</p>"
        "<button class=\"mh-btn mh-btn-primary\" type=\"submit\" data-busy=\"{}\">{}</button><p class=\"mh-hint\">{}</p></form>",
        visit.tongue.link("/request"), hidden, fields,
        visit.t("The server could not be reached. Nothing was lost; send it again in a moment.", "无法连接服务器。内容已保留，请稍后再次提交。"),
        visit.t("Sending...", "正在提交…"), visit.t("Send", "提交"),
        visit.t("What you type here is shown to the administrators only, and deleted some time after the decision.",
                "您填写的内容仅管理员可见，并会在处理后一段时间删除。"));
    return render(visit, page);
}

}  // namespace onboarding::pages
