// Signing in, completing a sign-in and stepping up with a passkey.
#include "host/base/encoding.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/auth/webauthn/passkeys.hpp"
#include "host/console/store/account_store.hpp"
#include "host/console/store/database.hpp"

namespace masthead::console::auth::webauthn {
namespace {

constexpr const char* kLocked = "This passkey is locked: its counter went backwards, so there may be a copy of it. Sign in another way and replace it.";

std::string otherHost(const std::string& made_for, const std::string& now) {
    return "This passkey was made for " + made_for + ", but the address of this console is now " + now +
           ". Sign in with your password and add a new passkey, or ask an admin.";
}

}  // namespace

Result<Asked> Passkeys::ask(const Request& request, Purpose purpose) {
    if (!possible()) return notPossible();
    const bool known = purpose != Purpose::SignIn;
    const std::int64_t account = known ? request.principal.account_id : 0;
    std::string session;
    if (known) {
        auto found = lineage(request);
        if (!found) return std::move(found).error();
        session = std::move(*found);
    }
    std::vector<Described> allowed;
    std::string elsewhere;
    Status status = parts_.database.read([&](store::Connection& connection) -> Status {
        if (!known) {
            // WA-45: only when nobody at all could sign in; which host it was is not for strangers.
            if (store::PasskeyStore::countFor(connection, rp_.id) == 0 && store::PasskeyStore::countForOthers(connection, rp_.id) > 0) {
                elsewhere = "The address of this console has changed, so the passkeys made before do not work here. Sign in with your password "
                            "and add a new passkey, or ask an admin.";
            }
            return {};
        }
        for (const auto& passkey : store::PasskeyStore::ofAccount(connection, account)) {
            if (usable(passkey)) allowed.push_back({passkey.credential_id, passkey.transports});
            if (passkey.rp_id != rp_.id) elsewhere = otherHost(passkey.rp_id, rp_.id);
        }
        return {};
    });
    if (!status) return std::move(status).error();
    if (known && allowed.empty()) {
        return Error{Code::FailedPrecondition, elsewhere.empty() ? "This account has no passkey that can be used. Use another way." : elsewhere};
    }
    if (!known && !elsewhere.empty()) return Error{Code::FailedPrecondition, elsewhere};
    const auto begun = ceremonies_.begin(purpose, account, session, request.client);
    return Asked{begun.handle, requestOptions(rp_, begun.challenge, allowed)};
}

Result<Asked> Passkeys::beginSignIn(const Request& request) { return ask(request, Purpose::SignIn); }
Result<Asked> Passkeys::beginSecond(const Request& request) { return ask(request, Purpose::SecondFactor); }
Result<Asked> Passkeys::beginStepUp(const Request& request) { return ask(request, Purpose::StepUp); }

Passkeys::Checked Passkeys::decide(store::Transaction& transaction, const Ceremony& ceremony, const AssertionResponse& response, std::int64_t account) {
    Checked out;
    out.row = store::PasskeyStore::findByCredential(transaction, response.credential_id);
    const auto refuse = [&](std::string reason, std::string message = {}) {
        out.reason = std::move(reason);
        out.message = std::move(message);
        return out;
    };
    if (!out.row) return refuse("the passkey is not known");
    const store::PasskeyRow& row = *out.row;
    if (account != 0 && row.account_id != account) {
        out.row.reset();
        return refuse("the passkey belongs to another account");
    }
    const auto owner = store::AccountStore::find(transaction, row.account_id);
    if (!owner || owner->disabled) return refuse("the account is disabled");
    if (row.rp_id != rp_.id) return refuse("the passkey was made for " + row.rp_id, otherHost(row.rp_id, rp_.id));
    if (row.locked_at != 0) return refuse("the passkey is locked", kLocked);
    const std::string handle = base64UrlDecode(store::AccountStore::userHandle(transaction, row.account_id)).value_or("");
    auto verified = verifyAssertion(rp_, ceremony.challenge, {row.public_key, row.sign_count, row.backup_eligible, handle}, response, account == 0);
    if (!verified) return refuse(verified.error().message);
    if (verified->counter_regressed) {
        store::PasskeyStore::lock(transaction, row.id, parts_.clock.wallMs());
        out.locked_now = true;
        return refuse("the counter of the passkey went from " + std::to_string(row.sign_count) + " to " + std::to_string(verified->sign_count) + ": locked", kLocked);
    }
    store::PasskeyStore::used(transaction, row.id, verified->sign_count, verified->backed_up, parts_.clock.wallMs());
    out.right = true;
    return out;
}

/// A refusal of a passkey whose owner is known concerns the owner, whoever sent it.
Status Passkeys::recordDenied(store::Transaction& transaction, const Request& request, const Checked& checked) {
    auto entry = audit::Entry::of(request, "session.create", "account");
    entry.principal = "unknown account";
    entry.principal_id.clear();
    if (checked.row) {
        const auto owner = store::AccountStore::find(transaction, checked.row->account_id);
        entry.object = "account/" + std::to_string(checked.row->account_id);
        entry.principal = owner ? owner->email : entry.principal;
        entry.principal_id = "account:" + std::to_string(checked.row->account_id);
    }
    entry.outcome = "denied";
    entry.detail = Json::object({{"method", "passkey"}, {"reason", checked.reason}});
    auto recorded = parts_.audit.record(transaction, entry);
    return recorded ? Status() : Status(std::move(recorded).error());
}

void Passkeys::tellLocked(const Checked& checked) {
    if (!checked.locked_now) return;
    parts_.sign_in.tell({"core.passkey.locked", checked.row->account_id, "A passkey was locked",
                         "The counter of the passkey \"" + checked.row->name + "\" went backwards: somebody may hold a copy of it. It cannot be used any more; "
                         "remove it and look at the audit log.",
                         "critical"});
}

Result<SignedIn> Passkeys::signIn(const Request& request, const std::string& ceremony, const Json& credential) {
    auto taken = ceremonies_.take(ceremony, Purpose::SignIn, "");
    if (!taken) return std::move(taken).error();
    auto response = parseAssertion(credential);
    if (!response) return std::move(response).error().within("The passkey was not accepted");
    Checked checked;
    SignedIn out;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        checked = decide(transaction, *taken, *response, 0);
        if (!checked.right) return recordDenied(transaction, request, checked);
        Json detail = Json::object({{"passkey", std::to_string(checked.row->id)}});
        auto made = parts_.sign_in.first(transaction, request, checked.row->account_id, {"passkey", true, {}, std::move(detail)});
        if (!made) return std::move(made).error();
        out = std::move(*made);
        return {};
    });
    if (!status) return std::move(status).error();
    tellLocked(checked);
    if (!checked.right && !checked.message.empty()) return Error{Code::FailedPrecondition, checked.message};
    if (!checked.right) return Error{Code::Unauthenticated, "This passkey was not accepted."};
    return out;
}

Result<SignedIn> Passkeys::answer(const Request& request, Purpose purpose, const std::string& ceremony, const Json& credential) {
    auto session = lineage(request);
    if (!session) return std::move(session).error();
    auto taken = ceremonies_.take(ceremony, purpose, *session);
    if (!taken) return std::move(taken).error();
    auto response = parseAssertion(credential);
    if (!response) return std::move(response).error().within("The passkey was not accepted");
    Checked checked;
    SecondTry attempt;
    attempt.method = method();
    attempt.counted = false;
    attempt.check = [&](store::Transaction& transaction, std::int64_t account) -> Result<bool> {
        checked = decide(transaction, *taken, *response, account);
        if (!checked.right) attempt.detail.set("reason", checked.reason);
        if (checked.row) attempt.detail.set("passkey", std::to_string(checked.row->id));
        return checked.right;
    };
    auto out = purpose == Purpose::StepUp ? parts_.sign_in.stepUp(request, attempt) : parts_.sign_in.second(request, attempt);
    tellLocked(checked);
    if (!out && out.error().code == Code::InvalidArgument && !checked.message.empty()) return Error{Code::FailedPrecondition, checked.message};
    return out;
}

Result<SignedIn> Passkeys::second(const Request& request, const std::string& ceremony, const Json& credential) {
    return answer(request, Purpose::SecondFactor, ceremony, credential);
}

Result<SignedIn> Passkeys::stepUp(const Request& request, const std::string& ceremony, const Json& credential) {
    return answer(request, Purpose::StepUp, ceremony, credential);
}

}  // namespace masthead::console::auth::webauthn
