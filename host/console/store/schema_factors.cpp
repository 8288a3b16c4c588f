// Second factors that are typed in, and the keys that sealed values stand under.
#include "host/console/store/schema_factors.hpp"

namespace masthead::console::store {

// Seeds are sealed. recovery_codes.hash is Argon2id under the set's salt, so that one computation is compared with all ten.
// data_keys.purpose is "seal" or "derive"; a wrap is the data key closed under the master key whose id stands beside it.
const char* const kFactorsSchema = R"sql(
CREATE TABLE totp_factors (
  account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  seed BLOB NOT NULL,
  last_step BIGINT NOT NULL,
  created_at BIGINT NOT NULL);

CREATE TABLE totp_enrolments (
  account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  seed BLOB NOT NULL,
  session TEXT NOT NULL,
  created_at BIGINT NOT NULL);

CREATE TABLE recovery_sets (
  account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  salt BLOB NOT NULL,
  created_at BIGINT NOT NULL);

CREATE TABLE recovery_codes (
  account_id BIGINT NOT NULL REFERENCES recovery_sets (account_id) ON DELETE CASCADE,
  hash TEXT NOT NULL,
  used_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, hash));

CREATE TABLE data_keys (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  purpose TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  retired_at BIGINT NOT NULL DEFAULT 0);

CREATE TABLE data_key_wraps (
  key_id BIGINT NOT NULL REFERENCES data_keys (id) ON DELETE CASCADE,
  master TEXT NOT NULL,
  wrapped BLOB NOT NULL,
  PRIMARY KEY (key_id, master));

CREATE TABLE master_keys (
  id TEXT NOT NULL PRIMARY KEY,
  used_since BIGINT NOT NULL);
)sql";

}  // namespace masthead::console::store
