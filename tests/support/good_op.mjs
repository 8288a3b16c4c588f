// A well-behaved identity provider: npm's oidc-provider, with accounts whose groups come in the user info or in the ID token.
// Prints {"port", "issuer"} when it listens. The interaction pages are oidc-provider's own development pages.
//   OP_REDIRECT, OP_POST_LOGOUT, OP_BACKCHANNEL: addresses of the client; OP_ALG: how ID tokens are signed.
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import { exportJWK } from 'jose';
import Provider from 'oidc-provider';

const GROUPS = { ada: ['console-admins', 'staff'], olga: ['console-operators'], sven: ['staff'] };
const algorithm = process.env.OP_ALG ?? 'ES256';
const pair = algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : algorithm === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...(await exportJWK(pair.privateKey)), kid: 'op-1', use: 'sig', alg: algorithm };

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const issuer = `http://${process.env.OP_HOST ?? 'localhost'}:${port}`;
  const provider = new Provider(issuer, {
    jwks: { keys: [key] },
    clients: [{
      client_id: process.env.OP_CLIENT_ID, client_secret: process.env.OP_CLIENT_SECRET, redirect_uris: [process.env.OP_REDIRECT],
      post_logout_redirect_uris: [process.env.OP_POST_LOGOUT], response_types: ['code'], grant_types: ['authorization_code'],
      token_endpoint_auth_method: process.env.OP_AUTH ?? 'client_secret_post', id_token_signed_response_alg: algorithm,
      ...(process.env.OP_BACKCHANNEL ? { backchannel_logout_uri: process.env.OP_BACKCHANNEL, backchannel_logout_session_required: true } : {}),
    }],
    clientAuthMethods: [process.env.OP_AUTH ?? 'client_secret_post'],
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
    claims: { openid: ['sub', 'sid', 'auth_time'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    scopes: ['openid', 'email', 'profile', 'groups'],
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@good.example`, email_verified: true, name: `${id} of the good provider`, groups: GROUPS[id] ?? [] }),
    }),
    features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    // By itself it refuses to send logout tokens to loopback addresses.
    fetch: (url, { dispatcher: _strict, ...options }) => fetch(url, options),
    pkce: { required: () => true },
    cookies: { keys: ['a-key-of-the-tests'] },
    ttl: { Interaction: 3600, Session: 3600, Grant: 3600, IdToken: 3600, AccessToken: 3600 },
  });
  provider.on('backchannel.error', (_context, error) => console.error(error));
  provider.on('server_error', (_context, error) => console.error(error));
  server.on('request', provider.callback());
  console.log(JSON.stringify({ port, issuer }));
});
