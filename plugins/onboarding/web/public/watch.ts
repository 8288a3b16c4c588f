// Keeps a page up to date: asks for the state with its ETag, and fetches the page anew when it has changed.
import { exchange, main } from './page';

const QUICK_MS = 2000;
const SLOW_MS = 15000;
const LONGEST_MS = 60000;
const QUICK_FOR_MS = 180000;

let failures = 0;
let since = Date.now();
let timer: ReturnType<typeof setTimeout> | undefined;

function pause(): number {
  if (failures > 0) return Math.min(LONGEST_MS, QUICK_MS * 2 ** failures);
  const usual = Date.now() - since < QUICK_FOR_MS ? QUICK_MS : SLOW_MS;
  return document.hidden ? Math.max(usual, SLOW_MS) : usual;
}

async function look(enhance: () => void): Promise<void> {
  const { watch: url, etag, over } = main().dataset;
  if (!url || over !== undefined) return;
  const response = await fetch(url, { headers: { Accept: 'application/json', 'If-None-Match': etag ?? '' }, credentials: 'same-origin', cache: 'no-store' });
  if (response.status >= 500 || response.status === 429) throw new Error('later');
  if (response.status === 304) return;
  if (response.ok && response.headers.get('ETag') === etag) return;
  since = Date.now();
  if (await exchange(location.href)) enhance();
}

export function watch(enhance: () => void): void {
  const next = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      look(enhance)
        .then(() => (failures = 0), () => (failures += 1))
        .finally(next);
    }, pause());
  };
  if (!main().dataset.watch) return;
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    since = Date.now();
    next();
  });
  next();
}
