// An identity provider that lies on request. It speaks plain OpenID Connect on 127.0.0.1; POST /plan says what the next answers
// are to look like, GET /log what it was asked. Prints {"port"} when it listens.
//
// Plan (every member optional, the whole is replaced each time):
//   sub        who signs in
//   claims     members of the ID token replaced, null removes
//   header     members of its header replaced, null removes
//   sign       rs1 (default) rs2 ec ed ps | none | hs-secret | hs-pem | foreign | weak | enc | flip | jwe
//   jwks       names of the keys to publish (rs1 rs2 ec ed weak enc junk own) - "own" is rs1 without a kid
//   rotate     true: new rs1 and rs2 from now on (keeps until asked again)
//   discovery  members replaced, null removes; or {"raw": text}; or {"deep": n}; or {"big": bytes}
//   token      {"status", "location", "body", "hang_ms", "drop": [members]} ; userinfo the same, with "claims"
//   callback   members of the redirect to us replaced, null removes ("state", "code", "iss", ...)
import { createHash, createHmac, createSign, constants, generateKeyPairSync, randomBytes, sign as signRaw } from 'node:crypto';
import { createServer } from 'node:http';
import { CompactEncrypt, exportJWK } from 'jose';

const CLIENT = process.env.OP_CLIENT_ID ?? 'masthead';
const SECRET = process.env.OP_CLIENT_SECRET ?? 'a-client-secret-of-the-tests';
const b64 = (value) => Buffer.from(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)).toString('base64url');
const rsa = (bits = 2048) => generateKeyPairSync('rsa', { modulusLength: bits });

const keys = {
  rs1: rsa(), rs2: rsa(), enc: rsa(), weak: rsa(1024), foreign: rsa(),
  ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }), ed: generateKeyPairSync('ed25519'),
};
const ALG = { rs1: 'RS256', rs2: 'RS256', enc: 'RS256', weak: 'RS256', foreign: 'RS256', ps: 'PS256', ec: 'ES256', ed: 'EdDSA' };
let plan = {};
let log = [];
const codes = new Map();
let base;

function overlay(object, changes = {}) {
  const out = { ...object };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete out[name];
    else out[name] = value;
  }
  return out;
}

async function jwks() {
  const out = [];
  for (const name of plan.jwks ?? ['rs1', 'ec', 'ed']) {
    if (name === 'junk') out.push({ kty: 'RSA', kid: 'junk', n: '!!', e: 'AQAB' }, 7, { kty: 'future', kid: 'f' });
    else if (name === 'own') out.push({ ...(await exportJWK(keys.rs1.publicKey)), use: 'sig' });
    else out.push({ ...(await exportJWK(keys[name].publicKey)), kid: name, use: name === 'enc' ? 'enc' : 'sig' });
  }
  return { keys: out };
}

function signature(how, text) {
  if (how === 'none') return '';
  if (how === 'hs-secret') return createHmac('sha256', SECRET).update(text).digest('base64url');
  if (how === 'hs-pem') return createHmac('sha256', keys.rs1.publicKey.export({ type: 'spki', format: 'pem' })).update(text).digest('base64url');
  if (how === 'ed') return signRaw(null, Buffer.from(text), keys.ed.privateKey).toString('base64url');
  const key = how === 'ps' || how === 'flip' ? keys.rs1 : keys[how];
  const options = { key: key.privateKey };
  if (how === 'ps') Object.assign(options, { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
  if (how === 'ec') options.dsaEncoding = 'ieee-p1363';
  const made = createSign('sha256').update(text).sign(options);
  if (how === 'flip') made[made.length - 1] ^= 1;
  return made.toString('base64url');
}

async function makeToken(claims, header = {}, how = 'rs1') {
  if (how === 'jwe') {
    return new CompactEncrypt(Buffer.from(JSON.stringify(claims))).setProtectedHeader({ alg: 'RSA-OAEP', enc: 'A256GCM' }).encrypt(keys.enc.publicKey);
  }
  const named = { none: 'none', 'hs-secret': 'HS256', 'hs-pem': 'HS256', flip: 'RS256' }[how] ?? ALG[how];
  const kid = ['foreign', 'ps', 'flip', 'hs-secret', 'hs-pem', 'none'].includes(how) ? 'rs1' : how;
  const text = `${b64(overlay({ alg: named, kid, typ: 'JWT' }, header))}.${b64(claims)}`;
  return `${text}.${signature(how, text)}`;
}

const now = () => Math.floor(Date.now() / 1000);

async function idToken(asked, accessToken) {
  const how = plan.sign ?? 'rs1';
  const half = (value) => { const digest = createHash(how === 'ed' ? 'sha512' : 'sha256').update(value).digest(); return digest.subarray(0, digest.length / 2).toString('base64url'); };
  const claims = overlay({
    iss: base, sub: plan.sub ?? 'ada', aud: CLIENT, exp: now() + 300, iat: now(), nonce: asked.nonce, auth_time: now(), sid: `sid-${plan.sub ?? 'ada'}`,
    email: `${plan.sub ?? 'ada'}@op.example`, email_verified: true, name: 'Ada Op', groups: ['admins'], at_hash: half(accessToken),
  }, plan.claims);
  return makeToken(claims, plan.header, how);
}

const body = async (request) => { let text = ''; for await (const part of request) text += part; return text; };

function send(response, answer, fallback) {
  const { status = 200, location, body: raw, hang_ms: hang = 0, drop = [] } = answer ?? {};
  const content = raw ?? (() => { const out = { ...fallback }; for (const name of drop) delete out[name]; return JSON.stringify(out); })();
  const go = () => {
    if (response.destroyed) return;
    response.writeHead(status, { 'Content-Type': 'application/json', ...(location ? { Location: location } : {}) });
    response.end(content);
  };
  if (hang > 0) setTimeout(go, hang).unref(); else go();
}

async function handle(request, response) {
  const url = new URL(request.url, base);
  const text = request.method === 'POST' ? await body(request) : '';
  if (url.pathname === '/plan') {
    plan = JSON.parse(text || '{}');
    if (plan.rotate) { keys.rs1 = rsa(); keys.rs2 = rsa(); }
    return send(response, {}, { ok: true });
  }
  if (url.pathname === '/log') { const out = log; log = []; return send(response, {}, { log: out }); }
  if (url.pathname === '/sign') { const wanted = JSON.parse(text); return send(response, {}, { token: await makeToken(overlay(wanted.base ? { iss: base, aud: CLIENT, iat: now(), exp: now() + 120, jti: randomBytes(8).toString('hex') } : {}, wanted.claims), wanted.header, wanted.sign) }); }
  log.push({ method: request.method, path: url.pathname, query: Object.fromEntries(url.searchParams), body: text, authorization: request.headers.authorization ?? null });
  switch (url.pathname) {
    case '/.well-known/openid-configuration': {
      const changes = plan.discovery ?? {};
      if (changes.raw !== undefined) return send(response, { body: changes.raw });
      const document = overlay({
        issuer: base, authorization_endpoint: `${base}/auth`, token_endpoint: `${base}/token`, jwks_uri: `${base}/jwks`, userinfo_endpoint: `${base}/userinfo`,
        end_session_endpoint: `${base}/logout`, response_types_supported: ['code'], code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true, token_endpoint_auth_methods_supported: ['client_secret_basic'],
      }, Object.fromEntries(Object.entries(changes).filter(([name]) => !['deep', 'big'].includes(name))));
      if (changes.big) document.padding = 'x'.repeat(changes.big);
      let out = JSON.stringify(document);
      if (changes.deep) out = `${out.slice(0, -1)},"deep":${'['.repeat(changes.deep)}${']'.repeat(changes.deep)}}`;
      return send(response, { body: out });
    }
    case '/jwks': return send(response, plan.keys, await jwks());
    case '/auth': {
      const asked = Object.fromEntries(url.searchParams);
      const code = randomBytes(16).toString('hex');
      codes.set(code, asked);
      const target = new URL(asked.redirect_uri);
      for (const [name, value] of Object.entries(overlay({ code, state: asked.state, iss: base }, plan.callback))) {
        for (const one of [].concat(value)) target.searchParams.append(name, one);
      }
      response.writeHead(302, { Location: target.href });
      return response.end();
    }
    case '/token': {
      const form = new URLSearchParams(text);
      const asked = codes.get(form.get('code'));
      const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
      if (!plan.token && (!asked || (challenge !== asked.code_challenge && !plan.ignore_pkce))) return send(response, { status: 400, body: '{"error":"invalid_grant"}' });
      codes.delete(form.get('code'));
      const accessToken = randomBytes(16).toString('hex');
      return send(response, plan.token, { access_token: accessToken, token_type: 'Bearer', expires_in: 60, refresh_token: 'refresh-canary-7f3a', id_token: await idToken(asked ?? {}, accessToken) });
    }
    case '/userinfo': return send(response, plan.userinfo, overlay({ sub: plan.sub ?? 'ada', email: 'ada@op.example', groups: ['admins'] }, plan.userinfo?.claims));
    default: return send(response, { status: 404 }, { error: 'nothing here' });
  }
}

const server = createServer((request, response) => handle(request, response).catch((error) => { console.error(error); response.destroy(); }));
server.listen(Number(process.env.OP_PORT ?? 0), '127.0.0.1', () => {
  base = `http://${process.env.OP_HOST ?? 'localhost'}:${server.address().port}`;
  console.log(JSON.stringify({ port: server.address().port, issuer: base }));
});
