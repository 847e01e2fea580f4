/** A histogram of a column of numbers or dates, whose bars are filters. */
import { el } from '../ui/dom.ts';
import { formatCount } from '../ui/format.ts';

/** A bar. Its papers are those of one bin. */
export interface HistogramBar {
  readonly label: string;
  readonly count: number;
  /** Whether the query has the filter for this bin. */
  readonly isActive: boolean;
  select(): void;
}

/** A bin without papers, which leaves room so that equal widths mean equal distances. */
export const EMPTY_BIN = null;

/** So many empty bins stand for a longer gap: papers far apart would make all bars thin. */
const MAX_GAP = 8;

/** The widest bar and the narrowest histogram, in CSS pixels. */
const MAX_BAR_WIDTH = 40;
const MIN_WIDTH = 160;

/**
 * Inserts empty bins where bins are missing.
 *
 * @param bins ascending, as the server sends them: without those that are empty
 * @param binsBetween how many bins are missing between two neighbors
 */
export function fillGaps<Bin>(
  bins: readonly Bin[],
  binsBetween: (before: Bin, after: Bin) => number,
): (Bin | typeof EMPTY_BIN)[] {
  return bins.flatMap((bin, i) => {
    const missing = i === 0 ? 0 : Math.max(0, Math.min(MAX_GAP, binsBetween(bins[i - 1], bin)));
    return [...Array<typeof EMPTY_BIN>(missing).fill(EMPTY_BIN), bin];
  });
}

/** The number of bins of equal width between two bins; 1 if the widths of the bins grow. */
export function numberBinsBetween(
  before: { readonly from: number; readonly to: number },
  after: { readonly from: number; readonly to: number },
): number {
  const [width, next] = [before.to - before.from, after.to - after.from];
  const gap = after.from - before.to;
  const isEqual = Math.abs(width - next) <= 1e-6 * Math.max(width, next);
  return isEqual && width > 0 ? Math.round(gap / width) : gap > 0 ? 1 : 0;
}

/** The number of months, or of years, between two dates of the same precision. */
export function datesBetween(before: string, after: string): number {
  const ordinal = (date: string) => {
    const [year, month] = date.split('-').map(Number);
    return month === undefined ? year : 12 * year + month;
  };
  return before.length === after.length ? ordinal(after) - ordinal(before) - 1 : 0;
}

/**
 * Creates the histogram. Below it are the ends of its axis; while a bar is pointed at or focused, what it stands for.
 *
 * @param title the name of the column
 * @param ends the lowest and the highest value
 */
export function createHistogram(
  title: string,
  bars: readonly (HistogramBar | typeof EMPTY_BIN)[],
  ends: readonly [string, string],
): HTMLElement {
  const most = Math.max(1, ...bars.map((bar) => bar?.count ?? 0));
  const list = el('ul', { class: 'histogram', 'aria-label': title });
  const [first, last, current] = [el('span', {}, ends[0]), el('span', {}, ends[1]), el('span', { hidden: true })];
  const point = (bar: HistogramBar | null) => {
    current.textContent = bar && `${bar.label}: ${formatCount(bar.count, 'paper')}`;
    current.hidden = bar === null;
    first.hidden = bar !== null;
    last.hidden = bar !== null;
  };
  for (const bar of bars) {
    if (bar === EMPTY_BIN) {
      list.append(el('li', { 'aria-hidden': 'true' }));
      continue;
    }
    const { label, count, isActive, select } = bar;
    const fill = el('span', { class: 'histogram-bar' });
    fill.style.height = `${Math.max(4, (100 * count) / most)}%`;
    const button = el(
      'button',
      {
        type: 'button',
        'aria-pressed': String(isActive),
        'aria-label': `${label}, ${formatCount(count, 'paper')}`,
        'data-value': `${title} ${label}`,
      },
      fill,
    );
    button.addEventListener('click', select);
    for (const event of ['pointerenter', 'focus'] as const) button.addEventListener(event, () => point(bar));
    for (const event of ['pointerleave', 'blur'] as const) button.addEventListener(event, () => point(null));
    list.append(el('li', {}, button));
  }
  const axis = el('p', { class: 'histogram-axis', 'aria-hidden': 'true' }, first, current, last);
  const frame = el('div', { class: 'histogram-frame' }, list, axis);
  // Few bars do not fill the width; the axis ends where they end.
  frame.style.maxWidth = `${Math.max(MIN_WIDTH, MAX_BAR_WIDTH * bars.length)}px`;
  return frame;
}
