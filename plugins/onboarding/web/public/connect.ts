// /connect: platforms as tabs in place, a more exact guess of the platform, and a person's key in the commands of this page.
import { all, exchange, main, wholeWords } from './page';

// Held in memory for the tabs of this page; not stored and not sent.
let key = '';
let guessed = false;
let shown = '';

const here = (): string => location.pathname + location.search;

const wellFormed = (text: string): boolean => /^[A-Za-z0-9_-]{8,200}$/.test(text);

/** The key of the fragment, taken out of the address so that neither history nor a bookmark keeps it. */
function takeFragment(): void {
  if (!location.hash.startsWith('#key=')) return;
  let text = '';
  try {
    text = decodeURIComponent(location.hash.slice(5)).trim();
  } catch {
    text = '';
  }
  history.replaceState(history.state, '', location.pathname + location.search);
  if (wellFormed(text)) key = text;
}

function fillCommands(): void {
  for (const slot of all('[data-key-argument]')) wholeWords(slot, key ? ` --auth-key=${key}` : '');
  for (const slot of all('[data-key-text]')) slot.textContent = key;
  for (const box of all('[data-key-shown]')) box.hidden = !key;
  for (const box of all<HTMLDetailsElement>('[data-with-key]')) if (key) box.open = true;
}

function keyField(): void {
  const card = main().querySelector<HTMLElement>('[data-key-card]');
  const input = card?.querySelector('input');
  const wrong = card?.querySelector<HTMLElement>('[data-key-error]');
  if (!card || !input || !wrong) return;
  card.hidden = false;
  input.value = key;
  input.addEventListener('input', () => {
    const text = input.value.trim();
    const bad = text !== '' && !wellFormed(text);
    key = bad ? '' : text;
    wrong.hidden = !bad;
    if (bad) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
    fillCommands();
  });
  fillCommands();
}

function go(url: string, done: () => void, focus: boolean): void {
  shown = here();
  exchange(url).then(
    (worked) => {
      if (!worked) return location.assign(url);
      done();
      if (focus) main().querySelector<HTMLElement>('[data-tab][aria-current]')?.focus();
    },
    () => location.assign(url),
  );
}

/** An iPad says it is a Mac; touch tells them apart. */
function platformHere(): string {
  const agent = navigator.userAgent;
  if (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1) return 'ios';
  const hint = (navigator as Navigator & { userAgentData?: { platform?: string } }).userAgentData?.platform ?? '';
  const names: Record<string, string> = { Windows: 'windows', macOS: 'macos', Android: 'android', Linux: 'linux', 'Chrome OS': 'android', ChromeOS: 'android' };
  return names[hint] ?? '';
}

const address = (platform: string): string => {
  const url = new URL(location.href);
  url.pathname = '/connect';
  url.searchParams.set('platform', platform);
  url.hash = '';
  return url.pathname + url.search;
};

export function connect(enhance: () => void): void {
  takeFragment();
  keyField();
  for (const tab of all<HTMLAnchorElement>('[data-tab]')) {
    tab.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      history.pushState(null, '', tab.getAttribute('href') ?? '');
      go(tab.href, enhance, true);
    });
  }
  const current = main().querySelector<HTMLElement>('.tabs [aria-current]');
  const row = current?.parentElement;
  if (current && row) row.scrollLeft = current.offsetLeft - row.clientWidth / 2 + current.clientWidth / 2;
  if (guessed) return;
  guessed = true;
  shown = here();
  // The skip link and its like change the fragment only: the page is the same.
  addEventListener('popstate', () => here() !== shown && go(location.href, enhance, false));
  const exact = 'guessed' in main().dataset ? platformHere() : '';
  if (exact && exact !== main().dataset.platform) go(address(exact), enhance, false);
}
