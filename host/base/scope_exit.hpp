// ScopeExit runs a function when it leaves scope unless dismissed. The function must not throw.
#pragma once

#include <utility>

namespace masthead {

template <typename F>
class ScopeExit {
public:
    explicit ScopeExit(F action) : action_(std::move(action)) {}
    ScopeExit(const ScopeExit&) = delete;
    ScopeExit& operator=(const ScopeExit&) = delete;
    ~ScopeExit() {
        if (armed_) action_();
    }
    void dismiss() { armed_ = false; }

private:
    F action_;
    bool armed_ = true;
};

}  // namespace masthead
