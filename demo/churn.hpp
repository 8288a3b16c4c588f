// Lets invented nodes come and go. Used from the event loop only; changes go through Api.
#pragma once

#include <random>

#include "demo/api.hpp"

namespace masthead::demo {

class Churn {
public:
    Churn(Api& api, std::uint64_t seed) : api_(api), random_(seed ^ 0x9e3779b97f4a7c15u) {}

    /// Turns about one node in fifty (at least one) on or off; expired ones only go.
    void step();

private:
    Api& api_;
    std::mt19937_64 random_;
};

}  // namespace masthead::demo
