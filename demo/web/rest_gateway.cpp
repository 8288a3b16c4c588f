#include "demo/dns_label.hpp"
#include "demo/go_json.hpp"
#include "demo/web/rest.hpp"
#include "host/base/text.hpp"
#include "host/base/timestamp.hpp"

namespace masthead::demo {

namespace {

HttpResponse gatewayError(int code, const std::string& message, int status = 0) {
    return jsonResponse(status ? status : httpFromGrpc(code),
                        Json::object({{"code", code}, {"message", message}, {"details", Json::array()}}));
}

HttpResponse invalid(const std::string& message) { return gatewayError(grpc_code::kInvalidArgument, message); }

// Reasons by which protobuf's JSON mapping refuses one value; empty when it takes it.
class BodyReader {
public:
    BodyReader(const std::string& text, const Operation& operation) : text_(text), operation_(operation) {}

    std::string read(const Json& body, Json& request) {
        if (!body.isObject()) return "proto: syntax error (line 1:1): unexpected token " + std::string(1, text_[text_.find_first_not_of(" \t\r\n")]);
        for (const auto& [name, value] : body.members()) {
            const Field* field = operation_.field(name);
            if (!field || value.isNull()) continue;
            if (auto problem = member(*field, name, value, request); !problem.empty()) return problem;
        }
        return {};
    }

private:
    std::string at(const std::string& name) const { return "(line " + valuePosition(text_, name) + "): "; }
    std::string badValue(const std::string& name, const std::string& type, const Json& value) const {
        return "proto: " + at(name) + "invalid value for " + type + " field " + name + ": " + value.dump();
    }
    std::string unexpected(const std::string& name, const Json& value) const {
        return "proto: syntax error " + at(name) + "unexpected token " + value.dump();
    }

    std::string member(const Field& field, const std::string& name, const Json& value, Json& request) const {
        switch (field.kind) {
            case FieldKind::Text:
                if (!value.isString()) return badValue(name, "string", value);
                request.set(field.name, value);
                return {};
            case FieldKind::Flag:
                if (!value.isBool()) return badValue(name, "bool", value);
                request.set(field.name, value);
                return {};
            case FieldKind::Id: {
                const std::string text = value.isInt() ? value.dump() : value.asString();
                if (parseUintProblem(text)) return badValue(name, "uint64", value);
                request.set(field.name, text);
                return {};
            }
            case FieldKind::Time:
                if (!value.isString()) return unexpected(name, value);
                if (!parseTimestamp(value.asString())) return "proto: " + at(name) + "invalid google.protobuf.Timestamp value " + value.dump();
                request.set(field.name, value);
                return {};
            case FieldKind::TextList: {
                if (!value.isArray()) return unexpected(name, value);
                for (const auto& item : value.items()) {
                    if (!item.isString()) return badValue(name, "string", item);
                }
                request.set(field.name, value);
                return {};
            }
        }
        return {};
    }

    const std::string& text_;
    const Operation& operation_;
};

std::string queryProblem(const Field& field, const std::string& name, const std::string& value) {
    const std::string head = "parsing field " + goQuote(name) + ": ";
    if (field.kind == FieldKind::Id) {
        if (const auto problem = parseUintProblem(value)) return head + *problem;
    }
    if (field.kind == FieldKind::Flag && value != "true" && value != "false" && value != "1" && value != "0") {
        return head + "strconv.ParseBool: parsing " + goQuote(value) + ": invalid syntax";
    }
    if (field.kind == FieldKind::Time && !parseTimestamp(value)) {
        return head + "parsing time " + goQuote(value) + " as \"2006-01-02T15:04:05.999999999Z07:00\": cannot parse " + goQuote(value) + " as \"2006\"";
    }
    return {};
}

HttpResponse runGateway(WebState& state, const Operation& operation, const PathValues& path, const HttpRequest& http) {
    Json request = Json::object();
    if (operation.gateway_body != Body::None && !http.body.empty()) {
        const auto syntax = checkGoSyntax(http.body, true);
        if (!syntax.problem.empty()) return invalid(syntax.problem);
        const std::string text = http.body.substr(0, syntax.end);
        auto body = parseJson(text);
        if (!body) return invalid("proto: syntax error (line 1:1): " + body.error().message);
        if (auto problem = BodyReader(text, operation).read(*body, request); !problem.empty()) return invalid(problem);
    }
    for (const auto& [name, value] : path) {
        const Field& field = *operation.field(name);
        if (field.kind == FieldKind::Id) {
            if (const auto problem = parseUintProblem(value)) {
                return invalid("type mismatch, parameter: " + std::string(field.proto_name) + ", error: " + *problem);
            }
        }
        request.set(field.name, value);
    }
    if (operation.gateway_body == Body::None) {
        for (const auto& [name, value] : queryParts(http.query)) {
            const Field* field = operation.field(name);
            if (!field) continue;
            if (auto problem = queryProblem(*field, name, value); !problem.empty()) return invalid(problem);
            addText(request, *field, value);
        }
    }
    if (const auto fault = state.faults.pass(operation.rpc, "")) return gatewayError(fault->grpcCode(), fault->message, fault->httpStatus());
    const Reply reply = state.api.call(operation, request);
    if (!reply.ok()) return gatewayError(reply.failure().code, reply.failure().text);
    return jsonResponse(200, reply.body());
}

}  // namespace

void addText(Json& request, const Field& field, const std::string& value) {
    if (field.kind == FieldKind::Flag) {
        request.set(field.name, value == "true" || value == "1");
    } else if (field.kind == FieldKind::TextList) {
        Json list = request[field.name];
        list.push(value);
        request.set(field.name, std::move(list));
    } else {
        request.set(field.name, value);
    }
}

HttpResponse gatewayRoute(WebState& state, const HttpRequest& request) {
    bool known = false;
    // Literal segments win over parameters: /node/register is no node.
    for (const bool parameters : {false, true}) {
        for (const auto& operation : operations()) {
            const auto path = matchPath(operation.path, request.path, true);
            if (!path || path->empty() == parameters) continue;
            known = true;
            if (request.method == operation.verb) return runGateway(state, operation, *path, request);
        }
    }
    if (known) return gatewayError(grpc_code::kUnimplemented, "Method Not Allowed");
    return gatewayError(grpc_code::kNotFound, "Not Found");
}

}  // namespace masthead::demo
