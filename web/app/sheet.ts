/** On a phone the panel is a bottom sheet over the map, with three snap points. Drag its handle or press it. */
import { byId } from '../ui/dom.ts';

type Snap = 'peek' | 'half' | 'full';

export interface Sheet {
  /** Raises the sheet to at least this snap point. */
  raise(snap: Snap): void;
  /** Lowers it to at most this snap point. */
  lower(snap: Snap): void;
  /** How much of the map the sheet covers, in CSS pixels; 0 on a wide screen. */
  coveredHeight(): number;
}

/** The lowest first. */
const SNAPS: readonly Snap[] = ['peek', 'half', 'full'];
/** Height of the handle and one line, in CSS pixels. */
const PEEK_HEIGHT = 64;
const MIN_HEIGHT = 60;
/** Movement that makes a press a drag, in CSS pixels. */
const DRAG_THRESHOLD = 6;
const TEXT_FIELDS = 'textarea, input[type=text]';
const narrowScreen = matchMedia('(max-width: 720px)');
/** Hardly room for a map and a list. */
const isShortScreen = () => innerHeight <= 480;

/** @param moved called when the sheet covers more or less of the map */
export function createSheet(moved: () => void): Sheet {
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
  // A full sheet hides the map, which stays framed as for half a sheet: that part will be visible again.
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
  // What is typed, and the result, should be visible.
  panel.addEventListener('focusin', ({ target }) => {
    if (narrowScreen.matches && target instanceof Element && target.matches(TEXT_FIELDS)) setSnap('full');
  });
  // The sheet must not cover what has the focus on the map.
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

/** Browser toolbars, which come and go too, are lower than this, in CSS pixels. */
const MIN_KEYBOARD_HEIGHT = 120;

/** Keeps the height of the virtual keyboard, which covers the page without resizing it, in `--keyboard`. */
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
