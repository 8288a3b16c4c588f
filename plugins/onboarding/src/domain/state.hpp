// The life of a request as a pure state machine: which step leads from which state to which.
//
//   pending -> approving -> key-pending -> approved -> claimed -> joined
//   each of them may end as rejected, withdrawn or expired where next() allows it.
#pragma once

#include <optional>
#include <string_view>

namespace onboarding {

enum class State { Pending, Approving, KeyPending, Approved, Claimed, Joined, Rejected, Withdrawn, Expired };

enum class Step {
    Approve,     // an admin said yes; nothing exists in headscale yet
    Undo,        // and took it back in time
    Due,         // the time to undo is over
    KeyMade,     // headscale made the key and it is stored
    KeyRefused,  // headscale will not make such a key: back to the admin
    Claim,       // the requester took the key
    Join,        // a node came in with the key
    Reject,
    Withdraw,
    TimeOut,     // unanswered for too long, or the key ran out unused
};

/// Nothing: the step is not possible in this state.
std::optional<State> next(State state, Step step);

/// A key for it exists in headscale and may still be used.
bool hasLiveKey(State state);
/// Nothing will happen to it any more.
bool ended(State state);
/// It waits for an admin.
inline bool unanswered(State state) { return state == State::Pending; }

std::string_view toText(State state);
std::optional<State> stateOf(std::string_view text);

}  // namespace onboarding
