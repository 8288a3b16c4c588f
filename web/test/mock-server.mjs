// A small stand-in for the console's interface, for working on the pages without the rest: an invented fleet that comes and goes, served under the
// console's own content security policy. `node test/mock-server.mjs [--port N] [--nodes N] [--fresh] [--demo] [--quiet] [--step-up MS] [--second-factor]`; `--fresh` begins at set-up
// with an empty network. Control for tests: POST /mock/<what>.
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeFleet, makeKey, makeNode, makeUser } from './fleet.mjs';
import { CSP as BASE_CSP, TYPES } from './serving.mjs';
import { start as startAudit } from './mock-audit.mjs';
import { PERMISSIONS as CATALOGUE, start as startAuth } from './mock-auth.mjs';
import { openapi } from './mock-openapi.mjs';
import { start as startNotify } from './mock-notify.mjs';
import { start as startOnboarding } from './mock-onboarding.mjs';

const { values: flags } = parseArgs({ options: { port: { type: 'string', default: '0' }, nodes: { type: 'string', default: '60' }, fresh: { type: 'boolean' }, demo: { type: 'boolean' }, undo: { type: 'string', default: '10000' }, quiet: { type: 'boolean' }, 'step-up': { type: 'string', default: '300000' }, 'second-factor': { type: 'boolean' } } });
const root = resolve(import.meta.dirname, '../..');
const CSP = `${BASE_CSP}; report-uri /admin/api/v1/csp-report`;
function digestOf(plugin) {
  const file = join(root, `plugins/${plugin}/web/dist/${plugin}.js`);
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16) : 'none';
}
const digests = { nodes: digestOf('nodes'), onboarding: digestOf('onboarding') };
const PAGES = [['nodes', '/nodes', 'Nodes', 'monitor-smartphone', 'network', 10], ['routes', '/routes', 'Routes and exit nodes', 'waypoints', 'network', 20], ['users', '/users', 'Users', 'users', 'access', 10], ['keys', '/keys', 'Pre-auth keys', 'key-round', 'access', 20], ['apikeys', '/api-keys', 'API keys', 'key-square', 'access', 30]];
const PERMISSIONS = CATALOGUE.map((permission) => permission.id);
const ONBOARDING = [['requests', '/requests', 'Device requests', 'inbox', 'access', 40, 'onboarding.view', 'counts'], ['registrations', '/registrations', 'Pending registrations', 'smartphone', 'access', 50, 'onboarding.view', 'counts#registrations'],
  ['settings', '/settings', 'Onboarding', 'settings', 'system', 60, 'onboarding.configure', null]];

const fleet = makeFleet(flags.fresh ? 0 : Number(flags.nodes));
if (flags.fresh) fleet.users.length = fleet.keys.length = fleet.apiKeys.length = 0;
const state = { revision: 1, headscale: 'ready', cspReports: [], streams: new Set(), streamsBlocked: false, started: Date.now(), restarts: 0 };
const setupToken = process.env.MASTHEAD_E2E_SETUP_TOKEN ?? 'setup-token-for-tests';
let nextId = 1000;

function emit(type, data) {
  for (const stream of state.streams) stream.write(`event: ${type}\nid: ${state.revision}\ndata: ${JSON.stringify(data)}\n\n`);
}
function changed(upserted = [], removed = []) {
  state.revision += 1;
  emit('tailnet.nodes', { revision: state.revision, upserted, removed });
}
const audit = startAudit({ emit: (type, data) => emit(type, data), fresh: flags.fresh, admin: () => auth.accounts[0] });
const record = audit.record;
class Problem extends Error {
  constructor(status, code, detail, fields = []) {
    super(detail);
    Object.assign(this, { status, code, fields });
  }
}
const COOKIE = 'Path=/; HttpOnly; SameSite=Lax';
const auth = startAuth({ Problem, record: (...args) => record(...args), fresh: flags.fresh, stepUpMs: Number(flags['step-up']), requireSecond: Boolean(flags['second-factor']),
  setCookie: (response, id) => response.setHeader('Set-Cookie', `masthead-mock=${id}; ${COOKIE}`), dropCookie: (response) => response.setHeader('Set-Cookie', `masthead-mock=; Max-Age=0; ${COOKIE}`) });
const notify = startNotify({ emit: (type, data) => emit(type, data), Problem, fresh: flags.fresh });
const onboarding = startOnboarding({ fleet, emit: (type, data) => emit(type, data), Problem, record: (...args) => record(...args), makeUser, makeNode, nodesChanged: (node) => changed([node]), fresh: flags.fresh, undoMs: Number(flags.undo) });
const one = (list, id, what) => list.find((item) => item.id === id) ?? (() => { throw new Problem(404, 'not_found', `${what} ${id} does not exist; it may have been deleted`); })();
const isPublic = (method, path) => path === '/setup' || path === '/csp-report';
const page = ([id, path, title, icon, section, order]) => ({ plugin: 'nodes', id: `nodes.${id}`, path, title, icon, section, order, element: `nodes-${id}-page`, module: `/admin/ui/p/nodes/${digests.nodes}/nodes.js`, style: `/admin/ui/p/nodes/${digests.nodes}/nodes.css`, permission: ['nodes', 'routes'].includes(id) ? 'nodes.read' : `nodes.${id}.read` });
const onboardingPage = ([id, path, title, icon, section, order, permission, badge]) => ({ plugin: 'onboarding', id, path, title, icon, section, order, element: `onboarding-${id}-page`, module: `/admin/ui/p/onboarding/${digests.onboarding}/onboarding.js`, style: null, permission, badge });

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
  if (path === '/setup' && method === 'GET') return { needed: auth.accounts.length === 0, trial: true, demo: Boolean(flags.demo) };
  if (path === '/setup') {
    if (auth.accounts.length > 0 || body.token !== setupToken) throw new Problem(403, 'forbidden', 'the setup token is wrong, expired or void');
    if ([...body.password].length < 15) throw new Problem(422, 'invalid', 'the password is too short', [{ path: '/password', reason: 'use 15 characters or more' }]);
    auth.signIn(request, response, auth.make({ name: body.name, email: body.email, password: body.password }));
    return { next: 'done' };
  }
  if (path === '/csp-report') return void state.cspReports.push(body);
  if (path === '/me') return { ...auth.me(auth.current(request)), auth_disabled: false, trial: true, demo: Boolean(flags.demo), version: '0.1.0', public_url: 'https://localhost:8443' };
  if (path === '/shell') return { ui: '/admin/ui/host/1/ui.js', pages: [...PAGES.map(page), ...ONBOARDING.map(onboardingPage)] };
  if (path === '/status') return statusDocument();
  if (/^\/status\/\w+\/restart$/.test(path)) return ((state.restarts += 1), emit('status', {}), {});
  if (path === '/plugins') {
    return { plugins: [{ id: 'nodes', title: 'Nodes', version: '0.1.0', state: 'running', origin: 'core', reason: null, last_crash: null, enabled: true, routes: 19, pages: 4 },
      { id: 'weather', title: 'Weather', version: '2.1.0', state: 'quarantined', origin: 'folder', reason: '5 crashes within 10 minutes', last_crash: { at: new Date(Date.now() - 400_000).toISOString(), what: 'SIGSEGV', call: 'GET /forecast' }, enabled: true, routes: 2, pages: 1 },
      { id: 'old', title: 'Old one', version: '0.9.0', state: 'refused', origin: 'folder', reason: 'built for plugin interface 0, this console offers 1: rebuild it', last_crash: null, enabled: true, routes: 0, pages: 0 }] };
  }
  if (/^\/plugins\/\w+\/release$/.test(path)) return {};
  if (path === '/audit' || path.startsWith('/audit/')) {
    const answer = audit.handle(method, path.slice('/audit'.length), url.searchParams);
    if (answer) return answer;
  }
  if (path.startsWith('/notify/')) return notify.handle(method, path.slice('/notify'.length), body, url);
  throw new Problem(404, 'not_found', `no such call: ${method} ${path}`);
}

function nodes(method, path, body) {
  const [, area, id, action] = path.split('/').map(decodeURIComponent);
  if (state.headscale !== 'ready' && method !== 'GET') throw new Problem(503, 'unavailable', 'headscale is away; try again when it is back');
  if (area === 'summary') return summary();
  if (area === 'history') return { samples: history() };
  if (area === 'nodes' && action === 'history') return { changes: Array.from({ length: 9 }, (_, i) => ({ at: Math.floor(Date.now() / 1000) - (9 - i) * 61_000, online: i % 2 === (one(fleet.nodes, id, 'node').online ? 0 : 1) })), keptDays: 30 };
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

function summary() {
  const first = (list) => list.slice(0, 5).map(({ id, givenName, name, online, createdAt, expiry }) => ({ id, givenName, name, online, createdAt, expiry }));
  const left = (node) => (node.expiry ? Date.parse(node.expiry) - Date.now() : Infinity);
  const missing = (node) => node.availableRoutes.filter((route) => !node.approvedRoutes.includes(route)).length;
  const soon = fleet.nodes.filter((node) => left(node) > 0 && left(node) < 14 * 86_400_000).sort((a, b) => left(a) - left(b));
  const waiting = fleet.nodes.filter((node) => missing(node) > 0);
  return { total: fleet.nodes.length, expired: fleet.nodes.filter((node) => left(node) <= 0).length, expiring: { count: soon.length, nodes: first(soon) }, routesWaiting: { count: waiting.reduce((sum, node) => sum + missing(node), 0), nodes: first(waiting) },
    exitNodes: fleet.nodes.filter((node) => node.approvedRoutes.includes('0.0.0.0/0')).length, recent: first([...fleet.nodes].sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))) };
}
function history() {
  const online = fleet.nodes.filter((node) => node.online).length;
  return flags.fresh ? [] : Array.from({ length: 168 }, (_, i) => ({ at: Math.floor(Date.now() / 1000) - (168 - i) * 3600, online: Math.max(0, Math.round(online * (0.8 + 0.2 * Math.sin(i / 3.8)) - (i % 11 === 0 ? 3 : 0))), total: fleet.nodes.length }));
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
  if (what === 'audit/break') return audit.breakAt(body.seq) ?? {};
  if (what === 'audit/record') return record(body.action, body.object, body.outcome) ?? {};
  if (what.startsWith('onboarding/')) return onboarding.control(what.slice('onboarding/'.length), body) ?? {};
  if (what.startsWith('notify/')) return notify.control(what.slice('notify/'.length), body) ?? {};
  if (what.startsWith('auth/')) return auth.control(what.slice('auth/'.length), body) ?? {};
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
  } else if (what === 'expire-sessions') auth.sessions.clear();
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
    if (auth.current(request)?.stage !== 'full') return void response.writeHead(401).end();
    if (state.streamsBlocked) return void response.writeHead(503).end();
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(': hello\n\n');
    state.streams.add(response);
    return void response.on('close', () => state.streams.delete(response));
  }
  if (path === '/admin/api/openapi.json') return void response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(openapi(CATALOGUE)));
  if (path === '/mock-provider') return void response.writeHead(302, { Location: url.searchParams.get('return_to') }).end();
  if (path.startsWith('/admin/api/')) {
    try {
      const isCore = path.startsWith('/admin/api/v1/');
      const plugin = isCore ? '' : path.split('/')[4];
      const rest = isCore ? path.slice('/admin/api/v1'.length) : path.slice(`/admin/api/p/${plugin}`.length);
      let answer = isCore ? auth.publicCalls(request, response, method, rest, body) : null;
      if (answer === null && !(isCore && isPublic(method, rest))) {
        const session = auth.current(request);
        if (!session) throw new Problem(401, 'unauthenticated', 'sign in first');
        if (method !== 'GET' && request.headers['x-masthead-csrf'] !== session.csrf) throw new Problem(403, 'csrf', 'the request lacks the right X-Masthead-CSRF');
        if (isCore && rest !== '/me') answer = auth.handle(request, response, session, method, rest, body, url);
      }
      if (isCore && rest === '/audit/export') {
        const file = audit.file(url.searchParams);
        return void response.writeHead(200, { 'Content-Type': file.type, 'Content-Disposition': `attachment; filename="audit.${url.searchParams.get('format')}"` }).end(file.text);
      }
      if (answer === null) answer = isCore ? core(request, response, method, rest, body, url) : plugin === 'onboarding' ? onboarding.handle(method, rest, body, url) : nodes(method, rest, body);
      if (answer === undefined) return void response.writeHead(204).end();
      if (Buffer.isBuffer(answer)) return void response.writeHead(200, { 'Content-Type': 'application/zip', 'Cache-Control': 'no-store' }).end(answer);
      response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(answer));
    } catch (error) {
      const status = error.status ?? 500;
      response.writeHead(status, { 'Content-Type': 'application/problem+json', ...(error.retryAfter ? { 'Retry-After': String(error.retryAfter) } : {}) }).end(JSON.stringify({ type: 'about:blank', title: 'failed', status, detail: error.message, code: error.code ?? 'internal', request_id: 'mock', retryable: false, fields: error.fields ?? [], ...(error.methods ? { methods: error.methods } : {}) }));
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

const server = createServer((request, response) => void handle(request, response).catch((error) => response.destroy(error)));
server.listen(Number(flags.port), '127.0.0.1', () => {
  globalThis.mockUrl = `http://localhost:${server.address().port}`;
  console.log(JSON.stringify({ url: globalThis.mockUrl, setup_token: setupToken, email: auth.accounts[0]?.email, password: auth.accounts[0]?.password }));
});
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
