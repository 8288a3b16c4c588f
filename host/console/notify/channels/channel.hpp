// A place notifications go to, as the administrator set it up: kind, settings, secrets. Parsing checks every member.
//
// Plain value. `secrets` is in clear text and lives in memory only while it is needed; shown() leaves it out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/base/json.hpp"
#include "host/console/http/response.hpp"

namespace masthead::console::notify {

struct Channel {
    std::int64_t id = 0;
    std::string kind, name;  // kind: mail | webhook | ntfy | slack | matrix
    bool enabled = true;
    Json settings = Json::object();  // checked, with every default filled in
    Json secrets = Json::object();   // {"password": "..."}

    std::int64_t attempts() const { return settings["attempts"].asInt(12); }
    std::int64_t firstRetryMs() const { return settings["retry_seconds"].asInt(30) * 1000; }
    bool ignoresQuietHours() const { return settings["ignore_quiet_hours"].asBool(); }
    bool privateAllowed() const { return settings["private_network"].asBool(); }
};

/// The channel that `body` describes; with `before` a change of it: secrets that are not given stay, unless they would then
/// go to another server. Collects what is wrong.
Channel parseChannel(const Json& body, const Channel* before, std::vector<FieldError>& wrong);
/// For the API: settings, and of secrets only which are set.
Json shown(const Channel& channel);

}  // namespace masthead::console::notify
