// CoreWatch: what the core itself has to tell: headscale away for a minute and back (not before it answered for the first
// time: a first start may take long), plugins newly in quarantine.
//
// look() belongs to one thread. What was told is kept (state()), so that a restart neither repeats nor forgets it.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "host/base/json.hpp"
#include "host/console/notify/poster.hpp"

namespace masthead::console::notify {

class CoreWatch {
public:
    static constexpr std::int64_t kAwayMs = 60 * 1000;

    /// `told` is a former state(), or null.
    explicit CoreWatch(const Json& told);

    struct Quarantined {
        std::string id, title, reason;
    };
    /// What to post now. Once it is posted, call posted() with each.
    std::vector<Note> look(std::int64_t steady_ms, bool headscale_ready, const std::vector<Quarantined>& quarantined);
    void posted(const Note& note);
    /// {"headscale_seen": true, "headscale_down": true, "quarantined": ["x"]}
    Json state() const;

private:
    bool seen_ = false;  // it has answered once, ever
    bool down_told_ = false;
    std::int64_t away_since_ = -1;  // steady ms
    std::set<std::string> quarantined_told_;
};

}  // namespace masthead::console::notify
