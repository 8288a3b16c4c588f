// Time-based one-time codes (RFC 6238 by liboath): 6 digits, 30 s, SHA-1, which is what every authenticator app understands.
// Pure functions; totp_factor.hpp keeps seeds and refuses replays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace masthead::console::auth {

inline constexpr std::int64_t kTotpStepSeconds = 30;
inline constexpr std::size_t kTotpSeedBytes = 20;

enum class TotpHash { Sha1, Sha256, Sha512 };

/// The code of a moment; empty when liboath refuses.
std::string totpCode(std::string_view seed, std::int64_t unix_seconds, unsigned digits = 6, TotpHash hash = TotpHash::Sha1);

/// Six ASCII digits, spaces anywhere taken out; nullopt for anything else (TO-12).
std::optional<std::string> tidyTotp(std::string_view typed);

/// What a typed code is worth at a moment.
struct TotpMatch {
    enum class Kind { Accepted, Replayed, ClockOff, Wrong };
    Kind kind = Kind::Wrong;
    std::int64_t step = 0;     // Accepted: to be kept as the last one
    std::int64_t seconds = 0;  // ClockOff: by how much the device's clock is ahead (negative: behind)
};

/// Accepts the present step and, unless `strict`, the one before, both only when later than `last_step`. Codes up to five minutes
/// off are told apart from wrong ones, for the audit log's hint at a wrong clock (TO-11); they are not accepted.
TotpMatch matchTotp(std::string_view seed, std::string_view code, std::int64_t unix_seconds, std::int64_t last_step,
                    bool strict = false);

/// Base32 without padding, upper case; empty only for an empty seed.
std::string totpSecretText(std::string_view seed);
/// otpauth://totp/<issuer>:<account>?secret=…, every name percent-encoded (TO-14).
std::string totpUri(std::string_view seed, std::string_view issuer, std::string_view account);

}  // namespace masthead::console::auth
