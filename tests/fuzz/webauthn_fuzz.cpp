// Client data, attestation objects and assertions from anybody. Promises: what our strict reader takes, libcbor takes with the
// same length; an accepted key can be used; an honest answer with a bit changed is never accepted.
#include <cbor.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "host/base/encoding.hpp"
#include "host/base/json.hpp"
#include "host/console/auth/webauthn/assertion.hpp"
#include "host/console/auth/webauthn/authenticator_data.hpp"
#include "host/console/auth/webauthn/cbor.hpp"
#include "host/console/auth/webauthn/registration.hpp"
#include "host/console/auth/webauthn/signature.hpp"
#include "tests/support/software_authenticator.hpp"

namespace {

using namespace masthead;
using namespace masthead::console::auth::webauthn;

void promise(bool kept) {
    if (!kept) std::abort();
}

struct World {
    const std::string origin = "https://hs.example.org";
    RelyingParty rp = relyingPartyOf(origin);
    std::string challenge = std::string(32, 'c'), handle = std::string(32, 'h');
    testing::SoftPasskey passkeys[2] = {{testing::SoftKey::es256(), {}, {}, {}, 0, true, 0}, {testing::SoftKey::ed25519(), {}, {}, {}, 0, true, 0}};
    RegistrationResponse creation[2];
    KnownCredential known[2];
    AssertionResponse use[2];

    World() {
        for (int i = 0; i < 2; ++i) {
            const auto made = passkeys[i].create(creationOptions(rp, {handle, "ada", "Ada"}, challenge, {}), origin);
            creation[i] = *parseRegistration(made.json());
            const auto kept = verifyRegistration(rp, challenge, creation[i]);
            known[i] = {kept->public_key, kept->sign_count, kept->backup_eligible, handle};
            use[i] = *parseAssertion(passkeys[i].answer(requestOptions(rp, challenge, {}), origin).json());
            promise(verifyAssertion(rp, challenge, known[i], use[i], true).ok());
        }
    }
};

void readCbor(const std::string& bytes) {
    if (!decodeCbor(bytes)) return;
    cbor_load_result result;
    cbor_item_t* item = cbor_load(reinterpret_cast<cbor_data>(bytes.data()), bytes.size(), &result);
    promise(item != nullptr && result.read == bytes.size());
    cbor_decref(&item);
}

void readAuthenticatorData(const std::string& bytes) {
    const auto data = parseAuthenticatorData(bytes);
    if (!data) return;
    promise(data->rp_id_hash.size() == 32);
    if (!data->attested) return;
    promise(!data->attested->credential_id.empty() && data->attested->credential_id.size() <= kMaxCredentialId);
    if (const auto key = parsePublicKey(data->attested->public_key)) {
        const auto verified = verifySignature(*key, "message", std::string(64, 'x'));
        promise(!verified && verified.error().code == Code::InvalidArgument);
    }
}

/// Each three bytes change one byte of `text`.
std::string bent(std::string text, const std::string& edits) {
    for (std::size_t i = 0; i + 2 < edits.size() && !text.empty(); i += 3) {
        const auto high = static_cast<unsigned char>(edits[i]), low = static_cast<unsigned char>(edits[i + 1]);
        const std::size_t at = (std::size_t{high} << 8 | low) % text.size();
        text[at] = edits[i + 2];
    }
    return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static World world;
    if (size == 0) return 0;
    const int which = data[0] >> 7;
    const std::string rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 7) {
        case 0: readCbor(rest); break;
        case 1: readAuthenticatorData(rest); break;
        case 2: static_cast<void>(parsePublicKey(rest)); break;
        case 3: {
            RegistrationResponse made = world.creation[which];
            made.attestation_object = rest;
            if (rest != world.creation[which].attestation_object) static_cast<void>(verifyRegistration(world.rp, world.challenge, made));
            break;
        }
        case 4: {
            RegistrationResponse made = world.creation[which];
            made.attestation_object = bent(made.attestation_object, rest);
            if (const auto kept = verifyRegistration(world.rp, world.challenge, made)) promise(kept->credential_id == made.credential_id);
            break;
        }
        case 5: {
            AssertionResponse use = world.use[which];
            std::string& part = size % 3 == 0 ? use.authenticator_data : size % 3 == 1 ? use.client_data : use.signature;
            const std::string before = part;
            part = bent(part, rest);
            promise(verifyAssertion(world.rp, world.challenge, world.known[which], use, true).ok() == (part == before));
            break;
        }
        default:
            if (const auto json = parseJson(rest)) {
                static_cast<void>(parseRegistration(*json));
                static_cast<void>(parseAssertion(*json));
            }
    }
    return 0;
}
