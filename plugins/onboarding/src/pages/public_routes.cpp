// The handlers of the routes outside of /admin: from a request to the desk, and from the desk to a page or JSON.
#include "public_routes.hpp"

#include "desk/desk.hpp"
#include "pages/connect.hpp"
#include "pages/files.hpp"
#include "pages/register_page.hpp"
#include "pages/request_form.hpp"
#include "pages/request_status.hpp"

#include <masthead/log.hpp>
#include <memory>

namespace onboarding {
namespace {

using masthead::HttpCall;
using masthead::Reply;
using namespace pages;

constexpr std::size_t kMaxTicket = 256;

Reply seeOther(const Visit& visit, const char* path) {
    Reply reply{303, "", "", {}, {}};
    reply.headers.emplace_back("location", visit.tongue.link(path));
    reply.headers.emplace_back("cache-control", "no-store");
    return reply;
}

bool isJson(const HttpCall& call) { return call.header("content-type").substr(0, 16) == "application/json"; }

/// pages.js sends forms as they are and asks for JSON; other programs may send JSON.
bool wantsJson(const HttpCall& call) {
    return isJson(call) || call.header("accept").find("application/json") != std::string_view::npos;
}

/// The names of the form, from a form or from JSON of texts.
Result<FormData> read(const HttpCall& call) {
    if (!isJson(call)) return FormData::parse(call.body());
    auto json = call.json();
    if (!json) return std::move(json).error();
    FormData out;
    for (const auto& [name, value] : json->members()) {
        if (value.isString() && out.pairs().size() < 64) out.set(name, value.asString());
    }
    return out;
}

class Handlers {
public:
    Handlers(Desk& desk, masthead::Host host) : desk_(desk), host_(host) {}

    Result<Reply> connect(const HttpCall& call) const {
        const Settings settings = desk_.settings();
        if (!settings.enabled) return nothingHere();
        const auto wanted = call.query("platform");
        const std::string platform = wanted.empty() ? "" : idOf(choosePlatform(wanted.front(), ""));
        return connectPage(visit(call, platform.empty() ? "/connect" : "/connect?platform=" + platform), settings, platform);
    }

    Result<Reply> windowsFile(const HttpCall& call) const { return file(registryFile(server(call)), "text/plain; charset=us-ascii", "masthead.reg"); }
    Result<Reply> iosFile(const HttpCall& call) const { return file(appleProfile(server(call), AppleTarget::Ios), kAppleType, "masthead-ios.mobileconfig"); }
    Result<Reply> macosFile(const HttpCall& call) const {
        return file(appleProfile(server(call), AppleTarget::Macos), kAppleType, "masthead-macos.mobileconfig");
    }

    Result<Reply> form(const HttpCall& call) const {
        const Settings settings = desk_.settings();
        if (!settings.enabled) return nothingHere();
        const Visit here = visit(call, "/request");
        if (auto may = desk_.mayAsk(call.client()); !may) return refusal(here, may.error());
        FormState state;
        if (auto view = current(call); view && stillOpen(view->state)) state.open_words = view->words;
        return requestForm(here, settings, state);
    }

    Result<Reply> submit(const HttpCall& call) const {
        const Settings settings = desk_.settings();
        if (!settings.enabled) return nothingHere();
        const Visit here = visit(call, "/request");
        auto form = read(call);
        if (!form) return wantsJson(call) ? Result<Reply>(std::move(form).error()) : notice(here, 400, here.t("Not understood", "无法识别"), form.error().message);
        auto sent = desk_.submit(submissionOf(*form, settings, call), &call);
        if (!sent && !isKnownRefusal(sent.error())) tellLog(sent.error());
        if (wantsJson(call)) return submittedJson(here, sent);
        if (sent && sent->problems.empty()) {
            Reply reply = seeOther(here, "/request/status");
            reply.ticket = {sent->ticket, sent->ticket_seconds};
            return reply;
        }
        FormState state;
        state.values = std::move(*form);
        if (sent) {
            state.problems = sent->problems;
            state.status = 422;
        } else {
            state.trouble = explainRefusal(here, sent.error());
            state.status = statusOf(sent.error());
        }
        return requestForm(here, settings, state);
    }

    Result<Reply> status(const HttpCall& call) const {
        if (!desk_.settings().enabled) return nothingHere();
        const Visit here = visit(call, "/request/status");
        auto view = current(call);
        if (!view) return noRequest(here, view.error());
        return statusPage(here, *view);
    }

    Result<Reply> state(const HttpCall& call) const {
        auto view = current(call);
        if (!view) return std::move(view).error();
        return stateJson(view->toJson(), view->etag, call.header("if-none-match"));
    }

    Result<Reply> claim(const HttpCall& call) const {
        const Visit here = visit(call, "/request/status");
        const auto ticket = ticketOf(call);
        auto claimed = desk_.claim(ticket, call.client(), &call);
        if (wantsJson(call)) {
            if (!claimed) return std::move(claimed).error();
            if (claimed->outcome == Claim::Outcome::NotYet) return Error{Code::Conflict, "there is no key yet"};
            if (claimed->outcome == Claim::Outcome::Gone) return Reply::json(Json::object({{"gone", true}}), 410);
            Json answer = Json::object({{"sealed", claimed->sealed}});
            if (!claimed->opened.isNull()) answer.set("opened", claimed->opened);
            return Reply::json(answer);
        }
        if (!claimed) return noRequest(here, claimed.error());
        auto view = desk_.view(ticket, call.client());
        if (!view || claimed->outcome != Claim::Outcome::Ready || claimed->opened.isNull()) return seeOther(here, "/request/status");
        return keyPage(here, *view, claimed->opened);
    }

    Result<Reply> withdraw(const HttpCall& call) const {
        const Visit here = visit(call, "/request/status");
        auto done = desk_.withdraw(ticketOf(call), call.client(), &call);
        if (!done && done.error().code == Code::NotFound) return noRequest(here, done.error());
        // Whatever else stands in the way (it joined in the meantime) is what the status page shows.
        return seeOther(here, "/request/status");
    }

    Result<Reply> again(const HttpCall& call) const {
        const Visit here = visit(call, "/request/status");
        auto form = read(call);
        const std::string key = form ? form->value("public_key") : std::string();
        auto sent = desk_.again(ticketOf(call), call.client(), call.header("user-agent"), key, &call);
        if (wantsJson(call)) return submittedJson(here, sent);
        if (!sent && sent.error().code == Code::Conflict) return seeOther(here, "/request/status");
        if (!sent) return sent.error().code == Code::NotFound ? noRequest(here, sent.error()) : refusal(here, sent.error());
        Reply reply = seeOther(here, "/request/status");
        if (sent->problems.empty()) reply.ticket = {sent->ticket, sent->ticket_seconds};
        return reply;
    }

    Result<Reply> registration(const HttpCall& call) const {
        const Settings settings = desk_.settings();
        if (!settings.enabled) return nothingHere();
        const std::string id = call.capture("auth_id");
        const Visit here = visit(call, "/register/" + id);
        if (!settings.registrations) return registerByHand(here, id);
        auto view = desk_.registrationSeen(id, call.client(), call.header("user-agent"));
        if (!view) {
            const bool wrong = view.error().code == Code::InvalidArgument;
            return wrong ? notice(here, 404, here.t("This address is not complete", "地址不完整"),
                                  here.t("Open it again from the device, or copy all of it.", "请从设备上重新打开，或完整复制地址。"))
                         : refusal(here, view.error());
        }
        return registerPage(here, *view);
    }

    Result<Reply> registrationState(const HttpCall& call) const {
        auto view = desk_.registrationView(call.capture("auth_id"));
        if (!view) return std::move(view).error();
        return stateJson(view->toJson(), view->etag, call.header("if-none-match"));
    }

private:
    static constexpr const char* kAppleType = "application/x-apple-aspen-config";

    Visit visit(const HttpCall& call, std::string path) const { return visitOf(call, host_.info(), std::move(path)); }
    std::string server(const HttpCall& call) const { return visit(call, "").server_url; }

    static std::string ticketOf(const HttpCall& call) { return call.ticket().value_or("").substr(0, kMaxTicket); }
    Result<RequesterView> current(const HttpCall& call) const {
        const std::string ticket = ticketOf(call);
        if (ticket.empty()) return Error{Code::NotFound, "there is no such request"};
        return desk_.view(ticket, call.client());
    }
    static bool stillOpen(const std::string& state) { return state == "pending" || state == "key-pending" || state == "approved"; }

    static Result<Reply> nothingHere() { return Error{Code::NotFound, "There is nothing here."}; }

    static bool isKnownRefusal(const Error& error) {
        return error.code == Code::FailedPrecondition || error.code == Code::PermissionDenied || error.code == Code::ResourceExhausted;
    }
    void tellLog(const Error& error) const {
        masthead::Log(host_).error("a request for access could not be kept: " + error.message, Json::object({{"cause", error.internal}}));
    }

    static Result<Reply> file(std::string content, const char* type, const std::string& name) {
        if (content.empty()) return Error{Code::NotFound, "the address of this server cannot be put into such a file"};
        Reply reply = Reply::text(std::move(content), type);
        reply.headers.emplace_back("content-disposition", "attachment; filename=\"" + name + "\"");
        return reply;
    }

    static Reply refusal(const Visit& here, const Error& error) {
        return notice(here, statusOf(error), here.t("Not possible just now", "暂时无法进行"), explainRefusal(here, error),
                      html("<p><a class=\"mh-btn\" href=\"{}\">{}</a></p>", here.tongue.link("/connect"), here.t("How to connect a device", "如何连接设备")));
    }

    static Reply noRequest(const Visit& here, const Error& error) {
        if (error.code != Code::NotFound) return refusal(here, error);
        return notice(here, 404, here.t("No request in this browser", "此浏览器没有申请"),
                      here.t("Requests are kept with the browser that asked. Open this page there, or ask here.", "申请保存在提交时使用的浏览器中。请在该浏览器打开，或在此处申请。"),
                      html("<p><a class=\"mh-btn mh-btn-primary\" href=\"{}\">{}</a></p>", here.tongue.link("/request"), here.t("Ask for access", "申请访问")));
    }

    /// {"words","status"} or the mistakes as sentences beside the names of the inputs.
    static Reply submittedJson(const Visit& here, const Result<Submitted>& sent) {
        if (!sent) return Reply::json(Json::object({{"trouble", explainRefusal(here, sent.error())}}), statusOf(sent.error()));
        if (sent->problems.empty()) {
            Reply reply = Reply::json(Json::object({{"words", sent->words}, {"status", here.tongue.link("/request/status")}}));
            reply.ticket = {sent->ticket, sent->ticket_seconds};
            return reply;
        }
        Json fields = Json::array();
        for (const auto& problem : sent->problems)
            fields.push(Json::object({{"name", inputName(problem.path)}, {"text", explain(here, problem)}}));
        return Reply::json(Json::object({{"fields", fields}}), 422);
    }

    Desk& desk_;
    masthead::Host host_;
};

}  // namespace

std::vector<std::pair<std::string, masthead::RouteHandler>> publicRoutes(Desk& desk, masthead::Host host) {
    const auto handlers = std::make_shared<const Handlers>(desk, host);
    const auto bind = [&](Result<Reply> (Handlers::*method)(const HttpCall&) const) {
        return masthead::RouteHandler([handlers, method](const HttpCall& call) { return (*handlers.*method)(call); });
    };
    return {{"public.connect", bind(&Handlers::connect)},
            {"public.file-windows", bind(&Handlers::windowsFile)},
            {"public.file-ios", bind(&Handlers::iosFile)},
            {"public.file-macos", bind(&Handlers::macosFile)},
            {"public.form", bind(&Handlers::form)},
            {"public.submit", bind(&Handlers::submit)},
            {"public.status", bind(&Handlers::status)},
            {"public.state", bind(&Handlers::state)},
            {"public.claim", bind(&Handlers::claim)},
            {"public.withdraw", bind(&Handlers::withdraw)},
            {"public.again", bind(&Handlers::again)},
            {"public.register", bind(&Handlers::registration)},
            {"public.register-state", bind(&Handlers::registrationState)}};
}

}  // namespace onboarding
