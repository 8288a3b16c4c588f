// What a checked policy means for the nodes at hand: its `tests` section and automatic route approval.
// Pure functions over a locked Tailnet.
#pragma once

#include "demo/policy/policy_document.hpp"
#include "demo/tailnet.hpp"

namespace masthead::demo {

/// headscale's "test(s) failed:" text, or empty when all hold.
std::string testFailures(const PolicyDocument& document, const Tailnet& tailnet);
/// The policy lets this node serve the announced route without an admin.
bool autoApproved(const PolicyDocument& document, const Tailnet& tailnet, const Node& node, const std::string& route);

}  // namespace masthead::demo
