// TailnetView: one immutable picture of the tailnet, with its JSON made once. Shared by readers through shared_ptr<const>;
// a new picture reuses the texts of every node that did not change, so a poll of 10,000 unchanged nodes makes no text.
// Pure values and functions.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "host/base/json.hpp"
#include "host/headscale/types.hpp"

namespace masthead::headscale {

struct NodeEntry {
    Node node;
    std::string json;  // REST v1 shape
};

struct OnlineTransition {
    Id node = 0;
    std::string given_name;
    bool online = false;
};

struct TailnetView {
    std::uint64_t revision = 0;  // grows by one with every change of anything below
    std::vector<std::shared_ptr<const NodeEntry>> nodes;  // by id
    std::vector<User> users;
    std::vector<PreAuthKey> keys;
    std::size_t online = 0;
    std::shared_ptr<const std::string> nodes_json;  // "[{...},...]"
    std::shared_ptr<const std::string> users_json;
    std::shared_ptr<const std::string> keys_json;

    /// Null when unknown.
    std::shared_ptr<const NodeEntry> find(Id id) const;
};

struct TailnetChanges {
    std::vector<std::shared_ptr<const NodeEntry>> upserted;
    std::vector<Id> removed;
    std::vector<OnlineTransition> transitions;  // of nodes known before; a new node that is online counts, too
    bool users = false;
    bool keys = false;
    bool any() const { return !upserted.empty() || !removed.empty() || users || keys; }
};

/// What a poll brought; a list that was not asked for this time is null and stays as it was.
struct TailnetLists {
    std::vector<Node> nodes;
    std::unique_ptr<std::vector<User>> users;
    std::unique_ptr<std::vector<PreAuthKey>> keys;
};

struct TailnetStep {
    std::shared_ptr<const TailnetView> view;  // the old one itself when nothing changed
    TailnetChanges changes;
};

TailnetStep advance(const std::shared_ptr<const TailnetView>& old, TailnetLists lists);

/// The empty picture, revision 0.
std::shared_ptr<const TailnetView> emptyView();

/// What is kept over a restart, and back; an unreadable text gives the empty picture. Keys are not kept.
std::string snapshotOf(const TailnetView& view);
std::shared_ptr<const TailnetView> viewOf(const std::string& snapshot);

}  // namespace masthead::headscale
