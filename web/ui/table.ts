/**
 * `<mh-table>`: a virtual, live table on the page's own scroll bar. Only the rows near the window exist; a row is drawn again only when its object is a
 * different one, so callers replace objects instead of changing them. Below 720 px rows become cards, laid out by the page's stylesheet.
 * Fires `mh-sort` with `{by, desc}`.
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
interface Drawn<Row> {
  element: HTMLElement;
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

  /** Identity of a row across updates. */
  rowId: (row: Row) => string = (row) => String((row as { id?: unknown }).id);
  rowClass: (row: Row) => string = () => '';
  rowHeight = 52;
  cardHeight = 112;

  set columns(columns: readonly Column<Row>[]) {
    this.#columns = columns;
    this.#redraw();
  }
  set rows(rows: readonly Row[]) {
    this.#rows = rows;
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
    this.style.setProperty('--mh-columns', this.#columns.map((column) => column.width).join(' '));
    this.#drawHead();
    this.#schedule();
  };

  #drawHead(): void {
    this.#head.replaceChildren(
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
    const height = this.#phone?.matches ? this.cardHeight : this.rowHeight;
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
      const id = this.rowId(row);
      keep.add(id);
      this.#drawRow(id, row, index, height);
    }
    const focused = document.activeElement;
    for (const [id, drawn] of this.#drawn) {
      if (keep.has(id)) continue;
      if (drawn.element.contains(focused) && this.#rows.some((row) => this.rowId(row) === id)) continue;
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
      for (const column of this.#columns) {
        const cell = cx('div', `mh-td mh-col-${column.id}`);
        cell.setAttribute('role', 'cell');
        element.append(cell);
      }
      drawn = { element, row, index: -1 };
      this.#drawn.set(id, drawn);
      this.#fill(drawn, row);
      this.#body.append(element);
    } else if (drawn.row !== row) {
      this.#fill(drawn, row);
    }
    if (drawn.index !== index) {
      drawn.index = index;
      drawn.element.style.transform = `translateY(${index * height}px)`;
      drawn.element.setAttribute('aria-rowindex', String(index + 2));
    }
  }

  #fill(drawn: Drawn<Row>, row: Row): void {
    drawn.row = row;
    drawn.element.className = `mh-tr ${this.rowClass(row)}`;
    const focusedCell = [...drawn.element.children].findIndex((cell) => cell.contains(document.activeElement));
    this.#columns.forEach((column, i) => {
      const cell = drawn.element.children[i] as HTMLElement;
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

  #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const current = [...this.#drawn.values()].find(({ element }) => element.contains(document.activeElement));
    if (!current || (event.target as HTMLElement).closest('[role=menu], input, select')) return;
    event.preventDefault();
    const wanted = current.index + (event.key === 'ArrowDown' ? 1 : -1);
    const next = [...this.#drawn.values()].find(({ index }) => index === wanted);
    const link = next?.element.querySelector<HTMLElement>('a, button');
    link?.focus();
    link?.scrollIntoView({ block: 'nearest' });
  };
}

define('mh-table', TableElement);
