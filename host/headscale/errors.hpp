// The one place where headscale's status codes and texts, of both dialects, become an Error with a meaning.
//
// headscale reports most failures as UNKNOWN (gRPC) or 500 (REST) with only a text to tell them apart; the texts known
// are listed in errors.cpp. A text nobody listed keeps its status' meaning. Pure functions, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "host/base/json.hpp"
#include "host/base/result.hpp"

namespace masthead::headscale {

/// What was being done, for the message: "renaming node", "5". `object` may be empty.
struct Attempt {
    std::string_view what;
    std::string object = {};
};

/// `grpc_code` as numbered by gRPC, not OK.
Error grpcError(int grpc_code, const std::string& text, const Attempt& attempt);

/// `body` is the answer's problem+json, or null when it was no JSON; `text` then holds its start.
Error restError(int http_status, const Json& body, std::string_view text, const Attempt& attempt);

/// "headscale 0.28 cannot check a policy; 0.29 can" with Code::Unimplemented.
Error lacksCall(std::string_view what, std::string_view running_minor, std::string_view since_minor);

/// headscale is down, restarting, or did not answer in time.
Error unavailable(const Attempt& attempt, const std::string& why);

}  // namespace masthead::headscale
