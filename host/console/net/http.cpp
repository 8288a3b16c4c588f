#include "host/console/net/http.hpp"

#include <algorithm>

#include "host/base/plain_text.hpp"
#include "host/base/text.hpp"
#include "host/console/net/stream.hpp"

namespace masthead::console::net {
namespace {

constexpr std::size_t kMaxHead = 16 * 1024;
constexpr std::size_t kMaxExcerpt = 200;

bool hasControl(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// A status line of HTTP/1.x; 0 when it is none.
int statusOf(std::string_view line) {
    if (line.size() < 12 || line.substr(0, 7) != "HTTP/1." || line[8] != ' ') return 0;
    if (line.size() > 12 && line[12] != ' ') return 0;
    const auto status = parseUnsigned<int>(line.substr(9, 3));
    return status && *status >= 100 ? *status : 0;
}

}  // namespace

Result<std::string> requestText(const std::string& method, const HttpPost& request) {
    std::string text = method + " " + request.url.target + " HTTP/1.1\r\nHost: " + authority(request.url) +
                       "\r\nUser-Agent: Masthead\r\nAccept: */*\r\nConnection: close\r\n";
    if (method != "GET")
        text += "Content-Type: " + request.content_type + "\r\nContent-Length: " + std::to_string(request.body.size()) + "\r\n";
    for (const auto& [name, value] : request.headers) {
        if (hasControl(name) || hasControl(value))
            return Error{Code::InvalidArgument, "the header " + oneLine(name, 60) + " would carry control characters"};
        text += name + ": " + value + "\r\n";
    }
    return text + "\r\n" + request.body;
}

Result<std::optional<HttpHead>> parseHead(std::string_view bytes) {
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        if (bytes.size() > kMaxHead) return Error{Code::InvalidArgument, "the answer's head is larger than 16 KiB"};
        return std::optional<HttpHead>();
    }
    if (end > kMaxHead) return Error{Code::InvalidArgument, "the answer's head is larger than 16 KiB"};
    HttpHead head;
    head.size = end + 4;
    std::string_view rest = bytes.substr(0, end);
    const auto first = rest.find("\r\n");
    head.status = statusOf(rest.substr(0, first));
    if (head.status == 0) return Error{Code::InvalidArgument, "the answer is not HTTP"};
    rest = first == std::string_view::npos ? std::string_view() : rest.substr(first + 2);
    while (!rest.empty()) {
        const auto line_end = rest.find("\r\n");
        const std::string_view line = rest.substr(0, line_end);
        rest = line_end == std::string_view::npos ? std::string_view() : rest.substr(line_end + 2);
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const std::string_view value = trim(line.substr(colon + 1));
        if (equalsIgnoreCase(line.substr(0, colon), "content-length")) head.length = parseUnsigned<std::size_t>(value);
        if (equalsIgnoreCase(line.substr(0, colon), "content-type")) head.content_type = value;
        if (equalsIgnoreCase(line.substr(0, colon), "transfer-encoding")) head.chunked = true;
        if (equalsIgnoreCase(line.substr(0, colon), "retry-after")) {
            if (const auto seconds = parseUnsigned<std::uint32_t>(value)) head.retry_after_s = *seconds;
        }
    }
    return std::optional<HttpHead>(head);
}

Result<HttpAnswer> post(const HttpPost& request, const std::stop_token& stop) {
    auto text = requestText("POST", request);
    if (!text) return std::move(text).error();
    auto stream =
        Stream::connect({request.url.host, request.url.port, request.private_allowed, request.ca_file}, kHttpTimeoutMs, stop);
    if (!stream) return std::move(stream).error();
    if (request.url.tls) {
        if (Status secured = (*stream)->startTls(); !secured) return std::move(secured).error();
    }
    if (Status written = (*stream)->write(*text); !written) return std::move(written).error();
    std::string bytes;
    std::optional<HttpHead> head;
    for (;;) {
        auto more = (*stream)->read();
        if (!more && !head) return std::move(more).error();
        if (!more || more->empty()) break;
        bytes += *more;
        while (!head) {
            auto parsed = parseHead(bytes);
            if (!parsed) return std::move(parsed).error();
            if (!*parsed) break;
            // Interim answers (100, 103) come before the real one.
            if ((*parsed)->status >= 200)
                head = **parsed;
            else
                bytes.erase(0, (*parsed)->size);
        }
        if (head && (!head->length || bytes.size() - head->size >= std::min(*head->length, kMaxExcerpt * 4))) break;
        if (bytes.size() >= kMaxAnswer) break;
    }
    if (!head) return Error{Code::Unavailable, request.url.host + " closed the connection without an answer"};
    HttpAnswer answer{head->status, head->retry_after_s, {}};
    if (head->length)
        answer.excerpt =
            oneLine(std::string_view(bytes).substr(head->size, std::min(*head->length, kMaxExcerpt * 4)), kMaxExcerpt);
    return answer;
}

}  // namespace masthead::console::net
