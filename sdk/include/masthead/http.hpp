// HttpCall: one request as a route handler sees it. Reply: what the handler answers. Used on the handler's thread only.
#pragma once

#include <masthead/ext/http.h>

#include <functional>
#include <masthead/host.hpp>
#include <optional>
#include <utility>
#include <vector>

namespace masthead {

struct Reply {
    std::int32_t status = 200;
    std::string body;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
    std::optional<std::pair<std::string, std::int64_t>> ticket;  // value and seconds; routes flagged "ticket" only

    static Reply json(const Json& value, std::int32_t status = 200) { return {status, value.dump(), "application/json", {}, {}}; }
    /// Text that is JSON already, handed through unread.
    static Reply rawJson(std::string text, std::int32_t status = 200) {
        return {status, std::move(text), "application/json", {}, {}};
    }
    static Reply text(std::string body, std::string content_type, std::int32_t status = 200) {
        return {status, std::move(body), std::move(content_type), {}, {}};
    }
    static Reply noContent() { return {204, "", "", {}, {}}; }
};

class HttpCall : public Call {
public:
    HttpCall(Host host, mh_ctx* ctx, const mh_http* http, const mh_request* request)
        : Call(host, ctx), http_(http), request_(request) {}

    std::string_view method() const { return detail::fromAbi(http_->method(request_)); }
    std::string_view path() const { return detail::fromAbi(http_->path(request_)); }
    std::string_view body() const { return detail::fromAbi(http_->body(request_)); }
    std::string_view client() const { return detail::fromAbi(http_->client(request_)); }
    std::string capture(std::string_view name) const {
        return std::string(detail::fromAbi(http_->capture(request_, detail::toAbi(name))));
    }
    std::string_view header(std::string_view lower_name) const {
        return detail::fromAbi(http_->header(request_, detail::toAbi(lower_name)));
    }

    /// All values of a query parameter.
    std::vector<std::string> query(std::string_view name) const {
        std::vector<std::string> values;
        http_->query(request_, detail::toAbi(name),
                     {&values, [](void* ctx, mh_str value) {
                          try {
                              static_cast<std::vector<std::string>*>(ctx)->emplace_back(detail::fromAbi(value));
                          } catch (...) {
                              static_cast<std::vector<std::string>*>(ctx)->clear();
                          }
                      }});
        return values;
    }
    std::optional<std::string> ticket() const {
        const mh_str value = http_->ticket(request_);
        if (value.data == nullptr) return std::nullopt;
        return std::string(detail::fromAbi(value));
    }
    /// The body as a JSON object; an empty body is an empty object. InvalidArgument otherwise.
    Result<Json> json() const {
        if (body().empty()) return Json::object();
        std::string error;
        auto parsed = Json::parse(body(), error, {32, std::size_t{1} << 20});
        if (!parsed || !parsed->isObject())
            return Error{Code::InvalidArgument, "the request body must be a JSON object" + (error.empty() ? "" : ": " + error)};
        return *std::move(parsed);
    }

private:
    const mh_http* http_;
    const mh_request* request_;
};

using RouteHandler = std::function<Result<Reply>(const HttpCall&)>;

namespace detail {

inline Status send(const mh_http* http, mh_response* response, const Reply& reply) {
    const auto check = [](std::int32_t status, const char* what) {
        return status == MH_OK ? Status() : Status(Error{toCode(status), std::string("the host refused the response's ") + what});
    };
    if (auto sent = check(http->set_status(response, reply.status), "status"); !sent) return sent;
    if (!reply.content_type.empty()) {
        if (auto sent = check(http->add_header(response, toAbi("content-type"), toAbi(reply.content_type)), "content type");
            !sent)
            return sent;
    }
    for (const auto& [name, value] : reply.headers) {
        if (auto sent = check(http->add_header(response, toAbi(name), toAbi(value)), ("header " + name).c_str()); !sent)
            return sent;
    }
    if (reply.ticket) {
        if (auto sent = check(http->set_ticket(response, toAbi(reply.ticket->first), reply.ticket->second), "ticket"); !sent)
            return sent;
    }
    if (!reply.body.empty()) {
        if (auto sent = check(http->write(response, toAbi(reply.body)), "body"); !sent) return sent;
    }
    return check(http->finish(response), "end");
}

}  // namespace detail
}  // namespace masthead
