// SsoAdmin: what administrators see of providers and change. Thread-safe; a change and its audit record are one transaction, and
// the list of providers follows before the answer. Secrets go in and never come out. Nobody maps a group to a role that holds
// more than they hold themselves. Errors: NotFound, Conflict (locked by masthead.yaml), PermissionDenied, the store's.
#pragma once

#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/json.hpp"
#include "host/base/result.hpp"
#include "host/console/auth/oidc/providers.hpp"
#include "host/console/http/etag.hpp"
#include "host/console/http/request.hpp"
#include "host/console/http/response.hpp"

namespace masthead::console {
namespace audit { class AuditLog; }
namespace auth { class Sessions; }
namespace rbac { class Catalogue; }
}  // namespace masthead::console

namespace masthead::console::oidc {

class SsoAdmin {
public:
    struct Parts {
        store::Database& database;
        store::Sealer& sealer;
        Clock& clock;
        audit::AuditLog& audit;
        auth::Sessions& sessions;
        rbac::Catalogue& catalogue;
        Providers& providers;
    };
    explicit SsoAdmin(Parts parts) : parts_(parts) {}

    /// {"providers":[...]}, those of masthead.yaml first.
    Json list() const;
    /// Null when there is none.
    Json shown(const std::string& id) const;
    /// Creates or changes it; `created` tells which. A change needs an If-Match that fits; without one `match` is left missing.
    Result<Json> put(const Request& request, const std::string& id, Json body, IfMatch& match, std::vector<FieldError>& wrong, bool& created);
    Status remove(const Request& request, const std::string& id);

private:
    Status mayMap(const Principal& principal, const config::SsoProvider& settings) const;

    Parts parts_;
};

}  // namespace masthead::console::oidc
