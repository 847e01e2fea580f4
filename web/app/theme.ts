/** Light or dark theme: the system's, until the user switches; the choice is remembered in the browser. */
import type { Theme } from '../map/color/palette.ts';
import { byId } from '../ui/dom.ts';
import { createIcon } from '../ui/icons.ts';

/** The key of the chosen theme in localStorage. public/theme.js reads it too, before the first paint. */
const STORAGE_KEY = 'paperfield-theme';

function saveTheme(theme: Theme): void {
  try {
    localStorage.setItem(STORAGE_KEY, theme);
  } catch {
    // Storage is forbidden: the choice lasts until the page is closed.
  }
}

export interface ThemeSwitch {
  current(): Theme;
  onChange(listener: (theme: Theme) => void): void;
}

export function createThemeSwitch(): ThemeSwitch {
  const listeners: ((theme: Theme) => void)[] = [];
  const button = byId('theme', HTMLButtonElement);
  const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
  const current = (): Theme => {
    const chosen = document.documentElement.dataset.theme;
    if (chosen === 'light' || chosen === 'dark') return chosen;
    return systemIsDark.matches ? 'dark' : 'light';
  };
  const other = (): Theme => (current() === 'dark' ? 'light' : 'dark');
  const update = () => {
    const label = `Switch to ${other()} theme`;
    button.setAttribute('aria-label', label);
    button.title = label;
    button.replaceChildren(createIcon(other() === 'dark' ? 'moon' : 'sun'));
    for (const listener of listeners) listener(current());
  };
  button.addEventListener('click', () => {
    const theme = other();
    document.documentElement.dataset.theme = theme;
    saveTheme(theme);
    update();
  });
  systemIsDark.addEventListener('change', update);
  update();
  return { current, onChange: (listener) => void listeners.push(listener) };
}
