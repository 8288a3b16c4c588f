#include "host/console/auth/webauthn/client_data.hpp"

#include <algorithm>

#include "host/base/encoding.hpp"
#include "host/base/json.hpp"

namespace masthead::console::auth::webauthn {
namespace {

constexpr Json::Limits kClientDataJson{8, 8192};

Error wrong(const std::string& what) { return {Code::InvalidArgument, "the client data " + what}; }

}  // namespace

Status checkClientData(std::string_view json, const ExpectedClientData& expected) {
    auto parsed = parseJson(json, kClientDataJson);
    if (!parsed) return wrong("is not acceptable: " + parsed.error().message);
    if (!parsed->isObject()) return wrong("is not a JSON object");
    const Json& data = *parsed;
    if (!data["type"].isString() || data.text("type") != expected.type) return wrong("is not of the type " + expected.type);
    const auto challenge = base64UrlDecode(data.text("challenge"));
    if (!challenge || expected.challenge.empty() || !equalConstantTime(*challenge, expected.challenge)) {
        return wrong("answers another challenge");
    }
    const auto& origins = expected.origins;
    if (std::find(origins.begin(), origins.end(), data.text("origin")) == origins.end()) return wrong("comes from another origin");
    const Json* cross = data.find("crossOrigin");
    if (cross && !(cross->isBool() && !cross->asBool())) return wrong("comes from a page embedded in another origin (crossOrigin)");
    if (data.has("topOrigin")) return wrong("comes from a page embedded in another origin (topOrigin)");
    return {};
}

}  // namespace masthead::console::auth::webauthn
