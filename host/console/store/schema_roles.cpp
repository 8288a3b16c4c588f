#include "host/console/store/schema_roles.hpp"

namespace masthead::console::store {

// Tokens and idempotency keys are kept as SHA-256 only; `answer` is sealed. scopes and cidrs are JSON lists of texts.
const char* const kRolesSchema = R"sql(
CREATE TABLE roles (
  id TEXT NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL);

CREATE TABLE role_permissions (
  role TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
  permission TEXT NOT NULL,
  PRIMARY KEY (role, permission));

CREATE TABLE api_tokens (
  id TEXT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  scopes TEXT NOT NULL,
  cidrs TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  last_used BIGINT NOT NULL DEFAULT 0,
  last_client TEXT NOT NULL DEFAULT '');
CREATE INDEX api_tokens_by_account ON api_tokens (account_id);

CREATE TABLE idempotency (
  principal TEXT NOT NULL,
  route TEXT NOT NULL,
  key_hash TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  state TEXT NOT NULL,
  answer BLOB,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (principal, route, key_hash));
CREATE INDEX idempotency_by_age ON idempotency (created_at);
)sql";

}  // namespace masthead::console::store
