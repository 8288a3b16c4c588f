/**
 * A list of suggestions below a text input, by the combobox pattern: focus stays in the input, arrows move through the list, Enter takes, Escape closes.
 * It lies in the top layer, so that no dialog or card cuts it off. Owned by the element that owns the input; `destroy` removes it.
 */
import { cx, uniqueId } from './element';
import { i18n } from './i18n';
import { createIcon } from './icon';
import { plainText } from './text';

export interface Option {
  id: string;
  label: string;
  detail?: string;
  icon?: string;
  /** Options of one group stand together under this heading. */
  group?: string;
  keywords?: string;
  disabled?: boolean;
}

const SHOWN = 100;

export class Suggestions {
  readonly element = cx('div', 'mh-suggest');
  #list = cx('div', 'mh-suggest-list');
  #note = cx('p', 'mh-suggest-note');
  #options: readonly Option[] = [];
  #rows: HTMLElement[] = [];
  #active = -1;

  constructor(
    private readonly input: HTMLInputElement,
    private readonly pick: (option: Option) => void,
    label: string,
  ) {
    this.#list.id = uniqueId('mh-list');
    this.#list.setAttribute('role', 'listbox');
    this.#list.setAttribute('aria-label', label);
    this.#note.setAttribute('role', 'status');
    this.element.popover = 'manual';
    this.element.append(this.#list, this.#note);
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-autocomplete', 'list');
    input.setAttribute('aria-expanded', 'false');
    input.setAttribute('aria-controls', this.#list.id);
    input.autocomplete = 'off';
    // A press on the list must not take the focus from the input.
    this.element.addEventListener('pointerdown', (event) => event.preventDefault());
    this.element.addEventListener('mousedown', (event) => event.preventDefault());
    this.element.addEventListener('click', (event) => {
      const index = this.#rows.findIndex((row) => row.contains(event.target as Node));
      if (index >= 0) this.#take(index);
    });
  }

  get open(): boolean {
    return this.element.isConnected && this.element.matches(':popover-open');
  }

  get active(): Option | undefined {
    return this.#options[this.#active];
  }

  /** Shows the options; `current` is marked as chosen. With none, `empty` is said instead; with neither the list closes. */
  show(options: readonly Option[], settings: { current?: readonly string[]; empty?: string; first?: boolean } = {}): void {
    if (options.length === 0 && !settings.empty) return this.hide();
    this.#options = options.slice(0, SHOWN);
    const chosen = new Set(settings.current ?? []);
    const groups = new Set<string>();
    const children: HTMLElement[] = [];
    this.#rows = this.#options.map((option) => {
      if (option.group && !groups.has(option.group)) {
        groups.add(option.group);
        const heading = cx('div', 'mh-suggest-group', option.group);
        heading.setAttribute('role', 'presentation');
        children.push(heading);
      }
      const row = this.#row(option, chosen.has(option.id));
      children.push(row);
      return row;
    });
    this.#list.replaceChildren(...children);
    this.#note.textContent = options.length === 0 ? (settings.empty ?? '') : options.length > SHOWN ? i18n.t('ui', 'list.more', { n: options.length - SHOWN }) : '';
    this.#open();
    this.#activate(settings.first && options.length > 0 ? Math.max(0, this.#options.findIndex((option) => chosen.has(option.id))) : -1);
  }

  hide(): void {
    if (this.open) this.element.hidePopover();
    this.#active = -1;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
    removeEventListener('scroll', this.#place, true);
    removeEventListener('resize', this.#place);
  }

  /** Whether the key was one of the list's own. */
  key(event: KeyboardEvent): boolean {
    if (!this.open) return false;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) this.#move(step);
    else if (event.key === 'Enter' && this.#active >= 0) this.#take(this.#active);
    else if (event.key === 'Escape') this.hide();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  destroy(): void {
    this.hide();
    this.element.remove();
  }

  #row(option: Option, chosen: boolean): HTMLElement {
    const row = cx('div', 'mh-suggest-row');
    row.id = uniqueId('mh-option');
    row.setAttribute('role', 'option');
    row.setAttribute('aria-selected', String(chosen));
    row.dataset.id = option.id;
    if (option.disabled) row.setAttribute('aria-disabled', 'true');
    if (option.icon) row.append(createIcon(option.icon));
    row.append(cx('span', 'mh-suggest-label', cx('bdi', '', plainText(option.label))));
    if (option.detail) row.append(cx('span', 'mh-suggest-detail', cx('bdi', '', plainText(option.detail))));
    if (chosen) row.append(createIcon('check'));
    return row;
  }

  #open(): void {
    if (!this.element.isConnected) (this.input.closest('dialog') ?? document.body).append(this.element);
    if (!this.open) {
      this.element.showPopover();
      addEventListener('scroll', this.#place, { capture: true, passive: true });
      addEventListener('resize', this.#place);
    }
    this.input.setAttribute('aria-expanded', 'true');
    this.#place();
  }

  #place = (event?: Event): void => {
    if (event?.target instanceof Node && this.element.contains(event.target)) return;
    const anchor = (this.input.closest<HTMLElement>('[data-suggest-anchor]') ?? this.input).getBoundingClientRect();
    const below = innerHeight - anchor.bottom - 12;
    const above = anchor.top - 12;
    const up = below < 180 && above > below;
    const { style } = this.element;
    style.insetInlineStart = 'auto';
    style.left = `${Math.max(4, Math.min(anchor.left, innerWidth - Math.max(anchor.width, 240) - 4))}px`;
    style.width = `${Math.min(Math.max(anchor.width, 240), innerWidth - 8)}px`;
    style.maxHeight = `${Math.max(120, Math.min(320, up ? above : below))}px`;
    style.top = up ? 'auto' : `${anchor.bottom + 4}px`;
    style.bottom = up ? `${innerHeight - anchor.top + 4}px` : 'auto';
  };

  #move(step: number): void {
    const last = this.#rows.length - 1;
    if (last < 0) return;
    if (Math.abs(step) > 1) return this.#activate(Math.max(0, Math.min(last, this.#active + step)));
    const next = this.#active + step;
    this.#activate(next > last ? 0 : next < 0 ? last : next);
  }

  #activate(index: number): void {
    this.#rows[this.#active]?.classList.remove('is-active');
    this.#active = index;
    const row = this.#rows[index];
    if (!row) return this.input.removeAttribute('aria-activedescendant');
    row.classList.add('is-active');
    row.scrollIntoView({ block: 'nearest' });
    this.input.setAttribute('aria-activedescendant', row.id);
  }

  #take(index: number): void {
    const option = this.#options[index];
    if (option && !option.disabled) this.pick(option);
  }
}
