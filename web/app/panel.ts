/** The panel beside the map: the interface of its views, the switch between them, and the bar above them. */
import type { Hit } from '../../server/schemas/papers.ts';
import type { MapNavigation } from '../map/map.ts';
import type { Scene } from '../map/scene.ts';
import type { PaperCache } from '../paper/paper-cache.ts';
import type { TopicTags } from '../topic/topic-links.ts';
import { byId, el } from '../ui/dom.ts';
import type { MapData } from './map-data.ts';
import type { Screen, State } from './state.ts';
import type { Store } from './store.ts';

/** One view. All views exist from the start; one is visible. */
export interface PanelView {
  /** Called at every change of the state, whether the view is visible or not. `before` is null at the start. */
  update(state: State, before: State | null): void;
  /** Resolves when there is something to show; until then the previous view stays. null: now. */
  ready?(): Promise<void> | null;
  /** Identifies what the view shows. When it changes, the view is scrolled to the top and the map highlights change. */
  pageKey(state: State): string;
  /** The title of the window; null if the view will report it by `loaded`. */
  title(state: State): string | null;
  /** Whether the bar with 'Back' is shown above the view. */
  isInner: boolean;
  /** What the map highlights, numbers and links while the view is visible; nothing by default. */
  mapHighlights?(state: State): MapHighlights;
  /**
   * Moves the map to what the view shows. Called when another page was opened in the page, not by the browser's back and
   * forward; and at the start, with `before` null, if the address has no map position.
   */
  moveMap?(map: MapNavigation, state: State, before: State | null): void;
  /** Highlights the list entry of a paper that is hovered on the map; null: none is. */
  highlight?(id: string | null): void;
  /** Focuses what leads to the page that `before` showed. Returns false if the heading should take the focus instead. */
  focus?(before: State): boolean;
}

export type MapHighlights = Partial<
  Pick<Scene, 'highlighted' | 'matched' | 'numbered' | 'linked' | 'farLinked' | 'path' | 'pin'>
>;

/** What a view is given. */
export interface ViewInput {
  host: HTMLElement;
  store: Store;
  mapData: MapData;
  paperCache: PaperCache;
  topicTags: TopicTags;
  /** Map rows of papers; papers that are not on the map are left out. */
  rowsOf(papers: readonly { id: string }[]): number[];
  paperHref(id: string): string;
  openPaper(id: string): void;
  topicHref(topic: number): string;
  openTopic(topic: number): void;
  search(query: string): void;
  searchHref(query: string): string;
  /** Highlights a paper on the map; null: none. */
  hoverPaper(id: string | null): void;
  /** Highlights a topic on the map, for −1 the papers in no topic; null: none. */
  hoverTopic(topic: number | null): void;
  /** Zooms the map to these papers. */
  zoomTo(papers: readonly { id: string }[]): void;
  /** To be called when `mapHighlights` changes. */
  changed(): void;
  /** To be called when the requested page is shown: sets the window title and moves the focus. */
  loaded(title: string): void;
}

export interface Panel {
  section(screen: Screen): HTMLElement;
  /**
   * Shows a view, scrolled to the top if its page is another than before.
   *
   * @param fromHistory by the browser's back or forward: the scroll position is restored
   * @param ready until then the current view stays visible; null: no wait
   */
  show(
    screen: Screen,
    page: { key: string; isInner: boolean; fromHistory: boolean; ready: Promise<void> | null },
  ): void;
}

/** Accessible names. */
const LABELS: Readonly<Record<Screen, string>> = {
  welcome: 'Welcome',
  results: 'Results',
  topic: 'Topic',
  selection: 'Selection',
  paper: 'Paper',
  path: 'Reading path',
  draft: 'Draft',
  gems: 'Hidden gems',
  news: 'What’s new',
};

export function createPanel(): Panel {
  const scroller = byId('papers', HTMLElement);
  const bar = byId('panel-bar', HTMLElement);
  const scrollPositions = new Map<string, number>();
  let current = '';
  let requested = '';

  const sections = Object.entries(LABELS).map(([id, label]) => {
    // The first view is in index.html already.
    const existing = document.getElementById(id);
    return existing ?? scroller.appendChild(el('section', { id, 'aria-label': label, hidden: true }));
  });

  return {
    section: (screen) => byId(screen, HTMLElement),
    show(screen, { key, isInner, fromHistory, ready }) {
      const next = `${screen} ${key}`;
      requested = next;
      const swap = () => {
        if (next !== requested) return;
        scrollPositions.set(current, scroller.scrollTop);
        for (const section of sections) section.hidden = section.id !== screen;
        bar.hidden = !isInner;
        if (next !== current) scroller.scrollTop = fromHistory ? (scrollPositions.get(next) ?? 0) : 0;
        current = next;
      };
      if (ready === null || !byId(screen, HTMLElement).hidden) swap();
      else void ready.then(swap);
    },
  };
}

/** Previous and next result, in the bar above a paper that was opened from the results. */
export function createResultStepper(open: (id: string) => void) {
  const stepper = byId('stepper', HTMLElement);
  const label = byId('stepper-label', HTMLElement);
  const previous = byId('previous', HTMLButtonElement);
  const next = byId('next', HTMLButtonElement);
  let hits: readonly Hit[] = [];
  let current = -1;

  const go = (by: number) => {
    const hit = hits[current + by];
    if (hit) open(hit.id);
  };
  previous.addEventListener('click', () => go(-1));
  next.addEventListener('click', () => go(1));

  return {
    /** Hidden if the paper is not one of the results. */
    show(paper: string | null, results: readonly Hit[]): void {
      hits = results;
      current = hits.findIndex(({ id }) => id === paper);
      stepper.hidden = current < 0;
      label.textContent = `${current + 1} of ${hits.length}`;
      previous.disabled = current <= 0;
      next.disabled = current >= hits.length - 1;
    },
  };
}
