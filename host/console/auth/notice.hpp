// Something that the people who run this, or the person concerned, should be told: a lock, a used recovery code, a change of
// factors. Auth rooms hand it to a function; the console turns it into a notification. Never holds a secret.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace masthead::console::auth {

struct Notice {
    std::string event;              // "core.account.locked"
    std::int64_t account = 0;       // whom it concerns
    std::string title;
    std::string text = {};
    std::string severity = "info";  // info | warning | critical
};

/// Called after the commit; never fails the change it tells of. May be empty.
using Tell = std::function<void(const Notice&)>;

}  // namespace masthead::console::auth
