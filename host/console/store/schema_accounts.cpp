// Accounts and sessions of people who sign in with more than a password: how far a session has come, where an account comes
// from, links that let a person set a password, failures that outlive a restart.
#include "host/console/store/schemas.hpp"

namespace masthead::console::store {

// sessions.stage is SessionStage; session tokens and link tokens are kept as SHA-256 only. sign_in_failures.subject is
// "account:<id>", "device:<hash>" or "address:<keyed hash>" for an address that may not exist.
const char* const kAccountsSchema = R"sql(
ALTER TABLE accounts ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN theme TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN origin TEXT NOT NULL DEFAULT 'local';
ALTER TABLE accounts ADD COLUMN last_sign_in BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
ALTER TABLE accounts ADD COLUMN user_handle TEXT NOT NULL DEFAULT '';

ALTER TABLE sessions ADD COLUMN stage BIGINT NOT NULL DEFAULT 2;
ALTER TABLE sessions ADD COLUMN method TEXT NOT NULL DEFAULT 'password';
ALTER TABLE sessions ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN sso_provider TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN sso_subject TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN sso_sid TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN sso_id_token TEXT NOT NULL DEFAULT '';
CREATE INDEX sessions_by_sso ON sessions (sso_provider, sso_subject);

CREATE TABLE account_links (
  token_hash TEXT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL);
CREATE INDEX account_links_by_account ON account_links (account_id, kind);

CREATE TABLE sign_in_failures (
  subject TEXT NOT NULL,
  authenticator TEXT NOT NULL,
  count BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  locked_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (subject, authenticator));
CREATE INDEX sign_in_failures_by_time ON sign_in_failures (last_at);
)sql";

}  // namespace masthead::console::store
