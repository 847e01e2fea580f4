/**
 * The panel beside the map: the interface of its views, the switch between them, the bar above them, and the bottom
 * sheet.
 */
import type { ColumnInfo } from '../../server/schemas/columns.ts';
import type { Hit } from '../../server/schemas/papers.ts';
import type { MapNavigation } from '../map/map.ts';
import type { Scene } from '../map/scene.ts';
import type { PaperCache } from '../paper/paper-cache.ts';
import type { TopicTags } from '../topic/topic-links.ts';
import { byId, el } from '../ui/dom.ts';
import type { MapData } from './map-data.ts';
import type { Screen, State } from './page-state.ts';
import type { Store } from './store.ts';

/** One view of the panel. All views exist from the start; one of them is visible. */
export interface PanelView {
  /** Called at every change of the state, whether the view is visible or not. `before` is null at the start. */
  update(state: State, before: State | null): void;
  /**
   * Resolves when the view has something to show; until then the previous view stays visible. null: it can be shown
   * now.
   */
  ready?(): Promise<void> | null;
  /** Identifies what the view shows. When it changes, the view is scrolled to the top and the map highlights change. */
  pageKey(state: State): string;
  /** The title of the window; null if the view will report its title by calling `ViewInput.loaded`. */
  title(state: State): string | null;
  /** Whether the bar with 'Back' is shown above the view. */
  isInner: boolean;
  /**
   * The papers that the map highlights, marks with numbers or joins by lines while the view is visible; none by
   * default.
   */
  mapHighlights?(state: State): MapHighlights;
  /**
   * Moves the map to what the view shows. Called when the user opened another page, except by the browser's back and
   * forward buttons. Also called at the start, with `before` null, if the address has no map position.
   */
  moveMap?(map: MapNavigation, state: State, before: State | null): void;
  /** Highlights the list entry of a paper that is hovered on the map; null: no paper is hovered. */
  highlight?(id: string | null): void;
  /**
   * Focuses the link to the page that `before` showed, for example the hit whose paper was open. Returns false if there
   * is no such link: then the heading of the view takes the focus.
   */
  focus?(before: State): boolean;
}

export type MapHighlights = Partial<
  Pick<Scene, 'highlighted' | 'matched' | 'numbered' | 'linked' | 'farLinked' | 'path' | 'pin'>
>;

/** What the view coordinator passes to every view. */
export interface ViewInput {
  host: HTMLElement;
  store: Store;
  mapData: MapData;
  paperCache: PaperCache;
  /** The columns of the user's data; none if the server did not answer. */
  columns: readonly ColumnInfo[];
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
  /** Highlights the papers of a topic on the map; −1: papers in no topic; null: none. */
  hoverTopic(topic: number | null): void;
  /** Zooms the map to these papers. */
  zoomTo(papers: readonly { id: string }[]): void;
  /** To be called when `mapHighlights` would return something else than before. */
  changed(): void;
  /** To be called when the content of the page has loaded: sets the window title and moves the focus. */
  loaded(title: string): void;
}

export interface Panel {
  section(screen: Screen): HTMLElement;
  /**
   * Shows a view, scrolled to the top if its page is another than before. If `page.fromHistory` is true (the browser's
   * back or forward button was used), its last scroll position is restored instead. Until `page.ready` resolves, the
   * current view stays visible.
   */
  show(
    screen: Screen,
    page: { key: string; isInner: boolean; fromHistory: boolean; ready: Promise<void> | null },
  ): void;
}

/** The accessible names of the views. */
const LABELS: Readonly<Record<Screen, string>> = {
  start: 'Start page',
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
    // The section of the first view is already in index.html.
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

/**
 * Creates the buttons for the previous and the next result, in the bar above a paper that was opened from the results.
 */
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
    /** Shows the position of a paper among the results. The buttons are hidden if it is not one of them. */
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

// On a phone the panel is a bottom sheet over the map. It snaps to three heights when the user drags or presses its
// handle.

type Snap = 'peek' | 'half' | 'full';

export interface BottomSheet {
  /** Raises the sheet to at least this snap point. */
  raise(snap: Snap): void;
  /** Lowers the sheet to at most this snap point. */
  lower(snap: Snap): void;
  /** How much of the map the sheet covers, in CSS pixels; 0 on a wide screen. */
  coveredHeight(): number;
}

/** The snap points of the sheet, the lowest first. */
const SNAPS: readonly Snap[] = ['peek', 'half', 'full'];
/** Height of the sheet at its lowest snap point, in CSS pixels: its handle and one line. */
const PEEK_HEIGHT = 64;
const MIN_HEIGHT = 60;
/** A press that moves farther than this, in CSS pixels, is a drag. */
const DRAG_THRESHOLD = 6;
const TEXT_FIELDS = 'textarea, input[type=text]';
const narrowScreen = matchMedia('(max-width: 720px)');
/** Whether the screen is so low that there is hardly room for both a map and a list. */
const isShortScreen = () => innerHeight <= 480;

/**
 * Creates the bottom sheet.
 *
 * @param moved called when the sheet covers more or less of the map than before
 */
export function createBottomSheet(moved: () => void): BottomSheet {
  const panel = byId('panel', HTMLElement);
  const handle = byId('handle', HTMLButtonElement);
  let snap: Snap = 'half';
  let wasDragged = false;
  let drag: { startY: number; startHeight: number; isDrag: boolean } | null = null;

  const setSnap = (next: Snap) => {
    snap = next;
    panel.dataset.snap = next;
    panel.style.height = '';
    handle.setAttribute('aria-expanded', String(next !== 'peek'));
    document.documentElement.style.setProperty('--sheet', `${coveredHeight()}px`);
    moved();
  };
  const heights = (): Record<Snap, number> => ({
    peek: PEEK_HEIGHT,
    half: Math.round(innerHeight * (isShortScreen() ? 0.56 : 0.44)),
    full: innerHeight - byId('bar', HTMLElement).offsetHeight - 12,
  });
  // For the covered height, a full sheet counts as half a sheet. It hides the whole map, which stays fitted to the part
  // above half a sheet.
  const coveredHeight = () => (narrowScreen.matches ? heights()[snap === 'full' ? 'half' : snap] : 0);
  const lower = (max: Snap) => {
    if (SNAPS.indexOf(max) < SNAPS.indexOf(snap)) setSnap(max);
  };

  handle.addEventListener('pointerdown', (event) => {
    drag = { startY: event.clientY, startHeight: panel.offsetHeight, isDrag: false };
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener('pointermove', (event) => {
    if (!drag) return;
    const lifted = drag.startY - event.clientY;
    drag.isDrag ||= Math.abs(lifted) > DRAG_THRESHOLD;
    if (!drag.isDrag) return;
    panel.dataset.dragged = '';
    panel.style.height = `${Math.min(Math.max(drag.startHeight + lifted, MIN_HEIGHT), heights().full)}px`;
  });
  const drop = () => {
    if (!drag) return;
    const { isDrag } = drag;
    drag = null;
    delete panel.dataset.dragged;
    if (!isDrag) return;
    const height = panel.offsetHeight;
    const targets = heights();
    const distance = (one: Snap) => Math.abs(targets[one] - height);
    setSnap(SNAPS.reduce((nearest, one) => (distance(one) < distance(nearest) ? one : nearest)));
    // The click event that ends a drag must not count as a press.
    wasDragged = true;
    setTimeout(() => {
      wasDragged = false;
    }, 50);
  };
  handle.addEventListener('pointerup', drop);
  handle.addEventListener('pointercancel', drop);
  handle.addEventListener('click', () => {
    if (!wasDragged) setSnap(snap === 'half' ? 'full' : snap === 'full' ? 'peek' : 'half');
  });
  narrowScreen.addEventListener('change', () => setSnap(snap));
  watchVirtualKeyboard();
  // While the user types into a field of the panel, the sheet is full, so that the field and the result are visible.
  panel.addEventListener('focusin', ({ target }) => {
    if (narrowScreen.matches && target instanceof Element && target.matches(TEXT_FIELDS)) setSnap('full');
  });
  // When an element on the map gets the focus, the sheet must not cover it.
  byId('map-pane', HTMLElement).addEventListener('focusin', () => lower(isShortScreen() ? 'peek' : 'half'));

  setSnap(snap);
  return {
    raise(min) {
      if (SNAPS.indexOf(min) > SNAPS.indexOf(snap)) setSnap(min);
    },
    lower,
    coveredHeight,
  };
}

/** Minimum height of a virtual keyboard, in CSS pixels. Browser toolbars, which appear and disappear too, are lower. */
const MIN_KEYBOARD_HEIGHT = 120;

/**
 * Keeps the CSS property `--keyboard` equal to the height of the virtual keyboard, which covers the page without
 * resizing it.
 */
function watchVirtualKeyboard(): void {
  const root = document.documentElement;
  const viewport = visualViewport;
  if (!viewport) return;
  const measure = () => {
    const covered = Math.round(innerHeight - viewport.height - viewport.offsetTop);
    // A pinch zoom makes the visual viewport smaller too.
    const isOpen = viewport.scale < 1.01 && covered >= MIN_KEYBOARD_HEIGHT;
    root.toggleAttribute('data-keyboard', isOpen);
    root.style.setProperty('--keyboard', isOpen ? `${covered}px` : '0px');
  };
  viewport.addEventListener('resize', measure);
  viewport.addEventListener('scroll', measure);
  measure();
}
