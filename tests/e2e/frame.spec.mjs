// The frame around all pages: the palette, the keys, the overview and the page of routes.
import { assert, test } from './harness.mjs';
import { axe, PHONE, shot, violations } from './browser.mjs';
import { start } from './pages.spec.mjs';

export async function frameFlows(browser, server) {
  const { page, context, faults } = await start(browser, server);
  const box = page.getByRole('combobox', { name: 'Go to a page' });

  await test('the palette goes to pages, nodes and users by keyboard', async () => {
    await page.keyboard.press('ControlOrMeta+k');
    assert.deepEqual(await axe(page), []);
    await page.keyboard.type('audit');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/admin\/audit$/);
    await page.keyboard.press('ControlOrMeta+k');
    await page.keyboard.type('100.64.0.13');
    await page.getByRole('option', { name: 'cobalt-laptop-12' }).waitFor();
    await shot(page, 'palette-1280-light');
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/nodes\/nodes\/12$/);
    await page.keyboard.press('ControlOrMeta+k');
    await page.keyboard.type('mallory');
    const user = page.getByRole('option').filter({ hasText: 'mallory@example.org' });
    await user.waitFor();
    assert.equal(await page.locator('.palette img, .palette b').count(), 0);
    await user.click();
    await page.waitForURL(/\/nodes\/users\?q=/);
  });

  await test('the palette closes with Escape, gives the focus back and starts actions', async () => {
    await page.locator('.side .palette-btn').click();
    await box.waitFor();
    await page.keyboard.press('Escape');
    await box.waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement.className), 'palette-btn');
    await page.keyboard.press('ControlOrMeta+k');
    await page.keyboard.type('add a dev');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Create a pre-auth key' }).waitFor();
    await page.keyboard.press('Escape');
  });

  await test('a question mark lists the keys, and g with a letter goes somewhere', async () => {
    await page.goto('/admin/');
    await page.locator('.tiles').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await shot(page, 'shortcuts-1280-light');
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await page.waitForURL(/\/nodes\/routes$/);
  });

  await test('the overview names what waits and leads there', async () => {
    await page.goto('/admin/');
    const line = page.locator('[data-needs=routes]');
    await line.filter({ hasText: /routes? waits? for approval/ }).waitFor();
    await page.getByText(/Between \d+ and \d+ nodes online since/).waitFor();
    await page.locator('[data-needs=routes] a').click();
    await page.waitForURL(/show=routes/);
  });

  await test('routes are approved and withdrawn where they stand; an exit node is one switch', async () => {
    await page.goto('/admin/p/nodes/routes?show=waiting');
    const net = await page.locator('[data-net]').first().getAttribute('data-net');
    await page.goto('/admin/p/nodes/routes');
    const row = page.locator(`[data-net="${net}"]`);
    await row.getByRole('switch').first().check();
    await row.filter({ hasNotText: 'Waiting' }).waitFor();
    await row.getByRole('switch').first().uncheck();
    await row.filter({ hasText: 'Waiting' }).waitFor();
    const exit = page.locator('[data-exit]').filter({ hasText: 'Waiting' }).first();
    const id = await exit.getAttribute('data-exit');
    await exit.getByRole('switch').check();
    await page.locator(`[data-exit="${id}"]`).filter({ hasText: 'Approved' }).waitFor();
  });

  await test('a node has its parts behind tabs, and the address keeps which', async () => {
    await page.goto('/admin/p/nodes/nodes/12');
    await page.getByRole('tab', { name: 'Overview' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(/tab=activity/);
    await page.getByText(/Online \d+ % of the time/).waitFor();
    await page.reload();
    await page.getByRole('tabpanel', { name: 'Activity' }).waitFor();
    await page.getByRole('tab', { name: 'Advanced' }).click();
    await page.getByText('nodekey:').first().waitFor();
  });

  await test('a person is off-boarded: keys void first, then devices signed out, one result each', async () => {
    await page.goto('/admin/p/nodes/users');
    await page.locator('tr[data-user=grace]').getByRole('button', { name: /Devices and keys/ }).click();
    await page.waitForURL(/user=2/);
    await page.locator('.n-inner').getByText('Key 2').waitFor();
    await shot(page, 'users-open-1280-light');
    assert.deepEqual(await axe(page), []);
    await page.getByRole('button', { name: 'Off-board grace' }).click();
    const dialog = page.getByRole('dialog');
    const order = await dialog.locator('[data-task]').evaluateAll((lines) => lines.map((line) => line.dataset.task.split('-')[0]));
    assert.equal(order[0], 'key');
    assert.ok(order.filter((what) => what === 'node').length > 1);
    assert.equal(order.lastIndexOf('key') < order.indexOf('node'), true);
    assert.deepEqual(await axe(page), []);
    await dialog.getByRole('button', { name: 'Off-board', exact: true }).click();
    await dialog.locator('[data-phase=done]').waitFor({ state: 'attached' });
    assert.equal(await dialog.locator('[data-task]:not([data-state=done])').count(), 0);
    await shot(page, 'offboard-1280-light');
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Off-board grace' }).click();
    await dialog.getByText('There is nothing left to do').waitFor();
    await page.keyboard.press('Escape');
  });

  await test('a key names what joined with it', async () => {
    await page.goto('/admin/p/nodes/keys?key=2');
    await page.locator('tr[data-key="2"]').waitFor();
    assert.equal(await page.locator('tr[data-key]').count(), 1);
    await page.getByRole('button', { name: 'Show all keys' }).click();
    await page.locator('tr[data-key="5"]').waitFor();
  });

  await test('no policy violation and no page error around the pages', async () => {
    assert.deepEqual(await violations(page, faults), []);
    assert.deepEqual(faults.errors, []);
  });
  await context.close();

  await test('the palette on a phone, in Chinese and dark', async () => {
    const session = await start(browser, server, { viewport: PHONE, scheme: 'dark', locale: 'zh-CN' });
    await session.page.locator('.top .palette-btn').click();
    await session.page.getByRole('option', { name: '节点', exact: true }).waitFor();
    await shot(session.page, 'palette-360-dark-zh-CN');
    assert.deepEqual(await axe(session.page), []);
    await session.page.getByRole('option', { name: '节点', exact: true }).click();
    await session.page.waitForURL(/\/nodes\/nodes$/);
    await session.context.close();
  });
}
