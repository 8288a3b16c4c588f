#include "host/edge/http1/response.hpp"

#include "host/edge/http1/beast_fields.hpp"
#include "host/edge/http1/bytes.hpp"
#include "host/edge/http1/field_lines.hpp"

namespace masthead::edge::http1 {

namespace {

bool statusLineWellFormed(std::string_view line) {
    if (line.size() < 12 || (line.substr(0, 9) != "HTTP/1.1 " && line.substr(0, 9) != "HTTP/1.0 ")) return false;
    if (line[9] < '1' || line[9] > '5' || !isDigit(line[10]) || !isDigit(line[11])) return false;
    if (line.size() > 12 && line[12] != ' ') return false;
    return allOf(line.substr(12), isValueByte);
}

}  // namespace

Parsed<ResponseHead> parseResponse(std::string_view head, const HeadLimits& limits) {
    constexpr int kBad = 502;
    if (head.size() > limits.bytes) return Refusal{kBad, "response head too large"};
    const auto line_end = head.find("\r\n");
    if (line_end == std::string_view::npos || !statusLineWellFormed(head.substr(0, line_end))) return Refusal{kBad, "status line"};
    std::size_t count = 0;
    if (auto refusal = checkFieldLines(head.substr(line_end + 2), FieldRules{limits, true}, count)) return Refusal{kBad, refusal->reason};
    // Beast wants the space after the code that RFC 9112 demands but some servers leave out.
    std::string completed;
    if (line_end == 12) completed = std::string(head.substr(0, 12)) + " " + std::string(head.substr(12));
    auto parsed = beastResponse(completed.empty() ? head : std::string_view(completed), count);
    if (!parsed) return Refusal{kBad, "response head refused by the parser"};
    if (!framingOf(parsed->fields).ok()) return Refusal{kBad, "response framing"};
    return std::move(*parsed);
}

Parsed<Framing> responseFraming(const ResponseHead& head, std::string_view request_method) {
    auto framing = framingOf(head.fields);
    if (!framing.ok()) return Refusal{502, framing.refusal.reason};
    if (request_method == "HEAD" || head.status < 200 || head.status == 204 || head.status == 304) return Framing{};
    if (framing.head->kind == Framing::Kind::Chunked && head.minor_version == 0) return Refusal{502, "chunked in HTTP/1.0"};
    if (framing.head->kind == Framing::Kind::None) return Framing{Framing::Kind::UntilClose, 0};
    return framing;
}

}  // namespace masthead::edge::http1
