#include "host/console/auth/oidc/sso.hpp"

#include <algorithm>

#include "host/base/encoding.hpp"
#include "host/base/log.hpp"
#include "host/base/plain_text.hpp"
#include "host/base/random.hpp"
#include "host/base/text.hpp"
#include "host/console/auth/oidc/conversation.hpp"
#include "host/console/auth/oidc/return_path.hpp"
#include "host/console/auth/oidc/sso_parts.hpp"
#include "host/console/auth/throttle.hpp"
#include "host/console/http/cookies.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/sealer.hpp"
#include "host/console/store/sso_store.hpp"

namespace masthead::console::oidc {
namespace {

/// base64url of 32 bytes, as randomToken(32) makes it.
bool plainToken(std::string_view text) {
    const auto decoded = text.size() == 43 ? base64UrlDecode(text) : std::nullopt;
    return decoded && decoded->size() == 32;
}

/// The one value of the parameter; nullopt when it stands there twice. Empty when it is missing.
std::optional<std::string> single(const Request& request, const std::string& name) {
    const auto [first, last] = request.query.equal_range(name);
    if (first == last) return std::string();
    if (std::next(first) != last) return std::nullopt;
    return first->second;
}

std::string sealContext(const std::string& state_hash) { return "sso/transaction/" + state_hash; }

}  // namespace

std::string browserCookie(const std::string& value) {
    return std::string(kBrowserCookie) + "=" + value + "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(Sso::kTransactionMs / 1000);
}

Sso::Sso(Parts parts) : parts_(parts), logout_states_(parts_.sealer.derive("sso-logout")) {}

Json Sso::buttons() const {
    Json out = Json::array();
    for (const auto& provider : parts_.providers.list()) {
        if (provider->usable()) out.push(Json::object({{"id", provider->settings.id}, {"title", provider->settings.title}}));
    }
    return out;
}

Result<ProviderPointer> Sso::usable(const std::string& id) const {
    auto provider = parts_.providers.find(id);
    if (!provider || !provider->usable()) return Error{Code::NotFound, "There is no such provider, or it is switched off."};
    return provider;
}

std::string Sso::callbackAddress(const std::string& provider) const { return parts_.public_url + "/admin/api/v1/sso/" + provider + "/callback"; }

Result<Begun> Sso::begin(const Request& request, const std::string& id, const std::string& return_to, const Principal* who) {
    auto provider = usable(id);
    if (!provider) return std::move(provider).error();
    const config::SsoProvider& settings = (*provider)->settings;
    Pending pending;
    pending.return_to = returnPath(return_to);
    if (who != nullptr) {
        pending.session = who->session_id;
        pending.account = who->account_id;
    }
    Conversation conversation(conversations_, kConversations);
    if (!conversation) return Conversation::busy();
    auto metadata = (*provider)->client->metadata(parts_.clock.steadyMs() + kWholeMs);
    if (!metadata) return Error{Code::Unavailable, settings.title + " cannot be reached: " + oneLine(metadata.error().message, 300)};

    const std::string state = randomToken(32);
    pending.nonce = randomToken(32);
    pending.verifier = randomToken(32);
    const auto cookies = cookieValues(request.header("cookie"), kBrowserCookie);
    Begun begun;
    // Several sign-ins of one browser (tabs) share the cookie.
    begun.browser = cookies.size() == 1 && plainToken(cookies.front()) ? cookies.front() : randomToken(32);
    const std::int64_t now = parts_.clock.wallMs();
    pending.begun_at = now;
    const std::string state_hash = sha256Hex(state);
    const store::SsoTransactionRow row{state_hash, sha256Hex(begun.browser), id, auth::throttleSource(request.client),
                                       parts_.sealer.seal(pending.text(), sealContext(state_hash)), now, now + kTransactionMs};
    Status kept = parts_.database.write([&](store::Transaction& transaction) -> Status {
        store::SsoStore::addTransaction(transaction, row, kPendingPerSource, kPending);
        return {};
    });
    if (!kept) return std::move(kept).error();

    std::string scopes;
    for (const auto& scope : settings.scopes) scopes += (scopes.empty() ? "" : " ") + scope;
    begun.url = metadata->authorization_endpoint + (metadata->authorization_endpoint.find('?') == std::string::npos ? "?" : "&") +
                "response_type=code&client_id=" + formEncode(settings.client_id) + "&redirect_uri=" + formEncode(callbackAddress(id)) +
                "&scope=" + formEncode(scopes) + "&state=" + state + "&nonce=" + pending.nonce +
                "&code_challenge=" + base64UrlEncode(sha256(pending.verifier)) + "&code_challenge_method=S256";
    if (who != nullptr) begun.url += "&prompt=login&max_age=0";
    return begun;
}

Result<Sso::Pending> Sso::take(const Request& request, const Provider& provider) {
    const Error lost{Code::NotFound, "this sign-in is not under way: it was used, is older than ten minutes, or began in another browser"};
    const auto state = single(request, "state");
    if (!state || !plainToken(*state)) return lost;
    const std::string state_hash = sha256Hex(*state);
    std::optional<store::SsoTransactionRow> row;
    // Guesses of strangers must not queue at the writer.
    bool known = false;
    Status looked = parts_.database.read([&](store::Connection& connection) -> Status {
        known = store::SsoStore::hasTransaction(connection, state_hash);
        return {};
    });
    if (!looked) return std::move(looked).error();
    if (!known) return lost;
    Status taken = parts_.database.write([&](store::Transaction& transaction) -> Status {
        row = store::SsoStore::takeTransaction(transaction, state_hash);
        return {};
    });
    if (!taken) return std::move(taken).error();
    const auto cookies = cookieValues(request.header("cookie"), kBrowserCookie);
    const bool ours = row && row->expires_at > parts_.clock.wallMs() && row->provider == provider.settings.id && cookies.size() == 1 &&
                      equalConstantTime(row->browser_hash, sha256Hex(cookies.front()));
    if (!ours) return lost;
    auto text = parts_.sealer.unseal(row->sealed, sealContext(state_hash));
    if (!text) return std::move(text).error();
    return Pending::of(*text);
}

Landing Sso::land(const Request& request, const std::string& id) {
    Landing lost{LandingKind::Lost, kHome, id, "there is no such provider, or it is switched off"};
    auto provider = usable(id);
    if (!provider) return lost;
    lost.title = (*provider)->settings.title;
    auto pending = take(request, **provider);
    if (!pending) {
        lost.message = pending.error().message;
        return lost;
    }
    Landing landing = arrive(request, **provider, *pending);
    if (landing.kind == LandingKind::Untrusted || landing.kind == LandingKind::Trouble)
        log::warning("a sign-in through a provider did not succeed", {{"provider", id}, {"cause", landing.message}, {"client", request.client}});
    return landing;
}

Landing Sso::arrive(const Request& request, const Provider& provider, const Pending& pending) {
    Landing out{LandingKind::Trouble, pending.return_to, provider.settings.title, ""};
    const auto refuse = [&](LandingKind kind, const std::string& why) {
        out.kind = kind;
        out.message = oneLine(why, 300);
        return out;
    };
    Conversation conversation(conversations_, kConversations);
    if (!conversation) return refuse(LandingKind::Trouble, Conversation::busy().message);
    const std::int64_t until = parts_.clock.steadyMs() + kWholeMs;
    auto metadata = provider.client->metadata(until);
    if (!metadata) return refuse(LandingKind::Trouble, metadata.error().message);
    // A code of another provider that was lured here (mix-up) is given to nobody.
    const auto iss = single(request, "iss");
    if (!iss || (metadata->names_issuer && iss->empty()) || (!iss->empty() && *iss != metadata->issuer))
        return refuse(LandingKind::Untrusted, "the answer does not come from this provider (iss)");
    const auto error = single(request, "error"), code = single(request, "code");
    if (!error || !code) return refuse(LandingKind::Untrusted, "a parameter stands twice in the answer");
    if (!error->empty()) return refuse(LandingKind::Refused, "the provider answered: " + oneLine(*error, 100));
    if (code->empty() || code->size() > 4096) return refuse(LandingKind::Untrusted, "the answer carries no code");
    auto person = identify(request, provider, pending, until);
    if (!person) {
        const Code code_of = person.error().code;
        const bool untrusted = code_of == Code::Unauthenticated || code_of == Code::InvalidArgument;
        return refuse(untrusted ? LandingKind::Untrusted : LandingKind::Trouble, person.error().message);
    }
    return admit(request, provider, pending, *person);
}

Result<Sso::Person> Sso::identify(const Request& request, const Provider& provider, const Pending& pending, std::int64_t until) {
    const std::string code(request.queryValue("code"));
    auto tokens = provider.client->exchange(code, pending.verifier, callbackAddress(provider.settings.id), until);
    if (!tokens) return std::move(tokens).error();
    auto token = provider.client->verified(tokens->id_token, until);
    if (!token) return std::move(token).error();
    IdTokenRules rules{provider.settings.issuer, provider.settings.client_id, pending.nonce, parts_.clock.wallMs(), token->alg,
                       tokens->access_token, code, {}};
    if (pending.stepUp()) rules.signed_in_since_ms = pending.begun_at;
    if (Status holds = checkIdToken(token->claims, rules); !holds) return std::move(holds).error();
    Json claims = std::move(token->claims);
    if (!hasClaim(claims, provider.settings.group_claim) || !claims.has("email")) {
        auto more = provider.client->userinfo(tokens->access_token, claims.text("sub"), until);
        if (!more) return std::move(more).error();
        // What was signed counts more.
        for (const auto& [name, value] : more->members()) {
            if (!claims.has(name)) claims.set(name, value);
        }
    }
    return Person::of(claims, provider.settings, tokens->id_token);
}

Result<Json> Sso::probe(const std::string& id) {
    const auto provider = parts_.providers.find(id);
    if (!provider) return Error{Code::NotFound, "There is no such provider."};
    if (!provider->problem.empty()) return Error{Code::FailedPrecondition, provider->problem};
    Conversation conversation(conversations_, kConversations);
    if (!conversation) return Conversation::busy();
    return provider->client->probe(parts_.clock.steadyMs() + kWholeMs);
}

}  // namespace masthead::console::oidc
