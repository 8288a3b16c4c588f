// SingleSignOn: the parts of single sign-on as the console holds them. Thread-safe like its parts; stop() ends conversations with
// providers.
#pragma once

#include "host/config/config.hpp"
#include "host/console/auth/oidc/providers.hpp"
#include "host/console/auth/oidc/sso.hpp"
#include "host/console/auth/oidc/sso_admin.hpp"
#include "host/console/http/rate_limit.hpp"

namespace masthead::console::oidc {

struct SingleSignOn {
    struct Parts {
        const config::Config& config;
        store::Database& database;
        store::Sealer& sealer;
        Clock& clock;
        audit::AuditLog& audit;
        auth::Sessions& sessions;
        auth::SignIn& sign_in;
        rbac::Catalogue& catalogue;
    };
    explicit SingleSignOn(const Parts& parts)
        : providers(parts.config.auth.sso, parts.database, parts.sealer, parts.clock, net::fetch),
          sso({parts.config.public_url, parts.database, parts.sealer, parts.clock, parts.audit, parts.sessions, parts.sign_in, providers}),
          admin({parts.database, parts.sealer, parts.clock, parts.audit, parts.sessions, parts.catalogue, providers}),
          rates(parts.clock) {}

    Providers providers;
    Sso sso;
    SsoAdmin admin;
    RateLimiter rates;  // of what strangers may ask
};

}  // namespace masthead::console::oidc
