export type Theme = 'system' | 'light' | 'dark';
const KEY = 'masthead.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

export function currentTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}

function apply(theme: Theme): void {
  document.documentElement.dataset.theme = theme === 'dark' || (theme === 'system' && dark.matches) ? 'dark' : 'light';
}

export function setTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Without storage the choice lasts for this page only.
  }
  apply(theme);
}

dark.addEventListener('change', () => apply(currentTheme()));
