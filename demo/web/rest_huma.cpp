#include "demo/dns_label.hpp"
#include "demo/go_json.hpp"
#include "demo/web/pages.hpp"
#include "demo/web/rest.hpp"
#include "host/base/text.hpp"
#include "host/base/timestamp.hpp"

namespace masthead::demo {

namespace {

const char* title(int status) {
    switch (status) {
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 404: return "Not Found";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 413: return "Request Entity Too Large";
        case 415: return "Unsupported Media Type";
        case 422: return "Unprocessable Entity";
        case 501: return "Not Implemented";
        case 503: return "Service Unavailable";
        default: return "Internal Server Error";
    }
}

HttpResponse problemResponse(int status, const std::string& detail, Json::Array errors = {}) {
    Json body = Json::object({{"title", title(status)}, {"status", status}, {"detail", detail}});
    if (!errors.empty()) body.set("errors", Json(std::move(errors)));
    return jsonResponse(status, body, "application/problem+json");
}

Json::Array oneError(const std::string& message) { return {Json::object({{"message", message}})}; }

// Schema checks collect every problem of a body, as 0.30 does.
class Validator {
public:
    explicit Validator(const Operation& operation) : operation_(operation) {}

    void body(const Json& body, const PathValues& path, Json& request) {
        if (!body.isObject()) return add("expected object", "body", body);
        for (const auto& [name, value] : body.members()) {
            const Field* field = fieldOfBody(name, path);
            if (!field) {
                add("unexpected property", "body." + name, body);
            } else if (!value.isNull()) {
                member(*field, "body." + name, value, request);
            }
        }
    }
    void query(const Field& field, const std::string& value, Json& request) {
        if (field.kind == FieldKind::Flag && value != "true" && value != "false" && value != "1" && value != "0") {
            return add("invalid boolean", "query." + std::string(field.name), value);
        }
        addText(request, field, value);
    }
    Json::Array& errors() { return errors_; }

private:
    const Field* fieldOfBody(const std::string& name, const PathValues& path) const {
        for (const auto& [in_path, value] : path) {
            if (in_path == name) return nullptr;
        }
        const Field* field = operation_.field(name);
        return field && name == field->name ? field : nullptr;
    }
    void add(const std::string& message, const std::string& location, const Json& value) {
        errors_.push_back(Json::object({{"message", message}, {"location", location}, {"value", value}}));
    }
    void member(const Field& field, const std::string& location, const Json& value, Json& request) {
        switch (field.kind) {
            case FieldKind::Flag:
                if (!value.isBool()) return add("expected boolean", location, value);
                break;
            case FieldKind::TextList:
                if (!value.isArray()) return add("expected array", location, value);
                for (std::size_t i = 0; i < value.items().size(); ++i) {
                    if (!value.items()[i].isString()) return add("expected string", location + "[" + std::to_string(i) + "]", value.items()[i]);
                }
                break;
            default:
                if (!value.isString()) return add("expected string", location, value);
                if (field.kind == FieldKind::Time && !parseTimestamp(value.asString())) {
                    return add("expected string to be RFC 3339 date-time", location, value);
                }
        }
        request.set(field.name, value);
    }

    const Operation& operation_;
    Json::Array errors_;
};

std::optional<HttpResponse> readBody(const Operation& operation, const PathValues& path, const HttpRequest& http, Json& request) {
    if (http.body_too_large || http.body.size() >= (std::size_t{1} << 20)) {
        return problemResponse(413, "request body is too large limit=1048576 bytes");
    }
    if (http.body.empty()) {
        if (operation.rest_body == Body::Optional) return std::nullopt;
        return problemResponse(400, "request body is required");
    }
    const auto whole = [&](const std::string& message) {
        return Json::Array{Json::object({{"message", message}, {"location", "body"}, {"value", http.body}})};
    };
    const std::string& type = http.header("content-type");
    if (!type.empty() && type.find("json") == std::string::npos) {
        return problemResponse(415, "validation failed", whole("unknown content type: " + type));
    }
    const auto syntax = checkGoSyntax(http.body, false);
    if (!syntax.problem.empty()) return problemResponse(400, "validation failed", whole(syntax.problem));
    auto body = parseJson(http.body);
    if (!body) return problemResponse(400, "validation failed", whole(body.error().message));
    Validator validator(operation);
    validator.body(*body, path, request);
    if (!validator.errors().empty()) return problemResponse(422, "validation failed", std::move(validator.errors()));
    return std::nullopt;
}

std::optional<HttpResponse> checkIds(const Operation& operation, const Json& request) {
    for (const auto& field : operation.fields) {
        const std::string& text = request.text(field.name);
        if (field.kind != FieldKind::Id || text.empty()) continue;
        const auto problem = parseUintProblem(text);
        if (!problem) continue;
        if (*field.bad_id) return problemResponse(400, field.bad_id, oneError(*problem));
        return problemResponse(400, "type mismatch, parameter: " + std::string(field.proto_name) + ", error: " + *problem);
    }
    return std::nullopt;
}

HttpResponse runHuma(WebState& state, const Operation& operation, const PathValues& path, const HttpRequest& http) {
    Json request = Json::object();
    if (operation.rest_body != Body::None) {
        if (auto refused = readBody(operation, path, http, request)) return *refused;
    } else {
        Validator validator(operation);
        for (const auto& [name, value] : queryParts(http.query)) {
            const Field* field = operation.field(name);
            if (field && name == field->name) validator.query(*field, value, request);
        }
        if (!validator.errors().empty()) return problemResponse(422, "validation failed", std::move(validator.errors()));
    }
    for (const auto& [name, value] : path) request.set(name, value);
    if (auto refused = checkIds(operation, request)) return *refused;
    if (const auto fault = state.faults.pass(operation.rpc, "")) return problemResponse(fault->httpStatus(), fault->message);
    const Reply reply = state.api.call(operation, request);
    if (reply.ok()) return jsonResponse(200, reply.body());
    const Failure& failure = reply.failure();
    return problemResponse(failure.status, failure.detail, failure.cause.empty() ? Json::Array{} : oneError(failure.cause));
}

}  // namespace

HttpResponse humaRoute(WebState& state, const HttpRequest& request) {
    std::string allowed;
    for (const bool parameters : {false, true}) {
        for (const auto& operation : operations()) {
            const auto path = matchPath(operation.path, request.path, false);
            if (!path || path->empty() == parameters) continue;
            if (request.method == operation.verb) return runHuma(state, operation, *path, request);
            allowed += (allowed.empty() ? "" : ", ") + std::string(operation.verb);
        }
    }
    return allowed.empty() ? notFound() : notAllowed(allowed);
}

HttpResponse restRoute(WebState& state, const HttpRequest& request) {
    if (request.path.rfind("/api/v2/", 0) == 0) return devicesRoute(state, request);
    if (request.path.rfind("/api/v1/openapi", 0) == 0 || request.path == "/api/v1/docs") return apiDescription(request.path);
    return humaRoute(state, request);
}

}  // namespace masthead::demo
