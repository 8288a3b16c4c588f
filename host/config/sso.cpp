#include "host/config/sso.hpp"

#include <algorithm>
#include <set>

#include "host/config/secret.hpp"

namespace masthead::config {
namespace {

constexpr std::size_t kMaxProviders = 10, kMaxScopes = 20, kMaxMappings = 200;

bool printable(const std::string& text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// Reads members of one object and remembers which were asked for.
class Members {
public:
    Members(const Json& object, std::string path, std::vector<Problem>& problems)
        : object_(object), path_(std::move(path)), problems_(problems) {
        if (!object.isObject()) fail("", "is no set of keys and values");
    }
    void fail(const std::string& name, const std::string& reason) { problems_.push_back({path_ + name, reason}); }
    const Json& raw(const char* name) {
        known_.insert(name);
        return object_[name];
    }
    void text(const char* name, std::string& target, std::size_t most, bool required) {
        const Json& value = raw(name);
        if (value.isNull()) {
            if (required) fail(name, "is missing");
            return;
        }
        const std::string& given = value.asString();
        if (!value.isString())
            fail(name, "is not a text");
        else if (given.empty() && required)
            fail(name, "is empty");
        else if (given.size() > most || !printable(given))
            fail(name, "is longer than " + std::to_string(most) + " bytes or has control characters");
        else
            target = given;
    }
    void boolean(const char* name, bool& target) {
        const Json& value = raw(name);
        if (value.isNull()) return;
        if (!value.isBool()) fail(name, "is neither true nor false");
        target = value.asBool(target);
    }
    void finish() {
        for (const auto& [name, value] : object_.members()) {
            if (known_.count(name) == 0) fail(name, "is not known here");
        }
    }

private:
    const Json& object_;
    std::string path_;
    std::vector<Problem>& problems_;
    std::set<std::string> known_;
};

void readScopes(Members& members, std::vector<std::string>& scopes) {
    const Json& list = members.raw("scopes");
    if (list.isNull()) return;
    scopes.clear();
    for (const auto& item : list.items()) {
        const std::string& scope = item.asString();
        const bool plain = !scope.empty() && scope.size() <= 100 && std::all_of(scope.begin(), scope.end(), [](char c) {
            return c > 0x20 && c < 0x7f && c != '"' && c != '\\';
        });
        if (!plain) return members.fail("scopes", "is not a list of scope names");
        scopes.push_back(scope);
    }
    if (!list.isArray() || scopes.size() > kMaxScopes) return members.fail("scopes", "is not a list of at most 20 scope names");
    if (std::find(scopes.begin(), scopes.end(), "openid") == scopes.end()) members.fail("scopes", "lacks openid");
    // A refresh token would be a secret that nobody uses.
    if (std::find(scopes.begin(), scopes.end(), "offline_access") != scopes.end())
        members.fail("scopes", "must not hold offline_access: no refresh token is used");
}

void readMappings(Members& members, std::vector<SsoMapping>& mappings, std::vector<Problem>& problems) {
    const Json& list = members.raw("mappings");
    if (list.isNull()) return;
    if (!list.isArray() || list.items().size() > kMaxMappings)
        return members.fail("mappings", "is not a list of at most 200 entries");
    for (std::size_t i = 0; i < list.items().size(); ++i) {
        SsoMapping mapping;
        Members entry(list.items()[i], "mappings/" + std::to_string(i) + "/", problems);
        entry.text("group", mapping.group, 512, true);
        entry.text("role", mapping.role, 32, true);
        entry.finish();
        mappings.push_back(std::move(mapping));
    }
}

}  // namespace

bool isProviderId(const std::string& id) {
    // Words that stand at the same place in addresses.
    for (const char* taken : {"providers", "callback", "start", "test"}) {
        if (id == taken) return false;
    }
    return !id.empty() && id.size() <= 32 && id.front() >= 'a' && id.front() <= 'z' &&
           id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}

SsoProvider readSsoProvider(const Json& value, std::vector<Problem>& problems) {
    SsoProvider out;
    Members members(value, "", problems);
    members.text("id", out.id, 32, true);
    if (!out.id.empty() && !isProviderId(out.id))
        members.fail("id", "is not a lower-case letter followed by lower-case letters, digits and - (or is a reserved word)");
    members.text("title", out.title, 100, false);
    if (out.title.empty()) out.title = out.id;
    members.text("issuer", out.issuer, 1000, true);
    members.text("client_id", out.client_id, 500, true);
    members.text("client_secret", out.client_secret, 1000, false);
    readScopes(members, out.scopes);
    members.text("group_claim", out.group_claim, 200, false);
    if (out.group_claim.empty()) members.fail("group_claim", "is empty");
    readMappings(members, out.mappings, problems);
    members.text("ca_file", out.ca_file, 1000, false);
    if (!out.ca_file.empty() && out.ca_file.front() != '/') members.fail("ca_file", "is not an absolute path");
    members.boolean("allow_private", out.allow_private);
    members.boolean("enabled", out.enabled);
    members.finish();
    return out;
}

std::vector<SsoProvider> readSsoProviders(const Json& list, std::vector<Problem>& problems) {
    std::vector<SsoProvider> out;
    if (list.items().size() > kMaxProviders) problems.push_back({"auth.sso", "holds more than 10 providers"});
    for (const auto& item : list.items()) {
        std::vector<Problem> wrong;
        SsoProvider provider = readSsoProvider(item, wrong);
        if (!provider.client_secret.empty()) {
            // The text is not repeated: it may be the secret itself.
            if (const auto reference = parseSecretReference(provider.client_secret); !reference)
                wrong.push_back(
                    {"client_secret", "is not a reference: write file:/path, env:NAME or credential:name, never the secret"});
        }
        const bool twice = std::any_of(out.begin(), out.end(), [&](const SsoProvider& other) { return other.id == provider.id; });
        if (twice) wrong.push_back({"id", "stands there twice"});
        for (const auto& problem : wrong)
            problems.push_back(
                {"auth.sso", "entry " + std::to_string(out.size() + 1) + ": " + problem.key + " " + problem.message});
        out.push_back(std::move(provider));
    }
    return out;
}

}  // namespace masthead::config
