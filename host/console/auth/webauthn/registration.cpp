#include "host/console/auth/webauthn/registration.hpp"

#include "host/base/encoding.hpp"
#include "host/console/auth/webauthn/authenticator_data.hpp"
#include "host/console/auth/webauthn/cbor.hpp"
#include "host/console/auth/webauthn/client_data.hpp"
#include "host/console/auth/webauthn/signature.hpp"

namespace masthead::console::auth::webauthn {
namespace {

Error wrong(const std::string& what) { return {Code::InvalidArgument, "the attestation " + what}; }

Status checkSelfAttestation(const Cbor& statement, const PublicKey& key, const std::string& message) {
    const Cbor* algorithm = statement.find("alg");
    const Cbor* signature = statement.find("sig");
    if (statement.find("x5c") || statement.keys.size() != 2) return wrong("is by a certificate, which was not asked for");
    if (!algorithm || !algorithm->is(Cbor::Kind::Integer) || algorithm->integer != static_cast<std::int64_t>(key.algorithm)) {
        return wrong("names another algorithm than its key");
    }
    if (!signature || !signature->is(Cbor::Kind::Bytes)) return wrong("has no signature");
    return verifySignature(key, message, signature->text);
}

Status checkStatement(const Cbor& object, const PublicKey& key, const std::string& authenticator_data, const std::string& client_data) {
    const Cbor* format = object.find("fmt");
    const Cbor* statement = object.find("attStmt");
    if (!format || !format->is(Cbor::Kind::Text) || !statement || !statement->is(Cbor::Kind::Map)) return wrong("lacks its format or statement");
    if (format->text == "none") return statement->keys.empty() ? Status() : Status(wrong("says none but has a statement"));
    if (format->text == "packed") return checkSelfAttestation(*statement, key, authenticator_data + sha256(client_data));
    return wrong("is of a format that was not asked for");
}

}  // namespace

Result<NewCredential> verifyRegistration(const RelyingParty& rp, std::string_view challenge, const RegistrationResponse& response) {
    const ExpectedClientData expected{"webauthn.create", std::string(challenge), rp.origins};
    if (Status fits = checkClientData(response.client_data, expected); !fits) return std::move(fits).error();

    auto object = decodeCbor(response.attestation_object);
    if (!object) return std::move(object).error().within("the attestation object");
    const Cbor* data = object->find("authData");
    if (!data || !data->is(Cbor::Kind::Bytes)) return wrong("lacks authenticator data");
    auto parsed = parseAuthenticatorData(data->text);
    if (!parsed) return std::move(parsed).error();
    if (Status fits = checkAuthenticatorData(*parsed, rp.id); !fits) return std::move(fits).error();
    if (!parsed->attested) return wrong("holds no new credential");
    AttestedCredential& made = *parsed->attested;
    if (made.credential_id != response.credential_id) return wrong("is about another credential id");
    auto key = parsePublicKey(made.public_key);
    if (!key) return std::move(key).error();
    if (Status fits = checkStatement(*object, *key, data->text, response.client_data); !fits) return std::move(fits).error();

    return NewCredential{std::move(made.credential_id), std::move(made.public_key), key->algorithm,          parsed->sign_count,
                         parsed->backup_eligible,       parsed->backed_up,          std::move(made.aaguid), response.transports};
}

}  // namespace masthead::console::auth::webauthn
