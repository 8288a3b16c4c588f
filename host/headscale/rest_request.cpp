#include "host/headscale/rest_request.hpp"

#include <algorithm>

#include "host/base/encoding.hpp"
#include "host/base/text.hpp"
#include "host/base/timestamp.hpp"
#include "host/headscale/rest_shape.hpp"

namespace masthead::headscale {

namespace {

constexpr std::string_view kBase = "/api/v1/";
constexpr std::size_t kMostPath = 4096;

Error wrongMember(std::string_view name, const char* wanted) {
    return Error{Code::InvalidArgument, "the member \"" + std::string(name) + "\" must be " + wanted};
}

Result<std::string> decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const auto byte = hexDecode(text.substr(i + 1, 2));
        if (!byte || byte->size() != 1 || byte->front() == '\0') return Error{Code::InvalidArgument, "the path holds a broken percent-encoding"};
        out += *byte;
        i += 2;
    }
    return out;
}

}  // namespace

Status RestRequest::allowMembers(std::initializer_list<std::string_view> names) const {
    for (const auto& [name, value] : body.members()) {
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            return Error{Code::InvalidArgument, "unexpected member \"" + name + "\""};
        }
    }
    return {};
}

Result<std::string> RestRequest::text(std::string_view name) const {
    const Json& value = body[name];
    if (value.isNull()) return std::string();
    if (!value.isString()) return wrongMember(name, "a text");
    return value.asString();
}

Result<bool> RestRequest::flag(std::string_view name) const {
    const Json& value = body[name];
    if (value.isNull()) return false;
    if (!value.isBool()) return wrongMember(name, "true or false");
    return value.asBool();
}

Result<std::vector<std::string>> RestRequest::texts(std::string_view name) const {
    const Json& value = body[name];
    if (value.isNull()) return std::vector<std::string>();
    const bool all = value.isArray() && std::all_of(value.items().begin(), value.items().end(), [](const Json& item) { return item.isString(); });
    if (!all) return wrongMember(name, "a list of texts");
    return textsOf(value);
}

Result<Time> RestRequest::time(std::string_view name) const {
    const Json& value = body[name];
    if (value.isNull()) return Time{};
    const auto parsed = parseTimestamp(value.asString());
    if (!parsed) return wrongMember(name, "a time such as 2027-01-31T12:00:00Z");
    return Time{*parsed};
}

Result<Id> RestRequest::id(std::string_view name) const {
    const Json& value = body[name];
    if (value.isNull() || (value.isString() && value.asString().empty())) return Id{0};
    const auto parsed = idOf(value);
    if (!parsed) return wrongMember(name, "an id (decimal digits)");
    return *parsed;
}

std::string RestRequest::queried(const std::string& name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::string() : found->second;
}

Result<RestRequest> parseRestRequest(std::string_view method, std::string_view path, const Json& body) {
    if (path.size() > kMostPath) return Error{Code::InvalidArgument, "the path is too long"};
    if (path.substr(0, kBase.size()) != kBase) return Error{Code::NotFound, "headscale's API lies below /api/v1/"};
    if (!body.isNull() && !body.isObject()) return Error{Code::InvalidArgument, "the body must be a JSON object"};
    RestRequest out;
    out.method = std::string(method);
    out.body = body;
    const std::size_t question = path.find('?');
    for (const std::string_view part : split(path.substr(0, question).substr(kBase.size()), '/')) {
        auto segment = decoded(part);
        if (!segment) return std::move(segment).error();
        out.segments.push_back(std::move(*segment));
    }
    if (question == std::string_view::npos) return out;
    for (const std::string_view pair : split(path.substr(question + 1), '&')) {
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        auto name = decoded(pair.substr(0, equals));
        auto value = decoded(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
        if (!name || !value) return Error{Code::InvalidArgument, "the query holds a broken percent-encoding"};
        out.query[*name] = *value;
    }
    return out;
}

Result<Id> parseId(std::string_view text, const char* what) {
    const auto id = parseUnsigned<Id>(text);
    if (!id) return Error{Code::InvalidArgument, std::string("the ") + what + " id must be decimal digits"};
    return *id;
}

}  // namespace masthead::headscale
