/** `<mh-chips>`: filter chips that are pressed or not. Properties `items`, `value` (pressed ids) and `label`; fires `change` with the new ids in `detail`. */
import { cx, define } from './element';
import { i18n } from './i18n';
import { createIcon } from './icon';

export interface Chip {
  id: string;
  label: string;
  count?: number;
  icon?: string;
}

export class ChipsElement extends HTMLElement {
  #items: readonly Chip[] = [];
  #value: readonly string[] = [];
  #buttons = new Map<string, HTMLButtonElement>();

  set items(items: readonly Chip[]) {
    this.#items = items;
    this.#draw();
  }
  get items(): readonly Chip[] {
    return this.#items;
  }
  set value(value: readonly string[]) {
    this.#value = value;
    this.#draw();
  }
  get value(): readonly string[] {
    return this.#value;
  }
  set label(label: string) {
    this.setAttribute('role', 'group');
    this.setAttribute('aria-label', label);
  }

  #draw(): void {
    const ids = new Set(this.#items.map((item) => item.id));
    for (const [id, button] of this.#buttons) {
      if (!ids.has(id)) {
        button.remove();
        this.#buttons.delete(id);
      }
    }
    for (const item of this.#items) {
      let button = this.#buttons.get(item.id);
      if (!button) {
        button = cx('button', 'mh-chip');
        button.type = 'button';
        button.dataset.id = item.id;
        button.addEventListener('click', () => this.#toggle(item.id));
        this.#buttons.set(item.id, button);
      }
      button.setAttribute('aria-pressed', String(this.#value.includes(item.id)));
      const parts: (Node | string)[] = item.icon ? [createIcon(item.icon)] : [];
      parts.push(cx('span', '', item.label));
      if (item.count !== undefined) parts.push(cx('span', 'mh-chip-count', i18n.number(item.count)));
      button.replaceChildren(...parts);
      if (button.parentNode !== this) this.append(button);
    }
  }

  #toggle(id: string): void {
    this.#value = this.#value.includes(id) ? this.#value.filter((other) => other !== id) : [...this.#value, id];
    this.#draw();
    this.dispatchEvent(new CustomEvent('change', { detail: [...this.#value], bubbles: true }));
  }
}

define('mh-chips', ChipsElement);
