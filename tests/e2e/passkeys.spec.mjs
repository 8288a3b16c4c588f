// Passkeys in the browser, with Chromium's virtual authenticator in place of a device: adding one, signing in without typing a name, completing a
// sign-in, confirming who one is, refusing an unverified user, removing. Runs by itself against a started Masthead: MASTHEAD_E2E_URL,
// MASTHEAD_E2E_COOKIE (of an admin just signed in), MASTHEAD_E2E_EMAIL and MASTHEAD_E2E_PASSWORD of the same admin, MASTHEAD_E2E_DATA (the data folder).
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch, open, PHONE, WIDE } from './browser.mjs';
import { assert, finish, test } from './harness.mjs';
import { clean } from './people.mjs';

const FACTORS = '/admin/account?tab=factors';
const item = (page) => page.locator('[data-passkey]');

/** A device with a fingerprint reader that keeps passkeys and says yes to everything, until told otherwise. */
async function device(page, options = {}) {
  const debug = await page.context().newCDPSession(page);
  await debug.send('WebAuthn.enable');
  const { authenticatorId } = await debug.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true, ...options },
  });
  return {
    verified: (isUserVerified) => debug.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    credentials: async () => (await debug.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    add: (credential) => debug.send('WebAuthn.addCredential', { authenticatorId, credential }),
    clear: () => debug.send('WebAuthn.clearCredentials', { authenticatorId }),
  };
}

async function signedInPage(browser, { url, cookie }, viewport = WIDE) {
  const session = await open(browser, url, { viewport });
  const cut = cookie.indexOf('=');
  await session.context.addCookies([{ name: cookie.slice(0, cut), value: cookie.slice(cut + 1), url, secure: true, httpOnly: true }]);
  return session;
}

async function signOut(page) {
  await page.context().clearCookies();
  await page.goto('/admin/');
  await page.locator('[data-step=start]').waitFor();
}

/** Adds a passkey on the page of factors; the number of them afterwards. */
async function add(page, name) {
  await page.goto(FACTORS);
  await page.locator('[data-action=add-passkey]').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name of the passkey' }).fill(name);
  await dialog.getByRole('button', { name: 'Make the passkey' }).click();
  return dialog;
}

/** Makes every session that used a passkey ten minutes old, so that sensitive calls ask who one is. */
function age(data) {
  const text = 'import sqlite3, sys; db = sqlite3.connect(sys.argv[1], timeout=10); db.execute("UPDATE sessions SET authenticated_at = authenticated_at - 600000 WHERE method LIKE '%passkey%'"); db.commit()';
  execFileSync('python3', ['-c', text, join(data, 'masthead.db')]);
}

const me = (page) => page.evaluate(async () => (await fetch('/admin/api/v1/me')).json());

export async function passkeyFlows(browser, options) {
  const { page, faults } = await signedInPage(browser, options);
  const key = await device(page);

  await test('passkeys: one is added by name and listed as never used', async () => {
    await add(page, 'This laptop');
    await item(page).filter({ hasText: 'This laptop' }).filter({ hasText: 'never used' }).waitFor();
    const kept = await key.credentials();
    assert.equal(kept.length, 1);
    assert.ok(kept[0].isResidentCredential, 'the passkey is discoverable');
    assert.equal(kept[0].rpId, new URL(options.url).hostname);
    await clean(page, faults, 'the passkeys of an account');
  });

  await test('passkeys: the same device is not added twice', async () => {
    const dialog = await add(page, 'Again');
    await dialog.getByText('This device already has a passkey of this account.').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  await test('passkeys: signing in without typing a name', async () => {
    await signOut(page);
    await page.locator('[data-action=passkey]').click();
    await page.locator('.side, .bar').first().waitFor();
    const who = await me(page);
    assert.equal(who.principal.email, options.email);
    assert.equal(who.method, 'passkey');
    assert.equal(who.stage, 'full');
    await page.goto(FACTORS);
    await item(page).filter({ hasText: 'last used' }).waitFor();
  });

  await test('passkeys: a password alone is half a sign-in, the passkey completes it', async () => {
    await signOut(page);
    await page.getByRole('textbox', { name: 'Email' }).fill(options.email);
    await page.getByRole('textbox', { name: 'Password' }).fill(options.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.locator('[data-step=second-factor]').waitFor();
    await page.locator('[data-action=passkey], [data-way=passkey] button[type=submit]').first().click();
    await page.locator('[data-step=second-factor]').waitFor({ state: 'detached' });
    assert.equal((await me(page)).method, 'password+passkey');
  });

  await test('passkeys: something sensitive after ten minutes asks for the passkey and goes on by itself', async () => {
    age(options.data);
    const before = (await page.context().cookies()).find((cookie) => cookie.name === '__Host-masthead').value;
    await page.goto(FACTORS);
    await page.locator('[data-action=add-passkey]').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make the passkey' }).click();
    const confirm = page.locator('[data-step=step-up]');
    await confirm.waitFor();
    assert.equal(await confirm.getAttribute('data-way'), 'passkey');
    await page.getByRole('button', { name: 'Confirm with a passkey' }).click();
    await confirm.waitFor({ state: 'detached' });
    await page.getByText('This device already has a passkey of this account.').waitFor();
    const after = (await page.context().cookies()).find((cookie) => cookie.name === '__Host-masthead').value;
    assert.notEqual(after, before, 'a confirmed session has a new cookie');
    assert.ok(new Date((await me(page)).step_up_until) > new Date());
  });

  await test('passkeys: WA-17 a user whom the device did not verify is not signed in', async () => {
    await signOut(page);
    await key.verified(false);
    await page.locator('[data-action=passkey]').click();
    await page.getByRole('alert').filter({ hasText: /./ }).waitFor();
    assert.equal((await me(page)).code, 'unauthenticated');
    await key.verified(true);
  });

  await test('passkeys: WA-34 a copy with an older counter is locked, and the page says so', async () => {
    await signOut(page);
    const [kept] = await key.credentials();
    await key.clear();
    await key.add({ ...kept, signCount: 0 });
    await page.locator('[data-action=passkey]').click();
    await page.getByRole('alert').filter({ hasText: /./ }).waitFor();
    assert.equal((await me(page)).code, 'unauthenticated');
  });
  return { page, faults, key };
}

/** With a second browser that is signed in by cookie: the locked passkey is shown, replaced and removed; at 360 px. */
export async function managingFlows(browser, options) {
  const { page, faults } = await signedInPage(browser, options, PHONE);
  const key = await device(page);

  await test('passkeys: a locked one is shown as locked, at 360 px', async () => {
    await page.goto(FACTORS);
    await item(page).filter({ hasText: 'Locked' }).waitFor();
    await clean(page, faults, 'a locked passkey at 360 px');
  });

  await test('passkeys: renaming', async () => {
    await page.goto(FACTORS);
    await page.getByRole('button', { name: 'Rename the passkey This laptop' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name of the passkey' }).fill('Old laptop');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await item(page).filter({ hasText: 'Old laptop' }).waitFor();
  });

  await test('passkeys: removing', async () => {
    await add(page, 'Phone');
    await item(page).filter({ hasText: 'Phone' }).waitFor();
    await page.getByRole('button', { name: 'Remove the passkey Old laptop' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await item(page).filter({ hasText: 'Old laptop' }).waitFor({ state: 'detached' });
    assert.equal((await key.credentials()).length, 1);
    await clean(page, faults, 'the passkeys of an account at 360 px');
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { MASTHEAD_E2E_URL: url, MASTHEAD_E2E_COOKIE: cookie, MASTHEAD_E2E_EMAIL: email, MASTHEAD_E2E_PASSWORD: password, MASTHEAD_E2E_DATA: data } = process.env;
  const browser = await launch();
  let code = 1;
  try {
    await passkeyFlows(browser, { url, cookie, email, password, data });
    await managingFlows(browser, { url, cookie, email, password });
    code = finish();
  } finally {
    await browser.close();
  }
  process.exit(code);
}
