// Ed25519 over statements about the log: the text that is signed, key pairs, and the host's id. Pure functions but for
// makeKey(). A SigningKey wipes itself; it is never logged and leaves the process only sealed.
#pragma once

#include <optional>
#include <string>

#include "host/base/result.hpp"

namespace masthead::console::store {
struct AuditSeal;
}

namespace masthead::console::audit {

class SigningKey {
public:
    static SigningKey make();
    /// From its 32-byte seed.
    static Result<SigningKey> fromSeed(const std::string& seed);
    ~SigningKey();
    SigningKey(SigningKey&& other) noexcept;
    SigningKey& operator=(SigningKey&&) = delete;
    SigningKey(const SigningKey&) = delete;
    SigningKey& operator=(const SigningKey&) = delete;

    const std::string& seed() const { return seed_; }
    /// Hex of the 32-byte public key.
    const std::string& publicKey() const { return public_; }
    /// Hex of the 64-byte signature.
    std::string sign(const std::string& text) const;

private:
    SigningKey() = default;
    std::string seed_, secret_, public_;
};

/// Compact JSON in a fixed order: {"form","kind","number","host","seq","at","epoch","hash","extra"}.
std::string sealedText(const store::AuditSeal& seal);
bool signatureFits(const store::AuditSeal& seal, const std::string& public_key);
/// The first 32 hex digits of SHA-256 over the first epoch's public key.
std::string hostIdOf(const std::string& root_public_key);

}  // namespace masthead::console::audit
