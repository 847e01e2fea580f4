/** What the map's papers are coloured by, and what each colour means. */
import type { Atlas } from '../atlas.ts';
import { NO_DAY } from '../dates/days.ts';
import { OUTLIER, type Theme, TONES, toneCss, tonePixel } from '../map/palette.ts';
import type { Colouring } from '../map/scene.ts';
import { sequenceCss, sequencePixel } from '../map/sequence.ts';
import { byComments, byDate, byTrust, type Classed } from './classes.ts';
import type { ColourBy } from './kinds.ts';

/** One colour of the legend. */
export interface Entry {
  /** As it stands in the address. */
  key: string;
  label: string;
  papers: number;
  css(theme: Theme): string;
}

export interface Coloured extends Colouring {
  by: ColourBy;
  /** Those of papers, in order; the last one, of papers without a value, only where there are such. */
  entries: readonly Entry[];
  /** By row the number of its entry. */
  entryOf: Uint16Array | Uint8Array;
}

const UNKNOWN = 'none';

export function colourByTopic({ papers, topics, tones, outliers }: Atlas): Coloured {
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
    column: papers.colour,
    isOfTopics: true,
    pixels: (theme) =>
      Uint32Array.from({ length: TONES + 1 }, (_, tone) => tonePixel(tone === TONES ? OUTLIER : tone, theme)),
    entries: outliers > 0 ? [...entries, between] : entries,
    entryOf: Uint16Array.from(papers.topic, (topic) => number.get(topic) ?? topics.length),
  };
}

function inClasses(by: ColourBy, { classes, column }: Classed): Coloured {
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

export function colourBy(by: ColourBy, atlas: Atlas): Coloured {
  const { date, comments, trust } = atlas.columns;
  if (by === 'date') return inClasses(by, byDate(date));
  if (by === 'comments') return inClasses(by, byComments(comments));
  if (by === 'trust') return inClasses(by, byTrust(trust));
  return colourByTopic(atlas);
}

/** 1 for each row whose entry is none of these; null where there are none of them in the legend: nothing is kept out. */
export function outsideOf({ entries, entryOf }: Coloured, keys: readonly string[]): Uint8Array | null {
  const kept = new Set(entries.flatMap(({ key }, i) => (keys.includes(key) ? [i] : [])));
  return kept.size === 0 ? null : Uint8Array.from(entryOf, (entry) => (kept.has(entry) ? 0 : 1));
}

/** Whether any paper has a value to be coloured by. */
export function isTold(by: ColourBy, { columns }: Atlas): boolean {
  if (by === 'date') return columns.date.some((day) => day !== NO_DAY);
  return by !== 'comments' || columns.comments.some((comments) => comments >= 0);
}
