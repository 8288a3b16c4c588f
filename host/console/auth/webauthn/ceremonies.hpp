// The challenges under way. Each is 32 random bytes, kept here only, good once and for five minutes, for the ceremony and
// the session that it was made for. Its handle is as long and as random: who holds neither cookie nor handle has nothing.
//
// Thread-safe. Bounded: a session keeps its latest 8 (so that tabs do not disturb each other), a source without a session
// its latest 64, all sources together 8192; the oldest without a session give way. A restart forgets all of them.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"

namespace masthead::console::auth::webauthn {

enum class Purpose { Register, SignIn, SecondFactor, StepUp };

struct Ceremony {
    Purpose purpose = Purpose::SignIn;
    std::int64_t account = 0;  // 0: whoever answers
    std::string session = {};  // public handle; empty: none yet
    std::string challenge = {};
};

class Ceremonies {
public:
    struct Begun {
        std::string handle;
        std::string challenge;  // raw bytes
    };

    explicit Ceremonies(Clock& clock) : clock_(clock) {}

    /// `source` groups those without a session: an address.
    Begun begin(Purpose purpose, std::int64_t account, const std::string& session, const std::string& source);
    /// Ends the ceremony whatever comes of it. FailedPrecondition when unknown, used, too old, or made for something else.
    Result<Ceremony> take(const std::string& handle, Purpose purpose, const std::string& session);

    static constexpr std::size_t kPerSession = 8;
    static constexpr std::size_t kPerSource = 64;
    static constexpr std::size_t kAllSources = 8192;

private:
    struct Entry {
        Ceremony ceremony;
        std::string owner;
        std::int64_t begun = 0;
        std::uint64_t order = 0;
    };

    void forgetOld(std::int64_t now);
    void makeRoom(const std::string& owner, bool anonymous);
    void erase(std::map<std::string, Entry>::iterator entry);

    Clock& clock_;
    std::mutex mutex_;  // guards all below
    std::map<std::string, Entry> entries_;
    std::map<std::uint64_t, std::string> by_age_;
    std::map<std::string, std::size_t> per_owner_;
    std::size_t anonymous_ = 0;
    std::uint64_t next_ = 0;
};

}  // namespace masthead::console::auth::webauthn
