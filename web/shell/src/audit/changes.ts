/** Before and after of a record, member by member, so that a reader sees what is different. */
export interface Change {
  name: string;
  before: string;
  after: string;
  kind: 'same' | 'changed' | 'added' | 'removed';
}

const MAX_DEPTH = 4;
const isPlain = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value);

function text(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => item === null || typeof item !== 'object')) return value.map(String).join(', ');
  return JSON.stringify(value);
}

function flatten(value: unknown, name: string, depth: number, into: Map<string, unknown>): void {
  if (isPlain(value) && depth < MAX_DEPTH && Object.keys(value).length > 0) {
    for (const [key, item] of Object.entries(value)) flatten(item, name ? `${name}.${key}` : key, depth + 1, into);
  } else {
    into.set(name, value);
  }
}

export function changes(before: unknown, after: unknown): Change[] {
  const was = new Map<string, unknown>();
  const became = new Map<string, unknown>();
  if (before !== undefined && before !== null) flatten(before, '', 0, was);
  if (after !== undefined && after !== null) flatten(after, '', 0, became);
  return [...new Set([...was.keys(), ...became.keys()])].map((name) => {
    const left = text(was.get(name));
    const right = text(became.get(name));
    const kind = !was.has(name) ? 'added' : !became.has(name) ? 'removed' : left === right ? 'same' : 'changed';
    return { name, before: left, after: right, kind };
  });
}

/** The members of a record's detail; what a request carried stands beside the rest. */
export function facts(detail: unknown): [string, string][] {
  if (detail === null || detail === undefined || detail === '') return [];
  if (!isPlain(detail)) return [['', text(detail)]];
  const { request, ...rest } = detail;
  const all: Record<string, unknown> = { ...(isPlain(request) ? request : {}), ...rest };
  return Object.entries(all).map(([name, value]): [string, string] => [name, text(value)]).filter(([, value]) => value !== '');
}

/** One line for the list: the status says nothing that the outcome does not. */
export function summary(detail: unknown): string {
  return facts(detail).filter(([name, value]) => !(name === 'status' && Number(value) < 400)).map(([name, value]) => (name ? `${name}: ${value}` : value)).join(', ');
}
