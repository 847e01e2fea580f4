/** Names on the map: of fields, topics and their parts, and from close by of the papers at their centers. */

import { nameSize } from '../canvas/scales.ts';
import type { PointIndex } from '../interaction/point-index.ts';
import type { Papers } from '../scene.ts';
import { cutOff, inward, type NameRoom } from './label-collision.ts';
import { type NameLevel, namesByZoom, titlesOf } from './label-levels.ts';
import { shorten, wrap, wrapName } from './label-text.ts';
import { type LabelBox, type Placement, placeLabels } from './place-labels.ts';

export interface MapName {
  /** The topic it names or, for a paper's title, belongs to. */
  topic: number;
  /** That topic among those that are shown, or the one it is a part of; null for a field. */
  shownTopic: number | null;
  /** The paper whose title it is; null for a topic's name. */
  row: number | null;
  lines: string[];
  font: string;
  /** Pixels from one line to the next. */
  step: number;
  /** Of its topic; null for a field. */
  tone: number | null;
  box: LabelBox;
  place: Placement;
  /** How far it has faded in, 0–1. */
  shown: number;
  /** Where it stands beside the numbers of hits (aside.ts), and how far it has gone there, in pixels. */
  aside: number;
  away: readonly [number, number];
}

const nowhere: Placement = { dx: 0, dy: 0, from: Infinity, until: Infinity };
const family = `-apple-system, 'Segoe UI', Inter, Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif`;
const TITLE_LENGTH = 54;

/** Offsets of a topic's name as parts of its size: in place, a little up or down, then aside. */
const around = [
  [0, 0],
  [0, -0.55],
  [0, 0.55],
  [0, -1.05],
  [0, 1.05],
  [-0.2, 0],
  [0.2, 0],
  [-0.4, 0],
  [0.4, 0],
  [-0.4, -0.8],
  [0.4, -0.8],
  [-0.4, 0.8],
  [0.4, 0.8],
  [0, -1.4],
  [0, 1.4],
] as const;
/** Pixels from a paper to its title. */
const CLEAR = 11;

/** Two names side by side fill the narrowest phone: pixels of its width for a letter of a line. */
const PER_LETTER = 17;

/** How names of fields, topics, and parts are set: as large as a topic's, and how heavy. */
const styles = [
  { size: 1.12, weight: 700 },
  { size: 1, weight: 650 },
  { size: 0.88, weight: 600 },
  { size: 0.8, weight: 500 },
] as const;

export interface NamesInput {
  levels: readonly NameLevel[];
  /** See `namesByZoom`. */
  fields: number;
  papers: Papers;
  index: PointIndex;
  /** The topic among those that are shown that one is or is a part of; null for a field. */
  shownTopic(topic: number): number | null;
  toneOf(shownTopic: number): number | undefined;
  rowOf(id: string): number | undefined;
  /** The scale of the fitted map, in pixels per world unit. */
  fitted: number;
  /** The part of the canvas that is not covered, in pixels. */
  open: Omit<NameRoom, 'narrow'>;
  narrow: boolean;
  measure(text: string, font: string): number;
}

export function layNames(input: NamesInput): MapName[] {
  const { papers, narrow, fitted } = input;
  const room: NameRoom = { ...input.open, narrow };
  const letters = narrow ? Math.min(22, Math.floor(room.width / PER_LETTER)) : 20;
  const named = namesByZoom(input.levels, input.fields, narrow);
  const sizeOf = nameSize(Math.max(1, ...named.map(({ topic }) => topic.size)), narrow);
  const names: MapName[] = [];
  /** Of the topic that is named, by the number of the name. */
  const sizes: number[] = [];
  const add = (
    lines: string[],
    [size, weight]: readonly [number, number],
    rest: Pick<MapName, 'topic' | 'row'>,
    [x, y]: readonly [number, number],
    [floor, ceiling]: readonly [number, number],
  ) => {
    const font = `${weight} ${Math.round(size * 2) / 2}px ${family}`;
    const width = Math.max(...lines.map((line) => input.measure(line, font)));
    const step = Math.round(size * 1.18);
    const height = step * lines.length;
    const [besideX, besideY] = [width / 2 + CLEAR, height / 2 + CLEAR];
    const offsets: [number, number][] =
      rest.row === null
        ? around.flatMap(([partX, partY]) => {
            const [dx, dy] = [partX * width, partY * height];
            const into = inward({ x: x * fitted + dx, y: y * fitted + dy, width, height }, room);
            // What is seen of the whole map is read whole: from close by the screen's edge is elsewhere.
            return into === 0 || floor > 1
              ? [[dx, dy]]
              : [
                  [dx + into, dy],
                  [dx, dy],
                ];
          })
        : [
            [0, besideY],
            [0, -besideY],
            [besideX, 0],
            [-besideX, 0],
          ];
    const box = { x, y, width, height, floor: floor * fitted, ceiling: ceiling * fitted, offsets };
    const shownTopic = input.shownTopic(rest.topic);
    const tone = shownTopic === null ? null : (input.toneOf(shownTopic) ?? null);
    names.push({
      ...rest,
      shownTopic,
      tone,
      lines,
      font,
      step,
      box,
      place: { ...nowhere },
      shown: 0,
      aside: 0,
      away: [0, 0],
    });
  };
  for (const { topic, rank, floor, ceiling } of named) {
    const style = styles[Math.min(rank, 2) + 1]!;
    const size = Math.max(10.5, sizeOf(topic.size) * style.size);
    const lines = wrapName(topic.name, letters);
    const at = papers.world.fromMap(topic.x, topic.y);
    add(lines, [size, style.weight], { topic: topic.id, row: null }, at, [floor, ceiling]);
    sizes.push(topic.size);
  }
  const { titles, floor } = titlesOf(named, narrow);
  for (const { id, title, topic } of titles) {
    const row = input.rowOf(id);
    if (row === undefined) continue;
    const lines = wrap(shorten(title, TITLE_LENGTH), 30);
    add(lines, [11, 400], { topic, row }, [papers.world.x[row]!, papers.world.y[row]!], [floor, Infinity]);
  }
  const boxes = names.map(({ box }) => box);
  const cost = (i: number, dx: number, dy: number) => {
    const { row, box } = names[i]!;
    if (row !== null) return 0;
    const scale = Math.max(fitted, box.floor);
    const covered = (3 * papersHidden(input.index, scale, box, dx, dy)) / Math.max(1, sizes[i]!);
    if (scale > fitted) return covered;
    const cut = cutOff({ ...box, x: box.x * fitted + dx, y: box.y * fitted + dy }, room);
    return covered + (60 * cut) / box.width;
  };
  const places = placeLabels(boxes, { reference: fitted, gap: 5, cost });
  names.forEach((name, i) => {
    name.place = places[i]!;
  });
  return names.filter(({ place }) => place.from < Infinity);
}

/** What was seen of a name before names were laid anew goes on. */
export function stayAs(name: MapName, before: MapName | undefined): void {
  if (before) Object.assign(name, { shown: before.shown, aside: before.aside, away: before.away });
}

/** Counts the papers that a name hides at a scale. */
function papersHidden(index: PointIndex, scale: number, box: LabelBox, dx: number, dy: number): number {
  const left = box.x + (dx - box.width / 2) / scale;
  const right = left + box.width / scale;
  const top = box.y + (dy - box.height / 2) / scale;
  const bottom = top + box.height / scale;
  const runs = index.runs(left, top, right, bottom);
  let count = 0;
  for (let run = 0; run < runs.length; run += 2) {
    for (let i = runs[run]!; i < runs[run + 1]!; i++) {
      const [x, y] = [index.x[i]!, index.y[i]!];
      if (x >= left && x <= right && y >= top && y <= bottom) count++;
    }
  }
  return count;
}
