/**
 * The date histogram under the map. Dragging over it selects a range of dates, and papers outside the range are dimmed.
 */
import type { Store } from '../app/store.ts';
import type { PaperMap } from '../map/map.ts';
import { withDates } from '../search/edit-query.ts';
import { announce, append, el, prefersReducedMotion } from '../ui/dom.ts';
import { formatCount, formatDate, formatNumber } from '../ui/format.ts';
import { createIcon } from '../ui/icons.ts';
import { binDateCounts, binOf, buildDateHistogram, datesOfBins, maskOutsideDayRange } from './date-bins.ts';
import { type DayRange, formatDateRange, parseDateRange } from './days.ts';
import type { ResultDateCounts } from './watch-result-date-counts.ts';

// The bars of the histogram as SVG, and the range of bins that is selected on them.

/** A range of bins of the histogram, by index. Both ends are included. */
export interface BinRange {
  from: number;
  to: number;
}

/**
 * Creates the range between two bins, in either order. Bins that do not exist are moved to the nearest one that does.
 */
export function createBinRange(a: number, b: number, bins: number): BinRange {
  const clamp = (bin: number) => Math.min(bins - 1, Math.max(0, Math.round(bin)));
  return { from: clamp(Math.min(a, b)), to: clamp(Math.max(a, b)) };
}

/** Whether a range covers all bins. */
export function isFullRange({ from, to }: BinRange, bins: number): boolean {
  return from === 0 && to === bins - 1;
}

/** Shifts a range by a number of bins without changing its width. It stops at the first and last bin. */
export function shiftBinRange({ from, to }: BinRange, by: number, bins: number): BinRange {
  const step = Math.min(bins - 1 - to, Math.max(-from, by));
  return { from: from + step, to: to + step };
}

/**
 * Computes the next range when the dates are played: one bin later. From the full range or the end, playback starts at
 * the beginning.
 */
export function nextPlaybackRange(range: BinRange, bins: number): BinRange {
  const isFull = isFullRange(range, bins);
  const width = isFull ? Math.max(1, Math.round(bins / 12)) : range.to - range.from + 1;
  if (isFull || range.to === bins - 1) return { from: 0, to: Math.min(bins - 1, width - 1) };
  return shiftBinRange(range, 1, bins);
}

const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';

/** Widths of bars as fractions of a bin. Bars of search results are narrower and in front of the bars of all papers. */
const BAR_WIDTH = 0.84;
const MATCH_WIDTH = 0.5;
/**
 * The smallest height of a bar that is not empty, as a fraction of the highest bar: one paper next to thousands stays
 * visible.
 */
const MIN_HEIGHT = 0.05;

/** The bars of the histogram, as an element with methods. */
export interface BrushBars {
  element: SVGSVGElement;
  /** Emphasizes the bars of the selected range. */
  showSelected(range: BinRange): void;
  /**
   * Shows how many search results are in each bin, relative to the largest of these counts; null: there is no search.
   */
  showMatches(counts: Uint32Array | null): void;
}

/** How the bars read and change the selected range. */
export interface BrushHandlers {
  /** The range that is selected. */
  selected(): BinRange;
  /** Called when the user selects a range. `isFinal` is true when the pointer is released. */
  onBrush(range: BinRange, isFinal: boolean): void;
}

/** Returns an SVG path of bars. The unit of x is one bin, that of y is the highest bar. */
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

/** Creates the bars. Dragging over them selects a range, and dragging a selected range moves it. */
function createBrushBars(counts: Uint32Array, handlers: BrushHandlers): BrushBars {
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
   * The drag in progress; null if there is none. `moving` is the range that is being moved. `anchor` is the selected
   * bin if only one bin was selected: a click on another bin then selects the range between the two, without dragging.
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
    const range = drag.moving ? shiftBinRange(drag.moving, bin - drag.start, bins) : createBinRange(start, bin, bins);
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
    // If all bins are selected, none is emphasized.
    showSelected: (range) =>
      selectedPath.setAttribute('d', isFullRange(range, bins) ? '' : barsPath(counts, range.from, range.to)),
    showMatches(matches) {
      matchesPath.setAttribute('d', matches === null ? '' : barsPath(matches, 0, bins - 1, MATCH_WIDTH));
      svg.classList.toggle('has-matches', matches !== null);
    },
  };
}

/** The elements, data and callbacks of the date brush. */
export interface DateBrushInput {
  /** The element that contains the map, to which the histogram is added. */
  host: HTMLElement;
  /** The toolbar of the map. On a phone the histogram is hidden until a button of this toolbar is pressed. */
  tools: HTMLElement;
  /** The date of each paper in days since 1970-01-01, or UNKNOWN_DAY (see days.ts). */
  date: Int32Array;
  map: PaperMap;
  store: Store;
  search(query: string): void;
}

/** The date histogram on the page. */
export interface DateBrush {
  /** Shows how the results of a search are distributed over the dates; null: there is no search. */
  showMatches(results: ResultDateCounts | null): void;
}

/** Playing all dates takes about this many milliseconds, as far as the limits for one step allow. */
const PLAY_MS = 12_000;
const MIN_STEP_MS = 140;
const MAX_STEP_MS = 800;

function slider(label: string, bins: number, value: number): HTMLInputElement {
  return el('input', { type: 'range', min: 0, max: bins - 1, step: 1, value, 'aria-label': label });
}

function sum(counts: Uint32Array, { from, to }: BinRange): number {
  return counts.subarray(from, to + 1).reduce((total, count) => total + count, 0);
}

/**
 * Creates the date histogram and adds it to the page.
 *
 * @returns null if fewer than two papers have a date, or if all dates are in one bin
 */
export function createDateBrush({ host, tools, date, map, store, search }: DateBrushInput): DateBrush | null {
  const histogram = buildDateHistogram(date);
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
  clear.appendChild(createIcon('close'));
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
  unfold.appendChild(createIcon('calendar'));
  unfold.addEventListener('click', () => {
    unfold.setAttribute('aria-expanded', String(box.toggleAttribute('data-unfolded')));
  });
  tools.appendChild(unfold);

  const datesOf = ({ from, to }: BinRange) => datesOfBins(histogram, from, to);
  /** The range as text for the address of the page; empty for the full range. */
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
    // The number of undated papers explains why the sum differs from the number above the list.
    return isFullRange(range, bins) && undated > 0 ? `${papers}, ${formatNumber(undated)} undated` : papers;
  };
  const updateSummary = () => {
    summary.textContent = `${describeDates(selected)} · ${describePapers(selected)}`;
  };
  const updateFilterButton = () => {
    filter.hidden = isFullRange(selected, bins) || store.get().q === '';
  };

  /**
   * Displays the selected range and dims the papers outside it.
   *
   * @param range the days of the range: those of its bins, or exactly those in the address; null: all papers
   */
  const render = (range: DayRange | null) => {
    map.updateScene({ excludedByDate: range && maskOutsideDayRange(date, range) });
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
  /** Shows a range without writing it to the address, for a pointer that is still moving and for playback. */
  const preview = (range: BinRange) => {
    selected = range;
    const { from, to } = range;
    render(isFullRange(range, bins) ? null : { first: starts[from], last: starts[to + 1] - 1 });
  };
  const commit = (range: BinRange) => {
    stopPlaying();
    preview(range);
    // Only the first range adds an entry to the browser's history. Later ranges replace that entry.
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
    play.replaceChildren(createIcon(timer ? 'pause' : 'play'));
  };

  play.addEventListener('click', () => {
    if (timer) return commit(selected);
    if (prefersReducedMotion()) return commit(nextPlaybackRange(selected, bins));
    preview(nextPlaybackRange(selected, bins));
    timer = setInterval(
      () => {
        if (selected.to === bins - 1) commit(selected);
        else preview(nextPlaybackRange(selected, bins));
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
    [first, () => createBinRange(Math.min(Number(first.value), selected.to), selected.to, bins)],
    [last, () => createBinRange(selected.from, Math.max(Number(last.value), selected.from), bins)],
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
