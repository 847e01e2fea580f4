/** The visible part of the map as plain shapes, from which the PNG and the SVG are drawn. Pure. */
import type { Contour } from '../canvas/density-background.ts';
import { BADGE_RADIUS } from '../canvas/marks.ts';
import { sizedRadius } from '../canvas/point-sizes.ts';
import { MAX_ENLARGED_PAPERS } from '../canvas/point-styles.ts';
import type { RenderedStyle } from '../canvas/renderer.ts';
import { HIDDEN_OFFSET_INDEX } from '../labels/avoid-obstacles.ts';
import { DIMMED_LABEL_OPACITY, TITLE_LABEL_OPACITY } from '../labels/draw-labels.ts';
import { FONT_FAMILY, type MapLabel } from '../labels/label-layout.ts';
import { isVisibleAt } from '../labels/label-placement.ts';
import type { Camera } from '../map.ts';
import type { Scene } from '../scene.ts';

/** Papers that are drawn in the same way. Opacity is from 0 to 1, the radius in CSS pixels. */
export interface PointGroup {
  name: string;
  color: string;
  opacity: number;
  radius: number;
  /** Positions of the papers, as alternating x and y. */
  coordinates: number[];
}

export interface FigureContours {
  /** One entry per density level, the lowest first. A level consists of closed rings of alternating x and y. */
  levels: number[][][];
  color: string;
  /** Opacity of the area inside a contour, from 0 to 1. */
  fill: number;
  /** Opacity of the contour lines, from 0 to 1. */
  line: number;
}

export interface FigureLabel {
  lines: readonly string[];
  /** The center of the label. */
  x: number;
  y: number;
  lineHeight: number;
  fontSize: number;
  weight: number;
  color: string;
  opacity: number;
}

/** A figure as plain shapes. Lengths and positions are in CSS pixels from the upper left corner. */
export interface Figure {
  title: string;
  width: number;
  height: number;
  background: string;
  ink: string;
  secondaryInk: string;
  contours: FigureContours;
  groups: PointGroup[];
  labels: FigureLabel[];
  /** Numbered badges of search results in drawing order: number 1 is at the end, so that it is on top. */
  badges: { x: number; y: number; text: string }[];
  badgeRadius: number;
  /** Legend entries below the map. x and y are the center of an entry's colored dot. */
  legend: { x: number; y: number; name: string; color: string; papers: number }[];
  /** The line below the legend. */
  caption: { x: number; y: number; text: string };
  /** Height of map, legend and caption together. */
  totalHeight: number;
  fontFamily: string;
}

export interface FigureInput extends RenderedStyle {
  title: string;
  caption: string;
  camera: Camera;
  scene: Scene;
  labels: readonly MapLabel[];
  contours: readonly Contour[];
  contourStyle: { color: string; fill: number; line: number };
  positions: { x: Float32Array; y: Float32Array };
  /** The legend entry of each paper, as an index into `legend`. */
  legendIndex: ArrayLike<number>;
  legend: readonly { name: string; color: string }[];
  /** Whether legend entries keep their order. Otherwise they are sorted by number of papers, the largest first. */
  isLegendOrdered: boolean;
  labelColor(label: MapLabel): string;
  /** The background color, as `rgb(…)`. */
  background: string;
  /** The text color, as `rgb(…)`. */
  ink: string;
}

const OPACITIES = { dimmed: 0.2, normal: 0.9, highlighted: 1 } as const;
type Emphasis = keyof typeof OPACITIES;
const emphasisOrder: readonly Emphasis[] = ['dimmed', 'normal', 'highlighted'];
const MAX_LEGEND_ENTRIES = 15;

export function createFigure(input: FigureInput): Figure {
  const { camera, scene, positions, prominentTopics, background, ink } = input;
  const { k, x: offsetX, y: offsetY } = camera.transform;
  const { inset, width: fullWidth, height: fullHeight } = camera.viewport;
  const width = Math.round(fullWidth - inset.left - inset.right);
  const height = Math.round(fullHeight - inset.top - inset.bottom);
  const toX = (x: number) => x * k + offsetX - inset.left;
  const toY = (y: number) => y * k + offsetY - inset.top;
  const isInside = (x: number, y: number, margin: number) =>
    x > -margin && y > -margin && x < width + margin && y < height + margin;

  const groups = groupPoints(input, toX, toY, isInside);
  const labels = input.labels.flatMap((label): FigureLabel[] => {
    const { box, placement, font, shift, displayedTopic } = label;
    const [x, y] = [toX(box.x) + placement.dx + shift[0], toY(box.y) + placement.dy + shift[1]];
    if (!isVisibleAt(placement, k) || label.offsetIndex === HIDDEN_OFFSET_INDEX || !isInside(x, y, 0)) return [];
    const [, weight = '400', fontSize = '12'] = /^(\d+) ([\d.]+)px/.exec(font) ?? [];
    const isDimmed = prominentTopics !== null && displayedTopic !== null && !prominentTopics.has(displayedTopic);
    return [
      {
        lines: label.lines,
        x,
        y,
        lineHeight: label.lineHeight,
        fontSize: Number(fontSize),
        weight: Number(weight),
        color: input.labelColor(label),
        opacity: isDimmed ? DIMMED_LABEL_OPACITY : label.row === null ? 1 : TITLE_LABEL_OPACITY,
      },
    ];
  });
  const badges = scene.numbered
    .map((row, i) => ({ x: toX(positions.x[row]), y: toY(positions.y[row]), text: String(i + 1) }))
    .filter(({ x, y }) => isInside(x, y, 0))
    .reverse();
  const levels = input.contours.map((rings) =>
    rings.map((ring) => ring.map((value, i) => (i % 2 === 0 ? toX(value) : toY(value)))),
  );
  const legend = countLegend(groups, input);
  const layout = layoutLegend(legend.length, width, height);
  return {
    title: input.title,
    width,
    height,
    background,
    ink,
    secondaryInk: mixColors(ink, background),
    contours: { ...input.contourStyle, levels },
    groups,
    labels,
    badges,
    badgeRadius: BADGE_RADIUS,
    legend: legend.map(({ name, ...entry }, i) => ({
      ...entry,
      ...layout.entries[i],
      name: truncate(name, layout.maxCharacters),
    })),
    caption: { ...layout.caption, text: input.caption },
    totalHeight: layout.totalHeight,
    fontFamily: FONT_FAMILY,
  };
}

type KeyedGroup = PointGroup & { entry: number; emphasis: Emphasis };

/**
 * Groups the visible papers by emphasis, legend entry and size. Dimmed groups come first, so that the others are drawn
 * over them, and large papers before small ones.
 */
function groupPoints(
  { scene, positions, legendIndex, legend, radii, sizes }: FigureInput,
  toX: (x: number) => number,
  toY: (y: number) => number,
  isInside: (x: number, y: number, margin: number) => boolean,
): KeyedGroup[] {
  const areEnlarged = scene.highlighted !== null && scene.highlighted.length <= MAX_ENLARGED_PAPERS;
  const emphasisOfRow = rowEmphasis(scene, positions.x.length);
  const groups = new Map<string, KeyedGroup>();
  for (let row = 0; row < positions.x.length; row++) {
    const [x, y] = [toX(positions.x[row]), toY(positions.y[row])];
    const level = sizes?.level[row] ?? 0;
    if (!isInside(x, y, sizedRadius(sizes, level, radii.highlighted))) continue;
    const emphasis = emphasisOfRow(row);
    const entry = legendIndex[row];
    const key = `${emphasis}/${entry}/${level}`;
    let group = groups.get(key);
    if (!group) {
      const isEnlarged = emphasis === 'highlighted' && areEnlarged;
      const normal = emphasis === 'dimmed' ? radii.base : isEnlarged ? radii.highlighted : radii.normal;
      const radius = sizedRadius(sizes, level, normal);
      group = { ...legend[entry], entry, emphasis, opacity: OPACITIES[emphasis], radius, coordinates: [] };
      groups.set(key, group);
    }
    group.coordinates.push(x, y);
  }
  const rank = ({ emphasis }: KeyedGroup) => emphasisOrder.indexOf(emphasis);
  return [...groups.values()].sort((a, b) => rank(a) - rank(b) || b.radius - a.radius || a.entry - b.entry);
}

function rowEmphasis(
  { highlighted, matched, excludedByDate, excludedByLegend }: Scene,
  papers: number,
): (row: number) => Emphasis {
  const isHighlighted = highlighted && new Uint8Array(papers);
  if (highlighted && isHighlighted) for (const row of highlighted) isHighlighted[row] = 1;
  return (row) => {
    if (excludedByDate?.[row] === 1 || excludedByLegend?.[row] === 1) return 'dimmed';
    if (isHighlighted === null) return 'normal';
    return isHighlighted[row] === 1 ? 'highlighted' : matched?.[row] === 1 ? 'normal' : 'dimmed';
  };
}

/**
 * The legend entries of papers that are not dimmed, with their numbers of papers. If all papers are dimmed, all count.
 */
function countLegend(groups: readonly KeyedGroup[], { legend, isLegendOrdered }: FigureInput) {
  const emphasized = groups.filter(({ emphasis }) => emphasis !== 'dimmed');
  const counts = new Map<number, number>();
  for (const { entry, coordinates } of emphasized.length > 0 ? emphasized : groups) {
    counts.set(entry, (counts.get(entry) ?? 0) + coordinates.length / 2);
  }
  return [...counts]
    .sort(([entryA, papersA], [entryB, papersB]) => (isLegendOrdered ? entryA - entryB : papersB - papersA))
    .slice(0, MAX_LEGEND_ENTRIES)
    .map(([entry, papers]) => ({ ...legend[entry], papers }));
}

/** Mixes two parts of color `from` with one part of color `to`. All three colors have the form `rgb(…)`. */
export function mixColors(from: string, to: string): string {
  const [a, b] = [from, to].map((color) => (color.match(/[\d.]+/g) ?? []).map(Number));
  return `rgb(${[0, 1, 2].map((i) => Math.round(((a[i] ?? 0) * 2 + (b[i] ?? 0)) / 3)).join(', ')})`;
}

/** Positions of the legend's entries, in columns below the map, and of the caption below them, in CSS pixels. */
export function layoutLegend(entries: number, width: number, height: number) {
  const columns = Math.max(1, Math.floor((width - 32) / 250));
  const rows = Math.ceil(entries / columns);
  const columnWidth = (width - 32) / columns;
  const top = height + 26;
  return {
    entries: Array.from({ length: entries }, (_, i) => ({
      x: 24 + columnWidth * Math.floor(i / rows),
      y: top + 22 * (i % rows),
    })),
    /** How many characters of a name fit beside its dot. */
    maxCharacters: Math.floor((columnWidth - 76) / 6.4),
    caption: { x: 16, y: top + 22 * rows + 14 },
    totalHeight: top + 22 * rows + 30,
  };
}

/** Cuts a text to at most `maxCharacters` characters, including an ellipsis. Surrogate pairs are not split. */
export function truncate(text: string, maxCharacters: number): string {
  const characters = Array.from(text);
  if (characters.length <= maxCharacters) return text;
  const kept = characters.slice(0, Math.max(1, maxCharacters - 1)).join('');
  return `${kept.trimEnd()}…`;
}
