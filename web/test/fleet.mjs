// An invented fleet for looking at the pages: deterministic, with the names that strangers' devices really send.
const HOSTILE = [
  '<img src=x onerror=alert(1)>', 'evil‮gnp.exe', '", "admin":true, "x":"', '', 'a'.repeat(255), '=HYPERLINK("http://x")', '🦊 den',
  '​​zero', "Robert'); DROP TABLE nodes;--", 'שלום', '{{7*7}}', '东京节点',
];
const NAMES = ['atlas', 'borealis', 'cobalt', 'dune', 'ember', 'fjord', 'granite', 'harbor', 'iris', 'juniper', 'kestrel', 'lumen', 'mesa', 'nimbus', 'onyx', 'pioneer'];
const KINDS = ['laptop', 'phone', 'desktop', 'nas', 'pi', 'vm'];

export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const hex = (next, length) => Array.from({ length }, () => Math.floor(next() * 16).toString(16)).join('');
const ago = (hours) => new Date(Date.now() - hours * 3_600_000).toISOString();

export function makeUser(id, name, displayName = '', email = '', provider = '') {
  return { id: String(id), name, displayName, email, provider, providerId: '', profilePicUrl: '', createdAt: ago(24 * ((id * 37) % 200)) };
}

export function makeNode(id, options) {
  const next = options.next;
  return {
    id: String(id), machineKey: `mkey:${hex(next, 64)}`, nodeKey: `nodekey:${hex(next, 64)}`, discoKey: `discokey:${hex(next, 64)}`,
    ipAddresses: [`100.64.${Math.floor(id / 250)}.${(id % 250) + 1}`, `fd7a:115c:a1e0::${(id + 1).toString(16)}`],
    name: options.name, givenName: options.givenName, user: options.user, lastSeen: options.online ? ago(0) : ago(options.hours), expiry: options.expiry ?? null,
    preAuthKey: options.preAuthKey ?? null, createdAt: ago(24 * 30 + (id % 500)), registerMethod: options.method ?? 'REGISTER_METHOD_AUTH_KEY', online: options.online,
    approvedRoutes: options.approved ?? [], availableRoutes: options.available ?? [], subnetRoutes: (options.approved ?? []).filter((route) => (options.available ?? []).includes(route)),
    tags: options.tags ?? [],
  };
}

export function makeFleet(count, seed = 7) {
  const next = random(seed);
  const users = [
    makeUser(1, 'ada', 'Ada Lovelace', 'ada@example.org', 'oidc'), makeUser(2, 'grace', 'Grace Hopper', 'grace@example.org', 'oidc'), makeUser(3, 'linus'),
    makeUser(4, '<b>mallory</b>', 'Mal‮yrol', 'mallory@example.org'), makeUser(5, 'ci-bot', 'Build robot'),
  ];
  const tagged = makeUser(2147455555, 'tagged-devices', 'Tagged Devices');
  const nodes = [];
  for (let id = 1; id <= count; id += 1) {
    const kind = KINDS[Math.floor(next() * KINDS.length)];
    const hostile = id % 5 === 0 ? HOSTILE[(id / 5 - 1) % HOSTILE.length] : null;
    const base = `${NAMES[Math.floor(next() * NAMES.length)]}-${kind}`;
    const tags = next() < 0.28 ? [['tag:db'], ['tag:web'], ['tag:ci', 'tag:ephemeral'], ['tag:router', 'tag:prod', 'tag:eu']][Math.floor(next() * 4)] : [];
    const online = next() < 0.66;
    const router = next() < 0.16;
    const available = router ? [`10.${id}.0.0/16`, ...(next() < 0.4 ? [`192.168.${id}.0/24`] : []), ...(next() < 0.4 ? ['0.0.0.0/0', '::/0'] : [])] : [];
    nodes.push(makeNode(id, {
      next, name: hostile ?? base.replace(/(^|-)\w/g, (letter) => letter.toUpperCase()), givenName: hostile !== null ? `invalid-${hex(next, 6)}` : `${base}-${id}`,
      user: tags.length ? tagged : users[Math.floor(next() * users.length)], tags, online, hours: next() * 900,
      expiry: tags.length ? null : next() < 0.12 ? ago(next() * 300) : new Date(Date.now() + next() * 180 * 86_400_000).toISOString(),
      available, approved: available.filter(() => next() < 0.55), method: next() < 0.3 ? 'REGISTER_METHOD_OIDC' : 'REGISTER_METHOD_AUTH_KEY',
    }));
  }
  for (const node of nodes) {
    const exit = ['0.0.0.0/0', '::/0'];
    if (exit.some((route) => node.approvedRoutes.includes(route)) && exit.every((route) => node.availableRoutes.includes(route))) node.approvedRoutes = [...new Set([...node.approvedRoutes, ...exit])];
  }
  const keys = [
    makeKey(1, { user: users[0], used: true, hours: 40 }), makeKey(2, { user: users[1], reusable: true, hours: -24 * 60 }),
    makeKey(3, { user: null, tags: ['tag:ci', 'tag:ephemeral'], reusable: true, ephemeral: true, hours: -300 }), makeKey(4, { user: users[2], hours: 3 }), makeKey(5, { user: users[0], hours: -20 }),
  ];
  const apiKeys = [
    { id: '1', prefix: 'hskey-api-Q1w2***', expiration: new Date(Date.now() + 50 * 86_400_000).toISOString(), createdAt: ago(24 * 40), lastSeen: null },
    { id: '2', prefix: 'hskey-api-Zz9x***', expiration: ago(24), createdAt: ago(24 * 91), lastSeen: null },
  ];
  return { users, nodes, keys, apiKeys, next, tagged };
}

export function makeKey(id, { user, reusable = false, ephemeral = false, used = false, hours, tags = [], key }) {
  return { id: String(id), key: key ?? `hskey-auth-${String(id).padStart(4, 'x')}***`, user, reusable, ephemeral, used, expiration: ago(hours), createdAt: ago(100 - (id % 100)), aclTags: tags };
}
