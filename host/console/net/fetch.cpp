#include "host/console/net/fetch.hpp"

#include <charconv>

#include "host/console/net/stream.hpp"

namespace masthead::console::net {
namespace {

constexpr std::size_t kMaxChunkLine = 256;
constexpr std::size_t kMaxOverhead = 64 * 1024;

Error tooLarge(std::size_t limit) {
    return {Code::ResourceExhausted, "the answer is larger than " + std::to_string(limit / 1024) + " KiB"};
}

Error broken() { return {Code::InvalidArgument, "the answer is cut short or not HTTP"}; }

/// The size in front of a chunk: hex digits, extensions behind ; are ignored.
std::optional<std::size_t> chunkSize(std::string_view line) {
    line = line.substr(0, line.find(';'));
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    std::size_t size = 0;
    const auto [end, code] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
    if (line.empty() || code != std::errc() || end != line.data() + line.size()) return std::nullopt;
    return size;
}

Result<std::optional<std::string>> parseChunks(std::string_view rest, bool ended, std::size_t limit) {
    const auto incomplete = [&]() -> Result<std::optional<std::string>> {
        if (ended) return broken();
        return std::optional<std::string>();
    };
    std::string body;
    for (;;) {
        const auto line_end = rest.find("\r\n");
        if (line_end == std::string_view::npos) return rest.size() > kMaxChunkLine ? broken() : incomplete();
        if (line_end > kMaxChunkLine) return broken();
        const auto size = chunkSize(rest.substr(0, line_end));
        if (!size) return broken();
        if (*size > limit || body.size() + *size > limit) return tooLarge(limit);
        rest.remove_prefix(line_end + 2);
        if (*size == 0) return std::optional<std::string>(std::move(body));  // trailers are not read
        if (rest.size() < *size + 2) return incomplete();
        if (rest.substr(*size, 2) != "\r\n") return broken();
        body += rest.substr(0, *size);
        rest.remove_prefix(*size + 2);
    }
}

}  // namespace

Result<std::optional<std::string>> parseBody(const HttpHead& head, std::string_view rest, bool ended, std::size_t limit) {
    if (head.status == 204 || head.status == 304) return std::optional<std::string>(std::string());
    if (head.chunked) return parseChunks(rest, ended, limit);
    if (head.length) {
        if (*head.length > limit) return tooLarge(limit);
        if (rest.size() >= *head.length) return std::optional<std::string>(rest.substr(0, *head.length));
        if (ended) return broken();
        return std::optional<std::string>();
    }
    if (rest.size() > limit) return tooLarge(limit);
    if (!ended) return std::optional<std::string>();
    return std::optional<std::string>(rest);
}

Result<Fetched> fetch(const Fetch& request, const std::stop_token& stop) {
    HttpPost post;
    post.url = request.url;
    post.content_type = request.content_type;
    post.headers = request.headers;
    post.body = request.body;
    auto text = requestText(request.method, post);
    if (!text) return std::move(text).error();
    const std::string& host = request.url.host;
    auto stream = Stream::connect({host, request.url.port, request.private_allowed, request.ca_file, request.typed},
                                  request.timeout_ms, stop);
    if (!stream) return std::move(stream).error();
    if (request.url.tls) {
        if (Status secured = (*stream)->startTls(); !secured) return std::move(secured).error();
    }
    if (Status written = (*stream)->write(*text); !written) return std::move(written).error();
    std::string bytes;
    std::optional<HttpHead> head;
    for (bool ended = false; !ended;) {
        auto more = (*stream)->read();
        if (!more) return std::move(more).error();
        ended = more->empty();
        bytes += *more;
        // Chunks of one byte each must not cost more than a body of the size that is allowed.
        if (bytes.size() > 2 * request.limit + kMaxOverhead) return tooLarge(request.limit).within(host);
        while (!head) {
            auto parsed = parseHead(bytes);
            if (!parsed) return std::move(parsed).error();
            if (!*parsed) break;
            // Interim answers (100, 103) come before the real one.
            if ((*parsed)->status >= 200) head = **parsed;
            bytes.erase(0, (*parsed)->size);
        }
        if (!head) continue;
        auto body = parseBody(*head, bytes, ended, request.limit);
        if (!body) return std::move(body).error().within(host);
        if (*body) return Fetched{head->status, head->content_type, std::move(**body)};
    }
    return Error{Code::Unavailable, host + " closed the connection without an answer"};
}

}  // namespace masthead::console::net
