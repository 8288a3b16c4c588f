/**
 * The shell's texts. English comes with the module, Chinese when it is chosen; parts that are loaded later register theirs in the same way and fall back to
 * the shell's for words that all pages share.
 */
import { i18n, type Locale, type Messages, type Params } from '@masthead/ui';
import { translator } from '@masthead/web/ui/svelte/i18n.svelte';
import en from '../locales/en.json';

type Load = () => Promise<{ default: Messages }>;
const spaces: { space: string; en: Messages; load: Load; loaded: Promise<void> | null }[] = [];

function fetchChinese(entry: (typeof spaces)[number]): Promise<void> {
  entry.loaded ??= entry.load().then(
    (module) => i18n.register(entry.space, { en: entry.en, 'zh-CN': module.default }),
    () => {
      // Left in English; the next change of the language tries again.
      entry.loaded = null;
    },
  );
  return entry.loaded;
}

/** Registers the texts of a part; resolves once they are there in the language that is shown. */
export async function registerTexts(space: string, english: Messages, chinese: Load): Promise<void> {
  const entry = { space, en: english, load: chinese, loaded: null };
  spaces.push(entry);
  i18n.register(space, { en: english, 'zh-CN': {} });
  if (i18n.locale === 'zh-CN') await fetchChinese(entry);
}

export async function chooseLocale(locale: Locale): Promise<void> {
  if (locale === 'zh-CN') await Promise.all(spaces.map(fetchChinese));
  i18n.setLocale(locale);
}

export const shellTexts = registerTexts('shell', en, () => import('../locales/zh-CN.json'));

export const t = translator('shell');
export { format } from '@masthead/web/ui/svelte/i18n.svelte';

/** A translate function for a part of the shell; what the part lacks is looked up in the shell. */
export function scoped(space: string): (key: string, params?: Params) => string {
  const own = translator(space);
  return (key, params) => (i18n.has(space, key) || i18n.has(space, `${key}.other`) ? own(key, params) : t(key, params));
}
