import { describe, expect, it } from 'vitest';
import { changes, facts, summary } from '../../shell/src/audit/changes';
import { filterOf, isFiltered, parametersOf, withFilter } from '../../shell/src/audit/query';

describe('the filter of the audit log', () => {
  it('takes from the address what it knows, and only real days', () => {
    expect(filterOf({ q: ' ox ', principal: 'ada', from: '2026-07-01', to: 'yesterday', record: '7', other: 'x' })).toEqual({ q: 'ox', principal: 'ada', from: '2026-07-01' });
    expect(isFiltered({})).toBe(false);
    expect(isFiltered({ outcome: 'denied' })).toBe(true);
  });
  it('changes the address without losing the rest', () => {
    expect(withFilter({ q: 'ox', record: '7' }, { principal: 'a b', record: '' })).toBe('?q=ox&principal=a+b');
    expect(withFilter({ q: 'ox' }, { q: '' })).toBe('');
  });
  it('asks for whole days of the reader', () => {
    const asked = new URLSearchParams(parametersOf({ from: '2026-07-01', to: '2026-07-01' }, { limit: '60', cursor: '' }));
    const from = new Date(asked.get('from') ?? '');
    const to = new Date(asked.get('to') ?? '');
    expect(to.getTime() - from.getTime()).toBe(24 * 3600 * 1000 - 1);
    expect([from.getHours(), from.getMinutes(), from.getDate()]).toEqual([0, 0, 1]);
    expect(asked.get('limit')).toBe('60');
    expect(asked.has('cursor')).toBe(false);
  });
});

describe('before and after', () => {
  it('names what was changed, added and removed', () => {
    expect(changes({ name: 'ox', tags: ['a'], gone: 1, same: true }, { name: 'eland', tags: ['a', 'b'], same: true, fresh: { deep: null } })).toEqual([
      { name: 'name', before: 'ox', after: 'eland', kind: 'changed' },
      { name: 'tags', before: 'a', after: 'a, b', kind: 'changed' },
      { name: 'gone', before: '1', after: '', kind: 'removed' },
      { name: 'same', before: 'true', after: 'true', kind: 'same' },
      { name: 'fresh.deep', before: '', after: 'null', kind: 'added' },
    ]);
  });
  it('copes with one side, with texts and with nothing', () => {
    expect(changes(undefined, { a: 1 })).toEqual([{ name: 'a', before: '', after: '1', kind: 'added' }]);
    expect(changes('one', 'two')).toEqual([{ name: '', before: 'one', after: 'two', kind: 'changed' }]);
    expect(changes(undefined, undefined)).toEqual([]);
    expect(changes({}, {})).toEqual([{ name: '', before: '{}', after: '{}', kind: 'same' }]);
  });
  it('tells the detail in one line without the status of what went well', () => {
    expect(facts({ request: { name: 'ox', tags: [] }, status: 200 })).toEqual([['name', 'ox'], ['status', '200']]);
    expect(summary({ request: { name: 'ox' }, status: 200 })).toBe('name: ox');
    expect(summary({ reason: 'lacks x', status: 403 })).toBe('reason: lacks x, status: 403');
    expect(summary('text')).toBe('text');
    expect(summary(null)).toBe('');
  });
});
