// Browsers that signed in before: a cookie that grants nothing but a lane of its own in the sign-in throttle, so that a
// stranger who keeps failing for an address does not make its owner wait.
//
// The value is "<account>.<issued s>.<random>.<HMAC>", good for 180 days, for one account. Pure but for the clock; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/clock.hpp"

namespace masthead::console::auth {

class KnownDevices {
public:
    KnownDevices(std::string key, Clock& clock) : key_(std::move(key)), clock_(clock) {}

    std::string issue(std::int64_t account) const;
    /// The throttle's subject for this browser and account; nullopt when the value was not issued for it, or is too old.
    std::optional<std::string> lane(std::int64_t account, std::string_view value) const;

    static constexpr std::int64_t kLifeSeconds = 180LL * 24 * 60 * 60;

private:
    std::string mac(std::string_view text) const;

    std::string key_;
    Clock& clock_;
};

}  // namespace masthead::console::auth
