// masthead.http/1: one request and its response, with the rules of what a plugin may answer.
#include <algorithm>
#include <array>

#include "host/base/text.hpp"
#include "host/console/plugins/bridge.hpp"

namespace masthead::console::plugins {
namespace {

constexpr std::size_t kMaxBody = std::size_t{16} << 20;
constexpr std::array<std::string_view, 8> kHeaders{"content-type", "content-disposition", "content-language", "cache-control",
                                                   "etag",         "last-modified",       "location",         "retry-after"};
constexpr std::array<std::string_view, 3> kHiddenRequestHeaders{"cookie", "authorization", "x-masthead-csrf"};

mh_str method(const mh_request* request) { return toAbi(request->request.method); }
mh_str path(const mh_request* request) { return toAbi(request->request.path); }
mh_str client(const mh_request* request) { return toAbi(request->request.client); }
mh_str body(const mh_request* request) { return toAbi(request->request.body); }

mh_str capture(const mh_request* request, mh_str name) {
    for (const auto& [key, value] : request->request.captures) {
        if (key == fromAbi(name)) return toAbi(value);
    }
    return {nullptr, 0};
}

std::int32_t query(const mh_request* request, mh_str name, mh_sink values) {
    std::int32_t status = MH_NOT_FOUND;
    for (const auto& [key, value] : request->request.query) {
        if (key != fromAbi(name)) continue;
        emit(values, value);
        status = MH_OK;
    }
    return status;
}

mh_str header(const mh_request* request, mh_str lower_name) {
    const auto name = fromAbi(lower_name);
    if (std::find(kHiddenRequestHeaders.begin(), kHiddenRequestHeaders.end(), name) != kHiddenRequestHeaders.end())
        return {nullptr, 0};
    for (const auto& [key, value] : request->request.headers) {
        if (key == name) return toAbi(value);
    }
    return {nullptr, 0};
}

mh_str ticket(const mh_request* request) { return request->has_ticket ? toAbi(request->ticket) : mh_str{nullptr, 0}; }

std::int32_t setStatus(mh_response* response, std::int32_t status) {
    if (status < 200 || status > 599) return MH_INVALID_ARGUMENT;
    response->response.status = status;
    return MH_OK;
}

bool hasControl(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// Types a browser would run or render as a page of the console's own origin; only public paths may answer them.
bool isActive(std::string_view content_type) {
    const std::string type = lowerAscii(trim(content_type.substr(0, content_type.find(';'))));
    return type.find("html") != std::string::npos || type.find("xml") != std::string::npos ||
           type.find("script") != std::string::npos || type.find("svg") != std::string::npos;
}

std::int32_t addHeader(mh_response* response, mh_str name_text, mh_str value_text) {
    try {
        const std::string name = lowerAscii(fromAbi(name_text)), value = textOf(value_text);
        if (hasControl(name) || hasControl(value) || value.size() > 4096) return MH_INVALID_ARGUMENT;
        const bool own = name.rfind("x-" + response->manifest->id + "-", 0) == 0;
        if (!own && std::find(kHeaders.begin(), kHeaders.end(), name) == kHeaders.end()) return MH_PERMISSION_DENIED;
        if (name == "content-type") {
            if (isActive(value) && !response->route->outside) return MH_PERMISSION_DENIED;
            response->response.content_type = value;
        } else {
            response->response.headers.emplace_back(name, value);
        }
        return MH_OK;
    } catch (const std::exception&) {
        return MH_INTERNAL;
    }
}

std::int32_t write(mh_response* response, mh_str bytes) {
    if (response->response.body.size() + bytes.size > kMaxBody) return MH_RESOURCE_EXHAUSTED;
    try {
        response->response.body.append(fromAbi(bytes));
        return MH_OK;
    } catch (const std::exception&) {
        return MH_RESOURCE_EXHAUSTED;
    }
}

std::int32_t finish(mh_response* response) {
    response->finished = true;
    return MH_OK;
}

std::int32_t setTicket(mh_response* response, mh_str value_text, std::int64_t max_age_s) {
    if (!response->route->ticket) return MH_PERMISSION_DENIED;
    const auto value = fromAbi(value_text);
    const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '~' ||
               c == '-';
    });
    if (!plain || value.size() > 512 || max_age_s < 0) return MH_INVALID_ARGUMENT;
    try {
        const std::int64_t age = value.empty() ? 0 : max_age_s;
        response->response.headers.emplace_back(
            "Set-Cookie", std::string(kTicketCookie) + "=" + response->manifest->id + ":" + std::string(value) +
                              "; Path=/; Max-Age=" + std::to_string(age) + "; Secure; HttpOnly; SameSite=Lax");
        return MH_OK;
    } catch (const std::exception&) {
        return MH_INTERNAL;
    }
}

}  // namespace

const void* httpTable() {
    static constexpr mh_http kTable{sizeof(mh_http), 0,       &method,    &path,      &capture, &query,  &header,   &client,
                                    &body,           &ticket, &setStatus, &addHeader, &write,   &finish, &setTicket};
    return &kTable;
}

}  // namespace masthead::console::plugins
