// Signing out at the provider (RP-initiated) and because of the provider (back-channel).
#include "host/base/encoding.hpp"
#include "host/base/log.hpp"
#include "host/base/plain_text.hpp"
#include "host/base/random.hpp"
#include "host/base/text.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/auth/oidc/conversation.hpp"
#include "host/console/auth/oidc/sso_parts.hpp"
#include "host/console/http/query.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/sealer.hpp"
#include "host/console/store/session_store.hpp"
#include "host/console/store/sso_store.hpp"

namespace masthead::console::oidc {
namespace {

constexpr std::int64_t kLogoutStateMs = 10 * 60 * 1000;
constexpr std::int64_t kLogoutWaitMs = 3000;  // a sign-out does not wait long for a provider that is away
constexpr std::size_t kMaxHint = 4096;        // of an ID token in an address
constexpr std::int64_t kReplayMs = kOldestTokenMs + 2 * kSkewMs;  // older ones are refused by their iat

}  // namespace

std::string Sso::logoutUrl(const Request& request) {
    std::optional<store::SessionRow> session;
    Status read = parts_.database.read([&](store::Connection& connection) -> Status {
        session = store::SessionStore::findByHandle(connection, request.principal.session_id);
        return {};
    });
    if (!read || !session || session->sso.provider.empty()) return {};
    const auto provider = parts_.providers.find(session->sso.provider);
    if (!provider || !provider->usable()) return {};
    Conversation conversation(conversations_, kConversations);
    if (!conversation) return {};
    const auto metadata = provider->client->metadata(parts_.clock.steadyMs() + kLogoutWaitMs);
    if (!metadata || metadata->end_session_endpoint.empty()) return {};
    const std::string& id = provider->settings.id;
    const std::string what = std::to_string(parts_.clock.wallMs() + kLogoutStateMs) + "." + randomToken(12);
    const std::string& endpoint = metadata->end_session_endpoint;
    std::string url = endpoint + (endpoint.find('?') == std::string::npos ? "?" : "&") + "client_id=" + formEncode(provider->settings.client_id) +
                      "&post_logout_redirect_uri=" + formEncode(parts_.public_url + "/admin/api/v1/sso/" + id + "/signed-out") +
                      "&state=" + formEncode(what + "." + logout_states_.token(what));
    const auto sealed = base64UrlDecode(session->sso.id_token);
    auto hint = sealed ? parts_.sealer.unseal(*sealed, "sso/id-token/" + id + "/" + session->sso.subject) : Result<std::string>(std::string());
    if (hint && !hint->empty() && hint->size() <= kMaxHint) url += "&id_token_hint=" + formEncode(*hint);
    return url;
}

bool Sso::signedOutHere(std::string_view state) const {
    const auto last = state.rfind('.');
    if (last == std::string_view::npos || state.size() > 200) return false;
    const std::string_view what = state.substr(0, last);
    const auto until = parseUnsigned<std::int64_t>(what.substr(0, what.find('.')));
    return until && *until > parts_.clock.wallMs() && logout_states_.valid(what, state.substr(last + 1));
}

void Sso::endOrphans() {
    std::vector<std::string> ended;
    Status done = parts_.database.write([&](store::Transaction& transaction) -> Status {
        for (const auto& id : store::SsoStore::sessionProviders(transaction)) {
            const auto provider = parts_.providers.find(id);
            if (provider && provider->settings.enabled) continue;
            for (const auto& session : store::SessionStore::ofSso(transaction, id, "", "")) {
                parts_.sessions.revoke(transaction, session.handle);
                ended.push_back(session.handle);
            }
        }
        return {};
    });
    if (!done) log::warning("sessions of providers that are gone could not be ended", {{"cause", done.error().message}});
    if (!ended.empty()) parts_.sessions.announce(ended);
}

Status Sso::backChannelLogout(const Request& request, const std::string& id) {
    auto provider = usable(id);
    if (!provider) return std::move(provider).error();
    auto form = parseQuery(request.body);
    if (!form) return std::move(form).error();
    if (form->count("logout_token") != 1) return Error{Code::InvalidArgument, "expected one logout_token"};
    Conversation conversation(conversations_, kConversations);
    if (!conversation) return Conversation::busy();
    const config::SsoProvider& settings = (*provider)->settings;
    const std::int64_t now = parts_.clock.wallMs();
    auto token = (*provider)->client->verified(form->find("logout_token")->second, parts_.clock.steadyMs() + kWholeMs);
    if (!token) {
        const bool away = token.error().code == Code::Unavailable || token.error().code == Code::Deadline;
        return Error{away ? Code::Unavailable : Code::InvalidArgument, token.error().message};
    }
    auto logout = checkLogoutToken(token->claims, token->typ, {settings.issuer, settings.client_id, now});
    if (!logout) return Error{Code::InvalidArgument, logout.error().message};
    std::vector<std::string> ended;
    Status done = parts_.database.write([&](store::Transaction& transaction) -> Status {
        if (!store::SsoStore::addLogoutToken(transaction, sha256Hex(id + "\n" + settings.issuer + "\n" + logout->id), now + kReplayMs, now))
            return Error{Code::InvalidArgument, "this logout token was used before"};
        for (const auto& session : store::SessionStore::ofSso(transaction, id, logout->subject, logout->sid)) {
            parts_.sessions.revoke(transaction, session.handle);
            ended.push_back(session.handle);
        }
        if (ended.empty()) return {};
        auto entry = audit::Entry::of(request, "session.end", "sso/" + id);
        entry.principal = entry.principal_id = "sso:" + id;
        entry.detail = Json::object({{"reason", "signed out at the provider"}, {"sessions", static_cast<std::int64_t>(ended.size())}});
        auto recorded = parts_.audit.record(transaction, entry);
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (!done) return done;
    parts_.sessions.announce(ended);
    return {};
}

}  // namespace masthead::console::oidc
