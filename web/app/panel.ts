/** The column of papers: shows one of its views at a time and remembers how far each was scrolled. */
import { byId, el } from '../ui/dom.ts';
import type { Screen } from './state.ts';

export interface Panel {
  section(screen: Screen): HTMLElement;
  /**
   * Shows a view.
   *
   * @param page what it shows: scrolled to the top where that is another than before, and where it stood after a step
   * @param isInner one goes back from it
   * @param ready until then the view that is shown stays; null: it is turned to now
   */
  show(screen: Screen, page: string, isInner: boolean, stepped: boolean, ready: Promise<void> | null): void;
}

/** What screen readers call each view. */
const labels: Readonly<Record<Screen, string>> = {
  welcome: 'Welcome',
  results: 'Results',
  topic: 'Topic',
  selection: 'Selection',
  paper: 'Paper',
  path: 'Reading path',
  draft: 'My draft',
  gems: 'Hidden gems',
  news: 'What is new',
};

export function createPanel(): Panel {
  const scroller = byId('papers', HTMLElement);
  const bar = byId('panel-bar', HTMLElement);
  const scrolled = new Map<string, number>();
  let current = '';
  let wanted = '';

  const sections = Object.entries(labels).map(([id, label]) => {
    // The first view stands in the page from the start.
    const known = document.getElementById(id);
    return known ?? scroller.appendChild(el('section', { id, 'aria-label': label, hidden: true }));
  });

  return {
    section: (screen) => byId(screen, HTMLElement),
    show(screen, page, isInner, stepped, ready) {
      const next = `${screen} ${page}`;
      wanted = next;
      const turn = () => {
        if (next !== wanted) return;
        scrolled.set(current, scroller.scrollTop);
        for (const section of sections) section.hidden = section.id !== screen;
        bar.hidden = !isInner;
        if (next !== current) scroller.scrollTop = stepped ? (scrolled.get(next) ?? 0) : 0;
        current = next;
      };
      if (ready === null || !byId(screen, HTMLElement).hidden) turn();
      else void ready.then(turn);
    },
  };
}
