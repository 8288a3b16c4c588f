#include "host/console/auth/oidc/sso_admin.hpp"

#include "host/base/timestamp.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/auth/oidc/metadata.hpp"
#include "host/console/auth/sessions.hpp"
#include "host/console/rbac/catalogue.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/sealer.hpp"
#include "host/console/store/session_store.hpp"
#include "host/console/store/sso_store.hpp"

namespace masthead::console::oidc {
namespace {

Json shownProvider(const Provider& provider) {
    const OpState state = provider.client->state();
    Json out = Providers::settingsJson(provider.settings);
    out.set("locked", provider.locked);
    out.set("secret_set", !provider.settings.client_secret.empty());
    out.set("revision", provider.revision);
    const std::string& error = provider.problem.empty() ? state.error : provider.problem;
    const Json reachable = !provider.problem.empty() ? Json(false) : state.reachable ? Json(*state.reachable) : Json();
    out.set("state", Json::object({{"reachable", reachable},
                                   {"checked_at", state.checked_at > 0 ? Json(formatTimestamp(state.checked_at)) : Json()},
                                   {"error", error.empty() ? Json() : Json(error)}}));
    return out;
}

/// The sessions of a provider that is gone or points elsewhere.
std::vector<std::string> endSessions(store::Transaction& transaction, auth::Sessions& sessions, const std::string& provider) {
    std::vector<std::string> ended;
    for (const auto& session : store::SessionStore::ofSso(transaction, provider, "", "")) {
        sessions.revoke(transaction, session.handle);
        ended.push_back(session.handle);
    }
    return ended;
}

Error locked() { return {Code::Conflict, "This provider stands in masthead.yaml and is changed there."}; }

}  // namespace

Json SsoAdmin::list() const {
    Json providers = Json::array();
    for (const auto& provider : parts_.providers.list()) providers.push(shownProvider(*provider));
    return Json::object({{"providers", std::move(providers)}});
}

Json SsoAdmin::shown(const std::string& id) const {
    const auto provider = parts_.providers.find(id);
    return provider ? shownProvider(*provider) : Json();
}

Status SsoAdmin::mayMap(const Principal& principal, const config::SsoProvider& settings) const {
    std::vector<std::string> roles;
    for (const auto& mapping : settings.mappings) roles.push_back(mapping.role);
    const auto beyond = parts_.catalogue.beyond(principal.permissions, roles);
    if (beyond.empty()) return {};
    return Error{Code::PermissionDenied, "A mapped role holds " + *beyond.begin() + ", which you do not hold yourself."};
}

Result<Json> SsoAdmin::put(const Request& request, const std::string& id, Json body, IfMatch& match, std::vector<FieldError>& wrong, bool& created) {
    const auto known = parts_.providers.find(id);
    if (known && known->locked) return locked();
    if (body.has("id") && body.text("id") != id) wrong.push_back({"id", "is not the one in the address"});
    body.set("id", id);
    // What GET shows may be sent back.
    for (const char* name : {"locked", "secret_set", "revision", "state"}) body.erase(name);
    // Null keeps the secret, an empty text removes it.
    const bool keep_secret = !body.has("client_secret") || body["client_secret"].isNull();
    std::vector<config::Problem> problems;
    config::SsoProvider settings = config::readSsoProvider(body, problems);
    for (const auto& problem : problems) wrong.push_back({problem.key, problem.message});
    if (const std::string issuer = issuerProblem(settings.issuer); !settings.issuer.empty() && !issuer.empty()) wrong.push_back({"issuer", issuer});
    for (std::size_t i = 0; i < settings.mappings.size(); ++i) {
        if (!parts_.catalogue.isRole(settings.mappings[i].role)) wrong.push_back({"mappings/" + std::to_string(i) + "/role", "is no role"});
    }
    if (!wrong.empty()) return Error{Code::InvalidArgument, "The provider does not fit."};
    if (Status allowed = mayMap(request.principal, settings); !allowed) return std::move(allowed).error();

    std::vector<std::string> ended;
    bool stopped = false;
    Status changed = parts_.database.write([&](store::Transaction& transaction) -> Status {
        const auto before = store::SsoStore::provider(transaction, id);
        created = !before;
        if (before) {
            // One who may map a little must not take over what maps more.
            std::vector<config::Problem> ignored;
            if (Status allowed = mayMap(request.principal, config::readSsoProvider(before->settings, ignored)); !allowed) return allowed;
            stopped = match.missing() || !match.fits(before->revision);
            if (stopped) return Error{Code::FailedPrecondition, "Somebody else changed it."};
        }
        store::SsoProviderRow row{id, Providers::settingsJson(settings), "", before ? before->revision + 1 : 1, parts_.clock.wallMs()};
        const bool moved = before && before->settings.text("issuer") != settings.issuer;
        if (!keep_secret && !settings.client_secret.empty())
            row.sealed_secret = parts_.sealer.seal(settings.client_secret, Providers::secretContext(id));
        else if (keep_secret && before && !moved)
            row.sealed_secret = before->sealed_secret;  // a secret for one issuer is not sent to another
        store::SsoStore::putProvider(transaction, row);
        if (moved || !settings.enabled) ended = endSessions(transaction, parts_.sessions, id);
        auto entry = audit::Entry::of(request, created ? "sso.provider.create" : "sso.provider.change", "sso/" + id);
        entry.detail = Json::object({{"before", before ? before->settings : Json()}, {"after", row.settings}, {"secret_changed", !keep_secret}});
        auto recorded = parts_.audit.record(transaction, entry);
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (!changed) return std::move(changed).error();
    if (!ended.empty()) parts_.sessions.announce(ended);
    if (Status loaded = parts_.providers.load(); !loaded) return std::move(loaded).error();
    return shown(id);
}

Status SsoAdmin::remove(const Request& request, const std::string& id) {
    const auto known = parts_.providers.find(id);
    if (known && known->locked) return locked();
    std::vector<std::string> ended;
    Status removed = parts_.database.write([&](store::Transaction& transaction) -> Status {
        if (!store::SsoStore::removeProvider(transaction, id)) return Error{Code::NotFound, "There is no such provider."};
        ended = endSessions(transaction, parts_.sessions, id);
        auto recorded = parts_.audit.record(transaction, audit::Entry::of(request, "sso.provider.delete", "sso/" + id));
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (!removed) return removed;
    if (!ended.empty()) parts_.sessions.announce(ended);
    return parts_.providers.load();
}

}  // namespace masthead::console::oidc
