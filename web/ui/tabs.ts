/** `<mh-tabs>`: a row of tabs moved through with the arrow keys. Properties `items`, `value`, `label`; fires `change` with the id in `detail`. */
import { cx, define } from './element';

export interface Tab {
  id: string;
  label: string;
}

export class TabsElement extends HTMLElement {
  #items: readonly Tab[] = [];
  #value = '';

  set items(items: readonly Tab[]) {
    this.#items = items;
    this.#draw();
  }
  get items(): readonly Tab[] {
    return this.#items;
  }
  set value(value: string) {
    this.#value = value;
    this.#draw();
  }
  get value(): string {
    return this.#value;
  }
  set label(label: string) {
    this.setAttribute('aria-label', label);
  }

  connectedCallback(): void {
    this.setAttribute('role', 'tablist');
    this.addEventListener('keydown', this.#onKey);
  }
  disconnectedCallback(): void {
    this.removeEventListener('keydown', this.#onKey);
  }

  #draw(): void {
    this.replaceChildren(
      ...this.#items.map((item) => {
        const button = cx('button', 'mh-tab', item.label);
        button.type = 'button';
        button.setAttribute('role', 'tab');
        button.setAttribute('aria-selected', String(item.id === this.#value));
        button.tabIndex = item.id === this.#value ? 0 : -1;
        button.addEventListener('click', () => this.#select(item.id, false));
        return button;
      }),
    );
  }

  #select(id: string, focus: boolean): void {
    if (id !== this.#value) {
      this.#value = id;
      this.#draw();
      this.dispatchEvent(new CustomEvent('change', { detail: id, bubbles: true }));
    }
    if (focus) this.querySelector<HTMLElement>('[aria-selected=true]')?.focus();
  }

  #onKey = (event: KeyboardEvent): void => {
    const index = this.#items.findIndex((item) => item.id === this.#value);
    const last = this.#items.length - 1;
    const next = { ArrowRight: index === last ? 0 : index + 1, ArrowLeft: index <= 0 ? last : index - 1, Home: 0, End: last }[event.key];
    const item = next === undefined ? undefined : this.#items[next];
    if (!item) return;
    event.preventDefault();
    this.#select(item.id, true);
  };
}

define('mh-tabs', TabsElement);
