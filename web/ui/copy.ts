/**
 * `<mh-copy>` with the property `value`: text that can be selected and a button that copies it. The clipboard interface exists only on secure pages,
 * so an older way follows it, and when both are refused the text is selected for the keyboard.
 */
import { cx, define } from './element';
import { i18n } from './i18n';
import { createIcon } from './icon';

export async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // Refused (no permission, no focus): the older way below may still be allowed.
  }
  const area = cx('textarea', 'mh-offscreen');
  area.value = text;
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  const focused = document.activeElement as HTMLElement | null;
  area.select();
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    area.remove();
    focused?.focus();
  }
}

export class CopyElement extends HTMLElement {
  static readonly observedAttributes = ['value', 'label', 'block'];
  #button: HTMLButtonElement | null = null;

  get value(): string {
    return this.getAttribute('value') ?? '';
  }
  set value(value: string) {
    this.setAttribute('value', value);
  }

  connectedCallback(): void {
    this.#draw();
  }
  attributeChangedCallback(): void {
    if (this.isConnected) this.#draw();
  }

  #draw(): void {
    const text = cx('code', 'mh-copy-text', this.value);
    if (this.hasAttribute('block')) {
      text.tabIndex = 0;
      text.setAttribute('role', 'textbox');
      text.setAttribute('aria-readonly', 'true');
      text.setAttribute('aria-label', this.getAttribute('label') ?? i18n.t('ui', 'copy.text'));
    }
    const button = cx('button', 'mh-icon-btn mh-copy-btn');
    button.type = 'button';
    button.append(createIcon('copy'));
    const label = i18n.t('ui', 'copy.label', { what: this.getAttribute('label') ?? this.value });
    button.setAttribute('aria-label', label);
    button.title = i18n.t('ui', 'copy');
    button.addEventListener('click', (event) => {
      event.preventDefault();
      event.stopPropagation();
      void this.#copy(text);
    });
    const status = cx('span', 'mh-sr');
    status.setAttribute('role', 'status');
    this.#button = button;
    this.replaceChildren(text, button, status);
  }

  async #copy(text: HTMLElement): Promise<void> {
    const done = await copyText(this.value);
    const status = this.querySelector<HTMLElement>('[role=status]');
    if (status) status.textContent = i18n.t('ui', done ? 'copy.done' : 'copy.selected');
    if (done && this.#button) {
      const button = this.#button;
      button.replaceChildren(createIcon('check'));
      button.classList.add('is-done');
      window.setTimeout(() => {
        button.replaceChildren(createIcon('copy'));
        button.classList.remove('is-done');
      }, 1600);
      return;
    }
    const range = document.createRange();
    range.selectNodeContents(text);
    const selection = getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
  }
}

define('mh-copy', CopyElement);
