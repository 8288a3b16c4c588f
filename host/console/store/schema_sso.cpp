// Single sign-on: providers, identities, sign-ins under way, logout tokens that were used.
#include "host/console/store/schemas.hpp"

namespace masthead::console::store {

// An identity belongs to the issuer too: a provider that is pointed elsewhere must not hand its accounts to the new issuer.
const char* const kSsoSchema = R"sql(
CREATE TABLE sso_providers (
  id TEXT NOT NULL PRIMARY KEY,
  settings TEXT NOT NULL,
  secret BLOB,
  revision BIGINT NOT NULL,
  changed_at BIGINT NOT NULL);

CREATE TABLE sso_identities (
  provider TEXT NOT NULL,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  email TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_sign_in BIGINT NOT NULL,
  PRIMARY KEY (provider, issuer, subject));
CREATE INDEX sso_identities_by_account ON sso_identities (account_id);

CREATE TABLE sso_transactions (
  state_hash TEXT NOT NULL PRIMARY KEY,
  browser_hash TEXT NOT NULL,
  provider TEXT NOT NULL,
  source TEXT NOT NULL,
  sealed BLOB NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL);
CREATE INDEX sso_transactions_by_source ON sso_transactions (source, created_at);

CREATE TABLE sso_logout_tokens (
  token_hash TEXT NOT NULL PRIMARY KEY,
  expires_at BIGINT NOT NULL);
)sql";

}  // namespace masthead::console::store
