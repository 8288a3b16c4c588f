/** What the gallery shows in its elements: the ordinary, the long and the hostile. */
import type { Column, Option } from '@masthead/ui';

export interface Row {
  id: string;
  name: string;
  address: string;
  seen: string;
}

export const TOKENS = ['bg', 'surface', 'surface-2', 'sunken', 'line', 'line-strong', 'ink', 'ink-2', 'ink-3', 'accent', 'accent-soft', 'frame', 'lamp', 'ok', 'ok-soft', 'warn', 'warn-soft', 'bad', 'bad-soft', 'route', 'route-soft'];

export const PEOPLE: readonly Option[] = [
  { id: '1', label: 'Ada Lovelace', detail: 'ada@example.org', icon: 'user-round' },
  { id: '2', label: 'Grace Hopper', detail: 'grace@example.org', icon: 'user-round' },
  { id: '3', label: '<b>mallory</b>', detail: 'mallory@example.org', icon: 'user-round' },
  { id: '4', label: 'An unreasonably long name that has to be cut off somewhere', detail: 'long@example.org', icon: 'user-round' },
];
export const TAGS: readonly Option[] = ['tag:db', 'tag:web', 'tag:ci', 'tag:router', 'tag:prod'].map((id) => ({ id, label: id, icon: 'tag' }));

export const ROWS: readonly Row[] = [
  { id: '1', name: 'atlas-laptop', address: '100.64.0.1', seen: '2026-06-15T11:58:00Z' },
  { id: '2', name: 'evil\u202egnp.exe', address: '100.64.0.2', seen: '2026-06-12T08:00:00Z' },
  { id: '3', name: 'a'.repeat(120), address: 'fd7a:115c:a1e0::c9', seen: '2026-03-01T00:00:00Z' },
];
const wrap = (name: string, value: string) => {
  const element = document.createElement(name);
  element.setAttribute('value', value);
  return element;
};
export const COLUMNS: readonly Column<Row>[] = [
  { id: 'name', label: 'Name', width: 'minmax(8rem, 2fr)', sortable: true, render: (row, cell) => cell.append(wrap('mh-name', row.name)) },
  { id: 'address', label: 'Address', width: 'minmax(8rem, 1fr)', render: (row, cell) => cell.append(row.address) },
  { id: 'seen', label: 'Last seen', width: 'minmax(6rem, 1fr)', sortable: true, render: (row, cell) => cell.append(wrap('mh-time', row.seen)) },
];
