// Waits for a condition instead of for a time: the only place in the C++ tests that pauses between two looks.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace masthead::testing {

/// True as soon as `condition` holds; false when it does not within `limit`.
inline bool waitUntil(const std::function<bool()>& condition, std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

}  // namespace masthead::testing
