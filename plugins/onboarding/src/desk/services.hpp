// Services: the host's services as the desk uses them, opened by start(). Thread-safe once open.
#pragma once

#include <masthead/audit.hpp>
#include <masthead/events.hpp>
#include <masthead/headscale.hpp>
#include <masthead/jobs.hpp>
#include <masthead/log.hpp>
#include <masthead/store.hpp>
#include <optional>
#include <string>

#include "domain/common.hpp"

namespace onboarding {

class Services {
public:
    explicit Services(masthead::Host host) : host_(host), log_(host) {}
    Status open();

    const masthead::Store& store() const { return *store_; }
    const masthead::Headscale& headscale() const { return *headscale_; }
    const masthead::Log& log() const { return log_; }
    const masthead::Host& host() const { return host_; }
    /// The address people's devices connect to.
    std::string publicUrl() const { return host_.info().text("public_url"); }
    bool headscaleReady() const { return headscale_->info()["ready"].asBool(); }

    /// A record in the audit trail; a failure to write it is logged, the decision stands (the host has audited the route).
    void audit(const Call* call, const std::string& action, const std::string& object, bool success, const Json& details) const;
    void publish(const std::string& type, const Json& data) const;

private:
    masthead::Host host_;
    masthead::Log log_;
    std::optional<masthead::Store> store_;
    std::optional<masthead::Headscale> headscale_;
    std::optional<masthead::Events> events_;
    std::optional<masthead::Audit> audit_;
};

}  // namespace onboarding
