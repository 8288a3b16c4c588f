import { describe, expect, it } from 'vitest';
import { fromLocalInput, registrationKey, toLocalInput } from '../../../plugins/nodes/web/src/lib/format';
import { keyState } from '../../../plugins/nodes/web/src/lib/keys';
import { displayName, isExit, isExpired, nameProblem, offersExit, ownerLabel, parseTags, realDate, subnets, tagProblem, waitingRoutes } from '../../../plugins/nodes/web/src/lib/node';
import { filterNodes, parseOrder, sortNodes, withQuery, writeOrder } from '../../../plugins/nodes/web/src/lib/query';
import type { Node_ } from '../../../plugins/nodes/web/src/lib/types';

const NOW = Date.parse('2026-06-15T12:00:00Z');
const ada = { id: '1', name: 'ada', displayName: 'Ada Lovelace', email: 'ada@example.org', provider: '', createdAt: null };
function node(id: string, changes: Partial<Node_> = {}): Node_ {
  return {
    id, name: `host-${id}`, givenName: `node-${id}`, user: ada, online: true, lastSeen: null, expiry: null, createdAt: null, registerMethod: 'REGISTER_METHOD_CLI', ipAddresses: [`100.64.0.${id}`],
    approvedRoutes: [], availableRoutes: [], subnetRoutes: [], tags: [], machineKey: '', nodeKey: '', preAuthKey: null, ...changes };
}
const ids = (nodes: Node_[]) => nodes.map((item) => item.id).join();

describe('facts about a node', () => {
  it('year one is no date', () => expect(realDate('0001-01-01T00:00:00Z')).toBeNull());
  it('expires at its moment', () => {
    expect(isExpired({ expiry: '2026-06-15T12:00:00Z' }, NOW)).toBe(true);
    expect(isExpired({ expiry: '2026-06-15T12:00:01Z' }, NOW)).toBe(false);
    expect(isExpired({ expiry: null }, NOW)).toBe(false);
  });
  it('knows routes that wait and exit nodes', () => {
    const router = node('1', { availableRoutes: ['10.0.0.0/8', '0.0.0.0/0', '::/0'], approvedRoutes: ['10.0.0.0/8'] });
    expect(waitingRoutes(router)).toEqual(['0.0.0.0/0', '::/0']);
    expect(subnets(router.availableRoutes)).toEqual(['10.0.0.0/8']);
    expect([offersExit(router), isExit(router)]).toEqual([true, false]);
  });
  it('a tagged node belongs to nobody', () => {
    expect(ownerLabel(node('1'))).toBe('Ada Lovelace');
    expect(ownerLabel(node('1', { tags: ['tag:web'] }))).toBe('');
  });
  it('always has something to show', () => expect(displayName(node('7', { givenName: '', name: '' }))).toBe('#7'));
});

describe('what may be typed', () => {
  it.each([['web-1', null], ['', 'empty'], ['Web', 'characters'], ['a_b', 'characters'], ['-a', 'edges'], ['a-', 'edges'], ['a'.repeat(64), 'long']])('the name %s: %s', (name, problem) => expect(nameProblem(name)).toBe(problem));
  it('reads tags however they are typed', () => expect(parseTags(' web, tag:db  web ')).toEqual(['tag:web', 'tag:db']));
  it.each([['tag:web', null], ['tag:', 'characters'], ['tag:a b', 'characters'], ['web', 'prefix']])('the tag %s: %s', (tag, problem) => expect(tagProblem(tag)).toBe(problem));
  const key = 'hskey-authreq-abcdefghijklmnopqrstuvwx';
  it.each([[key, key], [`https://x.example/register/${key}`, key], [`headscale nodes register --user ada --key ${key}`, key], ['https://x.example/register/abcdefghijklmnopqrstuvwx', 'abcdefghijklmnopqrstuvwx'], [`${key}y`, ''], ['nothing', ''], ['', '']])(
    'the registration key in %s', (text, found) => expect(registrationKey(text)).toBe(found));
  it('a local moment goes there and back', () => {
    const date = new Date(2026, 1, 3, 4, 5);
    expect(toLocalInput(date)).toBe('2026-02-03T04:05');
    expect(fromLocalInput('2026-02-03T04:05')).toEqual(date);
    expect(fromLocalInput('')).toBeNull();
  });
});

describe('search', () => {
  const fleet = [
    node('1'), node('2', { online: false, tags: ['tag:db'], user: null }), node('3', { expiry: '2026-06-01T00:00:00Z', name: '<img src=x>' }),
    node('10', { availableRoutes: ['10.9.0.0/16'], givenName: 'router' }),
  ];
  const find = (query: string, shows: string[] = []) => ids(filterNodes(fleet, query, shows, NOW));
  it.each([['', '1,2,3,10'], ['node-1', '1'], ['LOVELACE', '1,3,10'], ['tag:db', '2'], ['tag:tag:db', '2'], ['-tag:db', '1,3,10'], ['user:ada -is:expired', '1,10'], ['ip:100.64.0.2', '2'], ['route:10.9', '10'], ['<img', '3'], ['"ada lovelace" router', '10'], ['is:nonsense', ''], ['foo:bar', '']])(
    '%s finds %s', (query, found) => expect(find(query)).toBe(found));
  it('chips narrow, except that online and offline together mean both', () => {
    expect(find('', ['offline'])).toBe('2');
    expect(find('', ['online', 'offline'])).toBe('1,2,3,10');
    expect(find('', ['online', 'expired'])).toBe('3');
    expect(find('', ['routes'])).toBe('10');
  });
});

describe('order', () => {
  const fleet = [node('10', { online: false, lastSeen: '2026-06-01T00:00:00Z' }), node('9', { online: false, lastSeen: '2026-06-10T00:00:00Z' }), node('2', { expiry: '2026-07-01T00:00:00Z' })];
  it.each([['name', '2,9,10'], ['-name', '10,9,2'], ['address', '2,9,10'], ['seen', '2,9,10'], ['expiry', '2,9,10'], ['nonsense', '2,9,10']])('by %s', (order, wanted) => expect(ids(sortNodes(fleet, parseOrder(order)))).toBe(wanted));
  it('equal rows keep the order of their numbers, also beyond 2^53', () => {
    const twins = [node('9007199254740993', { givenName: 'x' }), node('9007199254740992', { givenName: 'x' })];
    expect(ids(sortNodes(twins, parseOrder('name')))).toBe('9007199254740992,9007199254740993');
  });
  it('is written short', () => {
    expect(writeOrder({ by: 'name', desc: false })).toBe('');
    expect(writeOrder({ by: 'seen', desc: true })).toBe('-seen');
  });
  it('changes of the address keep the rest', () => expect(withQuery({ q: 'a b', show: 'x' }, { show: '', sort: 'seen' })).toBe('?q=a+b&sort=seen'));
});

describe('pre-auth keys', () => {
  const base = { used: false, reusable: false, expiration: '2026-06-16T00:00:00Z' };
  it.each([[base, 'active'], [{ ...base, used: true }, 'used'], [{ ...base, used: true, reusable: true }, 'active'], [{ ...base, expiration: '2026-06-15T12:00:00Z' }, 'expired'], [{ ...base, expiration: '0001-01-01T00:00:00Z' }, 'expired']])(
    '%j is %s', (key, state) => expect(keyState(key, NOW)).toBe(state));
});
