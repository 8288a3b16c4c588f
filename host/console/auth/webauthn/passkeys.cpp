#include "host/console/auth/webauthn/passkeys.hpp"

#include <masthead/json.hpp>

#include "host/base/encoding.hpp"
#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/base/timestamp.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/auth/recovery_factor.hpp"
#include "host/console/auth/webauthn/registration.hpp"
#include "host/console/store/account_store.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/session_store.hpp"

namespace masthead::console::auth::webauthn {
namespace {

Error noSuch(std::int64_t id) { return {Code::NotFound, "You have no passkey " + std::to_string(id) + "."}; }
Error signInFirst() { return {Code::Unauthenticated, "You are not signed in, or the session has ended."}; }
std::string objectOf(std::int64_t id) { return "passkey/" + std::to_string(id); }

Status committed(Result<std::int64_t> recorded) { return recorded ? Status() : Status(std::move(recorded).error()); }

}  // namespace

std::optional<std::string> Passkeys::unusableName(const std::string& given) {
    const std::string_view name = trim(given);
    bool printable = detail::validUtf8(name);
    for (const char c : name) printable = printable && static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
    if (!name.empty() && name.size() <= kMaxName && printable) return std::nullopt;
    return "A passkey needs a name of 1 to 64 bytes without control characters.";
}

Error Passkeys::notPossible() const {
    return {Code::FailedPrecondition, "Passkeys need a host name, and the public_url of this console is an address: " + parts_.public_url + "."};
}

/// Names the signed-in browser across the new cookies that step-ups give it, so that ceremonies in parallel tabs all finish.
Result<std::string> Passkeys::lineage(const Request& request) {
    Result<std::string> out = signInFirst();
    Status status = parts_.database.read([&](store::Connection& connection) -> Status {
        const auto session = store::SessionStore::findByHandle(connection, request.principal.session_id);
        if (session) out = std::to_string(session->account_id) + "/" + std::to_string(session->created_at);
        return {};
    });
    if (!status) return std::move(status).error();
    return out;
}

Result<Asked> Passkeys::beginEnrolment(const Request& request) {
    if (!possible()) return notPossible();
    const std::int64_t account_id = request.principal.account_id;
    auto session = lineage(request);
    if (!session) return std::move(session).error();
    NewUser user;
    std::vector<Described> exclude;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        const auto account = store::AccountStore::find(transaction, account_id);
        if (!account) return signInFirst();
        const auto existing = store::PasskeyStore::ofAccount(transaction, account_id);
        if (existing.size() >= kPerAccount) {
            return Error{Code::FailedPrecondition, "An account has at most " + std::to_string(kPerAccount) + " passkeys. Remove one first."};
        }
        for (const auto& passkey : existing) {
            if (passkey.rp_id == rp_.id) exclude.push_back({passkey.credential_id, passkey.transports});
        }
        user = {base64UrlDecode(store::AccountStore::userHandle(transaction, account_id)).value_or(""), account->email, account->name};
        return {};
    });
    if (!status) return std::move(status).error();
    const auto begun = ceremonies_.begin(Purpose::Register, account_id, *session, request.client);
    return Asked{begun.handle, creationOptions(rp_, user, begun.challenge, exclude)};
}

Result<Passkeys::Enrolled> Passkeys::enrol(const Request& request, const std::string& ceremony, const std::string& name, const Json& credential) {
    if (auto reason = unusableName(name)) return Error{Code::InvalidArgument, *reason};
    const std::string named(trim(name));
    auto session = lineage(request);
    if (!session) return std::move(session).error();
    auto taken = ceremonies_.take(ceremony, Purpose::Register, *session);
    if (!taken) return std::move(taken).error();
    auto response = parseRegistration(credential);
    if (!response) return std::move(response).error().within("The passkey was not accepted");
    auto made = verifyRegistration(rp_, taken->challenge, *response);
    if (!made) return std::move(made).error().within("The passkey was not accepted");

    const std::int64_t account_id = taken->account;
    std::optional<RecoverySet> codes;
    if (parts_.recovery) {
        auto prepared = parts_.recovery->prepareIfNone(account_id);
        if (!prepared) return std::move(prepared).error();
        codes = std::move(*prepared);
    }
    Enrolled out;
    if (codes) out.recovery_codes = codes->shown;
    out.passkey = {0, account_id, made->credential_id, made->public_key, static_cast<std::int64_t>(made->algorithm), made->sign_count,
                   made->backup_eligible, made->backed_up, made->aaguid, made->transports, rp_.id, named, parts_.clock.wallMs(), 0, 0};
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        const auto account = store::AccountStore::find(transaction, account_id);
        if (!account || account->disabled) return signInFirst();
        if (store::PasskeyStore::findByCredential(transaction, out.passkey.credential_id)) {
            return Error{Code::Conflict, "This passkey is registered already."};
        }
        if (store::PasskeyStore::ofAccount(transaction, account_id).size() >= kPerAccount) {
            return Error{Code::FailedPrecondition, "An account has at most " + std::to_string(kPerAccount) + " passkeys. Remove one first."};
        }
        out.passkey.id = store::PasskeyStore::create(transaction, out.passkey);
        store::AccountStore::bumpRevision(transaction, account_id);
        if (codes) parts_.recovery->keep(transaction, account_id, *codes);
        auto entry = audit::Entry::of(request, "passkey.create", objectOf(out.passkey.id));
        entry.detail = Json::object({{"name", named}, {"backed_up", out.passkey.backed_up}, {"make", hexEncode(out.passkey.aaguid)}});
        if (Status recorded = committed(parts_.audit.record(transaction, entry)); !recorded) return recorded;
        auto signed_in = parts_.sign_in.enrolled(transaction, request);
        if (!signed_in) return std::move(signed_in).error();
        out.signed_in = std::move(*signed_in);
        return {};
    });
    if (!status) return std::move(status).error();
    parts_.sign_in.tell({"core.passkey.added", account_id, "A passkey was added", request.principal.email + " added the passkey \"" + named + "\"."});
    return out;
}

Result<store::PasskeyRow> Passkeys::rename(const Request& request, std::int64_t id, const std::string& name) {
    if (auto reason = unusableName(name)) return Error{Code::InvalidArgument, *reason};
    const std::string named(trim(name));
    Result<store::PasskeyRow> out = noSuch(id);
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        auto passkey = store::PasskeyStore::find(transaction, id);
        if (!passkey || passkey->account_id != request.principal.account_id) return noSuch(id);
        store::PasskeyStore::rename(transaction, id, named);
        auto entry = audit::Entry::of(request, "passkey.rename", objectOf(id));
        entry.detail = Json::object({{"from", passkey->name}, {"to", named}});
        passkey->name = named;
        out = std::move(*passkey);
        return committed(parts_.audit.record(transaction, entry));
    });
    if (!status) return std::move(status).error();
    return out;
}

Status Passkeys::remove(const Request& request, std::int64_t id) {
    const std::int64_t account_id = request.principal.account_id;
    std::string name;
    Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
        const auto passkey = store::PasskeyStore::find(transaction, id);
        const auto account = store::AccountStore::find(transaction, account_id);
        if (!passkey || !account || passkey->account_id != account_id) return noSuch(id);
        name = passkey->name;
        const bool was_protected = parts_.factors.any(transaction, account_id);
        const bool was_usable = usable(*passkey);
        store::PasskeyStore::remove(transaction, id);
        store::AccountStore::bumpRevision(transaction, account_id);
        // WA-42: nobody locks themselves out, and nobody slips from under the policy. An error undoes the removal.
        const bool has_password = !store::AccountStore::factor(transaction, account_id, "password").empty();
        if (was_usable && !usable(transaction, account_id) && !has_password && account->origin == "local") {
            return Error{Code::FailedPrecondition, "This passkey is the only way to sign in to this account. Set a password or add another passkey first."};
        }
        if (!parts_.factors.any(transaction, account_id)) {
            if (parts_.sign_in.secondFactorRequired() && was_protected) {
                return Error{Code::FailedPrecondition, "This is the last second factor, and every account here needs one. Set up another one first."};
            }
            if (parts_.recovery) parts_.recovery->removeAll(transaction, account_id);
        }
        auto entry = audit::Entry::of(request, "passkey.delete", objectOf(id));
        entry.detail = Json::object({{"name", name}});
        return committed(parts_.audit.record(transaction, entry));
    });
    if (!status) return status;
    parts_.sign_in.tell({"core.passkey.removed", account_id, "A passkey was removed", request.principal.email + " removed the passkey \"" + name + "\"."});
    return {};
}

Json Passkeys::shown(const store::PasskeyRow& passkey) const {
    return Json::object({{"id", std::to_string(passkey.id)},
                         {"name", passkey.name},
                         {"created_at", formatTimestamp(passkey.created_at)},
                         {"last_used", passkey.last_used == 0 ? Json() : Json(formatTimestamp(passkey.last_used))},
                         {"backed_up", passkey.backed_up},
                         {"locked", passkey.locked_at != 0},
                         {"host", passkey.rp_id},
                         {"usable", usable(passkey)}});
}

void Passkeys::warnAboutOtherHosts() {
    std::int64_t others = 0;
    Status status = parts_.database.read([&](store::Connection& connection) -> Status {
        others = store::PasskeyStore::countForOthers(connection, rp_.id);
        return {};
    });
    if (!status || others == 0) return;
    log::warning("passkeys were made for another host name than that of public_url and cannot be used: people sign in with their password and add "
                 "new ones, or public_url goes back to the old name",
                 {{"passkeys", std::to_string(others)}, {"host", rp_.id}});
}

bool Passkeys::usable(store::Connection& connection, std::int64_t account) {
    for (const auto& passkey : store::PasskeyStore::ofAccount(connection, account)) {
        if (usable(passkey)) return true;
    }
    return false;
}

void Passkeys::describe(store::Connection& connection, std::int64_t account, Json& into) {
    Json list = Json::array();
    for (const auto& passkey : store::PasskeyStore::ofAccount(connection, account)) list.push(shown(passkey));
    into.set("passkeys", std::move(list));
}

void Passkeys::summarize(store::Connection& connection, std::int64_t account, Json& into) {
    into.set("passkeys", static_cast<std::int64_t>(store::PasskeyStore::ofAccount(connection, account).size()));
}

bool Passkeys::removeAll(store::Transaction& transaction, std::int64_t account) {
    return store::PasskeyStore::removeOfAccount(transaction, account) > 0;
}

}  // namespace masthead::console::auth::webauthn
