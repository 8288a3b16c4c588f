#include "desk/issuer.hpp"

#include <algorithm>
#include <charconv>

#include "crypto/codec.hpp"
#include "desk/book.hpp"
#include "desk/users.hpp"
#include "domain/time.hpp"

namespace onboarding {
namespace {

Json listJson(const std::vector<std::string>& list) {
    Json out = Json::array();
    for (const auto& item : list) out.push(item);
    return out;
}

std::vector<std::string> sorted(const Json& list) {
    std::vector<std::string> out;
    for (const auto& item : list.items()) out.push_back(item.asString());
    std::sort(out.begin(), out.end());
    return out;
}

/// Past what the admin chose, so that two keys of one owner are told apart: up to a second more.
std::int64_t uniqueExpiry(const Grant& grant, const std::set<std::int64_t>& used, std::int64_t now) {
    const std::int64_t wanted = grant.expires_at > 0 ? grant.expires_at : now + grant.lifetime_ms;
    std::int64_t out = wanted + randomBelow(1000);
    while (used.count(out) > 0) ++out;
    return out;
}

}  // namespace

std::string Issuer::intentKey(std::int64_t id) { return "intent/" + std::to_string(id); }

Status Issuer::load() {
    auto keys = listAll(services_.store(), "intent");
    if (!keys) return std::move(keys).error();
    for (const auto& key : *keys) {
        auto value = services_.store().get("intent/" + key);
        if (!value) return std::move(value).error();
        std::string error;
        const auto json = Json::parse(value->bytes, error);
        std::int64_t id = 0;
        std::from_chars(key.data(), key.data() + key.size(), id);
        if (json && id > 0) intents_[id] = {json->text("user"), sorted((*json)["tags"]), (*json)["expiration"].asInt()};
    }
    return {};
}

std::vector<std::int64_t> Issuer::intents() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::int64_t> out;
    for (const auto& [id, intent] : intents_) out.push_back(id);
    return out;
}

void Issuer::settled(std::int64_t id) {
    const std::lock_guard lock(mutex_);
    intents_.erase(id);
}

bool Issuer::has(std::int64_t id, Intent& out) const {
    const std::lock_guard lock(mutex_);
    const auto found = intents_.find(id);
    if (found == intents_.end()) return false;
    out = found->second;
    return true;
}

Status Issuer::note(std::int64_t id, const Intent& intent, const Call& call) {
    const Json text = Json::object({{"user", intent.user_id}, {"tags", listJson(intent.tags)}, {"expiration", intent.expires_at}});
    // In memory first: a write that fails may still have happened.
    {
        const std::lock_guard lock(mutex_);
        intents_[id] = intent;
    }
    auto written = services_.store().put(intentKey(id), text.dump(), &call);
    if (!written) return Error{Code::Unavailable, "the intent to make a key could not be stored", written.error().message};
    return {};
}

Status Issuer::reconcile(std::int64_t id, const Call& call) {
    Intent intent;
    if (!has(id, intent)) return {};
    auto keys = services_.headscale().call("GET", "/api/v1/preauthkey", Json(), &call);
    if (!keys) return std::move(keys).error();
    for (const auto& key : (*keys)["preAuthKeys"].items()) {
        const auto expiration = parseTime(key.text("expiration"));
        if (!expiration || *expiration != intent.expires_at || key["user"].text("id") != intent.user_id || sorted(key["aclTags"]) != intent.tags) continue;
        services_.log().warning("a key that was made before a crash is expired", Json::object({{"key", key.text("id")}, {"request", id}}));
        auto expired = services_.headscale().call("POST", "/api/v1/preauthkey/expire", Json::object({{"id", key.text("id")}}), &call);
        if (!expired && expired.error().code != Code::NotFound) return std::move(expired).error();
        services_.audit(&call, "onboarding.orphan-expired", "request/" + std::to_string(id), true, Json::object({{"keyId", key.text("id")}}));
    }
    if (auto removed = services_.store().remove(intentKey(id), &call); !removed) return removed;
    settled(id);
    return {};
}

Result<MadeKey> Issuer::make(const Request& request, const std::set<std::int64_t>& used_expirations, std::int64_t now, const Call& call) {
    if (auto clean = reconcile(request.id, call); !clean) return Error{Code::Unavailable, std::move(clean).error().message};
    auto found = ownerOf(services_, request, call);
    if (!found) return std::move(found).error();

    Intent intent{found->id, request.grant.tags, uniqueExpiry(request.grant, used_expirations, now)};
    std::sort(intent.tags.begin(), intent.tags.end());
    if (auto noted = note(request.id, intent, call); !noted) return std::move(noted).error();

    Json body = Json::object({{"reusable", request.grant.reusable}, {"ephemeral", request.grant.ephemeral},
                              {"expiration", formatTime(intent.expires_at)}, {"aclTags", listJson(request.grant.tags)}});
    if (!intent.user_id.empty()) body.set("user", intent.user_id);
    auto answer = services_.headscale().call("POST", "/api/v1/preauthkey", body, &call);
    if (!answer) {
        // Whether there is a key now is not known after every error: look, and only then give the request back.
        Error error = std::move(answer).error();
        const bool later = error.code == Code::Unavailable || error.code == Code::Deadline || error.code == Code::Cancelled ||
                           error.code == Code::ResourceExhausted;
        if (auto clean = reconcile(request.id, call); later || !clean) error.code = Code::Unavailable;
        return error;
    }
    const Json& key = (*answer)["preAuthKey"];
    return MadeKey{key.text("key"), key.text("id"), found->id, found->name, intent.expires_at};
}

}  // namespace onboarding
