// Admin routes of devices that wait for approval.
#include "plugin.hpp"

namespace onboarding {

void OnboardingPlugin::bindRegistrations() {
    route("registrations.list", [this](const HttpCall&) -> Result<Reply> { return Reply::json(desk_.registrations()); });
    route("registrations.approve", [this](const HttpCall& call) -> Result<Reply> {
        auto body = call.json();
        if (!body) return std::move(body).error();
        auto done = desk_.approveRegistration(call.capture("id"), body->text("user"), call);
        if (!done) return std::move(done).error();
        return Reply::json(Json::object({{"registration", *std::move(done)}}));
    });
    route("registrations.reject", [this](const HttpCall& call) -> Result<Reply> {
        auto done = desk_.rejectRegistration(call.capture("id"), call);
        if (!done) return std::move(done).error();
        return Reply::json(Json::object({{"registration", *std::move(done)}}));
    });
}

}  // namespace onboarding
