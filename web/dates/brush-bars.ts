/** The bars of the date histogram as SVG, and the range of bins that is brushed on them. */

/** A range of bins; both ends are included. */
export interface BinRange {
  from: number;
  to: number;
}

/** The range between two bins in any order, limited to the bins there are. */
export function binRange(a: number, b: number, bins: number): BinRange {
  const clamp = (bin: number) => Math.min(bins - 1, Math.max(0, Math.round(bin)));
  return { from: clamp(Math.min(a, b)), to: clamp(Math.max(a, b)) };
}

export function isFullRange({ from, to }: BinRange, bins: number): boolean {
  return from === 0 && to === bins - 1;
}

/** The range moved by some bins without changing its width; it stops at the ends. */
export function shiftRange({ from, to }: BinRange, by: number, bins: number): BinRange {
  const step = Math.min(bins - 1 - to, Math.max(-from, by));
  return { from: from + step, to: to + step };
}

/** The next step of playing through time: one bin on. From the full range or from the end it starts again at the beginning. */
export function nextPlayRange(range: BinRange, bins: number): BinRange {
  const isFull = isFullRange(range, bins);
  const width = isFull ? Math.max(1, Math.round(bins / 12)) : range.to - range.from + 1;
  if (isFull || range.to === bins - 1) return { from: 0, to: Math.min(bins - 1, width - 1) };
  return shiftRange(range, 1, bins);
}

const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';

/** Widths of bars, as fractions of a bin. Matches are drawn narrower, in front of all papers. */
const BAR_WIDTH = 0.84;
const MATCH_WIDTH = 0.5;
/** The least height of a bar that is not empty, so that one paper beside thousands is visible. */
const MIN_HEIGHT = 0.05;

export interface BrushBars {
  element: SVGSVGElement;
  showSelected(range: BinRange): void;
  /** Shows the counts of search results, on a scale of their own; null: no search. */
  showMatches(counts: Uint32Array | null): void;
}

export interface BrushHandlers {
  selected(): BinRange;
  /** `isFinal`: the pointer was released. */
  onBrush(range: BinRange, isFinal: boolean): void;
}

/** The bars as a path, in units of one bin and of the highest bar. */
function barsPath(counts: Uint32Array, from: number, to: number, width = BAR_WIDTH): string {
  const max = Math.max(1, ...counts);
  let path = '';
  for (let bin = from; bin <= to; bin++) {
    if (counts[bin] === 0) continue;
    const height = Math.max(MIN_HEIGHT, counts[bin] / max);
    path += `M${bin + (1 - width) / 2} 1V${1 - height}h${width}V1Z`;
  }
  return path;
}

/** Drag over the bars to select a range; drag the range to move it. */
export function createBrushBars(counts: Uint32Array, handlers: BrushHandlers): BrushBars {
  const bins = counts.length;
  const svg = document.createElementNS(SVG_NAMESPACE, 'svg');
  svg.setAttribute('class', 'date-bars');
  svg.setAttribute('viewBox', `0 0 ${bins} 1`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  const appendPath = (className: string) => {
    const path = document.createElementNS(SVG_NAMESPACE, 'path');
    path.setAttribute('class', className);
    return svg.appendChild(path);
  };
  appendPath('date-all').setAttribute('d', barsPath(counts, 0, bins - 1));
  const selectedPath = appendPath('date-selected');
  const matchesPath = appendPath('date-matches');

  /**
   * `moving`: the range that is being moved. `anchor`: if a single bin was selected, that bin: a click elsewhere extends it to a
   * range, without a drag.
   */
  let drag: { start: number; moving: BinRange | null; anchor: number | null } | null = null;
  const binAt = (event: PointerEvent) => {
    const box = svg.getBoundingClientRect();
    return Math.min(bins - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * bins)));
  };
  const update = (event: PointerEvent, isFinal: boolean) => {
    if (!drag) return;
    const bin = binAt(event);
    const start = drag.anchor !== null && bin === drag.start ? drag.anchor : drag.start;
    const range = drag.moving ? shiftRange(drag.moving, bin - drag.start, bins) : binRange(start, bin, bins);
    handlers.onBrush(range, isFinal);
  };
  svg.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    const bin = binAt(event);
    const range = handlers.selected();
    const isInside = !isFullRange(range, bins) && bin >= range.from && bin <= range.to;
    drag = { start: bin, moving: isInside ? range : null, anchor: range.from === range.to ? range.from : null };
    svg.setPointerCapture(event.pointerId);
    update(event, false);
  });
  svg.addEventListener('pointermove', (event) => update(event, false));
  const end = (event: PointerEvent) => {
    update(event, true);
    drag = null;
  };
  svg.addEventListener('pointerup', end);
  svg.addEventListener('pointercancel', end);

  return {
    element: svg,
    // The full range is not emphasized.
    showSelected: (range) =>
      selectedPath.setAttribute('d', isFullRange(range, bins) ? '' : barsPath(counts, range.from, range.to)),
    showMatches(matches) {
      matchesPath.setAttribute('d', matches === null ? '' : barsPath(matches, 0, bins - 1, MATCH_WIDTH));
      svg.classList.toggle('has-matches', matches !== null);
    },
  };
}
