// Sso: signing in, stepping up and signing out through a provider, joined with the store and with SignIn.
//
// Thread-safe. begin() keeps a transaction (state, nonce, verifier; single use, ten minutes, bound to the browser's pre-sign-in
// cookie), land() is the callback. Who somebody is, is (provider, issuer, subject); what they may do is what their groups map to,
// looked at in every sign-in. At most kConversations requests speak to providers at once, each for at most ten seconds.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/json.hpp"
#include "host/base/result.hpp"
#include "host/console/auth/csrf.hpp"
#include "host/console/auth/oidc/providers.hpp"
#include "host/console/auth/sign_in.hpp"
#include "host/console/http/request.hpp"

namespace masthead::console::audit { class AuditLog; }
namespace masthead::console::store { struct SsoTransactionRow; }

namespace masthead::console::oidc {

inline constexpr const char* kBrowserCookie = "__Host-masthead-pre";

struct Begun {
    std::string url;      // of the provider
    std::string browser;  // value of kBrowserCookie
};

enum class LandingKind {
    SignedIn,
    SteppedUp,
    Lost,       // no such sign-in: unknown, used, expired, of another browser
    Refused,    // the provider says no (the person cancelled)
    Untrusted,  // what came does not hold
    Trouble,    // the provider does not answer as it must
    NoAccess,   // none of the groups is mapped
    Disabled,
};

struct Landing {
    LandingKind kind = LandingKind::Lost;
    std::string path;     // where the browser goes on; always a plain path of the console
    std::string title;    // of the provider
    std::string message;  // for administrators: what did not fit
    auth::SignedIn signed_in = {};
};

class Sso {
public:
    struct Parts {
        const std::string& public_url;
        store::Database& database;
        store::Sealer& sealer;
        Clock& clock;
        audit::AuditLog& audit;
        auth::Sessions& sessions;
        auth::SignIn& sign_in;
        Providers& providers;
    };
    explicit Sso(Parts parts);

    /// [{"id","title"}] of those that can be used.
    Json buttons() const;
    /// `who` is set for a step-up: a full session that came from this provider.
    Result<Begun> begin(const Request& request, const std::string& provider, const std::string& return_to, const Principal* who);
    /// The callback. After SignedIn and SteppedUp the cookie is in `signed_in`; call SignIn::announce().
    Landing land(const Request& request, const std::string& provider);
    /// A logout token of the provider, form-encoded in the body. InvalidArgument when it does not hold.
    Status backChannelLogout(const Request& request, const std::string& provider);
    /// Where the browser can end the provider's session as well; empty when there is nothing to end. Ask before the session goes.
    std::string logoutUrl(const Request& request);
    /// Whether a browser comes back from a sign-out that began here.
    bool signedOutHere(std::string_view state) const;
    /// At start: ends the sessions of providers that masthead.yaml no longer has, or has switched off.
    void endOrphans();
    /// Discovery and keys, now.
    Result<Json> probe(const std::string& provider);

    static constexpr std::int64_t kTransactionMs = 10 * 60 * 1000;
    static constexpr std::int64_t kWholeMs = 10'000;
    static constexpr std::int64_t kPendingPerSource = 20, kPending = 5000;
    static constexpr int kConversations = 8;

private:
    struct Pending;
    struct Person;
    Result<ProviderPointer> usable(const std::string& id) const;
    std::string callbackAddress(const std::string& provider) const;
    Result<Pending> take(const Request& request, const Provider& provider);
    Landing arrive(const Request& request, const Provider& provider, const Pending& pending);
    Result<Person> identify(const Request& request, const Provider& provider, const Pending& pending, std::int64_t until);
    Landing admit(const Request& request, const Provider& provider, const Pending& pending, const Person& person);
    Landing shutOut(const Request& request, const Provider& provider, const Person& person, Landing landing);
    Status stepUp(const Request& request, const Provider& provider, const Pending& pending, const Person& person, Landing& landing);

    Parts parts_;
    auth::Csrf logout_states_;
    std::atomic<int> conversations_{0};
};

/// Set-Cookie for kBrowserCookie.
std::string browserCookie(const std::string& value);

}  // namespace masthead::console::oidc
