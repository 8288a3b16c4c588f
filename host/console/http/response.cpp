#include "host/console/http/response.hpp"

#include "host/base/log.hpp"

namespace masthead::console {
namespace {

struct Meaning {
    int status;
    const char* code;
    const char* title;
};

Meaning meaning(Code code) {
    switch (code) {
        case Code::Ok: break;
        case Code::InvalidArgument: return {400, "invalid_argument", "Bad request"};
        case Code::Unauthenticated: return {401, "unauthenticated", "Sign in first"};
        case Code::PermissionDenied: return {403, "permission_denied", "Not allowed"};
        case Code::NotFound: return {404, "not_found", "Not found"};
        case Code::Conflict: return {409, "conflict", "Conflict"};
        case Code::FailedPrecondition: return {409, "failed_precondition", "Not possible in this state"};
        case Code::ResourceExhausted: return {429, "resource_exhausted", "Too much"};
        case Code::Cancelled: return {503, "cancelled", "Cancelled"};
        case Code::Deadline: return {504, "deadline", "Took too long"};
        case Code::Unavailable: return {503, "unavailable", "Unavailable"};
        case Code::Internal: return {500, "internal", "Internal error"};
        case Code::Unimplemented: return {501, "unimplemented", "Not offered by this version"};
    }
    return {500, "internal", "Internal error"};
}

Json document(int status, const std::string& code, const std::string& title, const std::string& detail, const std::string& request_id,
              bool retryable) {
    return Json::object({{"type", "about:blank"},
                         {"title", title},
                         {"status", status},
                         {"detail", detail},
                         {"code", code},
                         {"request_id", request_id},
                         {"retryable", retryable}});
}

Response answer(int status, const Json& problem) {
    Response response = Response::json(problem, status);
    response.content_type = "application/problem+json";
    return response;
}

}  // namespace

int httpStatus(Code code) { return meaning(code).status; }

Response problem(int status, const std::string& code, const std::string& title, const std::string& detail, const std::string& request_id,
                 bool retryable) {
    return answer(status, document(status, code, title, detail, request_id, retryable));
}

Response problem(int status, const std::string& code, const std::string& title, const std::string& detail, const std::string& request_id,
                 const Json& members) {
    Json out = document(status, code, title, detail, request_id, false);
    for (const auto& [name, value] : members.members()) out.append(name, value);
    return answer(status, out);
}

Response problem(const Error& error, const std::string& request_id) {
    const Meaning what = meaning(error.code);
    const bool retryable = error.code == Code::Unavailable || error.code == Code::Deadline || error.code == Code::ResourceExhausted;
    if (!error.internal.empty() || error.code == Code::Internal) {
        log::error(error.message.empty() ? "internal error" : error.message, {{"request_id", request_id}, {"cause", error.internal}});
    }
    return problem(what.status, what.code, what.title, error.message, request_id, retryable);
}

Response fieldProblem(const std::vector<FieldError>& fields, const std::string& request_id) {
    Json list = Json::array();
    std::string detail;
    for (const auto& field : fields) {
        list.push(Json::object({{"path", field.path}, {"reason", field.reason}}));
        detail += (detail.empty() ? "" : "; ") + field.reason;
    }
    Json problem = document(400, "invalid_argument", "Bad request", detail, request_id, false);
    problem.set("fields", std::move(list));
    return answer(400, problem);
}

}  // namespace masthead::console
