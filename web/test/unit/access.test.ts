import { afterEach, describe, expect, it, vi } from 'vitest';
import { roleIdOf } from '../../shell/src/access/roles/role-id';
import { curlOf, exampleOf, fieldsOf, matches, operationsOf, quote, type Document } from '../../shell/src/access/reference/openapi';
import { describeAgent } from '../../shell/src/lib/agent';
import { ApiFailure, createApi, type ApiContext } from '../../shell/src/lib/api';
import { nextAfterSignIn, resolve } from '../../shell/src/lib/router';
import { fromBase64Url, toBase64Url, wasDeclined } from '../../shell/src/lib/webauthn';

const reply = (status: number, body: unknown = {}, headers: Record<string, string> = {}) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json', ...headers } });
afterEach(() => vi.unstubAllGlobals());

/** An interface whose answers are given in turn; what was sent is kept. */
function api(answers: Response[], extra: Partial<ApiContext> = {}) {
  const sent: { url: string; init: RequestInit }[] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    sent.push({ url, init });
    return Promise.resolve(answers.shift() ?? reply(500));
  });
  let csrf = 'first';
  const context: ApiContext = { csrf: () => csrf, onUnauthorized: vi.fn(), unreachable: () => 'away', failed: (status) => `failed ${status}`, declined: () => 'not confirmed', ...extra };
  return { api: createApi('/base/', context), sent, context, setCsrf: (value: string) => (csrf = value) };
}
const header = (call: { init: RequestInit }, name: string) => (call.init.headers as Record<string, string>)[name];

describe('a call that must be confirmed', () => {
  it('asks, and is sent again with the same body and the new token', async () => {
    const asked: unknown[] = [];
    const setup = api([reply(403, { code: 'step_up_required', methods: ['totp', 'sso:x'] }), reply(200, { ok: 1 })], {
      stepUp: (methods) => {
        asked.push(methods);
        setup.setCsrf('second');
        return Promise.resolve(true);
      },
    });
    await expect(setup.api.post('thing', { name: 'kept' })).resolves.toEqual({ ok: 1 });
    expect(asked).toEqual([['totp', 'sso:x']]);
    expect(setup.sent.map((call) => [call.url, call.init.body, header(call, 'X-Masthead-CSRF')])).toEqual([['/base/thing', '{"name":"kept"}', 'first'], ['/base/thing', '{"name":"kept"}', 'second']]);
  });
  it('fails with words of its own when the person would not', async () => {
    const { api: calls, sent } = api([reply(403, { code: 'step_up_required' })], { stepUp: () => Promise.resolve(false) });
    await expect(calls.delete('thing')).rejects.toMatchObject({ message: 'not confirmed', code: 'step_up_required' });
    expect(sent).toHaveLength(1);
  });
  it('does not ask for ever', async () => {
    const stepUp = vi.fn(() => Promise.resolve(true));
    const { api: calls } = api([1, 2, 3, 4].map(() => reply(403, { code: 'step_up_required' })), { stepUp });
    await expect(calls.post('thing')).rejects.toBeInstanceOf(ApiFailure);
    expect(stepUp).toHaveBeenCalledTimes(2);
  });
});

describe('a call', () => {
  it('with a token that was renewed elsewhere reads it anew, once', async () => {
    const setup = api([reply(403, { code: 'csrf' }), reply(200)], { renew: () => Promise.resolve(Boolean(setup.setCsrf('new'))) });
    await setup.api.post('thing');
    expect(setup.sent.map((call) => header(call, 'X-Masthead-CSRF'))).toEqual(['first', 'new']);
    const twice = api([reply(403, { code: 'csrf' }), reply(403, { code: 'csrf' }), reply(200)], { renew: () => Promise.resolve(true) });
    await expect(twice.api.post('thing')).rejects.toMatchObject({ code: 'csrf' });
    expect(twice.sent).toHaveLength(2);
  });
  it('that ends the session says so, unless a person was guessing', async () => {
    const first = api([reply(401, { code: 'unauthenticated' })]);
    await expect(first.api.get('thing')).rejects.toMatchObject({ status: 401 });
    expect(first.context.onUnauthorized).toHaveBeenCalledWith('unauthenticated');
    const second = api([reply(401)]);
    await expect(second.api.call('POST', 'session', { body: {}, credentials: true })).rejects.toMatchObject({ status: 401 });
    expect(second.context.onUnauthorized).not.toHaveBeenCalled();
  });
  it('names the revision it was read at, and tells the new one', async () => {
    const { api: calls, sent } = api([reply(412, { code: 'precondition_failed' }, { ETag: '"8"' })]);
    await expect(calls.call('PATCH', 'thing', { body: {}, revision: 7 })).rejects.toMatchObject({ status: 412, etag: '"8"' });
    expect(header(sent[0]!, 'If-Match')).toBe('"7"');
  });
  it('tells how long to wait', async () => {
    const { api: calls } = api([reply(429, {}, { 'Retry-After': '17' })]);
    await expect(calls.post('session')).rejects.toMatchObject({ status: 429, retryAfter: 17 });
  });
});

describe('addresses', () => {
  it.each([['/admin/account', 'account'], ['/admin/roles/', 'roles'], ['/admin/sso', 'sso'], ['/admin/reference', 'api'], ['/admin/link', 'link']])('%s is %s', (path, name) => expect(resolve(path, [])).toEqual({ kind: 'core', name }));
  it.each(['/admin/link', '/admin/sign-in', '/admin/confirmed', '/admin/setup/'])('nobody comes back to %s', (path) => expect(nextAfterSignIn(`?next=${encodeURIComponent(path)}`)).toBe('/admin/'));
  it('a page that only begins like one of them is a page', () => expect(nextAfterSignIn('?next=/admin/link-list')).toBe('/admin/link-list'));
});

describe('browsers in words', () => {
  it.each([
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1', 'Safari', 'iPhone', 'phone'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36 Edg/150.0', 'Edge', 'Windows', 'desktop'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox', 'Linux', 'desktop'],
    ['Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Mobile Safari/537.36', 'Chrome', 'Android', 'phone'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15', 'Safari', 'macOS', 'desktop'],
    ['curl/8.9.1', 'curl', '', 'tool'], ['', '', '', 'tool']])('%s', (agent, browser, system, kind) => expect(describeAgent(agent)).toEqual({ browser, system, kind }));
});

describe('base64url', () => {
  it.each([[[]], [[0]], [[251, 255]], [[255, 254, 253, 252]], [Array.from({ length: 256 }, (_, i) => i)]])('goes there and back', (bytes) => {
    const text = toBase64Url(new Uint8Array(bytes));
    expect(text).toMatch(/^[\w-]*$/);
    expect([...fromBase64Url(text)]).toEqual(bytes);
    expect(text).toBe(Buffer.from(bytes).toString('base64url'));
  });
  it('tells a cancelled request from a broken one', () => {
    expect(wasDeclined(new DOMException('', 'NotAllowedError'))).toBe(true);
    expect(wasDeclined(new DOMException('', 'SecurityError'))).toBe(false);
  });
});

describe('ids of roles', () => {
  it.each([['Help desk', [], 'help-desk'], ['  7 Größen!', [], 'gro-en'], ['值班', [], 'role'], ['Help desk', ['help-desk', 'help-desk-2'], 'help-desk-3'], ['x'.repeat(60), [], 'x'.repeat(28)]])('%s', (title, taken, id) => {
    expect(roleIdOf(title, taken)).toBe(id);
    expect(roleIdOf(title, taken)).toMatch(/^[a-z][a-z0-9-]{1,31}$/);
  });
});

describe('the description of the API', () => {
  const document = {
    openapi: '3.1.0', info: { title: 'x', version: '1' },
    paths: { '/a/{id}': { parameters: [{ name: 'id', in: 'path', required: true }], post: { operationId: 'a', tags: ['A'], summary: 'Rename it', 'x-masthead-permission': 'a.write', requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/New' } } } }, responses: { 200: { description: 'ok' }, 404: { $ref: '#/components/responses/Gone' } } } } },
    components: { schemas: { New: { type: 'object', required: ['name'], properties: { name: { type: 'string', example: "it's" }, inner: { $ref: '#/components/schemas/New' }, tags: { type: 'array', items: { type: 'string' } } } } }, responses: { Gone: { description: 'gone' } } },
  } as unknown as Document;
  const operation = operationsOf(document)[0]!;
  it('gives operations with what refers to elsewhere', () => expect(operation).toMatchObject({ method: 'POST', permission: 'a.write', parameters: [{ name: 'id' }], responses: [{ status: '200' }, { status: '404', description: 'gone' }] }));
  it('names members, and does not run in circles', () => {
    expect(fieldsOf(document, operation.body).map((field) => `${field.name}:${field.type}:${field.required}:${field.depth}`)).toEqual(['name:string:true:0', 'inner:object:false:0', 'tags:string[]:false:0']);
    expect(JSON.stringify(exampleOf(document, operation.body)).length).toBeLessThan(2000);
  });
  it('a command survives every quote', () => {
    expect(quote("it's; rm -rf $HOME")).toBe(`'it'\\''s; rm -rf $HOME'`);
    expect(curlOf(document, operation, 'https://host')).toContain(`-X POST -H "Authorization: Bearer $MASTHEAD_TOKEN" -H 'Content-Type: application/json' -d '{"name":"it'\\''s"`);
    expect(curlOf(document, operation, 'https://host')).toMatch(/ https:\/\/host\/a\/ID$/);
  });
  it('is searched by every word', () => expect([['post', 'rename'], ['a.write'], ['rename', 'delete']].map((words) => matches(operation, words))).toEqual([true, true, false]));
});
