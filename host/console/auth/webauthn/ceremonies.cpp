#include "host/console/auth/webauthn/ceremonies.hpp"

#include "host/base/random.hpp"
#include "host/console/auth/webauthn/messages.hpp"

namespace masthead::console::auth::webauthn {

Ceremonies::Begun Ceremonies::begin(Purpose purpose, std::int64_t account, const std::string& session, const std::string& source) {
    const std::string owner = session.empty() ? "source " + source : "session " + session;
    const Begun begun{randomToken(32), randomBytes(32)};
    const std::int64_t now = clock_.steadyMs();
    const std::lock_guard lock(mutex_);
    forgetOld(now);
    makeRoom(owner, session.empty());
    const std::uint64_t order = next_++;
    entries_[begun.handle] = {{purpose, account, session, begun.challenge}, owner, now, order};
    by_age_[order] = begun.handle;
    ++per_owner_[owner];
    if (session.empty()) ++anonymous_;
    return begun;
}

Result<Ceremony> Ceremonies::take(const std::string& handle, Purpose purpose, const std::string& session) {
    const Error gone{Code::FailedPrecondition, "This passkey request has expired or was answered already. Start again."};
    const std::int64_t now = clock_.steadyMs();
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(handle);
    if (found == entries_.end()) return gone;
    const Entry entry = found->second;
    erase(found);
    const bool fits = now - entry.begun < kCeremonyMs && entry.ceremony.purpose == purpose && entry.ceremony.session == session;
    if (!fits) return gone;
    return entry.ceremony;
}

void Ceremonies::forgetOld(std::int64_t now) {
    while (!by_age_.empty()) {
        const auto oldest = entries_.find(by_age_.begin()->second);
        if (now - oldest->second.begun < kCeremonyMs) return;
        erase(oldest);
    }
}

void Ceremonies::makeRoom(const std::string& owner, bool anonymous) {
    const auto held = per_owner_.find(owner);
    const bool owner_full = held != per_owner_.end() && held->second >= (anonymous ? kPerSource : kPerSession);
    if (!owner_full && !(anonymous && anonymous_ >= kAllSources)) return;
    for (const auto& [order, handle] : by_age_) {
        const auto entry = entries_.find(handle);
        if (owner_full ? entry->second.owner != owner : !entry->second.ceremony.session.empty()) continue;
        erase(entry);
        return;
    }
}

void Ceremonies::erase(std::map<std::string, Entry>::iterator entry) {
    by_age_.erase(entry->second.order);
    const auto owner = per_owner_.find(entry->second.owner);
    if (--owner->second == 0) per_owner_.erase(owner);
    if (entry->second.ceremony.session.empty()) --anonymous_;
    entries_.erase(entry);
}

}  // namespace masthead::console::auth::webauthn
