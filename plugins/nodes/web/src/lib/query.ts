/** Which nodes fit a query and in which order they stand. Filter chips are `is:` terms under other clothes. Plain functions over plain data. */
import { hasFlag, testOf, type Test } from './fields';
import { parse, type Expr } from './language';
import { displayName, ownerLabel } from './node';
import type { Node_ } from './types';

export const SHOWS = ['online', 'offline', 'expired', 'routes', 'exit', 'tagged'] as const;
export type Show = (typeof SHOWS)[number];
export interface Order {
  by: string;
  desc: boolean;
}
export const hasShow = hasFlag;

/** All words of a node in one string; kept as long as the object lives, since objects are replaced and never changed. */
const words = new WeakMap<Node_, string>();
function wordsOf(node: Node_): string {
  let text = words.get(node);
  if (text === undefined) {
    text = [displayName(node), node.name, ownerLabel(node), node.user?.name ?? '', ...node.ipAddresses, ...node.tags].join('\n').toLowerCase();
    words.set(node, text);
  }
  return text;
}

export function compile(expr: Expr | null): Test {
  if (!expr) return () => true;
  if (expr.kind === 'not') {
    const item = compile(expr.item);
    return (node, now) => !item(node, now);
  }
  if (expr.kind === 'and' || expr.kind === 'or') {
    const items = expr.items.map(compile);
    return expr.kind === 'and' ? (node, now) => items.every((item) => item(node, now)) : (node, now) => items.some((item) => item(node, now));
  }
  if (expr.field !== 'text') return testOf(expr.field, expr.op, expr.value);
  const value = expr.value.toLowerCase();
  return (node) => wordsOf(node).includes(value);
}

/** Online and offline exclude each other, so they widen; every other chip narrows. */
export function filterNodes(nodes: readonly Node_[], query: string, shows: readonly string[], now: number = Date.now()): Node_[] {
  const test = compile(parse(query).expr);
  const reach = shows.filter((show) => show === 'online' || show === 'offline');
  const rest = shows.filter((show) => show !== 'online' && show !== 'offline');
  return nodes.filter((node) => (reach.length !== 1 || hasFlag(node, reach[0]!, now)) && rest.every((show) => hasFlag(node, show, now)) && test(node, now));
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
const time = (value: string | null, missing: number) => (value ? Date.parse(value) : missing);
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
const compareIds = (a: Node_, b: Node_) => a.id.length - b.id.length || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** What a column is sorted by. Worked out once per node, not once per comparison: with 10,000 nodes that is the difference. */
const KEYS: Record<string, (node: Node_) => string | number> = {
  name: displayName,
  host: (node) => node.name,
  owner: (node) => ownerLabel(node) || `\uffff${node.tags.join()}`,
  tags: (node) => node.tags.join() || '\uffff',
  address: (node) => addressKey(node.ipAddresses[0] ?? '~~'),
  seen: (node) => (node.online ? -Infinity : -time(node.lastSeen, 0)),
  expiry: (node) => time(node.expiry, Number.MAX_SAFE_INTEGER),
  created: (node) => time(node.createdAt, 0),
  id: (node) => Number(node.id),
  os: (node) => node.os ?? '\uffff',
  version: (node) => node.clientVersion ?? '\uffff',
};
export const SORTABLE: readonly string[] = Object.keys(KEYS);

export function sortNodes(nodes: readonly Node_[], order: Order): Node_[] {
  const key = KEYS[order.by] ?? KEYS.name!;
  const sign = order.desc ? -1 : 1;
  const keyed = nodes.map((node) => ({ node, key: key(node) }));
  keyed.sort((a, b) => {
    const order_ = typeof a.key === 'number' && typeof b.key === 'number' ? (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) : collator.compare(String(a.key), String(b.key));
    return sign * order_ || compareIds(a.node, b.node);
  });
  return keyed.map((entry) => entry.node);
}

/**
 * Rows as they stand, with their new contents: nothing moves under a pointer. Rows that went away leave; what is new or no longer fits waits.
 * `waiting` is how many rows the true order would bring, take or move.
 */
export function holdOrder(shown: readonly string[], found: readonly Node_[], all: ReadonlyMap<string, Node_>): { rows: Node_[]; waiting: number } {
  const rows = shown.map((id) => all.get(id)).filter((node) => node !== undefined);
  let waiting = 0;
  const length = Math.max(rows.length, found.length);
  for (let i = 0; i < length; i += 1) if (rows[i]?.id !== found[i]?.id) waiting += 1;
  return { rows, waiting };
}

/** The query string of a page with some members changed; empty values vanish. */
export function withQuery(query: Readonly<Record<string, string>>, changes: Record<string, string>): string {
  const next = new URLSearchParams(Object.entries({ ...query, ...changes }).filter(([, value]) => value !== ''));
  return `?${next.toString()}`;
}
