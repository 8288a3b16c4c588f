// The admins' side of onboarding: deciding requests, many at once, keys and cards, devices that wait, settings, notifications, accounts. Runs on the mock,
// which can be told to fail: `node tests/e2e/onboarding_admin.spec.mjs`.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { axe, launch, open, PHONE, ROOT, shot, violations, WIDE } from './browser.mjs';
import { assert, finish, test } from './harness.mjs';

async function start(browser, server, options = {}) {
  const session = await open(browser, server.url, options);
  await session.page.goto('/admin/');
  await session.page.locator('input[name=email]').fill(server.email);
  await session.page.locator('input[name=password]').fill(server.password);
  await session.page.locator('button[type=submit]').click();
  await session.page.locator('.tiles').waitFor();
  return session;
}

async function clean(page, faults, what) {
  assert.deepEqual(await violations(page, faults), [], `policy violations on ${what}`);
  assert.deepEqual(faults.errors, [], `page errors on ${what}`);
  assert.deepEqual(await axe(page), [], `accessibility findings on ${what}`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `${what} is ${overflow} px wider than the window`);
}

export async function onboardingAdminFlows(browser, server) {
  const tell = async (what, body = {}) => (await fetch(`${server.url}/mock/${what}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
  const { page, context, faults } = await start(browser, server);
  const rows = page.locator('.o-row');
  const row = (id) => page.locator(`.o-row[data-request="${id}"]`);
  const ask = async (given = {}) => (await tell('onboarding/request', { with: { person: 'Ada Lovelace', contact: 'ada@example.org', device: 'phone-7', platform: 'android', message: '', ...given } })).ids[0];
  const requests = async (query = '') => {
    await page.goto(`/admin/p/onboarding/requests${query}`);
    await page.locator('.o-row, mh-state[kind=empty]').first().waitFor();
  };

  await test('a new request slides in and is counted in the navigation and the title', async () => {
    await requests();
    const before = Number(await page.locator('[data-pending]').getAttribute('data-pending'));
    const id = await ask();
    await row(id).waitFor();
    assert.equal(await rows.first().getAttribute('data-request'), id, 'it stands first');
    assert.ok(await row(id).evaluate((element) => element.classList.contains('o-fresh')), 'it is drawn as new');
    await page.locator(`[data-pending="${before + 1}"]`).waitFor();
    await page.locator('.side .nav-link', { hasText: 'Device requests' }).locator('.nav-count', { hasText: String(before + 1) }).waitFor();
    const total = before + 1 + Number((await page.locator('.side .nav-link', { hasText: 'Pending registrations' }).locator('.nav-count [aria-hidden]').innerText()) || 0);
    assert.equal(await page.title(), `(${total}) Device requests · Masthead`);
    await page.getByRole('status').filter({ hasText: 'New request from Ada Lovelace' }).waitFor({ state: 'attached' });
    const words = await row(id).getAttribute('data-words');
    await row(id).locator('.o-words').filter({ hasText: 'They say' }).filter({ hasText: words }).waitFor();
  });

  await test('what strangers typed is text, with invisible characters marked', async () => {
    await requests();
    await page.getByText('<img src=x onerror=alert(1)>').first().waitFor();
    await page.locator('.o-row .mh-mark').filter({ hasText: 'U+202E' }).first().waitFor();
    assert.equal(await page.locator('main img, main td b, main svg[onload]').count(), 0);
    await clean(page, faults, 'requests');
    await shot(page, 'onboarding-requests-1280');
  });

  await test('one tap approves for the user who was meant, and Undo takes it back', async () => {
    const id = await ask({ words: 'undo-me' });
    await requests();
    const approve = row(id).locator('[data-action=approve]');
    assert.match(await approve.innerText(), /Approve for\s+Ada Lovelace/);
    await approve.click();
    await page.locator(`.o-row[data-request="${id}"][data-state=approving]`).waitFor();
    await page.locator('.mh-toast').filter({ hasText: 'phone-7 approved for Ada Lovelace' }).getByRole('button', { name: 'Undo' }).click();
    await page.locator(`.o-row[data-request="${id}"][data-state=pending]`).waitFor();
    await approve.click();
    await row(id).getByRole('button', { name: 'Undo' }).click();
    await page.locator(`.o-row[data-request="${id}"][data-state=pending]`).waitFor();
  });

  await test('half a name is nobody: a stranger called Ad gets a user of their own', async () => {
    const id = await ask({ person: 'Ad', contact: '', device: 'ad-phone' });
    await requests();
    assert.match(await row(id).locator('[data-action=approve]').innerText(), /Approve for\s+ad$/m);
  });

  await test('approving with choices finds users by keyboard and sends what was chosen', async () => {
    const id = await ask({ person: 'Konrad Zuse', contact: '', device: 'z3' });
    await requests();
    await row(id).locator('[data-action=options]').click();
    const form = row(id).locator('[data-form=approve]');
    const owner = form.getByRole('combobox', { name: 'Belongs to' });
    await owner.fill('gra');
    await form.getByRole('option', { name: /Grace Hopper/ }).waitFor();
    await page.keyboard.press('Enter');
    assert.equal(await owner.inputValue(), 'Grace Hopper');
    await form.getByRole('textbox', { name: 'Tags' }).fill('lab 9bad');
    await form.getByText('Not a tag: tag:9bad').waitFor();
    assert.ok(await form.getByRole('button', { name: 'Approve this device' }).isDisabled());
    await form.getByRole('textbox', { name: 'Tags' }).fill('lab');
    await form.getByRole('checkbox', { name: /More than one device/ }).check();
    await form.getByRole('combobox', { name: 'The key can be used for' }).selectOption('7d');
    await clean(page, faults, 'the choices of an approval');
    await shot(page, 'onboarding-approve-1280');
    const [sent] = await Promise.all([page.waitForRequest((request) => request.url().endsWith(`/requests/${id}/approve`)), form.getByRole('button', { name: 'Approve this device' }).click()]);
    assert.deepEqual(sent.postDataJSON(), { user: '2', tags: ['tag:lab'], expiry: '7d', reusable: true });
  });

  await test('the row that was approved here shows its key, and it is gone on leaving', async () => {
    const id = await ask({ device: 'handover' });
    await requests();
    await row(id).locator('[data-action=approve]').click();
    await page.locator(`.o-row[data-request="${id}"][data-state=approving]`).waitFor();
    await tell('onboarding/issue', { id });
    await page.locator(`.o-row[data-request="${id}"][data-state=approved]`).waitFor();
    const key = await row(id).locator('[data-secret=key] .mh-copy-text').innerText();
    assert.match(key, /^hskey-auth-/);
    assert.ok((await row(id).locator('[data-secret=command] .mh-copy-text').innerText()).includes(key));
    assert.ok((await row(id).locator('.o-qr').getAttribute('src')).startsWith('data:image/svg+xml,'), 'the code is an image, not markup');
    await clean(page, faults, 'a shown key');
    await shot(page, 'onboarding-key-1280');
    assert.ok(!page.url().includes('hskey'));
    await page.locator('.side').getByRole('link', { name: 'Nodes' }).click();
    await page.waitForURL(/\/nodes\/nodes$/);
    await page.waitForFunction((text) => !document.documentElement.outerHTML.includes(text), key);
    await page.goBack();
    await page.locator('.o-row, mh-state[kind=empty]').first().waitFor();
    assert.ok(!(await page.content()).includes(key), 'it does not come back by going back');
    await requests(`?state=approved`);
    await row(id).locator('.o-name').click();
    await row(id).locator('[data-action=reveal]').waitFor();
    assert.equal(await page.locator('.o-qr').count(), 0, 'later it is shown when asked for');
    await row(id).locator('[data-action=reveal]').click();
    assert.equal(await row(id).locator('[data-secret=key] .mh-copy-text').innerText(), key);
  });

  await test('a reason goes with a rejection, and the row says so', async () => {
    const id = await ask({ device: 'nope' });
    await requests();
    await row(id).locator('[data-action=reject]').click();
    await row(id).getByRole('textbox', { name: 'Reason' }).fill('Ask at the desk');
    await row(id).locator('[data-form=reject] button[type=submit]').click();
    await page.locator(`.o-row[data-request="${id}"][data-state=rejected]`).waitFor();
    await requests('?state=rejected&q=nope');
    await row(id).locator('.o-name').click();
    await row(id).getByText('Ask at the desk').waitFor();
  });

  await test('a refusal of the server stands in the row it belongs to', async () => {
    const id = await ask({ device: 'refused' });
    await tell('onboarding/failing', { id });
    await requests();
    await row(id).locator('[data-action=approve]').click();
    await row(id).getByRole('alert').filter({ hasText: 'choose an owner' }).waitFor();
    assert.equal(await row(id).getAttribute('data-state'), 'pending');
  });

  await test('the filter and the search live in the address; a link opens its request whatever the filter', async () => {
    await requests();
    await page.getByRole('button', { name: 'Joined' }).click();
    await page.waitForURL(/state=joined/);
    await page.locator('.o-row[data-state=joined]').waitFor();
    assert.equal(await page.locator('.o-row:not([data-state=joined])').count(), 0);
    await page.getByRole('searchbox').fill('no such device');
    await page.getByText('Nothing fits').waitFor();
    assert.match(page.url(), /q=no\+such\+device/);
    const id = await ask({ device: 'linked' });
    await tell('onboarding/join', { id });
    await requests(`?id=${id}`);
    await page.locator(`.o-row[data-request="${id}"].is-open`).getByText('100.64.0.7').waitFor();
  });

  await test('many at once: a preview, one result each, and those that failed stay selected', async () => {
    const { ids } = await tell('onboarding/request', { count: 60, with: { person: 'Many Hands', contact: '', device: 'batch', message: '' } });
    for (const id of ids.slice(0, 3)) await tell('onboarding/failing', { id });
    await requests('?q=batch');
    await page.getByRole('checkbox', { name: 'Select all that are shown' }).check();
    await page.getByRole('button', { name: 'Select all 60 that match' }).click();
    await page.locator('[data-action=bulk-approve]').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByText('57 requests would be changed.').waitFor();
    assert.equal(await dialog.locator('[data-ok=false]').count(), 3);
    await clean(page, faults, 'the preview');
    await shot(page, 'onboarding-bulk-1280');
    await dialog.getByRole('button', { name: 'Approve 57 requests' }).click();
    await page.locator('.o-bulk-dialog[data-step=done]').waitFor();
    assert.equal(await dialog.locator('[data-ok=true]').count(), 57);
    assert.equal(await dialog.locator('[data-ok=false]').count(), 3);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await requests('?q=batch');
    assert.equal(await rows.count(), 3, 'the rest is left as it was');
  });

  await test('cards are printed alone, and a ZIP is saved', async () => {
    await requests('?state=approved');
    await page.locator('.o-row[data-state=approved]').first().locator('.o-check input').check();
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('[data-action=zip]').click()]);
    assert.match(download.suggestedFilename(), /^masthead-keys-.*\.zip$/);
    assert.equal(readFileSync(await download.path()).subarray(0, 2).toString(), 'PK');
    await page.evaluate(() => {
      window.print = () => (window.__printed = true);
    });
    await page.locator('[data-action=sheet]').click();
    await page.locator('.o-ticket').first().waitFor();
    await clean(page, faults, 'cards');
    await page.locator('[data-action=print]').click();
    await page.waitForFunction(() => window.__printed);
    await page.emulateMedia({ media: 'print' });
    const seen = await page.evaluate(() => [...document.body.children].filter((element) => getComputedStyle(element).display !== 'none').map((element) => element.className));
    assert.deepEqual(seen, ['o-print'], 'nothing else is printed');
    await page.pdf({ format: 'A4' }).then((pdf) => assert.ok(pdf.length > 2000));
    await page.emulateMedia({ media: 'screen' });
    await page.keyboard.press('Escape');
    await page.locator('.o-print').waitFor({ state: 'detached' });
  });

  await test('a thousand new requests leave the page usable', async () => {
    await requests();
    await tell('onboarding/request', { count: 1500, with: { person: 'Flood', contact: '', device: 'flood', message: '' } });
    await page.locator('.o-row', { hasText: 'flood' }).first().waitFor();
    await page.getByText('More requests have come in than are shown.').waitFor({ state: 'attached' });
    assert.ok((await rows.count()) <= 1000);
    await requests('?q=flood');
    await page.getByText('50 of 1,500').waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByText('100 of 1,500').waitFor();
    await page.getByRole('checkbox', { name: 'Select all that are shown' }).check();
    await page.getByRole('button', { name: 'Select all 1,500 that match' }).click();
    await page.locator('[data-action=bulk-reject]').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByText('1,500 requests would be changed.').waitFor();
    await dialog.getByRole('button', { name: 'Reject 1,500 requests' }).click();
    await page.locator('.o-bulk-dialog[data-step=done]').waitFor();
    await dialog.getByText('1,500 requests rejected.').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await requests('?state=rejected&q=flood');
    await page.getByText('50 of 1,500').waitFor();
  });

  await test('a waiting device is let in as a user with one tap, and a used id is explained', async () => {
    await page.goto('/admin/p/onboarding/registrations');
    await page.locator('.o-wait, mh-state').first().waitFor();
    const used = await tell('onboarding/registration', { platform: 'linux' });
    await tell('onboarding/failing', { id: used.id });
    const card = (id) => page.locator(`.o-wait[data-registration="${id}"]`);
    await card(used.id).locator('.mh-chip[data-user=grace]').click();
    await card(used.id).getByRole('alert').filter({ hasText: 'was used or has expired' }).waitFor();
    await clean(page, faults, 'registrations');
    await shot(page, 'onboarding-registrations-1280');
    const good = await tell('onboarding/registration', { platform: 'windows' });
    await card(good.id).getByText(good.words).waitFor();
    await card(good.id).getByRole('combobox').fill('ada');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await card(good.id).getByRole('button', { name: /Approve as/ }).click();
    await page.locator(`tr[data-registration="${good.id}"]`).filter({ hasText: 'Let in' }).waitFor();
  });

  await test('settings are checked, saved, and locked where masthead.yaml has them', async () => {
    await page.goto('/admin/p/onboarding/settings');
    assert.ok(await page.locator('input[name=per_hour]').isDisabled());
    await page.locator('input[name=key_lifetime]').fill('tomorrow');
    await page.getByText('A number and s, m, h or d').waitFor();
    assert.ok(await page.getByRole('button', { name: 'Save settings' }).isDisabled());
    await page.locator('input[name=key_lifetime]').fill('2h');
    await page.locator('input[name=invite_code]').fill('two words');
    await page.getByRole('button', { name: 'Save settings' }).click();
    await page.getByRole('alert').filter({ hasText: 'Nothing was saved' }).waitFor();
    await page.locator('input[name=invite_code]').fill('lantern');
    await page.getByRole('button', { name: 'Add a field' }).click();
    await page.locator('[data-field="1"] input[name=label]').fill('Room number');
    assert.equal(await page.locator('[data-field="1"] input[name=id]').inputValue(), 'room-number');
    await clean(page, faults, 'settings');
    await page.getByRole('button', { name: 'Save settings' }).click();
    await page.getByText('Everything is saved').waitFor();
    await page.reload();
    assert.equal(await page.locator('input[name=invite_code]').inputValue(), 'lantern');
    await page.locator('input[name=invite_code]').fill('');
    await page.getByRole('button', { name: 'Save settings' }).click();
    await page.getByText('Everything is saved').waitFor();
  });

  await test('the bell counts what is new and leads to it', async () => {
    const before = Number(await page.locator('.side .bell-count').innerText());
    await tell('notify/message', { title: '<b>Eve</b> asks for access', link: '/admin/p/onboarding/requests', severity: 'warning' });
    await page.locator('.side .bell-count', { hasText: String(before + 1) }).waitFor();
    await page.getByRole('button', { name: `Notifications, ${before + 1} unread` }).click();
    const box = page.getByRole('dialog', { name: 'Notifications' });
    await box.getByText('<b>Eve</b> asks for access').waitFor();
    await clean(page, faults, 'the bell');
    await page.keyboard.press('Escape');
    await box.waitFor({ state: 'detached' });
    assert.ok(await page.evaluate(() => document.activeElement?.classList.contains('bell-btn')), 'focus returns to the bell');
    await tell('notify/message', { title: 'leads away', link: 'https://evil.example/' });
    await page.locator('.side .bell-btn').click();
    assert.equal(await box.locator('a', { hasText: 'leads away' }).count(), 0, 'a link out of the console is none');
    await box.getByRole('link', { name: /Eve/ }).click();
    await page.waitForURL(/onboarding\/requests$/);
    await page.locator('.side .bell-btn').click();
    await box.getByRole('button', { name: 'Mark all as read' }).click();
    await page.locator('.side .bell-count').waitFor({ state: 'detached' });
  });

  await test('channels are added, tried, changed and deleted; secrets are never shown again', async () => {
    await page.goto('/admin/notifications');
    await page.locator('[data-action=add-channel]').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'Webhook' }).check({ force: true });
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Pager');
    await dialog.getByRole('textbox', { name: 'Address' }).fill('http://hooks.example.org/x');
    await dialog.locator('input[name=secret-secret]').fill('short');
    await dialog.getByRole('button', { name: 'Save the channel' }).click();
    await dialog.getByText('private addresses only').waitFor();
    await dialog.getByText('is shorter than 16 characters').waitFor();
    await clean(page, faults, 'a channel');
    await dialog.getByRole('textbox', { name: 'Address' }).fill('https://hooks.example.org/x');
    await dialog.locator('input[name=secret-secret]').fill('long enough a secret');
    await dialog.getByRole('button', { name: 'Save the channel' }).click();
    const channel = page.locator('.nt-channel', { hasText: 'Pager' });
    await channel.locator('[data-action=test]').click();
    await channel.locator('[data-test=failed]').filter({ hasText: 'answered 500' }).waitFor();
    await page.locator('[data-kind=mail] [data-action=test]').click();
    await page.locator('[data-kind=mail] [data-test=ok]').waitFor();
    await channel.getByRole('button', { name: /Change the channel/ }).click();
    assert.equal(await dialog.locator('input[name=secret-secret]').inputValue(), '');
    await dialog.getByText('One is set. Leave empty to keep it.').waitFor();
    await page.keyboard.press('Escape');
    await channel.getByRole('button', { name: /Delete the channel/ }).click();
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await channel.waitFor({ state: 'detached' });
  });

  await test('each event goes where its row says; what failed is sent again', async () => {
    await page.goto('/admin/notifications');
    const box = page.getByRole('checkbox', { name: 'Somebody asks for access to Mail to the desk' });
    await box.uncheck();
    await page.getByRole('combobox', { name: 'headscale does not answer: from severity' }).selectOption('critical');
    await page.getByRole('checkbox', { name: /Quiet hours/ }).check();
    await page.locator('input[name=from]').fill('07:00');
    await page.locator('[data-action=save-rules]').click();
    await page.getByRole('alert').filter({ hasText: 'is the same as from' }).waitFor();
    await page.locator('input[name=from]').fill('22:30');
    await page.locator('[data-action=save-rules]').click();
    await page.locator('.mh-toast', { hasText: 'Saved what goes where' }).waitFor();
    await clean(page, faults, 'notifications');
    await shot(page, 'notifications-1280');
    await page.reload();
    await page.locator('.nt-matrix').waitFor();
    assert.equal(await box.isChecked(), false);
    assert.ok(await page.getByRole('checkbox', { name: 'Somebody asks for access to Console' }).isChecked(), 'the others stay');
    const waiting = await page.locator('[data-delivery]').count();
    await page.locator('[data-action=resend]').first().click();
    await page.waitForFunction((count) => document.querySelectorAll('[data-delivery]').length === count - 1, waiting);
  });
  await context.close();

  for (const [size, viewport, scheme] of [['360', PHONE, 'light'], ['360', PHONE, 'dark'], ['1280', WIDE, 'dark']]) {
    await test(`every page fits ${size} px in ${scheme} and in Chinese`, async () => {
      for (const locale of ['en-GB', 'zh-CN']) {
        const { page: small, context: own, faults: found } = await start(browser, server, { viewport, scheme, locale });
        for (const [path, ready, name] of [['/admin/p/onboarding/requests?state=all', '.o-row', 'requests'], ['/admin/p/onboarding/registrations', '.o-waits, mh-state', 'registrations'], ['/admin/p/onboarding/settings', '.o-settings', 'settings'],
          ['/admin/notifications', '.nt-matrix', 'notifications'], ['/admin/admins', '[data-admin]', 'admins']]) {
          await small.goto(path);
          await small.locator(ready).first().waitFor();
          if (name === 'requests') await small.locator('.o-name').first().click();
          await clean(small, found, `${path} at ${size} px, ${scheme}, ${locale}`);
          if (locale === 'en-GB') await shot(small, `onboarding-${name}-${size}-${scheme}`);
        }
        await own.close();
      }
    });
  }
}

if (import.meta.filename === process.argv[1]) {
  const child = spawn(process.execPath, [join(ROOT, 'web/test/mock-server.mjs'), '--quiet'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
      if (text.includes('\n')) resolve(text.split('\n')[0]);
    });
    child.once('exit', (code) => reject(new Error(`the mock left with code ${code}`)));
  });
  const browser = await launch();
  let code = 1;
  try {
    await onboardingAdminFlows(browser, JSON.parse(line));
    code = finish();
  } finally {
    await browser.close();
    child.kill('SIGTERM');
  }
  process.exit(code);
}
