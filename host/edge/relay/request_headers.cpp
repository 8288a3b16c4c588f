#include "host/edge/relay/request_headers.hpp"

#include "host/base/text.hpp"

namespace masthead::edge::relay {

namespace {

using http1::Fields;
using http1::Parsed;
using http1::Refusal;
using http1::RequestHead;

struct Rule {
    std::string_view name;
    bool list = false;  // may be repeated; values are joined
};

constexpr Rule kConsole[] = {
    {"accept", true}, {"accept-language", true}, {"accept-encoding", true}, {"authorization"}, {"content-type"}, {"origin"},
    {"referer"}, {"user-agent"}, {"if-match", true}, {"if-none-match", true}, {"last-event-id"}, {"idempotency-key"},
    {"sec-fetch-site"}, {"sec-fetch-mode"}, {"sec-fetch-dest"}, {"x-masthead-csrf"},
};

constexpr Rule kHeadscale[] = {
    {"accept", true}, {"accept-language", true}, {"accept-encoding", true}, {"content-type"}, {"origin"}, {"referer"},
    {"user-agent"}, {"if-none-match", true}, {"if-modified-since"}, {"sec-fetch-site"}, {"sec-fetch-mode"}, {"sec-fetch-dest"},
    {"x-tailscale-handshake"}, {"ideal-node"},
};

/// Values with an encoded word are dropped for the console: its server would decode them (poco.md C4).
bool holdsEncodedWord(std::string_view value) { return value.find("=?") != std::string_view::npos; }

template <std::size_t N>
Parsed<Fields> take(const RequestHead& head, const Rule (&rules)[N], bool drop_encoded_words) {
    Fields out;
    for (const auto& rule : rules) {
        const auto count = head.fields.count(rule.name);
        if (count == 0) continue;
        if (count > 1 && !rule.list) return Refusal{400, "repeated single field"};
        auto value = head.fields.joined(rule.name);
        if (drop_encoded_words && holdsEncodedWord(value)) continue;
        out.add(std::string(rule.name), std::move(value));
    }
    return out;
}

}  // namespace

std::string withoutOurCookies(std::string_view cookie) {
    std::string out;
    for (const auto part : split(cookie, ';')) {
        const auto pair = trim(part);
        if (pair.empty() || lowerAscii(pair.substr(0, pair.find('='))).starts_with("__host-masthead")) continue;
        if (!out.empty()) out += "; ";
        out += pair;
    }
    return out;
}

Parsed<Fields> fieldsForConsole(const RequestHead& head, const Origin& origin) {
    auto fields = take(head, kConsole, true);
    if (!fields.ok()) return fields;
    auto cookie = head.fields.joined("cookie", "; ");
    if (!cookie.empty() && !holdsEncodedWord(cookie)) fields.head->add("cookie", std::move(cookie));
    fields.head->add("x-masthead-client", origin.client);
    fields.head->add("x-masthead-request-id", origin.request_id);
    fields.head->add("x-masthead-host", head.authority);
    fields.head->add("x-masthead-scheme", "https");
    return fields;
}

Parsed<Fields> fieldsForHeadscale(const RequestHead& head, const Origin& origin) {
    auto fields = take(head, kHeadscale, false);
    if (!fields.ok()) return fields;
    auto cookie = withoutOurCookies(head.fields.joined("cookie", "; "));
    if (!cookie.empty()) fields.head->add("cookie", std::move(cookie));
    fields.head->add("x-forwarded-for", origin.client);
    return fields;
}

}  // namespace masthead::edge::relay
