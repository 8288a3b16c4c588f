#include "host/console/store/schema_audit.hpp"

namespace masthead::console::store {

// A seal's id only tells the order in which seals came; `number` counts the seals of one kind without a gap, which is what a
// verifier checks. Records leave only below the newest retention seal, seals only when they are checkpoints below it.
const char* const kAuditSchema = R"sql(
ALTER TABLE audit ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE audit ADD COLUMN auth TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN value_before TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN value_after TEXT NOT NULL DEFAULT '';
DROP INDEX audit_by_outcome;
CREATE INDEX audit_by_outcome ON audit (outcome, seq);
CREATE INDEX audit_by_principal ON audit (principal, seq);
CREATE INDEX audit_by_action ON audit (action, seq);
CREATE INDEX audit_by_object ON audit (object, seq);
CREATE INDEX audit_by_time ON audit (at, seq);

CREATE TABLE audit_seals (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  number BIGINT NOT NULL,
  host TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  hash TEXT NOT NULL,
  extra TEXT NOT NULL,
  signature TEXT NOT NULL,
  UNIQUE (kind, number));
CREATE INDEX audit_seals_by_seq ON audit_seals (kind, seq);

CREATE TABLE audit_values (
  name TEXT NOT NULL PRIMARY KEY,
  value BLOB);

DROP TRIGGER audit_no_delete;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
  WHEN OLD.seq > COALESCE((SELECT max(seq) FROM audit_seals WHERE kind = 'retention'), 0)
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_seals_no_update BEFORE UPDATE ON audit_seals BEGIN SELECT RAISE(ABORT, 'seals of the audit log are append-only'); END;
CREATE TRIGGER audit_seals_no_delete BEFORE DELETE ON audit_seals
  WHEN OLD.kind <> 'checkpoint' OR OLD.seq >= COALESCE((SELECT max(seq) FROM audit_seals WHERE kind = 'retention'), 0)
  BEGIN SELECT RAISE(ABORT, 'seals of the audit log are append-only'); END;
)sql";

}  // namespace masthead::console::store
