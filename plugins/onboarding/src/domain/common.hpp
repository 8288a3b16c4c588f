// Names of the SDK that every file of the plugin uses, and the plugin's idea of time: milliseconds since 1970, from a clock
// that tests can set.
#pragma once

#include <cstdint>
#include <functional>
#include <masthead/json.hpp>
#include <masthead/result.hpp>

namespace masthead {
class Call;
}

namespace onboarding {

using masthead::Call;
using masthead::Code;
using masthead::Error;
using masthead::Json;
using masthead::Result;
using masthead::Status;

using Clock = std::function<std::int64_t()>;

/// Milliseconds since 1970 of the machine.
std::int64_t wallMs();

inline constexpr std::int64_t kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;

}  // namespace onboarding
