/** Answers of `/admin/api/v1/audit`. */
export interface AuditRecord {
  id: string;
  at: string;
  principal: string;
  principal_id: string;
  action: string;
  object: string;
  outcome: string;
  detail: unknown;
  before?: unknown;
  after?: unknown;
  request_id: string;
  client: string;
  auth: string;
}
export interface Facets {
  principals: string[];
  actions: string[];
  outcomes: string[];
}
export interface Finding {
  seq: string;
  reason: string;
}
export interface AuditStatus {
  records: number;
  first: { seq: string; at: string } | null;
  last_checkpoint: { seq: string; at: string; epoch: number } | null;
  host: string;
  sink: { kind: string; state: 'ok' | 'waiting' | 'failing'; queued: number; dropped: number; alarm: boolean; error: string | null } | null;
  retention_days: number;
  last_verified: { at: string; ok: boolean; records: number; bad: Finding | null } | null;
  problem: string | null;
}
