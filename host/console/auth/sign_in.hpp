// SignIn: the one place that decides how far a sign-in has come (half, enrol, full) and that issues sessions. Password,
// passkey and SSO call first() when their proof was right; second factors call second(), the step-up routes stepUp(), and a
// factor that was just enrolled enrolled(). Session, counters and audit record are one transaction.
//
//   password right, account has a second factor      -> Half   {"next":"second_factor","methods":[...]}
//   password right, none, policy wants one            -> Enrol  {"next":"enrol"}
//   password right, none, policy does not ask         -> Full   {"next":"done"}
//   passkey with user verification, SSO               -> Full   (first() with complete = true)
//
// Thread-safe. After each success call announce(), then answer with api::signedInAnswer(). Errors: Unauthenticated (account
// gone or disabled, session over, wrong code), ResourceExhausted with `wait_ms` in retryAfterMs() for too many tries, or the
// store's.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/json.hpp"
#include "host/base/result.hpp"
#include "host/console/auth/notice.hpp"
#include "host/console/auth/sessions.hpp"
#include "host/console/auth/throttle_account.hpp"
#include "host/console/http/request.hpp"

namespace masthead::console::audit { class AuditLog; }

namespace masthead::console::auth {

class SecondFactors;

/// What the first step proved.
struct FirstProof {
    std::string method;        // "password", "passkey", "sso"
    bool complete = false;     // both factors at once: a passkey with user verification, an identity provider
    store::SsoOrigin sso = {};
    Json detail = Json::object();  // for the audit record: no secrets
};

/// One try of a second factor, or of a step-up.
struct SecondTry {
    std::string method;          // "totp", "recovery", "passkey", "password" (step-up only), "sso"
    /// Whether the proof is right, and using it up, inside the deciding transaction. An error rolls everything back.
    std::function<Result<bool>(store::Transaction&, std::int64_t account)> check;
    /// Slow work before the deciding transaction (hashing a password), once the try is counted. False = wrong.
    std::function<Result<bool>()> before = {};
    bool counted = true;         // guessable: counts towards waits (shared by all factors) and the lock at a hundred
    /// Where the session goes when right. Enrol: a recovery code was used and the lost factor must be replaced.
    SessionStage reached = SessionStage::Full;
    Json detail = Json::object();
};

struct SignedIn {
    MadeSession session;
    SessionStage stage = SessionStage::Full;
    std::vector<std::string> methods;  // Half: what may follow
    std::int64_t account = 0;
    std::int64_t fresh_until = 0;      // wall ms until which a step-up holds
};

class SignIn {
public:
    struct Parts {
        store::Database& database;
        audit::AuditLog& audit;
        Sessions& sessions;
        SecondFactors& factors;
        Clock& clock;
        bool require_second_factor = false;
        Tell tell = {};
    };
    explicit SignIn(Parts parts) : parts_(std::move(parts)), throttle_(parts_.clock) {}

    /// Inside the caller's transaction, so that what it proved (a signature counter, a new SSO account) is kept with it.
    Result<SignedIn> first(store::Transaction& transaction, const Request& request, std::int64_t account, const FirstProof& proof);
    /// For the half session of `request`. A wrong one is counted and recorded; the fifth ends the half session.
    Result<SignedIn> second(const Request& request, const SecondTry& attempt);
    /// For the full session of `request`: the same session, fresh for five minutes, under a new cookie. The fifth wrong one
    /// ends the session. Which methods an account may use is stepUpMethods().
    Result<SignedIn> stepUp(const Request& request, const SecondTry& attempt);
    /// The account of `request` has just gained a second factor: an Enrol session becomes Full under a new cookie. For a Full
    /// session nothing changes and the token is empty.
    Result<SignedIn> enrolled(store::Transaction& transaction, const Request& request);
    /// After the commit of any of the above.
    void announce(const SignedIn& signed_in);

    /// For the problem step_up_required: "totp"/"passkey" for accounts that have them, "sso:<id>" for a session of a provider,
    /// "password" for all others.
    Result<std::vector<std::string>> stepUpMethods(const Principal& principal);
    /// The wait carried by a ResourceExhausted error of this class; 0 for other errors.
    static std::int64_t retryAfterMs(const Error& error);
    /// The policy: every account that signs in with a password needs a second factor.
    bool secondFactorRequired() const { return parts_.require_second_factor; }
    AccountThrottle& throttle() { return throttle_; }
    /// Tells people; does nothing when nobody listens.
    void tell(const Notice& notice) const {
        if (parts_.tell) parts_.tell(notice);
    }

    static constexpr std::int64_t kTriesPerSession = 5;

private:
    Result<SignedIn> decide(const Request& request, const SecondTry& attempt, bool step_up);
    Status countTry(const Request& request, const SecondTry& attempt);

    Parts parts_;
    AccountThrottle throttle_;
};

/// "Too many tries": carries the wait.
Error tooManyTries(std::int64_t wait_ms);

}  // namespace masthead::console::auth
