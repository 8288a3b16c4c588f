// Both sides at once in one browser: a phone without an account that asks, and a desktop where an admin decides; neither page is ever reloaded.
// Runs by itself against a started Masthead with the plugins nodes and onboarding, whose time to undo is 10 s: MASTHEAD_E2E_URL, MASTHEAD_E2E_COOKIE (an
// admin's), and the devices of people.mjs. QR codes are read from the phone's screenshots by zbarimg.
import { pathToFileURL } from 'node:url';
import { launch, open, PHONE, shot, WIDE } from './browser.mjs';
import { assert, finish, test } from './harness.mjs';
import { ask, clean, cleanWide, devices, qrOf, state, whole } from './people.mjs';

/** The admin's desktop, signed in, with `path` open; `reloads` counts the documents loaded after that. */
async function desktop(browser, { url, cookie }, path, ready) {
  const session = await open(browser, url, { viewport: WIDE });
  const cut = cookie.indexOf('=');
  await session.context.addCookies([{ name: cookie.slice(0, cut), value: cookie.slice(cut + 1), url, secure: true, httpOnly: true }]);
  await session.page.goto(path);
  await session.page.locator(ready).first().waitFor();
  return { ...session, ...watch(session.page) };
}

/** Tells whether a page was loaded again. */
function watch(page) {
  let loads = 0;
  page.on('load', () => (loads += 1));
  return { loads: () => loads };
}

const row = (page, words) => page.locator(`.o-row[data-words="${words}"]`);
const rowIs = (page, words, wanted) => page.locator(`.o-row[data-words="${words}"][data-state="${wanted}"]`).waitFor();
const requestsReady = '.o-row, mh-state[kind=empty]';
const countOf = (page, title) => page.locator('.side .nav-link', { hasText: title }).locator('.nav-count');

/** The count beside a page's name in the navigation; none is nought. */
async function counted(page, title) {
  const count = countOf(page, title).locator('[aria-hidden]');
  return (await count.count()) === 0 ? 0 : Number(await count.innerText());
}

/** Waits for the count in the navigation. */
async function countIs(page, title, wanted) {
  if (wanted === 0) await countOf(page, title).waitFor({ state: 'detached' });
  else await countOf(page, title).locator('[aria-hidden]').filter({ hasText: new RegExp(`^${wanted}$`) }).waitFor();
}

async function withAKey(browser, options) {
  await test('together: asked on the phone, approved on the desktop, the QR on the phone lets the device in, both screens say so', async () => {
    const { url, join: joinDevice } = options;
    const desk = await desktop(browser, options, '/admin/p/onboarding/requests', requestsReady);
    const before = await counted(desk.page, 'Device requests');
    const phone = await open(browser, url, { viewport: PHONE });
    const words = await ask(phone.page, { Device: 'together-1', 'Who you are': 'ada', Message: 'seen on both screens' });
    const { loads } = watch(phone.page);

    await row(desk.page, words).waitFor();
    assert.ok(await row(desk.page, words).evaluate((element) => element.classList.contains('o-fresh')), 'the row slides in');
    assert.equal(await row(desk.page, words).locator('.o-words strong').innerText(), await phone.page.locator('.words').innerText(), 'both screens show the same two words');
    await countIs(desk.page, 'Device requests', before + 1);
    await shot(desk.page, 'together-asked-desktop');

    const tap = row(desk.page, words).locator('[data-action=approve]');
    const owner = await tap.locator('bdi').innerText();
    assert.match(owner, /^ada/i);
    await tap.click();
    await rowIs(desk.page, words, 'approving');
    const bar = desk.page.locator('.mh-toast').filter({ hasText: `together-1 approved for ${owner}` });
    await bar.getByRole('button', { name: 'Undo' }).waitFor();
    await row(desk.page, words).getByText(/The key is made in \d+ second/).waitFor();
    await countIs(desk.page, 'Device requests', before);
    await shot(desk.page, 'together-undo-desktop');

    await phone.page.locator('[data-key-panel]').waitFor({ timeout: 40_000 });
    const key = await phone.page.locator('[data-slot=key]').innerText();
    const command = await phone.page.locator('[data-slot=command]').innerText();
    assert.ok(key.length >= 20 && command.includes(key) && command.includes(url), 'the phone shows the key and the whole command');
    assert.equal(await qrOf(phone.page.locator('[data-slot=qr]')), key, 'the QR code on the phone is the key');
    await rowIs(desk.page, words, 'claimed');
    assert.ok(!(await desk.page.content()).includes(key), 'the desktop shows no key that nobody asked for there');
    await clean(phone.page, phone.faults, 'the phone with a key');
    await whole(phone.page, 'together-key-phone');

    await joinDevice(key, 'together-1', command);
    await state(phone.page, 'joined');
    await rowIs(desk.page, words, 'joined');
    const said = await phone.page.locator('.big').innerText();
    assert.match(said, /together-1.* 100\.64\.\d+\.\d+/);
    const address = /100\.64\.\d+\.\d+/.exec(said)[0];
    await row(desk.page, words).locator('.o-state').getByText('Joined').waitFor();
    if ((await row(desk.page, words).locator('.o-name').getAttribute('aria-expanded')) !== 'true') await row(desk.page, words).locator('.o-name').click();
    await row(desk.page, words).locator('.o-facts').getByText(address, { exact: true }).waitFor();
    await cleanWide(desk.page, desk.faults, 'the desktop with a device that joined');
    await clean(phone.page, phone.faults, 'the phone whose device joined');
    await shot(desk.page, 'together-joined-desktop');
    await whole(phone.page, 'together-joined-phone');
    assert.deepEqual([loads(), desk.loads()], [0, 0], 'neither page was loaded again');
    await phone.context.close();
    await desk.context.close();
  });
}

async function withoutAKey(browser, options) {
  await test('together: a device without a key waits on the phone, the desktop lets it in with one tap, both screens say so', async () => {
    const { url, register } = options;
    const desk = await desktop(browser, options, '/admin/p/onboarding/registrations', '.o-wait, mh-state, table');
    const before = await counted(desk.page, 'Pending registrations');
    const path = await register('together-2');
    const phone = await open(browser, url, { viewport: PHONE });
    await phone.page.goto(path);
    await state(phone.page, 'waiting');
    const { loads } = watch(phone.page);
    const words = await phone.page.locator('.words').innerText();
    const card = desk.page.locator(`.o-wait[data-words="${words}"]`);
    await card.getByText(words, { exact: true }).waitFor();
    await countIs(desk.page, 'Pending registrations', before + 1);
    const id = await card.getAttribute('data-registration');
    await clean(phone.page, phone.faults, path);
    await cleanWide(desk.page, desk.faults, 'the desktop with a device that waits');
    await shot(desk.page, 'together-waiting-desktop');
    await whole(phone.page, 'together-waiting-phone');

    // A user alone stands on the button; among a few each has a button of their own.
    await card.locator('.mh-chip[data-user=ada]').or(card.getByRole('button', { name: /Approve as\s+ada/i })).click();
    await state(phone.page, 'approved');
    const said = await phone.page.locator('main').innerText();
    assert.match(said, /together-2.* 100\.64\.\d+\.\d+/);
    const over = desk.page.locator(`tr[data-registration="${id}"]`);
    await over.getByText('Let in').waitFor();
    await countIs(desk.page, 'Pending registrations', before);
    await clean(phone.page, phone.faults, 'the phone whose device was let in');
    await whole(phone.page, 'together-approved-phone');
    await shot(desk.page, 'together-let-in-desktop');
    assert.deepEqual([loads(), desk.loads()], [0, 0], 'neither page was loaded again');
    await over.getByRole('link', { name: /^together-2/ }).click();
    await desk.page.waitForURL(/\/admin\/p\/nodes\/nodes\/\d+/);
    await desk.page.getByText(/100\.64\.\d+\.\d+/.exec(said)[0], { exact: true }).first().waitFor();
    await phone.context.close();
    await desk.context.close();
  });
}

async function takenBackAndRefused(browser, options) {
  await test('together: Undo within its time gives pending again, and a refusal reaches the phone in the words of the admin', async () => {
    const desk = await desktop(browser, options, '/admin/p/onboarding/requests', requestsReady);
    const before = await counted(desk.page, 'Device requests');
    const phone = await open(browser, options.url, { viewport: PHONE });
    const words = await ask(phone.page, { Device: 'together-3', 'Who you are': 'ada' });
    const { loads } = watch(phone.page);
    await row(desk.page, words).locator('[data-action=approve]').click();
    await rowIs(desk.page, words, 'approving');
    await countIs(desk.page, 'Device requests', before);
    await desk.page.locator('.mh-toast').filter({ hasText: 'together-3 approved for ' }).getByRole('button', { name: 'Undo' }).click();
    await rowIs(desk.page, words, 'pending');
    await countIs(desk.page, 'Device requests', before + 1);
    await state(phone.page, 'pending');
    assert.equal(await phone.page.locator('.words').innerText(), words);

    await row(desk.page, words).locator('[data-action=reject]').click();
    await row(desk.page, words).getByRole('textbox', { name: 'Reason' }).fill('Come to <b>my desk</b> first');
    await row(desk.page, words).locator('[data-form=reject] button[type=submit]').click();
    await state(phone.page, 'rejected');
    await phone.page.getByText('Come to <b>my desk</b> first').waitFor();
    assert.equal(await phone.page.locator('[data-key-panel]:visible').count(), 0, 'an approval that was taken back made no key');
    await rowIs(desk.page, words, 'rejected');
    await countIs(desk.page, 'Device requests', before);
    await clean(phone.page, phone.faults, 'the phone that was refused');
    await cleanWide(desk.page, desk.faults, 'the desktop that refused');
    await whole(phone.page, 'together-rejected-phone');
    assert.deepEqual([loads(), desk.loads()], [0, 0], 'neither page was loaded again');
    await phone.context.close();
    await desk.context.close();
  });
}

export async function onboardingTogetherFlows(browser, options) {
  await withAKey(browser, options);
  await withoutAKey(browser, options);
  await takenBackAndRefused(browser, options);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { MASTHEAD_E2E_URL: url, MASTHEAD_E2E_COOKIE: cookie } = process.env;
  const browser = await launch();
  let code = 1;
  try {
    await onboardingTogetherFlows(browser, { url, cookie, ...devices(process.env) });
    code = finish();
  } finally {
    await browser.close();
  }
  process.exit(code);
}
