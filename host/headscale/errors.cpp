#include "host/headscale/errors.hpp"

#include <array>

namespace masthead::headscale {

namespace {

struct KnownText {
    std::string_view part;
    Code code;
};

// First match wins, so the longer text stands before the shorter one it contains.
constexpr std::array kKnownTexts{
    KnownText{"UNIQUE constraint failed", Code::Conflict},
    KnownText{"duplicate key value violates unique constraint", Code::Conflict},
    KnownText{"user already exists", Code::Conflict},
    KnownText{"node name is not unique", Code::Conflict},
    KnownText{"user not empty", Code::FailedPrecondition},
    KnownText{"expected exactly one user", Code::FailedPrecondition},
    KnownText{"update is disabled for modes other than", Code::FailedPrecondition},
    KnownText{"node not found in registration cache", Code::NotFound},
    KnownText{"node no longer exists in NodeStore", Code::NotFound},
    KnownText{"acl policy not found", Code::NotFound},
    KnownText{"auth-key not found", Code::NotFound},
    KnownText{"AuthKey not found", Code::NotFound},
    KnownText{"user not found", Code::NotFound},
    KnownText{"node not found", Code::NotFound},
    KnownText{"record not found", Code::NotFound},
    KnownText{"no pending auth session", Code::NotFound},
    KnownText{"is not a valid DNS label", Code::InvalidArgument},
    KnownText{"renaming node: ", Code::InvalidArgument},
    KnownText{"parsing route", Code::InvalidArgument},
    KnownText{"tag must start with", Code::InvalidArgument},
    KnownText{"tag should be lowercase", Code::InvalidArgument},
    KnownText{"not contain space", Code::InvalidArgument},
    KnownText{"must be either tagged or owned by user", Code::InvalidArgument},
    KnownText{"invalid or not permitted", Code::InvalidArgument},
    KnownText{"auth ID has invalid", Code::InvalidArgument},
    KnownText{"auth ID must be", Code::InvalidArgument},
    KnownText{"expected length", Code::InvalidArgument},
    KnownText{"parsing policy", Code::InvalidArgument},
    KnownText{"setting policy: ", Code::InvalidArgument},
    KnownText{"test(s) failed", Code::InvalidArgument},
};

Code codeOfText(std::string_view text, Code otherwise) {
    for (const KnownText& known : kKnownTexts) {
        if (text.find(known.part) != std::string_view::npos) return known.code;
    }
    return otherwise;
}

Code codeOfGrpc(int code) {
    switch (code) {
        case 1: return Code::Cancelled;
        case 3: case 11: return Code::InvalidArgument;
        case 5: return Code::NotFound;
        case 6: case 10: return Code::Conflict;
        case 7: return Code::PermissionDenied;
        case 8: return Code::ResourceExhausted;
        case 9: return Code::FailedPrecondition;
        case 4: case 14: return Code::Unavailable;
        case 12: return Code::Unimplemented;
        case 16: return Code::Unauthenticated;
        default: return Code::Internal;
    }
}

Code codeOfHttp(int status) {
    switch (status) {
        case 400: case 422: return Code::InvalidArgument;
        case 401: return Code::Unauthenticated;
        case 403: return Code::PermissionDenied;
        case 404: return Code::NotFound;
        case 405: case 501: return Code::Unimplemented;
        case 409: return Code::Conflict;
        case 412: return Code::FailedPrecondition;
        case 413: case 429: return Code::ResourceExhausted;
        case 408: case 502: case 503: case 504: return Code::Unavailable;
        default: return Code::Internal;
    }
}

// Database wording is for the log; the administrator reads what it means.
std::string plainReason(const std::string& reason, Code code, const Attempt& attempt) {
    if (code == Code::Conflict && reason.find("node name") == std::string::npos) {
        return "a user named \"" + attempt.object + "\" exists already";
    }
    if (reason.find("user not empty") != std::string::npos) {
        return "the user still owns nodes; delete them or register them to another user first";
    }
    if (reason.find("node not found in registration cache") != std::string::npos) {
        return "no pending registration with this id; it ends after 15 minutes and with a restart of headscale, so ask the "
               "device for a new link";
    }
    if (reason.find("invalid or not permitted") != std::string::npos) {
        return reason + "; a tag must be named in tagOwners of the policy";
    }
    if (reason.find("record not found") != std::string::npos) return "there is none with this id";
    return reason;
}

std::string describe(const Attempt& attempt) {
    std::string out(attempt.what);
    if (!attempt.object.empty()) out += " \"" + attempt.object + "\"";
    return out;
}

// Database trouble and the like stay in the log: `reason` comes from headscale, which may quote its own internals.
Error named(Code code, const std::string& reason, const std::string& internal, const Attempt& attempt) {
    return Error{code, describe(attempt) + ": " + (reason.empty() ? "headscale gave no reason" : plainReason(reason, code, attempt)),
                 internal};
}

}  // namespace

Error grpcError(int grpc_code, const std::string& text, const Attempt& attempt) {
    const std::string internal = "grpc status " + std::to_string(grpc_code) + ": " + text;
    Code code = codeOfGrpc(grpc_code);
    if (code == Code::Unavailable) return unavailable(attempt, internal);
    if (code == Code::Internal || code == Code::InvalidArgument) code = codeOfText(text, code);
    return named(code, text, internal, attempt);
}

Error restError(int http_status, const Json& body, std::string_view text, const Attempt& attempt) {
    // The reason stands in errors[0].message; detail only repeats what was attempted, unless there are no errors.
    const Json::Array& reasons = body["errors"].items();
    std::string reason = reasons.empty() ? std::string() : reasons.front().text("message");
    if (reason.empty()) reason = body.text("detail");
    if (reason.empty()) reason = std::string(text.substr(0, 200));
    const std::string internal = "http status " + std::to_string(http_status) + ": " + body.text("detail") + ": " + reason;
    Code code = codeOfHttp(http_status);
    if (code == Code::Unavailable) return unavailable(attempt, internal);
    if (code == Code::Internal || code == Code::InvalidArgument) code = codeOfText(reason, code);
    return named(code, reason, internal, attempt);
}

Error lacksCall(std::string_view what, std::string_view running_minor, std::string_view since_minor) {
    return Error{Code::Unimplemented, "headscale " + std::string(running_minor) + " cannot do this (" + std::string(what) +
                                          "); it came with " + std::string(since_minor)};
}

Error unavailable(const Attempt& attempt, const std::string& why) {
    return Error{Code::Unavailable, describe(attempt) + ": headscale does not answer at the moment; try again", why};
}

}  // namespace masthead::headscale
