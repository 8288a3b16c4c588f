// Recovery codes: ten per account, 16 characters of Crockford's base32 (80 bit), used once. Kept as Argon2id (19 MiB, 2 passes)
// under one salt per set, so that a try costs one computation, whichever code it is. Pure functions; recovery_factor.hpp keeps
// them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

namespace masthead::console::auth {

inline constexpr std::size_t kRecoveryCodes = 10;
inline constexpr std::size_t kRecoveryChars = 16;

/// Ten different codes in their canonical form (16 upper-case characters).
std::vector<std::string> newRecoveryCodes();
/// "ABCD-EFGH-JKMN-PQRS", as shown to people.
std::string showRecoveryCode(std::string_view canonical);
/// The canonical form of what was typed: any case, hyphens and spaces anywhere, O for 0, I and L for 1 (RC-08). Nullopt when it
/// cannot be a code.
std::optional<std::string> tidyRecoveryCode(std::string_view typed);

/// 16 random bytes.
std::string newRecoverySalt();

struct RecoveryCost {
    unsigned long long passes = 2;
    std::size_t memory = std::size_t{19} << 20;
};
/// Hex of 32 bytes. One computation at a time in the whole process, so that tries cannot fill the memory. Unavailable when there
/// is not enough of it.
Result<std::string> hashRecoveryCode(const std::string& canonical, const std::string& salt, const RecoveryCost& cost);

}  // namespace masthead::console::auth
