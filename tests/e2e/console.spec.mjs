// The way of a newcomer: set up, sign in, create a key, see the node appear, rename it; on a wide screen and on a phone. Runs against the real program
// (MASTHEAD_E2E_URL, MASTHEAD_E2E_SETUP_TOKEN) or against the mock. How a device joins is the caller's: `join(key)` gets the new pre-auth key.
import { assert, test } from './harness.mjs';
import { axe, open, PHONE, shot, violations, WIDE } from './browser.mjs';

const ADMIN = { name: 'Ada Lovelace', email: 'ada@example.org', password: 'tall masts carry small lamps' };

async function clean(page, faults, what) {
  assert.deepEqual(await violations(page, faults), [], `policy violations on ${what}`);
  assert.deepEqual(faults.errors, [], `page errors on ${what}`);
  assert.deepEqual(await axe(page), [], `accessibility findings on ${what}`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `${what} is ${overflow} px wider than the window`);
}

async function signIn(page, admin = ADMIN) {
  await page.getByRole('textbox', { name: 'Email' }).fill(admin.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(admin.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Makes a key in the page and returns its text, read where a person would read it. */
async function createKey(page) {
  await page.goto('/admin/p/nodes/keys');
  await page.getByRole('button', { name: 'Create a pre-auth key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name of the first user' }).or(dialog.getByRole('combobox', { name: 'User' })).waitFor();
  const first = dialog.getByRole('textbox', { name: 'Name of the first user' });
  if (await first.isVisible()) await first.fill('ada');
  assert.equal(await dialog.getByRole('checkbox', { name: /More than one device/ }).isChecked(), false, 'single use is the default');
  await dialog.getByRole('button', { name: 'Create key' }).click();
  const command = await page.locator('[data-secret=command] .mh-copy-text').innerText();
  const key = await page.locator('[data-secret=key] .mh-copy-text').innerText();
  assert.match(command, /^tailscale up /);
  assert.ok(command.includes(key), 'the command carries the whole key');
  assert.ok(command.includes('--login-server'), 'the command names this server');
  assert.ok(!page.url().includes(key), 'the key is not in the address');
  return key;
}

async function closeSecret(page, key) {
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  // Gone from the page, attributes and all, once the dialog has closed.
  await page.waitForFunction((text) => !document.documentElement.outerHTML.includes(text), key);
}

/** Renames a node in its page and returns the new name. */
async function rename(page, wanted) {
  await page.getByRole('button', { name: 'Rename', exact: true }).click();
  const dialog = page.getByRole('dialog');
  const field = dialog.getByRole('textbox', { name: 'New name' });
  await field.fill('Not A Name');
  assert.ok(await dialog.getByRole('button', { name: 'Rename' }).isDisabled(), 'a name headscale would refuse cannot be sent');
  await field.fill(wanted);
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await page.locator(`[data-node-name="${wanted}"]`).waitFor();
}

/** `setUpAt` is the width at which there is no administrator yet. */
export async function consoleFlows(browser, { url, setupToken, join, widths = ['1280', '360'], setUpAt = widths[0] }) {
  let nodeId = '';
  for (const size of widths) {
    const viewport = size === '360' ? PHONE : WIDE;
    const { page, context, faults } = await open(browser, url, { viewport });
    const at = (name) => `${name} at ${size} px`;

    if (size === setUpAt) {
      await test(at('set-up creates the first administrator'), async () => {
        await page.goto('/admin/');
        await page.waitForURL(/\/admin\/setup$/);
        await page.getByRole('textbox', { name: 'Setup token' }).fill('wrong-token');
        await page.getByRole('textbox', { name: 'Your name' }).fill(ADMIN.name);
        await page.getByRole('textbox', { name: 'Email' }).fill(ADMIN.email);
        const password = page.getByRole('textbox', { name: 'Password' });
        const create = page.getByRole('button', { name: 'Create the first administrator' });
        await password.fill('too short');
        await page.getByText('Use 15 characters or more').waitFor();
        assert.ok(await create.isDisabled(), 'a short password cannot be sent');
        await password.fill(ADMIN.password);
        await create.click();
        await page.getByRole('alert').filter({ hasText: 'token is wrong' }).waitFor();
        await clean(page, faults, 'set-up');
        await shot(page, `setup-${size}`);
        await page.getByRole('textbox', { name: 'Setup token' }).fill(setupToken);
        await create.click();
        await page.getByRole('heading', { name: 'Overview' }).waitFor();
        await page.locator('[data-headscale=ready]').waitFor();
      });
      await test(at('the overview shows headscale and the processes'), async () => {
        for (const child of ['headscale', 'console', 'edge']) await page.locator(`[data-child=${child}]`).filter({ hasText: 'Ready' }).waitFor();
        await clean(page, faults, 'overview');
        await shot(page, `overview-${size}`);
      });
      await test(at('sign-out ends the session and set-up is void'), async () => {
        if (size === '360') {
          await page.getByRole('button', { name: 'More' }).click();
          await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
        } else {
          await page.locator('.side .account-btn').click();
          await page.getByRole('menuitem', { name: 'Sign out' }).click();
        }
        await page.waitForURL(/\/admin\/sign-in$/);
        await page.goto('/admin/setup');
        await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
      });
    }

    await test(at('sign-in leads back to the page that was asked for'), async () => {
      await page.goto('/admin/p/nodes/keys?show=active');
      await page.waitForURL(/\/admin\/sign-in\?next=/);
      await signIn(page, { ...ADMIN, password: 'not the password at all' });
      await page.getByRole('alert').filter({ hasText: 'do not fit together' }).waitFor();
      await clean(page, faults, 'sign-in');
      await signIn(page);
      await page.getByRole('heading', { name: 'Pre-auth keys' }).waitFor();
      assert.ok(page.url().endsWith('/admin/p/nodes/keys?show=active'), `came back to ${page.url()}`);
    });

    let key = '';
    await test(at('a pre-auth key is shown once, with the whole command'), async () => {
      key = await createKey(page);
      await clean(page, faults, 'the new key');
      await shot(page, `key-created-${size}`);
      await closeSecret(page, key);
    });

    await test(at(join ? 'a node that joins appears without a reload' : 'the nodes that are there are listed'), async () => {
      await page.goto('/admin/p/nodes/nodes');
      await page.getByRole('heading', { name: 'Nodes', exact: true }).waitFor();
      await page.locator('.mh-bones').waitFor({ state: 'detached' });
      await page.evaluate(() => {
        window.__sameDocument = true;
      });
      const before = Number(await page.locator('[data-count]').getAttribute('data-count'));
      const joined = join ? await join(key, `walker-${size}`) : null;
      if (joined !== null) {
        await page.waitForFunction((count) => Number(document.querySelector('[data-count]')?.getAttribute('data-count')) > count, before, { timeout: 30_000 });
      }
      // A name far down the alphabet is drawn only when it is looked for.
      if (joined) await page.locator('input[type=search]').fill(joined);
      const link = joined ? page.locator('.mh-row-link').filter({ hasText: joined }).first() : page.locator('.mh-row-link').first();
      await link.waitFor();
      nodeId = await link.getAttribute('data-node');
      assert.equal(await page.evaluate(() => window.__sameDocument), true, 'the page was not loaded again');
      await clean(page, faults, 'nodes');
      await shot(page, `nodes-joined-${size}`);
    });

    await test(at('a node is renamed in its page'), async () => {
      await page.locator(`.mh-row-link[data-node="${nodeId}"]`).click();
      await page.waitForURL(new RegExp(`/admin/p/nodes/nodes/${nodeId}$`));
      const wanted = `renamed-${size}`;
      await rename(page, wanted);
      await clean(page, faults, 'a node');
      await shot(page, `node-renamed-${size}`);
      await page.reload();
      await page.locator(`[data-node-name="${wanted}"]`).waitFor();
      await page.goto(`/admin/p/nodes/nodes?q=${wanted}`);
      await page.locator('.mh-row-link').filter({ hasText: wanted }).first().waitFor();
    });

    await test(at('every other page is there, accessible and within the policy'), async () => {
      for (const [path, heading] of [['/admin/p/nodes/users', 'Users'], ['/admin/p/nodes/api-keys', 'API keys'], ['/admin/plugins', 'Plugins'], ['/admin/audit', 'Audit log'], ['/admin/', 'Overview']]) {
        await page.goto(path);
        await page.getByRole('heading', { name: heading, exact: true, level: 1 }).waitFor();
        await page.locator('.mh-bones').waitFor({ state: 'detached' });
        assert.equal(await page.locator('mh-state[kind=error]').count(), 0, `${path} shows an error`);
        await clean(page, faults, path);
      }
    });
    await context.close();
  }
}
