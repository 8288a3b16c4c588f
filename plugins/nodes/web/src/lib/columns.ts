/** The columns of the node table, drawn with DOM calls: ten thousand rows are no place for a component each. */
import { createIcon, i18n, plainText, type Column } from '@masthead/ui';
import { displayName, isExit, isExpired, offersExit, ownerLabel, realDate, subnets, waitingRoutes } from './node';
import type { Node_ } from './types';

const t = (key: string, params?: Record<string, string | number>) => i18n.t('nodes', key, params);

function element<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const created = document.createElement(tag);
  created.className = className;
  created.append(...children);
  return created;
}

export function name(value: string): HTMLElement {
  const created = document.createElement('mh-name');
  created.setAttribute('value', value);
  return created;
}

function time(value: string): HTMLElement {
  const created = document.createElement('mh-time');
  created.setAttribute('value', value);
  created.setAttribute('short', '');
  return created;
}

function badge(kind: string, text: string, icon?: string, title?: string): HTMLElement {
  const created = element('span', `mh-badge ${kind}`);
  if (icon) created.append(createIcon(icon));
  created.append(element('span', '', text));
  if (title) created.title = title;
  return created;
}

export function badges(node: Node_): HTMLElement[] {
  const list: HTMLElement[] = [];
  const waiting = waitingRoutes(node);
  const waitingSubnets = subnets(waiting);
  const served = subnets(node.approvedRoutes.filter((route) => node.availableRoutes.includes(route)));
  if (isExpired(node)) list.push(badge('mh-badge-bad', t(node.online ? 'badge.expired.online' : 'badge.expired'), 'clock-alert', node.online ? t('badge.expired.online.why') : undefined));
  if (waitingSubnets.length > 0) list.push(badge('mh-badge-warn', t('badge.waiting', { n: waitingSubnets.length }), 'route', waitingSubnets.join(', ')));
  if (offersExit(node) && !isExit(node)) list.push(badge('mh-badge-warn', t('badge.exit.waiting'), 'globe'));
  if (isExit(node)) list.push(badge('mh-badge-route', t('badge.exit'), 'globe'));
  if (served.length > 0) list.push(badge('mh-badge-route', t('badge.subnets', { n: served.length }), 'waypoints', served.join(', ')));
  return list;
}

/** What a table begins with; the name always comes first. */
export const DEFAULT_COLUMNS: readonly string[] = ['owner', 'address', 'seen', 'state'];
export const ALL_COLUMNS: readonly string[] = ['owner', 'address', 'seen', 'state', 'tags', 'host', 'expiry', 'created', 'routes', 'address6', 'os', 'version', 'method', 'id'];

const plain = (id: string, width: string, sortable: boolean, text: (node: Node_) => string | Node): Column<Node_> => ({
  id, label: t(`col.${id}`), width, sortable,
  render: (node, cell) => cell.append(text(node) || '–'),
});

/** The chosen columns in their order, behind the name. */
export function nodeColumns(href: (node: Node_) => string, chosen: readonly string[] = DEFAULT_COLUMNS): Column<Node_>[] {
  const all = [...mainColumns(href), ...moreColumns()];
  const columns = ['name', ...chosen].map((id) => all.find((column) => column.id === id)).filter((column) => column !== undefined);
  // Many columns share what there is; their texts are cut rather than the table.
  return columns.length <= 6 ? columns : columns.map((column) => ({ ...column, width: column.width.replace(/minmax\([^,]+,/, column.id === 'name' ? 'minmax(8rem,' : 'minmax(3rem,') }));
}

function moreColumns(): Column<Node_>[] {
  const address6 = (node: Node_) => node.ipAddresses.find((address) => address.includes(':')) ?? '';
  return [
    { id: 'tags', label: t('col.tags'), width: 'minmax(8rem, 1.3fr)', sortable: true, render: (node, cell) => (node.tags.length === 0 ? cell.append('–') : cell.append(...node.tags.map((tag) => element('span', 'mh-badge mh-badge-tag', name(tag.replace(/^tag:/, '#')))))) },
    plain('host', 'minmax(8rem, 1.3fr)', true, (node) => (node.name ? name(node.name) : '')),
    plain('expiry', 'minmax(6rem, 0.8fr)', true, (node) => (realDate(node.expiry) ? time(node.expiry!) : t('expiry.never'))),
    plain('created', 'minmax(6rem, 0.8fr)', true, (node) => (realDate(node.createdAt) ? time(node.createdAt!) : '')),
    plain('routes', 'minmax(8rem, 1.3fr)', false, (node) => subnets(node.availableRoutes).join(', ')),
    plain('address6', 'minmax(10rem, 1.2fr)', false, address6),
    plain('os', 'minmax(5rem, 0.6fr)', true, (node) => (node.os ? name(node.os) : '')),
    plain('version', 'minmax(5rem, 0.6fr)', true, (node) => (node.clientVersion ? name(node.clientVersion) : '')),
    plain('method', 'minmax(7rem, 0.8fr)', false, (node) => t(`method.${node.registerMethod.replace('REGISTER_METHOD_', '').toLowerCase() || 'unspecified'}`)),
    plain('id', 'minmax(3rem, 0.3fr)', true, (node) => node.id),
  ];
}

function mainColumns(href: (node: Node_) => string): Column<Node_>[] {
  return [
    {
      id: 'name', label: t('col.name'), width: 'minmax(12rem, 2fr)', sortable: true,
      render: (node, cell) => {
        const lamp = element('span', `mh-lamp ${node.online ? 'mh-lamp-on' : ''}`);
        lamp.setAttribute('role', 'img');
        lamp.setAttribute('aria-label', t(node.online ? 'online' : 'offline'));
        const link = element('a', 'mh-row-link', name(displayName(node)));
        link.href = href(node);
        link.dataset.node = node.id;
        const second = element('span', 'n-sub');
        if (node.name && node.name !== node.givenName) second.append(name(node.name));
        else second.append(t(`method.${node.registerMethod.replace('REGISTER_METHOD_', '').toLowerCase() || 'unspecified'}`));
        cell.append(lamp, element('span', 'n-name', link, second));
      },
    },
    {
      id: 'owner', label: t('col.owner'), width: 'minmax(8rem, 1.3fr)', sortable: true,
      render: (node, cell) => {
        const owner = ownerLabel(node);
        if (owner) cell.append(createIcon('user-round'), name(owner));
        else {
          for (const tag of node.tags.slice(0, 2)) cell.append(element('span', 'mh-badge mh-badge-tag', name(tag.replace(/^tag:/, '#'))));
          if (node.tags.length > 2) cell.append(badge('', `+${node.tags.length - 2}`, undefined, node.tags.map(plainText).join(', ')));
        }
      },
    },
    {
      id: 'address', label: t('col.address'), width: 'minmax(10rem, 1.1fr)', sortable: true,
      render: (node, cell) => {
        const address = node.ipAddresses[0];
        if (!address) return void cell.append('–');
        const copy = document.createElement('mh-copy');
        copy.setAttribute('value', address);
        copy.setAttribute('label', address);
        cell.append(copy);
      },
    },
    {
      id: 'seen', label: t('col.seen'), width: 'minmax(6rem, 0.7fr)', sortable: true,
      render: (node, cell) => {
        if (node.online) cell.append(element('span', 'n-on', t('online')));
        else if (realDate(node.lastSeen)) cell.append(time(node.lastSeen!));
        else cell.append(t('seen.never'));
      },
    },
    {
      id: 'state', label: t('col.state'), width: 'minmax(14rem, 2fr)',
      render: (node, cell) => {
        const list = badges(node);
        // On a phone this line would be empty without badges; the host name, hidden elsewhere there, takes it.
        if (list.length === 0 && node.name !== node.givenName) cell.append(element('span', 'n-sub n-phone', name(node.name)));
        cell.append(...list);
      },
    },
  ];
}
