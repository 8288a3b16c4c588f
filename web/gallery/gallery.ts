/** Every element of the interface library on one page. Built with DOM calls, as a plugin without a framework would. */
import { attachMenu, confirm, createIcon, cx, openDialog, toast } from '@masthead/ui';
import './gallery.css';
import { COLUMNS, PEOPLE, ROWS, TAGS, TOKENS } from './samples';

const theme = new URLSearchParams(location.search).get('theme');
document.documentElement.dataset.theme = theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

const grid = cx('div', 'g-grid');
function section(title: string, ...children: (Node | string)[]): HTMLElement {
  const heading = cx('h2', '', title);
  const body = cx('div', 'mh-card-body mh-stack', ...children);
  const card = cx('section', 'mh-card', cx('div', 'mh-card-head', heading), body);
  card.dataset.section = title;
  grid.append(card);
  return card;
}
function make<E extends HTMLElement>(name: string, properties: Record<string, unknown>, ...children: (Node | string)[]): E {
  const element = document.createElement(name) as E;
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === 'string' && !(key in element)) element.setAttribute(key, value);
    else Object.assign(element, { [key]: value });
  }
  element.append(...children);
  return element;
}
function button(text: string, kind = '', icon = '', press?: () => void): HTMLButtonElement {
  const created = cx('button', `mh-btn ${kind}`);
  created.type = 'button';
  if (icon) created.append(createIcon(icon));
  created.append(text);
  if (press) created.addEventListener('click', press);
  return created;
}
const box = (...children: (Node | string)[]) => cx('div', 'g-box', ...children);
const input = (properties: Record<string, unknown> = {}) => make<HTMLInputElement>('input', { className: 'mh-input', ...properties });
const check = (className: string, text: string, properties: Record<string, unknown>) => cx('label', className, make('input', properties), cx('span', '', text));
function note(kind: string, icon: string, text: string): HTMLElement {
  return cx('p', `mh-note ${kind}`, createIcon(icon), cx('span', '', text));
}

section('Type', cx('h1', '', 'Page heading'), cx('h2', '', 'Card heading'), cx('p', '', 'Body text at fourteen pixels; '), cx('p', 'mh-muted mh-small', 'small and quiet'), cx('code', '', '100.64.0.1 code'));
section('Colours', box(...TOKENS.map((token) => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.style.background = `var(--mh-${token})`;
  svg.setAttribute('aria-hidden', 'true');
  return cx('span', 'g-swatch', svg as unknown as Node, token);
})));
section('Buttons', box(button('Primary', 'mh-btn-primary', 'plus'), button('Ordinary'), button('Quiet', 'mh-btn-quiet'), button('Danger', 'mh-btn-danger'), button('Danger, quiet', 'mh-btn-danger-quiet', 'trash'),
  make('button', { className: 'mh-btn', disabled: true, type: 'button' }, 'Off'), button('Small', 'mh-btn-small'), make('button', { className: 'mh-icon-btn', type: 'button', ariaLabel: 'Refresh' }, createIcon('refresh-cw'))));
section('Fields', make('mh-field', { label: 'Name', hint: 'A hint says what is expected.' }, input({ name: 'name' })), make('mh-field', { label: 'Email', error: 'This is not an address' }, input({ name: 'email', value: 'ada at example' })),
  make('mh-field', { label: 'Role' }, make('select', { className: 'mh-select' }, make('option', {}, 'Operator'), make('option', {}, 'Administrator'))), make('mh-field', { label: 'Note' }, make('textarea', { className: 'mh-textarea', rows: 2 })));
section('Combobox', make('mh-field', { label: 'Owner', hint: 'Type to find somebody.' }, make('mh-combobox', { items: PEOPLE, value: ['1'], name: 'owner' })),
  make('mh-field', { label: 'Tags', hint: 'Several, also new ones.' }, make('mh-combobox', { items: TAGS, value: ['tag:db', 'tag:prod'], multiple: true, name: 'tags', create: (text: string) => (/^(tag:)?[a-z][a-z0-9-]*$/.test(text) ? `tag:${text.replace(/^tag:/, '')}` : null) })),
  make('mh-field', { label: 'Wrong', error: 'Nobody is chosen' }, make('mh-combobox', { items: PEOPLE, value: [], name: 'wrong', placeholder: 'Nobody' })));
section('Choices', check('mh-check', 'A box that is ticked', { type: 'checkbox', checked: true }), check('mh-check', 'One that is not', { type: 'checkbox' }), box(check('mh-switch', 'On', { type: 'checkbox', role: 'switch', checked: true }), check('mh-switch', 'Off', { type: 'checkbox', role: 'switch' })),
  make('div', { className: 'mh-segment', role: 'radiogroup', ariaLabel: 'When' }, check('', 'On a date', { type: 'radio', name: 'when', checked: true }), check('', 'Never', { type: 'radio', name: 'when' }), check('', 'Now', { type: 'radio', name: 'when' })));
section('Chips and badges', make('mh-chips', { items: [{ id: 'a', label: 'Online', count: 41 }, { id: 'b', label: 'Expired', count: 3, icon: 'clock-alert' }, { id: 'c', label: 'Tagged' }], value: ['b'], label: 'Filters' }),
  box(...['', 'ok', 'warn', 'bad', 'route', 'accent', 'tag'].map((kind) => cx('span', `mh-badge ${kind && `mh-badge-${kind}`}`, cx('span', '', kind || 'plain')))), box(...['', 'mh-lamp-on', 'mh-lamp-warn', 'mh-lamp-bad'].map((kind) => cx('span', `mh-lamp ${kind}`))));
const panel = cx('div', '', 'The panel of the chosen tab.');
panel.id = 'g-panel';
panel.setAttribute('role', 'tabpanel');
section('Tabs', make('mh-tabs', { items: [{ id: 'one', label: 'Overview' }, { id: 'two', label: 'Routes', count: 2 }, { id: 'three', label: 'Activity' }], value: 'one', label: 'Parts', panel: 'g-panel' }), panel);
section('Text from strangers', cx('p', '', make('mh-name', { value: 'evil\u202egnp.exe' })), cx('p', '', make('mh-name', { value: '<img src=x onerror=alert(1)>' })), cx('p', '', make('mh-name', { value: '​​zero' })), cx('p', '', make('mh-time', { value: '2026-06-15T11:20:00Z' }), ', ', make('mh-time', { value: '2026-06-01T00:00:00Z', absolute: '' }), ', ', make('mh-time', { value: '' })));
section('Copying', cx('p', '', make('mh-copy', { value: '100.64.0.1', label: 'the address' })), make('mh-copy', { value: 'tailscale up --login-server https://vpn.example.org', label: 'the command', block: '' }));
section('Notes', note('', 'info', 'Something to know.'), note('mh-note-warn', 'triangle-alert', 'Something to mind before going on.'), note('mh-note-bad', 'circle-alert', 'Something that went wrong, and what to do about it.'));
section('States', make('mh-state', { kind: 'empty', icon: 'key-round', heading: 'No keys yet', detail: 'A key lets a device join with one command.' }, button('Create one', 'mh-btn-primary')));
section('Failure', make('mh-state', { kind: 'error', heading: 'The nodes could not be read', detail: 'headscale is away' }, button('Try again')));
section('Loading', make('mh-state', { kind: 'loading', heading: 'Loading' }));
const menu = cx('div', 'mh-menu', ...['Rename', 'Expire'].map((text) => make<HTMLButtonElement>('button', { className: 'mh-menu-item', type: 'button', role: 'menuitem' }, createIcon('pencil'), text)));
const opener = button('Menu', '', 'ellipsis-vertical');
section('Above the page', box(
  button('Dialog', '', '', () => void openDialog({ title: 'A dialog', body: cx('p', '', 'Escape closes it and the focus returns.') })),
  button('Question', '', '', () => void confirm({ title: 'Delete atlas?', text: 'It leaves the network at once.', action: 'Delete', danger: true, typed: 'atlas' })),
  button('Message', '', '', () => void toast('ok', 'Renamed to atlas', 'The network name changed too.')), button('Fault', '', '', () => void toast('error', 'Could not be changed', 'headscale is away')), cx('div', 'account', opener, menu)));
attachMenu(opener, menu);
section('Table', make('mh-table', { columns: COLUMNS, rows: ROWS, sort: { by: 'name', desc: false }, label: 'Nodes', cardHeight: 96 })).classList.add('g-wide');

document.getElementById('gallery')!.append(cx('h1', '', 'Gallery'), grid);
