/**
 * The list's search: words are found in name, host name, owner, address and tags; `tag:`, `user:`, `ip:`, `route:` and `is:` narrow, a leading `-`
 * turns a term around. Filter chips are the `is:` terms under other clothes. Plain functions over plain data.
 */
import { displayName, isExit, isExpired, ownerLabel, waitingRoutes } from './node';
import type { Node_ } from './types';

export const SHOWS = ['online', 'offline', 'expired', 'routes', 'exit', 'tagged'] as const;
export type Show = (typeof SHOWS)[number];
export interface Term {
  field: 'text' | 'tag' | 'user' | 'ip' | 'route' | 'is';
  value: string;
  negated: boolean;
}
export interface Order {
  by: string;
  desc: boolean;
}

const FIELDS = new Set(['tag', 'user', 'ip', 'route', 'is']);

export function parseQuery(query: string): Term[] {
  const terms: Term[] = [];
  for (const match of query.matchAll(/(-?)(?:([a-z]+):)?(?:"([^"]*)"|(\S+))/gi)) {
    const field = (match[2] ?? '').toLowerCase();
    const value = (match[3] ?? match[4] ?? '').toLowerCase();
    if (field && !FIELDS.has(field)) terms.push({ field: 'text', value: `${field}:${value}`, negated: match[1] === '-' });
    else if (value) terms.push({ field: (field || 'text') as Term['field'], value, negated: match[1] === '-' });
  }
  return terms;
}

export function hasShow(node: Node_, show: string, now: number): boolean {
  switch (show) {
    case 'online': return node.online;
    case 'offline': return !node.online;
    case 'expired': return isExpired(node, now);
    case 'routes': return waitingRoutes(node).length > 0;
    case 'exit': return isExit(node);
    case 'tagged': return node.tags.length > 0;
    default: return false;
  }
}

function matches(node: Node_, term: Term, now: number): boolean {
  const has = (values: readonly string[]) => values.some((value) => value.toLowerCase().includes(term.value));
  switch (term.field) {
    case 'tag': return node.tags.some((tag) => tag.toLowerCase().replace(/^tag:/, '').startsWith(term.value.replace(/^tag:/, '')));
    case 'user': return node.user !== null && has([node.user.name, node.user.displayName, node.user.email]);
    case 'ip': return node.ipAddresses.some((address) => address.startsWith(term.value));
    case 'route': return has([...node.availableRoutes, ...node.approvedRoutes]);
    case 'is': return hasShow(node, term.value, now);
    default: return has([displayName(node), node.name, ownerLabel(node), node.user?.name ?? '', ...node.ipAddresses, ...node.tags]);
  }
}

/** Online and offline exclude each other, so they widen; every other chip narrows. */
export function filterNodes(nodes: readonly Node_[], query: string, shows: readonly string[], now: number = Date.now()): Node_[] {
  const terms = parseQuery(query);
  const reach = shows.filter((show) => show === 'online' || show === 'offline');
  const rest = shows.filter((show) => show !== 'online' && show !== 'offline');
  return nodes.filter(
    (node) =>
      (reach.length !== 1 || hasShow(node, reach[0]!, now)) &&
      rest.every((show) => hasShow(node, show, now)) &&
      terms.every((term) => matches(node, term, now) !== term.negated),
  );
}

export function parseOrder(value: string | undefined): Order {
  if (!value) return { by: 'name', desc: false };
  return value.startsWith('-') ? { by: value.slice(1), desc: true } : { by: value, desc: false };
}

export function writeOrder(order: Order): string {
  return order.by === 'name' && !order.desc ? '' : (order.desc ? '-' : '') + order.by;
}

function addressKey(address: string): string {
  return address.includes(':') ? `~${address}` : address.split('.').map((part) => part.padStart(3, '0')).join('.');
}

export function sortNodes(nodes: readonly Node_[], order: Order): Node_[] {
  const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  const time = (value: string | null, missing: number) => (value ? new Date(value).getTime() : missing);
  const by: Record<string, (a: Node_, b: Node_) => number> = {
    name: (a, b) => collator.compare(displayName(a), displayName(b)),
    owner: (a, b) => collator.compare(ownerLabel(a) || a.tags.join(), ownerLabel(b) || b.tags.join()),
    address: (a, b) => collator.compare(addressKey(a.ipAddresses[0] ?? '~~'), addressKey(b.ipAddresses[0] ?? '~~')),
    seen: (a, b) => Number(b.online) - Number(a.online) || (a.online ? 0 : time(b.lastSeen, 0) - time(a.lastSeen, 0)),
    expiry: (a, b) => time(a.expiry, Number.MAX_SAFE_INTEGER) - time(b.expiry, Number.MAX_SAFE_INTEGER),
  };
  const compare = by[order.by] ?? by.name!;
  const sign = order.desc ? -1 : 1;
  return [...nodes].sort((a, b) => sign * compare(a, b) || Number(BigInt(a.id) - BigInt(b.id)));
}

/** The query string of a page with some members changed; empty values vanish. */
export function withQuery(query: Readonly<Record<string, string>>, changes: Record<string, string>): string {
  const next = new URLSearchParams(Object.entries({ ...query, ...changes }).filter(([, value]) => value !== ''));
  return `?${next.toString()}`;
}
