// Pre-auth keys and API keys. Only a prefix and a hash of the secret are kept; the full key appears in the reply to its
// creation and nowhere else. A key made without an expiration is born expired, as with headscale.
#include <algorithm>

#include "demo/api.hpp"
#include "demo/records.hpp"
#include "host/base/encoding.hpp"
#include "host/base/random.hpp"
#include "host/base/text.hpp"

namespace masthead::demo {

std::string tagProblem(const std::string& tag) {
    if (tag.rfind("tag:", 0) != 0) return "tag must start with the string 'tag:'";
    if (lowerAscii(tag) != tag) return "tag should be lowercase";
    if (tag.find(' ') != std::string::npos) return "tags must not contain spaces";
    return {};
}

// 12 characters of prefix and 64 of secret: base64url up to 0.29, hex from 0.30 on.
std::string Api::newSecret(std::string& prefix) const {
    if (settings_.dialect == Dialect::V030) {
        prefix = hexEncode(randomBytes(6));
        return hexEncode(randomBytes(32));
    }
    prefix = randomToken(9);
    return randomToken(48);
}

Failure Api::keyNotFound(const std::string& attempt) const {
    return {grpc_code::kUnknown, "", 404, attempt, "auth-key not found: record not found"};
}

Reply Api::createPreAuthKey(const Json& request) {
    PreAuthKey key;
    key.tags = textList(request["aclTags"]);
    for (const auto& tag : key.tags) {
        if (const auto problem = tagProblem(tag); !problem.empty()) {
            return Failure{grpc_code::kInvalidArgument, problem, 400, "invalid tag", problem};
        }
    }
    std::sort(key.tags.begin(), key.tags.end());
    key.tags.erase(std::unique(key.tags.begin(), key.tags.end()), key.tags.end());
    key.user = id(request, "user");
    if (key.user != 0 && !userById(key.user)) {
        return Failure{grpc_code::kUnknown, "user not found", 404, "creating pre-auth key", "user not found"};
    }
    if (key.user == 0 && key.tags.empty()) {
        const std::string reason = "auth-key must be either tagged or owned by user";
        return Failure{grpc_code::kUnknown, reason, 400, "creating pre-auth key", reason};
    }
    key.reusable = request["reusable"].asBool();
    key.ephemeral = request["ephemeral"].asBool();
    key.expiration_ms = timeOrZero(request["expiration"]);
    key.created_ms = tailnet_.nowMs();
    const std::string secret = newSecret(key.prefix);
    key.secret_hash = sha256Hex(secret);
    key.id = tailnet_.put(key);
    return Json::object({{"preAuthKey", preAuthKeyForm(tailnet_, key, "hskey-auth-" + key.prefix + "-" + secret)}});
}

Reply Api::expirePreAuthKey(const Json& request) {
    const auto found = tailnet_.preAuthKeys().find(id(request, "id"));
    if (found == tailnet_.preAuthKeys().end()) {
        // Up to 0.29 an unknown key is silently accepted.
        if (settings_.dialect == Dialect::V029) return Json::object();
        return keyNotFound("expiring pre-auth key");
    }
    PreAuthKey key = found->second;
    key.expiration_ms = tailnet_.nowMs();
    tailnet_.put(key);
    return Json::object();
}

Reply Api::deletePreAuthKey(const Json& request) {
    const std::uint64_t key = id(request, "id");
    if (tailnet_.preAuthKeys().count(key) == 0) {
        if (settings_.dialect == Dialect::V029) return Json::object();
        return keyNotFound("deleting pre-auth key");
    }
    tailnet_.erasePreAuthKey(key);
    return Json::object();
}

Reply Api::listPreAuthKeys(const Json&) {
    Json::Array keys;
    for (const auto& [key_id, key] : tailnet_.preAuthKeys()) keys.push_back(preAuthKeyForm(tailnet_, key, maskedPreAuthKey(key)));
    return Json::object({{"preAuthKeys", Json(std::move(keys))}});
}

Reply Api::createApiKey(const Json& request) {
    ApiKey key;
    key.expiration_ms = timeOrZero(request["expiration"]);
    key.created_ms = tailnet_.nowMs();
    const std::string secret = newSecret(key.prefix);
    key.secret_hash = sha256Hex(secret);
    tailnet_.put(key);
    return Json::object({{"apiKey", "hskey-api-" + key.prefix + "-" + secret}});
}

const ApiKey* Api::apiKeyOf(const Json& request, Failure& failure) const {
    const std::uint64_t wanted = id(request, "id");
    std::string_view prefix = request.text("prefix");
    if (wanted == 0 && prefix.empty()) {
        failure = {grpc_code::kInvalidArgument, "must provide id or prefix", 400, "must provide id or prefix", ""};
        return nullptr;
    }
    if (wanted != 0 && !prefix.empty()) {
        const std::string reason = "provide either id or prefix, not both";
        failure = {grpc_code::kInvalidArgument, reason, 400, reason, ""};
        return nullptr;
    }
    // The display form `hskey-api-<prefix>-***` is accepted as well as the bare prefix.
    constexpr std::string_view kHead = "hskey-api-";
    constexpr std::string_view kMask = "-***";
    if (prefix.substr(0, kHead.size()) == kHead) prefix.remove_prefix(kHead.size());
    if (prefix.size() > kMask.size() && prefix.substr(prefix.size() - kMask.size()) == kMask) prefix.remove_suffix(kMask.size());
    for (const auto& [key_id, key] : tailnet_.apiKeys()) {
        if (wanted != 0 ? key_id == wanted : key.prefix == prefix) return &key;
    }
    failure = {grpc_code::kUnknown, "record not found", 404, "getting api key", "record not found"};
    return nullptr;
}

Reply Api::expireApiKey(const Json& request) {
    Failure failure;
    const ApiKey* found = apiKeyOf(request, failure);
    if (!found) return failure;
    ApiKey key = *found;
    key.expiration_ms = tailnet_.nowMs();
    tailnet_.put(key);
    return Json::object();
}

Reply Api::deleteApiKey(const Json& request) {
    Failure failure;
    const ApiKey* found = apiKeyOf(request, failure);
    if (!found) return failure;
    tailnet_.eraseApiKey(found->id);
    return Json::object();
}

Reply Api::listApiKeys(const Json&) {
    Json::Array keys;
    for (const auto& [key_id, key] : tailnet_.apiKeys()) keys.push_back(apiKeyForm(key));
    return Json::object({{"apiKeys", Json(std::move(keys))}});
}

bool Api::acceptsApiKey(const std::string& text) {
    constexpr std::string_view kHead = "hskey-api-";
    constexpr std::size_t kPrefix = 12;
    const std::string_view rest = std::string_view(text).substr(0, kHead.size()) == kHead ? std::string_view(text).substr(kHead.size()) : "";
    if (rest.size() <= kPrefix || rest[kPrefix] != '-') return false;
    const std::string hash = sha256Hex(rest.substr(kPrefix + 1));
    const std::lock_guard lock(tailnet_.mutex());
    for (const auto& [key_id, key] : tailnet_.apiKeys()) {
        if (key.prefix == rest.substr(0, kPrefix)) return key.expiration_ms > tailnet_.nowMs() && equalConstantTime(key.secret_hash, hash);
    }
    return false;
}

}  // namespace masthead::demo
