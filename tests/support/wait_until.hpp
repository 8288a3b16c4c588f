// Waits for a condition instead of for a time: the only place in the C++ tests that pauses between two looks.
#pragma once

#include <poll.h>

#include <chrono>
#include <functional>

namespace masthead::testing {

/// True as soon as `condition` holds; false when it does not within `limit`.
inline bool waitUntil(const std::function<bool()>& condition, std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= end) return false;
        ::poll(nullptr, 0, 2);
    }
    return true;
}

}  // namespace masthead::testing
