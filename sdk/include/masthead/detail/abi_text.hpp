// Conversions between the ABI's strings and sinks and C++ text. Pure functions; sinks made here borrow their target.
#pragma once

#include <masthead/abi.h>

#include <masthead/json.hpp>
#include <masthead/result.hpp>
#include <string>
#include <string_view>

namespace masthead::detail {

inline mh_str toAbi(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view fromAbi(mh_str text) {
    return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}

inline void emit(mh_sink sink, std::string_view text) {
    if (sink.emit != nullptr) sink.emit(sink.ctx, toAbi(text));
}

/// A sink that appends to `target`; a target that cannot grow keeps what it has (nothing may throw across the boundary).
inline mh_sink appendTo(std::string& target) {
    return {&target, [](void* ctx, mh_str bytes) {
                try {
                    static_cast<std::string*>(ctx)->append(fromAbi(bytes));
                } catch (...) {
                    static_cast<std::string*>(ctx)->clear();
                }
            }};
}

inline Code toCode(std::int32_t status) {
    return status >= 0 && status <= MH_UNIMPLEMENTED ? static_cast<Code>(status) : Code::Internal;
}

/// The Error behind a status and the JSON object its err sink received.
inline Error toError(std::int32_t status, const std::string& problem_json, std::string_view what) {
    std::string ignored;
    const auto problem = problem_json.empty() ? std::nullopt : Json::parse(problem_json, ignored);
    Error error{toCode(status), std::string(what) + " failed with status " + std::to_string(status)};
    if (problem && !problem->text("detail").empty()) error.message = problem->text("detail");
    if (problem) error.internal = problem->text("detail_internal");
    return error;
}

}  // namespace masthead::detail
