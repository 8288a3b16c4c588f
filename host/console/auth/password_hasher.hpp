// Argon2id by libsodium (64 MiB, 3 passes) over the peppered password, at most as many at once as there are cores and four,
// at most 64 waiting: more answer ResourceExhausted.
//
// Thread-safe. A stored hash is "pepper1:" and a PHC string: HMAC-SHA-256 of the normalised password under a key derived from
// the host's key file goes into Argon2id, so that a stolen database alone cannot be guessed against. Older ones are a bare PHC
// string of the password as typed; stale() finds them. One that asks for more than 256 MiB or 10 passes is refused unread.
// verify() with an empty stored hash does the same amount of work and says no: for accounts that do not exist.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <utility>

#include "host/base/result.hpp"

namespace masthead::console::auth {

class PasswordHasher {
public:
    struct Cost {
        unsigned long long passes = 3;
        std::size_t memory = std::size_t{64} << 20;
    };

    explicit PasswordHasher(std::string pepper_key) : PasswordHasher(std::move(pepper_key), Cost()) {}
    PasswordHasher(std::string pepper_key, Cost cost);

    Result<std::string> hash(const std::string& password);
    Result<bool> verify(const std::string& password, const std::string& stored);

    /// True when the hash lacks the pepper or is cheaper than what hash() makes now.
    bool stale(const std::string& stored) const;
    /// The most that run at the same time: min(cores, 4).
    int atOnce() const { return at_once_; }

    static constexpr int kMostAtOnce = 4;
    static constexpr int kQueue = 64;

private:
    class Turn;

    std::string peppered(const std::string& password) const;

    std::string pepper_key_;
    Cost cost_;
    int at_once_;
    std::string nobody_;  // the hash compared for unknown accounts
    std::mutex mutex_;    // guards running_ and waiting_
    std::condition_variable free_;
    int running_ = 0;
    int waiting_ = 0;
};

}  // namespace masthead::console::auth
