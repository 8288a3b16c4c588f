import { describe, expect, it } from 'vitest';
import { rank, score } from '../../ui/match';

const items = [{ label: 'Users', keywords: 'people' }, { label: 'Pre-auth keys' }, { label: 'API keys' }, { label: 'Zoë', detail: 'zoe@example.org' }];
const find = (query: string) => rank(query, items).map((item) => item.label);

describe('finding by typing', () => {
  it('nothing typed shows all in their order', () => expect(find(' ')).toEqual(items.map((item) => item.label)));
  it('a beginning beats a middle', () => expect(rank('ke', [{ label: 'monkey' }, { label: 'my keys' }, { label: 'keys' }]).map((item) => item.label)).toEqual(['keys', 'my keys', 'monkey']));
  it('words in any order, all of them', () => {
    expect(find('keys pre')).toEqual(['Pre-auth keys']);
    expect(find('keys nothing')).toEqual([]);
  });
  it('other names and details are found', () => {
    expect(find('people')).toEqual(['Users']);
    expect(find('example.org')).toEqual(['Zoë']);
  });
  it('accents do not matter', () => expect(find('zoe')).toEqual(['Zoë']));
  it('letters with small gaps are found, two letters are not', () => {
    expect(find('usrs')).toEqual(['Users']);
    expect(score('us', { label: 'u-s' })).toBe(0);
  });
  it('guesses are left out where something fits', () => expect(rank('atl', [{ label: 'Audit log' }, { label: 'atlas' }]).map((item) => item.label)).toEqual(['atlas']));
  it('at most as many as wanted', () => expect(rank('keys', items, 1)).toHaveLength(1));
});
