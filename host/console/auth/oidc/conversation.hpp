// Conversation: one of the few requests that may speak to providers at the same time, so that a provider that hangs cannot hold
// every thread of the console. Lives on the stack.
#pragma once

#include <atomic>

#include "host/base/result.hpp"

namespace masthead::console::oidc {

class Conversation {
public:
    Conversation(std::atomic<int>& open, int most) : open_(open), admitted_(open.fetch_add(1) < most) {}
    ~Conversation() { open_.fetch_sub(1); }
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    explicit operator bool() const { return admitted_; }
    static Error busy() { return {Code::Unavailable, "Too many sign-ins wait for their provider. Try again in a moment."}; }

private:
    std::atomic<int>& open_;
    const bool admitted_;
};

}  // namespace masthead::console::oidc
