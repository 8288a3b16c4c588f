#include "host/console/api/openapi.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include "host/base/text.hpp"

namespace masthead::console::api {
namespace {

constexpr std::string_view kBase = "/admin/api/";
constexpr std::string_view kCoreBase = "/admin/api/v1/";

bool isApi(const Route& route) { return route.pattern.compare(0, kBase.size(), kBase) == 0 && route.pattern.find("...}") == std::string::npos; }
bool isWrite(const Route& route) { return route.method != "GET"; }

Json reference(const char* kind, const char* name) { return Json::object({{"$ref", std::string("#/components/") + kind + "/" + name}}); }

Json parameter(const std::string& name, const char* in, bool required, Json schema) {
    Json out = Json::object({{"name", name}, {"in", in}, {"required", required}});
    if (!schema.text("description").empty()) out.set("description", schema.text("description"));
    out.set("schema", std::move(schema));
    return out;
}

/// What edge lets through as one segment; an id that cannot be is answered 404 all the same.
Json segmentSchema() {
    return Json::object({{"type", "string"}, {"pattern", "^[A-Za-z0-9_~@:-][A-Za-z0-9._~@:-]{0,99}$"}, {"minLength", 1}, {"maxLength", 100}});
}

Json parametersOf(const Route& route) {
    Json out = Json::array();
    for (const auto segment : split(std::string_view(route.pattern).substr(1), '/')) {
        if (segment.size() < 3 || segment.front() != '{') continue;
        const std::string name(segment.substr(1, segment.size() - 2));
        const Json* own = route.schema["path"].find(name);
        out.push(parameter(name, "path", true, own != nullptr ? *own : segmentSchema()));
    }
    for (const auto& [name, schema] : route.schema["query"].members()) out.push(parameter(name, "query", false, schema));
    if (route.schema["if_match"].asBool()) out.push(reference("parameters", "IfMatch"));
    if (route.creates) out.push(reference("parameters", "IdempotencyKey"));
    return out;
}

Json content(const std::string& type, const Json& schema) {
    return Json::object({{type, Json::object({{"schema", schema.isNull() ? Json::object() : schema}})}});
}

Json responsesOf(const Route& route) {
    const Json& schema = route.schema;
    const std::int64_t status = schema["status"].asInt(200);
    Json success = Json::object({{"description", status == 204 ? "Done" : "The answer"}});
    if (status != 204) {
        const std::string type = schema.text("response_type").empty() ? "application/json" : schema.text("response_type");
        success.set("content", content(type, schema["response"]));
    }
    if (!route.permission.isPublic()) {
        success.set("headers", Json::object({{"RateLimit-Limit", reference("headers", "RateLimitLimit")},
                                             {"RateLimit-Remaining", reference("headers", "RateLimitRemaining")},
                                             {"RateLimit-Reset", reference("headers", "RateLimitReset")}}));
    }
    Json out = Json::object({{std::to_string(status), std::move(success)}});
    for (const auto& [other, text] : schema["also"].members()) out.set(other, Json::object({{"description", text}}));
    if (!route.permission.isPublic()) {
        out.set("401", reference("responses", "Problem"));
        out.set("403", reference("responses", "Problem"));
        out.set("429", reference("responses", "Problem"));
    }
    out.set("default", reference("responses", "Problem"));
    return out;
}

Json securityOf(const Route& route) {
    Json out = Json::array();
    if (route.permission.isPublic()) return out;
    Json session = Json::object({{"session", Json::array()}});
    if (isWrite(route)) session.set("csrf", Json::array());
    out.push(std::move(session));
    if (route.token_allowed && !route.step_up) out.push(Json::object({{"token", Json::array()}}));
    return out;
}

std::string tagOf(const Route& route) {
    if (route.owner != "core") return route.owner;
    if (route.pattern.compare(0, kCoreBase.size(), kCoreBase) != 0) return "api";
    return std::string(split(std::string_view(route.pattern).substr(kCoreBase.size()), '/').front());
}

Json operationOf(const Route& route) {
    Json out = Json::object({{"operationId", operationIdOf(route)}, {"summary", route.summary}, {"tags", Json::array({Json(tagOf(route))})}});
    if (Json parameters = parametersOf(route); !parameters.items().empty()) out.set("parameters", std::move(parameters));
    if (const Json& request = route.schema["request"]; !request.isNull()) {
        const std::string type = route.schema.text("request_type").empty() ? "application/json" : route.schema.text("request_type");
        // The plugin host takes a missing body for an empty object.
        const bool needed = route.owner == "core" ? !route.schema["body_optional"].asBool() : !request["required"].items().empty();
        out.set("requestBody", Json::object({{"required", needed}, {"content", content(type, request)}}));
    }
    out.set("responses", responsesOf(route));
    out.set("security", securityOf(route));
    out.set("x-masthead-permission", route.permission.id());
    out.set("x-masthead-owner", route.owner);
    out.set("x-masthead-step-up", route.step_up);
    out.set("x-masthead-tokens", route.token_allowed && !route.step_up);
    out.set("x-masthead-stage", route.stage == SessionStage::Half ? "half" : route.stage == SessionStage::Enrol ? "enrol" : "full");
    if (!route.audit.empty()) out.set("x-masthead-audit", route.audit);
    if (!route.more_with.empty()) {
        Json more = Json::array();
        for (const auto& permission : route.more_with) more.push(permission);
        out.set("x-masthead-more-with", std::move(more));
    }
    return out;
}

Json components() {
    const auto text = [](const char* description) { return Json::object({{"type", "string"}, {"description", description}}); };
    const auto number = [](const char* description) {
        return Json::object({{"description", description}, {"schema", Json::object({{"type", "integer"}, {"minimum", 0}})}});
    };
    Json field = Json::object({{"type", "object"}, {"properties", Json::object({{"path", text("The member")}, {"reason", text("What is wrong with it")}})}});
    Json problem = Json::object({{"type", "object"},
                                 {"description", "RFC 9457"},
                                 {"properties", Json::object({{"type", text("about:blank")},
                                                              {"title", text("A short summary")},
                                                              {"status", Json::object({{"type", "integer"}})},
                                                              {"detail", text("What failed, for people")},
                                                              {"code", text("What failed, for programs: it does not change")},
                                                              {"request_id", text("To be found in the logs")},
                                                              {"retryable", Json::object({{"type", "boolean"}})},
                                                              {"fields", Json::object({{"type", "array"}, {"items", std::move(field)}})}})},
                                 {"required", Json::array({Json("title"), Json("status"), Json("code")})}});
    Json schemas = Json::object({{"Problem", std::move(problem)}});
    for (const auto& [name, schema] : coreSchemas().members()) {
        if (name.front() == '#') schemas.append(name.substr(1), schema);
    }
    Json key = Json::object({{"type", "string"}, {"minLength", 1}, {"maxLength", 255}, {"pattern", "^[0-9A-Za-z-]+$"}});
    return Json::object(
        {{"securitySchemes",
          Json::object({{"session", Json::object({{"type", "apiKey"}, {"in", "cookie"}, {"name", "__Host-masthead"}})},
                        {"csrf", Json::object({{"type", "apiKey"}, {"in", "header"}, {"name", "X-Masthead-CSRF"}, {"description", "csrf of GET /admin/api/v1/me"}})},
                        {"token", Json::object({{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "masthead_..."}})}})},
         {"schemas", std::move(schemas)},
         {"responses", Json::object({{"Problem", Json::object({{"description", "What failed and why"},
                                                               {"content", content("application/problem+json", reference("schemas", "Problem"))}})}})},
         {"headers", Json::object({{"RateLimitLimit", number("Requests at once")},
                                   {"RateLimitRemaining", number("How many are left")},
                                   {"RateLimitReset", number("Seconds until all are there again")}})},
         {"parameters",
          Json::object({{"IfMatch", parameter("If-Match", "header", true, Json::object({{"type", "string"}, {"pattern", "^\"[0-9]+\"$"}, {"description", "The ETag of the object as it was read"}}))},
                        {"IdempotencyKey", parameter("Idempotency-Key", "header", false, std::move(key))}})}});
}

}  // namespace

std::string operationIdOf(const Route& route) {
    if (const std::string& given = route.schema.text("operation"); !given.empty()) {
        return given.compare(0, route.owner.size() + 1, route.owner + ".") == 0 ? given : route.owner + "." + given;
    }
    std::string out = lowerAscii(route.method);
    const std::string_view rest = std::string_view(route.pattern).substr(route.pattern.compare(0, kCoreBase.size(), kCoreBase) == 0 ? kCoreBase.size() : kBase.size());
    for (auto part : split(rest, '/')) {
        const bool capture = !part.empty() && part.front() == '{';
        if (capture) part = part.substr(1, part.size() - 2);
        if (capture) out += "By";
        bool upper = true;
        for (const char c : part) {
            if (c == '-' || c == '.' || c == '_') {
                upper = true;
                continue;
            }
            out += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
            upper = false;
        }
    }
    return out;
}

Json openApiDocument(const RouteTable& table, const std::string& public_url, const std::string& version) {
    std::map<std::string, std::map<std::string, const Route*>> paths;  // sorted, so that the text changes only with the routes
    std::map<std::string, std::string> pages;
    std::map<std::string, bool> tags;
    for (const auto& route : table.routes()) {
        if (isApi(route)) {
            paths[route.pattern][lowerAscii(route.method)] = &route;
            tags[tagOf(route)] = true;
        } else {
            pages[route.pattern + " " + route.method] = route.permission.id();
        }
    }
    Json all = Json::object();
    for (const auto& [pattern, methods] : paths) {
        Json item = Json::object();
        for (const auto& [method, route] : methods) item.append(method, operationOf(*route));
        all.append(pattern, std::move(item));
    }
    Json tag_list = Json::array();
    for (const auto& [tag, used] : tags) tag_list.push(Json::object({{"name", tag}}));
    Json others = Json::array();
    for (const auto& [page, permission] : pages) {
        const auto at = page.find(' ');
        others.push(Json::object({{"method", page.substr(at + 1)}, {"path", page.substr(0, at)}, {"permission", permission}}));
    }
    return Json::object({{"openapi", "3.1.0"},
                         {"info", Json::object({{"title", "Masthead"}, {"version", version}, {"description", "Everything the console does, for programs. See docs/api.md."}})},
                         {"servers", Json::array({Json::object({{"url", public_url}})})},
                         {"tags", std::move(tag_list)},
                         {"paths", std::move(all)},
                         {"components", components()},
                         {"x-masthead-pages", std::move(others)}});
}

const Json& coreSchemas() {
    static const Json kAll = [] {
        Json all = Json::object();
        for (const char* text : {kPeopleSchemas, kHostSchemas, kAccessSchemas}) {
            auto part = parseJson(text, kLocalJson);
            if (!part) continue;  // the unit test reads every table
            for (const auto& [name, schema] : part->members()) all.append(name, schema);
        }
        return all;
    }();
    return kAll;
}

void describeCore(std::vector<Route>& routes) {
    for (auto& route : routes) {
        if (!route.schema.isNull()) continue;
        if (const Json* schema = coreSchemas().find(route.method + " " + route.pattern)) route.schema = *schema;
    }
}

}  // namespace masthead::console::api
