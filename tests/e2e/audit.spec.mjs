// The audit log's page: filter in the address, endless list, before and after, state, verification, exports, live. On the mock.
import { assert, test } from './harness.mjs';
import { axe, open, PHONE, shot, violations, WIDE } from './browser.mjs';

async function start(browser, server, options = {}) {
  const session = await open(browser, server.url, options);
  await session.page.goto('/admin/');
  await session.page.locator('input[name=email]').fill(server.email);
  await session.page.locator('input[name=password]').fill(server.password);
  await session.page.locator('button[type=submit]').click();
  await session.page.locator('.tiles').waitFor();
  return session;
}

export async function auditFlows(browser, server) {
  const tell = async (what, body = {}) => fetch(`${server.url}/mock/${what}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const { page, context, faults } = await start(browser, server);
  const visit = async (query = '') => {
    await page.goto(`/admin/audit${query}`);
    await page.locator('.audit-table .mh-row-link, mh-state[kind=empty]').first().waitFor();
  };
  const ids = () => page.locator('.audit-table .mh-row-link').evaluateAll((links) => links.map((link) => Number(link.dataset.record)));

  await test('the list goes back to the first record as one scrolls', async () => {
    await visit();
    const [newest] = await ids();
    assert.ok(newest > 400);
    await page.waitForFunction(() => {
      scrollTo(0, document.body.scrollHeight);
      return document.querySelector('.audit-table [data-record="1"]') !== null;
    });
    await page.getByText('This is the first record kept.').waitFor();
    assert.ok((await page.locator('.audit-table .mh-tr').count()) < 80, 'only the rows near the window exist');
  });

  await test('the filter lives in the address and comes back with it', async () => {
    await visit();
    await page.keyboard.press('/');
    await page.keyboard.type('tag:prod');
    await page.waitForURL(/q=tag%3Aprod/);
    await page.getByRole('button', { name: /^Filters/ }).click();
    const who = page.locator('.audit-filters mh-combobox').first();
    await who.locator('input').fill('op@');
    await page.getByRole('option', { name: 'op@example.org' }).click();
    await page.waitForURL(/principal=op%40example.org/);
    await page.locator('.audit-table .mh-col-who').filter({ hasText: 'ada@example.org' }).first().waitFor({ state: 'detached' });
    const found = await ids();
    assert.ok(found.length > 2);
    await page.reload();
    await page.locator('.audit-table .mh-row-link').first().waitFor();
    assert.deepEqual(await ids(), found);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.waitForURL((url) => url.search === '');
    await page.getByRole('button', { name: 'Denied' }).click();
    await page.waitForURL(/outcome=denied/);
    await page.locator('.audit-table .mh-badge-ok').first().waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Denied' }).click();
    await page.waitForURL((url) => url.search === '');
    await visit('?action=nodes.*&from=2000-01-01&to=2000-01-02');
    await page.getByText('No record fits').waitFor();
    assert.equal(await page.locator('.audit-filters input[type=date]').first().inputValue(), '2000-01-01');
  });

  await test('a record shows what changed, and leads to more like it', async () => {
    await visit('?action=policy.save');
    await page.locator('.audit-table .mh-row-link').first().click();
    const dialog = page.locator('dialog[open]');
    await dialog.locator('tr[data-kind=changed] del').first().waitFor();
    assert.deepEqual(await dialog.locator('.audit-changes tbody tr').evaluateAll((rows) => rows.map((row) => [row.querySelector('th').textContent, row.dataset.kind])), [['revision', 'changed'], ['rules', 'changed'], ['note', 'added']]);
    await dialog.getByText('password').first().waitFor();
    const address = page.url();
    assert.match(address, /record=\d+/);
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.search.includes('record='));
    await page.goto(address);
    await dialog.waitFor();
    await dialog.getByRole('button', { name: 'Only this person' }).click();
    await page.waitForURL(/principal=/);
    await dialog.waitFor({ state: 'detached' });
    await visit('?record=7');
    await dialog.getByText('Record 7').waitFor();
    await page.keyboard.press('Escape');
  });

  await test('new records come on top without a reload', async () => {
    await visit();
    const [before] = await ids();
    await tell('audit/record', { action: 'nodes.tags', object: 'node/99' });
    await page.locator(`.audit-table [data-record="${before + 1}"]`).waitFor();
    assert.equal((await ids())[0], before + 1);
    await page.locator('.audit-status').getByText(String(before + 1), { exact: true }).waitFor();
  });

  await test('verifying says that the log is whole, or which record is not', async () => {
    await visit();
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.locator('[data-verified=true]').waitFor();
    await tell('audit/break', { seq: '112' });
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.locator('[data-verified=false]').waitFor();
    await page.getByText('Record 112 does not fit.').waitFor();
    await shot(page, 'audit-broken');
    await tell('audit/break', { seq: null });
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.locator('[data-verified=true]').waitFor();
  });

  await test('exports carry the filter', async () => {
    await visit('?outcome=denied');
    for (const [name, type] of [['CSV, for spreadsheets', 'csv'], ['JSON lines, can be verified', 'jsonl']]) {
      await page.getByRole('button', { name: 'Export what is found' }).click();
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name }).click()]);
      const url = new URL(download.url());
      assert.equal(url.pathname, '/admin/api/v1/audit/export');
      assert.equal(url.searchParams.get('format'), type);
      assert.equal(url.searchParams.get('outcome'), 'denied');
    }
  });

  await test('hostile names are text', async () => {
    await visit('?outcome=failure');
    await page.getByText('<img src=x onerror=alert(1)>').first().waitFor();
    assert.equal(await page.locator('main img').count(), 0);
    await page.locator('.audit-table .mh-mark').filter({ hasText: 'U+202E' }).waitFor();
  });

  await test('the page fits a phone and both schemes, and is accessible', async () => {
    for (const [size, viewport] of [['wide', WIDE], ['phone', PHONE]]) {
      for (const scheme of ['light', 'dark']) {
        const other = await start(browser, server, { viewport, scheme });
        await other.page.goto('/admin/audit');
        await other.page.locator('.audit-table .mh-row-link').first().waitFor();
        await other.page.locator('.audit-status').waitFor();
        await shot(other.page, `audit-${size}-${scheme}`);
        assert.ok(await other.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${size} does not scroll sideways`);
        assert.deepEqual(await axe(other.page), [], `${size} ${scheme}`);
        await other.page.getByRole('button', { name: /^Filters/ }).click();
        await shot(other.page, `audit-filters-${size}-${scheme}`);
        assert.deepEqual(await axe(other.page), [], `${size} ${scheme} with filters`);
        await other.page.goto('/admin/audit?action=policy.save');
        await other.page.locator('.audit-table .mh-row-link').first().click();
        await other.page.locator('dialog[open] .audit-changes').waitFor();
        await shot(other.page, `audit-record-${size}-${scheme}`);
        assert.deepEqual(await axe(other.page), [], `${size} ${scheme} with a record`);
        assert.deepEqual(await violations(other.page, other.faults), []);
        await other.context.close();
      }
    }
  });

  assert.deepEqual(await violations(page, faults), []);
  await context.close();
}
