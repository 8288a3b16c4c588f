// /request/status: opens the key's box once it is there, and shows it on this page only.
import { forget, hasPair, keepSealed, newPair, open, reopen, type Opened } from './box';
import { all, copyButtons, main, parse, wholeWords } from './page';

let shown: Opened | null = null;
let claiming = false;

function fill(opened: Opened): void {
  const panel = main().querySelector<HTMLElement>('[data-key-panel]');
  if (!panel) return;
  const set = (name: string, text: string) => {
    const slot = panel.querySelector(`[data-slot=${name}]`);
    if (slot) slot.textContent = text;
  };
  set('key', opened.key);
  const command = panel.querySelector('[data-slot=command]');
  if (command) wholeWords(command, opened.command);
  set('expires', opened.expiresAt);
  const qr = parse(opened.qrSvg, 'image/svg+xml').documentElement;
  if (qr.localName === 'svg') panel.querySelector('[data-slot=qr]')?.replaceChildren(document.importNode(qr, true));
  const steps = panel.querySelector<HTMLAnchorElement>('[data-steps]');
  // In the fragment: it stays in the browser.
  if (steps) steps.hash = `key=${encodeURIComponent(opened.key)}`;
  panel.hidden = false;
  copyButtons();
}

async function claim(): Promise<void> {
  if (claiming) return;
  claiming = true;
  try {
    const response = await fetch('/request/claim', { method: 'POST', headers: { Accept: 'application/json' }, credentials: 'same-origin' });
    if (!response.ok) return;
    const { sealed } = (await response.json()) as { sealed: string };
    shown = open(sealed);
    if (shown) {
      keepSealed(sealed);
      fill(shown);
    } else {
      main().querySelector('[data-lost]')?.removeAttribute('hidden');
    }
  } catch {
    // The next look at the state tries again.
  } finally {
    claiming = false;
  }
}

export function status(): void {
  const { state } = main().dataset;
  for (const input of all<HTMLInputElement>('[data-again] input[name=public_key]')) {
    input.form?.addEventListener('submit', () => {
      forget();
      input.value = newPair() ?? '';
    });
  }
  if (state === 'joined' || state === 'rejected' || state === 'withdrawn' || state === 'expired') {
    shown = null;
    forget();
    return;
  }
  shown ??= reopen();
  if (shown) return fill(shown);
  if (!('claim' in main().dataset)) return;
  if (hasPair()) void claim();
  else main().querySelector('[data-lost]')?.removeAttribute('hidden');
}
