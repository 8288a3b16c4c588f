// People without an account, for the tests of onboarding: what they do on a page, what a page must never lack, what a camera reads of it, and the devices
// that join: the stand-in's (MASTHEAD_E2E_DATA names the data folder) or real clients (MASTHEAD_E2E_CLIENTS, an address that takes the command too).
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { axe, SCREENSHOTS, violations } from './browser.mjs';
import { assert } from './harness.mjs';

const ZBAR = ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable'];

/** What holds for every page. */
export async function cleanWide(page, faults, what) {
  assert.deepEqual(await violations(page, faults), [], `policy violations on ${what}`);
  assert.deepEqual(faults.errors, [], `page errors on ${what}`);
  assert.deepEqual(await axe(page), [], `accessibility findings on ${what}`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `${what} is ${overflow} px wider than the window`);
}

/** What holds for a page that is used by touch, as well. */
export async function clean(page, faults, what) {
  await cleanWide(page, faults, what);
  const small = await page.evaluate(() => [...document.querySelectorAll('main button:not([hidden]), main .mh-btn, main input:not([type=hidden]), main .tabs a')]
    .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 44)
    .map((element) => element.outerHTML.slice(0, 80)));
  assert.deepEqual(small, [], `targets below 44 px on ${what}`);
}

/** What a camera reads of an element on the screen. */
export async function qrOf(locator) {
  await locator.scrollIntoViewIfNeeded();
  return execFileSync('zbarimg', [...ZBAR, '-'], { input: await locator.screenshot(), stdio: ['pipe', 'pipe', 'ignore'] }).toString().trim();
}

export const whole = (page, name) => page.screenshot({ path: join(SCREENSHOTS, `onboarding-${name}.png`), fullPage: true });

/** Asks for a device; the two words on the page that follows. */
export async function ask(page, values) {
  await page.goto('/request');
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: false }).fill(value);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.waitForURL(/\/request\/status/);
  return page.locator('.words').innerText();
}

export const state = (page, wanted) => page.locator(`main[data-state=${wanted}]`).waitFor();

/** The stand-in's debug listener lets an invented client join with a real key, or wait for approval. */
function standIn(data) {
  const { metrics } = JSON.parse(readFileSync(join(data, 'run/headscale.json'), 'utf8'));
  return `http://${metrics}/debug/demo/join`;
}

async function device(address, body) {
  const response = await fetch(address, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`no device could join: ${text}`);
  return JSON.parse(text);
}

/** `join` takes a key, a host name and the command shown with the key; `register` gives the path of the page of a device that waits. */
export function devices({ MASTHEAD_E2E_DATA: data, MASTHEAD_E2E_CLIENTS: real }) {
  const clients = real || standIn(data);
  return {
    real: Boolean(real),
    join: (authKey, hostname, command) => device(clients, { hostname, authKey, ...(real ? { command } : {}) }),
    register: async (hostname) => `/register/${(await device(clients, { hostname })).authId}`,
  };
}
