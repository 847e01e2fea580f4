/**
 * Lays out the labels of the map: names of super-topics, topics and subtopics, and at a higher zoom titles of papers.
 */
import { scaleSqrt } from 'd3';
import type { MapPapers } from '../scene.ts';
import type { SpatialIndex } from '../spatial-index.ts';
import { chooseTitleLabels, chooseTopicLabels, type LabelLevel } from './label-levels.ts';
import {
  clippedPixels,
  type LabelBox,
  type Placement,
  placeLabels,
  type ReadableArea,
  shiftIntoView,
} from './label-placement.ts';

export interface MapLabel {
  /** The topic that the label names. For the title of a paper it is a topic to which the paper is central. */
  topic: number;
  /** `topic` if it is of the displayed level, else the displayed topic that contains it; null for a super-topic. */
  displayedTopic: number | null;
  /** The row of the paper whose title the label shows; null if the label names a topic. */
  row: number | null;
  lines: string[];
  /** The CSS font, for example `600 12px sans-serif`. */
  font: string;
  /** Pixels from one line to the next. */
  lineHeight: number;
  /** The tone (an index into the palette) of the displayed topic; null for a super-topic. */
  tone: number | null;
  box: LabelBox;
  placement: Placement;
  /** The current opacity, from 0 to 1, while the label fades in or out. */
  opacity: number;
  /** The index of the offset with which the label avoids badges (see `avoidBadges`). */
  offsetIndex: number;
  /** How far the label has moved from its original position to avoid badges, as (x, y) in pixels. */
  shift: readonly [number, number];
}

export interface LabelLayoutInput {
  levels: readonly LabelLevel[];
  /** The number of super-topics, see `chooseTopicLabels`. */
  superTopics: number;
  papers: MapPapers;
  index: SpatialIndex;
  /** The displayed topic that a topic is or belongs to; null for a super-topic. */
  displayedTopic(topic: number): number | null;
  toneOf(displayedTopic: number): number | undefined;
  rowOf(id: string): number | undefined;
  /** The scale of the fitted map, in pixels per world unit. */
  fittedScale: number;
  visibleArea: Omit<ReadableArea, 'narrow'>;
  narrow: boolean;
  measureText(text: string, font: string): number;
}

export const FONT_FAMILY = `-apple-system, 'Segoe UI', Inter, Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif`;

/**
 * Font styles of super-topics, of topics, and of subtopics by depth. Sizes are relative to the font size of a topic
 * with the same number of papers.
 */
const styles = [
  { size: 1.12, weight: 700 },
  { size: 1, weight: 650 },
  { size: 0.88, weight: 600 },
  { size: 0.8, weight: 500 },
] as const;
const MIN_FONT_SIZE = 10.5;
const TITLE_FONT_SIZE = 11;
const TITLE_WEIGHT = 400;
const LINE_HEIGHT = 1.18;

/** Titles of papers are cut to this many characters. */
const MAX_TITLE_LENGTH = 54;
/** Lines of a title have at most this many characters. */
const MAX_TITLE_LINE = 30;
/** Lines of a topic's name have at most this many characters. */
const MAX_LINE = { wide: 20, narrow: 22 };
/** On a phone a line has one character per this many pixels of screen width, so that two labels fit side by side. */
const PIXELS_PER_CHARACTER = 17;

/** Offsets of a topic's label as fractions of its width and height: centered, slightly up or down, then sideways. */
const topicOffsets = [
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
const TITLE_GAP = 11;
/** Pixels kept free between two labels. */
const LABEL_GAP = 5;
/** The cost of a label that hides as many papers as its topic has. Moving a label by its own size costs 1. */
const COVER_COST = 3;
/** The cost of clipping a label by its whole width. Moving a label by its own size costs 1. */
const CLIP_COST = 60;

/** Lays out all labels. Labels for which there is no room at any zoom are left out. */
export function layoutLabels(input: LabelLayoutInput): MapLabel[] {
  const { papers, narrow, fittedScale } = input;
  const area: ReadableArea = { ...input.visibleArea, narrow };
  const maxLine = narrow ? Math.min(MAX_LINE.narrow, Math.floor(area.width / PIXELS_PER_CHARACTER)) : MAX_LINE.wide;
  const topicLabels = chooseTopicLabels(input.levels, input.superTopics, narrow);
  const fontSizeOf = labelFontSize(Math.max(1, ...topicLabels.map(({ topic }) => topic.size)), narrow);
  const labels: MapLabel[] = [];
  /** The number of papers of the topic of each label. Titles, which come after all topics, have no entry. */
  const topicSizes: number[] = [];

  const add = (
    { topic, row }: Pick<MapLabel, 'topic' | 'row'>,
    lines: string[],
    { size, weight }: { size: number; weight: number },
    [x, y]: readonly [number, number],
    [minZoom, maxZoom]: readonly [number, number],
  ) => {
    const font = `${weight} ${Math.round(size * 2) / 2}px ${FONT_FAMILY}`;
    const lineHeight = Math.round(size * LINE_HEIGHT);
    const width = Math.max(...lines.map((line) => input.measureText(line, font)));
    const height = lineHeight * lines.length;
    const offsets = row === null ? offsetsOfTopic(x, y, width, height, minZoom) : offsetsOfTitle(width, height);
    const displayedTopic = input.displayedTopic(topic);
    labels.push({
      topic,
      displayedTopic,
      row,
      lines,
      font,
      lineHeight,
      tone: displayedTopic === null ? null : (input.toneOf(displayedTopic) ?? null),
      box: { x, y, width, height, minScale: minZoom * fittedScale, maxScale: maxZoom * fittedScale, offsets },
      placement: { dx: 0, dy: 0, minScale: Infinity, maxScale: Infinity },
      opacity: 0,
      offsetIndex: 0,
      shift: [0, 0],
    });
  };
  const offsetsOfTopic = (x: number, y: number, width: number, height: number, minZoom: number) =>
    topicOffsets.flatMap(([partX, partY]): [number, number][] => {
      const [dx, dy] = [partX * width, partY * height];
      const inward = shiftIntoView({ x: x * fittedScale + dx, y: y * fittedScale + dy, width, height }, area);
      // Labels that are visible on the whole map should be readable in full. For labels that appear at a higher zoom,
      // it is unknown where the edge of the screen will be.
      if (inward === 0 || minZoom > 1) return [[dx, dy]];
      return [
        [dx + inward, dy],
        [dx, dy],
      ];
    });

  for (const { topic, rank, minZoom, maxZoom } of topicLabels) {
    const { size, weight } = styles[Math.min(rank, 2) + 1];
    const fontSize = Math.max(MIN_FONT_SIZE, fontSizeOf(topic.size) * size);
    const position = papers.world.mapToWorld(topic.x, topic.y);
    const lines = wrapTopicName(topic.name, maxLine);
    add({ topic: topic.id, row: null }, lines, { size: fontSize, weight }, position, [minZoom, maxZoom]);
    topicSizes.push(topic.size);
  }
  const { titles, minZoom: titleZoom } = chooseTitleLabels(topicLabels, narrow);
  for (const { id, title, topic } of titles) {
    const row = input.rowOf(id);
    if (row === undefined) continue;
    const lines = wrapText(truncateTitle(title, MAX_TITLE_LENGTH), MAX_TITLE_LINE);
    const position = [papers.world.x[row], papers.world.y[row]] as const;
    add({ topic, row }, lines, { size: TITLE_FONT_SIZE, weight: TITLE_WEIGHT }, position, [titleZoom, Infinity]);
  }

  const cost = (i: number, dx: number, dy: number) => {
    const { row, box } = labels[i];
    if (row !== null) return 0;
    const scale = Math.max(fittedScale, box.minScale);
    const covered = (COVER_COST * coveredPapers(input.index, scale, box, dx, dy)) / Math.max(1, topicSizes[i]);
    if (scale > fittedScale) return covered;
    const clipped = clippedPixels({ ...box, x: box.x * fittedScale + dx, y: box.y * fittedScale + dy }, area);
    return covered + (CLIP_COST * clipped) / box.width;
  };
  const placements = placeLabels(
    labels.map(({ box }) => box),
    { fittedScale, gap: LABEL_GAP, cost },
  );
  labels.forEach((label, i) => {
    label.placement = placements[i];
  });
  return labels.filter(({ placement }) => placement.minScale < Infinity);
}

/** The offsets of a title from its paper, in pixels: below, above, right and left. */
function offsetsOfTitle(width: number, height: number): [number, number][] {
  const [dx, dy] = [width / 2 + TITLE_GAP, height / 2 + TITLE_GAP];
  return [
    [0, dy],
    [0, -dy],
    [dx, 0],
    [-dx, 0],
  ];
}

/** How many papers a label would hide at a scale, with its center at the offset (dx, dy). */
function coveredPapers(index: SpatialIndex, scale: number, box: LabelBox, dx: number, dy: number): number {
  const left = box.x + (dx - box.width / 2) / scale;
  const right = left + box.width / scale;
  const top = box.y + (dy - box.height / 2) / scale;
  const bottom = top + box.height / scale;
  const ranges = index.rangesInBox(left, top, right, bottom);
  let count = 0;
  for (let range = 0; range < ranges.length; range += 2) {
    for (let i = ranges[range]; i < ranges[range + 1]; i++) {
      const [x, y] = [index.x[i], index.y[i]];
      if (x >= left && x <= right && y >= top && y <= bottom) count++;
    }
  }
  return count;
}

/** Copies the state of the animation from the same label of the previous layout, so that it does not fade in again. */
export function copyAnimationState(label: MapLabel, previous: MapLabel | undefined): void {
  if (!previous) return;
  const { opacity, offsetIndex, shift } = previous;
  Object.assign(label, { opacity, offsetIndex, shift });
}

/** Creates a scale from a topic's number of papers to the font size of its label, in CSS pixels. */
function labelFontSize(largestTopic: number, narrow: boolean): (papers: number) => number {
  return scaleSqrt()
    .domain([0, Math.max(largestTopic, 1)])
    .range(narrow ? [10.5, 12] : [11.5, 16])
    .clamp(true);
}

/**
 * Splits a topic's name into lines. In a long name every term starts a new line; terms are separated by middle dots.
 */
export function wrapTopicName(name: string, maxLength: number): string[] {
  if (name.length <= maxLength) return [name];
  return name.split(' · ').flatMap((term) => wrapText(term, maxLength));
}

/** Wraps a text into as few lines as possible, of about the same length. */
export function wrapText(text: string, maxLength: number): string[] {
  const words = text.split(/\s+/).filter(Boolean);
  let best = wrapGreedily(words, maxLength);
  for (let length = maxLength - 1; length > 0; length--) {
    const lines = wrapGreedily(words, length);
    if (lines.length > best.length) break;
    best = lines;
  }
  return best;
}

function wrapGreedily(words: readonly string[], maxLength: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= maxLength) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Cuts a title to at most `maxLength` characters, including an ellipsis, at the end of a word if one is near. */
export function truncateTitle(title: string, maxLength: number): string {
  if (title.length <= maxLength) return title;
  const cut = title.slice(0, maxLength - 1);
  const space = cut.lastIndexOf(' ');
  return `${cut.slice(0, space > maxLength * 0.6 ? space : undefined).replace(/[\s,:;.-]+$/, '')}…`;
}
