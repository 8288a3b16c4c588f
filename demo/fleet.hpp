// The invented fleet: the same seed and sizes give the same users, nodes, keys and policy (keys' secrets and times apart).
#pragma once

#include "demo/tailnet.hpp"

namespace masthead::demo {

struct FleetSize {
    std::uint32_t nodes = 0;
    std::uint32_t users = 0;
    std::uint64_t seed = 1;
};

/// Fills an empty tailnet; with no nodes and no users it stays empty, without a policy. Caller holds the lock.
void inventFleet(Tailnet& tailnet, const FleetSize& size);

}  // namespace masthead::demo
