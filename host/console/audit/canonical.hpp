// The text of an audit record that its hash covers: compact JSON with fixed member names in a fixed order, and the chain's
// step. Pure functions: a verifier elsewhere needs only these definitions (docs/audit.md).
#pragma once

#include <cstdint>
#include <string>

namespace masthead::console::store {
struct AuditRow;
}

namespace masthead::console::audit {

/// What is written now; rows of form 1 (without "v", auth, before and after) stay valid.
inline constexpr std::int64_t kForm = 2;

std::string canonical(const store::AuditRow& row);
/// hex SHA-256(previous hash as hex text, canonical text).
std::string chainHash(const std::string& previous, const store::AuditRow& row);
/// What the first record names as its predecessor.
inline const std::string kGenesis(64, '0');

}  // namespace masthead::console::audit
