#include "host/console/auth/links.hpp"

#include "host/base/encoding.hpp"
#include "host/base/log.hpp"
#include "host/base/random.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/auth/password_hasher.hpp"
#include "host/console/auth/password_rules.hpp"
#include "host/console/auth/sign_in_password.hpp"
#include "host/console/store/account_store.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/link_store.hpp"

namespace masthead::console::auth {
namespace {

Error unusable() { return {Code::NotFound, "This link cannot be used: it was used already, or its time is over. Ask for a new one."}; }

struct Found {
    store::LinkRow link;
    store::Account account;
};

Result<Found> usable(store::Connection& connection, const std::string& token, std::int64_t now) {
    const auto link = store::LinkStore::find(connection, sha256Hex(token));
    if (!link || link->expires_at <= now) return unusable();
    const auto account = store::AccountStore::find(connection, link->account_id);
    if (!account || account->disabled) return unusable();
    return Found{*link, *account};
}

}  // namespace

IssuedLink Links::issue(store::Transaction& transaction, const Request& request, std::int64_t account, const std::string& kind) {
    const std::string token = randomToken(32);
    const std::int64_t now = parts_.clock.wallMs();
    const std::int64_t expires_at = now + (kind == "invite" ? kInviteMs : kResetMs);
    store::LinkStore::removeOfAccount(transaction, account);
    store::LinkStore::create(transaction, {sha256Hex(token), account, kind, request.principal.id, now, expires_at});
    return {parts_.public_url + "/admin/link#" + token, expires_at};
}

Result<LinkView> Links::look(const std::string& token) {
    Result<LinkView> out = unusable();
    Status status = parts_.database.read([&](store::Connection& connection) -> Status {
        auto found = usable(connection, token, parts_.clock.wallMs());
        if (!found) return std::move(found).error();
        out = LinkView{found->link.kind, found->account.email, found->account.name, found->link.expires_at};
        return {};
    });
    if (!status) return std::move(status).error();
    return out;
}

Result<LinkAccepted> Links::accept(const Request& request, const std::string& token, const std::string& password) {
    auto view = look(token);
    if (!view) return std::move(view).error();
    const std::size_t shortest = parts_.sign_in.secondFactorRequired() ? kMinPasswordOfTwo : kMinPassword;
    if (auto reason = weakPassword(password, {view->email, view->name, parts_.public_host}, shortest)) return Error{Code::InvalidArgument, *reason};
    auto hash = parts_.hasher.hash(password);
    if (!hash) return std::move(hash).error();
    LinkAccepted out{view->kind, std::nullopt};
    std::vector<std::string> ended;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        // Of two that use it at the same time one finds it gone.
        auto found = usable(transaction, token, parts_.clock.wallMs());
        if (!found) return std::move(found).error();
        const std::int64_t id = found->account.id;
        store::LinkStore::removeOfAccount(transaction, id);
        store::AccountStore::setFactor(transaction, id, "password", *hash, parts_.clock.wallMs());
        store::AccountStore::bumpRevision(transaction, id);
        PasswordSignIn::forgive(transaction, id);
        ended = parts_.sessions.revokeAccount(transaction, id);
        auto entry = audit::Entry::of(request, found->link.kind == "invite" ? "account.invite-accepted" : "account.reset-finished",
                                      "account/" + std::to_string(id));
        entry.principal = found->account.email;
        entry.principal_id = "account:" + std::to_string(id);
        entry.detail = Json::object({{"started_by", found->link.created_by}, {"sessions_ended", static_cast<long long>(ended.size())}});
        auto recorded = parts_.audit.record(transaction, entry);
        if (!recorded) return std::move(recorded).error();
        if (found->link.kind != "invite") return {};
        auto signed_in = parts_.sign_in.first(transaction, request, id, {"password"});
        if (!signed_in) return std::move(signed_in).error();
        out.signed_in = std::move(*signed_in);
        return {};
    });
    if (!status) return std::move(status).error();
    parts_.sessions.announce(ended);
    return out;
}

void Links::removeExpired() {
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        store::LinkStore::removeExpired(transaction, parts_.clock.wallMs());
        parts_.sign_in.throttle().removeOld(transaction);
        return {};
    });
    if (!status) log::warning("expired links could not be removed", {{"cause", status.error().message}});
}

}  // namespace masthead::console::auth
