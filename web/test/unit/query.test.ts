import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyCompletion, complete, valuesOf } from '../../../plugins/nodes/web/src/lib/complete';
import { FIELDS, FLAGS, opsOf } from '../../../plugins/nodes/web/src/lib/fields';
import { parse, print, tokens, type Expr } from '../../../plugins/nodes/web/src/lib/language';
import { contains, overlaps, parseNet } from '../../../plugins/nodes/web/src/lib/net';
import { compile, filterNodes, holdOrder, sortNodes, SORTABLE } from '../../../plugins/nodes/web/src/lib/query';
import type { Node_ } from '../../../plugins/nodes/web/src/lib/types';

const NOW = Date.parse('2026-06-15T12:00:00Z');
const ago = (days: number) => new Date(NOW - days * 86_400_000).toISOString();
const user = (name: string) => ({ id: '1', name, displayName: '', email: `${name}@example.org`, provider: '', createdAt: null });
function node(id: string, changes: Partial<Node_> = {}): Node_ {
  return { id, name: `host-${id}`, givenName: `node-${id}`, user: user('ada'), online: true, lastSeen: null, expiry: null, createdAt: ago(100), registerMethod: 'REGISTER_METHOD_AUTH_KEY', ipAddresses: [`100.64.0.${id}`, `fd7a::${id}`],
    approvedRoutes: [], availableRoutes: [], subnetRoutes: [], tags: [], machineKey: '', nodeKey: '', preAuthKey: null, ...changes };
}
const FLEET = [
  node('1', { clientVersion: '1.78.1', os: 'linux' }), node('2', { online: false, lastSeen: ago(40), tags: ['tag:db'], user: null, clientVersion: '1.80.2', expiry: ago(1) }),
  node('3', { online: false, lastSeen: ago(10), tags: ['tag:db', 'tag:web'], user: null }), node('10', { availableRoutes: ['10.9.0.0/16', '0.0.0.0/0', '::/0'], approvedRoutes: ['10.9.0.0/16'], user: user('grace'), expiry: ago(-5) }),
  node('12', { name: '', givenName: 'online', online: false, preAuthKey: { id: '7', reusable: false, ephemeral: true }, createdAt: ago(2) }),
];
const find = (query: string) => filterNodes(FLEET, query, [], NOW).map((item) => item.id).join();

describe('the query language', () => {
  it.each([
    ['tag:db -online version<1.80 seen>30d', ''], ['tag:db -online seen>30d', '2'], ['tag:db AND NOT online', '2,3'], ['tag=db seen<30d', '3'], ['(tag:web OR user:grace) ', '3,10'], ['tag:web OR user:grace -online', '3'],
    ['route:10.0.0.0/8', '10'], ['route:10.9.3.4', '10'], ['route:192.168.0.0/16', ''], ['route:0.0.0.0/0', '10'], ['route:*', '10'], ['ip:100.64.0.0/29', '1,2,3'], ['ip:fd7a::/16', '1,2,3,10,12'], ['ip:100.64.0.1', '1'],
    ['version<1.80', '1'], ['version>=1.80', '2'], ['version:1.80', '2'], ['os:linux', '1'], ['expires<7d', '2,10'], ['expires:7d', '10'], ['expires:never', '1,3,12'], ['created<3d', '12'], ['seen>=0d is:offline', '2,3'],
    ['routes>2', '10'], ['routes:0', '1,2,3,12'], ['key:7', '12'], ['key:70', ''], ['id:1', '1'], ['is:ephemeral', '12'], ['online', '1,10'], ['"online"', '12'], ['name:node-*', '1,2,3,10'], ['name:*1', '1'], ['NOT (online OR tag:db)', '12'],
    ['method:oidc', ''], ['method:authkey', '1,2,3,10,12'], ['owner:ada', '1,12'], ['--online', '1,10'], ['is:expiring', '10'], ['""', '1,2,3,10,12'],
  ])('%s finds %s', (query, found) => expect(find(query)).toBe(found));

  it.each([
    ['foo:bar', 'field', 0, 4], ['tag:db seen:soon', 'age', 12, 16], ['is:nonsense', 'flag', 3, 11], ['tag<db', 'op', 0, 6], ['version<x', 'version', 8, 9], ['routes>many', 'number', 7, 11], ['tag:', 'empty', 0, 4], ['"open', 'quote', 0, 5],
    ['(a', 'paren', 0, 1], ['a)', 'paren', 1, 2], ['a OR', 'operand', 2, 4], ['OR a', 'operand', 0, 2], ['NOT', 'operand', 0, 3], ['a AND', 'operand', 2, 5], ['()', 'operand', 0, 1],
  ])('%s: %s at %d to %d', (query, code, from, to) => expect(parse(query).faults).toContainEqual(expect.objectContaining({ code, from, to })));
  it('what is right has no faults', () => expect(parse('tag:db -online version<1.80 seen>30d (route:10.0.0.0/8 OR user:"a b")').faults).toEqual([]));
  it('depth and length have an end', () => {
    expect(parse('('.repeat(500) + 'a' + ')'.repeat(490)).faults.some((fault) => fault.code === 'deep')).toBe(true);
    expect(parse('a '.repeat(2000)).faults.some((fault) => fault.code === 'long')).toBe(true);
  });
});

const value = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('online', 'AND', 'a b', '"', '\\', '-x', '10.0.0.0/8', '1.80', '30d', '(', 'tag:web', '=1+1'));
const term = fc.oneof(
  value.map((text): Expr => ({ kind: 'term', field: 'text', op: ':', value: text })),
  fc.constantFrom(...FLAGS).map((flag): Expr => ({ kind: 'term', field: 'is', op: ':', value: flag })),
  fc.constantFrom(...FIELDS.entries()).filter(([, kind]) => kind !== 'flag').chain(([field, kind]) => fc.record({ op: fc.constantFrom(...opsOf(kind)), value }).map((rest): Expr => ({ kind: 'term', field, ...rest }))));
const { expr } = fc.letrec<{ expr: Expr }>((tie) => ({
  expr: fc.oneof({ maxDepth: 4, withCrossShrink: true }, term, tie('expr').map((item): Expr => ({ kind: 'not', item })),
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), items: fc.array(tie('expr'), { minLength: 2, maxLength: 3 }) })),
}));
const ids = (query: Expr) => new Set(FLEET.filter((item) => compile(query)(item, NOW)).map((item) => item.id));

describe('properties of the query language', () => {
  it('reading never fails, and every fault lies inside the text', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.constantFrom('(', ')', '-', '"', 'OR', 'AND', 'NOT', 'tag:', 'a', ' ', '\\', 'seen>', '<', '*')).map((parts) => parts.join(''))), (text) => {
      for (const fault of parse(text).faults) expect(fault.from >= 0 && fault.from <= fault.to && fault.to <= text.length).toBe(true);
      let at = 0;
      for (const token of tokens(text)) {
        expect(token.from >= at && token.to > token.from).toBe(true);
        expect(text.slice(at, token.from).trim()).toBe('');
        at = token.to;
      }
      filterNodes(FLEET, text, [], NOW);
    }), { numRuns: 500 });
  });
  it('what is written is read as the same', () => {
    fc.assert(fc.property(expr, (tree) => void expect(parse(print(tree)).expr).toEqual(tree)), { numRuns: 500 });
  });
  it('NOT turns around, AND cuts, OR joins', () => {
    fc.assert(fc.property(expr, expr, (a, b) => {
      const [inA, inB] = [ids(a), ids(b)];
      expect(ids({ kind: 'not', item: a })).toEqual(new Set(FLEET.map((item) => item.id).filter((id) => !inA.has(id))));
      expect(ids({ kind: 'and', items: [a, b] })).toEqual(new Set([...inA].filter((id) => inB.has(id))));
      expect(ids({ kind: 'or', items: [a, b] })).toEqual(new Set(FLEET.map((item) => item.id).filter((id) => inA.has(id) || inB.has(id))));
    }), { numRuns: 300 });
  });
  it('a completion makes no new faults of its own', () => {
    const values = valuesOf(FLEET);
    fc.assert(fc.property(fc.constantFrom('ta', 'is:', 'tag:', 'tag:d', 'seen>', 'x OR us', '-is:on', ''), (text) => {
      for (const item of complete(text, text.length, values)) {
        const done = applyCompletion(text, item);
        expect(done.text.slice(0, done.caret).trimEnd().endsWith(item.insert)).toBe(true);
        if (!item.more) expect(parse(done.text).faults).toEqual([]);
      }
    }));
  });
});

describe('completion', () => {
  const values = valuesOf(FLEET);
  const names = (text: string, caret = text.length) => complete(text, caret, values).map((item) => item.insert);
  it('offers fields, then values', () => {
    expect(names('ta')).toContain('tag:');
    expect(names('tag:')).toEqual(['db', 'web']);
    expect(names('tag:w')).toEqual(['web']);
    expect(names('is:onl')).toEqual(['online']);
    expect(names('gra')).toEqual(['user:grace']);
  });
  it('works in the middle of the text', () => expect(applyCompletion('tag:w online', complete('tag:w online', 5, values)[0]!)).toEqual({ text: 'tag:web online', caret: 7 }));
  it('leaves quoted words alone', () => expect(names('"ta')).toEqual([]));
  it('fields that headscale tells nothing of are not offered', () => expect(complete('ver', 3, valuesOf([node('1')]))).toEqual([]));
});

describe('networks', () => {
  const net = (text: string) => parseNet(text)!;
  it.each(['10.0.0.0/33', '256.1.1.1', '1.2.3', '', 'fd7a:::1', '1:2:3:4:5:6:7:8:9', 'fd7a::1/129', '10.0.0.0/', 'x'])('%s is none', (text) => expect(parseNet(text)).toBeNull());
  it('knows what lies in what', () => {
    expect(contains(net('10.0.0.0/8'), net('10.9.0.0/16'))).toBe(true);
    expect(contains(net('10.9.0.0/16'), net('10.0.0.0/8'))).toBe(false);
    expect(overlaps(net('10.9.0.0/16'), net('10.0.0.0/8'))).toBe(true);
    expect(overlaps(net('0.0.0.0/0'), net('::/0'))).toBe(false);
    expect(contains(net('fd7a::/16'), net('fd7a:115c::1'))).toBe(true);
  });
  it('an address lies in every network around it', () => {
    fc.assert(fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, prefix) => void expect(contains(net(`${address}/${prefix}`), net(address))).toBe(true)));
    fc.assert(fc.property(fc.ipV6().filter((text) => !text.includes('.')), fc.integer({ min: 0, max: 128 }), (address, prefix) => void expect(contains(net(`${address}/${prefix}`), net(address))).toBe(true)));
  });
});

describe('an order that is held', () => {
  const all = new Map(FLEET.map((item) => [item.id, item]));
  it('keeps rows in place with new contents', () => {
    const newer = node('2', { online: true });
    const held = holdOrder(['3', '2', '1'], [FLEET[0]!, newer, FLEET[2]!], new Map([...all, ['2', newer]]));
    expect(held.rows.map((item) => item.id)).toEqual(['3', '2', '1']);
    expect(held.rows[1]).toBe(newer);
    expect(held.waiting).toBe(2);
  });
  it('rows that are gone leave, new ones wait', () => expect(holdOrder(['1', '99'], [FLEET[0]!, FLEET[1]!], all)).toEqual({ rows: [FLEET[0]], waiting: 1 }));
  it.each(SORTABLE)('by %s, both ways, the rows are the same ones', (by) => {
    const up = sortNodes(FLEET, { by, desc: false });
    expect(new Set(up)).toEqual(new Set(FLEET));
    expect(sortNodes([...up].reverse(), { by, desc: false })).toEqual(up);
  });
});
