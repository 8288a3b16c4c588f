// Comparison of screenshots with the pictures in tests/e2e/baseline. Pixels are read by the browser itself, so no library is needed. Pictures say which
// browser drew them; another one draws letters a little differently, so the comparison is then left out, with a word about it.
// MASTHEAD_E2E_BASELINE=write draws them anew.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, SCREENSHOTS } from './browser.mjs';

const FOLDER = join(ROOT, 'tests/e2e/baseline');
const INDEX = join(FOLDER, 'drawn-by.json');
/** Share of pixels that may differ, and by how much a channel may without counting as different. */
const SHARE = 0.002;
const CHANNEL = 24;
const writing = process.env.MASTHEAD_E2E_BASELINE === 'write';

/** Why pictures of this browser cannot be compared, or an empty string. */
export async function unlike(browser) {
  const drawnBy = `Chromium ${browser.version().split('.')[0]}`;
  if (writing) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(INDEX, `${JSON.stringify({ browser: drawnBy }, null, 2)}\n`);
    return '';
  }
  if (!existsSync(INDEX)) return 'there are no pictures to compare with';
  const expected = JSON.parse(readFileSync(INDEX, 'utf8')).browser;
  return expected === drawnBy ? '' : `the pictures were drawn by ${expected}, this is ${drawnBy}`;
}

/** What differs between two PNGs, as text; empty when they are alike. */
async function difference(page, wanted, seen) {
  return page.evaluate(async ({ wanted, seen, share, channel }) => {
    const pixels = async (text) => {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
      context.drawImage(image, 0, 0);
      return context.getImageData(0, 0, image.width, image.height);
    };
    const [a, b] = [await pixels(wanted), await pixels(seen)];
    if (a.width !== b.width || a.height !== b.height) return `${b.width} x ${b.height} pixels instead of ${a.width} x ${a.height}`;
    let count = 0;
    let first = '';
    for (let at = 0; at < a.data.length; at += 4) {
      if ([0, 1, 2].every((i) => Math.abs(a.data[at + i] - b.data[at + i]) <= channel)) continue;
      count += 1;
      first ||= `${(at / 4) % a.width},${Math.floor(at / 4 / a.width)}`;
    }
    return count > (a.data.length / 4) * share ? `${count} pixels differ, the first at ${first}` : '';
  }, { wanted: wanted.toString('base64'), seen: seen.toString('base64'), share: SHARE, channel: CHANNEL });
}

export async function compare(page, name) {
  const seen = await page.screenshot({ fullPage: true, animations: 'disabled', caret: 'hide', scale: 'css' });
  const file = join(FOLDER, `${name}.png`);
  if (writing) return void writeFileSync(file, seen);
  const found = await difference(page, readFileSync(file), seen);
  if (found === '') return;
  writeFileSync(join(SCREENSHOTS, `${name}-now.png`), seen);
  throw new Error(`${name} looks different: ${found}. Look at ${join(SCREENSHOTS, `${name}-now.png`)} beside ${file}; if it is meant, run with MASTHEAD_E2E_BASELINE=write`);
}
