/** The fields of the search: what each looks at, which comparisons it knows, and what counts as a value. */
import { displayName, isExit, isExpired, realDate, waitingRoutes } from './node';
import { contains, overlaps, parseNet } from './net';
import type { Node_ } from './types';

export const FLAGS = ['online', 'offline', 'expired', 'expiring', 'routes', 'exit', 'tagged', 'ephemeral', 'never'] as const;
export type Flag = (typeof FLAGS)[number];
/** Flags that may stand alone, without `is:`. Others are common parts of names. */
export const BARE_FLAGS: ReadonlySet<string> = new Set(['online', 'offline', 'expired', 'tagged']);

export type Op = ':' | '=' | '<' | '>' | '<=' | '>=';
type Kind = 'text' | 'flag' | 'net' | 'age' | 'version' | 'number';

const DAY = 86_400_000;

export function hasFlag(node: Node_, flag: string, now: number): boolean {
  switch (flag) {
    case 'online': return node.online;
    case 'offline': return !node.online;
    case 'expired': return isExpired(node, now);
    case 'expiring': {
      const expiry = realDate(node.expiry);
      const left = expiry === null ? Infinity : Date.parse(expiry) - now;
      return left > 0 && left <= 14 * DAY;
    }
    case 'routes': return waitingRoutes(node).length > 0;
    case 'exit': return isExit(node);
    case 'tagged': return node.tags.length > 0;
    case 'ephemeral': return node.preAuthKey?.ephemeral === true;
    case 'never': return realDate(node.expiry) === null;
    default: return false;
  }
}

const TEXTS: Record<string, (node: Node_) => readonly (string | undefined)[]> = {
  name: (node) => [displayName(node)],
  host: (node) => [node.name],
  tag: (node) => node.tags.map((tag) => tag.replace(/^tag:/i, '')),
  user: (node) => (node.tags.length === 0 && node.user ? [node.user.name, node.user.displayName, node.user.email] : []),
  key: (node) => [node.preAuthKey?.id],
  id: (node) => [node.id],
  method: (node) => [node.registerMethod.replace('REGISTER_METHOD_', '').toLowerCase().replace('_', '')],
  os: (node) => [node.os],
};
const NETS: Record<string, (node: Node_) => readonly string[]> = {
  ip: (node) => node.ipAddresses,
  route: (node) => [...new Set([...node.availableRoutes, ...node.approvedRoutes])],
};
/** Milliseconds: how long ago (`seen`, `created`), or how far ahead (`expires`); null when there is no such moment. */
const AGES: Record<string, (node: Node_, now: number) => number | null> = {
  seen: (node, now) => (node.online ? 0 : realDate(node.lastSeen) ? now - Date.parse(node.lastSeen!) : null),
  created: (node, now) => (realDate(node.createdAt) ? now - Date.parse(node.createdAt!) : null),
  expires: (node, now) => (realDate(node.expiry) ? Date.parse(node.expiry!) - now : null),
};
/** `id` must fit as a whole: node 1 is not node 12. */
const WHOLE = new Set(['id', 'key', 'method']);

export const FIELDS = new Map<string, Kind>([
  ...Object.keys(TEXTS).map((name): [string, Kind] => [name, 'text']), ...Object.keys(NETS).map((name): [string, Kind] => [name, 'net']),
  ...Object.keys(AGES).map((name): [string, Kind] => [name, 'age']), ['is', 'flag'], ['version', 'version'], ['routes', 'number']]);
const ALIASES: Record<string, string> = { owner: 'user', address: 'ip', expiry: 'expires', joined: 'created', lastseen: 'seen', tags: 'tag', hostname: 'host' };
export const fieldOf = (name: string): string => ALIASES[name] ?? name;

export function opsOf(kind: Kind): readonly Op[] {
  if (kind === 'flag') return [':', '='];
  if (kind === 'text' || kind === 'net') return [':', '='];
  return [':', '=', '<', '>', '<=', '>='];
}

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: DAY, w: 7 * DAY, y: 365 * DAY };
export function parseAge(text: string): number | null {
  const match = /^(\d{1,6})([smhdwy])$/.exec(text);
  return match ? Number(match[1]) * UNITS[match[2]!]! : null;
}
export function parseVersion(text: string): number[] | null {
  const match = /^v?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?/.exec(text);
  return match ? match.slice(1).filter((part) => part !== undefined).map(Number) : null;
}
/** Only the parts that both name count, so that 1.80.2 is neither below nor above 1.80. */
function compareVersions(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}
const holds = (op: Op, order: number): boolean => ({ ':': order === 0, '=': order === 0, '<': order < 0, '>': order > 0, '<=': order <= 0, '>=': order >= 0 })[op];

/** Why a value cannot be one of this field, or null. */
export function valueProblem(field: string, op: Op, value: string): 'flag' | 'age' | 'version' | 'number' | 'empty' | null {
  const kind = FIELDS.get(field);
  if (value === '') return 'empty';
  if (kind === 'flag') return (FLAGS as readonly string[]).includes(value) ? null : 'flag';
  if (kind === 'age') return (op === ':' && value === 'never') || parseAge(value) !== null ? null : 'age';
  if (kind === 'version') return parseVersion(value) ? null : 'version';
  if (kind === 'number') return /^\d{1,6}$/.test(value) ? null : 'number';
  return null;
}

function glob(pattern: string): (text: string) => boolean {
  const parts = pattern.split('*');
  const [head, tail] = [parts[0]!, parts.at(-1)!];
  return (text) => {
    if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return false;
    let at = head.length;
    for (const part of parts.slice(1, -1)) {
      const next = text.indexOf(part, at);
      if (next < 0) return false;
      at = next + part.length;
    }
    return at <= text.length - tail.length;
  };
}

export type Test = (node: Node_, now: number) => boolean;

/** The test of one term; a value that is none of the field's fits nothing. */
export function testOf(field: string, op: Op, given: string): Test {
  const value = field === 'tag' ? given.toLowerCase().replace(/^tag:/, '') : given.toLowerCase();
  const kind = FIELDS.get(field);
  if (!kind || valueProblem(field, op, value)) return () => false;
  if (kind === 'flag') return (node, now) => hasFlag(node, value, now);
  if (kind === 'number') return (node) => holds(op, NETS.route!(node).length - Number(value));
  if (kind === 'version') {
    const wanted = parseVersion(value)!;
    return (node) => {
      const version = node.clientVersion ? parseVersion(node.clientVersion) : null;
      return version !== null && holds(op, compareVersions(version, wanted));
    };
  }
  if (kind === 'age') {
    const age = AGES[field]!;
    if (value === 'never') return (node, now) => age(node, now) === null;
    const wanted = parseAge(value)!;
    // A moment alone means "within": seen:1h, expires:7d.
    if (op === ':' || op === '=') return (node, now) => ((found) => found !== null && found >= 0 && found <= wanted)(age(node, now));
    return (node, now) => ((found) => found !== null && holds(op, found - wanted))(age(node, now));
  }
  if (kind === 'net') return netTest(field, op, value);
  const fits = value.includes('*') ? glob(value) : op === '=' || WHOLE.has(field) ? (text: string) => text === value : field === 'tag' ? (text: string) => text.startsWith(value) : (text: string) => text.includes(value);
  const texts = TEXTS[field]!;
  return (node) => texts(node).some((text) => text !== undefined && fits(text.toLowerCase()));
}

function netTest(field: string, op: Op, value: string): Test {
  const values = NETS[field]!;
  if (value === '*') return (node) => values(node).length > 0;
  const wanted = parseNet(value);
  if (op === '=') return (node) => values(node).includes(value);
  // Half an address is typed on the way to a whole one: it fits as text.
  if (!wanted) return (node) => values(node).some((text) => text.startsWith(value));
  if (field === 'ip') return (node) => values(node).some((text) => ((net) => net !== null && contains(wanted, net))(parseNet(text)));
  const everything = wanted.prefix === 0;
  // The default routes reach every address; they answer only to themselves.
  return (node) => values(node).some((text) => ((net) => net !== null && (everything ? net.prefix === 0 && net.family === wanted.family : net.prefix > 0 && overlaps(net, wanted)))(parseNet(text)));
}

