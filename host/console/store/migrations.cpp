#include "host/console/store/migrations.hpp"

#include "host/console/store/schema_audit.hpp"
#include "host/console/store/schema_factors.hpp"
#include "host/console/store/schema_roles.hpp"
#include "host/console/store/schemas.hpp"

namespace masthead::console::store {
namespace {

// Times are BIGINT milliseconds since the epoch, flags BIGINT 0 or 1. What only SQLite understands is confined to the
// AUTOINCREMENT ids and the two triggers of the audit table. An empty BLOB is stored as NULL: Poco's SQLite binder cannot
// tell the two apart.
constexpr const char* kFirst = R"sql(
CREATE TABLE settings (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL);

CREATE TABLE accounts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  disabled BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL);

CREATE TABLE account_roles (
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  PRIMARY KEY (account_id, role));

CREATE TABLE account_factors (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  secret TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL);
CREATE INDEX account_factors_by_account ON account_factors (account_id, kind);

CREATE TABLE sessions (
  token_hash TEXT NOT NULL PRIMARY KEY,
  handle TEXT NOT NULL UNIQUE,
  account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  authenticated_at BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  client TEXT NOT NULL,
  user_agent TEXT NOT NULL);
CREATE INDEX sessions_by_account ON sessions (account_id);

CREATE TABLE audit (
  seq BIGINT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  principal TEXT NOT NULL,
  principal_id TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL,
  request_id TEXT NOT NULL,
  client TEXT NOT NULL,
  intent BIGINT NOT NULL DEFAULT 0,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL);
CREATE INDEX audit_by_intent ON audit (intent);
CREATE INDEX audit_by_outcome ON audit (outcome);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE TABLE plugin_values (
  plugin TEXT NOT NULL,
  path TEXT NOT NULL,
  value BLOB,
  sealed BIGINT NOT NULL DEFAULT 0,
  revision BIGINT NOT NULL,
  PRIMARY KEY (plugin, path));

CREATE TABLE plugin_usage (
  plugin TEXT NOT NULL PRIMARY KEY,
  bytes BIGINT NOT NULL,
  revision BIGINT NOT NULL);

CREATE TABLE plugin_states (
  plugin TEXT NOT NULL PRIMARY KEY,
  state TEXT NOT NULL);

CREATE TABLE plugin_crashes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  plugin TEXT NOT NULL,
  at BIGINT NOT NULL,
  detail TEXT NOT NULL);
CREATE INDEX plugin_crashes_by_plugin ON plugin_crashes (plugin, at);

CREATE TABLE snapshots (
  name TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  body TEXT NOT NULL);
)sql";

constexpr const char* kNotifications = R"sql(
CREATE TABLE notify_channels (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  enabled BIGINT NOT NULL,
  settings TEXT NOT NULL,
  secrets BLOB,
  left_out BIGINT NOT NULL DEFAULT 0,
  changed_at BIGINT NOT NULL);

CREATE TABLE notify_messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at BIGINT NOT NULL,
  event TEXT NOT NULL,
  permission TEXT NOT NULL,
  body TEXT NOT NULL);

CREATE TABLE notify_reads (
  message_id BIGINT NOT NULL REFERENCES notify_messages (id) ON DELETE CASCADE,
  principal TEXT NOT NULL,
  PRIMARY KEY (message_id, principal));

CREATE TABLE notify_deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel_id BIGINT NOT NULL REFERENCES notify_channels (id) ON DELETE CASCADE,
  batch TEXT NOT NULL,
  event TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '');
CREATE INDEX notify_deliveries_by_channel ON notify_deliveries (channel_id, state, done_at);
CREATE INDEX notify_deliveries_by_batch ON notify_deliveries (batch);
)sql";

}  // namespace

const std::vector<Migration>& migrations() {
    static const std::vector<Migration> kAll = {
        {1, "accounts, sessions, audit, plugin values", kFirst},
        {2, "notifications", kNotifications},
        {3, "sign-in stages, links, failures", kAccountsSchema},
        {4, "second factors that are typed in, key ring", kFactorsSchema},
        {5, "passkeys", kPasskeysSchema},
        {6, "single sign-on", kSsoSchema},
        {7, "roles, tokens, idempotency keys", kRolesSchema},
        {8, "audit seals", kAuditSchema},
    };
    return kAll;
}

}  // namespace masthead::console::store
