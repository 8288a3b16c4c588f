// History: when which node came and went, and how many were online over time, from the changes that the live view publishes. Kept
// for 30 days, at most 100 changes a node, in 256 pieces of text so that a change rewrites little; who owns it stores the pieces
// that `takeDirty` names. Thread-safe. Holds no clock: every call says what time it is (seconds).
#pragma once

#include <cstdint>
#include <deque>
#include <masthead/json.hpp>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nodes {

class History {
public:
    static constexpr unsigned kPieces = 256;
    static constexpr std::int64_t kKeep = 30 * 86400;
    static constexpr std::size_t kPerNode = 100;
    static constexpr std::int64_t kSampleEvery = 300;
    static constexpr std::size_t kSamples = 7 * 86400 / kSampleEvery;

    /// True when this is a change of a node known before, or when a node that was known before a restart has changed meanwhile.
    bool note(const std::string& id, bool online, std::int64_t now);
    void forget(const std::string& id);
    /// Forgets every other node: what was deleted while nobody listened.
    void retain(const std::set<std::string>& ids);
    /// Counts who is online now; at most one sample in kSampleEvery is kept, the last one always shows the present.
    void sample(std::int64_t now);

    /// [{"at": seconds, "online": bool}], oldest first.
    masthead::Json of(const std::string& id, std::int64_t now) const;
    /// [{"at": seconds, "online": n, "total": n}], oldest first.
    masthead::Json samples() const;

    /// The pieces that changed since the last call; `kPieces` stands for the samples.
    std::vector<unsigned> takeDirty();
    std::string piece(unsigned number) const;
    /// A text that is no piece changes nothing.
    void load(unsigned number, std::string_view text);

private:
    struct Change {
        std::int64_t at;
        bool online;
    };
    struct Sample {
        std::int64_t at;
        std::int64_t online;
        std::int64_t total;
    };
    static unsigned pieceOf(const std::string& id);
    void trim(std::deque<Change>& changes, std::int64_t now) const;

    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::deque<Change>> changes_;
    std::unordered_map<std::string, bool> online_;
    std::deque<Sample> samples_;
    std::set<unsigned> dirty_;
};

}  // namespace nodes
