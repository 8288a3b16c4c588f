#include "plugin.hpp"

namespace nodes {

NodesPlugin::NodesPlugin(masthead::Host host) : Plugin(host) {
    bindNodes();
    bindUsers();
    bindKeys();
    bindApiKeys();
    bindActivity();
}

Status NodesPlugin::start() {
    auto headscale = masthead::Headscale::open(host());
    if (!headscale) return std::move(headscale).error();
    headscale_ = *headscale;
    auto store = masthead::Store::open(host());
    if (!store) return std::move(store).error();
    store_ = *store;
    loadHistory();
    return {};
}

void NodesPlugin::stop(std::int64_t) { flush(nullptr); }

Result<Reply> NodesPlugin::pass(const HttpCall& call, const std::string& method, const std::string& path,
                                const Json& body) const {
    auto answer = headscale_->callRaw(method, path, body, &call);
    if (!answer) return std::move(answer).error();
    return Reply::rawJson(*std::move(answer));
}

Result<Json> NodesPlugin::ask(const HttpCall& call, const std::string& method, const std::string& path, const Json& body) const {
    return headscale_->call(method, path, body, &call);
}

}  // namespace nodes

MASTHEAD_PLUGIN(nodes::NodesPlugin)
