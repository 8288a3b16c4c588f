// Passkeys of accounts: enrolling, naming, removing them, and signing in or stepping up with one. The rules that need the
// database live here; the ceremonies themselves are pure (registration.hpp, assertion.hpp).
//
// Thread-safe. Each change, its audit record and, when signing in, the session are one transaction. A refused passkey is
// recorded with the reason; people are told as little as signing in needs (Unauthenticated), and clearly when it is theirs to
// mend (FailedPrecondition: another host name, a locked passkey, an expired request). Other errors: InvalidArgument, Conflict,
// NotFound, the store's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/json.hpp"
#include "host/base/result.hpp"
#include "host/console/auth/second_factors.hpp"
#include "host/console/auth/sign_in.hpp"
#include "host/console/auth/webauthn/assertion.hpp"
#include "host/console/auth/webauthn/ceremonies.hpp"
#include "host/console/auth/webauthn/messages.hpp"
#include "host/console/http/request.hpp"
#include "host/console/store/passkey_store.hpp"

namespace masthead::console::audit { class AuditLog; }
namespace masthead::console::store { class Database; }

namespace masthead::console::auth { class RecoveryFactor; }

namespace masthead::console::auth::webauthn {

/// What a page needs to ask the device: {"ceremony","publicKey"}.
struct Asked {
    std::string ceremony;
    Json options;
    Json json() const { return Json::object({{"ceremony", ceremony}, {"publicKey", options}}); }
};

class Passkeys final : public SecondFactor {
public:
    struct Parts {
        store::Database& database;
        audit::AuditLog& audit;
        SignIn& sign_in;
        SecondFactors& factors;
        Clock& clock;
        std::string public_url;
        RecoveryFactor* recovery = nullptr;  // gives codes with the first factor; null: no codes
    };
    explicit Passkeys(Parts parts) : parts_(std::move(parts)), rp_(relyingPartyOf(parts_.public_url)), ceremonies_(parts_.clock) {}

    /// Whether public_url can carry passkeys: a host name, no address.
    bool possible() const { return !rp_.id.empty(); }

    // Enrolling and managing, for the account of the request.
    struct Enrolled {
        store::PasskeyRow passkey;
        SignedIn signed_in;  // of an Enrol session that is full now; else without a token
        std::vector<std::string> recovery_codes;
    };
    Result<Asked> beginEnrolment(const Request& request);
    Result<Enrolled> enrol(const Request& request, const std::string& ceremony, const std::string& name, const Json& credential);
    Result<store::PasskeyRow> rename(const Request& request, std::int64_t id, const std::string& name);
    Status remove(const Request& request, std::int64_t id);
    Json shown(const store::PasskeyRow& passkey) const;

    // Signing in without a name, completing a sign-in (half session in request.principal), stepping up (full session).
    Result<Asked> beginSignIn(const Request& request);
    Result<SignedIn> signIn(const Request& request, const std::string& ceremony, const Json& credential);
    Result<Asked> beginSecond(const Request& request);
    Result<SignedIn> second(const Request& request, const std::string& ceremony, const Json& credential);
    Result<Asked> beginStepUp(const Request& request);
    Result<SignedIn> stepUp(const Request& request, const std::string& ceremony, const Json& credential);

    /// At start: says in the log when passkeys cannot be used because public_url changed.
    void warnAboutOtherHosts();

    // SecondFactor
    std::string method() const override { return "passkey"; }
    bool usable(store::Connection& connection, std::int64_t account) override;
    void describe(store::Connection& connection, std::int64_t account, Json& into) override;
    void summarize(store::Connection& connection, std::int64_t account, Json& into) override;
    bool removeAll(store::Transaction& transaction, std::int64_t account) override;

    /// Why this cannot name a passkey; nothing when it can. Names are trimmed.
    static std::optional<std::string> unusableName(const std::string& name);

    static constexpr std::size_t kPerAccount = 20;
    static constexpr std::size_t kMaxName = 64;

private:
    /// What became of an assertion. `row`: the passkey it names, when there is one.
    struct Checked {
        bool right = false;
        std::optional<store::PasskeyRow> row;
        std::string reason;   // for the audit log
        std::string message;  // for the person; empty: nothing beyond "refused"
        bool locked_now = false;
    };
    /// Inside the deciding transaction: verifies, counts up, locks. `account` 0: whoever the passkey belongs to.
    Checked decide(store::Transaction& transaction, const Ceremony& ceremony, const AssertionResponse& response, std::int64_t account);
    Status recordDenied(store::Transaction& transaction, const Request& request, const Checked& checked);
    void tellLocked(const Checked& checked);

    Result<Asked> ask(const Request& request, Purpose purpose);
    Result<SignedIn> answer(const Request& request, Purpose purpose, const std::string& ceremony, const Json& credential);
    bool usable(const store::PasskeyRow& row) const { return row.locked_at == 0 && row.rp_id == rp_.id; }
    Result<std::string> lineage(const Request& request);
    Error notPossible() const;

    Parts parts_;
    RelyingParty rp_;
    Ceremonies ceremonies_;
};

}  // namespace masthead::console::auth::webauthn
