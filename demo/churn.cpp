#include "demo/churn.hpp"

#include "demo/logger.hpp"

namespace masthead::demo {

void Churn::step() {
    std::vector<std::pair<std::uint64_t, bool>> turns;
    {
        const std::lock_guard lock(api_.tailnet().mutex());
        const auto& nodes = api_.tailnet().nodes();
        if (nodes.empty()) return;
        std::vector<std::uint64_t> ids;
        for (const auto& [id, node] : nodes) ids.push_back(id);
        for (std::size_t i = 0; i < 1 + ids.size() / 50; ++i) {
            const Node& node = nodes.at(ids[random_() % ids.size()]);
            const bool expired = node.expiry_ms && *node.expiry_ms != kGoZeroTimeMs && *node.expiry_ms < api_.tailnet().nowMs();
            if (node.online || !expired) turns.emplace_back(node.id, !node.online);
        }
    }
    for (const auto& [id, online] : turns) {
        // A node deleted between the two steps needs no turn.
        if (!api_.setOnline(id, online)) continue;
        if (!online) logger::info("node has disconnected", {{"node.id", id}});
    }
}

}  // namespace masthead::demo
