// Small things every page has: times of the reader, copy buttons, exchanging the main part.

declare global {
  interface Window {
    trustedTypes?: { createPolicy(name: string, rules: { createHTML(text: string): string }): { createHTML(text: string): unknown } };
  }
}

// What is parsed is a page of this server, which escapes what people typed; scripts in a parsed document do not run.
const policy = window.trustedTypes?.createPolicy('masthead', { createHTML: (text) => text });

export function parse(text: string, type: 'text/html' | 'image/svg+xml'): Document {
  return new DOMParser().parseFromString((policy ? policy.createHTML(text) : text) as string, type);
}

export const main = (): HTMLElement => document.getElementById('main') as HTMLElement;
export const all = <T extends HTMLElement>(selector: string, root: ParentNode = document): T[] => [...root.querySelectorAll<T>(selector)];

export function localTimes(): void {
  const language = document.documentElement.lang;
  for (const time of all<HTMLTimeElement>('time')) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) time.textContent = at.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' });
  }
}

/** Text with its words kept whole where a line has room for them; copied, it is the same text. */
export function wholeWords(slot: Element, text: string): void {
  const parts = text.split(' ').flatMap((word, index) => {
    const span = document.createElement('span');
    span.className = 'word';
    span.textContent = word;
    return index > 0 ? [' ', span] : [span];
  });
  slot.replaceChildren(...(text ? parts : []));
}

async function copy(text: string, source: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No clipboard: the text is selected, so that the system's own way of copying works.
    getSelection()?.selectAllChildren(source);
    return false;
  }
}

export function copyButtons(): void {
  for (const button of all<HTMLButtonElement>('[data-copy][hidden]')) {
    button.hidden = false;
    const name = button.textContent ?? '';
    button.addEventListener('click', () => {
      const source = button.parentElement?.querySelector<HTMLElement>('[data-copy-text]');
      if (!source) return;
      void copy(source.textContent ?? '', source).then((done) => {
        if (!done) return;
        button.textContent = button.dataset.done ?? name;
        setTimeout(() => (button.textContent = name), 2000);
      });
    });
  }
}

/** Fetches a page of this server and puts its main part and title here; false when that did not work. */
export async function exchange(url: string): Promise<boolean> {
  const response = await fetch(url, { headers: { Accept: 'text/html' }, credentials: 'same-origin' });
  const fresh = parse(await response.text(), 'text/html');
  const next = fresh.getElementById('main');
  if (!next || !fresh.body.dataset.page) return false;
  const focused = document.activeElement && main().contains(document.activeElement);
  document.title = fresh.title;
  document.body.dataset.page = fresh.body.dataset.page;
  main().replaceWith(document.importNode(next, true));
  const language = fresh.querySelector<HTMLAnchorElement>('[data-language]');
  if (language) document.querySelector('[data-language]')?.setAttribute('href', language.getAttribute('href') ?? '');
  if (focused) main().focus({ preventScroll: true });
  return true;
}

/** A key in the fragment moves with the language switch and never reaches the server. */
export function keepFragment(): void {
  const link = document.querySelector<HTMLAnchorElement>('[data-language]');
  if (link && location.hash.startsWith('#key=')) link.hash = location.hash;
}
