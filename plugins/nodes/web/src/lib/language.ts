/**
 * The query language of the list: words, `field:value`, `field<value`, quotes, AND (or nothing), OR, NOT (or `-`), parentheses. Reading never fails:
 * what is wrong is listed with its place, and the rest still searches. Limits: 1000 characters, 32 levels.
 */
import { BARE_FLAGS, FIELDS, fieldOf, opsOf, valueProblem, type Op } from './fields';

export interface Term {
  kind: 'term';
  /** `text` for a bare word. */
  field: string;
  op: Op;
  value: string;
}
export type Expr = Term | { kind: 'not'; item: Expr } | { kind: 'and'; items: Expr[] } | { kind: 'or'; items: Expr[] };
export interface Fault {
  from: number;
  to: number;
  code: 'field' | 'op' | 'quote' | 'paren' | 'operand' | 'long' | 'deep' | 'flag' | 'age' | 'version' | 'number' | 'empty';
  what: string;
}
export interface Parsed {
  expr: Expr | null;
  faults: Fault[];
}
export interface Token {
  kind: 'word' | 'and' | 'or' | 'not' | '(' | ')';
  from: number;
  to: number;
  field?: string;
  op?: Op;
  value?: string;
  valueFrom?: number;
  quoted?: boolean;
  open?: boolean;
}

const MAX_LENGTH = 1000;
const MAX_DEPTH = 32;

export function tokens(text: string): Token[] {
  const list: Token[] = [];
  const pattern = /\s+|[()]|-(?=\S)|(?:([A-Za-z]+)(<=|>=|[:=<>]))?(?:"((?:[^"\\]|\\.)*)("?)|([^\s()"]*))/y;
  let at = 0;
  while (at < text.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    // A quote after a word begins a word of its own; nothing else is left unread.
    const whole = match?.[0] || text[at]!;
    const [from, to] = [at, at + whole.length];
    at = to;
    if (/^\s+$/.test(whole)) continue;
    if (whole === '(' || whole === ')') list.push({ kind: whole, from, to });
    else if (whole === '-') list.push({ kind: 'not', from, to });
    else if (whole === 'AND' || whole === 'OR' || whole === 'NOT') list.push({ kind: whole.toLowerCase() as 'and' | 'or' | 'not', from, to });
    else {
      const quoted = match?.[3] !== undefined;
      const value = quoted ? match![3]!.replace(/\\(.)/gs, '$1') : (match?.[5] ?? whole);
      const head = (match?.[1] ?? '').length + (match?.[2] ?? '').length;
      list.push({ kind: 'word', from, to, value, valueFrom: from + head, quoted, open: quoted && match![4] === '', ...(match?.[1] ? { field: match[1].toLowerCase(), op: match[2] as Op } : {}) });
    }
  }
  return list;
}

function termOf(token: Token, faults: Fault[]): Term {
  const value = token.value ?? '';
  if (token.open) faults.push({ from: token.from, to: token.to, code: 'quote', what: '"' });
  if (token.field === undefined) {
    return !token.quoted && BARE_FLAGS.has(value.toLowerCase()) ? { kind: 'term', field: 'is', op: ':', value: value.toLowerCase() } : { kind: 'term', field: 'text', op: ':', value };
  }
  const field = fieldOf(token.field);
  const kind = FIELDS.get(field);
  const op = token.op!;
  if (!kind) {
    // `http://x` or `a=b` are words that hold a mark; searched for as they stand.
    faults.push({ from: token.from, to: token.valueFrom!, code: 'field', what: token.field });
    return { kind: 'term', field: 'text', op: ':', value: `${token.field}${op}${value}` };
  }
  if (!opsOf(kind).includes(op)) faults.push({ from: token.from, to: token.to, code: 'op', what: `${token.field}${op}` });
  else {
    const problem = valueProblem(field, op, field === 'tag' ? value.toLowerCase().replace(/^tag:/, '') : value.toLowerCase());
    if (problem) faults.push({ from: problem === 'empty' ? token.from : token.valueFrom!, to: token.to, code: problem, what: problem === 'empty' ? `${token.field}${op}` : value });
  }
  return { kind: 'term', field, op, value };
}

class Reader {
  at = 0;
  readonly faults: Fault[] = [];
  constructor(private readonly list: readonly Token[]) {}

  peek(): Token | undefined {
    return this.list[this.at];
  }
  fault(token: Token | undefined, code: Fault['code'], what: string): void {
    const last = token ?? this.list.at(-1);
    this.faults.push({ from: last?.from ?? 0, to: last?.to ?? 0, code, what });
  }

  or(depth: number): Expr | null {
    const items: Expr[] = [];
    for (;;) {
      const before = this.list[this.at - 1];
      const item = this.and(depth);
      if (item) items.push(item);
      else if (before?.kind === 'or') this.fault(before, 'operand', 'OR');
      const token = this.peek();
      if (token?.kind !== 'or') break;
      if (!item && before?.kind !== 'or') this.fault(token, 'operand', 'OR');
      this.at += 1;
    }
    return items.length > 1 ? { kind: 'or', items } : (items[0] ?? null);
  }

  and(depth: number): Expr | null {
    const items: Expr[] = [];
    let waiting: Token | null = null;
    for (let token = this.peek(); token && token.kind !== 'or' && token.kind !== ')'; token = this.peek()) {
      if (token.kind === 'and') {
        if (items.length === 0 || waiting) this.fault(token, 'operand', 'AND');
        waiting = token;
        this.at += 1;
        continue;
      }
      const item = this.unary(depth);
      if (item) (items.push(item), (waiting = null));
    }
    if (waiting && items.length > 0) this.fault(waiting, 'operand', 'AND');
    return items.length > 1 ? { kind: 'and', items } : (items[0] ?? null);
  }

  unary(depth: number): Expr | null {
    const token = this.peek()!;
    this.at += 1;
    if (token.kind === 'word') return termOf(token, this.faults);
    if (depth >= MAX_DEPTH) {
      this.fault(token, 'deep', '');
      return null;
    }
    if (token.kind === 'not') {
      const next = this.peek();
      if (!next || next.kind === 'or' || next.kind === 'and' || next.kind === ')') {
        this.fault(token, 'operand', 'NOT');
        return null;
      }
      const item = this.unary(depth + 1);
      return item && { kind: 'not', item };
    }
    const inner = this.or(depth + 1);
    if (this.peek()?.kind === ')') this.at += 1;
    else this.fault(token, 'paren', '(');
    if (!inner) this.fault(token, 'operand', '()');
    return inner;
  }
}

export function parse(given: string): Parsed {
  const text = given.slice(0, MAX_LENGTH);
  const list = tokens(text);
  const reader = new Reader(list);
  const parts: Expr[] = [];
  while (reader.at < list.length) {
    const part = reader.or(0);
    if (part) parts.push(part);
    const rest = reader.peek();
    if (rest) {
      reader.fault(rest, 'paren', ')');
      reader.at += 1;
    }
  }
  if (given.length > MAX_LENGTH) reader.faults.push({ from: MAX_LENGTH, to: given.length, code: 'long', what: String(MAX_LENGTH) });
  return { expr: parts.length > 1 ? { kind: 'and', items: parts } : (parts[0] ?? null), faults: reader.faults };
}

function quoted(value: string): string {
  return /^[^\s()"\\=-][^\s()"\\]*$/.test(value) && !/^(AND|OR|NOT)$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** The shortest usual way to write it; reading that gives the same again. */
export function print(expr: Expr): string {
  if (expr.kind === 'term') {
    if (expr.field !== 'text') return `${expr.field}${expr.op}${quoted(expr.value)}`;
    const safe = quoted(expr.value);
    return !safe.startsWith('"') && (BARE_FLAGS.has(safe.toLowerCase()) || /^[a-z]+[:=<>]/i.test(safe)) ? `"${safe}"` : safe;
  }
  if (expr.kind === 'not') return `-${expr.item.kind === 'and' || expr.item.kind === 'or' ? `(${print(expr.item)})` : print(expr.item)}`;
  return expr.items.map((item) => (item.kind === 'or' || item.kind === expr.kind || (expr.kind === 'and' && item.kind === 'and') ? `(${print(item)})` : print(item))).join(expr.kind === 'or' ? ' OR ' : ' ');
}
