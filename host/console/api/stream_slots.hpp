// How many event streams may be open: 64 in all, 4 per session. Thread-safe. A Slot gives its place back when it goes.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace masthead::console::api {

class StreamSlots {
public:
    static constexpr std::size_t kTotal = 64;
    static constexpr std::size_t kPerSession = 4;

    class Slot {
    public:
        Slot(StreamSlots& owner, std::string session) : owner_(owner), session_(std::move(session)) {}
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        ~Slot() { owner_.giveBack(session_); }

    private:
        StreamSlots& owner_;
        std::string session_;
    };

    /// Null when all are taken.
    std::shared_ptr<Slot> take(const std::string& session) {
        const std::lock_guard lock(mutex_);
        std::size_t& own = per_session_[session];
        if (total_ >= kTotal || own >= kPerSession) {
            if (own == 0) per_session_.erase(session);
            return nullptr;
        }
        ++own;
        ++total_;
        return std::make_shared<Slot>(*this, session);
    }
    std::size_t open() const {
        const std::lock_guard lock(mutex_);
        return total_;
    }

private:
    void giveBack(const std::string& session) {
        const std::lock_guard lock(mutex_);
        --total_;
        const auto found = per_session_.find(session);
        if (--found->second == 0) per_session_.erase(found);
    }

    mutable std::mutex mutex_;  // guards total_ and per_session_
    std::size_t total_ = 0;
    std::map<std::string, std::size_t> per_session_;
};

}  // namespace masthead::console::api
