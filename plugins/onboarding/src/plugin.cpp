#include "plugin.hpp"

#include "public_routes.hpp"

namespace onboarding {

OnboardingPlugin::OnboardingPlugin(masthead::Host host) : Plugin(host), desk_(host) {
    bindRequests();
    bindDecisions();
    bindRegistrations();
    for (auto& [name, handler] : publicRoutes(desk_, host)) route(name, std::move(handler));
    job("work", [this](const Call& call) { return desk_.work(call); });
    onEvent([this](const Call& call, std::string_view type, const Json& data) {
        if (type == "tailnet.nodes") desk_.nodesChanged(data["upserted"], call);
    });
}

Status OnboardingPlugin::configure(const Json& settings) { return desk_.configure(settings); }
Status OnboardingPlugin::start() { return desk_.open(); }

}  // namespace onboarding

MASTHEAD_PLUGIN(onboarding::OnboardingPlugin)
