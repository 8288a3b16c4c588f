#include "host/edge/http1/request.hpp"

#include "host/base/text.hpp"
#include "host/edge/http1/beast_fields.hpp"
#include "host/edge/http1/bytes.hpp"
#include "host/edge/http1/field_lines.hpp"
#include "host/edge/http1/target.hpp"

namespace masthead::edge::http1 {

namespace {

std::optional<Refusal> checkVersion(std::string_view version) {
    if (version == "HTTP/1.1") return std::nullopt;
    const bool shaped = version.size() == 8 && version.substr(0, 5) == "HTTP/" && isDigit(version[5]) && version[6] == '.' &&
                        isDigit(version[7]);
    return shaped ? Refusal{505, "HTTP version"} : Refusal{400, "malformed version"};
}

/// "METHOD SP target SP HTTP/1.1"; exactly two spaces.
std::optional<Refusal> parseLine(std::string_view line, const HeadLimits& limits, RequestHead& out) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return Refusal{400, "request line"};
    const auto method = line.substr(0, first);
    if (method.empty() || method.size() > limits.method || !allOf(method, isToken)) return Refusal{400, "method"};
    auto target = parseTarget(method, line.substr(first + 1, last - first - 1), limits);
    if (!target.ok()) return target.refusal;
    out.target = std::move(*target.head);
    return checkVersion(line.substr(last + 1));
}

/// Exactly one Host, of authority bytes, without white space around it beyond one leading space (HT-01..11).
std::optional<Refusal> takeHost(std::string_view lines, RequestHead& out) {
    if (out.fields.count("host") != 1) return Refusal{400, "Host missing or repeated"};
    const auto host = *out.fields.get("host");
    if (!isAuthority(host)) return Refusal{400, "malformed Host"};
    for (auto line : split(lines, '\n')) {
        if (line.size() <= 5 || !equalsIgnoreCase(line.substr(0, 5), "host:")) continue;
        auto raw = line.substr(5, line.size() - 6);
        if (!raw.empty() && raw.front() == ' ') raw.remove_prefix(1);
        if (raw != host) return Refusal{400, "white space around Host"};
    }
    out.authority = out.target.authority ? *out.target.authority : lowerAscii(host);
    if (out.target.authority && *out.target.authority != lowerAscii(host)) {
        // RT-112. A default port written out in only one of the two still means the same.
        const auto bare = [](std::string text) { return text.ends_with(":443") ? text.substr(0, text.size() - 4) : text; };
        if (bare(*out.target.authority) != bare(lowerAscii(host))) return Refusal{421, "authority and Host disagree"};
    }
    return std::nullopt;
}

std::optional<Refusal> checkMeaning(const RequestHead& head) {
    if (head.fields.count("content-encoding") > 0) return Refusal{415, "encoded request body"};
    const auto expect = head.fields.get("expect");
    if (expect && (head.fields.count("expect") > 1 || !equalsIgnoreCase(*expect, "100-continue"))) return Refusal{417, "Expect"};
    return std::nullopt;
}

}  // namespace

Parsed<RequestHead> parseRequest(std::string_view head, const HeadLimits& limits) {
    if (head.size() > limits.bytes) return Refusal{431, "head too large"};
    const auto line_end = head.find("\r\n");
    if (line_end == std::string_view::npos) return Refusal{400, "request line"};
    RequestHead line;
    if (auto refusal = parseLine(head.substr(0, line_end), limits, line)) return *refusal;
    const auto lines = head.substr(line_end + 2);
    std::size_t count = 0;
    if (auto refusal = checkFieldLines(lines, FieldRules{limits, false}, count)) return *refusal;
    auto parsed = beastRequest(head, count);
    if (!parsed) return Refusal{400, "head refused by the parser"};
    parsed->target = std::move(line.target);
    if (auto refusal = takeHost(lines, *parsed)) return *refusal;
    auto framing = framingOf(parsed->fields);
    if (!framing.ok()) return framing.refusal;
    parsed->framing = *framing.head;
    if (auto refusal = checkMeaning(*parsed)) return *refusal;
    return std::move(*parsed);
}

}  // namespace masthead::edge::http1
