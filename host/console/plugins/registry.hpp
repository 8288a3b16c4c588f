// What the console knows about each enabled plugin at one moment: an immutable snapshot, replaced as a whole.
// Registry is thread-safe; a View never changes after it was put in.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "host/console/plugins/background.hpp"
#include "host/console/plugins/instance.hpp"

namespace masthead::console::plugins {

enum class PluginState { Running, Refused, Quarantined, Backoff, Stopped };
const char* stateName(PluginState state);

struct View {
    std::string id;
    PluginState state = PluginState::Stopped;
    std::string reason;  // why it is not running
    std::string origin = "unknown";
    std::string web_digest, web_directory;
    std::shared_ptr<const Manifest> manifest;  // null when refused: then nothing of it can be relied on
    std::shared_ptr<Instance> instance;        // running only
    std::shared_ptr<Background> background;    // running, and it has jobs or hears events
};

using Snapshot = std::map<std::string, std::shared_ptr<const View>>;

class Registry {
public:
    std::shared_ptr<const Snapshot> get() const {
        const std::lock_guard lock(mutex_);
        return snapshot_;
    }
    std::shared_ptr<const View> find(const std::string& id) const {
        const auto all = get();
        const auto found = all->find(id);
        return found == all->end() ? nullptr : found->second;
    }
    /// The view that was there before, if any: the caller lets go of it outside of the lock.
    std::shared_ptr<const View> put(View view) {
        const std::lock_guard lock(mutex_);
        auto next = std::make_shared<Snapshot>(*snapshot_);
        auto& slot = (*next)[view.id];
        auto before = slot;
        slot = std::make_shared<const View>(std::move(view));
        snapshot_ = std::move(next);
        return before;
    }

private:
    mutable std::mutex mutex_;  // guards snapshot_
    std::shared_ptr<const Snapshot> snapshot_ = std::make_shared<const Snapshot>();
};

}  // namespace masthead::console::plugins
