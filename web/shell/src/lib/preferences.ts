/** Theme and language as chosen by the person: at once here, and kept with the account for other browsers. */
import type { Locale } from '@masthead/ui';
import { app } from './app.svelte';
import { chooseLocale } from './messages';
import { theme, type Theme } from './theme.svelte';

function remember(choice: { theme?: Exclude<Theme, 'system'> | ''; language?: Locale }): void {
  // Only a convenience: when it cannot be kept, the choice still holds here.
  if (app.stage === 'ready' && app.me?.stage === 'full') app.api.patch('me/account', choice).catch(() => undefined);
}

export function setTheme(value: Theme): void {
  theme.choose(value);
  // For the console, no theme is the system's.
  remember({ theme: value === 'system' ? '' : value });
}

export async function setLanguage(value: Locale): Promise<void> {
  await chooseLocale(value);
  remember({ language: value });
}
