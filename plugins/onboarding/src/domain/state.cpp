#include "domain/state.hpp"

#include <array>
#include <utility>

namespace onboarding {
namespace {

using Name = std::pair<State, std::string_view>;
constexpr std::array<Name, 9> kNames{Name{State::Pending, "pending"},   Name{State::Approving, "approving"}, Name{State::KeyPending, "key-pending"},
                                     Name{State::Approved, "approved"}, Name{State::Claimed, "claimed"},     Name{State::Joined, "joined"},
                                     Name{State::Rejected, "rejected"}, Name{State::Withdrawn, "withdrawn"}, Name{State::Expired, "expired"}};

struct Edge {
    State from;
    Step step;
    State to;
};
constexpr std::array kEdges{
    Edge{State::Pending, Step::Approve, State::Approving},     Edge{State::Pending, Step::TimeOut, State::Expired},
    Edge{State::Approving, Step::Undo, State::Pending},        Edge{State::Approving, Step::Due, State::KeyPending},
    Edge{State::KeyPending, Step::KeyMade, State::Approved},   Edge{State::KeyPending, Step::KeyRefused, State::Pending},
    Edge{State::Approved, Step::Claim, State::Claimed},        Edge{State::Claimed, Step::Claim, State::Claimed},
    Edge{State::Approved, Step::Join, State::Joined},          Edge{State::Claimed, Step::Join, State::Joined},
    Edge{State::Approved, Step::TimeOut, State::Expired},      Edge{State::Claimed, Step::TimeOut, State::Expired},
    // A device may come in at the last moment and be seen after it.
    Edge{State::Expired, Step::Join, State::Joined},
};

}  // namespace

std::optional<State> next(State state, Step step) {
    if (step == Step::Reject || step == Step::Withdraw) {
        if (ended(state)) return std::nullopt;
        return step == Step::Reject ? State::Rejected : State::Withdrawn;
    }
    for (const auto& edge : kEdges) {
        if (edge.from == state && edge.step == step) return edge.to;
    }
    return std::nullopt;
}

bool hasLiveKey(State state) { return state == State::Approved || state == State::Claimed; }

bool ended(State state) {
    return state == State::Joined || state == State::Rejected || state == State::Withdrawn || state == State::Expired;
}

std::string_view toText(State state) {
    for (const auto& [known, name] : kNames) {
        if (known == state) return name;
    }
    return "pending";
}

std::optional<State> stateOf(std::string_view text) {
    for (const auto& [known, name] : kNames) {
        if (name == text) return known;
    }
    return std::nullopt;
}

}  // namespace onboarding
