// The second half of a callback: from a person the provider vouched for to a session, or to none.
#include <algorithm>

#include "host/base/encoding.hpp"
#include "host/base/log.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/auth/oidc/sso_parts.hpp"
#include "host/console/store/account_store.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/sealer.hpp"
#include "host/console/store/sso_store.hpp"

namespace masthead::console::oidc {
namespace {

/// The provider's word for an address is taken only when it verified it, and never to find an account: an address that is taken
/// stays with its owner.
std::string addressFor(store::Connection& connection, const config::SsoProvider& settings, const std::string& subject, const std::string& email, bool verified) {
    if (verified && !email.empty() && !store::AccountStore::findByEmail(connection, email)) return email;
    return settings.id + "." + sha256Hex(settings.issuer + "\n" + subject).substr(0, 16) + "@sso.invalid";
}

std::string listed(const std::vector<std::string>& roles) {
    std::string out;
    for (const auto& role : roles) out += (out.empty() ? "" : ", ") + role;
    return out;
}

Json rolesJson(const std::vector<std::string>& roles) {
    Json out = Json::array();
    for (const auto& role : roles) out.push(role);
    return out;
}

}  // namespace

Landing Sso::admit(const Request& request, const Provider& provider, const Pending& pending, const Person& person) {
    Landing out{LandingKind::Trouble, pending.return_to, provider.settings.title, ""};
    if (person.roles.empty()) return shutOut(request, provider, person, std::move(out));
    if (pending.stepUp()) {
        Status done = stepUp(request, provider, pending, person, out);
        if (!done) out.message = done.error().message;
        return out;
    }
    bool disabled = false, changed = false;
    Status done = parts_.database.write([&](store::Transaction& transaction) -> Status {
        const std::int64_t now = parts_.clock.wallMs();
        const config::SsoProvider& settings = provider.settings;
        auto identity = store::SsoStore::identity(transaction, settings.id, settings.issuer, person.subject);
        if (!identity) {
            store::Account account;
            account.email = addressFor(transaction, settings, person.subject, person.email, person.email_verified);
            account.name = person.name;
            account.created_at = now;
            account.roles = person.roles;
            account.origin = "sso";
            identity = store::SsoIdentity{settings.id, settings.issuer, person.subject, store::AccountStore::create(transaction, account), "", now, now};
            auto entry = audit::Entry::of(request, "sso.account.create", "account/" + std::to_string(identity->account_id));
            entry.principal = entry.principal_id = "sso:" + settings.id;
            entry.detail = Json::object({{"email", account.email}, {"roles", rolesJson(account.roles)}});
            if (auto recorded = parts_.audit.record(transaction, entry); !recorded) return std::move(recorded).error();
        } else {
            auto account = store::AccountStore::find(transaction, identity->account_id);
            disabled = !account || account->disabled;
            if (disabled) return {};
            auto before = account->roles, after = person.roles;
            std::sort(before.begin(), before.end());
            std::sort(after.begin(), after.end());
            if (before != after || account->name != person.name) {
                changed = true;
                account->roles = person.roles;
                account->name = person.name;
                store::AccountStore::update(transaction, *account);
                auto entry = audit::Entry::of(request, "sso.account.change", "account/" + std::to_string(account->id));
                entry.principal = entry.principal_id = "sso:" + settings.id;
                entry.detail = Json::object({{"roles_before", rolesJson(before)}, {"roles", rolesJson(after)}});
                if (auto recorded = parts_.audit.record(transaction, entry); !recorded) return std::move(recorded).error();
            }
        }
        identity->email = person.email;
        identity->last_sign_in = now;
        store::SsoStore::putIdentity(transaction, *identity);
        auth::FirstProof proof;
        proof.method = "sso";
        proof.complete = true;
        proof.sso = {settings.id, person.subject, person.sid,
                     base64UrlEncode(parts_.sealer.seal(person.id_token, "sso/id-token/" + settings.id + "/" + person.subject))};
        proof.detail = Json::object({{"roles", listed(person.roles)}});
        auto session = parts_.sign_in.first(transaction, request, identity->account_id, proof);
        if (!session) return std::move(session).error();
        out.signed_in = std::move(*session);
        return {};
    });
    if (!done) {
        out.message = done.error().message;
        log::warning("a sign-in through a provider could not be kept", {{"provider", provider.settings.id}, {"cause", done.error().message}});
        return out;
    }
    if (changed) parts_.sessions.announce(std::vector<std::string>());
    out.kind = disabled ? LandingKind::Disabled : LandingKind::SignedIn;
    if (disabled) out.message = "the account is disabled";
    return out;
}

Landing Sso::shutOut(const Request& request, const Provider& provider, const Person& person, Landing landing) {
    landing.kind = LandingKind::NoAccess;
    landing.message = "none of the groups is mapped to a role";
    std::vector<std::string> ended;
    Status done = parts_.database.write([&](store::Transaction& transaction) -> Status {
        const auto identity = store::SsoStore::identity(transaction, provider.settings.id, provider.settings.issuer, person.subject);
        auto entry = audit::Entry::of(request, "session.create", "sso/" + provider.settings.id);
        entry.principal = entry.principal_id = "sso:" + provider.settings.id;
        entry.outcome = "denied";
        entry.detail = Json::object({{"method", "sso"}, {"reason", "no mapped group"}, {"groups", static_cast<std::int64_t>(person.groups)}});
        if (identity) {
            // Whoever lost the groups loses what is open as well.
            if (auto account = store::AccountStore::find(transaction, identity->account_id); account && !account->roles.empty()) {
                account->roles.clear();
                store::AccountStore::update(transaction, *account);
            }
            ended = parts_.sessions.revokeAccount(transaction, identity->account_id);
            entry.object = "account/" + std::to_string(identity->account_id);
        }
        auto recorded = parts_.audit.record(transaction, entry);
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (!done) log::error("a sign-in that was refused could not be recorded", {{"cause", done.error().message}});
    parts_.sessions.announce(ended);
    return landing;
}

Status Sso::stepUp(const Request& request, const Provider& provider, const Pending& pending, const Person& person, Landing& landing) {
    auto principal = parts_.sessions.byHandle(pending.session);
    if (!principal || principal->account_id != pending.account) {
        landing.kind = LandingKind::Lost;
        return Error{Code::Unauthenticated, "the session that asked has ended"};
    }
    Request as = request;
    as.principal = std::move(*principal);
    bool other = false;
    auth::SecondTry attempt;
    attempt.method = "sso";
    attempt.counted = false;
    attempt.detail = Json::object({{"provider", provider.settings.id}});
    attempt.check = [&](store::Transaction& transaction, std::int64_t account_id) -> Result<bool> {
        const auto identity = store::SsoStore::identity(transaction, provider.settings.id, provider.settings.issuer, person.subject);
        other = !identity || identity->account_id != account_id;
        if (other) return false;
        auto account = store::AccountStore::find(transaction, account_id);
        if (account) {
            account->roles = person.roles;
            store::AccountStore::update(transaction, *account);
        }
        return true;
    };
    auto done = parts_.sign_in.stepUp(as, attempt);
    if (!done) {
        landing.kind = other ? LandingKind::Untrusted : LandingKind::Lost;
        return std::move(done).error();
    }
    landing.kind = LandingKind::SteppedUp;
    landing.signed_in = std::move(*done);
    return {};
}

}  // namespace masthead::console::oidc
