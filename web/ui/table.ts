/**
 * `<mh-table>`: a virtual, live table on the page's own scroll bar. Only the rows near the window exist; a row is drawn again only when its object is a
 * different one, so callers replace objects instead of changing them. Below 720 px rows become cards, laid out by the page's stylesheet.
 * Fires `mh-sort` with `{by, desc}`. With `selectable`, each row begins with a box: `selected` holds the chosen ids, `mh-select` says `{ids, on}`; Shift
 * takes the rows between, the key X the focused row.
 */
import { cx, define } from './element';
import { i18n } from './i18n';
import { createIcon } from './icon';

export interface Column<Row> {
  id: string;
  label: string;
  /** A CSS grid track, for example `minmax(12rem, 2fr)`. */
  width: string;
  sortable?: boolean;
  render: (row: Row, cell: HTMLElement) => void;
}
export interface Sort {
  by: string;
  desc: boolean;
}
export interface Select {
  ids: string[];
  on: boolean;
}
interface Drawn<Row> {
  element: HTMLElement;
  box: HTMLInputElement | null;
  row: Row;
  index: number;
}

const OVERSCAN = 8;
const PHONE = '(max-width: 719px)';

export class TableElement<Row = unknown> extends HTMLElement {
  #columns: readonly Column<Row>[] = [];
  #rows: readonly Row[] = [];
  #sort: Sort | null = null;
  #head = cx('div', 'mh-thead');
  #body = cx('div', 'mh-tbody');
  #drawn = new Map<string, Drawn<Row>>();
  #phone = typeof matchMedia === 'function' ? matchMedia(PHONE) : null;
  #frame = 0;
  #unsubscribe: (() => void) | null = null;

  #rowId: (row: Row) => string = (row) => String((row as { id?: unknown }).id);
  #rowClass: (row: Row) => string = () => '';
  #rowLabel: (row: Row) => string = (row) => this.#rowId(row);
  #rowHeight = 52;
  #cardHeight = 112;
  #selectable = false;
  #selected: ReadonlySet<string> = new Set();
  #all: HTMLInputElement | null = null;
  #last = -1;
  readonly #still = typeof matchMedia === 'function' ? matchMedia('(prefers-reduced-motion: reduce)') : null;

  // Accessors, because frameworks set what has a setter and write anything else as an attribute.
  /** Identity of a row across updates. */
  set rowId(rowId: (row: Row) => string) {
    this.#rowId = rowId;
  }
  set rowClass(rowClass: (row: Row) => string) {
    this.#rowClass = rowClass;
  }
  /** What the box of a row is called. */
  set rowLabel(rowLabel: (row: Row) => string) {
    this.#rowLabel = rowLabel;
  }
  set rowHeight(height: number) {
    this.#rowHeight = height;
    this.#schedule();
  }
  set cardHeight(height: number) {
    this.#cardHeight = height;
    this.#schedule();
  }
  set columns(columns: readonly Column<Row>[]) {
    this.#columns = columns;
    this.#redraw();
  }
  set rows(rows: readonly Row[]) {
    this.#rows = rows;
    this.#drawAll();
    this.#schedule();
  }
  get rows(): readonly Row[] {
    return this.#rows;
  }
  set sort(sort: Sort | null) {
    if (this.#sort?.by === sort?.by && this.#sort?.desc === sort?.desc) return;
    this.#sort = sort;
    this.#drawHead();
  }
  set label(label: string) {
    this.setAttribute('aria-label', label);
  }
  set selectable(selectable: boolean) {
    if (this.#selectable === selectable) return;
    this.#selectable = selectable;
    this.#redraw();
  }
  set selected(selected: ReadonlySet<string>) {
    this.#selected = selected;
    for (const [id, { box }] of this.#drawn) if (box) box.checked = selected.has(id);
    this.#drawAll();
  }

  connectedCallback(): void {
    this.setAttribute('role', 'table');
    const headGroup = cx('div', 'mh-thead-group', this.#head);
    headGroup.setAttribute('role', 'rowgroup');
    this.#head.setAttribute('role', 'row');
    this.#body.setAttribute('role', 'rowgroup');
    this.replaceChildren(headGroup, this.#body);
    addEventListener('scroll', this.#schedule, { passive: true });
    addEventListener('resize', this.#schedule);
    this.#phone?.addEventListener('change', this.#redraw);
    this.addEventListener('keydown', this.#onKey);
    this.#unsubscribe = i18n.subscribe(this.#redraw);
    this.#redraw();
  }
  disconnectedCallback(): void {
    removeEventListener('scroll', this.#schedule);
    removeEventListener('resize', this.#schedule);
    this.#phone?.removeEventListener('change', this.#redraw);
    this.removeEventListener('keydown', this.#onKey);
    this.#unsubscribe?.();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  #schedule = (): void => {
    if (this.#frame !== 0 || !this.isConnected) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#drawRows();
    });
  };

  #redraw = (): void => {
    this.#drawn.clear();
    this.#body.replaceChildren();
    this.style.setProperty('--mh-columns', [...(this.#selectable ? ['1.5rem'] : []), ...this.#columns.map((column) => column.width)].join(' '));
    this.#drawHead();
    this.#schedule();
  };

  #box(className: string, role: string, label: string, change: (event: Event, box: HTMLInputElement) => void): { cell: HTMLElement; box: HTMLInputElement } {
    const box = cx('input');
    box.type = 'checkbox';
    box.setAttribute('aria-label', label);
    box.addEventListener('click', (event) => change(event, box));
    const cell = cx('div', `${className} mh-col-select`, cx('label', 'mh-select-box', box));
    cell.setAttribute('role', role);
    return { cell, box };
  }

  #select(ids: string[], on: boolean): void {
    this.dispatchEvent(new CustomEvent<Select>('mh-select', { detail: { ids, on } }));
  }

  /** The box in the heading stands for all rows: full, empty or in between. */
  #drawAll(): void {
    if (!this.#all) return;
    let count = 0;
    if (this.#selected.size > 0) for (const row of this.#rows) count += Number(this.#selected.has(this.#rowId(row)));
    this.#all.checked = count > 0 && count === this.#rows.length;
    this.#all.indeterminate = count > 0 && count < this.#rows.length;
  }

  #drawHead(): void {
    const first: HTMLElement[] = [];
    this.#all = null;
    if (this.#selectable) {
      const { cell, box } = this.#box('mh-th', 'columnheader', i18n.t('ui', 'table.all'), () => this.#select(this.#rows.map((row) => this.#rowId(row)), box.checked));
      this.#all = box;
      first.push(cell);
      this.#drawAll();
    }
    this.#head.replaceChildren(
      ...first,
      ...this.#columns.map((column) => {
        const cell = cx('div', `mh-th mh-col-${column.id}`);
        cell.setAttribute('role', 'columnheader');
        if (!column.sortable) {
          cell.append(cx('span', column.label ? '' : 'mh-sr', column.label || column.id));
          return cell;
        }
        const active = this.#sort?.by === column.id;
        cell.setAttribute('aria-sort', active ? (this.#sort?.desc ? 'descending' : 'ascending') : 'none');
        const button = cx('button', 'mh-sort', column.label);
        button.type = 'button';
        button.append(createIcon(active ? (this.#sort?.desc ? 'arrow-down' : 'arrow-up') : 'arrow-up-down'));
        button.addEventListener('click', () => {
          const desc = active ? !this.#sort?.desc : false;
          this.dispatchEvent(new CustomEvent<Sort>('mh-sort', { detail: { by: column.id, desc } }));
        });
        cell.append(button);
        return cell;
      }),
    );
  }

  #drawRows(): void {
    const height = this.#phone?.matches ? this.#cardHeight : this.#rowHeight;
    const total = this.#rows.length;
    this.style.setProperty('--mh-row', `${height}px`);
    this.setAttribute('aria-rowcount', String(total + 1));
    this.#body.style.height = `${total * height}px`;
    const top = this.#body.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(-top / height) - OVERSCAN);
    const last = Math.min(total, Math.ceil((innerHeight - top) / height) + OVERSCAN);
    const keep = new Set<string>();
    for (let index = first; index < last; index += 1) {
      const row = this.#rows[index]!;
      const id = this.#rowId(row);
      keep.add(id);
      this.#drawRow(id, row, index, height);
    }
    const focused = document.activeElement;
    for (const [id, drawn] of this.#drawn) {
      if (keep.has(id)) continue;
      if (drawn.element.contains(focused) && this.#rows.some((row) => this.#rowId(row) === id)) continue;
      drawn.element.remove();
      this.#drawn.delete(id);
    }
    this.#order();
  }

  #drawRow(id: string, row: Row, index: number, height: number): void {
    let drawn = this.#drawn.get(id);
    if (!drawn) {
      const element = cx('div', 'mh-tr');
      element.setAttribute('role', 'row');
      let box: HTMLInputElement | null = null;
      if (this.#selectable) {
        const made = this.#box('mh-td', 'cell', '', (event, input) => this.#onBox(event as MouseEvent, id, input));
        box = made.box;
        box.checked = this.#selected.has(id);
        element.append(made.cell);
      }
      for (const column of this.#columns) {
        const cell = cx('div', `mh-td mh-col-${column.id}`);
        cell.setAttribute('role', 'cell');
        element.append(cell);
      }
      drawn = { element, box, row, index: -1 };
      this.#drawn.set(id, drawn);
      this.#fill(drawn, row);
      this.#body.append(element);
    } else if (drawn.row !== row) {
      this.#fill(drawn, row);
      // A short glow says that the row has just changed.
      if (!this.#still?.matches) drawn.element.animate?.([{ backgroundColor: 'var(--mh-accent-soft)' }, {}], { duration: 1200, easing: 'ease-out' });
    }
    if (drawn.index !== index) {
      drawn.index = index;
      drawn.element.style.transform = `translateY(${index * height}px)`;
      drawn.element.setAttribute('aria-rowindex', String(index + 2));
    }
  }

  #fill(drawn: Drawn<Row>, row: Row): void {
    drawn.row = row;
    drawn.element.className = `mh-tr ${this.#rowClass(row)}`;
    const before = drawn.box ? 1 : 0;
    drawn.box?.setAttribute('aria-label', i18n.t('ui', 'table.row', { what: this.#rowLabel(row) }));
    const focusedCell = [...drawn.element.children].findIndex((cell, i) => i >= before && cell.contains(document.activeElement));
    this.#columns.forEach((column, i) => {
      const cell = drawn.element.children[i + before] as HTMLElement;
      cell.replaceChildren();
      column.render(row, cell);
    });
    if (focusedCell >= 0) drawn.element.children[focusedCell]?.querySelector<HTMLElement>('a, button')?.focus();
  }

  /** Keeps the order of elements the order of rows, for readers and the tab key. */
  #order(): void {
    const wanted = [...this.#drawn.values()].sort((a, b) => a.index - b.index);
    let at: Element | null = this.#body.firstElementChild;
    for (const { element } of wanted) {
      if (element === at) at = at.nextElementSibling;
      else if (!element.contains(document.activeElement)) this.#body.insertBefore(element, at);
    }
  }

  #onBox(event: MouseEvent, id: string, box: HTMLInputElement): void {
    const index = this.#drawn.get(id)?.index ?? -1;
    const [from, to] = event.shiftKey && this.#last >= 0 ? [Math.min(this.#last, index), Math.max(this.#last, index)] : [index, index];
    this.#last = index;
    this.#select(this.#rows.slice(from, to + 1).map((row) => this.#rowId(row)), box.checked);
  }

  #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'x' && this.#selectable && !event.ctrlKey && !event.metaKey && !event.altKey && !(event.target as HTMLElement).closest('input:not([type=checkbox]), [role=menu]')) {
      const row = [...this.#drawn.values()].find(({ element }) => element.contains(document.activeElement));
      row?.box?.click();
      return;
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const current = [...this.#drawn.values()].find(({ element }) => element.contains(document.activeElement));
    if (!current || (event.target as HTMLElement).closest('[role=menu], input:not([type=checkbox]), select')) return;
    event.preventDefault();
    const wanted = current.index + (event.key === 'ArrowDown' ? 1 : -1);
    const next = [...this.#drawn.values()].find(({ index }) => index === wanted);
    const inBox = event.target === current.box;
    const link = inBox ? next?.box : next?.element.querySelector<HTMLElement>('a, button');
    link?.focus();
    link?.scrollIntoView({ block: 'nearest' });
  };
}

define('mh-table', TableElement);
