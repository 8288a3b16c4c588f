/** Light, dark, or what the system says. Kept in the browser; an account may carry it too. */
import { i18n } from '@masthead/ui';

export type Theme = 'system' | 'light' | 'dark';
const KEY = 'masthead.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system';
  }
}

class ThemeChoice {
  value = $state<Theme>(stored());

  constructor() {
    dark.addEventListener('change', () => this.#apply());
  }

  choose(value: Theme): void {
    this.value = value;
    this.keep();
    this.#apply();
  }

  /** Writes what is shown into the browser's storage again. */
  keep(): void {
    try {
      localStorage.setItem(KEY, this.value);
      localStorage.setItem('masthead.locale', i18n.locale);
    } catch {
      // Without storage the choice lasts for this page only.
    }
  }

  #apply(): void {
    document.documentElement.dataset.theme = this.value === 'dark' || (this.value === 'system' && dark.matches) ? 'dark' : 'light';
  }
}

export const theme = new ThemeChoice();
