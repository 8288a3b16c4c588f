// What identity providers send: tokens, keys, discovery documents, claims with groups, bodies in chunks. Nothing crashes, no junk
// is ever trusted, a token read is made of its parts, and no return path leaves the console.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "host/base/encoding.hpp"
#include "host/base/json.hpp"
#include "host/console/auth/oidc/claims.hpp"
#include "host/console/auth/oidc/groups.hpp"
#include "host/console/auth/oidc/jwk.hpp"
#include "host/console/auth/oidc/jwt.hpp"
#include "host/console/auth/oidc/metadata.hpp"
#include "host/console/auth/oidc/return_path.hpp"
#include "host/console/net/fetch.hpp"

namespace {

using namespace masthead;
using namespace masthead::console;
using namespace masthead::console::oidc;

/// The Ed25519 key of RFC 8037, appendix A; its private half signs nothing here.
const JwkSet& knownKeys() {
    static const JwkSet keys = *parseJwks(
        R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})");
    return keys;
}

void token(std::string_view text) {
    const auto parsed = parseJwt(text);
    if (!parsed) return;
    if (parsed->signed_part.size() >= text.size() || !parsed->claims.isObject()) std::abort();
    if (verifyJwt(*parsed, knownKeys())) std::abort();
    (void)checkIdToken(parsed->claims, {"https://op.example", "masthead", "n", 1'800'000'000'000, parsed->alg, "at", "c", {}});
    (void)checkLogoutToken(parsed->claims, parsed->typ, {"https://op.example", "masthead", 1'800'000'000'000});
}

void claims(std::string_view text) {
    const auto json = parseJson(text);
    if (!json) return;
    const auto groups = groupsIn(*json, "realm_access.roles");
    const auto roles = rolesOf(groups, {{"admins", "admin"}});
    if (roles.size() > 1 || (!roles.empty() && groups.empty())) std::abort();
    if (checkIdToken(*json, {"", "", "", 1'800'000'000'000, "", "", "", {}})) std::abort();
    // The same as a token, so that the fuzzer need not learn base64url.
    token(base64UrlEncode(R"({"alg":"EdDSA","kid":"1"})") + "." + base64UrlEncode(text) + ".AAAA");
}

void body(std::string_view text) {
    net::HttpHead head;
    head.status = 200;
    head.chunked = true;
    constexpr std::size_t kLimit = 4096;
    const auto whole = net::parseBody(head, text, true, kLimit);
    if (whole && (!*whole || (*whole)->size() > kLimit)) std::abort();
    const auto part = net::parseBody(head, text, false, kLimit);
    if (part && *part && (!whole || **part != **whole)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    token(text);
    claims(text);
    body(text);
    if (const auto keys = parseJwks(text)) {
        for (const auto& key : keys->keys) {
            if (!key.key) std::abort();
        }
    }
    if (const auto metadata = parseMetadata(text, "https://op.example")) {
        if (metadata->issuer != "https://op.example" || metadata->token_endpoint.compare(0, 8, "https://") != 0) std::abort();
    }
    const std::string path = returnPath(text);
    if (path.compare(0, 7, "/admin/") != 0 || path.find("//") != std::string::npos || path.find('\\') != std::string::npos) std::abort();
    return 0;
}
