// Counts connections in total and per address, and says when a new one is one too many (DO-08).
//
// Not thread-safe: lives on the event loop. A Slot gives its place back when it dies; it must not outlive the cap.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>

namespace masthead::edge::limits {

class ConnectionCap {
public:
    ConnectionCap(std::size_t total, std::size_t per_address) : total_(total), per_address_(per_address) {}

    class Slot {
    public:
        Slot() = default;
        Slot(Slot&& other) noexcept : cap_(std::exchange(other.cap_, nullptr)), key_(std::move(other.key_)) {}
        Slot& operator=(Slot&&) = delete;
        ~Slot() {
            if (cap_) cap_->release(key_);
        }
        explicit operator bool() const { return cap_ != nullptr; }

    private:
        friend class ConnectionCap;
        Slot(ConnectionCap* cap, std::string key) : cap_(cap), key_(std::move(key)) {}
        ConnectionCap* cap_ = nullptr;
        std::string key_;
    };

    /// An empty slot when the total or the address is at its cap. An address limit of 0 means none.
    Slot acquire(const std::string& key) {
        if (count_ >= total_) return {};
        auto& held = by_address_[key];
        if (per_address_ > 0 && held >= per_address_) return {};
        ++held;
        ++count_;
        return {this, key};
    }

    std::size_t count() const { return count_; }
    std::size_t addresses() const { return by_address_.size(); }

private:
    void release(const std::string& key) {
        --count_;
        const auto found = by_address_.find(key);
        if (--found->second == 0) by_address_.erase(found);
    }

    std::size_t total_;
    std::size_t per_address_;
    std::size_t count_ = 0;
    std::unordered_map<std::string, std::size_t> by_address_;
};

}  // namespace masthead::edge::limits
