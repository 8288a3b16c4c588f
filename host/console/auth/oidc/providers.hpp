// Providers: every configured provider, those of masthead.yaml (locked) and those kept in the store, each with its client.
//
// Thread-safe: an immutable list is swapped by load(). A secret that cannot be read leaves the provider there with the reason, so
// that the console starts and local sign-in works. A provider that is unchanged keeps its client and what that fetched.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/config/sso.hpp"
#include "host/console/auth/oidc/op_client.hpp"

namespace masthead::console::store {
class Database;
class Sealer;
}  // namespace masthead::console::store

namespace masthead::console::oidc {

struct Provider {
    config::SsoProvider settings;  // with the secret itself
    bool locked = false;           // stands in masthead.yaml
    std::int64_t revision = 0;     // 0 when locked
    std::string problem;           // why it cannot be used; empty = it can
    std::shared_ptr<OpClient> client;

    bool usable() const { return settings.enabled && problem.empty(); }
};
using ProviderPointer = std::shared_ptr<const Provider>;

class Providers {
public:
    Providers(const Json& configured, store::Database& database, store::Sealer& sealer, Clock& clock, Fetcher fetcher)
        : configured_(configured), database_(database), sealer_(sealer), clock_(clock), fetcher_(std::move(fetcher)) {}

    /// At start and after every change. Fails only when the store does.
    Status load();
    std::vector<ProviderPointer> list() const;
    /// Null when there is none.
    ProviderPointer find(std::string_view id) const;
    /// Ends every conversation under way.
    void stop() { stop_.request_stop(); }

    static std::string secretContext(const std::string& id) { return "sso/provider/" + id; }
    /// As kept in the store: everything but the secret.
    static Json settingsJson(const config::SsoProvider& settings);

private:
    ProviderPointer make(Provider provider) const;

    const Json& configured_;
    store::Database& database_;
    store::Sealer& sealer_;
    Clock& clock_;
    const Fetcher fetcher_;
    std::stop_source stop_;

    mutable std::mutex mutex_;  // guards list_
    std::vector<ProviderPointer> list_;
};

}  // namespace masthead::console::oidc
