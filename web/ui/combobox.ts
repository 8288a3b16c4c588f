/**
 * `<mh-combobox>`: choose from a list by typing. Properties: `items` (see `Option`), `value` (chosen ids, one unless `multiple`), `label`, `placeholder`,
 * `name`, `empty` (said when nothing fits), `disabled`, and `create(text)`, which turns what was typed into an id that is no item, or null to refuse it.
 * Fires `change` with the chosen ids in `detail`. Inside `mh-field` the label, hint and error reach its input.
 */
import { cx, define } from './element';
import { i18n } from './i18n';
import { createIcon } from './icon';
import { rank } from './match';
import { Suggestions, type Option } from './suggestions';
import { plainText } from './text';

export class ComboboxElement extends HTMLElement {
  #items: readonly Option[] = [];
  #value: readonly string[] = [];
  #chips = cx('span', 'mh-combo-chips');
  #input = cx('input', 'mh-input mh-combo-input');
  #toggle = cx('button', 'mh-icon-btn mh-combo-toggle', createIcon('chevron-down'));
  #list: Suggestions | null = null;
  #label = '';
  #typed = false;

  #multiple = false;
  #empty = '';
  #create: ((text: string) => string | null) | null = null;

  // Accessors, because frameworks set what has a setter and write anything else as an attribute.
  set empty(text: string) {
    this.#empty = text;
  }
  set create(create: ((text: string) => string | null) | null) {
    this.#create = create;
  }

  set multiple(multiple: boolean) {
    this.#multiple = multiple;
    this.#input.value = '';
    this.#draw();
  }
  get multiple(): boolean {
    return this.#multiple;
  }
  set items(items: readonly Option[]) {
    this.#items = items;
    this.#draw();
    if (this.#list?.open) this.#suggest();
  }
  get items(): readonly Option[] {
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
    this.#label = label;
    this.#input.setAttribute('aria-label', label);
  }
  set placeholder(text: string) {
    this.#input.placeholder = text;
  }
  set name(name: string) {
    this.#input.name = name;
  }
  set disabled(disabled: boolean) {
    this.#input.disabled = this.#toggle.disabled = disabled;
  }

  connectedCallback(): void {
    if (this.hasAttribute('multiple')) this.#multiple = true;
    this.dataset.suggestAnchor = '';
    this.#input.type = 'text';
    this.#input.spellcheck = false;
    this.#input.autocapitalize = 'none';
    if (this.dataset.autofocus !== undefined) this.#input.dataset.autofocus = '';
    this.#toggle.type = 'button';
    this.#toggle.tabIndex = -1;
    this.#toggle.setAttribute('aria-label', i18n.t('ui', 'list.open'));
    this.replaceChildren(this.#chips, this.#input, this.#toggle);
    this.#list = new Suggestions(this.#input, (option) => this.#choose(option.id), this.#label || i18n.t('ui', 'list.label'));
    this.#input.addEventListener('input', this.#onInput);
    // The text's own event would look like the element's.
    this.#input.addEventListener('change', (event) => event.stopPropagation());
    this.#input.addEventListener('keydown', this.#onKey);
    this.#input.addEventListener('blur', this.#onBlur);
    this.#input.addEventListener('click', this.#onPress);
    this.#toggle.addEventListener('click', this.#onToggle);
    this.addEventListener('click', this.#onBox);
    this.#draw();
  }
  disconnectedCallback(): void {
    this.#list?.destroy();
    this.#list = null;
  }

  #labelOf(id: string): string {
    return plainText(this.#items.find((item) => item.id === id)?.label ?? id);
  }

  #draw(): void {
    const many = this.multiple;
    this.classList.toggle('is-multiple', many);
    this.#chips.hidden = !many || this.#value.length === 0;
    if (!many) {
      if (!this.#typed) this.#input.value = this.#value[0] === undefined ? '' : this.#labelOf(this.#value[0]);
      return;
    }
    this.#chips.replaceChildren(
      ...this.#value.map((id) => {
        const remove = cx('button', 'mh-combo-remove', createIcon('x'));
        remove.type = 'button';
        remove.setAttribute('aria-label', i18n.t('ui', 'list.remove', { what: this.#labelOf(id) }));
        remove.addEventListener('click', () => {
          this.#set(this.#value.filter((other) => other !== id));
          this.#input.focus();
        });
        const chip = cx('span', 'mh-combo-chip', cx('bdi', '', this.#labelOf(id)), remove);
        chip.dataset.id = id;
        return chip;
      }),
    );
  }

  #suggest(): void {
    const text = this.#typed ? this.#input.value : '';
    let found = rank(text, this.#items);
    if (this.multiple) found = found.filter((item) => !this.#value.includes(item.id));
    const made = text.trim() === '' ? null : (this.#create?.(text.trim()) ?? null);
    if (made && !this.#items.some((item) => item.id === made) && !this.#value.includes(made)) {
      found = [...found, { id: made, label: i18n.t('ui', 'list.create', { what: plainText(made) }), icon: 'plus' }];
    }
    this.#list?.show(found, { current: this.#value, empty: this.#empty || i18n.t('ui', 'list.none'), first: true });
  }

  #choose(id: string): void {
    this.#typed = false;
    if (this.multiple) this.#input.value = '';
    this.#set(this.multiple ? [...this.#value.filter((other) => other !== id), id] : [id]);
    if (this.multiple && this.#items.some((item) => !this.#value.includes(item.id))) this.#suggest();
    else this.#list?.hide();
  }

  #set(value: readonly string[]): void {
    this.#value = value;
    this.#draw();
    this.dispatchEvent(new CustomEvent('change', { detail: [...value], bubbles: true }));
  }

  #onInput = (): void => {
    this.#typed = true;
    this.#suggest();
  };
  #onPress = (): void => {
    if (!this.#list?.open) this.#suggest();
  };
  #onToggle = (): void => {
    this.#input.focus();
    if (this.#list?.open) this.#list.hide();
    else this.#suggest();
  };
  #onBox = (event: Event): void => {
    if (event.target === this || event.target === this.#chips) this.#input.focus();
  };
  #onKey = (event: KeyboardEvent): void => {
    // What was typed in full and can be made into an entry counts without a look at the list.
    if (this.multiple && (event.key === ',' || event.key === ' ') && this.#input.value.trim() !== '') {
      const exact = this.#create?.(this.#input.value.trim()) ?? this.#items.find((item) => item.label === this.#input.value.trim())?.id;
      if (exact) {
        event.preventDefault();
        return this.#choose(exact);
      }
    }
    if (this.#list?.key(event)) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      this.#suggest();
    } else if (event.key === 'Backspace' && this.multiple && this.#input.value === '' && this.#value.length > 0) {
      this.#set(this.#value.slice(0, -1));
    }
  };
  #onBlur = (): void => {
    this.#list?.hide();
    const text = this.#input.value.trim();
    const made = this.#typed && text !== '' ? (this.#items.find((item) => item.label === text)?.id ?? this.#create?.(text) ?? null) : null;
    const emptied = this.#typed && text === '' && !this.multiple && this.#value.length > 0;
    this.#typed = false;
    if (made) {
      if (this.multiple) this.#input.value = '';
      this.#set(this.multiple ? [...this.#value.filter((other) => other !== made), made] : [made]);
    } else if (emptied) this.#set([]);
    else if (this.multiple && this.#create && text !== '') return;
    else {
      // The chips stay as they are: one of their buttons may be under a press that is not over.
      this.#input.value = '';
      if (!this.multiple) this.#draw();
    }
  };
}

define('mh-combobox', ComboboxElement);
