// The list of nodes as a tool: its query language with completion and marks, columns, views, order under the pointer, many nodes at once, files.
import { readFileSync } from 'node:fs';
import { assert, test } from './harness.mjs';
import { axe, open, PHONE, shot, violations, WIDE } from './browser.mjs';
import { start } from './pages.spec.mjs';

export async function nodesFlows(browser, server) {
  const tell = async (what, body = {}) => (await fetch(`${server.url}/mock/${what}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
  const { page, context, faults } = await start(browser, server);
  const nodes = async (query = '') => {
    await page.goto(`/admin/p/nodes/nodes${query}`);
    await page.locator('.mh-row-link, mh-state[kind=empty]').first().waitFor();
  };
  const names = () => page.locator('.mh-row-link').allInnerTexts();
  const search = page.getByRole('combobox', { name: 'Search nodes' });
  const box = (index) => page.locator(`.mh-tr[aria-rowindex="${index + 2}"] input[type=checkbox]`);
  const dialog = page.getByRole('dialog');

  await test('the search completes fields and values with the keyboard', async () => {
    await nodes();
    await page.keyboard.press('/');
    await page.keyboard.type('ta');
    await page.locator('.mh-suggest-row:visible').filter({ hasText: 'tag:' }).first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.equal(await search.inputValue(), 'tag:');
    await page.keyboard.type('d');
    assert.deepEqual(await page.locator('.mh-suggest-row:visible .mh-suggest-label').allInnerTexts(), ['db', 'prod']);
    await shot(page, 'nodes-complete-1280-light');
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=tag%3Adb/);
    assert.equal(await search.inputValue(), 'tag:db ');
  });

  await test('AND, OR, NOT, ranges and networks narrow the list, and the address keeps them', async () => {
    await nodes(`?q=${encodeURIComponent('(tag:db OR tag:web) -online seen>1h')}`);
    const some = Number(/^(\d+)/.exec(await page.locator('.n-found').innerText())[1]);
    assert.ok(some > 0);
    await nodes(`?q=${encodeURIComponent('route:10.0.0.0/8')}`);
    const inside = await page.locator('.n-found').innerText();
    await nodes(`?q=${encodeURIComponent('route:172.16.0.0/12')}`);
    await page.getByText('Nothing fits').first().waitFor();
    assert.match(inside, /^\d+ of/);
  });

  await test('what cannot be understood is marked and explained', async () => {
    await nodes();
    await search.fill('tag:db seen:soon ');
    await page.getByText('“soon” is no length of time').waitFor();
    assert.equal(await page.locator('.n-query-wrong').innerText(), 'soon');
    assert.equal(await search.getAttribute('aria-invalid'), 'true');
    await shot(page, 'nodes-fault-1280-light');
    assert.deepEqual(await axe(page), []);
    await search.fill('tag:db');
    await page.locator('.n-query-wrong').waitFor({ state: 'detached' });
  });

  await test('columns are chosen, remembered and part of the address', async () => {
    await nodes();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Joined', exact: true }).click();
    await page.getByRole('menuitemcheckbox', { name: 'State' }).click();
    await page.keyboard.press('Escape');
    await page.waitForURL(/cols=owner%2Caddress%2Cseen%2Ccreated/);
    const heads = () => page.getByRole('columnheader').allInnerTexts();
    assert.deepEqual((await heads()).filter(Boolean), ['Name', 'Owner or tags', 'Address', 'Last seen', 'Joined']);
    await nodes();
    assert.ok((await heads()).includes('Joined'), 'they are remembered without the address');
    await page.getByRole('columnheader', { name: 'Joined' }).getByRole('button').click();
    await page.waitForURL(/sort=created/);
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('menuitem', { name: 'As at first' }).click();
    assert.ok((await heads()).includes('Routes and state'));
  });

  await test('a view is saved, opened and deleted', async () => {
    await nodes('?q=tag%3Adb&sort=-seen');
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Save this view' }).click();
    await dialog.getByRole('textbox').fill('Databases');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await nodes();
    await page.getByRole('button', { name: 'Views' }).click();
    assert.deepEqual(await axe(page), []);
    await page.getByRole('menuitem', { name: 'Databases', exact: true }).click();
    await page.waitForURL(/q=tag%3Adb&sort=-seen/);
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Delete view Databases' }).click();
    await page.reload();
    await page.locator('.mh-row-link').first().waitFor();
    await page.getByRole('button', { name: 'Views' }).click();
    assert.equal(await page.getByRole('menuitem', { name: 'Databases', exact: true }).count(), 0);
    await page.keyboard.press('Escape');
  });

  await test('rows stand still under the pointer and change in place', async () => {
    await nodes('?sort=seen');
    await page.locator('.mh-tr[aria-rowindex="4"]').hover();
    const before = await names();
    const id = await page.locator('.mh-row-link').nth(1).getAttribute('data-node');
    await tell('toggle', { id });
    await page.locator(`.mh-tr:has([data-node="${id}"])`).filter({ hasNot: page.locator('.mh-lamp-on') }).waitFor();
    assert.deepEqual(await names(), before);
    await page.locator('.n-waiting').waitFor();
    await page.mouse.move(5, 5);
    await page.waitForFunction((first) => document.querySelectorAll('.mh-row-link')[1]?.getAttribute('data-node') !== first, id);
    await page.locator('.n-waiting').waitFor({ state: 'detached' });
    await tell('toggle', { id });
  });

  await test('rows are chosen with Shift, with the keyboard and all at once; the choice outlives a search', async () => {
    await nodes();
    await box(0).check();
    await box(3).click({ modifiers: ['Shift'] });
    await page.getByText('4 chosen').waitFor();
    await page.locator('.mh-row-link').nth(5).focus();
    await page.keyboard.press('x');
    await page.getByText('5 chosen').waitFor();
    assert.equal(await box(0).getAttribute('aria-label'), `Select ${(await names())[0]}`);
    await shot(page, 'nodes-chosen-1280-light');
    assert.deepEqual(await axe(page), []);
    await search.fill('nothing-has-this-name');
    await page.getByText('Nothing fits').first().waitFor();
    await search.fill('');
    await page.getByText('5 chosen').waitFor();
    await page.getByRole('checkbox', { name: 'Select all rows' }).check();
    await page.getByText('60 chosen').waitFor();
    await page.getByRole('button', { name: 'Choose none' }).click();
    await page.locator('.n-bar').waitFor({ state: 'detached' });
  });

  await test('many nodes are renamed by a pattern with a preview, and back again', async () => {
    await nodes('?sort=id');
    for (const index of [0, 1, 2]) await box(index).check();
    const ids = await page.locator('.mh-row-link').evaluateAll((links) => links.slice(0, 3).map((link) => link.dataset.node));
    const before = (await names()).slice(0, 3);
    await page.locator('.n-bar').getByRole('button', { name: 'Rename' }).click();
    await dialog.getByRole('textbox', { name: 'Pattern' }).fill('fleet-{n}');
    assert.deepEqual(await dialog.locator('tbody tr td:last-child').allInnerTexts(), ['fleet-1', 'fleet-2', 'fleet-3']);
    await shot(page, 'bulk-rename-1280-light');
    assert.deepEqual(await axe(page), []);
    await dialog.getByRole('button', { name: 'Rename 3' }).click();
    await dialog.getByText('3 nodes changed').waitFor();
    await dialog.getByRole('button', { name: 'Undo (3)' }).click();
    await dialog.getByText('3 nodes changed back').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    for (const [i, id] of ids.entries()) assert.equal(await page.locator(`[data-node="${id}"]`).innerText(), before[i]);
  });

  await test('tags of many warn that some of it is one-way', async () => {
    await nodes('?q=-tagged&sort=id');
    await box(0).check();
    await page.locator('.n-bar').getByRole('button', { name: 'Tags' }).click();
    await dialog.getByRole('combobox', { name: 'Add' }).fill('blue');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await dialog.getByText('1 of these nodes belongs').waitFor();
    const act = dialog.getByRole('button', { name: 'Change tags of 1' });
    assert.ok(await act.isDisabled());
    await dialog.getByRole('checkbox', { name: /one-way/ }).check();
    await shot(page, 'bulk-tags-1280-light');
    await act.click();
    await dialog.getByText('1 node changed').waitFor();
    assert.equal(await dialog.getByRole('button', { name: /Undo/ }).count(), 0, 'there is no way back');
    await dialog.getByRole('button', { name: 'Done' }).click();
  });

  await test('a bulk action with failures leaves the rest right and lists them', async () => {
    await nodes('?sort=id');
    await box(3).check();
    await box(5).click({ modifiers: ['Shift'] });
    const refused = await page.locator('.mh-row-link').nth(4).getAttribute('data-node');
    await page.route(`**/nodes/${refused}/expire`, (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ status: 503, code: 'unavailable', detail: 'headscale refused: node is busy', title: 'failed', fields: [] }) }));
    await page.locator('.n-bar').getByRole('button', { name: 'Expiry' }).click();
    await dialog.getByRole('button', { name: 'Set expiry of 3' }).click();
    await dialog.getByText('2 nodes changed').waitFor();
    await dialog.locator(`tr[data-bulk="${refused}"][data-state=failed]`).filter({ hasText: 'node is busy' }).waitFor();
    await shot(page, 'bulk-failed-1280-light');
    await page.unroute(`**/nodes/${refused}/expire`);
    await dialog.getByRole('button', { name: 'Try the failed ones again' }).click();
    await dialog.getByText('3 nodes changed').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
  });

  await test('deleting many asks for their number', async () => {
    await nodes('?sort=-id');
    await box(0).check();
    await box(1).check();
    await page.locator('.n-bar').getByRole('button', { name: 'Delete' }).click();
    const act = dialog.getByRole('button', { name: 'Delete 2' });
    assert.ok(await act.isDisabled());
    await dialog.getByRole('textbox').fill('2');
    await act.click();
    await dialog.getByText('2 nodes changed').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.waitForFunction(() => document.querySelector('[data-count]')?.getAttribute('data-count') === '58');
    await page.locator('.n-bar').waitFor({ state: 'detached' });
  });

  await test('the list is exported as found, without formulas and without keys', async () => {
    await nodes(`?q=${encodeURIComponent('host:HYPERLINK')}`);
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Export as CSV' }).click()]);
    const text = readFileSync(await download.path(), 'utf8');
    assert.match(text, /"'=HYPERLINK\(""http:\/\/x""\)"/);
    assert.ok(!text.includes('mkey:'));
  });

  await test('no policy violation and no page error on the list of nodes', async () => {
    assert.deepEqual(await violations(page, faults), []);
    assert.deepEqual(faults.errors, []);
  });
  await context.close();

  for (const [size, viewport, scheme, locale] of [['1280', WIDE, 'dark', 'zh-CN'], ['360', PHONE, 'light', 'en-GB'], ['360', PHONE, 'dark', 'zh-CN']]) {
    await test(`chosen rows and their actions, ${size} px, ${scheme}, ${locale}`, async () => {
      const session = await start(browser, server, { viewport, scheme, locale });
      await session.page.goto('/admin/p/nodes/nodes');
      await session.page.locator('.mh-tr input[type=checkbox]').first().check();
      await session.page.locator('.n-bar').waitFor();
      await shot(session.page, `nodes-chosen-${size}-${scheme}-${locale}`);
      // At the end of the page the bar covers no row.
      await session.page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
      assert.deepEqual(await axe(session.page), []);
      const overflow = await session.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `${overflow} px wider`);
      if (size === '360') await session.page.locator('.n-bar .mh-menu-box button').first().click();
      await session.page.locator(size === '360' ? '.n-bar [role=menuitem]' : '.n-bar .n-bar-wide').nth(1).click();
      await session.page.getByRole('dialog').waitFor();
      await shot(session.page, `bulk-tags-${size}-${scheme}-${locale}`);
      assert.deepEqual(await axe(session.page), []);
      assert.deepEqual(await violations(session.page, session.faults), []);
      await session.context.close();
    });
  }
}
