#include "host/console/auth/webauthn/authenticator_data.hpp"

#include "host/base/encoding.hpp"
#include "host/console/auth/webauthn/cbor.hpp"

namespace masthead::console::auth::webauthn {
namespace {

constexpr unsigned kUserPresent = 0x01, kUserVerified = 0x04, kBackupEligible = 0x08, kBackedUp = 0x10, kAttested = 0x40, kExtensions = 0x80;

Error wrong(const std::string& what) { return {Code::InvalidArgument, "the authenticator data " + what}; }

/// Takes bytes from the front; the first one too few makes every later take() empty and `cut` true.
class Reader {
public:
    explicit Reader(std::string_view bytes) : rest(bytes) {}
    std::string_view take(std::size_t count) {
        if (cut || rest.size() < count) {
            cut = true;
            return {};
        }
        const std::string_view out = rest.substr(0, count);
        rest.remove_prefix(count);
        return out;
    }
    std::uint32_t number(std::size_t bytes) {
        std::uint32_t value = 0;
        for (const char c : take(bytes)) value = value << 8 | static_cast<unsigned char>(c);
        return value;
    }

    std::string_view rest;
    bool cut = false;
};

}  // namespace

Result<AuthenticatorData> parseAuthenticatorData(std::string_view bytes) {
    if (bytes.size() > kMaxCborBytes) return wrong("is longer than 64 KiB");
    Reader reader(bytes);
    AuthenticatorData out;
    out.rp_id_hash = reader.take(32);
    const unsigned flags = reader.number(1);
    out.sign_count = reader.number(4);
    if (reader.cut) return wrong("ends too early");
    out.user_present = (flags & kUserPresent) != 0;
    out.user_verified = (flags & kUserVerified) != 0;
    out.backup_eligible = (flags & kBackupEligible) != 0;
    out.backed_up = (flags & kBackedUp) != 0;

    if ((flags & kAttested) != 0) {
        AttestedCredential attested;
        attested.aaguid = reader.take(16);
        const std::size_t length = reader.number(2);
        if (length > kMaxCredentialId) return wrong("has a credential id of more than 1023 bytes");
        attested.credential_id = reader.take(length);
        if (reader.cut) return wrong("ends too early");
        if (length == 0) return wrong("has an empty credential id");
        std::size_t used = 0;
        auto key = decodeCborPrefix(reader.rest, used);
        if (!key) return std::move(key).error().within("the authenticator data's public key");
        attested.public_key = reader.take(used);
        out.attested = std::move(attested);
    }
    if ((flags & kExtensions) != 0) {
        std::size_t used = 0;
        auto extensions = decodeCborPrefix(reader.rest, used);
        if (!extensions) return std::move(extensions).error().within("the authenticator data's extensions");
        if (!extensions->is(Cbor::Kind::Map)) return wrong("has extensions that are not a map");
        for (const auto& name : extensions->keys) {
            if (!name.is(Cbor::Kind::Text)) return wrong("has an extension without a name");
            out.extensions.insert(name.text);
        }
        reader.take(used);
    }
    if (!reader.rest.empty()) return wrong("has bytes behind its end");
    return out;
}

Status checkAuthenticatorData(const AuthenticatorData& data, std::string_view rp_id) {
    if (data.rp_id_hash != sha256(rp_id)) return wrong("is for another host");
    if (!data.user_present) return wrong("says that nobody was present");
    if (!data.user_verified) return wrong("says that the user was not verified (no PIN, fingerprint or face)");
    if (data.backed_up && !data.backup_eligible) return wrong("says backed up but not eligible for backup");
    return {};
}

}  // namespace masthead::console::auth::webauthn
