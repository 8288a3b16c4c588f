// What the pages do with every kind of answer; on the mock, which can be told to misbehave.
import { assert, test } from './harness.mjs';
import { axe, open, PHONE, shot, violations, WIDE } from './browser.mjs';

export async function start(browser, server, options = {}) {
  const session = await open(browser, server.url, options);
  await session.page.goto('/admin/');
  await session.page.locator('input[name=email]').fill(server.email);
  await session.page.locator('input[name=password]').fill(server.password);
  await session.page.locator('button[type=submit]').click();
  await session.page.locator('.tiles').waitFor();
  return session;
}

export async function pageFlows(browser, server) {
  const tell = async (what, body = {}) => (await fetch(`${server.url}/mock/${what}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
  const { page, context, faults } = await start(browser, server);
  const nodes = async (query = '') => {
    await page.goto(`/admin/p/nodes/nodes${query}`);
    await page.locator('.mh-row-link, mh-state[kind=empty]').first().waitFor();
  };
  const names = () => page.locator('.mh-row-link').allInnerTexts();

  await test('hostile names are text, marked where they are invisible', async () => {
    await page.goto('/admin/p/nodes/nodes/5');
    await page.getByText('<img src=x onerror=alert(1)>').waitFor();
    assert.equal(await page.locator('main img').count(), 0);
    await page.goto('/admin/p/nodes/nodes/10');
    await page.locator('dd .mh-mark').filter({ hasText: 'U+202E' }).waitFor();
    await page.goto('/admin/p/nodes/users');
    await page.getByText('<b>mallory</b>').first().waitFor();
    assert.equal(await page.locator('main td b').count(), 0);
  });

  await test('search, filters and order live in the address', async () => {
    await nodes();
    const all = Number(await page.locator('[data-count]').getAttribute('data-count'));
    assert.equal(all, 60);
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('type')), 'search', 'slash focuses the search');
    await page.keyboard.type('tag:db -is:online');
    await page.waitForURL(/q=tag%3Adb/);
    await page.getByRole('button', { name: /^Offline/ }).click();
    await page.waitForURL(/show=offline/);
    const found = await page.locator('.n-found').innerText();
    const address = page.url();
    await page.reload();
    await page.locator('.n-found').waitFor();
    assert.equal(await page.locator('.n-found').innerText(), found, `the address ${address} brings the same list back`);
    await page.getByRole('button', { name: 'Clear filters' }).first().click();
    await page.locator('.n-found').waitFor({ state: 'detached' });
    await page.getByRole('columnheader', { name: 'Address' }).getByRole('button').click();
    await page.waitForURL(/sort=address/);
    assert.equal(await page.getByRole('columnheader', { name: 'Address' }).getAttribute('aria-sort'), 'ascending');
    const first = (await names())[0];
    await page.getByRole('columnheader', { name: 'Address' }).getByRole('button').click();
    await page.waitForURL(/sort=-address/);
    await page.waitForFunction((name) => document.querySelector('.mh-row-link')?.textContent !== name, first);
  });

  await test('only the rows near the window exist, and scrolling brings the last one', async () => {
    await nodes();
    const drawn = await page.locator('.mh-tr').count();
    assert.ok(drawn < 40, `${drawn} rows exist`);
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.locator('.mh-tr[aria-rowindex="61"]').waitFor();
    assert.equal(await page.locator('mh-table').getAttribute('aria-rowcount'), '61');
  });

  await test('rows are reached and opened with the keyboard', async () => {
    await nodes();
    await page.locator('.mh-row-link').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const row = await page.evaluate(() => document.activeElement?.closest('[role=row]')?.getAttribute('aria-rowindex'));
    assert.equal(row, '4');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/nodes\/nodes\/\d+$/);
  });

  await test('a node that goes offline changes on the page by itself', async () => {
    await page.goto('/admin/p/nodes/nodes/12');
    const answer = page.locator('.n-answer[data-online]');
    await answer.waitFor();
    const before = await answer.getAttribute('data-online');
    await tell('toggle', { id: '12' });
    await page.locator(`.n-answer[data-online=${before === 'true' ? 'false' : 'true'}]`).waitFor();
  });

  await test('tagging warns that it is one-way before it can be done', async () => {
    await nodes('?q=-is:tagged');
    await page.locator('.mh-row-link').first().click();
    await page.getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Tags' }).fill('web');
    const save = dialog.getByRole('button', { name: 'Save tags' });
    assert.ok(await save.isDisabled());
    assert.deepEqual(await axe(page), []);
    await dialog.getByRole('checkbox', { name: /one-way/ }).check();
    await save.click();
    await page.locator('.n-answer').filter({ hasText: 'tag:web' }).waitFor();
    await page.getByRole('button', { name: 'Edit' }).click();
    await dialog.getByRole('textbox', { name: 'Tags' }).fill('');
    await dialog.getByText('keeps at least one tag').waitFor();
    assert.ok(await save.isDisabled(), 'the last tag stays');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Edit', 'focus returns to the button');
  });

  await test('routes and the exit node are switches', async () => {
    await nodes('?show=routes');
    await page.locator('.mh-row-link').first().click();
    const waiting = page.locator('.n-route').filter({ hasText: 'Waiting' }).first();
    const route = await waiting.getAttribute('data-route');
    await waiting.getByRole('switch').check();
    await page.locator(`.n-route[data-route="${route}"]`).filter({ hasText: /Serving|Approved/ }).waitFor();
    await page.locator(`.n-route[data-route="${route}"]`).getByRole('switch').uncheck();
    await page.locator(`.n-route[data-route="${route}"]`).filter({ hasText: 'Waiting' }).waitFor();
    await nodes('?show=exit');
    await page.locator('.mh-row-link').first().click();
    await page.locator('.n-route[data-route=exit]').getByRole('switch').uncheck();
    await page.locator('.n-route[data-route=exit]').filter({ hasText: 'Waiting' }).waitFor();
  });

  await test('a key expires on a date, never or now', async () => {
    await page.goto('/admin/p/nodes/nodes/12');
    for (const [mode, seen] of [['Never', 'Never'], ['On a date', 'in 90 days'], ['Now', 'Its key has expired']]) {
      await page.getByRole('button', { name: 'Change' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText(mode, { exact: true }).click();
      if (mode === 'On a date') await dialog.getByRole('button', { name: '90 days' }).click();
      await dialog.getByRole('button', { name: /^(Set expiry|Expire now)$/ }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByText(seen).first().waitFor();
    }
  });

  await test('deleting asks for the name to be typed', async () => {
    await page.goto('/admin/p/nodes/nodes/13');
    const name = await page.locator('[data-node-name]').getAttribute('data-node-name');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    const dialog = page.getByRole('dialog');
    const remove = dialog.getByRole('button', { name: 'Delete the node' });
    assert.ok(await remove.isDisabled());
    await dialog.getByRole('textbox').fill(name);
    await remove.click();
    await page.waitForURL(/\/nodes\/nodes$/);
    await page.waitForFunction(() => document.querySelector('[data-count]')?.getAttribute('data-count') === '59');
    await page.goto('/admin/p/nodes/nodes/13');
    await page.getByText('This node is not here').waitFor();
  });

  await test('a device is registered from the text it printed', async () => {
    await nodes('?register=1');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Registration key' }).fill('To authenticate, visit: https://localhost:8443/register/hskey-authreq-abcdefghijklmnopqrstuvwx');
    await dialog.getByRole('button', { name: 'Register' }).click();
    await page.locator('[data-node-name=newcomer]').waitFor();
  });

  await test('users are created, renamed and deleted, and a refusal says why', async () => {
    await page.goto('/admin/p/nodes/users');
    const dialog = page.getByRole('dialog');
    for (const name of ['ada', 'zoe']) {
      await page.getByRole('button', { name: 'Create a user' }).click();
      await dialog.getByRole('textbox', { name: 'User name' }).fill(name);
      await dialog.getByRole('button', { name: 'Create a user' }).click();
      if (name === 'ada') {
        await dialog.getByRole('alert').filter({ hasText: 'exists already' }).waitFor();
        await page.keyboard.press('Escape');
      }
      await dialog.waitFor({ state: 'detached' });
    }
    await page.getByRole('button', { name: 'Rename user zoe' }).click();
    await dialog.getByRole('textbox', { name: 'User name' }).fill('zoey');
    await dialog.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('button', { name: 'Delete user zoey' }).click();
    await dialog.getByRole('textbox').fill('zoey');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.locator('tr[data-user=zoey]').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Delete user linus' }).click();
    await dialog.getByRole('textbox').fill('linus');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('alert').filter({ hasText: 'still has nodes' }).waitFor();
    await page.keyboard.press('Escape');
  });

  await test('pre-auth keys of tags, expiry and deletion', async () => {
    await page.goto('/admin/p/nodes/keys?new=1');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Tags', { exact: true }).click();
    await dialog.getByRole('textbox', { name: 'Tags' }).fill('ci');
    await dialog.getByRole('checkbox', { name: /More than one/ }).check();
    await dialog.getByRole('button', { name: '90 days' }).click();
    await dialog.getByText('Whoever gets hold of this key').waitFor();
    await shot(page, 'newkey-risky-1280');
    await dialog.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('button', { name: 'Done' }).click();
    const row = page.locator('tr[data-key]').first();
    const id = await row.getAttribute('data-key');
    await page.getByRole('button', { name: `Expire key ${id}` }).click();
    await dialog.getByRole('button', { name: 'Expire', exact: true }).click();
    await page.locator(`tr[data-key="${id}"]`).filter({ hasText: 'Expired' }).waitFor();
    await page.getByRole('button', { name: `Delete key ${id}` }).click();
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.locator(`tr[data-key="${id}"]`).waitFor({ state: 'detached' });
  });

  await test('API keys are created, shown once and expired', async () => {
    await page.goto('/admin/p/nodes/api-keys');
    await page.getByRole('button', { name: 'Create an API key' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
    const key = await page.locator('[data-secret=key] .mh-copy-text').innerText();
    assert.match(key, /^hskey-api-/);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.locator('tbody tr').nth(2).getByRole('button', { name: /^Expire/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Expire', exact: true }).click();
    await page.locator('tbody tr').nth(2).filter({ hasText: 'Expired' }).waitFor();
  });

  await test('headscale away: the last known state with its age, and changes say why they fail', async () => {
    await nodes();
    await tell('headscale', { state: 'away' });
    await page.locator('[data-banner=headscale]').filter({ hasText: 'last known state' }).waitFor();
    await page.locator('.mh-row-link').first().click();
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await page.getByRole('textbox', { name: 'New name' }).fill('other-name');
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('alert').filter({ hasText: 'headscale is away' }).waitFor();
    await page.keyboard.press('Escape');
    await shot(page, 'away-1280');
    await tell('headscale', { state: 'ready' });
    await page.locator('[data-banner=headscale]').waitFor({ state: 'detached' });
  });

  await test('a lost event stream says so, recovers and misses nothing', async () => {
    await nodes();
    await tell('streams', { blocked: true });
    await page.locator('[data-banner=stream]').waitFor();
    await tell('join', { name: 'while-away' });
    await tell('streams', { blocked: false });
    await page.locator('[data-banner=stream]').waitFor({ state: 'detached', timeout: 30_000 });
    await page.getByRole('combobox', { name: 'Search nodes' }).fill('while-away');
    await page.locator('.mh-row-link').filter({ hasText: 'while-away' }).waitFor();
  });

  await test('a session that ended leads to sign-in and back to where one was', async () => {
    await nodes('?q=atlas&sort=-name');
    await tell('expire-sessions');
    await page.getByRole('button', { name: 'Register by key' }).click();
    await page.waitForURL(/sign-in\?next=/);
    await page.getByText('Your session has ended').waitFor();
    await page.locator('input[name=email]').fill(server.email);
    await page.locator('input[name=password]').fill(server.password);
    await page.locator('button[type=submit]').click();
    await page.waitForURL(/\/admin\/p\/nodes\/nodes\?.*q=atlas/);
  });

  await test('sign-in never leads out of the console', async () => {
    await tell('expire-sessions');
    await page.goto('/admin/sign-in?next=https%3A%2F%2Fevil.example%2Fadmin%2F');
    await page.locator('input[name=email]').fill(server.email);
    await page.locator('input[name=password]').fill(server.password);
    await page.locator('button[type=submit]').click();
    await page.locator('.tiles').waitFor();
    assert.equal(new URL(page.url()).pathname, '/admin/');
  });

  await test('a mistyped address says so inside the frame', async () => {
    await page.goto('/admin/nowhere');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await page.getByRole('link', { name: 'Go to the overview' }).click();
    await page.locator('.tiles').waitFor();
  });

  await test('a quarantined plugin is released, a refused one gives its reason', async () => {
    await page.goto('/admin/plugins');
    await page.locator('[data-plugin=old]').filter({ hasText: 'built for plugin interface 0' }).waitFor();
    await page.locator('[data-plugin=weather]').getByRole('button', { name: 'Release' }).click();
    await page.getByRole('status').filter({ hasText: 'Weather was released' }).waitFor();
  });

  await test('a page that throws is replaced, the frame stays', async () => {
    await page.route('**/nodes.js', (route) => route.fulfill({ contentType: 'text/javascript', body: "customElements.define('nodes-nodes-page', class extends HTMLElement { connectedCallback() { throw new Error('boom on purpose'); } });" }));
    await page.goto('/admin/p/nodes/nodes');
    await page.locator('[data-fault=nodes]').filter({ hasText: 'boom on purpose' }).waitFor();
    await page.getByRole('link', { name: 'Plugins' }).first().click();
    await page.getByRole('heading', { name: 'Plugins', level: 1 }).waitFor();
    await page.unroute('**/nodes.js');
    faults.errors.length = 0;
  });

  await test('the theme can be chosen and is kept', async () => {
    await page.goto('/admin/');
    await page.locator('.side').getByRole('combobox', { name: 'Theme' }).selectOption('dark');
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
    await page.reload();
    await page.locator('.tiles').waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
    await page.locator('.side').getByRole('combobox', { name: 'Theme' }).selectOption('system');
  });

  await test('the language changes at once, dates included', async () => {
    await nodes();
    await page.locator('.side').getByRole('combobox', { name: 'Language' }).selectOption('zh-CN');
    await page.getByRole('heading', { name: '节点', exact: true }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
    await page.locator('.mh-col-seen').filter({ hasText: '前' }).first().waitFor();
    const english = await page.evaluate(() => [...document.querySelectorAll('main button, main label, main h1, nav a')].map((node) => node.textContent.trim()).filter((text) => /\b(Search|Online|Offline|Nodes|Users|Sort|Name|Owner)\b/.test(text)));
    assert.deepEqual(english, []);
    await page.locator('.side').getByRole('combobox', { name: '语言' }).selectOption('en');
    await page.getByRole('heading', { name: 'Nodes', exact: true }).waitFor();
  });

  await test('no policy violation and no page error in all of this', async () => {
    assert.deepEqual(await violations(page, faults), []);
    assert.deepEqual(faults.errors, []);
    assert.deepEqual((await tell('csp')).reports, [], 'reports that the browser sent');
  });
  await context.close();

  for (const [size, viewport] of [['1280', WIDE], ['360', PHONE]]) {
    for (const scheme of ['light', 'dark']) {
      await test(`every page is accessible, ${size} px, ${scheme}`, async () => {
        const session = await start(browser, server, { viewport, scheme });
        const pages = [['overview', '/admin/'], ['nodes', '/admin/p/nodes/nodes'], ['node', '/admin/p/nodes/nodes/12'], ['node-activity', '/admin/p/nodes/nodes/12?tab=activity'], ['routes', '/admin/p/nodes/routes'], ['rename', '/admin/p/nodes/nodes?register=1'], ['users', '/admin/p/nodes/users'],
          ['keys', '/admin/p/nodes/keys'], ['newkey', '/admin/p/nodes/keys?new=1'], ['apikeys', '/admin/p/nodes/api-keys'], ['plugins', '/admin/plugins'], ['audit', '/admin/audit'], ['missing', '/admin/nowhere']];
        for (const [name, path] of pages) {
          await session.page.goto(path);
          await session.page.locator('main h1').first().waitFor({ state: 'attached' });
          await session.page.locator('.mh-bones').waitFor({ state: 'detached' });
          await session.page.evaluate(() => document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))));
          await shot(session.page, `${name}-${size}-${scheme}`);
          assert.deepEqual(await axe(session.page), [], `${name}, ${size} px, ${scheme}`);
          const overflow = await session.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          assert.ok(overflow <= 0, `${name} is ${overflow} px wider than ${size} px`);
          if (size === '360') {
            const small = await session.page.evaluate(() => [...document.querySelectorAll('button, select, input:not([type=checkbox]):not([type=radio]), .nav-link, .bottom-link')]
              .filter((node) => node.checkVisibility() && !node.closest('[hidden]')).map((node) => [node, node.getBoundingClientRect()]).filter(([, box]) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
              .map(([node, box]) => `${node.className || node.tagName} ${node.textContent.trim().slice(0, 20)} ${Math.round(box.width)}x${Math.round(box.height)}`));
            assert.deepEqual(small, [], `targets below 44 px on ${name}`);
          }
        }
        assert.deepEqual(await violations(session.page, session.faults), []);
        await session.context.close();
      });
    }
  }

  await test('on a phone the drawer holds every page and the account', async () => {
    const session = await start(browser, server, { viewport: PHONE });
    await session.page.getByRole('button', { name: 'More' }).click();
    const drawer = session.page.getByRole('dialog');
    await shot(session.page, 'drawer-360');
    assert.deepEqual(await axe(session.page), []);
    await drawer.getByRole('link', { name: 'Audit log' }).click();
    await session.page.getByRole('heading', { name: 'Audit log' }).waitFor();
    await session.page.getByRole('button', { name: 'More' }).click();
    await drawer.getByRole('button', { name: 'Sign out' }).click();
    await session.page.waitForURL(/sign-in$/);
    await session.context.close();
  });
}
