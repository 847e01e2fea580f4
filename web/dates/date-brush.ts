/** The histogram of dates under the map: a range of dates is selected, papers outside of it are dimmed. */
import type { Store } from '../app/store.ts';
import type { PaperMap } from '../map/map.ts';
import { withDates } from '../search/edit-query.ts';
import { announce, append, el, prefersReducedMotion } from '../ui/dom.ts';
import { formatCount, formatDate, formatNumber } from '../ui/format.ts';
import { icon } from '../ui/icons.ts';
import { type DayRange, formatDateRange, parseDateRange } from './days.ts';
import { binDateCounts, binDates, binOf, dateHistogram, excludedByDate } from './histogram.ts';
import type { ResultDates } from './result-dates.ts';

// The bars of the date histogram as SVG, and the range of bins that is brushed on them.

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

export interface DateBrushInput {
  /** The element of the map. */
  host: HTMLElement;
  /** The map's tools: on a phone the histogram is opened from there. */
  tools: HTMLElement;
  /** Of each paper, in days since 1970-01-01. */
  date: Int32Array;
  map: PaperMap;
  store: Store;
  search(query: string): void;
}

export interface DateBrush {
  /** Shows the dates of search results; null: no search. */
  showMatches(results: ResultDates | null): void;
}

/** Playing through all dates takes about this long, as far as the limits of a step allow. */
const PLAY_MS = 12_000;
const MIN_STEP_MS = 140;
const MAX_STEP_MS = 800;

function slider(label: string, bins: number, value: number): HTMLInputElement {
  return el('input', { type: 'range', min: 0, max: bins - 1, step: 1, value, 'aria-label': label });
}

function sum(counts: Uint32Array, { from, to }: BinRange): number {
  return counts.subarray(from, to + 1).reduce((total, count) => total + count, 0);
}

/** @returns null if fewer than two papers have a date, or all have the same */
export function createDateBrush({ host, tools, date, map, store, search }: DateBrushInput): DateBrush | null {
  const histogram = dateHistogram(date);
  const { unit, counts, starts } = histogram;
  const bins = counts.length;
  if (histogram.dated < 2 || bins < 2) return null;
  const full: BinRange = { from: 0, to: bins - 1 };
  let selected = full;
  let matches: { counts: Uint32Array; undated: number } | null = null;
  let timer: ReturnType<typeof setInterval> | undefined;

  const summary = el('span', { class: 'date-summary' });
  const play = el('button', { type: 'button', class: 'ghost' });
  const filter = el('button', { type: 'button', class: 'date-filter' }, 'Filter results to these dates');
  filter.title = 'Add these dates to the search';
  const clear = el('button', { type: 'button', class: 'ghost', 'aria-label': 'All dates', title: 'All dates' });
  clear.appendChild(icon('close'));
  const first = slider(`First ${unit}`, bins, 0);
  const last = slider(`Last ${unit}`, bins, bins - 1);
  const bars = createBrushBars(counts, {
    selected: () => selected,
    onBrush: (range, isFinal) => (isFinal ? commit(range) : preview(range)),
  });
  const box = el('fieldset', { class: 'dates', id: 'dates' }, el('legend', { class: 'visually-hidden' }, 'Dates'));
  box.style.setProperty('--bins', String(bins));
  append(
    box,
    el('div', { class: 'date-head' }, play, summary, filter, clear),
    el('div', { class: 'date-span' }, bars.element, first, last),
  );
  host.appendChild(box);

  const unfold = el('button', {
    type: 'button',
    class: 'on-phone',
    'aria-label': 'Dates',
    'aria-expanded': 'false',
    'aria-controls': 'dates',
  });
  unfold.appendChild(icon('calendar'));
  unfold.addEventListener('click', () => {
    unfold.setAttribute('aria-expanded', String(box.toggleAttribute('data-unfolded')));
  });
  tools.appendChild(unfold);

  const datesOf = ({ from, to }: BinRange) => binDates(histogram, from, to);
  /** The range as it is written in the address. */
  const encode = (range: BinRange) => {
    if (isFullRange(range, bins)) return '';
    const { from, to } = datesOf(range);
    return formatDateRange(from, to);
  };
  const describeDates = (range: BinRange) => {
    const dates = datesOf(range);
    const [from, to] = [formatDate(dates.from), formatDate(dates.to)];
    return from === to ? from : `${from} to ${to}`;
  };
  const describePapers = (range: BinRange) => {
    const papers = matches
      ? `${formatNumber(sum(matches.counts, range))} found`
      : formatCount(sum(counts, range), 'paper');
    const undated = matches ? matches.undated : date.length - histogram.dated;
    // Explains why the number differs from the one above the list.
    return isFullRange(range, bins) && undated > 0 ? `${papers}, ${formatNumber(undated)} undated` : papers;
  };
  const updateSummary = () => {
    summary.textContent = `${describeDates(selected)} · ${describePapers(selected)}`;
  };
  const updateFilterButton = () => {
    filter.hidden = isFullRange(selected, bins) || store.get().q === '';
  };

  /** @param range its days: of the bins, or exactly those of the address */
  const render = (range: DayRange | null) => {
    map.updateScene({ excludedByDate: range && excludedByDate(date, range) });
    bars.showSelected(selected);
    first.value = String(selected.from);
    last.value = String(selected.to);
    const { from, to } = datesOf(selected);
    first.setAttribute('aria-valuetext', formatDate(from));
    last.setAttribute('aria-valuetext', formatDate(to));
    updateSummary();
    clear.hidden = isFullRange(selected, bins);
    updateFilterButton();
  };
  /** Shows a range without writing it to the address, because the pointer is still moving. */
  const preview = (range: BinRange) => {
    selected = range;
    const { from, to } = range;
    render(isFullRange(range, bins) ? null : { first: starts[from], last: starts[to + 1] - 1 });
  };
  const commit = (range: BinRange) => {
    stopPlaying();
    preview(range);
    // One entry in the browser's history, however often the range is moved.
    store.set({ dates: encode(selected) }, store.get().dates === '' ? 'push' : 'replace');
    announce(`${describeDates(selected)}: ${describePapers(selected)}.`);
  };
  const stopPlaying = () => {
    clearInterval(timer);
    timer = undefined;
    updatePlayButton();
  };
  const updatePlayButton = () => {
    const label = prefersReducedMotion() ? 'Step through time' : timer ? 'Stop' : 'Play through time';
    play.setAttribute('aria-label', label);
    play.title = label;
    play.replaceChildren(icon(timer ? 'pause' : 'play'));
  };

  play.addEventListener('click', () => {
    if (timer) return commit(selected);
    if (prefersReducedMotion()) return commit(nextPlayRange(selected, bins));
    preview(nextPlayRange(selected, bins));
    timer = setInterval(
      () => {
        if (selected.to === bins - 1) commit(selected);
        else preview(nextPlayRange(selected, bins));
      },
      Math.min(MAX_STEP_MS, Math.max(MIN_STEP_MS, PLAY_MS / bins)),
    );
    updatePlayButton();
  });
  clear.addEventListener('click', () => {
    commit(full);
    play.focus();
  });
  filter.addEventListener('click', () => {
    const { from, to } = datesOf(selected);
    search(withDates(store.get().q, from, to));
  });
  for (const [input, range] of [
    [first, () => binRange(Math.min(Number(first.value), selected.to), selected.to, bins)],
    [last, () => binRange(selected.from, Math.max(Number(last.value), selected.from), bins)],
  ] as const) {
    input.addEventListener('input', () => preview(range()));
    input.addEventListener('change', () => commit(range()));
  }

  const showDates = (dates: string) => {
    const range = parseDateRange(dates);
    selected = range ? { from: binOf(starts, range.first), to: binOf(starts, range.last) } : full;
    render(range);
  };
  store.subscribe((state, before) => {
    if (state.dates !== before.dates && state.dates !== encode(selected)) {
      stopPlaying();
      showDates(state.dates);
    }
    updateFilterButton();
  });
  updatePlayButton();
  showDates(store.get().dates);
  return {
    showMatches(results) {
      const binned = results && binDateCounts(histogram, results.dates);
      matches = binned && { counts: binned, undated: results.total - sum(binned, full) };
      bars.showMatches(binned);
      updateSummary();
    },
  };
}
