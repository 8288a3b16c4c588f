// Announcer: tells browsers what changed (events), and admins that something waits (notifications, when the host has them).
// Thread-safe. Never carries a key; a link only opens the console.
#pragma once

#include <masthead/notify.hpp>
#include <optional>
#include <vector>

#include "desk/registrations.hpp"
#include "desk/services.hpp"
#include "domain/request.hpp"

namespace onboarding {

class Announcer {
public:
    explicit Announcer(const Services& services) : services_(services) {}
    void open();

    void requests(const std::vector<Json>& upserted, const std::vector<std::string>& removed) const;
    void registrations(const Json& list) const;
    void counts(const Json& counts) const;

    void newRequest(const Request& request) const;
    void newRegistration(const Registration& registration) const;
    void joined(const Request& request) const;
    void trouble(const Request& request) const;

private:
    void post(const std::string& event, masthead::Notification notification) const;

    const Services& services_;
    std::optional<masthead::Notify> notify_;
};

}  // namespace onboarding
