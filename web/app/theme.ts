/** Light or dark: what the system prefers, until the button says otherwise; the choice is remembered. */

import type { Theme } from '../map/color/palette.ts';
import { byId } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';

/** Also read by public/theme.js, before the first paint. */
const KEY = 'paperfield-theme';

function remember(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Storage can be forbidden; the choice then lasts as long as the page.
  }
}

export interface Theming {
  now(): Theme;
  /** Calls at every change. */
  watch(changed: (theme: Theme) => void): void;
}

export function startTheme(): Theming {
  const listeners: ((theme: Theme) => void)[] = [];
  const button = byId('theme', HTMLButtonElement);
  const system = matchMedia('(prefers-color-scheme: dark)');
  const theme = (): Theme => {
    const chosen = document.documentElement.dataset.theme;
    if (chosen === 'light' || chosen === 'dark') return chosen;
    return system.matches ? 'dark' : 'light';
  };
  const show = () => {
    const other = theme() === 'dark' ? 'light' : 'dark';
    button.setAttribute('aria-label', `Switch to ${other} colors`);
    button.title = `Switch to ${other} colors`;
    button.replaceChildren(icon(other === 'dark' ? 'moon' : 'sun'));
    for (const listener of listeners) listener(theme());
  };
  button.addEventListener('click', () => {
    const next = theme() === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset.theme = next;
    remember(next);
    show();
  });
  system.addEventListener('change', show);
  show();
  return { now: theme, watch: (changed) => void listeners.push(changed) };
}
