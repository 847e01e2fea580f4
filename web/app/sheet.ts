import { byId } from '../ui/dom.ts';

/** A keyboard on the screen lies over the page without making it smaller: how high it is stands in `--keyboard`. */

/** Bars of the browser come and go too; they are less high, in pixels. */
const LEAST = 120;

export function watchScreenKeys(): void {
  const root = document.documentElement;
  const seen = visualViewport;
  if (!seen) return;
  const measure = () => {
    const covered = Math.round(innerHeight - seen.height - seen.offsetTop);
    // Of a page that two fingers have enlarged a part is seen: that is no keyboard.
    const isOpen = seen.scale < 1.01 && covered >= LEAST;
    root.toggleAttribute('data-keyboard', isOpen);
    root.style.setProperty('--keyboard', isOpen ? `${covered}px` : '0px');
  };
  seen.addEventListener('resize', measure);
  seen.addEventListener('scroll', measure);
  measure();
}

/** On a phone the panel is a sheet over the map: a strip, half the screen, or all of it. Drag its handle or press it. */

type Snap = 'peek' | 'half' | 'full';

export interface Sheet {
  /** Raises the sheet at least this far. */
  raise(snap: Snap): void;
  /** Lowers it at least this far. */
  lower(snap: Snap): void;
  /** How much of the map the sheet covers, in pixels; 0 where there is no sheet. */
  covers(): number;
}

const order: readonly Snap[] = ['peek', 'half', 'full'];
/** Handle and one line, in pixels. */
const PEEK = 64;
const FIELDS = 'textarea, input[type=text]';
const narrow = matchMedia('(max-width: 720px)');
/** Hardly room for a map and a list. */
const isShort = () => innerHeight <= 480;

/** @param moved called when the sheet covers more or less of the map. */
export function createSheet(moved: () => void): Sheet {
  const panel = byId('panel', HTMLElement);
  const handle = byId('handle', HTMLButtonElement);
  let snap: Snap = 'half';
  let dragged = false;
  let drag: { from: number; height: number; far: boolean } | null = null;

  const set = (next: Snap) => {
    snap = next;
    panel.dataset.snap = next;
    panel.style.height = '';
    handle.setAttribute('aria-expanded', String(next !== 'peek'));
    document.documentElement.style.setProperty('--sheet', `${covers()}px`);
    moved();
  };
  const heights = () => {
    const full = innerHeight - byId('bar', HTMLElement).offsetHeight - 12;
    return { peek: PEEK, half: Math.round(innerHeight * (isShort() ? 0.56 : 0.44)), full };
  };
  // A full sheet hides the map: the part of it that will be seen again stays framed as for half a sheet.
  const covers = () => (narrow.matches ? heights()[snap === 'full' ? 'half' : snap] : 0);
  const lower = (most: Snap) => {
    if (order.indexOf(most) < order.indexOf(snap)) set(most);
  };

  handle.addEventListener('pointerdown', (event) => {
    drag = { from: event.clientY, height: panel.offsetHeight, far: false };
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener('pointermove', (event) => {
    if (!drag) return;
    const lifted = drag.from - event.clientY;
    drag.far ||= Math.abs(lifted) > 6;
    if (!drag.far) return;
    panel.dataset.dragged = '';
    panel.style.height = `${Math.min(Math.max(drag.height + lifted, 60), heights().full)}px`;
  });
  const drop = () => {
    if (!drag) return;
    const { far } = drag;
    drag = null;
    delete panel.dataset.dragged;
    if (!far) return;
    const height = panel.offsetHeight;
    const all = heights();
    set(order.reduce((best, name) => (Math.abs(all[name] - height) < Math.abs(all[best] - height) ? name : best)));
    // The click that ends a drag is no press.
    dragged = true;
    setTimeout(() => {
      dragged = false;
    }, 50);
  };
  handle.addEventListener('pointerup', drop);
  handle.addEventListener('pointercancel', drop);
  handle.addEventListener('click', () => {
    if (!dragged) set(snap === 'half' ? 'full' : snap === 'full' ? 'peek' : 'half');
  });
  narrow.addEventListener('change', () => set(snap));
  watchScreenKeys();
  // Who writes on the sheet sees what comes of it.
  panel.addEventListener('focusin', ({ target }) => {
    if (narrow.matches && target instanceof Element && target.matches(FIELDS)) set('full');
  });
  // What has the focus is seen.
  byId('field', HTMLElement).addEventListener('focusin', () => lower(isShort() ? 'peek' : 'half'));

  set(snap);
  return {
    raise(least) {
      if (order.indexOf(least) > order.indexOf(snap)) set(least);
    },
    lower,
    covers,
  };
}
