#include "host/headscale/tailnet/view.hpp"

#include <algorithm>

#include "host/headscale/rest_shape.hpp"

namespace masthead::headscale {

namespace {

using Entry = std::shared_ptr<const NodeEntry>;

Entry entryOf(Node node) {
    std::string json = toRest(node).dump();
    return std::make_shared<const NodeEntry>(NodeEntry{std::move(node), std::move(json)});
}

std::string joined(const std::vector<Entry>& nodes) {
    std::size_t size = 2;
    for (const Entry& entry : nodes) size += entry->json.size() + 1;
    std::string out;
    out.reserve(size);
    out += '[';
    for (const Entry& entry : nodes) {
        if (out.size() > 1) out += ',';
        out += entry->json;
    }
    out += ']';
    return out;
}

template <typename T>
std::shared_ptr<const std::string> textOf(const std::vector<T>& list) {
    return std::make_shared<const std::string>(toRest(list).dump());
}

void noteTransition(const Entry& before, const Entry& now, TailnetChanges& changes) {
    const bool was = before && before->node.online;
    if (was != now->node.online) changes.transitions.push_back({now->node.id, now->node.given_name, now->node.online});
}

/// Both lists are sorted by id, so one walk finds what is new, changed and gone.
std::vector<Entry> merge(const std::vector<Entry>& before, std::vector<Node> now, TailnetChanges& changes) {
    std::vector<Entry> out;
    out.reserve(now.size());
    auto old = before.begin();
    for (Node& node : now) {
        for (; old != before.end() && (*old)->node.id < node.id; ++old) changes.removed.push_back((*old)->node.id);
        const Entry known = old != before.end() && (*old)->node.id == node.id ? *old++ : nullptr;
        if (known && known->node == node) {
            out.push_back(known);
            continue;
        }
        out.push_back(entryOf(std::move(node)));
        changes.upserted.push_back(out.back());
        noteTransition(known, out.back(), changes);
    }
    for (; old != before.end(); ++old) changes.removed.push_back((*old)->node.id);
    return out;
}

void sortById(std::vector<Node>& nodes) {
    const auto less = [](const Node& a, const Node& b) { return a.id < b.id; };
    const auto same = [](const Node& a, const Node& b) { return a.id == b.id; };
    if (!std::is_sorted(nodes.begin(), nodes.end(), less)) std::sort(nodes.begin(), nodes.end(), less);
    nodes.erase(std::unique(nodes.begin(), nodes.end(), same), nodes.end());
}

std::size_t countOnline(const std::vector<Entry>& nodes) {
    return static_cast<std::size_t>(std::count_if(nodes.begin(), nodes.end(), [](const Entry& entry) { return entry->node.online; }));
}

}  // namespace

std::shared_ptr<const NodeEntry> TailnetView::find(Id id) const {
    const auto at = std::lower_bound(nodes.begin(), nodes.end(), id, [](const Entry& entry, Id wanted) { return entry->node.id < wanted; });
    return at != nodes.end() && (*at)->node.id == id ? *at : nullptr;
}

std::shared_ptr<const TailnetView> emptyView() {
    TailnetView out;
    out.nodes_json = out.users_json = out.keys_json = std::make_shared<const std::string>("[]");
    return std::make_shared<const TailnetView>(std::move(out));
}

TailnetStep advance(const std::shared_ptr<const TailnetView>& old, TailnetLists lists) {
    TailnetStep step;
    sortById(lists.nodes);
    std::vector<Entry> nodes = merge(old->nodes, std::move(lists.nodes), step.changes);
    step.changes.users = lists.users && *lists.users != old->users;
    step.changes.keys = lists.keys && *lists.keys != old->keys;
    if (!step.changes.any()) {
        step.view = old;
        return step;
    }
    TailnetView next = *old;
    ++next.revision;
    if (!step.changes.upserted.empty() || !step.changes.removed.empty()) {
        next.nodes = std::move(nodes);
        next.nodes_json = std::make_shared<const std::string>(joined(next.nodes));
        next.online = countOnline(next.nodes);
    }
    if (step.changes.users) {
        next.users = std::move(*lists.users);
        next.users_json = textOf(next.users);
    }
    if (step.changes.keys) {
        next.keys = std::move(*lists.keys);
        next.keys_json = textOf(next.keys);
    }
    step.view = std::make_shared<const TailnetView>(std::move(next));
    return step;
}

std::string snapshotOf(const TailnetView& view) {
    return "{\"revision\":" + std::to_string(view.revision) + ",\"nodes\":" + *view.nodes_json + ",\"users\":" + *view.users_json + "}";
}

std::shared_ptr<const TailnetView> viewOf(const std::string& snapshot) {
    const auto parsed = parseJson(snapshot, kLocalJson);
    if (!parsed) return emptyView();
    TailnetLists lists;
    for (const Json& item : (*parsed)["nodes"].items()) {
        auto node = nodeFromRest(item);
        if (!node) continue;
        node->online = false;  // nobody knows at the moment
        lists.nodes.push_back(std::move(*node));
    }
    lists.users = std::make_unique<std::vector<User>>();
    for (const Json& item : (*parsed)["users"].items()) {
        if (auto user = userFromRest(item)) lists.users->push_back(std::move(*user));
    }
    TailnetView view = *advance(emptyView(), std::move(lists)).view;
    // Readers that saw an earlier run of this process must see a greater number.
    view.revision = static_cast<std::uint64_t>(std::max<std::int64_t>((*parsed)["revision"].asInt(), 0)) + 1;
    return std::make_shared<const TailnetView>(std::move(view));
}

}  // namespace masthead::headscale
