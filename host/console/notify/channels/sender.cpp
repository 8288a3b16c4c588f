#include "host/console/notify/channels/sender.hpp"

#include <algorithm>

#include "host/console/net/smtp.hpp"
#include "host/console/notify/mail.hpp"
#include "host/console/notify/rules.hpp"
#include "host/console/notify/signature.hpp"
#include "host/console/notify/texts.hpp"

namespace masthead::console::notify {
namespace {

constexpr std::int64_t kMaxRetryAfterMs = 60 * 60 * 1000;

std::string hostOf(const std::string& public_url) {
    const auto url = net::parseUrl(public_url);
    return url ? url->host : "localhost";
}

/// The three characters that begin markup, in Slack's as in HTML.
std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else
            out += c;
    }
    return out;
}

/// Some receivers of Slack's format call everybody on these words, even from plain text: an invisible space keeps them text.
std::string withoutCalls(std::string text) {
    for (const std::string word : {"@channel", "@here", "@everyone", "@all"}) {
        for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
            text.insert(at + 1, "\xe2\x80\x8b");
    }
    return text;
}

std::string asHtml(const std::string& text) {
    std::string out;
    for (const char c : escaped(text)) {
        if (c == '\n')
            out += "<br>";
        else
            out += c;
    }
    return out;
}

int ntfyPriority(const std::string& severity) { return severity == "critical" ? 5 : severity == "warning" ? 4 : 3; }

std::string whole(const Parcel& parcel, const std::string& public_url) {
    const std::string title = titleOf(parcel), text = textOf(parcel, public_url);
    return text.compare(0, title.size(), title) == 0 ? text : title + "\n" + text;
}

net::HttpPost webhook(const Channel& channel, const Parcel& parcel, std::int64_t wall_ms, const std::string& public_url) {
    net::HttpPost request;
    const Json body = jsonOf(parcel, public_url);
    request.body = body.dump();
    request.headers = {
        {"X-Masthead-Delivery", parcel.id}, {"Idempotency-Key", parcel.id}, {"X-Masthead-Event", body.text("event")}};
    if (const auto& secret = channel.secrets.text("secret"); !secret.empty()) {
        request.headers.emplace_back("X-Masthead-Signature", webhookSignature(secret, wall_ms, request.body));
    }
    if (const auto& token = channel.secrets.text("token"); !token.empty())
        request.headers.emplace_back("Authorization", "Bearer " + token);
    return request;
}

net::HttpPost ntfy(const Channel& channel, const Parcel& parcel, const std::string& public_url) {
    net::HttpPost request;
    request.body = Json::object({{"topic", channel.settings.text("topic")},
                                 {"title", titleOf(parcel)},
                                 {"message", textOf(parcel, public_url)},
                                 {"click", linkOf(parcel, public_url)},
                                 {"priority", ntfyPriority(severityOf(parcel))}})
                       .dump();
    if (const auto& token = channel.secrets.text("token"); !token.empty())
        request.headers.emplace_back("Authorization", "Bearer " + token);
    return request;
}

}  // namespace

Outcome outcomeOf(const Error& error) {
    switch (error.code) {
        case Code::Cancelled: return {Outcome::Kind::Stopped};
        case Code::InvalidArgument:
        case Code::PermissionDenied: return {Outcome::Kind::Refused, error.message};
        default: return {Outcome::Kind::Retry, error.message};
    }
}

Outcome outcomeOf(const net::HttpAnswer& answer, const std::string& host) {
    if (answer.status >= 200 && answer.status < 300) return {};
    std::string error = host + " answered " + std::to_string(answer.status);
    if (answer.status >= 300 && answer.status < 400)
        error += ", a redirect, which is never followed";
    else if (!answer.excerpt.empty())
        error += ": " + answer.excerpt;
    const bool later =
        answer.status >= 500 || answer.status == 408 || answer.status == 409 || answer.status == 425 || answer.status == 429;
    if (!later) return {Outcome::Kind::Refused, error};
    return {Outcome::Kind::Retry, error, std::min(answer.retry_after_s.value_or(0) * 1000, kMaxRetryAfterMs)};
}

Result<net::HttpPost> composePost(const Channel& channel, const Parcel& parcel, std::int64_t wall_ms,
                                  const std::string& public_url) {
    net::HttpPost request;
    std::string address;
    if (channel.kind == "webhook") {
        request = webhook(channel, parcel, wall_ms, public_url);
        address = channel.settings.text("url");
    } else if (channel.kind == "ntfy") {
        request = ntfy(channel, parcel, public_url);
        address = channel.settings.text("server");
    } else if (channel.kind == "slack") {
        request.body = Json::object({{"text", withoutCalls(escaped(whole(parcel, public_url)))}}).dump();
        address = channel.secrets.text("url");
    } else if (channel.kind == "matrix") {
        // Without "html" the receiver would read the text as markup.
        const std::string text = withoutCalls(whole(parcel, public_url));
        request.body = Json::object({{"text", text}, {"html", asHtml(text)}, {"username", "Masthead"}}).dump();
        address = channel.secrets.text("url");
    } else {
        return Error{Code::InvalidArgument, "there is no way to send to a channel of the kind " + channel.kind};
    }
    auto url = net::parseUrl(address);
    if (!url) return std::move(url).error().within("the address of the channel");
    request.url = std::move(*url);
    request.private_allowed = channel.privateAllowed();
    request.ca_file = channel.settings.text("ca_file");
    return request;
}

Outcome NetworkSender::sendMail(const Channel& channel, const Parcel& parcel, std::int64_t wall_ms,
                                const std::stop_token& stop) const {
    const Json& settings = channel.settings;
    MailParts parts;
    parts.from = settings.text("from");
    parts.from_name = settings.text("from_name");
    for (const auto& to : settings["to"].items()) parts.to.push_back(to.asString());
    const std::string severity = severityOf(parcel);
    parts.subject = "[Masthead] " + std::string(severity == "critical" ? "Critical: " : "") + titleOf(parcel);
    parts.text = textOf(parcel, public_url_);
    parts.id = parcel.id;
    parts.domain = hostOf(public_url_);
    parts.at = wall_ms;
    auto text = composeMail(parts);
    if (!text) return outcomeOf(text.error());
    net::SmtpServer server;
    server.target = {settings.text("host"), static_cast<std::uint16_t>(settings["port"].asInt()), channel.privateAllowed(),
                     settings.text("ca_file")};
    const std::string& tls = settings.text("tls");
    server.tls = tls == "implicit" ? net::SmtpTls::Implicit : tls == "none" ? net::SmtpTls::None : net::SmtpTls::StartTls;
    server.hello = parts.domain.find(':') == std::string::npos ? parts.domain : "localhost";
    server.user = settings.text("user");
    server.password = channel.secrets.text("password");
    auto report = net::sendMail(server, {parts.from, parts.to, std::move(*text)}, stop);
    if (!report) return outcomeOf(report.error());
    Outcome outcome;
    for (const auto& refused : report->refused) outcome.error += (outcome.error.empty() ? "" : "; ") + refused;
    return outcome;
}

Outcome NetworkSender::send(const Channel& channel, const Parcel& parcel, std::int64_t wall_ms, const std::stop_token& stop) {
    if (channel.kind == "mail") return sendMail(channel, parcel, wall_ms, stop);
    auto request = composePost(channel, parcel, wall_ms, public_url_);
    if (!request) return outcomeOf(request.error());
    auto answer = net::post(*request, stop);
    if (!answer) return outcomeOf(answer.error());
    return outcomeOf(*answer, request->url.host);
}

}  // namespace masthead::console::notify
