/** The bins that a brush keeps, from one to another, both within. Pure. */

export interface Window {
  from: number;
  to: number;
}

/** A window within `bins` bins, its ends in order. */
export function windowOf(a: number, b: number, bins: number): Window {
  const clamp = (bin: number) => Math.min(bins - 1, Math.max(0, Math.round(bin)));
  return { from: clamp(Math.min(a, b)), to: clamp(Math.max(a, b)) };
}

export function isAll({ from, to }: Window, bins: number): boolean {
  return from === 0 && to === bins - 1;
}

/** The window moved by some bins, as far as there are any, as wide as before. */
export function moved({ from, to }: Window, by: number, bins: number): Window {
  const step = Math.min(bins - 1 - to, Math.max(-from, by));
  return { from: from + step, to: to + step };
}

/** What is shown next when time plays: one bin on; from all, or from the end, a window at the beginning. */
export function nextWindow(now: Window, bins: number): Window {
  const width = isAll(now, bins) ? Math.max(1, Math.round(bins / 12)) : now.to - now.from + 1;
  if (isAll(now, bins) || now.to === bins - 1) return { from: 0, to: Math.min(bins - 1, width - 1) };
  return moved(now, 1, bins);
}

/** The histogram drawn, and the window over it by pointer: drag to keep a span, drag the span to move it. */

const SPACE = 'http://www.w3.org/2000/svg';

/** What was found stands before what there is, and is narrower. */
const FOUND_WIDTH = 0.5;

export interface Bars {
  element: SVGSVGElement;
  show(kept: Window): void;
  /** What was found, on a scale of its own; null: nothing was looked for. */
  showFound(found: Uint32Array | null): void;
}

export interface BarsEvents {
  kept(): Window;
  /** `ended`: the hand has let go. */
  keep(next: Window, ended: boolean): void;
}

/** One unit of the drawing is a bin wide and as high as the fullest; a bar takes `width` of its bin. */
function barsPath(counts: Uint32Array, from: number, to: number, width = 0.84): string {
  const most = Math.max(1, ...counts);
  let path = '';
  for (let bin = from; bin <= to; bin++) {
    if (counts[bin] === 0) continue;
    // One paper among thousands is still to be seen.
    const height = Math.max(0.05, counts[bin]! / most);
    path += `M${bin + (1 - width) / 2} 1V${1 - height}h${width}V1Z`;
  }
  return path;
}

export function createBars(counts: Uint32Array, events: BarsEvents): Bars {
  const bins = counts.length;
  const svg = document.createElementNS(SPACE, 'svg');
  svg.setAttribute('class', 'date-bars');
  svg.setAttribute('viewBox', `0 0 ${bins} 1`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  const path = (look: string) => {
    const drawn = document.createElementNS(SPACE, 'path');
    drawn.setAttribute('class', look);
    return svg.appendChild(drawn);
  };
  path('date-all').setAttribute('d', barsPath(counts, 0, bins - 1));
  const kept = path('date-kept');
  const found = path('date-found');

  /** `from`: the one bin that was kept, which a press elsewhere widens to a span, without a drag. */
  let hand: { at: number; moves: Window | null; from: number | null } | null = null;
  const binAt = (event: PointerEvent) => {
    const box = svg.getBoundingClientRect();
    return Math.min(bins - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * bins)));
  };
  const follow = (event: PointerEvent, ended: boolean) => {
    if (!hand) return;
    const at = binAt(event);
    const start = hand.from !== null && at === hand.at ? hand.from : hand.at;
    events.keep(hand.moves ? moved(hand.moves, at - hand.at, bins) : windowOf(start, at, bins), ended);
  };
  svg.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    const at = binAt(event);
    const now = events.kept();
    const within = !isAll(now, bins) && at >= now.from && at <= now.to;
    hand = { at, moves: within ? now : null, from: now.from === now.to ? now.from : null };
    svg.setPointerCapture(event.pointerId);
    follow(event, false);
  });
  svg.addEventListener('pointermove', (event) => follow(event, false));
  const drop = (event: PointerEvent) => {
    follow(event, true);
    hand = null;
  };
  svg.addEventListener('pointerup', drop);
  svg.addEventListener('pointercancel', drop);

  return {
    element: svg,
    // Where nothing is left out, nothing stands out.
    show: (now) => kept.setAttribute('d', isAll(now, bins) ? '' : barsPath(counts, now.from, now.to)),
    showFound(papers) {
      found.setAttribute('d', papers === null ? '' : barsPath(papers, 0, bins - 1, FOUND_WIDTH));
      svg.classList.toggle('has-found', papers !== null);
    },
  };
}
