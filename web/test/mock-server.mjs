// A small stand-in for the console's interface, for working on the pages without the rest: an invented fleet that comes and goes, served under the
// console's own content security policy. `node test/mock-server.mjs [--port N] [--nodes N] [--fresh] [--demo] [--quiet]`; `--fresh` begins at set-up
// with an empty network. Control for tests: POST /mock/<what>.
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeFleet, makeKey, makeNode, makeUser } from './fleet.mjs';
import { start as startNotify } from './mock-notify.mjs';
import { start as startOnboarding } from './mock-onboarding.mjs';

const { values: flags } = parseArgs({ options: { port: { type: 'string', default: '0' }, nodes: { type: 'string', default: '60' }, fresh: { type: 'boolean' }, demo: { type: 'boolean' }, undo: { type: 'string', default: '10000' }, quiet: { type: 'boolean' } } });
const root = resolve(import.meta.dirname, '../..');
const CSP = "script-src 'self'; style-src 'self'; worker-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; default-src 'none'; base-uri 'none'; form-action 'self'; "
  + "frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types masthead svelte-trusted-html 'allow-duplicates'; report-uri /admin/api/v1/csp-report";
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html; charset=utf-8', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.json': 'application/json', '.txt': 'text/plain' };
function digestOf(plugin) {
  const file = join(root, `plugins/${plugin}/web/dist/${plugin}.js`);
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16) : 'none';
}
const digests = { nodes: digestOf('nodes'), onboarding: digestOf('onboarding') };
const PAGES = [['nodes', '/nodes', 'Nodes', 'monitor-smartphone', 'network', 10], ['users', '/users', 'Users', 'users', 'access', 10], ['keys', '/keys', 'Pre-auth keys', 'key-round', 'access', 20], ['apikeys', '/api-keys', 'API keys', 'key-square', 'access', 30]];
const PERMISSIONS = ['core.status.read', 'core.supervisor.control', 'core.plugins.read', 'core.plugins.manage', 'core.audit.read', 'core.admins.read', 'nodes.read', 'nodes.write', 'nodes.delete',
  'nodes.users.read', 'nodes.users.write', 'nodes.keys.read', 'nodes.keys.write', 'nodes.apikeys.read', 'nodes.apikeys.write', 'core.admins.manage', 'core.notify.read', 'core.notify.manage',
  'onboarding.view', 'onboarding.decide', 'onboarding.reveal-key', 'onboarding.configure'];
const ONBOARDING = [['requests', '/requests', 'Device requests', 'inbox', 'access', 40, 'onboarding.view', 'counts'], ['registrations', '/registrations', 'Pending registrations', 'smartphone', 'access', 50, 'onboarding.view', 'counts#registrations'],
  ['settings', '/settings', 'Onboarding', 'settings', 'system', 60, 'onboarding.configure', null]];

const fleet = makeFleet(flags.fresh ? 0 : Number(flags.nodes));
if (flags.fresh) fleet.users.length = fleet.keys.length = fleet.apiKeys.length = 0;
const state = { admin: flags.fresh ? null : { name: 'Ada Lovelace', email: 'ada@example.org', password: 'correct horse battery staple' }, sessions: new Map(), revision: 1, headscale: 'ready', cspReports: [], streams: new Set(), streamsBlocked: false, audit: [], started: Date.now(), restarts: 0,
  admins: flags.fresh ? [] : [{ id: '2', name: 'Op Erator', email: 'op@example.org', roles: ['operator'], created_at: new Date(Date.now() - 9e8).toISOString() }, { id: '3', name: '<i>Eve</i>\u202e', email: 'eve@example.org', roles: ['admin'], created_at: new Date(Date.now() - 3e8).toISOString() }] };
const setupToken = process.env.MASTHEAD_E2E_SETUP_TOKEN ?? 'setup-token-for-tests';
let nextId = 1000;

function emit(type, data) {
  for (const stream of state.streams) stream.write(`event: ${type}\nid: ${state.revision}\ndata: ${JSON.stringify(data)}\n\n`);
}
function changed(upserted = [], removed = []) {
  state.revision += 1;
  emit('tailnet.nodes', { revision: state.revision, upserted, removed });
}
function record(action, object, outcome = 'success', detail = '') {
  state.audit.unshift({ id: String(++nextId), at: new Date().toISOString(), principal: state.admin?.email ?? '-', action, object, outcome, detail, request_id: randomBytes(6).toString('hex'), client: '192.0.2.7' });
}
class Problem extends Error {
  constructor(status, code, detail, fields = []) {
    super(detail);
    Object.assign(this, { status, code, fields });
  }
}
const notify = startNotify({ emit: (type, data) => emit(type, data), Problem, fresh: flags.fresh });
const onboarding = startOnboarding({ fleet, emit: (type, data) => emit(type, data), Problem, record: (...args) => record(...args), makeUser, makeNode, nodesChanged: (node) => changed([node]), fresh: flags.fresh, undoMs: Number(flags.undo) });
const one = (list, id, what) => list.find((item) => item.id === id) ?? (() => { throw new Problem(404, 'not_found', `${what} ${id} does not exist; it may have been deleted`); })();
const cookie = (request) => /__Host-masthead=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? /masthead-mock=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
const isPublic = (method, path) => path === '/setup' || (path === '/session' && method === 'POST') || path === '/csp-report';
const page = ([id, path, title, icon, section, order]) => ({ plugin: 'nodes', id: `nodes.${id}`, path, title, icon, section, order, element: `nodes-${id}-page`, module: `/admin/ui/p/nodes/${digests.nodes}/nodes.js`, style: `/admin/ui/p/nodes/${digests.nodes}/nodes.css`, permission: id === 'nodes' ? 'nodes.read' : `nodes.${id}.read` });
const onboardingPage = ([id, path, title, icon, section, order, permission, badge]) => ({ plugin: 'onboarding', id, path, title, icon, section, order, element: `onboarding-${id}-page`, module: `/admin/ui/p/onboarding/${digests.onboarding}/onboarding.js`, style: null, permission, badge });

function signIn(response) {
  const id = randomBytes(16).toString('hex');
  state.sessions.set(id, { csrf: randomBytes(16).toString('hex') });
  response.setHeader('Set-Cookie', `masthead-mock=${id}; Path=/; HttpOnly; SameSite=Lax`);
}
function statusDocument() {
  const up = Date.now() - state.started + 5_400_000;
  const child = (name, extra = {}) => ({ name, state: 'ready', pid: 4000 + name.length, uptime_ms: up, restarts: 0, last_exit: null, reason: null, details: {}, ...extra });
  return {
    supervisor: { ok: true, pid: 3999, version: '0.1.0', uptime_ms: up, children: [child('headscale', { state: state.headscale === 'ready' ? 'ready' : 'backoff', restarts: state.restarts, last_exit: state.restarts ? { cause: 'signal', signal: 9, at: new Date().toISOString(), uptime_ms: 5 } : null }), child('console'), child('edge')] },
    headscale: { state: state.headscale, version: flags.demo ? '0.29.2-demo' : '0.29.2', driver: 'grpc', demo: Boolean(flags.demo), source: flags.demo ? 'demo' : 'release', missing_fields: [], since: new Date(Date.now() - up).toISOString() },
    edge: { connections: 12, tunnels: fleet.nodes.filter((node) => node.online).length },
    tailnet: { nodes: fleet.nodes.length, online: fleet.nodes.filter((node) => node.online).length, users: fleet.users.length, revision: state.revision, as_of: new Date(Date.now() - (state.headscale === 'ready' ? 0 : 95_000)).toISOString(), stale: state.headscale !== 'ready' },
  };
}

function core(request, response, method, path, body, url) {
  if (path === '/setup' && method === 'GET') return { needed: state.admin === null, trial: true, demo: Boolean(flags.demo) };
  if (path === '/setup') {
    if (state.admin || body.token !== setupToken) throw new Problem(403, 'forbidden', 'the setup token is wrong, expired or void');
    if ([...body.password].length < 15) throw new Problem(422, 'invalid', 'the password is too short', [{ path: '/password', reason: 'use 15 characters or more' }]);
    state.admin = { name: body.name, email: body.email, password: body.password };
    signIn(response);
    return { ok: true };
  }
  if (path === '/session' && method === 'POST') {
    if (body.email !== state.admin?.email || body.password !== state.admin?.password) throw new Problem(401, 'unauthenticated', 'email and password do not fit');
    signIn(response);
    return { ok: true };
  }
  if (path === '/session') return void state.sessions.delete(cookie(request));
  if (path === '/csp-report') return void state.cspReports.push(body);
  if (path === '/me') {
    return { principal: { id: '1', name: state.admin.name, email: state.admin.email, roles: ['admin'], permissions: PERMISSIONS, method: 'password' }, csrf: state.sessions.get(cookie(request)).csrf,
      auth_disabled: false, trial: true, demo: Boolean(flags.demo), version: '0.1.0', public_url: 'https://localhost:8443' };
  }
  if (path === '/shell') return { ui: '/admin/ui/host/1/ui.js', pages: [...PAGES.map(page), ...ONBOARDING.map(onboardingPage)] };
  if (path === '/status') return statusDocument();
  if (/^\/status\/\w+\/restart$/.test(path)) return ((state.restarts += 1), emit('status', {}), {});
  if (path === '/plugins') {
    return { plugins: [{ id: 'nodes', title: 'Nodes', version: '0.1.0', state: 'running', origin: 'core', reason: null, last_crash: null, enabled: true, routes: 19, pages: 4 },
      { id: 'weather', title: 'Weather', version: '2.1.0', state: 'quarantined', origin: 'folder', reason: '5 crashes within 10 minutes', last_crash: { at: new Date(Date.now() - 400_000).toISOString(), what: 'SIGSEGV', call: 'GET /forecast' }, enabled: true, routes: 2, pages: 1 },
      { id: 'old', title: 'Old one', version: '0.9.0', state: 'refused', origin: 'folder', reason: 'built for plugin interface 0, this console offers 1: rebuild it', last_crash: null, enabled: true, routes: 0, pages: 0 }] };
  }
  if (/^\/plugins\/\w+\/release$/.test(path)) return {};
  if (path === '/audit') {
    const before = Number(url.searchParams.get('before') ?? 1e9);
    const rows = state.audit.filter((row) => Number(row.id) < before);
    return { records: rows.slice(0, 50), next: rows.length > 50 ? rows[49].id : null };
  }
  if (path.startsWith('/admins')) return admins(method, path, body);
  if (path.startsWith('/notify/')) return notify.handle(method, path.slice('/notify'.length), body, url);
  throw new Problem(404, 'not_found', `no such call: ${method} ${path}`);
}

const shown = ({ id, email, name, roles, created_at }) => ({ id, email, name, roles, disabled: false, created_at });
function admins(method, path, body) {
  const [, , id, action] = path.split('/');
  if (!id && method === 'GET') return { admins: [{ id: '1', email: state.admin.email, name: state.admin.name, roles: ['admin'], created_at: new Date(state.started - 8e9).toISOString() }, ...state.admins].map(shown) };
  if ((!id || action === 'password') && [...body.password].length < 15) throw new Problem(422, 'invalid', 'the password is too short', [{ path: 'password', reason: 'use 15 characters or more' }]);
  if (!id) {
    if ([state.admin, ...state.admins].some((other) => other.email === body.email)) throw new Problem(409, 'conflict', `an account with the address ${body.email} exists already`, [{ path: 'email', reason: 'there is an account with this address' }]);
    state.admins.push({ ...body, roles: [body.role], id: String(++nextId), created_at: new Date().toISOString() });
    return { admin: shown(state.admins.at(-1)) };
  }
  if (method === 'DELETE') {
    if (id === '1') throw new Problem(409, 'conflict', 'this is the last administrator; create another one first');
    state.admins.splice(state.admins.indexOf(one(state.admins, id, 'account')), 1);
    return undefined;
  }
  return { ok: true };
}

function nodes(method, path, body) {
  const [, area, id, action] = path.split('/').map(decodeURIComponent);
  if (state.headscale !== 'ready' && method !== 'GET') throw new Problem(503, 'unavailable', 'headscale is away; try again when it is back');
  if (area === 'nodes') {
    if (!id) return { nodes: fleet.nodes, revision: state.revision, asOf: new Date().toISOString(), stale: state.headscale !== 'ready' };
    if (id === 'register') return registerNode(body);
    const index = fleet.nodes.findIndex((node) => node.id === id);
    const node = one(fleet.nodes, id, 'node');
    if (method === 'GET') return { node };
    if (method === 'DELETE') {
      fleet.nodes.splice(index, 1);
      record('nodes.delete', node.givenName);
      return void changed([], [id]);
    }
    const next = { ...node, ...change(node, action, body) };
    next.subnetRoutes = next.approvedRoutes.filter((route) => next.availableRoutes.includes(route));
    fleet.nodes[index] = next;
    record(`nodes.${action}`, node.givenName);
    changed([next]);
    return { node: next };
  }
  if (area === 'users') {
    if (method === 'GET') return { users: fleet.users };
    if (!id) {
      if (fleet.users.some((user) => user.name === body.name)) throw new Problem(409, 'conflict', `a user named ${body.name} exists already; choose another name`);
      const user = makeUser(++nextId, body.name, body.displayName, body.email);
      user.createdAt = new Date().toISOString();
      fleet.users.push(user);
      emit('tailnet.users', { revision: state.revision });
      return { user };
    }
    const user = one(fleet.users, id, 'user');
    if (method === 'DELETE') {
      if (fleet.nodes.some((node) => node.user?.id === id)) throw new Problem(409, 'conflict', `user ${user.name} still has nodes; delete or move them first`);
      fleet.users.splice(fleet.users.indexOf(user), 1);
    } else user.name = body.name;
    return { user };
  }
  if (area === 'keys') {
    if (method === 'GET') return { preAuthKeys: fleet.keys };
    if (!id) {
      const key = `hskey-auth-${randomBytes(9).toString('base64url')}-${randomBytes(24).toString('base64url')}`;
      const made = { ...makeKey(++nextId, { ...body, user: fleet.users.find((user) => user.id === body.user) ?? null, hours: 0 }), expiration: body.expiration, createdAt: new Date().toISOString() };
      made.key = `${key.slice(0, 23)}***`;
      fleet.keys.push(made);
      emit('tailnet.keys', { revision: state.revision });
      return { preAuthKey: { ...made, key }, command: `tailscale up --login-server https://localhost:8443 --auth-key ${key}` };
    }
    const key = one(fleet.keys, id, 'key');
    if (method === 'DELETE') fleet.keys.splice(fleet.keys.indexOf(key), 1);
    else key.expiration = new Date().toISOString();
    return {};
  }
  if (area === 'api-keys') {
    if (method === 'GET') return { apiKeys: fleet.apiKeys };
    if (!id) {
      const key = `hskey-api-${randomBytes(32).toString('base64url')}`;
      fleet.apiKeys.push({ id: String(++nextId), prefix: `${key.slice(0, 16)}***`, expiration: body.expiration, createdAt: new Date().toISOString(), lastSeen: null });
      return { apiKey: key };
    }
    const key = fleet.apiKeys.find((item) => item.prefix === id) ?? one([], id, 'API key');
    if (method === 'DELETE') fleet.apiKeys.splice(fleet.apiKeys.indexOf(key), 1);
    else key.expiration = new Date().toISOString();
    return {};
  }
  throw new Problem(404, 'not_found', `no such call: ${method} ${path}`);
}

function change(node, action, body) {
  switch (action) {
    case 'rename': return { givenName: body.name };
    case 'expire': return { expiry: body.never ? null : (body.expiry ?? new Date().toISOString()) };
    case 'tags': return { tags: body.tags, user: fleet.tagged, expiry: null };
    case 'routes': return { approvedRoutes: body.routes };
    case 'exit-node': return { approvedRoutes: [...node.approvedRoutes.filter((route) => !['0.0.0.0/0', '::/0'].includes(route)), ...(body.enabled ? ['0.0.0.0/0', '::/0'] : [])] };
    default: throw new Problem(404, 'not_found', `no such action: ${action}`);
  }
}

function registerNode({ user, key, name = 'newcomer' }) {
  if (key !== undefined && !key.includes('hskey-authreq-')) throw new Problem(400, 'invalid', 'this is not a registration key');
  const node = makeNode(++nextId, { next: fleet.next, name, givenName: name, user: fleet.users.find((candidate) => candidate.name === user) ?? fleet.users[0] ?? null, online: true, hours: 0, method: 'REGISTER_METHOD_CLI' });
  node.ipAddresses = ['100.64.0.201', 'fd7a:115c:a1e0::c9'];
  fleet.nodes.push(node);
  changed([node]);
  return { node };
}

function mock(what, body) {
  if (what.startsWith('onboarding/')) return onboarding.control(what.slice('onboarding/'.length), body) ?? {};
  if (what.startsWith('notify/')) return notify.control(what.slice('notify/'.length), body) ?? {};
  if (what === 'join') return registerNode({ name: body.name });
  if (what === 'toggle') {
    const index = fleet.nodes.findIndex((node) => node.id === body.id);
    fleet.nodes[index] = { ...fleet.nodes[index], online: !fleet.nodes[index].online, lastSeen: new Date().toISOString() };
    changed([fleet.nodes[index]]);
  } else if (what === 'headscale') {
    state.headscale = body.state;
    emit('headscale.state', { state: body.state, since: new Date().toISOString() });
  } else if (what === 'streams') {
    state.streamsBlocked = body.blocked;
    if (body.blocked) for (const stream of state.streams) stream.destroy();
  } else if (what === 'expire-sessions') state.sessions.clear();
  else if (what === 'csp') return { reports: state.cspReports };
  return {};
}

function serveFile(request, response, base, path, immutable) {
  const file = normalize(join(base, path));
  if (!file.startsWith(base) || !existsSync(file) || !statSync(file).isFile()) return void response.writeHead(404).end();
  const br = /\bbr\b/.test(request.headers['accept-encoding'] ?? '') && existsSync(`${file}.br`);
  response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', 'Cache-Control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache', ...(br ? { 'Content-Encoding': 'br' } : {}) });
  createReadStream(br ? `${file}.br` : file).pipe(response);
}

async function handle(request, response) {
  const url = new URL(request.url, 'http://localhost');
  const path = url.pathname;
  response.setHeader('Content-Security-Policy', CSP);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  let text = '';
  for await (const chunk of request) text += chunk;
  const body = text && /json|csp/.test(request.headers['content-type'] ?? '') ? JSON.parse(text) : {};
  const method = request.method;
  if (path === '/') return void response.writeHead(302, { Location: '/admin/' }).end();
  if (path.startsWith('/mock/')) return void response.end(JSON.stringify(mock(path.slice(6), body)));
  if (path === '/admin/api/v1/events') {
    if (!state.sessions.has(cookie(request))) return void response.writeHead(401).end();
    if (state.streamsBlocked) return void response.writeHead(503).end();
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(': hello\n\n');
    state.streams.add(response);
    return void response.on('close', () => state.streams.delete(response));
  }
  if (path.startsWith('/admin/api/')) {
    try {
      const isCore = path.startsWith('/admin/api/v1/');
      const plugin = isCore ? '' : path.split('/')[4];
      const rest = isCore ? path.slice('/admin/api/v1'.length) : path.slice(`/admin/api/p/${plugin}`.length);
      if (!(isCore && isPublic(method, rest))) {
        const session = state.sessions.get(cookie(request));
        if (!session) throw new Problem(401, 'unauthenticated', 'sign in first');
        if (method !== 'GET' && request.headers['x-masthead-csrf'] !== session.csrf) throw new Problem(403, 'csrf', 'the request lacks the right X-Masthead-CSRF');
      }
      const answer = isCore ? core(request, response, method, rest, body, url) : plugin === 'onboarding' ? onboarding.handle(method, rest, body, url) : nodes(method, rest, body);
      if (answer === undefined) return void response.writeHead(204).end();
      if (Buffer.isBuffer(answer)) return void response.writeHead(200, { 'Content-Type': 'application/zip', 'Cache-Control': 'no-store' }).end(answer);
      response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(answer));
    } catch (error) {
      const status = error.status ?? 500;
      response.writeHead(status, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify({ type: 'about:blank', title: 'failed', status, detail: error.message, code: error.code ?? 'internal', request_id: 'mock', retryable: false, fields: error.fields ?? [] }));
    }
    return;
  }
  if (path.startsWith('/admin/ui/shell/')) return serveFile(request, response, join(root, 'web/dist/shell'), path.slice('/admin/ui/shell'.length), false);
  if (path.startsWith('/admin/ui/host/1/')) return serveFile(request, response, join(root, 'web/dist/host/1'), path.slice('/admin/ui/host/1'.length), false);
  for (const [plugin, digest] of Object.entries(digests)) {
    const base = `/admin/ui/p/${plugin}/${digest}`;
    if (path.startsWith(`${base}/`)) return serveFile(request, response, join(root, `plugins/${plugin}/web/dist`), path.slice(base.length), true);
  }
  if (path === '/admin' || path.startsWith('/admin/')) return serveFile(request, response, join(root, 'web/dist/shell'), '/index.html', false);
  response.writeHead(404).end();
}

if (!flags.fresh) for (const [action, object] of [['nodes.rename', 'atlas-nas-3'], ['keys.create', '5'], ['session.create', 'ada@example.org'], ['nodes.routes', 'harbor-pi-12']]) record(action, object, object === '5' ? 'failure' : 'success', object === '5' ? 'headscale refused: user not found' : '');
const server = createServer((request, response) => void handle(request, response).catch((error) => response.destroy(error)));
server.listen(Number(flags.port), '127.0.0.1', () => console.log(JSON.stringify({ url: `http://localhost:${server.address().port}`, setup_token: setupToken, email: state.admin?.email, password: state.admin?.password })));
if (!flags.quiet && !flags.fresh) {
  setInterval(() => {
    const index = Math.floor(Math.random() * fleet.nodes.length);
    const node = fleet.nodes[index];
    if (!node) return;
    fleet.nodes[index] = { ...node, online: !node.online, lastSeen: new Date().toISOString() };
    changed([fleet.nodes[index]]);
  }, 1500).unref();
}
process.on('SIGTERM', () => process.exit(0));
