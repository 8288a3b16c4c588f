// The elements of the interface by themselves: how they look in both themes and widths, by keyboard, and for assistive technology.
import { assert, test } from './harness.mjs';
import { axe, open, PHONE, shot, violations, WIDE } from './browser.mjs';
import { compare, unlike } from './picture.mjs';

const NOW = new Date('2026-06-15T12:00:00Z');

export async function galleryFlows(browser, server) {
  const show = async (options = {}) => {
    const session = await open(browser, server.url, options);
    await session.page.clock.setFixedTime(NOW);
    await session.page.goto(`/?theme=${options.scheme ?? 'light'}`);
    await session.page.locator('[data-section=Table]').waitFor();
    await session.page.evaluate(() => document.fonts.ready);
    // The table draws what is near the window only: a window as high as the page shows all.
    const { width } = session.page.viewportSize();
    await session.page.setViewportSize({ width, height: await session.page.evaluate(() => document.documentElement.scrollHeight + 400) });
    await session.page.locator('[data-section=Table] .mh-tr').nth(2).waitFor();
    await session.page.setViewportSize({ width, height: await session.page.evaluate(() => Math.ceil(document.getElementById('gallery').getBoundingClientRect().bottom)) });
    return session;
  };

  const reason = await unlike(browser);
  if (reason) console.log(`      the elements are not compared with their pictures: ${reason}`);
  for (const [size, viewport] of [['1280', WIDE], ['360', PHONE]]) {
    for (const scheme of ['light', 'dark']) {
      await test(`the elements, ${size} px, ${scheme}: accessible${reason ? '' : ' and as drawn before'}`, async () => {
        const { page, context, faults } = await show({ viewport, scheme });
        assert.deepEqual(await axe(page), []);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(overflow <= 0, `the page is ${overflow} px wider than the window`);
        await shot(page, `gallery-${size}-${scheme}`);
        if (!reason) await compare(page, `gallery-${size}-${scheme}`);
        assert.deepEqual(await violations(page, faults), []);
        assert.deepEqual(faults.errors, []);
        await context.close();
      });
    }
  }

  const { page, context } = await show();
  const owner = page.locator('input[name=owner]');
  const options = () => page.locator('.mh-suggest-row:visible');

  await test('a combobox is worked with the keyboard alone', async () => {
    await owner.focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('hop');
    assert.equal(await options().count(), 1);
    assert.equal(await owner.getAttribute('aria-expanded'), 'true');
    const active = await owner.getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`#${active}`).innerText(), 'Grace Hopper\ngrace@example.org');
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press('Enter');
    assert.equal(await owner.inputValue(), 'Grace Hopper');
    assert.equal(await owner.getAttribute('aria-expanded'), 'false');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Escape');
    assert.equal(await owner.inputValue(), 'Grace Hopper', 'Escape keeps what was chosen');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('nobody at all');
    await page.getByText('Nothing fits').waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await owner.inputValue(), 'Grace Hopper', 'leaving without a choice keeps what was chosen');
  });

  await test('a combobox of several adds, makes and removes', async () => {
    const tags = page.locator('input[name=tags]');
    const chips = () => page.locator('.mh-combo-chip:visible').evaluateAll((list) => list.map((chip) => chip.dataset.id));
    await tags.focus();
    await page.keyboard.type('rou');
    await page.keyboard.press('Enter');
    await page.keyboard.type('new-one ');
    assert.deepEqual(await chips(), ['tag:db', 'tag:prod', 'tag:router', 'tag:new-one']);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Backspace');
    await page.getByRole('button', { name: 'Remove tag:db' }).click();
    assert.deepEqual(await chips(), ['tag:prod', 'tag:router']);
    await page.keyboard.press('Escape');
  });

  await test('names from strangers are text in a list of suggestions', async () => {
    await owner.fill('mallory');
    assert.equal(await options().first().locator('.mh-suggest-label').innerText(), '<b>mallory</b>');
    await page.keyboard.press('Escape');
  });

  await test('tabs move with the arrows and name their panel', async () => {
    const tab = (name) => page.getByRole('tab', { name });
    await tab('Overview').focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await tab('Routes').getAttribute('aria-selected'), 'true');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.id), 'two');
    await page.getByRole('tabpanel', { name: 'Routes' }).waitFor();
    await page.keyboard.press('End');
    assert.equal(await tab('Activity').getAttribute('aria-selected'), 'true');
    await page.keyboard.press('ArrowRight');
    assert.equal(await tab('Overview').getAttribute('aria-selected'), 'true');
  });

  await test('a menu, a dialog and a question give the focus back', async () => {
    const text = () => page.evaluate(() => document.activeElement.textContent);
    await page.getByRole('button', { name: 'Menu' }).press('Enter');
    await page.keyboard.press('ArrowDown');
    assert.equal(await text(), 'Expire');
    await page.keyboard.press('Escape');
    assert.equal(await text(), 'Menu');
    await page.getByRole('button', { name: 'Dialog' }).press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await text(), 'Dialog');
    await page.getByRole('button', { name: 'Question' }).press('Enter');
    assert.ok(await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).isDisabled());
    await page.keyboard.type('atlas');
    assert.ok(await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).isEnabled());
    await page.keyboard.press('Escape');
    assert.equal(await text(), 'Question');
  });

  await test('copying works where the clipboard is refused', async () => {
    await page.evaluate(() => {
      window.copied = '';
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
      document.addEventListener('copy', () => { window.copied = getSelection().toString() || document.activeElement.value; });
    });
    await page.getByRole('button', { name: 'Copy the address' }).click();
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor();
    assert.equal(await page.evaluate(() => window.copied), '100.64.0.1');
  });

  await test('relative time ticks', async () => {
    const session = await open(browser, server.url);
    await session.page.clock.install({ time: NOW });
    await session.page.goto('/');
    const time = session.page.locator('mh-time[value="2026-06-15T11:20:00Z"]');
    await time.filter({ hasText: '40 minutes ago' }).waitFor();
    await session.page.clock.runFor(130_000);
    await time.filter({ hasText: '42 minutes ago' }).waitFor();
    await session.context.close();
  });
  await context.close();
}
