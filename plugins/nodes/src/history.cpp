#include "history.hpp"

namespace nodes {

using masthead::Json;

unsigned History::pieceOf(const std::string& id) {
    unsigned sum = 0;
    for (const char c : id) sum = sum * 31 + static_cast<unsigned char>(c);
    return sum % kPieces;
}

void History::trim(std::deque<Change>& changes, std::int64_t now) const {
    while (changes.size() > kPerNode || (!changes.empty() && changes.front().at < now - kKeep)) changes.pop_front();
}

bool History::note(const std::string& id, bool online, std::int64_t now) {
    const std::lock_guard lock(mutex_);
    const auto [known, first] = online_.try_emplace(id, online);
    auto& changes = changes_[id];
    // Seen for the first time since the start: what was stored last tells whether it changed meanwhile.
    const bool was = first ? (changes.empty() ? online : changes.back().online) : known->second;
    known->second = online;
    // The first line of a history says where it began.
    if (was == online && !changes.empty()) return false;
    const bool changed = was != online;
    changes.push_back({now, online});
    trim(changes, now);
    dirty_.insert(pieceOf(id));
    return changed;
}

void History::forget(const std::string& id) {
    const std::lock_guard lock(mutex_);
    online_.erase(id);
    if (changes_.erase(id) > 0) dirty_.insert(pieceOf(id));
}

void History::retain(const std::set<std::string>& ids) {
    const std::lock_guard lock(mutex_);
    std::erase_if(online_, [&](const auto& entry) { return ids.count(entry.first) == 0; });
    std::erase_if(changes_, [&](const auto& entry) {
        const bool gone = ids.count(entry.first) == 0;
        if (gone) dirty_.insert(pieceOf(entry.first));
        return gone;
    });
}

void History::sample(std::int64_t now) {
    const std::lock_guard lock(mutex_);
    std::int64_t online = 0;
    for (const auto& [id, is] : online_) online += is ? 1 : 0;
    const Sample next{now, online, static_cast<std::int64_t>(online_.size())};
    // The last sample is the present until it is old enough to stay.
    if (samples_.size() >= 2 && samples_.back().at - samples_[samples_.size() - 2].at < kSampleEvery) samples_.pop_back();
    samples_.push_back(next);
    while (samples_.size() > kSamples) samples_.pop_front();
    dirty_.insert(kPieces);
}

Json History::of(const std::string& id, std::int64_t now) const {
    const std::lock_guard lock(mutex_);
    Json out = Json::array();
    const auto found = changes_.find(id);
    if (found == changes_.end()) return out;
    for (const auto& change : found->second) {
        if (change.at >= now - kKeep) out.push(Json::object({{"at", change.at}, {"online", change.online}}));
    }
    return out;
}

Json History::samples() const {
    const std::lock_guard lock(mutex_);
    Json out = Json::array();
    for (const auto& sample : samples_)
        out.push(Json::object({{"at", sample.at}, {"online", sample.online}, {"total", sample.total}}));
    return out;
}

std::vector<unsigned> History::takeDirty() {
    const std::lock_guard lock(mutex_);
    std::vector<unsigned> out(dirty_.begin(), dirty_.end());
    dirty_.clear();
    return out;
}

std::string History::piece(unsigned number) const {
    const std::lock_guard lock(mutex_);
    Json out = Json::object();
    if (number == kPieces) {
        Json list = Json::array();
        for (const auto& sample : samples_) {
            list.push(sample.at);
            list.push(sample.online);
            list.push(sample.total);
        }
        out.set("samples", std::move(list));
        return out.dump();
    }
    for (const auto& [id, changes] : changes_) {
        if (changes.empty() || pieceOf(id) != number) continue;
        // A moment with its sign: above zero online, below offline.
        Json list = Json::array();
        for (const auto& change : changes) list.push(change.online ? change.at : -change.at);
        out.set(id, std::move(list));
    }
    return out.dump();
}

void History::load(unsigned number, std::string_view text) {
    std::string error;
    const auto parsed = Json::parse(text, error);
    if (!parsed || !parsed->isObject()) return;
    const std::lock_guard lock(mutex_);
    if (number == kPieces) {
        const auto& list = (*parsed)["samples"].items();
        for (std::size_t i = 0; i + 2 < list.size(); i += 3)
            samples_.push_back({list[i].asInt(), list[i + 1].asInt(), list[i + 2].asInt()});
        return;
    }
    for (const auto& [id, list] : parsed->members()) {
        auto& changes = changes_[id];
        for (const auto& at : list.items()) {
            if (at.asInt() != 0) changes.push_back({at.asInt() < 0 ? -at.asInt() : at.asInt(), at.asInt() > 0});
        }
    }
}

}  // namespace nodes
