#include "domain/request.hpp"

#include "domain/time.hpp"
#include "text/hygiene.hpp"

namespace onboarding {
namespace {

Json toJson(const std::vector<std::string>& list) {
    Json out = Json::array();
    for (const auto& item : list) out.push(item);
    return out;
}

std::vector<std::string> texts(const Json& list) {
    std::vector<std::string> out;
    for (const auto& item : list.items()) out.push_back(item.asString());
    return out;
}

Json orNull(const std::string& text) { return text.empty() ? Json() : Json(text); }
Json timeOrNull(std::int64_t at) { return at == 0 ? Json() : Json(formatTime(at)); }

Json fieldsJson(const std::vector<std::pair<std::string, std::string>>& fields, bool shown) {
    Json out = Json::object();
    for (const auto& [name, value] : fields) out.set(name, shown ? visible(value) : value);
    return out;
}

Json grantJson(const Grant& grant) {
    return Json::object({{"userId", grant.user_id}, {"userName", grant.user_name}, {"newUser", grant.new_user}, {"tags", toJson(grant.tags)},
                         {"lifetime", grant.lifetime_ms}, {"expiresAt", grant.expires_at}, {"reusable", grant.reusable},
                         {"ephemeral", grant.ephemeral}, {"nodeName", grant.node_name}});
}

Grant grantOf(const Json& json) {
    return {json.text("userId"), json.text("userName"), json.text("newUser"), texts(json["tags"]), json["lifetime"].asInt(),
            json["expiresAt"].asInt(), json["reusable"].asBool(), json["ephemeral"].asBool(), json.text("nodeName")};
}

}  // namespace

Json Request::toJson() const {
    return Json::object({{"id", id}, {"state", toText(state)}, {"words", words}, {"ticketHash", ticket_hash}, {"publicKey", public_key},
                         {"hostMadeKey", host_made_key}, {"device", device}, {"person", person}, {"contact", contact}, {"message", message},
                         {"platform", platform}, {"client", client}, {"fields", fieldsJson(fields, false)}, {"createdAt", created_at},
                         {"decidedAt", decided_at}, {"decidedBy", decided_by}, {"reason", reason}, {"grant", grantJson(grant)}, {"dueAt", due_at},
                         {"retryAt", retry_at}, {"attempts", attempts}, {"error", error}, {"keyId", key_id}, {"keyExpiresAt", key_expires_at},
                         {"claimedAt", claimed_at}, {"endedAt", ended_at}, {"keyKept", key_kept}, {"keySealed", key_sealed}, {"nodeId", node_id},
                         {"nodeName", node_name}, {"nodeAddress", node_address}});
}

std::optional<Request> Request::fromJson(const Json& json) {
    const auto known = stateOf(json.text("state"));
    if (!known || json["id"].asInt() <= 0) return std::nullopt;
    Request out;
    out.id = json["id"].asInt();
    out.state = *known;
    out.words = json.text("words");
    out.ticket_hash = json.text("ticketHash");
    out.public_key = json.text("publicKey");
    out.host_made_key = json["hostMadeKey"].asBool();
    out.device = json.text("device");
    out.person = json.text("person");
    out.contact = json.text("contact");
    out.message = json.text("message");
    out.platform = json.text("platform");
    out.client = json.text("client");
    for (const auto& [name, value] : json["fields"].members()) out.fields.emplace_back(name, value.asString());
    out.created_at = json["createdAt"].asInt();
    out.decided_at = json["decidedAt"].asInt();
    out.decided_by = json.text("decidedBy");
    out.reason = json.text("reason");
    out.grant = grantOf(json["grant"]);
    out.due_at = json["dueAt"].asInt();
    out.retry_at = json["retryAt"].asInt();
    out.attempts = static_cast<int>(json["attempts"].asInt());
    out.error = json.text("error");
    out.key_id = json.text("keyId");
    out.key_expires_at = json["keyExpiresAt"].asInt();
    out.claimed_at = json["claimedAt"].asInt();
    out.ended_at = json["endedAt"].asInt();
    out.key_kept = json["keyKept"].asBool();
    out.key_sealed = json["keySealed"].asBool();
    out.node_id = json.text("nodeId");
    out.node_name = json.text("nodeName");
    out.node_address = json.text("nodeAddress");
    return out;
}

Json Request::adminView() const {
    Json out = Json::object({{"id", std::to_string(id)}, {"words", words}, {"state", toText(state)}, {"device", visible(device)},
                             {"person", visible(person)}, {"contact", visible(contact)}, {"message", visible(message)},
                             {"fields", fieldsJson(fields, true)}, {"platform", platform}, {"client", client}, {"createdAt", formatTime(created_at)},
                             {"decidedAt", timeOrNull(decided_at)}, {"decidedBy", orNull(decided_by)}, {"reason", orNull(reason)}});
    out.set("owner", grant.user_id.empty() && grant.new_user.empty()
                         ? Json()
                         : Json::object({{"id", orNull(grant.user_id)}, {"name", grant.user_name.empty() ? grant.new_user : grant.user_name}}));
    out.set("tags", onboarding::toJson(grant.tags));
    out.set("reusable", grant.reusable);
    out.set("ephemeral", grant.ephemeral);
    out.set("nodeName", orNull(grant.node_name));
    out.set("dueAt", state == State::Approving ? Json(formatTime(due_at)) : Json());
    out.set("expiresAt", timeOrNull(key_expires_at));
    out.set("claimedAt", timeOrNull(claimed_at));
    out.set("endedAt", timeOrNull(ended_at));
    out.set("keyId", orNull(key_id));
    out.set("node", node_id.empty() ? Json() : Json::object({{"id", node_id}, {"givenName", node_name}, {"address", node_address}}));
    out.set("keyVisible", key_kept);
    out.set("error", orNull(error));
    return out;
}

bool Request::matches(std::string_view lower_query) const {
    if (lower_query.empty()) return true;
    for (const auto* text : {&words, &device, &person, &contact, &message, &client, &platform, &grant.user_name, &node_name}) {
        if (lowerAscii(*text).find(lower_query) != std::string::npos) return true;
    }
    for (const auto& [name, value] : fields) {
        if (lowerAscii(value).find(lower_query) != std::string::npos) return true;
    }
    return std::to_string(id) == lower_query;
}

Status advance(Request& request, Step step, std::int64_t now) {
    const auto to = next(request.state, step);
    if (!to) {
        static constexpr const char* kWhat[] = {"approved", "taken back", "given a key", "given a key", "refused a key",
                                                "claimed", "joined", "rejected", "withdrawn", "expired"};
        return Error{Code::Conflict, "the request " + request.words + " is " + std::string(toText(request.state)) + " and cannot be " +
                                         kWhat[static_cast<int>(step)] + " any more"};
    }
    request.state = *to;
    if (ended(*to)) request.ended_at = now;
    return {};
}

}  // namespace onboarding
