// What requesters and waiting devices see of themselves.
#include "crypto/codec.hpp"
#include "desk/parts.hpp"
#include "domain/time.hpp"

namespace onboarding {
namespace {

Json timeOrNull(std::int64_t at) { return at == 0 ? Json() : Json(formatTime(at)); }
Json orNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json nodeJson(const std::string& name, const std::string& address) {
    return name.empty() ? Json() : Json::object({{"name", name}, {"address", address}});
}

std::string etagOf(const Json& json) { return "\"" + sha256(json.dump()).substr(0, 32) + "\""; }

}  // namespace

Json RequesterView::toJson() const {
    Json own = Json::object();
    for (const auto& [name, value] : fields) own.set(name, value);
    return Json::object({{"state", state}, {"words", words}, {"device", device}, {"person", person}, {"contact", contact}, {"message", message},
                         {"platform", platform}, {"fields", own}, {"createdAt", timeOrNull(created_at)}, {"decidedAt", timeOrNull(decided_at)},
                         {"keyExpiresAt", timeOrNull(key_expires_at)}, {"reason", orNull(reason)}, {"node", nodeJson(node_name, node_address)},
                         {"claimable", claimable}, {"sealedForBrowser", sealed_for_browser}});
}

RequesterView requesterView(const Request& request, bool claim_once) {
    RequesterView out;
    // Until the time to undo is over nothing has happened that a stranger could rely on.
    const bool undecided = request.state == State::Approving || request.state == State::Pending;
    out.state = undecided ? "pending" : std::string(toText(request.state));
    out.words = request.words;
    out.device = request.device;
    out.person = request.person;
    out.contact = request.contact;
    out.message = request.message;
    out.platform = request.platform;
    out.fields = request.fields;
    out.created_at = request.created_at;
    out.decided_at = undecided ? 0 : request.decided_at;
    out.key_expires_at = request.key_expires_at;
    out.reason = undecided ? std::string() : request.reason;
    out.node_name = request.node_name;
    out.node_address = request.node_address;
    out.claimable = request.key_sealed && (request.state == State::Approved || (request.state == State::Claimed && !claim_once));
    out.sealed_for_browser = !request.host_made_key;
    out.etag = etagOf(out.toJson());
    return out;
}

Json RegistrationView::toJson() const {
    return Json::object({{"state", state}, {"words", words}, {"platform", platform}, {"reason", orNull(reason)}, {"node", nodeJson(node_name, node_address)},
                         {"seenAt", timeOrNull(seen_at)}, {"expiresAt", timeOrNull(expires_at)}});
}

RegistrationView registrationView(const Registration& registration, std::int64_t now) {
    RegistrationView out;
    const Json known = registration.adminView(now);
    out.state = known.text("state");
    out.words = registration.words;
    out.platform = registration.platform;
    out.reason = registration.state == Registration::State::Failed ? registration.error : std::string();
    out.node_name = registration.node_name;
    out.node_address = registration.node_address;
    out.seen_at = registration.seen_at;
    out.expires_at = registration.seen_at + kRegistrationLifetimeMs;
    out.etag = etagOf(out.toJson());
    return out;
}

}  // namespace onboarding
