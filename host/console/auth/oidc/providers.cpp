#include "host/console/auth/oidc/providers.hpp"

#include <algorithm>

#include "host/base/log.hpp"
#include "host/config/secret.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/sealer.hpp"
#include "host/console/store/sso_store.hpp"

namespace masthead::console::oidc {
namespace {

/// Empty when the reference could be read or there is none.
std::string resolveReference(config::SsoProvider& settings) {
    if (settings.client_secret.empty()) return {};
    const auto reference = config::parseSecretReference(settings.client_secret);
    auto secret = reference ? config::resolveSecret(*reference) : Result<std::string>(reference.error());
    settings.client_secret = secret ? *secret : "";
    return secret ? "" : "the client secret cannot be read: " + secret.error().message;
}

bool same(const Provider& left, const Provider& right) {
    return Providers::settingsJson(left.settings) == Providers::settingsJson(right.settings) && left.settings.client_secret == right.settings.client_secret;
}

}  // namespace

Json Providers::settingsJson(const config::SsoProvider& settings) {
    Json scopes = Json::array(), mappings = Json::array();
    for (const auto& scope : settings.scopes) scopes.push(scope);
    for (const auto& mapping : settings.mappings) mappings.push(Json::object({{"group", mapping.group}, {"role", mapping.role}}));
    return Json::object({{"id", settings.id},
                         {"title", settings.title},
                         {"issuer", settings.issuer},
                         {"client_id", settings.client_id},
                         {"scopes", std::move(scopes)},
                         {"group_claim", settings.group_claim},
                         {"mappings", std::move(mappings)},
                         {"ca_file", settings.ca_file},
                         {"allow_private", settings.allow_private},
                         {"enabled", settings.enabled}});
}

ProviderPointer Providers::make(Provider provider) const {
    if (provider.problem.empty()) {
        if (const std::string wrong = issuerProblem(provider.settings.issuer); !wrong.empty()) provider.problem = "the issuer " + wrong;
    }
    if (const auto old = find(provider.settings.id); old && same(*old, provider)) provider.client = old->client;
    if (!provider.client) provider.client = std::make_shared<OpClient>(provider.settings, clock_, fetcher_, stop_.get_token());
    return std::make_shared<const Provider>(std::move(provider));
}

Status Providers::load() {
    std::vector<ProviderPointer> fresh;
    std::vector<config::Problem> wrong;  // masthead.yaml was checked when it was read
    for (auto& settings : config::readSsoProviders(configured_, wrong)) {
        Provider provider;
        provider.problem = resolveReference(settings);
        provider.settings = std::move(settings);
        provider.locked = true;
        if (!provider.problem.empty()) log::warning("a provider of single sign-on cannot be used", {{"provider", provider.settings.id}, {"cause", provider.problem}});
        fresh.push_back(make(std::move(provider)));
    }
    const std::size_t locked = fresh.size();
    Status read = database_.read([&](store::Connection& connection) -> Status {
        for (const auto& row : store::SsoStore::providers(connection)) {
            const bool taken = std::any_of(fresh.begin(), fresh.begin() + static_cast<std::ptrdiff_t>(locked),
                                           [&](const ProviderPointer& other) { return other->settings.id == row.id; });
            if (taken) continue;
            Provider provider;
            provider.settings = config::readSsoProvider(row.settings, wrong);
            provider.settings.id = row.id;
            provider.revision = row.revision;
            if (!row.sealed_secret.empty()) {
                auto secret = sealer_.unseal(row.sealed_secret, secretContext(row.id));
                if (secret)
                    provider.settings.client_secret = std::move(*secret);
                else
                    provider.problem = "the client secret cannot be read: " + secret.error().message;
            }
            fresh.push_back(make(std::move(provider)));
        }
        return {};
    });
    if (!read) return read;
    const std::lock_guard lock(mutex_);
    list_ = std::move(fresh);
    return {};
}

std::vector<ProviderPointer> Providers::list() const {
    const std::lock_guard lock(mutex_);
    return list_;
}

ProviderPointer Providers::find(std::string_view id) const {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(list_.begin(), list_.end(), [&](const ProviderPointer& one) { return one->settings.id == id; });
    return found == list_.end() ? nullptr : *found;
}

}  // namespace masthead::console::oidc
