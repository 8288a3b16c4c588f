/** What may follow at the caret of the search: fields, flags and known values. Plain functions; texts are put in by the caller. */
import { FIELDS, FLAGS, fieldOf } from './fields';
import { tokens } from './language';
import type { Node_ } from './types';

export interface Completion {
  /** What is replaced, and by what. */
  from: number;
  to: number;
  insert: string;
  /** Where the caret goes next: behind a field one goes on typing. */
  more: boolean;
  kind: 'field' | 'flag' | 'value';
  name: string;
}
export interface Values {
  tag: readonly string[];
  user: readonly string[];
  route: readonly string[];
  version: readonly string[];
  os: readonly string[];
}

const LIMIT = 12;
const AGES = ['1h', '1d', '7d', '30d', '90d'];
const OFFERED = ['tag', 'user', 'is', 'route', 'ip', 'seen', 'expires', 'created', 'version', 'os', 'name', 'host', 'key', 'method', 'id', 'routes'];

const quote = (value: string) => (/^[^\s()"\\=-][^\s()"\\]*$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`);

export function valuesOf(nodes: readonly Node_[]): Values {
  const sets = { tag: new Set<string>(), user: new Set<string>(), route: new Set<string>(), version: new Set<string>(), os: new Set<string>() };
  for (const node of nodes) {
    for (const tag of node.tags) sets.tag.add(tag.replace(/^tag:/, ''));
    if (node.tags.length === 0 && node.user) sets.user.add(node.user.name);
    for (const route of node.availableRoutes) sets.route.add(route);
    if (node.clientVersion) sets.version.add(node.clientVersion);
    if (node.os) sets.os.add(node.os);
  }
  const sorted = (set: Set<string>) => [...set].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return { tag: sorted(sets.tag), user: sorted(sets.user), route: sorted(sets.route), version: sorted(sets.version), os: sorted(sets.os) };
}

export function complete(text: string, caret: number, values: Values): Completion[] {
  const token = tokens(text).find((candidate) => candidate.kind === 'word' && candidate.from <= caret && caret <= candidate.to);
  if (token?.quoted && token.field === undefined) return [];
  if (token?.field === undefined) {
    const typed = (token ? text.slice(token.from, caret) : '').toLowerCase();
    const [from, to] = token ? [token.from, token.to] : [caret, caret];
    const hasVersions = values.version.length > 0;
    const fields = OFFERED.filter((name) => name.startsWith(typed) && (hasVersions || (name !== 'version' && name !== 'os')))
      .map((name): Completion => ({ from, to, insert: ['seen', 'created', 'routes'].includes(name) ? `${name}>` : ['version', 'expires'].includes(name) ? `${name}<` : `${name}:`, more: true, kind: 'field', name }));
    // In an empty box the fields alone are a better lesson than a long list.
    const flags = typed === '' ? [] : FLAGS.filter((flag) => flag.startsWith(typed)).map((flag): Completion => ({ from, to, insert: `is:${flag}`, more: false, kind: 'flag', name: flag }));
    const owned = typed.length < 2 ? [] : [...values.tag.filter((tag) => tag.toLowerCase().startsWith(typed)).map((tag) => `tag:${quote(tag)}`), ...values.user.filter((user) => user.toLowerCase().startsWith(typed)).map((user) => `user:${quote(user)}`)]
      .map((insert): Completion => ({ from, to, insert, more: false, kind: 'value', name: insert }));
    return [...fields, ...flags, ...owned].slice(0, LIMIT + OFFERED.length);
  }
  const field = fieldOf(token.field);
  const kind = FIELDS.get(field);
  const typed = (token.value ?? '').toLowerCase().replace(field === 'tag' ? /^tag:/ : /^$/, '');
  const known: readonly string[] = kind === 'flag' ? FLAGS : kind === 'age' ? AGES : field === 'method' ? ['authkey', 'oidc', 'cli'] : (values[field as keyof Values] ?? []);
  return known
    .filter((value) => value.toLowerCase().includes(typed) && value.toLowerCase() !== typed)
    .sort((a, b) => Number(b.toLowerCase().startsWith(typed)) - Number(a.toLowerCase().startsWith(typed)))
    .slice(0, LIMIT)
    .map((value): Completion => ({ from: token.valueFrom!, to: token.to, insert: quote(value), more: false, kind: kind === 'flag' ? 'flag' : 'value', name: value }));
}

/** The text with a completion put in, and where the caret belongs. */
export function applyCompletion(text: string, completion: Completion): { text: string; caret: number } {
  const rest = text.slice(completion.to);
  const gap = completion.more || rest.startsWith(' ') ? '' : ' ';
  const head = text.slice(0, completion.from) + completion.insert + gap;
  return { text: head + rest, caret: head.length };
}

