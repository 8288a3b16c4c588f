#include "desk/registrations.hpp"

#include <algorithm>
#include <array>

#include "desk/book.hpp"
#include "domain/time.hpp"
#include "net/address.hpp"

namespace onboarding {
namespace {

constexpr std::size_t kCap = 500;
constexpr std::array kNames{"waiting", "approved", "rejected", "failed"};

std::string keyOf(std::int64_t id) { return "registration/" + std::to_string(id); }
const char* nameOf(Registration::State state) { return kNames[static_cast<std::size_t>(state)]; }
Json orNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

bool isToken(std::string_view text) {
    return text.size() == 24 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
    });
}

}  // namespace

bool isRegistrationId(std::string_view auth_id, std::string_view headscale_version) {
    constexpr std::string_view kPrefix = "hskey-authreq-";
    const bool prefixed = auth_id.substr(0, kPrefix.size()) == kPrefix && isToken(auth_id.substr(kPrefix.size()));
    if (headscale_version.empty()) return prefixed || isToken(auth_id);
    return headscale_version.substr(0, 5) == "0.28." ? isToken(auth_id) : prefixed;
}

Json Registration::toJson() const {
    return Json::object({{"id", id}, {"state", nameOf(state)}, {"authId", auth_id}, {"words", words}, {"platform", platform}, {"client", client},
                         {"seenAt", seen_at}, {"decidedBy", decided_by}, {"error", error}, {"attempts", attempts}, {"nodeId", node_id},
                         {"nodeName", node_name}, {"nodeAddress", node_address}});
}

std::optional<Registration> Registration::fromJson(const Json& json) {
    const auto known = std::find(kNames.begin(), kNames.end(), json.text("state"));
    if (known == kNames.end() || json["id"].asInt() <= 0) return std::nullopt;
    Registration out;
    out.id = json["id"].asInt();
    out.state = static_cast<State>(known - kNames.begin());
    out.auth_id = json.text("authId");
    out.words = json.text("words");
    out.platform = json.text("platform");
    out.client = json.text("client");
    out.seen_at = json["seenAt"].asInt();
    out.decided_by = json.text("decidedBy");
    out.error = json.text("error");
    out.attempts = static_cast<int>(json["attempts"].asInt());
    out.node_id = json.text("nodeId");
    out.node_name = json.text("nodeName");
    out.node_address = json.text("nodeAddress");
    return out;
}

Json Registration::adminView(std::int64_t now) const {
    const bool expired = state == State::Waiting && now >= seen_at + kRegistrationLifetimeMs;
    return Json::object({{"id", std::to_string(id)}, {"words", words}, {"state", expired ? "expired" : nameOf(state)}, {"platform", platform},
                         {"client", client}, {"seenAt", formatTime(seen_at)}, {"expiresAt", formatTime(seen_at + kRegistrationLifetimeMs)},
                         {"decidedBy", orNull(decided_by)}, {"error", orNull(error)},
                         {"node", node_id.empty() ? Json() : Json::object({{"id", node_id}, {"givenName", node_name}, {"address", node_address}})}});
}

Status Registrations::load() {
    auto keys = listAll(services_.store(), "registration");
    if (!keys) return std::move(keys).error();
    for (const auto& key : *keys) {
        auto value = services_.store().get("registration/" + key);
        if (!value) return std::move(value).error();
        std::string error;
        const auto json = Json::parse(value->bytes, error);
        auto item = json ? Registration::fromJson(*json) : std::nullopt;
        if (!item) continue;
        next_id_ = std::max(next_id_, item->id + 1);
        by_auth_id_[item->auth_id] = item->id;
        all_.emplace(item->id, std::move(*item));
    }
    return {};
}

const Registration* Registrations::find(std::int64_t id) const {
    const auto found = all_.find(id);
    return found == all_.end() ? nullptr : &found->second;
}

const Registration* Registrations::byAuthId(const std::string& auth_id) const {
    const auto found = by_auth_id_.find(auth_id);
    return found == by_auth_id_.end() ? nullptr : find(found->second);
}

std::size_t Registrations::waiting(std::int64_t now) const {
    return static_cast<std::size_t>(std::count_if(all_.begin(), all_.end(), [&](const auto& item) {
        return item.second.state == Registration::State::Waiting && now < item.second.seen_at + kRegistrationLifetimeMs;
    }));
}

bool Registrations::hasWords(const std::string& words) const {
    return std::any_of(all_.begin(), all_.end(), [&](const auto& item) { return item.second.words == words; });
}

std::int64_t Registrations::victim() const {
    std::map<std::string, std::size_t> counts;
    for (const auto& [id, item] : all_) ++counts[limitGroup(item.client)];
    const auto most = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    for (const auto& [id, item] : all_) {
        if (!item.busy && limitGroup(item.client) == most->first) return id;
    }
    return all_.begin()->first;
}

Status Registrations::add(Registration& registration, const Call* call) {
    if (all_.size() >= kCap) forget(victim(), call);
    registration.id = next_id_;
    if (auto saved = save(registration, call); !saved) return saved;
    ++next_id_;
    return {};
}

Status Registrations::save(const Registration& registration, const Call* call) {
    if (auto done = services_.store().put(keyOf(registration.id), registration.toJson().dump(), call); !done) return std::move(done).error();
    by_auth_id_[registration.auth_id] = registration.id;
    all_[registration.id] = registration;
    return {};
}

void Registrations::setBusy(std::int64_t id, bool busy) {
    if (const auto found = all_.find(id); found != all_.end()) found->second.busy = busy;
}

void Registrations::forget(std::int64_t id, const Call* call) {
    const auto found = all_.find(id);
    if (found == all_.end()) return;
    if (auto done = services_.store().remove(keyOf(id), call); !done) {
        services_.log().warning("an old registration could not be removed", Json::object({{"cause", done.error().message}}));
    }
    by_auth_id_.erase(found->second.auth_id);
    all_.erase(found);
}

bool Registrations::expire(std::int64_t now, const Call* call) {
    // The device and the admin may read the outcome for as long again.
    std::vector<std::int64_t> old;
    for (const auto& [id, item] : all_) {
        if (!item.busy && now >= item.seen_at + 2 * kRegistrationLifetimeMs) old.push_back(id);
    }
    for (const auto id : old) forget(id, call);
    return !old.empty();
}

}  // namespace onboarding
