// guard(): the one place through which every call from the host enters plugin code. noexcept: an exception becomes a status.
#pragma once

#include <exception>
#include <masthead/detail/abi_text.hpp>

namespace masthead::detail {

inline void emitProblem(mh_sink err, const Error& error) noexcept {
    try {
        Json problem = Json::object({{"detail", error.message}});
        if (!error.internal.empty()) problem.set("detail_internal", error.internal);
        problem.set("retryable", error.code == Code::Unavailable);
        emit(err, problem.dump());
    } catch (...) {
        emit(err, "{}");  // out of memory: the status alone must do
    }
}

inline std::int32_t answer(mh_sink err, const Error& error) noexcept {
    emitProblem(err, error);
    return error.code == Code::Ok ? MH_INTERNAL : static_cast<std::int32_t>(error.code);
}

/// Runs `action` (returning Status); Error may also be thrown. Texts of other exceptions are for the log only.
template <typename Action>
std::int32_t guard(mh_sink err, Action&& action) noexcept {
    try {
        const Status status = action();
        return status ? MH_OK : answer(err, status.error());
    } catch (const Error& error) {
        return answer(err, error);
    } catch (const std::exception& failure) {
        try {
            return answer(err, Error{Code::Internal, "the plugin failed unexpectedly", failure.what()});
        } catch (...) {
            return MH_INTERNAL;
        }
    } catch (...) {
        return answer(err, Error{Code::Internal, {}, {}});
    }
}

}  // namespace masthead::detail
