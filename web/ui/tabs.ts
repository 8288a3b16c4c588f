/** `<mh-tabs>`: a row of tabs moved through with the arrow keys. Properties `items`, `value`, `label` and `panel`, the id of the element with
 *  `role="tabpanel"` that they change; fires `change` with the id in `detail`. */
import { cx, define } from './element';
import { i18n } from './i18n';

export interface Tab {
  id: string;
  label: string;
  /** How many things are there; shown beside the label. */
  count?: number;
}

export class TabsElement extends HTMLElement {
  #items: readonly Tab[] = [];
  #value = '';
  #panel = '';

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
  set panel(id: string) {
    this.#panel = id;
    this.#draw();
  }
  set label(label: string) {
    this.setAttribute('aria-label', label);
  }

  connectedCallback(): void {
    this.setAttribute('role', 'tablist');
    this.#draw();
    this.addEventListener('keydown', this.#onKey);
  }
  disconnectedCallback(): void {
    this.removeEventListener('keydown', this.#onKey);
  }

  #draw(): void {
    const focused = this.contains(document.activeElement);
    this.replaceChildren(
      ...this.#items.map((item) => {
        const button = cx('button', 'mh-tab', cx('span', '', item.label));
        const chosen = item.id === this.#value;
        button.type = 'button';
        button.setAttribute('role', 'tab');
        button.dataset.id = item.id;
        button.setAttribute('aria-selected', String(chosen));
        button.tabIndex = chosen ? 0 : -1;
        if (item.count) button.append(cx('span', 'mh-tab-count', i18n.number(item.count)));
        if (this.#panel) {
          button.id = `${this.#panel}-${item.id}`;
          button.setAttribute('aria-controls', this.#panel);
        }
        button.addEventListener('click', () => this.#select(item.id, true));
        return button;
      }),
    );
    if (focused) this.querySelector<HTMLElement>('[aria-selected=true]')?.focus();
    // The panel is named by the tab that shows it.
    if (this.#panel) document.getElementById(this.#panel)?.setAttribute('aria-labelledby', `${this.#panel}-${this.#value}`);
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
