// Signing in through a provider in a real browser: from the sign-in page to the provider's own pages and back, and what the pages
// in between say when it does not work. Runs by itself against a started Masthead: MASTHEAD_E2E_URL, MASTHEAD_E2E_PROVIDER (the
// provider's id) with the people of good_op.mjs: ada (admin), sven (no mapped group).
import { pathToFileURL } from 'node:url';
import { launch, open, PHONE, shot, WIDE } from './browser.mjs';
import { assert, finish, test } from './harness.mjs';
import { clean } from './people.mjs';

const SIZES = { phone: PHONE, wide: WIDE };

/** The provider's own form, and its question whether that is all right. */
async function atProvider(page, name) {
  await page.waitForURL(/^http:\/\/127\.0\.0\.1:/);
  await page.fill('input[name=login]', name);
  await page.fill('input[name=password]', 'anything');
  await page.click('button[type=submit]');
  await page.waitForURL(/\/interaction\/|\/admin\//);
  if (page.url().includes('/interaction/')) await page.click('button[type=submit]');
}

async function begin(page, provider) {
  await page.goto('/admin/');
  await page.click(`[data-action=provider][data-provider="${provider}"]`);
}

export async function ssoFlows(browser, { url, provider }) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await test(`sso ${size}: from the sign-in page through the provider into the console, and out again`, async () => {
      const { page, context, faults } = await open(browser, url, { viewport });
      await begin(page, provider);
      await atProvider(page, 'ada');
      await page.waitForURL(`${url}/admin/`);
      await page.waitForFunction(() => fetch('/admin/api/v1/me').then((answer) => answer.status === 200));
      const me = await page.evaluate(() => fetch('/admin/api/v1/me').then((answer) => answer.json()));
      assert.equal(me.principal.method, 'sso');
      assert.deepEqual(me.principal.roles, ['admin']);
      const cookies = await context.cookies(url);
      const session = cookies.find((cookie) => cookie.name === '__Host-masthead');
      assert.equal(session.sameSite, 'Strict');
      assert.ok(session.httpOnly && session.secure);
      assert.deepEqual(faults.errors, []);
      assert.deepEqual(faults.violations, []);
      const answer = await page.evaluate((csrf) => fetch('/admin/api/v1/session', { method: 'DELETE', headers: { 'X-Masthead-CSRF': csrf } }).then((done) => done.json()), me.csrf);
      await page.goto(answer.logout_url);
      await page.click('button[value=yes]');
      await page.waitForURL(/\/signed-out/);
      assert.equal(await page.locator('h1').innerText(), 'You are signed out');
      await clean(page, faults, `signed out ${size}`);
      await shot(page, `sso-signed-out-${size}`);
      await context.close();
    });

    for (const [scheme, locale, heading] of [['light', 'en-GB', 'You have no access here'], ['dark', 'zh-CN', '您没有访问权限']]) {
      await test(`sso ${size}, ${scheme}, ${locale}: no mapped group, no access`, async () => {
        const { page, context, faults } = await open(browser, url, { viewport, scheme, locale });
        await begin(page, provider);
        await atProvider(page, 'sven');
        await page.waitForURL(/\/callback/);
        assert.equal(await page.locator('h1').innerText(), heading);
        assert.equal(await page.locator('html').getAttribute('lang'), locale === 'zh-CN' ? 'zh-CN' : 'en');
        await clean(page, faults, `no access ${size} ${scheme}`);
        await shot(page, `sso-no-access-${size}-${scheme}`);
        assert.equal(await page.evaluate(() => fetch('/admin/api/v1/me').then((answer) => answer.status)), 401);
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await page.waitForURL((target) => !target.pathname.includes('/callback'));
        await context.close();
      });
    }

    await test(`sso ${size}: a callback nobody asked for`, async () => {
      const { page, context, faults } = await open(browser, url, { viewport });
      await page.goto(`/admin/api/v1/sso/${provider}/callback?state=${'A'.repeat(43)}&code=x`);
      assert.equal(await page.locator('h1').innerText(), 'This sign-in is no longer under way');
      await clean(page, faults, `lost ${size}`);
      await context.close();
    });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { MASTHEAD_E2E_URL: url, MASTHEAD_E2E_PROVIDER: provider } = process.env;
  const browser = await launch();
  let code = 1;
  try {
    await ssoFlows(browser, { url, provider });
    code = finish();
  } finally {
    await browser.close();
  }
  process.exit(code);
}
