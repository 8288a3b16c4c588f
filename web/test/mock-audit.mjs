// The audit log of the mock: answers as the console's `/audit` routes do.
import { randomBytes } from 'node:crypto';

const MINUTE = 60_000;
const TEXTS = [['nodes.rename', 'node/7', { name: 'ox' }, { name: 'eland' }], ['policy.save', 'policy', { revision: 11, rules: 4 }, { revision: 12, rules: 5, note: 'let ops reach db' }], ['session.create', 'session'], ['nodes.keys.create', 'user/alice'],
  ['account.role', 'account/3', { roles: ['operator'], disabled: false }, { roles: ['operator', 'viewer'], disabled: false }], ['onboarding.approve', 'request/18'], ['nodes.delete', 'node/31']];
const PEOPLE = ['ada@example.org', 'op@example.org', 'plugin:onboarding', 'local:cli'];

export function start({ emit, fresh, admin }) {
  const rows = [];
  let next = 0;
  let verified = null;
  const broken = { seq: null };

  function add(row) {
    next += 1;
    rows.unshift({ id: String(next), at: new Date().toISOString(), principal_id: 'account:1', detail: {}, request_id: randomBytes(6).toString('hex'), client: '192.0.2.7', auth: 'password session:9f1c22d07a5be613', outcome: 'success', ...row });
  }
  if (!fresh) {
    for (let i = 400; i > 0; i -= 1) {
      const [action, object, before, after] = TEXTS[i % TEXTS.length];
      const principal = PEOPLE[i % PEOPLE.length];
      add({ at: new Date(Date.now() - i * 37 * MINUTE).toISOString(), principal, action, object, outcome: i % 23 === 0 ? 'denied' : i % 41 === 0 ? 'failure' : i === 3 ? 'unknown' : 'success', ...(before ? { before, after } : {}),
        detail: i % 23 === 0 ? { reason: 'lacks nodes.delete' } : i % 5 === 0 ? { request: { tags: ['tag:prod'], comment: 'as agreed' }, status: 200 } : {}, client: principal.includes('@') ? `192.0.2.${(i % 9) + 1}` : '', auth: principal === 'local:cli' ? 'local' : principal.startsWith('plugin') ? '' : i % 3 ? 'password session:9f1c22d07a5be613' : 'passkey session:41d2aa900b1f7e5c' });
    }
    add({ principal: '<img src=x onerror=alert(1)>', action: 'session.create', object: 'a\u202egnp.exe', outcome: 'failure', detail: { reason: 'no such account' } });
  }

  const has = (value, text) => JSON.stringify(value ?? '').toLowerCase().includes(text);
  function found(query) {
    const get = (name) => query.get(name) ?? '';
    const text = get('q').toLowerCase();
    return rows.filter((row) => (!get('principal') || row.principal === get('principal')) && (!get('object') || row.object === get('object')) && (!get('outcome') || row.outcome === get('outcome'))
      && (!get('action') || row.action === get('action') || (get('action').endsWith('*') && row.action.startsWith(get('action').slice(0, -1)))) && (!get('from') || row.at >= get('from')) && (!get('to') || row.at <= get('to'))
      && (!text || has([row.principal, row.action, row.object, row.detail, row.before, row.after, row.client], text)));
  }
  const list = (values) => [...new Set(values)].sort();

  return {
    rows,
    record(action, object, outcome = 'success', detail = '') {
      add({ principal: admin()?.email ?? '-', action, object, outcome, detail });
      emit('audit.appended', {});
    },
    breakAt(seq) {
      broken.seq = seq;
    },
    handle(method, path, query) {
      if (path === '') {
        const before = Number(query.get('cursor') ?? 1e9);
        const limit = Number(query.get('limit') ?? 100);
        const all = found(query).filter((row) => Number(row.id) < before);
        return { records: all.slice(0, limit), next: all.length > limit ? all[limit - 1].id : null };
      }
      if (path === '/facets') return { principals: list(rows.map((row) => row.principal)), actions: list(rows.map((row) => row.action)), outcomes: list(rows.map((row) => row.outcome)) };
      if (path === '/status') {
        return { records: rows.length, first: rows.length ? { seq: '1', at: rows.at(-1).at } : null, last_checkpoint: rows.length ? { seq: rows[0].id, at: new Date(Date.now() - 40_000).toISOString(), epoch: 9 } : null, host: 'a3'.repeat(16),
          sink: { kind: 'syslog', state: 'ok', queued: 0, dropped: 0, alarm: false, error: null }, retention_days: 400, last_verified: verified, problem: null };
      }
      if (path === '/verify' && method === 'POST') {
        const bad = broken.seq ? { seq: broken.seq, reason: `audit record ${broken.seq} was changed after it was written` } : null;
        verified = { at: new Date().toISOString(), ok: !bad, records: bad ? Number(bad.seq) - 1 : rows.length, bad };
        return verified;
      }
      return null;
    },
    /** The file of `/audit/export`, or null. */
    file(query) {
      const all = found(query).reverse();
      if (query.get('format') === 'csv') return { type: 'text/csv', text: `id,action\r\n${all.map((row) => `${row.id},"${row.action}"`).join('\r\n')}\r\n` };
      return { type: 'application/x-ndjson', text: all.map((row) => `${JSON.stringify(row)}\n`).join('') };
    },
  };
}
