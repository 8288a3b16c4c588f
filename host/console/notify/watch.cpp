#include "host/console/notify/watch.hpp"

#include <algorithm>

namespace masthead::console::notify {

CoreWatch::CoreWatch(const Json& told) : seen_(told["headscale_seen"].asBool()), down_told_(told["headscale_down"].asBool()) {
    for (const auto& id : told["quarantined"].items()) quarantined_told_.insert(id.asString());
}

std::vector<Note> CoreWatch::look(std::int64_t steady_ms, bool headscale_ready, const std::vector<Quarantined>& quarantined) {
    std::vector<Note> notes;
    if (headscale_ready) {
        seen_ = true;
        away_since_ = -1;
        if (down_told_) {
            notes.push_back({"headscale.up", "core.status.read", "headscale answers again",
                             "Devices can reach the control plane again.", "/admin/", "info"});
        }
    } else {
        if (away_since_ < 0) away_since_ = steady_ms;
        if (seen_ && !down_told_ && steady_ms - away_since_ >= kAwayMs) {
            notes.push_back({"headscale.down", "core.status.read", "headscale does not answer",
                             "headscale has been away for a minute. Connected devices keep working with what they know; new ones "
                             "cannot join.",
                             "/admin/", "critical"});
        }
    }
    for (auto told = quarantined_told_.begin(); told != quarantined_told_.end();) {
        const bool still =
            std::any_of(quarantined.begin(), quarantined.end(), [&](const auto& item) { return item.id == *told; });
        told = still ? std::next(told) : quarantined_told_.erase(told);
    }
    for (const auto& item : quarantined) {
        if (quarantined_told_.count(item.id) > 0) continue;
        Note note{"plugin.quarantined",           "core.plugins.read", "The plugin " + item.title + " is in quarantine",
                  "Reason: " + item.reason + ".", "/admin/plugins",    "warning"};
        note.data = Json::object({{"plugin", item.id}});
        notes.push_back(std::move(note));
    }
    return notes;
}

void CoreWatch::posted(const Note& note) {
    if (note.event == "headscale.down") down_told_ = true;
    if (note.event == "headscale.up") down_told_ = false;
    if (note.event == "plugin.quarantined") quarantined_told_.insert(note.data.text("plugin"));
}

Json CoreWatch::state() const {
    Json ids = Json::array();
    for (const auto& id : quarantined_told_) ids.push(id);
    return Json::object({{"headscale_seen", seen_}, {"headscale_down", down_told_}, {"quarantined", std::move(ids)}});
}

}  // namespace masthead::console::notify
