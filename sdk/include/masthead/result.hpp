// Result<T>: a value, or an Error that says what failed. Used by host and plugins for every expected failure.
//
// Error::message is for the administrator (what failed, which object, what to do); Error::internal is for the log only
// and never leaves the host. Codes equal the SDK's status numbers (abi.h) so that they cross the boundary unchanged.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace masthead {

enum class Code : std::int32_t {
    Ok = 0,
    InvalidArgument = 1,
    Unauthenticated = 2,
    PermissionDenied = 3,
    NotFound = 4,
    Conflict = 5,
    FailedPrecondition = 6,
    ResourceExhausted = 7,
    Cancelled = 8,
    Deadline = 9,
    Unavailable = 10,
    Internal = 11,
    Unimplemented = 12,
};

struct Error {
    Code code = Code::Internal;
    std::string message;
    std::string internal = {};

    /// The same error with a leading context: "reading x: <message>".
    Error within(const std::string& context) && {
        message = context + ": " + message;
        return std::move(*this);
    }
};

template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    T& value() & { return std::get<0>(state_); }
    const T& value() const& { return std::get<0>(state_); }
    T&& value() && { return std::get<0>(std::move(state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    T valueOr(T fallback) && { return ok() ? std::get<0>(std::move(state_)) : std::move(fallback); }

    Error& error() & { return std::get<1>(state_); }
    const Error& error() const& { return std::get<1>(state_); }
    Error&& error() && { return std::get<1>(std::move(state_)); }

private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)), ok_(false) {}

    bool ok() const { return ok_; }
    explicit operator bool() const { return ok_; }
    Error& error() & { return error_; }
    const Error& error() const& { return error_; }
    Error&& error() && { return std::move(error_); }

private:
    Error error_;
    bool ok_ = true;
};

using Status = Result<void>;

}  // namespace masthead
