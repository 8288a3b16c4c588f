#include "host/console/auth/sign_in_password.hpp"

#include "host/base/encoding.hpp"
#include "host/base/text.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/auth/password_hasher.hpp"
#include "host/console/auth/throttle.hpp"
#include "host/console/auth/throttle_devices.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/failure_store.hpp"

namespace masthead::console::auth {
namespace {

std::string accountLane(std::int64_t account) { return "account:" + std::to_string(account); }

Error refused() { return {Code::Unauthenticated, "The e-mail address or the password is wrong."}; }

}  // namespace

struct PasswordSignIn::Target {
    std::optional<store::Account> account;
    std::string stored;  // empty: nothing to compare with
    std::string lane;
    bool known_device = false;
};

Result<PasswordSignIn::Target> PasswordSignIn::aim(const std::string& email, const std::string& device) {
    Target target;
    const std::string address = lowerAscii(email);
    Status status = parts_.database.read([&](store::Connection& connection) -> Status {
        target.account = store::AccountStore::findByEmail(connection, address);
        if (!target.account) return {};
        if (!target.account->disabled) target.stored = store::AccountStore::factor(connection, target.account->id, "password");
        if (auto lane = parts_.devices.lane(target.account->id, device); lane && !AccountThrottle::locked(connection, *lane, kAuthenticator)) {
            target.lane = std::move(*lane);
            target.known_device = true;
        }
        return {};
    });
    if (!status) return std::move(status).error();
    // The address itself may be anything, a password typed into the wrong field: only a keyed hash is kept.
    if (target.lane.empty()) target.lane = target.account ? accountLane(target.account->id) : "address:" + sha256Hex(parts_.address_key + address).substr(0, 32);
    return target;
}

Status PasswordSignIn::takeTry(Target& target) {
    AccountThrottle::Verdict verdict;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        verdict = parts_.sign_in.throttle().take(transaction, target.lane, kAuthenticator);
        return {};
    });
    if (!status) return status;
    if (verdict.locked) target.stored.clear();
    return verdict.wait_ms > 0 ? Status(tooManyTries(verdict.wait_ms)) : Status();
}

Result<SignedIn> PasswordSignIn::attempt(const Request& request, const std::string& email, const std::string& password, const std::string& device) {
    auto aimed = aim(email, device);
    if (!aimed) return std::move(aimed).error();
    Target& target = *aimed;
    const std::string source = throttleSource(request.client);
    if (!target.known_device) {
        if (const auto wait = parts_.throttle.attemptSource(source); wait > 0) return tooManyTries(wait);
        if (const auto wait = parts_.throttle.attemptHash(); wait > 0) return tooManyTries(wait);
    }
    if (Status taken = takeTry(target); !taken) return std::move(taken).error();

    auto fits = parts_.hasher.verify(password, target.stored);
    if (!fits && fits.error().code == Code::ResourceExhausted) return tooManyTries(1000);
    if (!fits) return std::move(fits).error();
    if (!*fits) return wrong(request, target);

    // A hash without the pepper, or a cheaper one than today's, is made anew while the password is at hand.
    std::string better;
    if (parts_.hasher.stale(target.stored)) {
        if (auto hash = parts_.hasher.hash(password)) better = std::move(*hash);
    }
    SignedIn out;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        // Changed or locked while the password was being hashed.
        const auto now = store::AccountStore::factorRow(transaction, target.account->id, "password");
        if (!now || now->secret != target.stored) return refused();
        parts_.sign_in.throttle().succeeded(transaction, target.lane, kAuthenticator);
        if (!better.empty()) store::AccountStore::setFactor(transaction, target.account->id, "password", better, now->changed_at);
        auto signed_in = parts_.sign_in.first(transaction, request, target.account->id, {"password"});
        if (!signed_in) return signed_in.error().code == Code::Unauthenticated ? refused() : std::move(signed_in).error();
        out = std::move(*signed_in);
        return {};
    });
    if (!status) return std::move(status).error();
    if (!target.known_device) parts_.throttle.returnSource(source);
    return out;
}

Result<SignedIn> PasswordSignIn::wrong(const Request& request, const Target& target) {
    auto entry = audit::Entry::of(request, "session.create", target.account ? "account/" + std::to_string(target.account->id) : "account");
    entry.principal = target.account ? target.account->email : "unknown account";
    entry.principal_id = target.account ? accountLane(target.account->id) : "";
    entry.outcome = "denied";
    entry.detail.set("method", "password");
    bool locked = false;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        locked = parts_.sign_in.throttle().failed(transaction, target.lane, kAuthenticator);
        auto recorded = parts_.audit.record(transaction, entry);
        if (!recorded) return std::move(recorded).error();
        if (!locked || !target.account) return {};
        entry.action = "account.password-locked";
        entry.outcome = "success";
        entry.detail = Json::object({{"failures", AccountThrottle::kLockAt}, {"known_device", target.known_device}});
        recorded = parts_.audit.record(transaction, entry);
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (!status) return std::move(status).error();
    if (locked && target.account && !target.known_device) {
        parts_.sign_in.tell({"core.account.locked", target.account->id, "A password was switched off",
                             "A hundred wrong passwords in a row for " + target.account->email +
                                 ". Browsers that signed in before, passkeys and a reset link still work.",
                             "warning"});
    }
    return refused();
}

void PasswordSignIn::forgive(store::Transaction& transaction, std::int64_t account) {
    store::FailureStore::remove(transaction, accountLane(account), kAuthenticator);
}

bool PasswordSignIn::locked(store::Connection& connection, std::int64_t account) {
    return AccountThrottle::locked(connection, accountLane(account), kAuthenticator);
}

}  // namespace masthead::console::auth
