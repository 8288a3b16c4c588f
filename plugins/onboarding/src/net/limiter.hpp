// Limiter: how often a group (an address) and all groups together did something within a sliding window.
//
// Memory is bounded: only what was admitted is remembered, at most `total` times, and only for the window. Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>

namespace onboarding {

class Limiter {
public:
    explicit Limiter(std::int64_t window_ms) : window_ms_(window_ms) {}

    struct Limits {
        std::size_t per_group, total;
    };
    enum class Verdict { Admitted, Group, Total };
    /// Only an admitted call counts.
    Verdict admit(const std::string& group, std::int64_t now, Limits limits);
    /// One that happened before, when the book is read.
    void remember(const std::string& group, std::int64_t at);
    std::size_t remembered() const { return times_.size(); }

private:
    void forget(std::int64_t now);

    std::int64_t window_ms_;
    std::deque<std::pair<std::int64_t, std::string>> times_;
    std::unordered_map<std::string, std::size_t> counts_;
};

}  // namespace onboarding
