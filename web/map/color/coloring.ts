import type { Atlas } from '../../app/map-data.ts';
import { dateOf, daysOf, NO_DAY } from '../../dates/days.ts';
import { wordDate } from '../../ui/format.ts';
import type { Coloring } from '../scene.ts';
import { OUTLIER, sequenceCss, sequencePixel, type Theme, TONES, toneCss, tonePixel } from './palette.ts';

/** What papers can be colored by. */
export const colorings = ['topic', 'date', 'comments', 'trust'] as const;
export type ColorBy = (typeof colorings)[number];

/** Classes of what papers are colored by: spans of dates, of comments, of trust. Pure. */

export interface Class {
  /** What names it in an address: where it begins. */
  key: string;
  label: string;
}

export interface Classed {
  /** From the least to the most. */
  classes: readonly Class[];
  /** By row the number of its class; `classes.length` for a paper whose value is not known. */
  column: Uint8Array;
}

const MOST = 7;
/** Months a class of dates may span. */
const SPANS = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200];

const monthOf = (day: number) => {
  const [year, month] = dateOf(day, 'month').split('-').map(Number) as [number, number];
  return 12 * year + month - 1;
};
const nameOf = (month: number) => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
const yearOf = (month: number) => String(Math.floor(month / 12));

function wordSpan(first: number, months: number): string {
  const last = first + months - 1;
  if (months === 1) return wordDate(nameOf(first));
  if (months === 12) return yearOf(first);
  if (months > 12) return `${yearOf(first)}–${yearOf(last)}`;
  const begin = wordDate(nameOf(first));
  return `${yearOf(first) === yearOf(last) ? begin.replace(/ \d+$/, '') : begin}–${wordDate(nameOf(last))}`;
}

/** @param date days since 1970-01-01, NO_DAY for none */
export function byDate(date: Int32Array): Classed {
  const column = new Uint8Array(date.length);
  let [first, last] = [Infinity, -Infinity];
  for (const day of date) {
    if (day === NO_DAY) continue;
    if (day < first) first = day;
    if (day > last) last = day;
  }
  if (first > last) return { classes: [], column };
  const [from, to] = [monthOf(first), monthOf(last)];
  const count = (months: number) => Math.floor(to / months) - Math.floor(from / months) + 1;
  const months = SPANS.find((span) => count(span) <= MOST) ?? SPANS.at(-1)!;
  const begins = Array.from(
    { length: Math.min(count(months), 200) },
    (_, i) => (Math.floor(from / months) + i) * months,
  );
  const starts = begins.map((month) => daysOf(nameOf(month))?.first ?? first);
  for (let row = 0; row < column.length; row++) {
    const day = date[row]!;
    let at = starts.length;
    if (day !== NO_DAY) for (at = starts.length - 1; at > 0 && day < starts[at]!; ) at--;
    column[row] = at;
  }
  return { classes: begins.map((month) => ({ key: nameOf(month), label: wordSpan(month, months) })), column };
}

/** @param comments −1 where it is not known */
export function byComments(comments: Int32Array): Classed {
  const column = new Uint8Array(comments.length);
  const most = comments.reduce((max, value) => Math.max(max, value), -1);
  if (most < 0) return { classes: [], column };
  const times = most < 64 ? 2 : 4;
  const starts = [0];
  for (let start = 1; start <= most && starts.length < MOST; start *= times) starts.push(start);
  for (let row = 0; row < column.length; row++) {
    const value = comments[row]!;
    let at = starts.length;
    if (value >= 0) for (at = starts.length - 1; value < starts[at]!; ) at--;
    column[row] = at;
  }
  const classes = starts.map((start, i) => {
    const end = starts[i + 1] === undefined ? null : starts[i + 1]! - 1;
    const label = end === null ? `${start} and more` : end === start ? String(start) : `${start}–${end}`;
    return { key: String(start), label };
  });
  return { classes, column };
}

const FIFTHS = 5;

/** @param trust 255 is wholly */
export function byTrust(trust: Uint8Array): Classed {
  const column = trust.map((value) => Math.min(FIFTHS - 1, Math.floor((value / 255) * FIFTHS)));
  const classes = Array.from({ length: FIFTHS }, (_, i) => ({
    key: String(20 * i),
    label: `${20 * i}–${i === FIFTHS - 1 ? 100 : 20 * i + 19} %`,
  }));
  return { classes, column };
}

/** What the map's papers are colored by, and what each color means. */

/** One color of the legend. */
export interface Entry {
  /** As it stands in the address. */
  key: string;
  label: string;
  papers: number;
  css(theme: Theme): string;
}

export interface Colored extends Coloring {
  by: ColorBy;
  /** Those of papers, in order; the last one, of papers without a value, only where there are such. */
  entries: readonly Entry[];
  /** By row the number of its entry. */
  entryOf: Uint16Array | Uint8Array;
}

const UNKNOWN = 'none';

export function colorByTopic({ papers, topics, tones, outliers }: Atlas): Colored {
  const number = new Map(topics.map(({ id }, i) => [id, i]));
  const entries = topics.map(({ id, name, size }) => ({
    key: String(id),
    label: name,
    papers: size,
    css: (theme: Theme) => toneCss(tones.get(id) ?? OUTLIER, theme),
  }));
  const between = {
    key: UNKNOWN,
    label: 'Between the topics',
    papers: outliers,
    css: (t: Theme) => toneCss(OUTLIER, t),
  };
  return {
    by: 'topic',
    column: papers.color,
    isOfTopics: true,
    pixels: (theme) =>
      Uint32Array.from({ length: TONES + 1 }, (_, tone) => tonePixel(tone === TONES ? OUTLIER : tone, theme)),
    entries: outliers > 0 ? [...entries, between] : entries,
    entryOf: Uint16Array.from(papers.topic, (topic) => number.get(topic) ?? topics.length),
  };
}

function inClasses(by: ColorBy, { classes, column }: Classed): Colored {
  const sizes = new Uint32Array(classes.length + 1);
  for (const at of column) sizes[at]!++;
  const part = (i: number) => (classes.length < 2 ? 1 : i / (classes.length - 1));
  const entries: Entry[] = classes.map(({ key, label }, i) => ({
    key,
    label,
    papers: sizes[i]!,
    css: (theme) => sequenceCss(part(i), theme),
  }));
  const unknown = sizes[classes.length]!;
  if (unknown > 0) entries.push({ key: UNKNOWN, label: 'Not known', papers: unknown, css: (t) => toneCss(OUTLIER, t) });
  return {
    by,
    column,
    isOfTopics: false,
    pixels: (theme) =>
      Uint32Array.from({ length: classes.length + 1 }, (_, i) =>
        i === classes.length ? tonePixel(OUTLIER, theme) : sequencePixel(part(i), theme),
      ),
    entries,
    entryOf: column,
  };
}

export function colorBy(by: ColorBy, atlas: Atlas): Colored {
  const { date, comments, neighborRecall: trust } = atlas.columns;
  if (by === 'date') return inClasses(by, byDate(date));
  if (by === 'comments') return inClasses(by, byComments(comments));
  if (by === 'trust') return inClasses(by, byTrust(trust));
  return colorByTopic(atlas);
}

/** 1 for each row whose entry is none of these; null where there are none of them in the legend: nothing is kept out. */
export function outsideOf({ entries, entryOf }: Colored, keys: readonly string[]): Uint8Array | null {
  const kept = new Set(entries.flatMap(({ key }, i) => (keys.includes(key) ? [i] : [])));
  return kept.size === 0 ? null : Uint8Array.from(entryOf, (entry) => (kept.has(entry) ? 0 : 1));
}

/** Whether any paper has a value to be colored by. */
export function isTold(by: ColorBy, { columns }: Atlas): boolean {
  if (by === 'date') return columns.date.some((day) => day !== NO_DAY);
  return by !== 'comments' || columns.comments.some((comments) => comments >= 0);
}
