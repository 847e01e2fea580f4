/** How papers can be colored, by topic or by a value in bins, and the legend of each coloring. Pure. */
import type { MapData } from '../../app/map-data.ts';
import { formatDay, parseDateAsDays, UNKNOWN_DAY } from '../../dates/days.ts';
import { formatDate } from '../../ui/format.ts';
import type { Coloring } from '../scene.ts';
import {
  OUTLIER_TONE,
  sequentialCssColor,
  sequentialPixel,
  type Theme,
  TONE_COUNT,
  toneCssColor,
  tonePixel,
} from './palette.ts';

/** What papers can be colored by. The same words are used in the address. */
export const colorByOptions = ['topic', 'date', 'comments', 'accuracy'] as const;
export type BuiltInColor = (typeof colorByOptions)[number];
/** A column of the user's data, by its name. */
export type FieldColor = `field:${string}`;
export type ColorBy = BuiltInColor | FieldColor;

/** The name of the column that papers are colored by; null if it is none. */
export function fieldOf(by: ColorBy): string | null {
  return by.startsWith('field:') ? by.slice('field:'.length) : null;
}

/** An entry of the legend: one color and what it stands for. */
export interface LegendEntry {
  /** Identifies the entry in the address. */
  key: string;
  label: string;
  papers: number;
  cssColor(theme: Theme): string;
}

export interface PaperColoring extends Coloring {
  by: ColorBy;
  /**
   * Legend entries in display order. Papers without a value, if there are any, have an additional last entry with the
   * key UNKNOWN_LEGEND_KEY.
   */
  legend: readonly LegendEntry[];
  /** The legend entry of each paper, as an index into `legend`. */
  legendIndex: Uint16Array | Uint8Array;
}

export const UNKNOWN_LEGEND_KEY = 'none';

export function createTopicColoring({ papers, topics, tones, outliers }: MapData): PaperColoring {
  const indexOf = new Map(topics.map(({ id }, i) => [id, i]));
  const legend: LegendEntry[] = topics.map(({ id, name, size }) => ({
    key: String(id),
    label: name,
    papers: size,
    cssColor: (theme) => toneCssColor(tones.get(id) ?? OUTLIER_TONE, theme),
  }));
  if (outliers > 0) legend.push(unknownEntry('Unassigned', outliers));
  return {
    by: 'topic',
    colorIndex: papers.color,
    isByTopic: true,
    palette: (theme) =>
      Uint32Array.from({ length: TONE_COUNT + 1 }, (_, tone) =>
        tonePixel(tone === TONE_COUNT ? OUTLIER_TONE : tone, theme),
      ),
    legend,
    legendIndex: Uint16Array.from(papers.topic, (topic) => indexOf.get(topic) ?? topics.length),
  };
}

export function createBinnedColoring(by: ColorBy, { bins, binIndex }: Binning): PaperColoring {
  const sizes = new Uint32Array(bins.length + 1);
  for (const bin of binIndex) sizes[bin]++;
  const part = (bin: number) => (bins.length < 2 ? 1 : bin / (bins.length - 1));
  const legend: LegendEntry[] = bins.map(({ key, label }, bin) => ({
    key,
    label,
    papers: sizes[bin],
    cssColor: (theme) => sequentialCssColor(part(bin), theme),
  }));
  const unknown = sizes[bins.length];
  if (unknown > 0) legend.push(unknownEntry('Unknown', unknown));
  return {
    by,
    colorIndex: binIndex,
    isByTopic: false,
    palette: (theme) =>
      Uint32Array.from({ length: bins.length + 1 }, (_, bin) =>
        bin === bins.length ? tonePixel(OUTLIER_TONE, theme) : sequentialPixel(part(bin), theme),
      ),
    legend,
    legendIndex: binIndex,
  };
}

export function unknownEntry(label: string, papers: number): LegendEntry {
  return { key: UNKNOWN_LEGEND_KEY, label, papers, cssColor: (theme) => toneCssColor(OUTLIER_TONE, theme) };
}

/**
 * A mask by row: 1 for papers whose legend entry is not among `keys`. null if the legend has none of the keys, which
 * means that there is no filter.
 */
export function excludedByLegend(
  { legend, legendIndex }: Pick<PaperColoring, 'legend' | 'legendIndex'>,
  keys: readonly string[],
): Uint8Array | null {
  const included = new Set(legend.flatMap(({ key }, i) => (keys.includes(key) ? [i] : [])));
  return included.size === 0 ? null : Uint8Array.from(legendIndex, (entry) => (included.has(entry) ? 0 : 1));
}

/** Whether any paper has the value that it would be colored by, such as a known date. */
export function hasValues(by: BuiltInColor, { columns }: MapData): boolean {
  if (by === 'date') return columns.date.some((day) => day !== UNKNOWN_DAY);
  return by !== 'comments' || columns.comments.some((comments) => comments >= 0);
}

export interface ColorBin {
  /** Identifies the bin in the address: its lower bound. */
  key: string;
  label: string;
}

/** A column of values that was divided into bins. */
export interface Binning {
  /** The bins, in ascending order of their values. */
  bins: readonly ColorBin[];
  /** The bin of each paper, as an index into `bins`; `bins.length` if the value is unknown. */
  binIndex: Uint8Array;
}

/** Maximum number of bins: more colors of a sequential scale are hard to tell apart. */
const MAX_BINS = 7;
/** The numbers of months that a bin of dates may span. */
const MONTHS_PER_BIN = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200];
/**
 * Maximum number of bins of dates. It matters only for implausible dates, for which even bins of the longest span are
 * too many.
 */
const MAX_DATE_BINS = 200;

/**
 * Divides dates into at most MAX_BINS bins that span equally many months.
 *
 * @param date days since 1970-01-01, or UNKNOWN_DAY
 */
export function binDates(date: Int32Array): Binning {
  const binIndex = new Uint8Array(date.length);
  let [first, last] = [Infinity, -Infinity];
  for (const day of date) {
    if (day === UNKNOWN_DAY) continue;
    if (day < first) first = day;
    if (day > last) last = day;
  }
  if (first > last) return { bins: [], binIndex };
  const [firstMonth, lastMonth] = [monthOfDay(first), monthOfDay(last)];
  const binCount = (months: number) => Math.floor(lastMonth / months) - Math.floor(firstMonth / months) + 1;
  const months = MONTHS_PER_BIN.find((span) => binCount(span) <= MAX_BINS) ?? MONTHS_PER_BIN[MONTHS_PER_BIN.length - 1];
  const binMonths = Array.from(
    { length: Math.min(binCount(months), MAX_DATE_BINS) },
    (_, i) => (Math.floor(firstMonth / months) + i) * months,
  );
  const starts = binMonths.map((month) => parseDateAsDays(formatMonth(month))?.first ?? first);
  for (let row = 0; row < binIndex.length; row++) {
    const day = date[row];
    let bin = starts.length;
    if (day !== UNKNOWN_DAY) for (bin = starts.length - 1; bin > 0 && day < starts[bin]; ) bin--;
    binIndex[row] = bin;
  }
  const bins = binMonths.map((month) => ({ key: formatMonth(month), label: describeMonths(month, months) }));
  return { bins, binIndex };
}

/** The month of a day (counted from 1970-01-01), counted from January of year 0. */
function monthOfDay(day: number): number {
  const [year, month] = formatDay(day, 'month').split('-').map(Number);
  return 12 * year + month - 1;
}

function formatMonth(month: number): string {
  return `${formatYear(month)}-${String((month % 12) + 1).padStart(2, '0')}`;
}

function formatYear(month: number): string {
  return String(Math.floor(month / 12));
}

/** The label of a span of months: `Jan 2026`, `Nov–Dec 2025`, `2025`, or `2020–2021`. */
function describeMonths(first: number, months: number): string {
  const last = first + months - 1;
  if (months === 1) return formatDate(formatMonth(first));
  if (months === 12) return formatYear(first);
  if (months > 12) return `${formatYear(first)}–${formatYear(last)}`;
  const from = formatDate(formatMonth(first));
  const isSameYear = formatYear(first) === formatYear(last);
  return `${isSameYear ? from.replace(/ \d+$/, '') : from}–${formatDate(formatMonth(last))}`;
}

/** If a paper has this many comments, bins grow by a factor of 4, otherwise by a factor of 2. */
const MANY_COMMENTS = 64;

/**
 * Divides numbers of comments into bins that grow exponentially. 0 has a bin of its own.
 *
 * @param comments by row; −1 if unknown
 */
export function binComments(comments: Int32Array): Binning {
  const binIndex = new Uint8Array(comments.length);
  const max = comments.reduce((result, value) => Math.max(result, value), -1);
  if (max < 0) return { bins: [], binIndex };
  const factor = max < MANY_COMMENTS ? 2 : 4;
  const starts = [0];
  for (let start = 1; start <= max && starts.length < MAX_BINS; start *= factor) starts.push(start);
  for (let row = 0; row < binIndex.length; row++) {
    const value = comments[row];
    let bin = starts.length;
    if (value >= 0) for (bin = starts.length - 1; value < starts[bin]; ) bin--;
    binIndex[row] = bin;
  }
  const bins = starts.map((start, i) => {
    const isLast = i === starts.length - 1;
    const end = isLast ? start : starts[i + 1] - 1;
    const label = isLast ? `${start} or more` : end === start ? String(start) : `${start}–${end}`;
    return { key: String(start), label };
  });
  return { bins, binIndex };
}

const ACCURACY_BINS = 5;

/**
 * Divides map accuracy into bins of 20%.
 *
 * @param neighborRecall by row, from 0 to 255, which is 100%
 */
export function binAccuracy(neighborRecall: Uint8Array): Binning {
  const lastBin = ACCURACY_BINS - 1;
  const binIndex = neighborRecall.map((value) => Math.min(lastBin, Math.floor((value / 255) * ACCURACY_BINS)));
  const bins = Array.from({ length: ACCURACY_BINS }, (_, bin) => ({
    key: String(20 * bin),
    label: `${20 * bin}–${bin === lastBin ? 100 : 20 * bin + 19}%`,
  }));
  return { bins, binIndex };
}
