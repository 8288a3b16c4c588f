// Signing in with every factor but passkeys, invitations and resets, confirming, sessions, tokens, roles and admins; on a wide screen and on a phone.
// Against the mock from run.mjs, or by itself against a started Masthead: MASTHEAD_E2E_URL, MASTHEAD_E2E_EMAIL, MASTHEAD_E2E_PASSWORD.
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { axe, launch, open, PHONE, shot, violations, WIDE } from './browser.mjs';
import { assert, finish, test } from './harness.mjs';
import { Authenticator } from './totp.mjs';

const SECRET = 'a lamp for every mast in town';
const dialog = (page) => page.locator('dialog.mh-dialog[open]').last();
const submit = (scope) => scope.locator('button[type=submit]').click();

async function clean(page, faults, what) {
  await page.locator('.mh-bones').waitFor({ state: 'detached' });
  assert.deepEqual(await violations(page, faults), [], `policy violations on ${what}`);
  assert.deepEqual(faults.errors, [], `page errors on ${what}`);
  assert.deepEqual(await axe(page), [], `accessibility findings on ${what}`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `${what} is ${overflow} px wider than the window`);
}
async function password(page, email, secret) {
  await page.locator('input[name=email]').fill(email);
  await page.locator('input[name=password]').fill(secret);
  await page.locator('button[type=submit]').click();
}
async function signOut(page) {
  await page.goto('/admin/account');
  await page.locator('.mh-page-head').first().waitFor();
  if (await page.locator('.side .account-btn').isVisible()) {
    await page.locator('.side .account-btn').click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
  } else {
    await page.getByRole('button', { name: 'More' }).click();
    await page.locator('dialog.drawer').getByRole('button', { name: 'Sign out' }).click();
  }
  await page.waitForURL(/\/admin\/sign-in$/);
}
/** Answers a dialog for confirming when the sign-in is not fresh any more. */
async function confirmIfAsked(page, done, secret) {
  const asked = page.locator('[data-step=step-up] input');
  await done.or(asked).first().waitFor();
  if (await asked.first().isVisible()) {
    await page.locator('[data-step=step-up] input:visible:not([readonly])').fill(secret);
    await submit(dialog(page));
    await done.first().waitFor();
  }
}

/** `server`: url, email, password of an administrator; `real` when it is no mock. */
export async function authFlows(browser, server, widths = ['1280', '360']) {
  for (const size of widths) await atWidth(browser, server, size);
  if (server.real) await fromElsewhere(browser, server);
}

async function atWidth(browser, server, size) {
  const viewport = size === '360' ? PHONE : WIDE;
  const at = (name) => `${name} at ${size} px`;
  const { page, context, faults } = await open(browser, server.url, { viewport });
  const person = { name: `Grace ${size}`, email: `grace-${size}@example.org` };
  let link = '';
  let app = null;
  let codes = [];

  await test(at('SE-23 a typed address leads to sign-in and, after it, to the page'), async () => {
    await page.goto('/admin/account?tab=sessions');
    await page.waitForURL(/sign-in\?next=/);
    await clean(page, faults, 'sign-in');
    await password(page, server.email, 'not the password at all');
    await page.getByRole('alert').filter({ hasText: 'do not fit together' }).waitFor();
    assert.equal(await page.locator('input[name=email]').inputValue(), server.email, 'the address stays');
    assert.equal(await page.locator('input[name=password]').getAttribute('autocomplete'), 'current-password');
    await password(page, server.email, server.password);
    await page.waitForURL(/\/admin\/account\?tab=sessions$/);
    await page.locator('[data-session][data-current=true]').waitFor();
    await clean(page, faults, 'sessions');
  });

  await test(at('the account keeps its name, and the menu leads to it'), async () => {
    await page.goto('/admin/account');
    const field = page.locator('main input[name=name]');
    await field.fill(`Ada ${size}`);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
    await page.reload();
    await page.waitForFunction((name) => document.querySelector('main input[name=name]')?.value === name, `Ada ${size}`);
    await clean(page, faults, 'profile');
    await shot(page, `account-${size}`);
  });

  await test(at('somebody is invited; the link is shown once'), async () => {
    await page.goto('/admin/admins');
    await page.locator('[data-action=create-admin]').click();
    await dialog(page).locator('input[name=name]').fill(person.name);
    await dialog(page).locator('input[name=email]').fill(person.email);
    await dialog(page).locator('[data-role=operator] input').check();
    await clean(page, faults, 'the invitation');
    await submit(dialog(page));
    const shown = page.locator('[data-secret=link] .mh-copy-text');
    await confirmIfAsked(page, shown, server.password);
    link = await shown.innerText();
    assert.match(link, /\/admin\/link#[\w-]+$/, 'the token stands behind the #');
    await clean(page, faults, 'the link');
    await dialog(page).getByRole('button', { name: 'Done' }).click();
    await page.waitForFunction((text) => !document.documentElement.outerHTML.includes(text), link.split('#')[1]);
    await page.locator(`[data-admin="${person.email}"]`).filter({ hasText: 'Invited' }).waitFor();
    await clean(page, faults, 'admins');
    await shot(page, `admins-${size}`);
  });

  await test(at('the last administrator and the own account are explained, not offered'), async () => {
    const row = page.locator(`[data-admin="${server.email}"]`);
    await row.locator('[data-action=more]').click();
    for (const deed of ['disable', 'delete']) {
      const item = row.locator(`[data-action=${deed}]`);
      assert.ok(await item.isDisabled(), deed);
      assert.match(await item.innerText(), /Nobody|last/i);
    }
    await page.keyboard.press('Escape');
    await row.locator('[data-action=edit]').click();
    assert.ok(await dialog(page).locator('[data-role=admin] input').isDisabled());
    await page.keyboard.press('Escape');
  });

  const guest = await open(browser, server.url, { viewport });
  const { page: other } = guest;
  await test(at('an invitation is accepted with a password of their own; weak ones are told why'), async () => {
    await other.goto(link);
    await other.locator('[data-step=invite]').waitFor();
    assert.ok(!other.url().includes('#'), 'the token has left the address');
    const field = other.locator('input[name=new-password]');
    assert.equal(await field.getAttribute('autocomplete'), 'new-password');
    await field.fill('short');
    await other.locator('[data-reasons] li').first().waitFor();
    assert.ok(await other.locator('button[type=submit]').isDisabled());
    await field.fill(SECRET);
    await clean(other, guest.faults, 'the invitation page');
    await shot(other, `invite-${size}`);
    await other.locator('button[type=submit]').click();
    await other.locator('.tiles, [data-step=enrol]').first().waitFor();
  });

  await test(at('a used link says why it does not work'), async () => {
    const third = await open(browser, server.url, { viewport });
    await third.page.goto(link);
    await third.page.locator('[data-step=gone]').waitFor();
    await clean(third.page, third.faults, 'a used link');
    await third.context.close();
  });

  await test(at('an authenticator app is set up; recovery codes are shown once'), async () => {
    if (!(await other.locator('[data-step=enrol]').isVisible())) {
      await other.goto('/admin/account?tab=factors');
      await other.locator('[data-action=add-totp]').click();
    } else await other.locator('button[data-way=totp]').click();
    const shown = other.locator('[data-secret=totp]');
    await confirmIfAsked(other, shown, SECRET);
    app = new Authenticator(await shown.innerText());
    await other.locator('[data-factor=totp] .totp-qr, .totp-qr').first().waitFor();
    await clean(other, guest.faults, 'the authenticator app');
    const field = other.locator('input[name=code]:visible');
    assert.equal(await field.getAttribute('autocomplete'), 'one-time-code');
    await field.fill(await app.next());
    await field.press('Enter');
    await other.locator('[data-secret=recovery-codes]').waitFor();
    codes = await other.locator('.codes code').allInnerTexts();
    assert.equal(new Set(codes).size, 10);
    await clean(other, guest.faults, 'recovery codes');
    const [download] = await Promise.all([other.waitForEvent('download'), other.getByRole('button', { name: 'Download' }).click()]);
    const file = join(mkdtempSync(join(tmpdir(), 'mh-codes-')), 'codes.txt');
    await download.saveAs(file);
    assert.ok(codes.every((code) => readFileSync(file, 'utf8').includes(code)), 'the file holds every code');
    const finishButton = other.locator('[data-action=finish], dialog.mh-dialog[open] button[type=submit]').last();
    assert.ok(await finishButton.isDisabled(), 'nobody goes on without saying that the codes are kept');
    await other.locator('input[name=saved]').check();
    await other.locator('[data-action=finish], dialog.mh-dialog[open] .mh-dialog-actions button').first().click();
    await other.waitForFunction((code) => !document.documentElement.outerHTML.includes(code), codes[0]);
  });

  await test(at('TO-01 the second step takes a code once, and a recovery code once'), async () => {
    await signOut(other);
    await password(other, person.email, SECRET);
    await other.locator('[data-step=second-factor]').waitFor();
    await clean(other, guest.faults, 'the second step');
    await other.locator('input[name=code]').fill('000000');
    await submit(other);
    await other.getByRole('alert').filter({ hasText: 'wrong or was used' }).waitFor();
    const code = await app.next();
    await other.locator('input[name=code]').fill(code);
    await submit(other);
    await other.locator('.tiles').waitFor();
    await signOut(other);
    await password(other, person.email, SECRET);
    await other.locator('input[name=code]').fill(code);
    await submit(other);
    await other.getByRole('alert').filter({ hasText: 'wrong or was used' }).waitFor();
    await other.locator('[data-way=recovery]').last().click();
    await other.locator('input[name=recovery]').fill(codes[0].toLowerCase());
    await submit(other);
    // Whoever needed a recovery code replaces what they lost, before anything else.
    await other.locator('[data-step=enrol]').waitFor();
    await other.locator('button[data-way=totp]').click();
    app = new Authenticator(await other.locator('[data-secret=totp]').innerText());
    await other.locator('input[name=code]:visible').fill(await app.next());
    await submit(other);
    await other.locator('.tiles').waitFor();
    await other.goto('/admin/account?tab=factors');
    await other.locator('[data-factor=recovery] [data-left="9"]').waitFor();
    await clean(other, guest.faults, 'sign-in methods');
    await shot(other, `factors-${size}`);
  });

  await test(at('a half-finished sign-in survives a reload and can be left'), async () => {
    const half = await open(browser, server.url, { viewport });
    await half.page.goto('/admin/');
    await password(half.page, person.email, SECRET);
    await half.page.locator('[data-step=second-factor]').waitFor();
    await half.page.reload();
    await half.page.locator('[data-step=second-factor]').waitFor();
    await half.page.goto('/admin/p/nodes/nodes');
    await half.page.locator('[data-step=second-factor]').waitFor();
    await half.page.locator('[data-action=start-over]').click();
    await half.page.locator('[data-step=start]').waitFor();
    await half.context.close();
  });

  await test(at('a call that must be confirmed asks, and what was typed is kept'), async () => {
    await page.goto('/admin/account?tab=tokens');
    await page.locator('[data-action=create-token]').click();
    await dialog(page).locator('input[name=name]').fill(`Script ${size}`);
    const group = dialog(page).locator('[data-group]').first();
    if (!(await group.evaluate((element) => element.open))) await group.locator('summary').click();
    await dialog(page).locator('[data-permission="core.status.read"] input').check();
    await clean(page, faults, 'the new token');
    // As if the sign-in were no longer fresh; from then on the console decides.
    let once = true;
    await page.route('**/admin/api/v1/tokens', async (route) => {
      if (!once || route.request().method() !== 'POST') return route.continue();
      once = false;
      await route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ code: 'step_up_required', title: 'Confirm', methods: ['password'] }) });
    });
    await submit(dialog(page));
    await page.locator('[data-step=step-up]').waitFor();
    await clean(page, faults, 'confirming');
    await shot(page, `step-up-${size}`);
    await page.locator('[data-step=step-up] input[name=password]').fill('not the password');
    await submit(dialog(page));
    await dialog(page).getByRole('alert').filter({ hasText: 'not your password' }).waitFor();
    await page.locator('[data-step=step-up] input[name=password]').fill(server.password);
    await submit(dialog(page));
    const secret = page.locator('[data-secret=token] .mh-copy-text').first();
    await secret.waitFor();
    const text = await secret.innerText();
    assert.match(text, /^masthead_\w/);
    await page.unroute('**/admin/api/v1/tokens');
    await dialog(page).getByRole('button', { name: 'Done' }).click();
    await page.waitForFunction((value) => !document.documentElement.outerHTML.includes(value), text);
    const row = page.locator('[data-token]').filter({ hasText: `Script ${size}` });
    await row.waitFor();
    await clean(page, faults, 'tokens');
    await row.getByRole('button', { name: /Revoke/ }).click();
    await dialog(page).getByRole('button', { name: 'Revoke' }).click();
    await row.waitFor({ state: 'detached' });
  });

  await test(at('who will not confirm changes nothing'), async () => {
    let posts = 0;
    await page.route('**/admin/api/v1/tokens', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      posts += 1;
      await route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ code: 'step_up_required', methods: ['password'] }) });
    });
    await page.locator('[data-action=create-token]').click();
    await dialog(page).locator('input[name=name]').fill('Never');
    const group = dialog(page).locator('[data-group]').first();
    if (!(await group.evaluate((element) => element.open))) await group.locator('summary').click();
    await dialog(page).locator('[data-permission="core.status.read"] input').check();
    await submit(dialog(page));
    await page.locator('[data-step=step-up]').waitFor();
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    await dialog(page).getByRole('alert').filter({ hasText: 'Not confirmed' }).waitFor();
    assert.equal(posts, 1);
    assert.equal(await dialog(page).locator('input[name=name]').inputValue(), 'Never');
    await page.unroute('**/admin/api/v1/tokens');
    await page.keyboard.press('Escape');
  });

  await test(at('a role is made by copying, given, compared and deleted'), async () => {
    await page.goto('/admin/roles');
    await page.locator('[data-role=viewer]').waitFor();
    await clean(page, faults, 'roles');
    await shot(page, `roles-${size}`);
    assert.equal(await page.locator('[data-role=admin] [data-action=edit]').count(), 0, 'built-in roles stay as they are');
    await page.locator('[data-role=viewer] [data-action=copy]').click();
    await dialog(page).locator('input[name=title]').fill(`Night watch ${size}`);
    await clean(page, faults, 'the new role');
    await submit(dialog(page));
    const card = page.locator(`[data-role=night-watch-${size}]`);
    await confirmIfAsked(page, card, server.password);
    await page.goto('/admin/roles?view=compare');
    await page.locator('.ro-compare').waitFor();
    await clean(page, faults, 'the comparison');
    await page.goto('/admin/roles');
    await card.locator('[data-action=delete]').click();
    await dialog(page).getByRole('button', { name: 'Delete' }).click();
    await card.waitFor({ state: 'detached' });
  });

  await test(at('sessions are told apart; ending one ends it'), async () => {
    const second = await open(browser, server.url, { viewport });
    await second.page.goto('/admin/account?tab=sessions');
    await password(second.page, server.email, server.password);
    await second.page.locator('[data-current=true]').waitFor();
    assert.equal(await second.page.locator('[data-current=true]').count(), 1);
    await second.page.locator('[data-action=end-others]').click();
    await dialog(second.page).getByRole('button', { name: 'Sign out all others' }).click();
    await second.page.waitForFunction(() => document.querySelectorAll('[data-session]').length === 1);
    await page.goto('/admin/account');
    await page.waitForURL(/sign-in/);
    await second.context.close();
    await password(page, server.email, server.password);
    await page.locator('.ac-grid').waitFor();
  });

  await test(at('a reset is started by an admin and finished by the person; the second factor stays'), async () => {
    await page.goto('/admin/admins');
    const row = page.locator(`[data-admin="${person.email}"]`);
    await row.locator('[data-action=more]').click();
    await row.locator('[data-action=reset]').click();
    await dialog(page).getByRole('button', { name: 'Make the link' }).click();
    const shown = page.locator('[data-secret=link] .mh-copy-text');
    await confirmIfAsked(page, shown, server.password);
    const reset = await shown.innerText();
    const fresh = await open(browser, server.url, { viewport });
    await fresh.page.goto(reset);
    await fresh.page.locator('[data-step=reset]').waitFor();
    await fresh.page.locator('input[name=new-password]').fill(`${SECRET} again`);
    await fresh.page.locator('button[type=submit]').click();
    await fresh.page.locator('[data-step=done]').waitFor();
    await clean(fresh.page, fresh.faults, 'a finished reset');
    await fresh.page.getByRole('button', { name: 'Go to sign-in' }).click();
    await password(fresh.page, person.email, `${SECRET} again`);
    await fresh.page.locator('[data-step=second-factor]').waitFor();
    await fresh.context.close();
    await other.goto('/admin/account');
    await other.waitForURL(/sign-in/);
    await page.keyboard.press('Escape');
  });

  await test(at('an account is disabled, enabled and deleted'), async () => {
    await page.goto('/admin/admins');
    const row = page.locator(`[data-admin="${person.email}"]`);
    for (const [deed, action, state] of [['disable', 'Disable', 'Disabled'], ['enable', 'Enable', 'Active']]) {
      await row.locator('[data-action=more]').click();
      await row.locator(`[data-action=${deed}]`).click();
      await dialog(page).getByRole('button', { name: action, exact: true }).click();
      await confirmIfAsked(page, row.filter({ hasText: state }), server.password);
    }
    await row.locator('[data-action=more]').click();
    await row.locator('[data-action=delete]').click();
    await dialog(page).getByRole('textbox').fill(person.email);
    await dialog(page).getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
  });

  await test(at('providers and the description of the API are there, accessible and within the policy'), async () => {
    for (const [path, hook, name] of [['/admin/sso', '[data-provider], mh-state[kind=empty]', 'providers'], ['/admin/reference', '[data-operation]', 'the API']]) {
      await page.goto(path);
      await page.locator(hook).first().waitFor();
      await clean(page, faults, name);
      await shot(page, `${path.split('/').at(-1)}-${size}`);
    }
    await page.locator('.mh-search input').fill('core.status.read');
    await page.waitForURL(/q=core\.status\.read/);
    await page.locator('[data-operation] > summary').first().click();
    await page.locator('[data-permission="core.status.read"]').first().waitFor();
    await clean(page, faults, 'one call of the API');
  });

  await test(at('SE-24 the back button after signing out shows nothing of the console'), async () => {
    await page.goto('/admin/admins');
    await page.locator('[data-admin]').first().waitFor();
    await signOut(page);
    await page.goBack();
    await page.locator('[data-step=start]').waitFor();
    assert.equal(await page.locator('.frame, [data-admin], .ac-grid').count(), 0);
    await page.goBack();
    await page.reload();
    await page.waitForURL(/sign-in/);
    await page.locator('[data-step=start]').waitFor();
    assert.equal(await page.locator('.frame, [data-admin], .ac-grid').count(), 0);
  });

  await guest.context.close();
  await context.close();
}

/** A page of another origin, with somebody signed in to the console in the same browser. */
async function fromElsewhere(browser, server) {
  const { page, context } = await open(browser, server.url);
  await page.goto('/admin/account?tab=sessions');
  await password(page, server.email, server.password);
  await page.locator('[data-current=true]').waitFor();
  const state = async () => JSON.stringify([await (await context.request.get(`${server.url}/admin/api/v1/admins`)).json(), (await (await context.request.get(`${server.url}/admin/api/v1/me/account`)).json()).account.name]);
  const evil = createServer((_request, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>elsewhere</title><body>elsewhere</body>'));
  await new Promise((resolve) => evil.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${evil.address().port}`;
  const away = await context.newPage();

  await test('SE-18 forms, beacons, images and blind fetches of another origin change nothing', async () => {
    const before = await state();
    await away.goto(origin);
    const targets = [['POST', '/admin/api/v1/admins', { email: 'evil@example.org', name: 'Evil', roles: ['admin'] }], ['POST', '/admin/api/v1/me/sessions/revoke-others', {}], ['PATCH', '/admin/api/v1/me/account', { name: 'Evil' }]];
    await away.evaluate(async ([base, list]) => {
      for (const [method, path, body] of list) {
        const text = JSON.stringify(body);
        navigator.sendBeacon(base + path, text);
        navigator.sendBeacon(base + path, new Blob([text], { type: 'text/plain' }));
        await fetch(base + path, { method: 'POST', mode: 'no-cors', credentials: 'include', body: text }).catch(() => undefined);
        await fetch(base + path, { method, credentials: 'include', headers: { 'Content-Type': 'application/json', 'X-Masthead-CSRF': 'x' }, body: text }).catch(() => undefined);
        await new Promise((resolve) => Object.assign(new Image(), { onerror: resolve, onload: resolve, src: base + path }));
      }
    }, [server.url, targets]);
    for (const [, path, body] of targets) {
      await away.goto(origin);
      await Promise.all([away.waitForEvent('framenavigated'), away.evaluate(([url, text]) => {
        const form = Object.assign(document.createElement('form'), { method: 'post', enctype: 'text/plain', action: url });
        form.append(Object.assign(document.createElement('input'), { name: text, value: '' }));
        document.body.append(form);
        form.submit();
      }, [server.url + path, JSON.stringify(body)])]);
      await away.waitForLoadState();
    }
    assert.equal(await state(), before);
    await page.reload();
    await page.locator('[data-current=true]').waitFor();
  });

  await test('SE-19 the console in a frame of another origin stays blank', async () => {
    await away.goto(origin);
    await away.evaluate((url) => new Promise((resolve) => document.body.append(Object.assign(document.createElement('iframe'), { onload: resolve, onerror: resolve, src: url }))), `${server.url}/admin/`);
    const frame = away.frames().find((entry) => entry !== away.mainFrame());
    assert.equal(await frame.locator('#app').count(), 0);
  });

  await test('SE-20 a window opened by another origin has no way back and gives none', async () => {
    await away.goto(origin);
    const [popup] = await Promise.all([context.waitForEvent('page'), away.evaluate((url) => void (window.__opened = window.open(url)), `${server.url}/admin/account`)]);
    await popup.waitForLoadState();
    assert.equal(await popup.evaluate(() => window.opener), null);
    await away.waitForFunction(() => window.__opened.closed);
    await popup.close();
  });

  await test('SE-25 signing out tells the browser to forget', async () => {
    const [answer] = await Promise.all([page.waitForResponse((response) => response.url().endsWith('/api/v1/session') && response.request().method() === 'DELETE'), signOut(page)]);
    assert.match((await answer.allHeaders())['clear-site-data'] ?? '', /"cache".*"storage"/);
    assert.deepEqual((await context.cookies(server.url)).filter((cookie) => cookie.name === '__Host-masthead' && cookie.value !== ''), []);
  });
  evil.close();
  await context.close();
}

if (import.meta.filename === process.argv[1]) {
  const browser = await launch();
  const { MASTHEAD_E2E_URL: url, MASTHEAD_E2E_EMAIL: email, MASTHEAD_E2E_PASSWORD: secret } = process.env;
  try {
    await authFlows(browser, { url, email, password: secret, real: true }, process.env.MASTHEAD_E2E_WIDTH ? [process.env.MASTHEAD_E2E_WIDTH] : undefined);
  } finally {
    await browser.close();
  }
  process.exit(finish());
}
