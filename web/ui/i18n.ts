/**
 * Messages, dates and numbers in the chosen language. Each part of the interface registers its messages under a name space (`ui`, `shell`, the
 * plugin's id); a key is looked up as `<space>.<key>`. A message may hold `{name}` parameters; with a numeric `n` the plural forms `<key>.one` and
 * `<key>.other` are tried first. Values are inserted as text.
 */
export type Locale = 'en' | 'zh-CN';
export type Params = Record<string, string | number>;
export type Messages = { [key: string]: string };

export const LOCALES: readonly { id: Locale; name: string }[] = [
  { id: 'en', name: 'English' },
  { id: 'zh-CN', name: '简体中文' },
];
const STORAGE_KEY = 'masthead.locale';

export function pickLocale(stored: string | null, preferred: readonly string[]): Locale {
  if (stored === 'en' || stored === 'zh-CN') return stored;
  for (const language of preferred) {
    if (/^zh\b/i.test(language)) return 'zh-CN';
    if (/^en\b/i.test(language)) return 'en';
  }
  return 'en';
}

export class I18n {
  #locale: Locale;
  #spaces = new Map<string, Record<Locale, Messages>>();
  #listeners = new Set<() => void>();
  #formats = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat | Intl.PluralRules>();

  constructor(locale: Locale) {
    this.#locale = locale;
  }

  get locale(): Locale {
    return this.#locale;
  }

  setLocale(locale: Locale): void {
    if (locale === this.#locale) return;
    this.#locale = locale;
    this.#formats.clear();
    for (const listener of [...this.#listeners]) listener();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  register(space: string, messages: Record<Locale, Messages>): void {
    this.#spaces.set(space, messages);
  }

  has(space: string, key: string): boolean {
    return this.#find(space, key) !== undefined;
  }

  t(space: string, key: string, params: Params = {}): string {
    let message: string | undefined;
    if (typeof params.n === 'number') message = this.#find(space, `${key}.${this.#plural().select(params.n)}`) ?? this.#find(space, `${key}.other`);
    message ??= this.#find(space, key) ?? key;
    return message.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = params[name];
      if (value === undefined) return whole;
      return typeof value === 'number' ? this.number(value) : value;
    });
  }

  number(value: number): string {
    return this.#format('number', () => new Intl.NumberFormat(this.#locale)).format(value);
  }

  date(value: Date | string): string {
    return this.#format('date', () => new Intl.DateTimeFormat(this.#locale, { dateStyle: 'medium' })).format(new Date(value));
  }

  dateTime(value: Date | string): string {
    return this.#format('dateTime', () => new Intl.DateTimeFormat(this.#locale, { dateStyle: 'medium', timeStyle: 'short' })).format(new Date(value));
  }

  /** "3 minutes ago", "in 2 days"; the unit is the largest that gives at least one. */
  relative(value: Date | string, now: number = Date.now(), style: 'long' | 'short' = 'long'): string {
    const seconds = (new Date(value).getTime() - now) / 1000;
    // Unit, its length, and from how many seconds on it is used: "45 days" says more than "last month".
    const units: readonly [Intl.RelativeTimeFormatUnit, number, number][] = [
      ['year', 31_557_600, 2 * 31_557_600], ['month', 2_629_800, 3 * 2_629_800], ['day', 86_400, 86_340], ['hour', 3_600, 3_570], ['minute', 60, 60], ['second', 1, 1]];
    for (const [unit, length, from] of units) {
      if (Math.abs(seconds) < from) continue;
      const numeric = unit === 'day' ? 'auto' : 'always';
      return this.#format(`relative-${style}-${numeric}`, () => new Intl.RelativeTimeFormat(this.#locale, { numeric, style })).format(Math.sign(seconds) * Math.round(Math.abs(seconds) / length), unit);
    }
    return this.#format(`relative-${style}-auto`, () => new Intl.RelativeTimeFormat(this.#locale, { numeric: 'auto', style })).format(0, 'second');
  }

  /** "3 d 4 h", "12 min": two units at most, for up-times. */
  duration(milliseconds: number): string {
    const total = Math.max(0, Math.floor(milliseconds / 1000));
    const parts: [number, string][] = [
      [Math.floor(total / 86_400), 'day'], [Math.floor(total / 3_600) % 24, 'hour'], [Math.floor(total / 60) % 60, 'minute'], [total % 60, 'second']];
    const first = parts.findIndex(([count]) => count > 0);
    const shown = first < 0 ? parts.slice(3) : parts.slice(first, first + 2).filter(([count]) => count > 0);
    return shown
      .map(([count, unit]) => this.#format(`unit-${unit}`, () => new Intl.NumberFormat(this.#locale, { style: 'unit', unit, unitDisplay: 'short' })).format(count))
      .join(' ');
  }

  #plural(): Intl.PluralRules {
    return this.#format('plural', () => new Intl.PluralRules(this.#locale));
  }

  #format<T extends Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat | Intl.PluralRules>(name: string, make: () => T): T {
    let format = this.#formats.get(name) as T | undefined;
    if (!format) {
      format = make();
      this.#formats.set(name, format);
    }
    return format;
  }

  #find(space: string, key: string): string | undefined {
    const messages = this.#spaces.get(space);
    return messages?.[this.#locale][key] ?? messages?.en[key];
  }
}

function storedLocale(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

const hasBrowser = typeof document !== 'undefined';
export const i18n = new I18n(hasBrowser ? pickLocale(storedLocale(), navigator.languages) : 'en');

if (hasBrowser) {
  const apply = () => {
    document.documentElement.lang = i18n.locale;
  };
  apply();
  i18n.subscribe(() => {
    apply();
    try {
      localStorage.setItem(STORAGE_KEY, i18n.locale);
    } catch {
      // Storage may be refused by the browser; the choice then lasts for this page only.
    }
  });
}
