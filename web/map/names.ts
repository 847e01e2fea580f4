/** Names on the map: of topics, and from close by of the papers at each topic's centre. */
import type { TopicAnswer } from '../../server/contract.ts';
import { type LabelBox, type Placement, placeLabels } from './labels.ts';
import { shorten, wrap, wrapName } from './name-lines.ts';
import type { PointIndex } from './point-index.ts';
import { nameSize } from './scales.ts';
import type { Papers } from './scene.ts';

export interface MapName {
  /** The topic it names or, for a paper's title, belongs to. */
  topic: number;
  /** The paper whose title it is; null for a topic's name. */
  row: number | null;
  lines: string[];
  font: string;
  /** Pixels from one line to the next. */
  step: number;
  tone: number;
  box: LabelBox;
  place: Placement;
  /** How far it has faded in, 0–1. */
  shown: number;
}

const family = `-apple-system, 'Segoe UI', Inter, Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif`;
/** A paper's title is shown when the map is this many times larger than fitted. */
const TITLE_ZOOM = 2.2;
const TITLE_LENGTH = 54;

/** Offsets of a topic's name as parts of its size: in place, a little up or down, then aside. */
const around = [
  [0, 0],
  [0, -0.55],
  [0, 0.55],
  [0, -1.05],
  [0, 1.05],
  [-0.4, 0],
  [0.4, 0],
  [-0.4, -0.8],
  [0.4, -0.8],
  [-0.4, 0.8],
  [0.4, 0.8],
] as const;
/** Pixels from a paper to its title. */
const CLEAR = 11;

export interface NamesInput {
  topics: readonly TopicAnswer[];
  tones: ReadonlyMap<number, number>;
  papers: Papers;
  index: PointIndex;
  rowOf(id: string): number | undefined;
  /** The scale of the fitted map, in pixels per world unit. */
  fitted: number;
  /** The part of the canvas that is not covered, in pixels. */
  open: { width: number; height: number };
  narrow: boolean;
  measure(text: string, font: string): number;
}

export function layNames(input: NamesInput): MapName[] {
  const { topics, tones, papers, narrow } = input;
  const sizeOf = nameSize(Math.max(1, ...topics.map((topic) => topic.size)), narrow);
  const names: MapName[] = [];
  const add = (
    text: string[],
    size: number,
    weight: number,
    rest: Pick<MapName, 'topic' | 'row' | 'tone'>,
    at: [number, number],
    floor: number,
  ) => {
    const font = `${weight} ${Math.round(size * 2) / 2}px ${family}`;
    const width = Math.max(...text.map((line) => input.measure(line, font)));
    const step = Math.round(size * 1.18);
    const height = step * text.length;
    const [besideX, besideY] = [width / 2 + CLEAR, height / 2 + CLEAR];
    const offsets: [number, number][] =
      rest.row === null
        ? around.map(([partX, partY]) => [partX * width, partY * height])
        : [
            [0, besideY],
            [0, -besideY],
            [besideX, 0],
            [-besideX, 0],
          ];
    const box = { x: at[0], y: at[1], width, height, floor, offsets };
    names.push({ ...rest, lines: text, font, step, box, place: { dx: 0, dy: 0, from: Infinity }, shown: 0 });
  };
  for (const topic of [...topics].sort((a, b) => b.size - a.size)) {
    const tone = tones.get(topic.id) ?? 0;
    const at = papers.world.fromMap(topic.x, topic.y);
    add(wrapName(topic.name, narrow ? 16 : 20), sizeOf(topic.size), 650, { topic: topic.id, row: null, tone }, at, 0);
  }
  for (const topic of topics) {
    for (const paper of topic.central) {
      const row = input.rowOf(paper.id);
      if (row === undefined) continue;
      const at: [number, number] = [papers.world.x[row]!, papers.world.y[row]!];
      const lines = wrap(shorten(paper.title, TITLE_LENGTH), 30);
      add(lines, 11, 400, { topic: topic.id, row, tone: tones.get(topic.id) ?? 0 }, at, input.fitted * TITLE_ZOOM);
    }
  }
  const boxes = names.map(({ box }) => box);
  const hidden = papersHidden(input.index, input.fitted);
  const cost = (i: number, dx: number, dy: number) => {
    const { row, topic, box } = names[i]!;
    if (row !== null) return 0;
    const over = (at: number, half: number, room: number) =>
      Math.max(0, Math.abs(at * input.fitted) + half + 6 - room / 2);
    const cut = over(box.x + dx / input.fitted, box.width / 2, input.open.width) / box.width;
    return (3 * hidden(box, dx, dy)) / papers.rowsOf(topic).length + 10 * cut;
  };
  const places = placeLabels(boxes, { reference: input.fitted, gap: 5, cost });
  names.forEach((name, i) => {
    name.place = places[i]!;
  });
  return names;
}

/** Counts the papers that a name hides on the fitted map. */
function papersHidden(index: PointIndex, scale: number) {
  return ({ x, y, width, height }: LabelBox, dx: number, dy: number): number => {
    const left = x + (dx - width / 2) / scale;
    const right = left + width / scale;
    const top = y + (dy - height / 2) / scale;
    const bottom = top + height / scale;
    const runs = index.runs(left, top, right, bottom);
    let count = 0;
    for (let run = 0; run < runs.length; run += 2) {
      for (let i = runs[run]!; i < runs[run + 1]!; i++) {
        const [atX, atY] = [index.x[i]!, index.y[i]!];
        if (atX >= left && atX <= right && atY >= top && atY <= bottom) count++;
      }
    }
    return count;
  };
}
