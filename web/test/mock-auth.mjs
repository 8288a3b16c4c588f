// Signing in, accounts, roles, tokens and providers for the mock console: enough of the real behaviour to work on the pages and to try their failures.
// Passwords are compared as they are, authenticator codes are real ones (RFC 6238), passkeys are taken on trust. Nothing here guards anything.
import { createHmac, randomBytes } from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ago = (ms) => new Date(Date.now() - ms).toISOString();
const DAY = 86_400_000;

/** The six digits of a base32 secret at a time. */
export function totpCode(secret, at = Date.now()) {
  let bits = '';
  for (const letter of secret.replace(/[\s=]/g, '')) bits += BASE32.indexOf(letter.toUpperCase()).toString(2).padStart(5, '0');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

const makeSecret = () => [...randomBytes(32)].map((byte) => BASE32[byte & 31]).join('');
const makeCodes = () => Array.from({ length: 10 }, () => randomBytes(5).toString('hex').toUpperCase().replace(/(.{5})/, '$1-'));
const SQUARES = Array.from({ length: 29 * 29 }, (_, i) => ((i * 7919) % 13 < 6 ? `<rect x="${i % 29}" y="${Math.floor(i / 29)}" width="1" height="1"/>` : '')).join('');
const QR = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 33 33" shape-rendering="crispEdges"><rect x="-2" y="-2" width="33" height="33" fill="#fff"/>${SQUARES}</svg>`;

export const PERMISSIONS = [
  ['core.status.read', 'See the state', 'Processes, headscale, counts of the tailnet', 'low'], ['core.supervisor.control', 'Restart processes', 'Restart headscale, edge or the console', 'medium'],
  ['core.plugins.read', 'See plugins', 'State, version and last crash of each plugin', 'low'], ['core.plugins.manage', 'Manage plugins', 'Release a plugin from quarantine', 'medium'],
  ['core.audit.read', 'Read the audit log', 'Who did what, when, from where', 'medium'], ['core.admins.read', 'See accounts', 'Names, addresses and roles', 'low'],
  ['core.admins.manage', 'Manage accounts', 'Invite, change, disable and delete accounts', 'critical'], ['core.roles.read', 'See roles', 'Roles and all permissions', 'low'],
  ['core.roles.manage', 'Manage roles', 'Create, change and delete roles', 'critical'], ['core.tokens.manage', 'Manage all tokens', 'See and revoke the tokens of others', 'high'],
  ['core.sso.read', 'See single sign-on', 'Providers and mappings, without secrets', 'low'], ['core.sso.manage', 'Manage single sign-on', 'Providers, their secrets and which groups get which role', 'critical'],
  ['core.notify.read', 'See notification settings', 'Channels, rules and deliveries, without secrets', 'medium'], ['core.notify.manage', 'Manage notifications', 'Where notifications go, and their secrets', 'high'],
  ['nodes.read', 'See nodes', 'See the nodes of the tailnet', 'low'], ['nodes.write', 'Change nodes', 'Rename, expire, tag and register nodes, approve routes and exit nodes', 'medium'],
  ['nodes.delete', 'Delete nodes', 'Remove nodes from the tailnet', 'high'], ['nodes.users.read', 'See users', 'See the users of the tailnet', 'low'],
  ['nodes.users.write', 'Change users', 'Create, rename and delete users of the tailnet', 'high'], ['nodes.keys.read', 'See pre-auth keys', 'See pre-auth keys, masked', 'low'],
  ['nodes.keys.write', 'Change pre-auth keys', 'Create, expire and delete pre-auth keys; who has a key can join the tailnet', 'high'], ['nodes.apikeys.read', 'See API keys', "See headscale's API keys, masked", 'low'],
  ['nodes.apikeys.write', 'Change API keys', "Create, expire and delete headscale's API keys; who has one controls headscale", 'critical'],
  ['onboarding.view', 'See device requests', 'See who asked for access, from where, and what became of it', 'low'], ['onboarding.decide', 'Decide device requests', 'Approve and reject devices; who is approved joins the tailnet', 'high'],
  ['onboarding.reveal-key', 'See keys of requests', 'See and print the keys of approved requests, for handing them over in person', 'high'], ['onboarding.configure', 'Configure onboarding', 'Open and close the request form, change its fields, limits and defaults', 'high'],
].map(([id, title, description, risk]) => ({ id, title, description, risk, owner: id.split('.')[0], group: /audit/.test(id) ? 'Audit' : /core\.(admins|roles|tokens|sso)/.test(id) ? 'People' : /notify/.test(id) ? 'Notifications' : id.startsWith('core') ? 'Host' : id.split('.')[0], used_by: [`GET /admin/api/v1/${id.split('.')[1]}`] }));
const ALL = PERMISSIONS.map((permission) => permission.id);
const VIEWER = ['core.status.read', 'nodes.read', 'nodes.users.read', 'nodes.keys.read', 'onboarding.view'];
const OPERATOR = ALL.filter((id) => id === 'core.status.read' || id.startsWith('nodes.') || (id.startsWith('onboarding.') && id !== 'onboarding.configure'));

/** `context`: Problem, emit, record, setCookie(response, id), dropCookie(response), url(). */
export function start({ Problem, record, setCookie, dropCookie, fresh, stepUpMs, requireSecond }) {
  let next = 100;
  const id = () => String((next += 1));
  const accounts = [];
  const sessions = new Map();
  const links = new Map();
  const wrong = new Map();
  const policy = { require_second_factor: requireSecond };
  const roles = [
    { id: 'viewer', title: 'Viewer', description: 'Sees, changes nothing', builtin: true, permissions: VIEWER, revision: 1 }, { id: 'operator', title: 'Operator', description: 'The tailnet', builtin: true, permissions: OPERATOR, revision: 1 },
    { id: 'admin', title: 'Administrator', description: 'Everything', builtin: true, permissions: ALL, revision: 1 },
    ...(fresh ? [] : [{ id: 'help-desk', title: 'Help desk', description: 'Lets new devices in, looks at the rest', builtin: false, permissions: [...VIEWER, 'onboarding.decide', 'onboarding.reveal-key', 'nodes.keys.write'], revision: 3 }])];
  let tokens = [];
  let providers = fresh ? [] : [
    { id: 'keycloak', title: 'Example Org', issuer: 'https://id.example.org/realms/main', client_id: 'masthead', scopes: ['openid', 'profile', 'email', 'groups'], group_claim: 'groups', mappings: [{ group: '/network/admins', role: 'admin' }, { group: '/helpdesk', role: 'help-desk' }], locked: true, enabled: true, secret_set: true, revision: 1, state: { reachable: true, checked_at: ago(40_000), error: null } },
    { id: 'partner', title: 'Partner <b>GmbH</b>', issuer: 'https://login.partner.example', client_id: 'c-8813', scopes: ['openid', 'email'], group_claim: 'roles', mappings: [], locked: false, enabled: false, secret_set: false, revision: 4, state: { reachable: false, checked_at: ago(90_000), error: 'login.partner.example: the certificate is not valid for this name' } }];

  function make(extra) {
    const account = { id: id(), name: '', email: '', roles: ['admin'], disabled: false, origin: 'local', password: null, passwordAt: ago(40 * DAY), totp: null, pending: null, codes: [], passkeys: [], language: null, theme: null, created_at: new Date().toISOString(), last_sign_in: null, revision: 1, locked: false, ...extra };
    accounts.push(account);
    return account;
  }
  if (!fresh) {
    make({ id: '1', name: 'Ada Lovelace', email: 'ada@example.org', password: 'correct horse battery staple', created_at: ago(92 * DAY), last_sign_in: ago(3_000_000) });
    make({ id: '2', name: 'Op Erator', email: 'op@example.org', roles: ['operator'], password: 'the lamp on the second mast', totp: { secret: makeSecret(), created_at: ago(9 * DAY) }, passkeys: [{ id: 'b', name: 'YubiKey', created_at: ago(9 * DAY), last_used: ago(DAY), backed_up: false, locked: false }], codes: makeCodes(), created_at: ago(10 * DAY), last_sign_in: ago(4e6) });
    make({ id: '3', name: '<i>Eve</i>\u202e', email: 'eve@example.org', roles: ['help-desk', 'viewer'], password: 'nobody guesses this one', locked: true, created_at: ago(3e8), last_sign_in: ago(2e8) });
    make({ id: '4', name: 'Grace Hopper', email: 'grace@example.org', roles: ['viewer'], created_at: ago(7e6) });
    make({ id: '5', name: 'Karl Example-Organisation', email: 'karl.with.a.very.long.address.indeed@subdomain.example.org', roles: ['help-desk'], origin: 'sso', created_at: ago(50 * DAY), last_sign_in: ago(6e5) });
    make({ id: '6', name: 'Old Hand', email: 'old@example.org', roles: ['operator'], password: 'gone but not forgotten yet', disabled: true, created_at: ago(400 * DAY), last_sign_in: ago(100 * DAY) });
    tokens = [{ id: 'aB3dE6gH', name: 'Backup of the node list', owner: 'ada@example.org', scopes: ['nodes.read', 'nodes.users.read'], cidrs: ['192.0.2.0/24'], created_at: ago(20 * DAY), expires_at: ago(-3 * DAY), last_used: ago(3_600_000), last_client: '192.0.2.14' },
      { id: 'zY9xW8vU', name: 'Old dashboard', owner: 'ada@example.org', scopes: ['core.status.read'], cidrs: [], created_at: ago(120 * DAY), expires_at: ago(30 * DAY), last_used: null, last_client: null },
      { id: 'qQ1wW2eE', name: 'Ticket system', owner: 'op@example.org', scopes: ['onboarding.view', 'onboarding.decide'], cidrs: [], created_at: ago(2 * DAY), expires_at: ago(-88 * DAY), last_used: ago(50_000), last_client: '2001:db8::5' }];
  }
  const UA = ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'];
  if (!fresh) UA.forEach((agent, index) => sessions.set(`invented-${index}`, { id: `invented-${index}`, handle: `h${index}`, account: accounts[0], stage: 'full', method: index ? 'password' : 'passkey', client: index ? '2001:db8:17::4:a1' : '198.51.100.23', user_agent: agent, created_at: ago((index + 1) * 3e7), last_seen: ago((index + 1) * 4e6), csrf: 'x', fresh: 0 }));

  const hasSecond = (account) => Boolean(account.totp) || account.passkeys.some((passkey) => !passkey.locked);
  const permissionsOf = (account) => [...new Set(account.roles.flatMap((role) => roles.find((entry) => entry.id === role)?.permissions ?? []))];
  const methodsOf = (account) => [...(account.totp ? ['totp'] : []), ...(account.passkeys.length ? ['passkey'] : []), ...(account.origin === 'sso' ? ['sso:keycloak'] : []), ...(hasSecond(account) ? [] : ['password'])];
  const bad = (detail, fields = []) => new Problem(422, 'invalid', detail, fields);
  const find = (list, wanted, what) => list.find((entry) => entry.id === wanted) ?? (() => { throw new Problem(404, 'not_found', `${what} ${wanted} does not exist`); })();

  function open(request, response, account, stage, method) {
    const old = current(request);
    if (old) sessions.delete(old.id);
    const session = { id: randomBytes(16).toString('hex'), handle: randomBytes(6).toString('hex'), account, stage, method, client: '192.0.2.7', user_agent: request.headers['user-agent'] ?? '', created_at: new Date().toISOString(), last_seen: new Date().toISOString(), csrf: randomBytes(16).toString('hex'), fresh: stage === 'full' ? Date.now() + stepUpMs : 0, wrong: 0 };
    sessions.set(session.id, session);
    setCookie(response, session.id);
    if (stage === 'full') account.last_sign_in = new Date().toISOString();
    return session;
  }
  const current = (request) => sessions.get(/masthead-mock=([^;]+)/.exec(request.headers.cookie ?? '')?.[1]);
  /** After every factor that was right: on to the next step. */
  function go(request, response, account, method, second) {
    if (!second && hasSecond(account)) {
      open(request, response, account, 'half', method);
      return { next: 'second_factor', methods: [...methodsOf(account), ...(account.codes.length ? ['recovery'] : [])] };
    }
    if (!second && policy.require_second_factor && account.origin === 'local') return (open(request, response, account, 'enrol', method), { next: 'enrol' });
    open(request, response, account, 'full', method);
    return { next: 'done' };
  }
  function throttle(key) {
    const entry = wrong.get(key) ?? { count: 0, until: 0 };
    wrong.set(key, entry);
    if (entry.until > Date.now()) throw Object.assign(new Problem(429, 'too_many_tries', 'Too many tries. Wait a little and try again.'), { retryAfter: Math.ceil((entry.until - Date.now()) / 1000) });
    return { failed: () => { entry.count += 1; if (entry.count >= 5) Object.assign(entry, { count: 0, until: Date.now() + 4000 }); }, succeeded: () => wrong.delete(key) };
  }
  function checkPassword(password, account, path) {
    const text = String(password ?? '');
    if ([...text].length < 15) throw bad('the password is too short', [{ path, reason: 'Use 15 characters or more.' }]);
    if (/password/i.test(text)) throw bad('the password is known to attackers', [{ path, reason: 'This password stands in lists of leaked ones. Choose another.' }]);
  }
  function checkCode(account, code) {
    if (!account.totp || ![0, -30_000, 30_000].some((shift) => totpCode(account.totp.secret, Date.now() + shift) === code) || account.totp.used === code) return false;
    account.totp.used = code;
    return true;
  }
  const link = (kind, account) => {
    for (const [token, entry] of links) if (entry.account === account) links.delete(token);
    const token = randomBytes(24).toString('base64url');
    links.set(token, { kind, account, expires_at: ago(kind === 'invite' ? -DAY : -900_000) });
    return { link: `${globalThis.mockUrl ?? ''}/admin/link#${token}`, expires_at: links.get(token).expires_at };
  };
  const shownAdmin = (account) => ({ id: account.id, email: account.email, name: account.name, roles: account.roles, disabled: account.disabled, origin: account.origin, created_at: account.created_at, last_sign_in: account.last_sign_in, invited: account.origin === 'local' && account.password === null && account.passkeys.length === 0, factors: { password: account.password !== null, totp: Boolean(account.totp), passkeys: account.passkeys.length }, password_locked: account.locked, revision: account.revision });
  const shownRole = (role) => ({ ...role, accounts: accounts.filter((account) => account.roles.includes(role.id)).length });
  const codesWhenNone = (account) => (account.codes.length ? {} : { recovery_codes: (account.codes = makeCodes()) });
  const options = (extra) => ({ ceremony: randomBytes(12).toString('hex'), publicKey: { challenge: randomBytes(32).toString('base64url'), timeout: 60_000, ...extra } });
  const match = (request, entry) => {
    const tag = request.headers['if-match'];
    if (tag && tag !== `"${entry.revision}"`) throw new Problem(412, 'precondition_failed', 'it was changed meanwhile');
  };

  function publicCalls(request, response, method, path, body) {
    const call = `${method} ${path}`;
    if (call === 'GET /session/methods') return { password: true, passkeys: true, providers: providers.filter((entry) => entry.enabled).map(({ id: name, title }) => ({ id: name, title })) };
    if (call === 'POST /session') {
      const gate = throttle(String(body.email));
      const account = accounts.find((entry) => entry.email === body.email);
      if (!account || account.password === null || account.password !== body.password || account.disabled) {
        gate.failed();
        throw new Problem(401, 'wrong_credentials', 'email and password do not fit');
      }
      gate.succeeded();
      return go(request, response, account, 'password', false);
    }
    if (call === 'POST /session/passkey/options') return options({ rpId: 'localhost', userVerification: 'required', allowCredentials: (current(request)?.account.passkeys ?? []).map((passkey) => ({ id: passkey.id, type: 'public-key' })) });
    if (call === 'POST /session/passkey') {
      const account = accounts.find((entry) => entry.passkeys.some((passkey) => passkey.id === body.credential?.id && !passkey.locked));
      if (!account) throw new Problem(401, 'wrong_credentials', 'no such passkey');
      account.passkeys.find((passkey) => passkey.id === body.credential.id).last_used = new Date().toISOString();
      return go(request, response, account, 'passkey', true);
    }
    if (/^POST \/sso\/[\w-]+\/start$/.test(call)) return { url: `${globalThis.mockUrl ?? 'http://localhost'}/mock-provider?${new URLSearchParams({ return_to: body.return_to ?? '/admin/', purpose: body.purpose ?? 'sign_in' })}` };
    if (call === 'POST /links/look' || call === 'POST /links/accept') {
      const entry = links.get(body.token);
      if (!entry) throw new Problem(404, 'not_found', 'the link is unknown, used or has expired');
      if (path === '/links/look') return { kind: entry.kind, email: entry.account.email, name: entry.account.name, expires_at: entry.expires_at };
      checkPassword(body.password, entry.account, 'password');
      links.delete(body.token);
      Object.assign(entry.account, { password: body.password, passwordAt: new Date().toISOString(), locked: false });
      if (entry.kind === 'reset') {
        for (const [key, session] of sessions) if (session.account === entry.account) sessions.delete(key);
        return { next: 'sign_in' };
      }
      return go(request, response, entry.account, 'password', false);
    }
    return null;
  }

  function stepUp(session) {
    if (session.fresh < Date.now()) throw Object.assign(new Problem(403, 'step_up_required', 'Confirm that it is you.'), { methods: methodsOf(session.account) });
  }
  function fresh_(request, response, session) {
    const renewed = open(request, response, session.account, 'full', session.method);
    return { step_up_until: new Date(renewed.fresh).toISOString() };
  }

  function half(request, response, session, method, path, body) {
    const account = session.account;
    const call = `${method} ${path}`;
    if (call === 'DELETE /session') return (sessions.delete(session.id), dropCookie(response), undefined);
    if (call === 'POST /session/totp' || call === 'POST /session/recovery') {
      const spare = account.codes.findIndex((code) => code.replace('-', '') === String(body.code).replace(/[\s-]/g, '').toUpperCase());
      if (path === '/session/totp' ? !checkCode(account, body.code) : spare < 0) {
        session.wrong += 1;
        if (session.wrong >= 5) sessions.delete(session.id);
        throw session.wrong >= 5 ? new Problem(401, 'unauthenticated', 'Too many wrong tries: sign in again.') : new Problem(400, 'invalid_argument', 'That is not right. Try again.');
      }
      if (path === '/session/recovery') {
        account.codes.splice(spare, 1);
        open(request, response, account, 'enrol', `${session.method}+recovery`);
        return { next: 'enrol', recovery_left: account.codes.length };
      }
      return go(request, response, account, `${session.method}+totp`, true);
    }
    return null;
  }

  function enrol(request, response, session, method, path, body) {
    const account = session.account;
    const call = `${method} ${path}`;
    const done = (extra) => ({ ...(session.stage === 'enrol' ? go(request, response, account, session.method, true) : { next: 'done' }), ...extra });
    if (call === 'POST /me/totp') {
      if (session.stage === 'full') stepUp(session);
      account.pending = makeSecret();
      return { secret: account.pending, uri: `otpauth://totp/Masthead:${encodeURIComponent(account.email)}?secret=${account.pending}&issuer=Masthead`, qr_svg: QR };
    }
    if (call === 'POST /me/totp/confirm') {
      if (!account.pending || ![0, -30_000, 30_000].some((shift) => totpCode(account.pending, Date.now() + shift) === body.code)) throw bad('the code does not fit', [{ path: 'code', reason: 'The code does not fit.' }]);
      Object.assign(account, { totp: { secret: account.pending, created_at: new Date().toISOString() }, pending: null });
      return done(codesWhenNone(account));
    }
    if (call === 'POST /me/passkeys/options') {
      if (session.stage === 'full') stepUp(session);
      return options({ rp: { id: 'localhost', name: 'Masthead' }, user: { id: Buffer.from(account.id).toString('base64url'), name: account.email, displayName: account.name }, pubKeyCredParams: [{ type: 'public-key', alg: -7 }, { type: 'public-key', alg: -257 }], authenticatorSelection: { residentKey: 'required', userVerification: 'required' }, excludeCredentials: account.passkeys.filter((passkey) => passkey.id.length > 4).map((passkey) => ({ id: passkey.id, type: 'public-key' })) });
    }
    if (call === 'POST /me/passkeys') {
      const passkey = { id: body.credential.id, name: body.name, created_at: new Date().toISOString(), last_used: null, backed_up: false, locked: false };
      account.passkeys.push(passkey);
      return done({ passkey, ...codesWhenNone(account) });
    }
    return null;
  }

  function me(request, response, session, method, path, body) {
    const account = session.account;
    const call = `${method} ${path}`;
    if (call === 'GET /me/account') {
      return { account: { id: account.id, email: account.email, name: account.name, language: account.language, theme: account.theme, origin: account.origin, created_at: account.created_at, last_sign_in: account.last_sign_in },
        factors: { password: account.password ? { changed_at: account.passwordAt } : null, totp: account.totp ? { created_at: account.totp.created_at } : null, recovery_left: account.codes.length ? account.codes.length : null, passkeys: account.passkeys },
        sessions: [...sessions.values()].filter((entry) => entry.account === account && entry.stage === 'full').map((entry) => ({ handle: entry.handle, current: entry === session, method: entry.method, client: entry.client, user_agent: entry.user_agent, created_at: entry.created_at, last_seen: entry.last_seen })), policy };
    }
    if (call === 'PATCH /me/account') return (Object.assign(account, Object.fromEntries(Object.entries(body).filter(([key]) => ['name', 'language', 'theme'].includes(key)))), {});
    if (call === 'POST /me/step-up') {
      const gate = throttle(`step-${account.id}`);
      if (hasSecond(account) ? !checkCode(account, body.code) : body.password !== account.password) {
        gate.failed();
        throw new Problem(400, 'invalid_argument', 'That is not right. Try again.');
      }
      return fresh_(request, response, session);
    }
    if (call === 'POST /me/step-up/passkey/options') return options({ rpId: 'localhost', userVerification: 'required', allowCredentials: account.passkeys.map((passkey) => ({ id: passkey.id, type: 'public-key' })) });
    if (call === 'POST /me/step-up/passkey') return fresh_(request, response, session);
    if (call === 'POST /me/password') {
      stepUp(session);
      if (body.current !== account.password) throw bad('the current password is wrong', [{ path: 'current', reason: 'This is not the current password.' }]);
      checkPassword(body.new, account, 'new');
      Object.assign(account, { password: body.new, passwordAt: new Date().toISOString() });
      if (!body.keep_sessions) for (const [key, entry] of sessions) if (entry.account === account && entry !== session) sessions.delete(key);
      return {};
    }
    if (call === 'DELETE /me/totp') return (stepUp(session), (account.totp = null), undefined);
    if (call === 'POST /me/recovery-codes') return (stepUp(session), { codes: (account.codes = makeCodes()) });
    if (path.startsWith('/me/passkeys/')) {
      const passkey = find(account.passkeys, decodeURIComponent(path.split('/')[3]), 'passkey');
      if (method === 'PATCH') return (Object.assign(passkey, { name: body.name }), { passkey });
      stepUp(session);
      account.passkeys.splice(account.passkeys.indexOf(passkey), 1);
      return undefined;
    }
    if (call === 'POST /me/sessions/revoke-others' || path.startsWith('/me/sessions/')) {
      for (const [key, entry] of sessions) if (entry.account === account && entry !== session && (method === 'POST' || entry.handle === path.split('/')[3])) sessions.delete(key);
      return {};
    }
    return null;
  }

  function admins(request, session, method, path, body) {
    const [, , wanted, action, deed] = path.split('/');
    if (!wanted && method === 'GET') return { admins: accounts.map(shownAdmin) };
    if (method === 'GET') return { admin: shownAdmin(find(accounts, wanted, 'account')) };
    stepUp(session);
    if (!wanted) {
      if (accounts.some((account) => account.email === body.email)) throw new Problem(409, 'conflict', `an account with the address ${body.email} exists already`, [{ path: 'email', reason: 'there is an account with this address' }]);
      const account = make({ email: body.email, name: body.name, roles: body.roles });
      record('admins.create', body.email);
      return { admin: shownAdmin(account), invite: link('invite', account) };
    }
    const account = find(accounts, wanted, 'account');
    if (action === 'invite') return { invite: link('invite', account) };
    if (action === 'reset') return { reset: link('reset', account) };
    if (action === 'factors' && deed === 'reset') return (Object.assign(account, { totp: null, passkeys: [], codes: [], revision: account.revision + 1 }), {});
    const dropSessions = () => { for (const [key, entry] of sessions) if (entry.account === account) sessions.delete(key); };
    if (action === 'sessions') return (dropSessions(), {});
    const last = accounts.filter((entry) => entry.roles.includes('admin') && !entry.disabled && entry.password).length === 1 && account.roles.includes('admin');
    if (last && (method === 'DELETE' || body.disabled || (body.roles && !body.roles.includes('admin')))) throw new Problem(409, 'conflict', 'this is the last administrator; create another one first');
    match(request, account);
    if (method === 'DELETE') accounts.splice(accounts.indexOf(account), 1);
    else Object.assign(account, body, { revision: account.revision + 1 });
    if (method === 'DELETE' || body.disabled) dropSessions();
    record(`admins.${method === 'DELETE' ? 'delete' : 'change'}`, account.email);
    return method === 'DELETE' ? undefined : { admin: shownAdmin(account) };
  }

  function rolesCalls(request, session, method, path, body) {
    const wanted = path.split('/')[2];
    if (method === 'GET') return { roles: roles.map(shownRole) };
    stepUp(session);
    if (!wanted) {
      if (roles.some((role) => role.id === body.id)) throw new Problem(409, 'conflict', 'there is a role with this id', [{ path: 'id', reason: 'It is taken.' }]);
      roles.push({ id: body.id, title: body.title, description: body.description, builtin: false, permissions: body.permissions, revision: 1 });
      return { role: shownRole(roles.at(-1)) };
    }
    const role = find(roles, wanted, 'role');
    match(request, role);
    if (role.builtin) throw new Problem(409, 'conflict', 'built-in roles stay as they are');
    if (method === 'DELETE') return (roles.splice(roles.indexOf(role), 1), accounts.forEach((account) => (account.roles = account.roles.filter((entry) => entry !== role.id))), undefined);
    Object.assign(role, { title: body.title, description: body.description, permissions: body.permissions, revision: role.revision + 1 });
    return { role: shownRole(role) };
  }

  function tokensCalls(session, method, path, body, url) {
    if (method === 'GET') return { tokens: tokens.filter((token) => url.searchParams.get('all') === '1' || token.owner === session.account.email) };
    if (method === 'DELETE') return ((tokens = tokens.filter((token) => token.id !== path.split('/')[2])), undefined);
    stepUp(session);
    if ((body.cidrs ?? []).some((cidr) => !/^[\da-f.:]+\/\d+$/i.test(cidr))) throw bad('a network is wrong', [{ path: 'cidrs/0', reason: 'Write networks as 192.0.2.0/24.' }]);
    const token = { id: randomBytes(6).toString('base64url'), name: body.name, owner: session.account.email, scopes: body.scopes, cidrs: body.cidrs ?? [], created_at: new Date().toISOString(), expires_at: ago(-(body.expires_in_days ?? 90) * DAY), last_used: null, last_client: null };
    tokens.push(token);
    return { token, secret: `masthead_${token.id}${randomBytes(32).toString('base64url')}0aB9zZ` };
  }

  function sso(request, session, method, path, body) {
    const [, , , wanted, action] = path.split('/');
    if (!wanted) return { providers };
    if (action === 'test') {
      const provider = find(providers, wanted, 'provider');
      provider.state = { ...provider.state, checked_at: new Date().toISOString() };
      return provider.state;
    }
    stepUp(session);
    const before = providers.find((provider) => provider.id === wanted);
    if (before?.locked) throw new Problem(409, 'conflict', 'it is set in masthead.yaml');
    if (before) match(request, before);
    if (method === 'DELETE') return ((providers = providers.filter((provider) => provider !== before)), undefined);
    if (!/^https:/.test(body.issuer)) throw bad('the issuer is wrong', [{ path: 'issuer', reason: 'The issuer must begin with https://.' }]);
    const { client_secret: secret, ...rest } = body;
    const provider = { ...rest, id: wanted, locked: false, secret_set: Boolean(secret) || Boolean(before?.secret_set), revision: (before?.revision ?? 0) + 1, state: { reachable: null, checked_at: null, error: null } };
    providers = before ? providers.map((entry) => (entry === before ? provider : entry)) : [...providers, provider];
    return { provider };
  }

  return {
    accounts, sessions, policy, make, current,
    /** The answer, `undefined` for an empty one, or null when the call is not of this part. */
    publicCalls,
    signIn: (request, response, account) => open(request, response, account, 'full', 'password'),
    me: (session) => ({ principal: { id: session.account.id, name: session.account.name, email: session.account.email, roles: session.account.roles, permissions: session.stage === 'full' ? permissionsOf(session.account) : [], method: session.method }, csrf: session.csrf, stage: session.stage, method: session.method, step_up_until: session.fresh > Date.now() ? new Date(session.fresh).toISOString() : null, language: session.account.language, theme: session.account.theme }),
    handle(request, response, session, method, path, body, url) {
      session.last_seen = new Date().toISOString();
      const first = half(request, response, session, method, path, body);
      if (first !== null) return first;
      if (session.stage === 'half') throw new Problem(401, 'second_factor_required', 'the second factor is missing');
      const second = enrol(request, response, session, method, path, body);
      if (second !== null) return second;
      if (session.stage === 'enrol') throw new Problem(403, 'enrol_required', 'set up a second factor first');
      if (path.startsWith('/me/')) return me(request, response, session, method, path, body);
      if (path.startsWith('/admins')) return admins(request, session, method, path, body);
      if (path === '/permissions') return { permissions: PERMISSIONS };
      if (path.startsWith('/roles')) return rolesCalls(request, session, method, path, body);
      if (path.startsWith('/tokens')) return tokensCalls(session, method, path, body, url);
      if (path.startsWith('/sso/')) return sso(request, session, method, path, body);
      return null;
    },
    /** Control for tests. */
    control(what, body) {
      if (what === 'stale') for (const session of sessions.values()) session.fresh = 0;
      else if (what === 'policy') policy.require_second_factor = body.require;
      else if (what === 'account') Object.assign(accounts.find((account) => account.email === body.email), body.set);
      else if (what === 'totp') return { code: totpCode(body.secret ?? accounts.find((account) => account.email === body.email).totp.secret) };
      else return null;
      return {};
    },
  };
}
