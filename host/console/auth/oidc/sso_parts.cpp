#include "host/console/auth/oidc/sso_parts.hpp"

#include <algorithm>

#include "host/base/plain_text.hpp"
#include "host/base/text.hpp"
#include "host/console/auth/oidc/groups.hpp"
#include "host/console/net/smtp.hpp"

namespace masthead::console::oidc {

std::string Sso::Pending::text() const {
    return Json::object({{"nonce", nonce}, {"verifier", verifier}, {"return_to", return_to}, {"session", session}, {"account", account}, {"begun_at", begun_at}})
        .dump();
}

Result<Sso::Pending> Sso::Pending::of(const std::string& text) {
    auto json = parseJson(text);
    if (!json) return std::move(json).error();
    Pending out;
    out.nonce = json->text("nonce");
    out.verifier = json->text("verifier");
    out.return_to = json->text("return_to");
    out.session = json->text("session");
    out.account = (*json)["account"].asInt();
    out.begun_at = (*json)["begun_at"].asInt();
    return out;
}

Sso::Person Sso::Person::of(const Json& claims, const config::SsoProvider& settings, const std::string& id_token) {
    Person out;
    out.subject = claims.text("sub");
    out.sid = claims.text("sid").size() <= 255 ? claims.text("sid") : "";
    out.id_token = id_token;
    const std::string email = lowerAscii(claims.text("email"));
    if (net::validMailAddress(email) && email.size() <= 254) out.email = email;
    out.email_verified = claims["email_verified"].isBool() && claims["email_verified"].asBool();
    for (const char* name : {"name", "preferred_username", "email"}) {
        if (out.name.empty()) out.name = oneLine(claims.text(name), 100);
    }
    if (out.name.empty()) out.name = oneLine(settings.title + " " + out.subject, 100);
    const auto groups = groupsIn(claims, settings.group_claim);
    out.groups = groups.size();
    std::vector<Mapping> mappings;
    for (const auto& mapping : settings.mappings) mappings.push_back({mapping.group, mapping.role});
    out.roles = rolesOf(groups, mappings);
    return out;
}

bool hasClaim(const Json& claims, const std::string& claim) {
    if (claims.has(claim)) return true;
    const Json* found = &claims;
    for (const auto part : split(claim, '.')) {
        found = found->find(part);
        if (found == nullptr) return false;
    }
    return true;
}

}  // namespace masthead::console::oidc
