// Admin routes that show: requests, counts, users, settings.
#include <algorithm>
#include <charconv>

#include "plugin.hpp"

namespace onboarding {
namespace {

std::string first(const HttpCall& call, std::string_view name) {
    auto values = call.query(name);
    return values.empty() ? std::string() : values.front();
}

constexpr std::size_t kDefaultLimit = 100, kMaxLimit = 500;

std::size_t limitOf(const std::string& text) {
    std::size_t out = kDefaultLimit;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return std::clamp<std::size_t>(out, 1, kMaxLimit);
}

}  // namespace

void OnboardingPlugin::bindRequests() {
    route("requests.list", &OnboardingPlugin::listRequests);
    route("requests.get", &OnboardingPlugin::getRequest);
    route("users", &OnboardingPlugin::listUsers);
    route("counts", [this](const HttpCall&) -> Result<Reply> { return Reply::json(desk_.counts()); });
    route("settings.get", [this](const HttpCall&) -> Result<Reply> { return Reply::json(desk_.settingsView()); });
    route("settings.put", [this](const HttpCall& call) -> Result<Reply> {
        auto body = call.json();
        if (!body) return std::move(body).error();
        auto done = desk_.changeSettings(*body, call);
        if (!done) return std::move(done).error();
        return Reply::json(*done);
    });
}

Result<Reply> OnboardingPlugin::listRequests(const HttpCall& call) {
    return Reply::json(desk_.requests({first(call, "state"), first(call, "q"), first(call, "after"), limitOf(first(call, "limit"))}));
}

Result<Reply> OnboardingPlugin::getRequest(const HttpCall& call) {
    auto found = desk_.request(call.capture("id"));
    if (!found) return std::move(found).error();
    return Reply::json(Json::object({{"request", *std::move(found)}}));
}

Result<Reply> OnboardingPlugin::listUsers(const HttpCall& call) {
    auto users = desk_.users(call);
    if (!users) return std::move(users).error();
    return Reply::json(*users);
}

}  // namespace onboarding
