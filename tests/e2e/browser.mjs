// The browser of the tests: Debian's Chromium driven by playwright-core, one page per context, every policy violation and page error collected.
import { createRequire } from 'node:module';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');
const require = createRequire(join(ROOT, 'web/package.json'));
const { chromium } = require('playwright-core');
export const AXE = require.resolve('axe-core/axe.min.js');
export const SCREENSHOTS = process.env.MASTHEAD_E2E_SCREENSHOTS ?? join(ROOT, 'build/screenshots');
export const WIDE = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };

const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];

export async function launch() {
  const executablePath = process.env.MASTHEAD_E2E_CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) throw new Error(`no browser at ${executablePath}; install the package chromium`);
  mkdirSync(SCREENSHOTS, { recursive: true });
  return chromium.launch({ executablePath, args: ARGS });
}

/** A page in a context of its own; `faults` gathers what must stay empty. */
export async function open(browser, baseURL, options = {}) {
  const { viewport = WIDE, scheme = 'light', locale = 'en-GB', storageState } = options;
  const phone = viewport.width < 720;
  const context = await browser.newContext({
    baseURL, viewport, colorScheme: scheme, reducedMotion: 'reduce', locale, ignoreHTTPSErrors: true, storageState, hasTouch: phone, isMobile: phone, deviceScaleFactor: phone ? 2 : 1, timezoneId: 'UTC' });
  context.setDefaultTimeout(15_000);
  await context.addInitScript(() => {
    window.__violations = [];
    addEventListener('securitypolicyviolation', (event) => window.__violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
  });
  const page = await context.newPage();
  const faults = { violations: [], errors: [] };
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|Trusted Type/i.test(message.text())) faults.violations.push(message.text());
  });
  page.on('pageerror', (error) => faults.errors.push(String(error)));
  return { page, context, faults };
}

export async function shot(page, name) {
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

/** Axe's findings of the levels that WCAG 2.2 AA asks for, as short lines. */
export async function axe(page) {
  // Axe is put into the page by the debugger, which the page's policy does not concern.
  const { readFileSync } = await import('node:fs');
  await page.evaluate(readFileSync(AXE, 'utf8'));
  return page.evaluate(async () => {
    const result = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    return result.violations.map((finding) => `${finding.id}: ${finding.nodes.slice(0, 4).map((node) => `${node.target.join(' ')}${finding.id === 'color-contrast' ? ` (${node.any[0]?.data?.contrastRatio} ${node.any[0]?.data?.fgColor} on ${node.any[0]?.data?.bgColor})` : ''}`).join(' | ')} [${finding.nodes.length}]`);
  });
}

export async function violations(page, faults) {
  return [...(await page.evaluate(() => window.__violations ?? [])), ...faults.violations];
}
