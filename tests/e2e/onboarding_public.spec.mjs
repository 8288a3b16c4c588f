// The pages for people without an account: how to connect, asking for access, the key in the asking browser, waiting devices.
// Runs by itself against a started Masthead with the plugins nodes and onboarding: MASTHEAD_E2E_URL, MASTHEAD_E2E_COOKIE and
// MASTHEAD_E2E_CSRF (an admin's), and the devices of people.mjs; with real clients only what concerns devices runs. QR codes are
// read from screenshots by zbarimg.
import { pathToFileURL } from 'node:url';
import { launch, open, PHONE, WIDE } from './browser.mjs';
import { assert, finish, test } from './harness.mjs';
import { ask, clean, devices, qrOf, state, whole } from './people.mjs';

const SIZES = { phone: PHONE, wide: WIDE };
const PLATFORMS = ['windows', 'macos', 'ios', 'android', 'linux', 'appliance'];
const AGENTS = {
  windows: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  macos: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
  ios: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  android: 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  linux: 'Mozilla/5.0 (X11; Fedora; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
};

/** The admin's side, by the API. */
export function admin(browser, { url, cookie, csrf }) {
  const call = async (method, path, data) => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    try {
      const response = await context.request.fetch(`${url}/admin/api/p/onboarding${path}`, { method, data, headers: { Cookie: cookie, Origin: url, 'X-Masthead-CSRF': csrf } });
      const text = await response.text();
      assert.ok(response.ok(), `${method} ${path}: ${response.status()} ${text}`);
      return text ? JSON.parse(text) : {};
    } finally {
      await context.close();
    }
  };
  const find = async (words) => {
    const { requests } = await call('GET', `/requests?q=${encodeURIComponent(words)}`);
    const found = requests.find((request) => request.words === words);
    assert.ok(found, `the admin sees the request ${words}`);
    return found;
  };
  return { call, find, approve: async (words, options = {}) => call('POST', `/requests/${(await find(words)).id}/approve`, { newUser: 'ada', undoSeconds: 0, ...options }) };
}

async function connectPages(browser, { url }) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const [scheme, locale] of [['light', 'en-GB'], ['dark', 'zh-CN']]) {
      await test(`connect: every platform, ${size}, ${scheme}, ${locale}`, async () => {
        const { page, context, faults } = await open(browser, url, { viewport, scheme, locale });
        for (const platform of PLATFORMS) {
          await page.goto(`/connect?platform=${platform}`);
          assert.equal(await page.locator('html').getAttribute('lang'), locale === 'zh-CN' ? 'zh-CN' : 'en');
          assert.equal(await page.evaluate(() => getComputedStyle(document.body).color), scheme === 'dark' ? 'rgb(230, 237, 243)' : 'rgb(15, 31, 46)', `the ${scheme} theme follows the system`);
          assert.ok((await page.locator('main').innerText()).includes(url), `${platform} names this server`);
          for (const more of await page.locator('main details').all()) await more.evaluate((element) => (element.open = true));
          await clean(page, faults, `/connect ${platform} ${size} ${scheme}`);
          await whole(page, `connect-${platform}-${size}-${scheme}-${locale}`);
        }
        await context.close();
      });
    }
  }

  await test('connect: the platform is known from the browser', async () => {
    for (const [platform, userAgent] of Object.entries(AGENTS)) {
      const context = await browser.newContext({ baseURL: url, ignoreHTTPSErrors: true, userAgent, javaScriptEnabled: false });
      const page = await context.newPage();
      await page.goto('/connect');
      assert.equal(await page.locator('main').getAttribute('data-platform'), platform);
      if (platform === 'linux') assert.match(await page.locator('details[open] summary').first().innerText(), /dnf/);
      await context.close();
    }
  });

  await test('connect: an iPad that says it is a Mac gets the steps for iOS', async () => {
    const context = await browser.newContext({ baseURL: url, ignoreHTTPSErrors: true, userAgent: AGENTS.macos, hasTouch: true });
    await context.addInitScript(() => Object.defineProperty(navigator, 'maxTouchPoints', { get: () => 5 }));
    const page = await context.newPage();
    await page.goto('/connect');
    await page.locator('main[data-platform=ios]').waitFor();
    await context.close();
  });

  await test('connect: a key stays in the page, by hand and from the fragment', async () => {
    const { page, context, faults } = await open(browser, url);
    const sent = [];
    page.on('request', (request) => sent.push(request.url() + (request.postData() ?? '') + JSON.stringify(request.headers())));
    const key = 'hskey-auth-Abc123_def-456GHI';
    await page.goto(`/connect?platform=linux#key=${key}`);
    await page.getByText(`--login-server=${url} --auth-key=${key}`).waitFor();
    assert.ok(!page.url().includes(key), 'the key is taken out of the address');
    await page.getByRole('link', { name: 'Windows' }).click();
    await page.locator('main[data-platform=windows]').waitFor();
    await page.getByText(`tailscale login --login-server=${url} --auth-key=${key}`).waitFor();
    await page.goBack();
    await page.locator('main[data-platform=linux]').waitFor();
    await page.getByLabel('Key', { exact: true }).fill('x; rm -rf /');
    await page.getByText('This does not look like a key').waitFor();
    assert.ok(!(await page.locator('main').innerText()).includes('--auth-key'), 'what is no key reaches no command');
    await page.goto(`/connect?platform=linux#key=${encodeURIComponent('a$(reboot)b12345')}`);
    await page.reload();
    await page.locator('[data-key-card]').waitFor();
    assert.ok(!(await page.locator('main').innerText()).includes('reboot'), 'a hostile link fills nothing');
    assert.ok(!sent.some((line) => line.includes(key)), 'the key was never sent');
    await clean(page, faults, '/connect with a key');
    await context.close();
  });

  await test('connect: the QR code opens this page', async () => {
    const { page, context } = await open(browser, url);
    await page.goto('/connect?platform=linux');
    assert.equal(await qrOf(page.locator('.qr')), `${url}/connect`);
    await context.close();
  });

  await test('connect: settings files name this server', async () => {
    const { page, context } = await open(browser, url);
    for (const file of ['windows.reg', 'ios.mobileconfig', 'macos.mobileconfig']) {
      const response = await page.request.get(`/connect/${file}`);
      assert.equal(response.status(), 200);
      assert.match(response.headers()['content-disposition'], /attachment/);
      assert.ok((await response.text()).includes(url), `${file} names this server`);
    }
    await context.close();
  });

  await test('connect: the language switch keeps the platform, and links keep the language', async () => {
    const { page, context } = await open(browser, url);
    await page.goto('/connect?platform=android');
    await page.getByRole('link', { name: '简体中文' }).click();
    await page.getByRole('heading', { level: 1, name: '连接设备' }).waitFor();
    assert.equal(await page.locator('main').getAttribute('data-platform'), 'android');
    await page.getByRole('link', { name: '申请访问' }).click();
    await page.getByRole('heading', { level: 1, name: '申请访问' }).waitFor();
    await context.close();
  });

  await test('connect: readable at 200 % zoom and by keyboard', async () => {
    const { page, context, faults } = await open(browser, url, { viewport: { width: 320, height: 400 } });
    await page.goto('/connect?platform=macos');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.className), 'skip');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.activeElement?.matches('[data-tab]')), 'the first stop after the skip link is a platform');
    await page.keyboard.press('Enter');
    await page.locator('main[data-platform=windows]').waitFor();
    assert.ok(await page.evaluate(() => document.activeElement?.matches('[data-tab][aria-current]')), 'the focus stays on the chosen platform');
    await clean(page, faults, '/connect at 320 px');
    await context.close();
  });
}

async function asking(browser, { url, office, join: joinDevice }) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await test(`request: mistakes appear in place and nothing typed is lost, ${size}`, async () => {
      const { page, context, faults } = await open(browser, url, { viewport });
      await page.goto('/request');
      await whole(page, `request-${size}`);
      await clean(page, faults, '/request');
      await page.getByLabel('Message').fill('hello <b>there</b>');
      await page.getByRole('button', { name: 'Send' }).click();
      await page.locator('#device-error', { hasText: 'Please fill this in.' }).waitFor();
      assert.equal(await page.evaluate(() => document.activeElement?.id), 'device');
      await page.route('**/request', (route) => route.abort());
      await page.getByLabel('Device').fill('phone-9');
      await page.getByLabel('Who you are').fill('Grace');
      await page.getByRole('button', { name: 'Send' }).click();
      await page.getByText('The server could not be reached').waitFor();
      assert.equal(await page.getByLabel('Message').inputValue(), 'hello <b>there</b>');
      await clean(page, faults, '/request with mistakes');
      await whole(page, `request-mistakes-${size}`);
      await context.close();
    });

    await test(`request: asked, approved, key and QR in the asking browser only, joined, ${size}`, async () => {
      const { page, context, faults } = await open(browser, url, { viewport, scheme: size === 'wide' ? 'dark' : 'light' });
      const answers = [];
      page.on('response', (response) => {
        if (/\/request/.test(response.url())) answers.push(response.text().catch(() => ''));
      });
      const words = await ask(page, { Device: `${size}-7`, 'Who you are': 'Grace Hopper', Contact: 'grace@example.org', Message: 'my new one' });
      assert.match(words, /^[a-z]+-[a-z]+/);
      await clean(page, faults, '/request/status pending');
      await whole(page, `status-pending-${size}`);
      await page.reload();
      assert.equal(await page.locator('.words').innerText(), words, 'the page lives on reload');
      await office.approve(words);
      await page.locator('[data-key-panel]').waitFor();
      const key = await page.locator('[data-slot=key]').innerText();
      assert.match(key, /^[A-Za-z0-9_-]{20,}$/);
      assert.equal(await qrOf(page.locator('[data-slot=qr]')), key, 'the QR code on the screen is the key');
      const command = await page.locator('[data-slot=command]').innerText();
      assert.ok(command.includes(key) && command.includes(url), `the command is whole: ${command}`);
      await state(page, 'claimed');
      await page.locator('[data-key-panel]').waitFor();
      await clean(page, faults, '/request/status with a key');
      await whole(page, `status-key-${size}`);
      await page.reload();
      await page.locator('[data-key-panel]').waitFor();
      assert.equal(await page.locator('[data-slot=key]').innerText(), key, 'a reload still shows the key');
      assert.ok(!(await Promise.all(answers)).some((text) => text.includes(key)), 'the key never crossed the network in clear');
      const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
      assert.ok(!kept.includes(key), 'the key is not stored in clear');

      const replay = await page.request.post('/request/claim', { headers: { Accept: 'application/json', Origin: url } });
      assert.equal(replay.status(), 410, 'a second claim gets nothing');
      const thief = await open(browser, url);
      const other = await thief.page.goto('/request/status');
      assert.equal(other.status(), 404, 'another browser sees nothing');
      assert.ok(!(await thief.page.content()).includes(words));
      await thief.context.close();

      await joinDevice(key, `${size}-7`, command);
      await state(page, 'joined');
      assert.match(await page.locator('.big').innerText(), new RegExp(`${size}-7.* 100\\.64\\.`));
      assert.ok(!(await page.content()).includes(key), 'the key is gone from the page once the device is in');
      assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0, 'nothing is kept after that');
      await clean(page, faults, '/request/status joined');
      await whole(page, `status-joined-${size}`);
      await context.close();
    });
  }

  await test('request: refused with the admin\'s words, and asked again', async () => {
    const { page, context, faults } = await open(browser, url, { viewport: PHONE });
    const words = await ask(page, { Device: 'tab\u202e1', 'Who you are': '<img src=x onerror=alert(1)>' });
    assert.match(await page.locator('.facts').innerText(), /‹U\+202E›/, 'marks that turn text around are shown');
    const { id } = await office.find(words);
    await office.call('POST', `/requests/${id}/reject`, { reason: 'Come to <b>my desk</b> first' });
    await state(page, 'rejected');
    await page.getByText('Come to <b>my desk</b> first').waitFor();
    await clean(page, faults, '/request/status rejected');
    await whole(page, 'status-rejected');
    await page.getByRole('button', { name: 'Ask again' }).click();
    await state(page, 'pending');
    const again = await page.locator('.words').innerText();
    assert.notEqual(again, words);
    assert.equal((await office.find(again)).person, (await office.find(words)).person, 'the fields are kept');
    await page.getByRole('button', { name: 'Withdraw the request' }).click();
    await state(page, 'withdrawn');
    assert.equal((await office.find(again)).state, 'withdrawn');
    await whole(page, 'status-withdrawn');
    await context.close();
  });

  await test('request: without JavaScript', async () => {
    const context = await browser.newContext({ baseURL: url, ignoreHTTPSErrors: true, javaScriptEnabled: false, viewport: PHONE, locale: 'zh-CN' });
    const page = await context.newPage();
    await page.goto('/request');
    await page.getByLabel('您是谁').fill('格蕾丝');
    await page.getByLabel('设备').fill('x'.repeat(64));
    await page.evaluate(() => 0);
    await page.getByLabel('设备').fill('phone-nojs');
    await page.getByLabel('留言').fill('\n第二行'.repeat(40));
    await page.getByRole('button', { name: '提交' }).click();
    await page.waitForURL(/\/request\/status/);
    assert.equal(await page.locator('noscript meta[http-equiv=refresh], meta[http-equiv=refresh]').getAttribute('content'), '15');
    const words = await page.locator('.words').innerText();
    await whole(page, 'nojs-pending');
    await office.approve(words);
    let claimable = 0;
    for (let round = 0; round < 40 && claimable === 0; round += 1) {
      await page.goto('/request/status');
      claimable = await page.getByRole('button', { name: '显示我的密钥' }).count();
    }
    await page.getByRole('button', { name: '显示我的密钥' }).click();
    const key = await page.locator('[data-slot=key]').innerText();
    assert.equal(await qrOf(page.locator('[data-slot=qr]')), key);
    await whole(page, 'nojs-key');
    await page.goto('/request/status');
    assert.ok(!(await page.content()).includes(key), 'the key is shown once');
    await context.close();
  });

  await test('request: a form that is wrong comes back whole without JavaScript', async () => {
    const { page, context } = await open(browser, url);
    const answer = await page.request.post('/request', { form: { device: '', person: 'Grace "<i>', message: 'a\nb', contact: 'x'.repeat(121), nonce: 'n-12345678' }, headers: { Origin: url } });
    assert.equal(answer.status(), 422);
    const text = await answer.text();
    assert.ok(text.includes('value="Grace &quot;&lt;i&gt;"') && text.includes('\na\nb</textarea>') && text.includes('value="n-12345678"'), 'what was typed is in the answer, escaped');
    assert.ok(text.includes('href="#device"') && text.includes('href="#contact"'), 'the mistakes are named');
    assert.equal(answer.headers()['set-cookie'], undefined);
    const foreign = await page.request.post('/request', { form: { device: 'a', person: 'b' }, headers: { Origin: 'https://evil.example' } });
    assert.equal(foreign.status(), 403, 'another site cannot send the form');
    const large = await page.request.post('/request', { data: 'message=' + 'x'.repeat(9000), headers: { Origin: url, 'Content-Type': 'application/x-www-form-urlencoded' } });
    assert.equal(large.status(), 413);
    await context.close();
  });

  await test('request: the same nonce twice is one request', async () => {
    const { page, context } = await open(browser, url);
    const form = { device: 'twice', person: 'Grace', nonce: 'same-nonce-1234' };
    const send = async () => (await page.request.post('/request', { form, headers: { Origin: url, Accept: 'application/json' } })).json();
    const first = await send();
    assert.equal((await send()).words, first.words);
    await context.close();
  });
}

async function registrations(browser, { url, office, register }) {
  if (!register) return;
  await test('register: a device that waits, approved by its words', async () => {
    const path = await register('lamp-3');
    const { page, context, faults } = await open(browser, url, { viewport: PHONE });
    await page.goto(path);
    await state(page, 'waiting');
    const words = await page.locator('.words').innerText();
    await clean(page, faults, path);
    await whole(page, 'register-waiting');
    const { registrations: list } = await office.call('GET', '/registrations');
    const found = list.find((item) => item.words === words);
    assert.ok(found, 'the admin sees the waiting device');
    const { users } = await office.call('GET', '/users');
    await office.call('POST', `/registrations/${encodeURIComponent(found.id)}/approve`, { user: users[0].id });
    await state(page, 'approved');
    await clean(page, faults, 'an approved device');
    await whole(page, 'register-approved');
    await context.close();
  });
  await test('register: an address that no device was given', async () => {
    const { page, context } = await open(browser, url);
    assert.equal((await page.goto('/register/not-an-id')).status(), 404);
    await context.close();
  });
}

export async function onboardingPublicFlows(browser, options) {
  const everything = { ...options, office: admin(browser, options) };
  if (!options.real) await connectPages(browser, everything);
  await asking(browser, everything);
  await registrations(browser, everything);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { MASTHEAD_E2E_URL: url, MASTHEAD_E2E_COOKIE: cookie, MASTHEAD_E2E_CSRF: csrf } = process.env;
  const browser = await launch();
  let code = 1;
  try {
    await onboardingPublicFlows(browser, { url, cookie, csrf, ...devices(process.env) });
    code = finish();
  } finally {
    await browser.close();
  }
  process.exit(code);
}
