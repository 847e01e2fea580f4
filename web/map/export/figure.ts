import type { Contour } from '../canvas/background.ts';
import type { RenderedStyle } from '../canvas/renderer.ts';
import { DIMMED_LABEL_OPACITY } from '../labels/draw-labels.ts';
import { HIDDEN } from '../labels/label-collision.ts';
import type { MapLabel } from '../labels/label-layout.ts';
import { isVisibleAt } from '../labels/label-placement.ts';
import type { Camera } from '../map.ts';
import type { Scene } from '../scene.ts';

/** At most so many letters of a text, one that is read as a letter never cut in two. */
export function truncate(text: string, most: number): string {
  const letters = Array.from(text);
  return letters.length <= most
    ? text
    : `${letters
        .slice(0, Math.max(1, most - 1))
        .join('')
        .trimEnd()}…`;
}

/** What is seen of the map as plain shapes, of which both kinds of file are made: pure. */

/** Papers drawn alike: of one color, and as strong. */
export interface PointGroup {
  name: string;
  color: string;
  /** 0–1. */
  opacity: number;
  radius: number;
  /** x and y by turns. */
  coordinates: number[];
}

/** Where papers crowd: the lowest height first, each its closed rings, x and y by turns. */
export interface FigureContours {
  levels: number[][][];
  color: string;
  /** 0–1. */
  fill: number;
  line: number;
}

export interface FigureLabel {
  lines: readonly string[];
  x: number;
  y: number;
  /** Pixels from one line to the next, and of the letters. */
  lineHeight: number;
  fontSize: number;
  weight: number;
  color: string;
  opacity: number;
}

/** In CSS pixels from the upper left. */
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
  /** The first hits: a number each, the first one last, on top. */
  badges: { x: number; y: number; text: string }[];
  legend: { name: string; color: string; papers: number }[];
  /** The line under the legend: what this is. */
  caption: string;
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
  /** What color each paper has, by row: the number of an entry. */
  legendIndex: ArrayLike<number>;
  /** What the colors mean, as the legend of the page tells them. */
  legend: readonly { name: string; color: string }[];
  /** The legend is in the order of the entries; else those of most papers stand first. */
  isLegendOrdered: boolean;
  labelColor(name: MapLabel): string;
  /** As `rgb(…)`. */
  background: string;
  ink: string;
}

const STRENGTHS = { dim: 0.2, plain: 0.9, lit: 1 } as const;
type Strength = keyof typeof STRENGTHS;
/** As many papers that stand out are drawn larger: more would hide each other. */
const ENLARGED = 12_000;
/** As many entries the legend has. */
const NAMED = 15;

/** How strongly each paper is drawn. */
function strengthsOf({ highlighted: lit, matched: found, excludedByDate: outside, excludedByLegend: uncolored }: Scene, papers: number): (row: number) => Strength {
  const isLit = lit === null ? null : new Uint8Array(papers);
  if (isLit) for (const row of lit!) isLit[row] = 1;
  return (row) => {
    if (outside?.[row] === 1 || uncolored?.[row] === 1) return 'dim';
    if (isLit === null) return 'plain';
    return isLit[row] === 1 ? 'lit' : found?.[row] === 1 ? 'plain' : 'dim';
  };
}

export function createFigure(input: FigureInput): Figure {
  const { camera, scene, positions: places, prominentTopics: strong, legendIndex: entryOf, legend: entries, radii } = input;
  const { transform, viewport: frame } = camera;
  const { inset } = frame;
  const width = Math.round(frame.width - inset.left - inset.right);
  const height = Math.round(frame.height - inset.top - inset.bottom);
  const toX = (x: number) => x * transform.k + transform.x - inset.left;
  const toY = (y: number) => y * transform.k + transform.y - inset.top;
  const isInside = (x: number, y: number, room: number) =>
    x > -room && y > -room && x < width + room && y < height + room;

  const isFew = scene.highlighted !== null && scene.highlighted.length <= ENLARGED;
  const strengthOf = strengthsOf(scene, places.x.length);
  const groups = new Map<string, PointGroup & { entry: number; strength: Strength }>();
  for (let row = 0; row < places.x.length; row++) {
    const [x, y] = [toX(places.x[row]!), toY(places.y[row]!)];
    if (!isInside(x, y, radii.highlighted)) continue;
    const strength = strengthOf(row);
    const entry = entryOf[row]!;
    const key = `${strength}/${entry}`;
    let group = groups.get(key);
    if (!group) {
      const radius = strength === 'dim' ? radii.base : strength === 'lit' && isFew ? radii.highlighted : radii.normal;
      group = { ...entries[entry]!, entry, strength, opacity: STRENGTHS[strength], radius, coordinates: [] };
      groups.set(key, group);
    }
    group.coordinates.push(x, y);
  }
  const order: readonly Strength[] = ['dim', 'plain', 'lit'];
  const ordered = [...groups.values()].sort(
    (a, b) => order.indexOf(a.strength) - order.indexOf(b.strength) || a.entry - b.entry,
  );

  const seen = new Map<number, number>();
  const speaking = ordered.some(({ strength }) => strength !== 'dim')
    ? ordered.filter((g) => g.strength !== 'dim')
    : ordered;
  for (const group of speaking) seen.set(group.entry, (seen.get(group.entry) ?? 0) + group.coordinates.length / 2);
  const legend = [...seen]
    .sort(([one, a], [other, b]) => (input.isLegendOrdered ? one - other : b - a))
    .slice(0, NAMED)
    .map(([entry, papers]) => ({ ...entries[entry]!, papers }));

  const names = input.labels.flatMap((name): FigureLabel[] => {
    const { box, placement: place, font, shift: away } = name;
    const [x, y] = [toX(box.x) + place.dx + away[0], toY(box.y) + place.dy + away[1]];
    if (!isVisibleAt(place, transform.k) || name.offsetIndex === HIDDEN || !isInside(x, y, 0)) return [];
    const [, weight = '400', size = '12'] = /^(\d+) ([\d.]+)px/.exec(font) ?? [];
    const look = { size: Number(size), weight: Number(weight), color: input.labelColor(name) };
    const weak = strong !== null && name.displayedTopic !== null && !strong.has(name.displayedTopic);
    return [{ lines: name.lines, x, y, lineHeight: name.lineHeight, ...look, opacity: weak ? DIMMED_LABEL_OPACITY : name.row === null ? 1 : 0.85 }];
  });
  const numbers = scene.numbered.map((row, i) => ({
    x: toX(places.x[row]!),
    y: toY(places.y[row]!),
    text: String(i + 1),
  }));
  const heights = input.contours.map((rings) =>
    rings.map((ring) => ring.map((at, i) => (i % 2 === 0 ? toX(at) : toY(at)))),
  );
  const contours = { ...input.contourStyle, heights };
  const { title, caption: about, background: ground, ink } = input;
  const quiet = mixColors(ink, ground);
  const seenNumbers = numbers.filter(({ x, y }) => isInside(x, y, 0)).reverse();
  return {
    title,
    caption: about,
    width,
    height,
    background: ground,
    ink,
    secondaryInk: quiet,
    contours,
    groups: ordered,
    labels: names,
    badges: seenNumbers,
    legend,
  };
}

/** A color a third of the way from one to another, both as `rgb(…)`. */
export function mixColors(from: string, to: string): string {
  const [a, b] = [from, to].map((color) => (color.match(/[\d.]+/g) ?? []).map(Number));
  return `rgb(${[0, 1, 2].map((i) => Math.round(((a![i] ?? 0) * 2 + (b![i] ?? 0)) / 3)).join(', ')})`;
}

/** Where the legend's entries stand, under the map: in columns, a line about the whole below. */
export function layoutLegend({ legend, width, height }: Pick<Figure, 'legend' | 'width' | 'height'>) {
  const columns = Math.max(1, Math.floor((width - 32) / 250));
  const rows = Math.ceil(legend.length / columns);
  const wide = (width - 32) / columns;
  const top = height + 26;
  return {
    entries: legend.map((_, i) => ({ x: 24 + wide * Math.floor(i / rows), y: top + 22 * (i % rows) })),
    /** Letters that fit beside the dot. */
    letters: Math.floor((wide - 76) / 6.4),
    about: { x: 16, y: top + 22 * rows + 14 },
    height: top + 22 * rows + 30,
  };
}

export const FONT_FAMILY = "-apple-system, 'Segoe UI', Inter, Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif";
export const BADGE_RADIUS = 8.5;
