import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planApprove, planDelete, planExpire, planRename, planTags, run, toLabel, type Outcome } from '../../../plugins/nodes/web/src/lib/bulk';
import { csv, csvCell, nodesCsv, nodesJson } from '../../../plugins/nodes/web/src/lib/export';
import { leftOf, tasksOf } from '../../../plugins/nodes/web/src/lib/offboard';
import { routesOf } from '../../../plugins/nodes/web/src/lib/routes';
import { nameProblem } from '../../../plugins/nodes/web/src/lib/node';
import type { Node_ } from '../../../plugins/nodes/web/src/lib/types';

const NOW = Date.parse('2026-06-15T12:00:00Z');
const LATER = '2026-07-01T00:00:00Z';
const ada = { id: '1', name: 'ada@example.org', displayName: 'Ada', email: '', provider: '', createdAt: null };
function node(id: string, changes: Partial<Node_> = {}): Node_ {
  return { id, name: `Host ${id}`, givenName: `node-${id}`, user: ada, online: true, lastSeen: null, expiry: null, createdAt: null, registerMethod: '', ipAddresses: [], approvedRoutes: [], availableRoutes: [], subnetRoutes: [], tags: [], machineKey: 'mkey:1', nodeKey: 'nodekey:1', preAuthKey: null, ...changes };
}
const skips = (steps: { skip?: string }[]) => steps.map((step) => step.skip ?? 'do');

describe('plans', () => {
  it('renames by a pattern and refuses names that are taken', () => {
    const all = [node('1'), node('2'), node('3', { givenName: 'ada-2' })];
    const steps = planRename(all.slice(0, 2), '{user}-{n}', all);
    expect(steps.map((step) => step.after)).toEqual(['ada-1', 'ada-2']);
    expect(skips(steps)).toEqual(['do', 'taken']);
    expect(steps[0]!.undo?.body).toEqual({ name: 'node-1' });
  });
  it('two nodes never get one name', () => expect(skips(planRename([node('1'), node('2')], 'same', []))).toEqual(['do', 'taken']));
  it('every label made of any text is one, or empty', () => fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void expect([null, 'empty']).toContain(nameProblem(toLabel(text))))));
  it('tags: the last one stays, and a person’s device has no way back', () => {
    const steps = planTags([node('1', { tags: ['tag:a'] }), node('2'), node('3', { tags: ['tag:a', 'tag:b'] })], ['tag:b'], ['tag:a']);
    expect(steps.map((step) => step.after)).toEqual(['tag:b', 'tag:b', 'tag:b']);
    expect(steps.map((step) => Boolean(step.undo))).toEqual([true, false, true]);
    expect(skips(planTags([node('1', { tags: ['tag:a'] })], [], ['tag:a']))).toEqual(['last']);
    expect(skips(planTags([node('1', { tags: ['tag:a'] })], ['tag:a'], []))).toEqual(['same']);
  });
  it('expiry: what can be taken back and what cannot', () => {
    const nodes = [node('1'), node('2', { expiry: LATER }), node('3', { expiry: '2026-06-01T00:00:00Z' })];
    expect(planExpire(nodes, LATER, NOW).map((step) => step.undo?.body)).toEqual([{ never: true }, { expiry: LATER }, undefined]);
    expect(skips(planExpire(nodes, 'never', NOW))).toEqual(['same', 'do', 'do']);
    expect(skips(planExpire(nodes, null, NOW))).toEqual(['do', 'do', 'expired']);
    expect(planExpire(nodes, null, NOW).some((step) => step.undo)).toBe(false);
  });
  it('approves what waits and nothing else', () => {
    const steps = planApprove([node('1', { availableRoutes: ['10.0.0.0/8', '::/0'], approvedRoutes: ['192.168.0.0/16'] }), node('2', { availableRoutes: ['10.0.0.0/8'], approvedRoutes: ['10.0.0.0/8'] }), node('3')]);
    expect(steps[0]!.call?.body).toEqual({ routes: ['192.168.0.0/16', '10.0.0.0/8', '::/0'] });
    expect(skips(steps)).toEqual(['do', 'approved', 'noroutes']);
  });
});

describe('running a plan', () => {
  it('a failure harms no other node, and at most four calls are under way', async () => {
    const outcomes = new Map<string, Outcome>();
    let [open, most] = [0, 0];
    await run(planDelete(Array.from({ length: 20 }, (_, i) => node(String(i)))), async (call) => {
      open += 1;
      most = Math.max(most, open);
      await Promise.resolve();
      open -= 1;
      if (call.path === 'nodes/7') throw new Error('headscale is away');
    }, (id, outcome) => outcomes.set(id, outcome));
    expect(outcomes.get('7')).toEqual({ state: 'failed', reason: 'headscale is away' });
    expect([...outcomes.values()].filter((outcome) => outcome.state === 'done')).toHaveLength(19);
    expect(most).toBe(4);
  });
  it('stops when it is told to', async () => {
    let sent = 0;
    await run(planDelete(Array.from({ length: 20 }, (_, i) => node(String(i)))), async () => void (sent += 1), () => undefined, () => sent >= 3);
    expect(sent).toBeLessThanOrEqual(6);
  });
});

/** A strict reader of the same format, for the way back. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    rows.at(-1)!.push(match[1] !== undefined ? match[1].replace(/""/g, '"') : match[2]!);
    if (match[3] === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('files', () => {
  it.each(['=HYPERLINK("http://x")', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '|x', '%0A'])('%j is no formula', (text) => expect(csvCell(text).replace(/^"/, '')).toMatch(/^'/));
  it('any cell comes back as it was, apart from the mark', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 4 }), (rows) => {
      const back = readCsv(csv(rows));
      expect(back.map((row) => row.length)).toEqual(rows.map((row) => row.length));
      rows.forEach((row, i) => row.forEach((cell, j) => expect([cell, `'${cell}`]).toContain(back[i]![j])));
      for (const cell of back.flat()) expect(cell).not.toMatch(/^\s*[=+\-@]/);
    }));
  });
  it('keys stay out', () => {
    expect(nodesCsv([node('1')])).not.toContain('mkey:');
    expect(nodesJson([node('1')])).not.toMatch(/mkey:|nodekey:/);
    expect(nodesCsv([node('1')]).split('\r\n')[0]).toMatch(/^\ufeffid,name,/);
  });
});

describe('off-boarding', () => {
  const key = (id: string, changes = {}) => ({ id, key: 'x', user: ada, reusable: true, ephemeral: false, used: false, expiration: LATER, createdAt: null, aclTags: [], ...changes });
  it('takes what is active of this person, keys first, and leaves tagged devices alone', () => {
    const nodes = [node('1'), node('2', { tags: ['tag:web'] }), node('3', { expiry: '2026-06-01T00:00:00Z' }), node('4', { user: { ...ada, id: '9' } })];
    const left = leftOf(ada, nodes, [key('5'), key('6', { expiration: '2026-06-01T00:00:00Z' }), key('7', { user: null })], NOW);
    expect(tasksOf(left, (item) => item.givenName, (item) => item.id).map((task) => task.id)).toEqual(['key-5', 'node-1']);
    expect(tasksOf(left, (item) => item.givenName, (item) => item.id)[1]!.call.body).toEqual({ expiry: null });
  });
});

describe('routes of the tailnet', () => {
  const router = (id: string, available: string[], approved: string[], serving: string[], online = true) => node(id, { availableRoutes: available, approvedRoutes: approved, subnetRoutes: serving, online });
  const routes = routesOf([
    router('1', ['10.0.0.0/8', '0.0.0.0/0'], ['10.0.0.0/8'], ['10.0.0.0/8']), router('2', ['10.0.0.0/8', '10.9.0.0/16', '192.168.0.0/24'], ['10.0.0.0/8'], []), router('3', ['172.16.0.0/12'], ['172.16.0.0/12'], ['172.16.0.0/12'], false), router('4', [], ['10.9.8.0/24'], []),
  ]);
  const by = (prefix: string) => routes.find((route) => route.prefix === prefix)!;
  it('in the order of their addresses, exit routes apart', () => expect(routes.map((route) => route.prefix)).toEqual(['10.0.0.0/8', '10.9.0.0/16', '10.9.8.0/24', '172.16.0.0/12', '192.168.0.0/24']));
  it('knows what lies in what', () => expect(routes.map((route) => route.inside)).toEqual([[], ['10.0.0.0/8'], ['10.0.0.0/8', '10.9.0.0/16'], [], []]));
  it('says how each is', () => expect(routes.map((route) => route.state)).toEqual(['serving', 'waiting', 'ahead', 'down', 'waiting']));
  it('the primary one comes first', () => expect(by('10.0.0.0/8').servers.map((server) => [server.node.id, server.primary])).toEqual([['1', true], ['2', false]]));
});
