#include "host/edge/relay/answers.hpp"

#include "host/base/json.hpp"
#include "host/edge/http1/serialize.hpp"
#include "host/edge/relay/response_headers.hpp"

namespace masthead::edge::relay {

namespace {

constexpr std::string_view kPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The code word of our problem+json for a status.
std::string_view codeOf(int status) {
    switch (status) {
        case 404: return "not_found";
        case 405: return "method_not_allowed";
        case 413: return "too_large";
        case 421: return "misdirected";
        case 429: return "rate_limited";
        case 502: return "bad_gateway";
        case 503: return "unavailable";
        case 504: return "timeout";
        default: return "bad_request";
    }
}

std::string htmlBody(int status) {
    const bool away = status == 502 || status == 503 || status == 504;
    std::string out = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">";
    out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">";
    if (status == 503) out += "<meta http-equiv=\"refresh\" content=\"2\">";
    out += "<title>" + std::string(http1::reasonOf(status)) + "</title></head><body><h1>" + std::string(http1::reasonOf(status)) + "</h1><p>";
    out += away ? "This part of the service is starting or restarting. The page tries again by itself." : "Nothing is served at this address.";
    return out + "</p></body></html>\n";
}

std::string problemBody(int status) {
    return Json::object({{"type", "about:blank"},
                         {"title", http1::reasonOf(status)},
                         {"status", status},
                         {"code", codeOf(status)},
                         {"retryable", status == 429 || status >= 502}})
               .dump() +
           "\n";
}

std::string message(int status, std::string_view type, const std::string& body, http1::Fields fields, const AnswerOptions& options) {
    addPageHeaders(fields, kPolicy);
    fields.add("Cache-Control", "no-store");
    fields.add("Date", http1::httpDate(options.now_s));
    if (!type.empty()) fields.add("Content-Type", std::string(type));
    fields.add("Content-Length", std::to_string(body.size()));
    if (options.close) fields.add("Connection", "close");
    auto out = http1::HeadWriter::response(status).add(fields).finish();
    if (!options.head_only) out += body;
    return out;
}

}  // namespace

std::string refusalAnswer(int status, const AnswerOptions& options) {
    http1::Fields fields;
    if (options.retry_after_s > 0) fields.add("Retry-After", std::to_string(options.retry_after_s));
    if (status == 405 && !options.allow.empty()) {
        std::string allow;
        for (const auto& method : options.allow) allow += (allow.empty() ? "" : ", ") + method;
        fields.add("Allow", allow);
    }
    if (status == 426) fields.add("Upgrade", "tailscale-control-protocol");
    if (options.wants_html) return message(status, "text/html; charset=utf-8", htmlBody(status), std::move(fields), options);
    return message(status, "application/problem+json", problemBody(status), std::move(fields), options);
}

std::string healthAnswer(bool pass, const AnswerOptions& options) {
    const auto body = Json::object({{"status", pass ? "pass" : "fail"}}).dump() + "\n";
    return message(pass ? 200 : 503, "application/health+json", body, {}, options);
}

std::string redirectAnswer(std::string_view location, const AnswerOptions& options) {
    http1::Fields fields;
    fields.add("Location", std::string(location));
    return message(302, {}, {}, std::move(fields), options);
}

}  // namespace masthead::edge::relay
