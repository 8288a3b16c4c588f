// What receivers answer (HTTP heads, SMTP replies) and texts that become mails, addresses and rules. Nothing crashes, a reply
// read whole is read the same in pieces, and no text makes another header.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "host/base/json.hpp"
#include "host/console/net/http.hpp"
#include "host/console/net/smtp.hpp"
#include "host/console/net/url.hpp"
#include "host/console/notify/channels/channel.hpp"
#include "host/console/notify/mail.hpp"
#include "host/console/notify/rules.hpp"
#include "host/console/notify/texts.hpp"

namespace {

using namespace masthead::console::notify;

void answers(std::string_view text) {
    if (auto head = net::parseHead(text); head && *head && (*head)->size > text.size()) std::abort();
    auto reply = net::parseReply(text);
    if (!reply || !*reply) return;
    if ((*reply)->size > text.size()) std::abort();
    auto again = net::parseReply(text.substr(0, (*reply)->size));
    if (!again || !*again || (*again)->code != (*reply)->code) std::abort();
}

void mails(const std::string& text) {
    MailParts parts;
    parts.from = "a@example.org";
    parts.to = {"b@example.org"};
    parts.subject = parts.from_name = parts.id = parts.domain = parts.text = text;
    auto mail = composeMail(parts);
    if (!mail) std::abort();
    std::size_t headers = 0, at = 0;
    for (;;) {
        const auto end = mail->find("\r\n", at);
        if (end == std::string::npos) std::abort();
        if (end == at) break;
        if ((*mail)[at] != ' ') ++headers;
        if (mail->substr(at, end - at).find_first_of(std::string("\r\n\0", 3)) != std::string::npos) std::abort();
        at = end + 2;
    }
    if (headers != 10) std::abort();
    if (oneLine(text, 100).size() > 100 || plainText(text, 100).size() > 100) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    answers(text);
    mails(text);
    (void)net::validMailAddress(text);
    if (auto url = net::parseUrl(text); url && (url->host.empty() || url->target.find_first_of("\r\n ") != std::string::npos))
        std::abort();
    std::string error;
    if (auto json = masthead::Json::parse(text, error, masthead::kNetworkJson)) {
        std::vector<masthead::console::FieldError> wrong;
        const Rules rules = parseRules(*json, {"1"}, wrong);
        (void)quietUntil(rules.quiet, 1'800'000'000'000);
        (void)parseChannel(*json, nullptr, wrong);
    }
    return 0;
}
