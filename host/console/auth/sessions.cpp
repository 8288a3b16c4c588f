#include "host/console/auth/sessions.hpp"

#include <algorithm>

#include "host/base/encoding.hpp"
#include "host/base/log.hpp"
#include "host/base/random.hpp"
#include "host/console/events/event_bus.hpp"
#include "host/console/rbac/catalogue.hpp"
#include "host/console/store/account_store.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/session_store.hpp"

namespace masthead::console::auth {
namespace {

/// A request a minute is precise enough for the idle limit and keeps reads from becoming writes.
constexpr std::int64_t kTouchMs = 60000;

Error signInFirst() { return {Code::Unauthenticated, "You are not signed in, or the session has ended."}; }

}  // namespace

std::string Sessions::hashOf(const std::string& token) { return sha256Hex(token); }

std::string Sessions::create(store::Transaction& transaction, std::int64_t account, const Request& request) {
    const std::string token = randomToken(32);
    const std::int64_t now = clock_.wallMs();
    store::SessionStore::removeExpired(transaction, now, limits_.idle_ms);
    const auto open = store::SessionStore::ofAccount(transaction, account);
    for (std::size_t i = kPerAccount - 1; i < open.size(); ++i) store::SessionStore::remove(transaction, open[i].handle);
    store::SessionStore::create(transaction, {hashOf(token), randomToken(12), account, now, now, now, now + limits_.absolute_ms, request.client,
                                              std::string(request.header("user-agent").substr(0, 256))});
    return token;
}

Result<Principal> Sessions::principalOf(const std::string& token_hash, bool touch) {
    Result<Principal> out = signInFirst();
    bool stale = false;
    const std::int64_t now = clock_.wallMs();
    Status status = database_.read([&](store::Connection& connection) -> Status {
        const auto session = store::SessionStore::find(connection, token_hash);
        if (!session || session->expires_at <= now || session->last_seen + limits_.idle_ms <= now) return {};
        const auto account = store::AccountStore::find(connection, session->account_id);
        if (!account || account->disabled) return {};
        Principal principal;
        principal.id = "account:" + std::to_string(account->id);
        principal.name = account->name;
        principal.email = account->email;
        principal.roles = account->roles;
        principal.permissions = catalogue_.permissionsOf(account->roles);
        principal.method = "password";
        principal.session_id = session->handle;
        principal.authenticated_at = session->authenticated_at;
        stale = touch && now - session->last_seen >= std::min(kTouchMs, limits_.idle_ms / 4);
        out = std::move(principal);
        return {};
    });
    if (!status) return std::move(status).error();
    if (stale) {
        Status touched = database_.write([&](store::Transaction& transaction) -> Status {
            store::SessionStore::touch(transaction, token_hash, now);
            return {};
        });
        // A full disk must not sign everybody out.
        if (!touched) log::warning("the use of a session could not be noted", {{"cause", touched.error().message}});
    }
    return out;
}

Result<Principal> Sessions::authenticate(const std::string& token) {
    if (token.size() != 43) return signInFirst();
    return principalOf(hashOf(token), true);
}

Result<Principal> Sessions::look(const std::string& token_hash) { return principalOf(token_hash, false); }

void Sessions::revoke(store::Transaction& transaction, const std::string& handle) { store::SessionStore::remove(transaction, handle); }

std::vector<std::string> Sessions::revokeAccount(store::Transaction& transaction, std::int64_t account) {
    return store::SessionStore::removeOfAccount(transaction, account);
}

void Sessions::announce(const std::vector<std::string>& handles) {
    version_.fetch_add(1);
    for (const auto& handle : handles) events_.publish("session.revoked", "masthead:any-authenticated", Json::object(), handle);
}

void Sessions::removeExpired() {
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        store::SessionStore::removeExpired(transaction, clock_.wallMs(), limits_.idle_ms);
        return {};
    });
    if (!status) log::warning("expired sessions could not be removed", {{"cause", status.error().message}});
}

}  // namespace masthead::console::auth
