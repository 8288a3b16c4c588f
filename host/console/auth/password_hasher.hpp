// Argon2id by libsodium (64 MiB, 3 passes), at most two at once, at most 64 waiting: more answer Unavailable.
//
// Thread-safe. Stored hashes are PHC strings; one that asks for more than 256 MiB or 10 passes is refused unread.
// verify() with an empty stored hash does the same amount of work and says no: for accounts that do not exist.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>

#include "host/base/result.hpp"

namespace masthead::console::auth {

class PasswordHasher {
public:
    struct Cost {
        unsigned long long passes = 3;
        std::size_t memory = std::size_t{64} << 20;
    };

    PasswordHasher();
    explicit PasswordHasher(Cost cost);

    Result<std::string> hash(const std::string& password);
    Result<bool> verify(const std::string& password, const std::string& stored);

    static constexpr int kAtOnce = 2;
    static constexpr int kQueue = 64;

private:
    class Turn;

    Cost cost_;
    std::string nobody_;  // the hash compared for unknown accounts
    std::mutex mutex_;    // guards running_ and waiting_
    std::condition_variable free_;
    int running_ = 0;
    int waiting_ = 0;
};

}  // namespace masthead::console::auth
