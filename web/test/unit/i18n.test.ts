import { describe, expect, it } from 'vitest';
import { I18n, pickLocale } from '../../ui/i18n';

function make(locale: 'en' | 'zh-CN' = 'en') {
  const i18n = new I18n(locale);
  i18n.register('x', {
    en: { plain: 'Hello {name}', 'node.one': '{n} node', 'node.other': '{n} nodes', onlyEnglish: 'English' },
    'zh-CN': { plain: '你好 {name}', 'node.other': '{n} 个节点' },
  });
  return i18n;
}

describe('messages', () => {
  it('inserts parameters as text', () => expect(make().t('x', 'plain', { name: '<b>{name}</b>' })).toBe('Hello <b>{name}</b>'));
  it('keeps an unknown parameter visible', () => expect(make().t('x', 'plain')).toBe('Hello {name}'));
  it('chooses the plural of the language', () => {
    expect(make().t('x', 'node', { n: 1 })).toBe('1 node');
    expect(make().t('x', 'node', { n: 2500 })).toBe('2,500 nodes');
    expect(make('zh-CN').t('x', 'node', { n: 1 })).toBe('1 个节点');
  });
  it('falls back to English, then to the key', () => {
    expect(make('zh-CN').t('x', 'onlyEnglish')).toBe('English');
    expect(make().t('x', 'nowhere')).toBe('nowhere');
  });
  it('tells listeners once per change', () => {
    const i18n = make();
    let calls = 0;
    const off = i18n.subscribe(() => (calls += 1));
    i18n.setLocale('zh-CN');
    i18n.setLocale('zh-CN');
    off();
    i18n.setLocale('en');
    expect(calls).toBe(1);
  });
});

describe('the language at first visit', () => {
  it('is what was chosen before', () => expect(pickLocale('zh-CN', ['en'])).toBe('zh-CN'));
  it('is the first that the browser names and we have', () => {
    expect(pickLocale(null, ['de', 'zh-TW', 'en'])).toBe('zh-CN');
    expect(pickLocale('xx', ['fr'])).toBe('en');
  });
});

describe('times', () => {
  const now = Date.parse('2026-06-15T12:00:00Z');
  const after = (seconds: number) => new Date(now + seconds * 1000);
  it.each([
    [0, 'now'], [-5, '5 seconds ago'], [-90, '2 minutes ago'], [-3599, '1 hour ago'], [86_399, 'tomorrow'], [-86_400 * 45, '45 days ago'], [86_400 * 180, 'in 6 months'], [-86_400 * 800, '2 years ago'],
  ])('%d seconds away reads %s', (seconds, text) => expect(make().relative(after(seconds), now)).toBe(text));
  it('is in the language of the reader', () => expect(make('zh-CN').relative(after(-180), now)).toBe('3分钟前'));
  it.each([[0, '0 sec'], [61_000, '1 min 1 sec'], [3_600_000, '1 hr'], [90_061_000, '1 day 1 hr']])('%d ms of up-time reads %s', (ms, text) => expect(make().duration(ms)).toBe(text));
});
