#include "desk/services.hpp"

namespace onboarding {

Status Services::open() {
    auto store = masthead::Store::open(host_);
    if (!store) return std::move(store).error();
    auto headscale = masthead::Headscale::open(host_);
    if (!headscale) return std::move(headscale).error();
    auto events = masthead::Events::open(host_);
    if (!events) return std::move(events).error();
    auto audit = masthead::Audit::open(host_);
    if (!audit) return std::move(audit).error();
    store_ = *store;
    headscale_ = *headscale;
    events_ = *events;
    audit_ = *audit;
    return {};
}

void Services::audit(const Call* call, const std::string& action, const std::string& object, bool success, const Json& details) const {
    if (auto done = audit_->record(call, action, object, success ? "success" : "failure", details); !done) {
        log_.error("a decision could not be written to the audit log", Json::object({{"action", action}, {"object", object}, {"cause", done.error().message}}));
    }
}

void Services::publish(const std::string& type, const Json& data) const {
    if (auto done = events_->publish(type, data); !done) {
        log_.warning("an event could not be published", Json::object({{"type", type}, {"cause", done.error().message}}));
    }
}

}  // namespace onboarding
