// Objects as headscale's REST v1 JSON. Pure functions over a locked Tailnet.
#pragma once

#include "demo/tailnet.hpp"

namespace masthead::demo {

/// 0.29: gRPC and its gateway. 0.30: REST.
enum class Dialect { V029, V030 };

enum class NodeView {
    Single,  // get and most replies: no serving routes, a tagged node has no user
    List,    // serving routes with exit routes; a tagged node shows the user "tagged-devices"
    Routes,  // the reply to approving routes: primary routes only
};

Json timeText(std::int64_t ms);
Json userForm(const User& user);
/// `key_text`: the full key where it is shown once, else the masked form.
Json preAuthKeyForm(const Tailnet& tailnet, const PreAuthKey& key, const std::string& key_text);
Json nodeForm(const Tailnet& tailnet, const Node& node, NodeView view, Dialect dialect);
Json apiKeyForm(const ApiKey& key);

std::string maskedPreAuthKey(const PreAuthKey& key);
std::string maskedApiKey(const ApiKey& key);

}  // namespace masthead::demo
