/** The column of papers: shows one of its views at a time and remembers how far each was scrolled. */
import { byId } from './dom.ts';
import type { Screen } from './state.ts';

export interface Panel {
  section(screen: Screen): HTMLElement;
  /** Shows a view. `fresh`: from its top. */
  show(screen: Screen, fresh: boolean): void;
}

const screens: readonly Screen[] = ['welcome', 'results', 'topic', 'paper'];

export function createPanel(): Panel {
  const scroller = byId('papers', HTMLElement);
  const bar = byId('panel-bar', HTMLElement);
  const scrolled = new Map<Screen, number>();
  let current: Screen | null = null;
  const section = (screen: Screen) => byId(screen, HTMLElement);

  return {
    section,
    show(screen, fresh) {
      if (current && current !== screen) scrolled.set(current, scroller.scrollTop);
      const moved = current !== screen;
      current = screen;
      for (const name of screens) section(name).hidden = name !== screen;
      bar.hidden = screen !== 'paper' && screen !== 'topic';
      if (fresh) scroller.scrollTop = 0;
      else if (moved) scroller.scrollTop = scrolled.get(screen) ?? 0;
    },
  };
}
