import { describe, expect, it } from 'vitest';
import { plainText, visibleParts } from '../../ui/text';
import { passwordReasons } from '../../shell/src/lib/password';
import { resolvePath } from '../../shell/src/lib/api';

describe('names that strangers chose', () => {
  it('ordinary text of any script stays as it is', () => expect(visibleParts('Büro 東京 🦊 שלום')).toEqual([{ text: 'Büro 東京 🦊 שלום', mark: false }]));
  it.each([['a\u202eb', 'a[U+202E]b'], ['\u200b', '[U+200B]'], ['x\ny', 'x[U+000A]y'], ['\ufeff', '[U+FEFF]'], ['\u{e0041}', '[U+E0041]'], ['\u2066x\u2069', '[U+2066]x[U+2069]']])('%j is shown as %s', (value, shown) => expect(plainText(value)).toBe(shown));
  it('markup is not touched, since it is only ever text', () => expect(plainText('<b>')).toBe('<b>'));
});

describe('passwords', () => {
  it.each([['short', ['short']], ['aaaaaaaaaaaaaaaaaaaa', ['repeats']], ['tall masts carry lamps', []], ['ada-lovelace-12', ['identity']], ['', ['short']]])('%s: %j', (password, reasons) => expect(passwordReasons(password, ['ada-lovelace@example.org'])).toEqual(reasons));
  it('counts characters, not code units', () => expect(passwordReasons('🦊🐙🐬🦉🐝🦊🐙🐬', [])).toContain('short'));
});

it('paths of the interface', () => {
  expect(resolvePath('/admin/api/p/nodes/', 'nodes/1')).toBe('/admin/api/p/nodes/nodes/1');
  expect(resolvePath('/admin/api/p/nodes/', '/admin/api/v1/me')).toBe('/admin/api/v1/me');
});
