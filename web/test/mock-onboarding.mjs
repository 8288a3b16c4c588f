// The mock's part for the plugin `onboarding`: invented requests with the texts that strangers type, keys that are never real, and the same life of a
// request as the plugin's. `start(tools)` returns what the mock server calls.
import { randomBytes } from 'node:crypto';

const PEOPLE = [
  ['Ada Lovelace', 'ada@example.org', 'phone-7', 'android', 'New phone, same number.'], ['Grace Hopper', '', 'grace-laptop', 'macos', ''],
  ['Konrad Zuse', 'konrad@example.org', 'z3', 'linux', 'For the workshop on Thursday.\nBack on Friday.'], ['王小明', 'xiaoming@example.org', '平板', 'android', '研发部新设备'],
  ['<img src=x onerror=alert(1)>', '"><script>alert(2)</script>', '<b>bold</b>', 'windows', '{{7*7}} ${7*7} <svg onload=alert(3)>'],
  ['Mal\u202eyrol', 'mallory@example.org', 'evil\u202egnp.exe', 'windows', 'zero\u200bwidth'],
  ['Annie Easley', 'annie@example.org', 'A'.repeat(63), 'ios', 'word '.repeat(90)], ['Hedy Lamarr', '', 'tablet-hedy', 'ios', ''],
];
const WORDS = ['amber', 'river', 'cedar', 'lantern', 'maple', 'comet', 'velvet', 'harbor', 'pebble', 'falcon', 'meadow', 'copper', 'willow', 'ember', 'juniper', 'saddle'];
const DEFAULTS = { enabled: true, public: true, registrations: true, invite_code: '', allowed_networks: [], fields: [{ id: 'team', label: 'Team', label_zh: '团队', type: 'choice', options: ['Research', 'Operations'], required: true }],
  admin_sees_key: true, claim_once: true, key_lifetime: '1d', reusable: false, ephemeral: false, tags: [], undo: '10s', unanswered: '14d', purge: '30d', per_address_hour: 5, per_hour: 200, open_cap: 500 };
const GROUPS = { pending: ['pending'], approved: ['approving', 'key-pending', 'approved', 'claimed'], joined: ['joined'], rejected: ['rejected'], expired: ['expired'] };
const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();

/** A picture that looks like a QR code; nothing reads it. */
function picture(text) {
  let bits = 0;
  const cells = [];
  for (let y = 0; y < 25; y += 1) {
    for (let x = 0; x < 25; x += 1) {
      bits = (Math.imul(bits, 31) + text.charCodeAt((x * 7 + y * 13) % text.length) + x * y) >>> 0;
      const corner = (x < 7 || x > 17) && (y < 7 || (y > 17 && x < 7));
      const ring = corner && (Math.max(Math.abs((x % 18) - 3), Math.abs((y % 18) - 3)) !== 2);
      if (corner ? ring : bits % 3 === 0) cells.push(`M${x + 2} ${y + 2}h1v1h-1z`);
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h29v29H0z"/><path d="${cells.join('')}"/></svg>`;
}

export function start({ fleet, emit, Problem, record, makeUser, makeNode, nodesChanged, fresh, undoMs }) {
  const book = { requests: [], registrations: [], settings: structuredClone(DEFAULTS), locked: ['per_hour'], next: 100, failing: new Set(), secrets: new Map() };
  const words = () => `${WORDS[book.next % WORDS.length]}-${WORDS[(book.next * 7 + 3) % WORDS.length]}`;
  const counts = () => ({ pending: book.requests.filter((row) => row.state === 'pending').length, registrations: book.registrations.filter((row) => row.state === 'waiting').length });
  const tell = (...rows) => {
    emit('onboarding.requests', { upserted: rows, removed: [] });
    emit('onboarding.counts', counts());
  };
  const find = (id) => book.requests.find((row) => row.id === id) ?? (() => { throw new Problem(404, 'not_found', `request ${id} does not exist; it may have been forgotten`); })();
  const put = (row, changes) => {
    const next = { ...row, ...changes };
    book.requests[book.requests.findIndex((other) => other.id === row.id)] = next;
    tell(next);
    return next;
  };

  function add(input = {}) {
    const [person, contact, device, platform, message] = PEOPLE[book.next % PEOPLE.length];
    const row = { id: String(++book.next), words: words(), state: 'pending', device, person, contact, message, fields: { team: 'Research' }, platform, client: `192.0.2.${book.next % 250}`, createdAt: new Date().toISOString(), decidedAt: null, decidedBy: null,
      reason: null, owner: null, tags: [], reusable: false, ephemeral: false, nodeName: null, dueAt: null, expiresAt: null, keyId: null, node: null, keyVisible: false, error: null, ...input };
    book.requests.unshift(row);
    return row;
  }
  function issue(id) {
    const row = book.requests.find((other) => other.id === id);
    if (row?.state !== 'approving') return;
    if (book.failing.has(id)) return void put(row, { state: 'key-pending', error: 'headscale is away: connection refused', dueAt: null });
    book.secrets.set(id, `hskey-auth-${randomBytes(9).toString('base64url')}-${randomBytes(48).toString('base64url')}`);
    put(row, { state: 'approved', dueAt: null, keyId: String(++book.next), keyVisible: book.settings.admin_sees_key, expiresAt: new Date(Date.now() + 86_400_000).toISOString() });
  }
  function check(row, action) {
    if (action === 'approve' && row.state !== 'pending') throw new Problem(409, 'conflict', `the request ${row.words} is ${row.state} and cannot be approved any more`);
    if (action === 'reject' && ['rejected', 'expired', 'withdrawn', 'joined'].includes(row.state)) throw new Problem(409, 'conflict', `the request ${row.words} is ${row.state} and cannot be rejected any more`);
    if (book.failing.has(row.id) && action === 'approve') throw new Problem(422, 'invalid', `headscale does not take the user name “${row.person}”; choose an owner`);
  }
  function ownerOf(row, options) {
    if (options.user) {
      const user = fleet.users.find((candidate) => candidate.id === options.user);
      if (!user) throw new Problem(404, 'not_found', `user ${options.user} does not exist`);
      return { id: user.id, name: user.displayName || user.name };
    }
    if (options.user === null) return null;
    return { id: null, name: options.newUser ?? row.person.toLowerCase().replace(/[^a-z0-9]+/g, '-') };
  }
  function approve(row, options) {
    check(row, 'approve');
    const owner = ownerOf(row, options);
    if (options.newUser && !fleet.users.some((user) => user.name === options.newUser)) fleet.users.push(makeUser(++book.next, options.newUser));
    record('onboarding.approve', row.words);
    setTimeout(issue, undoMs, row.id).unref();
    return put(row, { state: 'approving', decidedAt: new Date().toISOString(), decidedBy: 'ada@example.org', owner, tags: options.tags ?? book.settings.tags, reusable: options.reusable ?? false, ephemeral: options.ephemeral ?? false,
      nodeName: options.nodeName ?? null, dueAt: new Date(Date.now() + undoMs).toISOString() });
  }
  function reject(row, reason) {
    check(row, 'reject');
    record('onboarding.reject', row.words);
    return put(row, { state: 'rejected', reason: reason || null, decidedAt: new Date().toISOString(), decidedBy: 'ada@example.org', keyVisible: false });
  }
  const matching = ({ state = '', q = '' }) => book.requests.filter((row) => (!state || state === 'open' || (GROUPS[state] ?? [state]).includes(row.state)) && [row.words, row.device, row.person, row.contact, row.message, row.client].some((text) => text.toLowerCase().includes(q.toLowerCase())));
  const revealed = (row) => ({ key: book.secrets.get(row.id), command: `tailscale up --login-server https://localhost:8443 --auth-key ${book.secrets.get(row.id)}`, qrSvg: picture(book.secrets.get(row.id)), expiresAt: row.expiresAt });

  function bulk(body) {
    const rows = body.ids ? body.ids.map(find) : matching(body.filter ?? {});
    if (rows.length > 500) throw new Problem(400, 'invalid_argument', `at most 500 requests at once; these are ${rows.length}`);
    return { results: rows.map((row) => {
      try {
        if (body.preview) check(row, body.action);
        const changed = body.preview ? row : body.action === 'approve' ? approve(row, body.options ?? {}) : reject(row, body.options?.reason);
        return { id: row.id, ok: true, state: changed.state, error: null };
      } catch (error) {
        return { id: row.id, ok: false, state: row.state, error: error.message };
      }
    }) };
  }

  function handle(method, path, body, url) {
    const [, area, id, action] = path.split('/').map(decodeURIComponent);
    if (area === 'counts') return counts();
    if (area === 'users') return { users: fleet.users };
    if (area === 'settings' && method === 'GET') return { values: book.settings, locked: book.locked, defaults: DEFAULTS };
    if (area === 'settings') {
      if (body.invite_code?.includes(' ')) throw new Problem(422, 'invalid', 'invite_code: one word without spaces', [{ path: '/invite_code', reason: 'one word without spaces' }]);
      Object.assign(book.settings, body);
      return { values: book.settings, locked: book.locked, defaults: DEFAULTS };
    }
    if (area === 'registrations') {
      if (!id) return { registrations: book.registrations };
      const index = book.registrations.findIndex((row) => row.id === id);
      const row = book.registrations[index];
      if (action === 'approve' && book.failing.has(id)) throw new Problem(409, 'conflict', 'headscale does not know this registration any more: it was used or has expired. Run “tailscale up” on the device again.');
      const user = fleet.users.find((candidate) => candidate.id === body.user);
      const node = action === 'approve' ? makeNode(++book.next, { next: fleet.next, name: 'walk-in', givenName: 'walk-in', user, online: true, hours: 0, method: 'REGISTER_METHOD_CLI' }) : null;
      if (node) {
        fleet.nodes.push(node);
        nodesChanged(node);
      }
      book.registrations[index] = { ...row, state: action === 'approve' ? 'approved' : 'rejected', node: node ? { id: node.id, givenName: node.givenName, address: node.ipAddresses[0] } : null };
      emit('onboarding.registrations', {});
      emit('onboarding.counts', counts());
      return { registration: book.registrations[index] };
    }
    if (area !== 'requests') throw new Problem(404, 'not_found', `no such call: ${method} ${path}`);
    if (!id) {
      const found = matching({ state: url.searchParams.get('state') ?? '', q: url.searchParams.get('q') ?? '' });
      const after = url.searchParams.get('after');
      const begin = after ? found.findIndex((row) => row.id === after) + 1 : 0;
      const limit = Math.min(500, Number(url.searchParams.get('limit') ?? 100));
      const page = found.slice(begin, begin + limit);
      const { key_lifetime: expiry, reusable, ephemeral, tags, undo, admin_sees_key, fields } = book.settings;
      const defaults = { expiry, reusable, ephemeral, tags, undo, admin_sees_key, fields: fields.map(({ id: name, label, label_zh }) => ({ id: name, label, label_zh })) };
      return { requests: page, total: found.length, next: begin + limit < found.length ? page.at(-1).id : null, defaults };
    }
    if (id === 'bulk') return bulk(body);
    if (id === 'export') {
      const rows = body.ids.map(find).filter((row) => row.keyVisible);
      return body.format === 'zip' ? Buffer.from('PK\u0005\u0006' + '\0'.repeat(18), 'latin1') : { sheet: rows.map((row) => ({ id: row.id, words: row.words, device: row.device, person: row.person, ...revealed(row) })) };
    }
    const row = find(id);
    if (method === 'DELETE') {
      book.requests.splice(book.requests.indexOf(row), 1);
      emit('onboarding.requests', { upserted: [], removed: [id] });
      return void emit('onboarding.counts', counts());
    }
    if (action === 'approve') return { request: approve(row, body) };
    if (action === 'undo') {
      if (row.state !== 'approving') throw new Problem(409, 'conflict', `the request ${row.words} is ${row.state}: the time to take it back is over; revoke it instead`);
      return { request: put(row, { state: 'pending', decidedAt: null, decidedBy: null, owner: null, dueAt: null }) };
    }
    if (action === 'reject') return { request: reject(row, body.reason) };
    if (action === 'reveal') {
      if (!row.keyVisible) throw new Problem(410, 'gone', 'the key was claimed or has expired; it cannot be shown any more');
      record('onboarding.reveal', row.words);
      return revealed(row);
    }
    return { request: row };
  }

  function control(what, body) {
    if (what === 'request') {
      const rows = Array.from({ length: body.count ?? 1 }, () => add(body.with));
      tell(...rows);
      return { ids: rows.map((row) => row.id), words: rows[0].words };
    }
    if (what === 'registration') {
      const row = { id: `r${++book.next}`, state: 'waiting', words: words(), platform: 'linux', client: '198.51.100.23', seenAt: new Date().toISOString(), node: null, error: null, reason: null, ...body };
      book.registrations.unshift(row);
      emit('onboarding.registrations', {});
      emit('onboarding.counts', counts());
      return row;
    }
    if (what === 'failing') return void (body.on === false ? book.failing.delete(body.id) : book.failing.add(body.id));
    if (what === 'join') {
      const row = find(body.id);
      return put(row, { state: 'joined', keyVisible: false, node: { id: '1', givenName: row.device, address: '100.64.0.7' } });
    }
    if (what === 'issue') return void issue(body.id);
    return {};
  }

  if (!fresh) {
    for (let index = 0; index < 9; index += 1) add({ createdAt: ago(4 + index * 47) });
    for (const [state, extra] of [['approved', { keyId: '41', keyVisible: true, expiresAt: ago(-1300), owner: { id: '1', name: 'Ada Lovelace' } }], ['key-pending', { error: 'headscale is away: connection refused', owner: { id: '2', name: 'Grace Hopper' } }],
      ['joined', { node: { id: '3', givenName: 'cobalt-nas-3', address: '100.64.0.4' }, keyId: '39', owner: { id: '3', name: 'linus' } }], ['rejected', { reason: 'Ask in person at the desk, please.' }], ['expired', {}], ['withdrawn', {}]]) {
      const row = add({ state, createdAt: ago(1500 + book.next), decidedAt: ago(1400), decidedBy: 'ada@example.org', ...extra });
      if (row.keyVisible) book.secrets.set(row.id, `hskey-auth-${'x'.repeat(12)}-${'y'.repeat(64)}`);
    }
    book.requests.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
    control('registration', { seenAt: ago(3) });
    control('registration', { platform: 'macos', seenAt: ago(75), state: 'approved', node: { id: '4', givenName: 'dune-phone-4', address: '100.64.0.5' } });
  }
  return { handle, control, counts };
}
