// Prints how long the client's calls take against the headscale named by MASTHEAD_CONTRACT_SOCKET: median and 99th
// percentile of each, and what a look of the live view costs. Run by hand; its figures stand in README.md.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

#include "host/headscale/client.hpp"
#include "host/headscale/tailnet/view.hpp"

namespace {

using namespace masthead;

void measure(const char* name, int times, const std::function<bool()>& action) {
    std::vector<double> taken;
    if (times == 0) return;
    for (int i = 0; i < times; ++i) {
        const auto start = std::chrono::steady_clock::now();
        if (!action()) {
            std::printf("%-28s failed\n", name);
            return;
        }
        taken.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    std::sort(taken.begin(), taken.end());
    std::printf("%-28s n=%-4d p50 %9.3f ms   p99 %9.3f ms\n", name, times, taken[taken.size() / 2], taken[taken.size() * 99 / 100]);
}

}  // namespace

int main() {
    const char* socket = std::getenv("MASTHEAD_CONTRACT_SOCKET");
    if (socket == nullptr) {
        std::fprintf(stderr, "MASTHEAD_CONTRACT_SOCKET is not set\n");
        return 2;
    }
    measure("connect", 20, [&] { return headscale::connect(socket).ok(); });
    auto made = headscale::connect(socket);
    if (!made) {
        std::fprintf(stderr, "%s\n", made.error().message.c_str());
        return 1;
    }
    headscale::Client& client = **made;
    measure("health", 500, [&] { return client.health().ok(); });
    measure("listUsers", 200, [&] { return client.listUsers().ok(); });
    auto nodes = client.listNodes();
    if (!nodes) return 1;
    std::printf("%s %s, %zu nodes\n", client.driver(), client.minor().c_str(), nodes->size());
    measure("listNodes", 20, [&] { return client.listNodes().ok(); });
    auto view = headscale::emptyView();
    measure("view: all new", 10, [&] {
        headscale::TailnetLists lists;
        lists.nodes = *nodes;
        return headscale::advance(view, std::move(lists)).view->nodes.size() == nodes->size();
    });
    headscale::TailnetLists first;
    first.nodes = *nodes;
    view = headscale::advance(view, std::move(first)).view;
    measure("view: nothing changed", 20, [&] {
        headscale::TailnetLists lists;
        lists.nodes = *nodes;
        return !headscale::advance(view, std::move(lists)).changes.any();
    });
    measure("view: one node changed", nodes->empty() ? 0 : 20, [&] {
        headscale::TailnetLists lists;
        lists.nodes = *nodes;
        lists.nodes.back().online = !lists.nodes.back().online;
        return headscale::advance(view, std::move(lists)).changes.upserted.size() == 1;
    });
    std::printf("JSON of all nodes: %zu bytes\n", view->nodes_json->size());
    return 0;
}
