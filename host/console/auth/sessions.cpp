#include "host/console/auth/sessions.hpp"

#include <algorithm>

#include "host/base/encoding.hpp"
#include "host/base/file.hpp"
#include "host/base/log.hpp"
#include "host/base/random.hpp"
#include "host/base/text.hpp"
#include "host/console/events/event_bus.hpp"
#include "host/console/rbac/catalogue.hpp"
#include "host/console/store/account_store.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/settings_store.hpp"

namespace masthead::console::auth {
namespace {

/// A request a minute is precise enough for the idle limit and keeps reads from becoming writes.
constexpr std::int64_t kTouchMs = 60000;
constexpr std::size_t kMaxFollowers = 4096;

constexpr const char* kSequence = "session_sequence";

std::int64_t sequenceOf(store::Connection& connection) {
    const auto kept = store::SettingsStore::get(connection, kSequence);
    return kept ? (*kept)["made"].asInt() : 0;
}

std::int64_t nextSequence(store::Transaction& transaction, std::int64_t at_least = 0) {
    const std::int64_t next = std::max(sequenceOf(transaction), at_least) + 1;
    store::SettingsStore::put(transaction, kSequence, Json::object({{"made", next}}));
    return next;
}

Error signInFirst() { return {Code::Unauthenticated, "You are not signed in, or the session has ended."}; }

}  // namespace

std::string Sessions::hashOf(const std::string& token) { return sha256Hex(token); }

MadeSession Sessions::create(store::Transaction& transaction, const NewSession& session, const Request& request) {
    const std::int64_t now = clock_.wallMs();
    const bool half = session.stage == SessionStage::Half;
    store::SessionStore::removeExpired(transaction, now, limits_.idle_ms);
    MadeSession made{randomToken(32), randomToken(12), {}};
    std::size_t kept = 0;
    for (const auto& open : store::SessionStore::ofAccount(transaction, session.account)) {
        if ((open.stage == static_cast<int>(SessionStage::Half)) != half || ++kept < kPerAccount) continue;
        store::SessionStore::remove(transaction, open.handle);
        made.ended.push_back(open.handle);
    }
    store::SessionRow row;
    row.token_hash = hashOf(made.token);
    row.handle = made.handle;
    row.account_id = session.account;
    row.created_at = row.authenticated_at = row.last_seen = now;
    row.expires_at = now + (half ? kHalfMs : limits_.absolute_ms);
    row.client = request.client;
    row.user_agent = std::string(request.header("user-agent").substr(0, 256));
    row.stage = static_cast<int>(session.stage);
    row.method = session.method;
    row.sso = session.sso;
    store::SessionStore::create(transaction, row);
    made.sequence = nextSequence(transaction);
    return made;
}

Result<MadeSession> Sessions::replace(store::Transaction& transaction, const std::string& handle, SessionStage stage, const std::string& method,
                                      const Request& request) {
    auto row = store::SessionStore::findByHandle(transaction, handle);
    const std::int64_t now = clock_.wallMs();
    if (!row || row->expires_at <= now) return signInFirst();
    if (row->stage == static_cast<int>(SessionStage::Half)) {
        // The full one is a session of its own: it makes room among its kind and begins its life now.
        store::SessionStore::remove(transaction, handle);
        auto made = create(transaction, {row->account_id, stage, method, row->sso}, request);
        made.replaced_hash = row->token_hash;
        return made;
    }
    MadeSession made{randomToken(32), randomToken(12), {}, row->token_hash, nextSequence(transaction)};
    store::SessionStore::remove(transaction, handle);
    row->token_hash = hashOf(made.token);
    row->handle = made.handle;
    row->authenticated_at = row->last_seen = now;
    row->client = request.client;
    row->user_agent = std::string(request.header("user-agent").substr(0, 256));
    row->stage = static_cast<int>(stage);
    row->method = method;
    row->tries = 0;
    store::SessionStore::create(transaction, *row);
    return made;
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
        principal.account_id = account->id;
        principal.name = account->name;
        principal.email = account->email;
        principal.roles = account->roles;
        principal.permissions = catalogue_.permissionsOf(account->roles);
        principal.method = session->method;
        principal.stage = static_cast<SessionStage>(std::clamp<std::int64_t>(session->stage, 0, 2));
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

Result<Principal> Sessions::look(const std::string& token_hash) {
    std::string current = token_hash;
    {
        const std::lock_guard lock(mutex_);
        for (auto next = followers_.find(current); next != followers_.end(); next = followers_.find(current)) current = next->second;
    }
    return principalOf(current, false);
}

Result<Principal> Sessions::byHandle(const std::string& handle) {
    std::string hash;
    Status status = database_.read([&](store::Connection& connection) -> Status {
        if (const auto row = store::SessionStore::findByHandle(connection, handle)) hash = row->token_hash;
        return {};
    });
    if (!status) return std::move(status).error();
    return principalOf(hash, false);
}

void Sessions::revoke(store::Transaction& transaction, const std::string& handle) { store::SessionStore::remove(transaction, handle); }

std::vector<std::string> Sessions::revokeAccount(store::Transaction& transaction, std::int64_t account) {
    return store::SessionStore::removeOfAccount(transaction, account);
}

void Sessions::announce(const std::vector<std::string>& handles) {
    version_.fetch_add(1);
    for (const auto& handle : handles) events_.publish("session.revoked", "masthead:any-authenticated", Json::object(), handle);
}

void Sessions::announceMade(const MadeSession& made) {
    if (!made.replaced_hash.empty()) {
        const std::lock_guard lock(mutex_);
        // Streams hold a hash for as long as they live; a follower of a session that has ended leads nowhere.
        if (followers_.size() >= kMaxFollowers) followers_.clear();
        followers_[made.replaced_hash] = hashOf(made.token);
    }
    std::string file;
    {
        const std::lock_guard lock(mutex_);
        file = sequence_file_;
    }
    // Behind is harmless, ahead never happens: it is written after the commit.
    if (!file.empty()) {
        if (Status written = writeFileAtomic(file, std::to_string(made.sequence) + "\n", 0600); !written) {
            log::warning("the number of sessions could not be kept", {{"cause", written.error().message}});
        }
    }
    announce(made.ended);
}

Status Sessions::guardAgainstOlderCopies(const std::string& file) {
    std::int64_t known = 0;
    if (auto text = readFile(file, 64)) known = parseUnsigned<std::int64_t>(trim(*text)).value_or(0);
    std::int64_t sequence = 0;
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        if (sequenceOf(transaction) < known) {
            log::warning("this database is an older copy: all sessions end");
            store::SessionStore::removeAll(transaction);
        }
        sequence = nextSequence(transaction, known);
        return {};
    });
    if (!status) return status;
    {
        const std::lock_guard lock(mutex_);
        sequence_file_ = file;
    }
    return writeFileAtomic(file, std::to_string(sequence) + "\n", 0600);
}

void Sessions::removeExpired() {
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        store::SessionStore::removeExpired(transaction, clock_.wallMs(), limits_.idle_ms);
        return {};
    });
    if (!status) log::warning("expired sessions could not be removed", {{"cause", status.error().message}});
}

}  // namespace masthead::console::auth
