// Passkeys of accounts.
#include "host/console/store/schemas.hpp"

namespace masthead::console::store {

// credential_id, public_key (COSE) and aaguid are base64url; transports are joined by commas. rp_id is the host name that the
// passkey was made for: under another one no browser offers it. locked_at is 0, or when its counter went backwards.
const char* const kPasskeysSchema = R"sql(
CREATE TABLE passkeys (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  credential_id TEXT NOT NULL UNIQUE,
  public_key TEXT NOT NULL,
  algorithm BIGINT NOT NULL,
  sign_count BIGINT NOT NULL,
  backup_eligible BIGINT NOT NULL,
  backed_up BIGINT NOT NULL,
  aaguid TEXT NOT NULL,
  transports TEXT NOT NULL,
  rp_id TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used BIGINT NOT NULL DEFAULT 0,
  locked_at BIGINT NOT NULL DEFAULT 0);
CREATE INDEX passkeys_by_account ON passkeys (account_id);
)sql";

}  // namespace masthead::console::store
