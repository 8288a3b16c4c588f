// What a call of the admin interface gives: a JSON body, or a failure that carries both generations' words for it.
// Plain data.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "host/base/json.hpp"

namespace masthead::demo {

/// gRPC status numbers in use.
namespace grpc_code {
inline constexpr int kUnknown = 2;
inline constexpr int kInvalidArgument = 3;
inline constexpr int kNotFound = 5;
inline constexpr int kUnimplemented = 12;
inline constexpr int kInternal = 13;
inline constexpr int kUnauthenticated = 16;
}  // namespace grpc_code

struct Failure {
    int code = grpc_code::kUnknown;  // 0.29: gRPC status
    std::string text;                // 0.29: message
    int status = 500;                // 0.30: HTTP status
    std::string detail;              // 0.30: what was attempted
    std::string cause;               // 0.30: errors[0].message; no `errors` member when empty
};

class Reply {
public:
    Reply(Json body) : state_(std::move(body)) {}
    Reply(Failure failure) : state_(std::move(failure)) {}

    bool ok() const { return std::holds_alternative<Json>(state_); }
    const Json& body() const { return std::get<Json>(state_); }
    const Failure& failure() const { return std::get<Failure>(state_); }

private:
    std::variant<Json, Failure> state_;
};

}  // namespace masthead::demo
