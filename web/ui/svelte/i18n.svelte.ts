/** A translate function for one name space that Svelte follows: text is drawn again when the language changes. */
import { createSubscriber } from 'svelte/reactivity';
import { i18n, type Params } from '@masthead/ui';

const follow = createSubscriber((update) => i18n.subscribe(update));

export function translator(space: string): (key: string, params?: Params) => string {
  return (key, params) => {
    follow();
    return i18n.t(space, key, params);
  };
}

/** The formats of the chosen language, followed in the same way. */
export const format = {
  date: (value: string | Date): string => (follow(), i18n.date(value)),
  dateTime: (value: string | Date): string => (follow(), i18n.dateTime(value)),
  relative: (value: string | Date): string => (follow(), i18n.relative(value)),
  duration: (milliseconds: number): string => (follow(), i18n.duration(milliseconds)),
  number: (value: number): string => (follow(), i18n.number(value)),
  locale: () => (follow(), i18n.locale),
};
