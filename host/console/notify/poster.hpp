// Poster: the one function by which notifications come in, from the core and, through masthead.notify/1, from plugins.
// Thread-safe; the seam between the plugin host and the notify room.
#pragma once

#include <string>

#include "host/base/json.hpp"
#include "host/base/result.hpp"

namespace masthead::console::notify {

/// One thing that happened, as its author tells it. Texts are plain and may be hostile.
struct Note {
    std::string event;       // "onboarding.request"
    std::string permission;  // who may see it in the console; "masthead:any-authenticated" for all
    std::string title;
    std::string text = {};
    std::string link = {};          // a path of the console, or empty
    std::string severity = "info";  // info | warning | critical
    Json data = Json::object();
};

class Poster {
public:
    virtual ~Poster() = default;
    /// Durable when ok; never waits for a network. InvalidArgument names the member that does not fit.
    virtual Status post(Note note) = 0;
};

}  // namespace masthead::console::notify
