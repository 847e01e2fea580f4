/**
 * The selection as data: the papers in a region of the map, and how another part changes the region. Pure, and fast
 * enough to follow the pointer over a million papers. Masks have one byte per paper, by row: 1 or 0.
 */
import {
  escapePaperId,
  type MapArea,
  type RegionOperation,
  type RegionPart,
  type RegionSubject,
} from '../../pipeline/core/query/region.ts';
import type { MapData } from '../app/map-data.ts';
import type { State } from '../app/page-state.ts';
import { maskOutsideDayRange } from '../dates/date-bins.ts';
import { parseDateRange } from '../dates/days.ts';
import { excludedByLegend } from '../map/color/coloring.ts';
import { createColoring } from '../map/color/create-coloring.ts';

/** How a newly drawn area changes the selection. */
export type SelectionMode = RegionOperation | 'replace';

/** Coordinates of points. Entry i of both columns is the same point. Areas and points have the same unit. */
export interface Positions {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** The papers and topics against which a region is evaluated. */
export interface RegionContext {
  /** The positions of the papers, by row, in map units. */
  positions: Positions;
  /** The deepest topic of each paper, by row; −1 for none. */
  leafTopic: Int32Array;
  /** Whether a leaf topic is the topic itself or one of its subtopics. */
  isWithin(leaf: number, topic: number): boolean;
  rowOf(id: string): number | undefined;
}

export function createRegionContext({
  columns,
  isWithin,
  rowOf,
}: Pick<MapData, 'columns' | 'isWithin' | 'rowOf'>): RegionContext {
  return { positions: columns, leafTopic: columns.leafTopic, isWithin, rowOf };
}

export interface Selection {
  mask: Uint8Array;
  /** The selected rows, in ascending order. */
  rows: Uint32Array;
  /** How many ids of the region are not in this snapshot. */
  missing: number;
}

/** Evaluates the parts of a region from left to right, starting with no papers. Unknown ids match nothing. */
export function evaluateRegion(parts: readonly RegionPart[], context: RegionContext): Selection {
  const mask = new Uint8Array(context.leafTopic.length);
  let missing = 0;
  for (const { operation, subject } of parts) {
    combineMasks(mask, maskOf(subject, context), operation);
    if (subject.kind === 'papers') missing += subject.ids.filter((id) => context.rowOf(id) === undefined).length;
  }
  return { mask, rows: rowsOfMask(mask), missing };
}

function maskOf(subject: RegionSubject, { positions, leafTopic, isWithin, rowOf }: RegionContext): Uint8Array {
  if (subject.kind === 'rectangle' || subject.kind === 'lasso') return pointsInArea(positions, subject);
  const mask = new Uint8Array(leafTopic.length);
  if (subject.kind === 'papers') {
    for (const id of subject.ids) {
      const row = rowOf(id);
      if (row !== undefined) mask[row] = 1;
    }
    return mask;
  }
  const isLeafWithin = new Map<number, number>();
  leafTopic.forEach((leaf, row) => {
    let value = isLeafWithin.get(leaf);
    if (value === undefined) {
      value = leaf >= 0 && isWithin(leaf, subject.topic) ? 1 : 0;
      isLeafWithin.set(leaf, value);
    }
    mask[row] = value;
  });
  return mask;
}

/** Replaces `mask` by its union ('add'), difference ('remove') or intersection ('intersect') with another mask. */
export function combineMasks(mask: Uint8Array, other: Uint8Array, operation: RegionOperation): void {
  for (let i = 0; i < mask.length; i++) {
    if (operation === 'add') mask[i] |= other[i];
    else if (operation === 'remove') mask[i] &= other[i] ^ 1;
    else mask[i] &= other[i];
  }
}

/** The rows whose value in a mask is 1, in ascending order. */
export function rowsOfMask(mask: Uint8Array): Uint32Array {
  let count = 0;
  for (let i = 0; i < mask.length; i++) count += mask[i];
  const rows = new Uint32Array(count);
  for (let i = 0, to = 0; i < mask.length; i++) if (mask[i]) rows[to++] = i;
  return rows;
}

/** Masks of the papers that the map's date and color filters exclude: one mask for each filter that is set. */
export function exclusionMasks({ dates, color, colorFilter }: State, mapData: MapData): Uint8Array[] {
  const range = parseDateRange(dates);
  const masks = [
    range && maskOutsideDayRange(mapData.columns.date, range),
    colorFilter === '' ? null : excludedByLegend(createColoring(color, mapData), colorFilter.split(',')),
  ];
  return masks.filter((mask) => mask !== null);
}

/**
 * Creates a function that counts the papers that would be selected if an area were added to the selection, removed from
 * it, intersected with it, or replaced it.
 *
 * @param selected the mask of the selection so far
 * @param exclusions as `exclusionMasks` returns them: excluded papers are not counted
 */
export function createSelectionCounter(
  positions: Positions,
  selected: Uint8Array,
  exclusions: readonly Uint8Array[],
): (area: MapArea, mode: SelectionMode) => number {
  const included = new Uint8Array(selected.length).fill(1);
  for (const mask of exclusions) combineMasks(included, mask, 'remove');
  const before = selected.map((value, row) => value & included[row]);
  return (area, mode) => {
    const inside = pointsInArea(positions, area);
    let [inArea, inSelection, inBoth] = [0, 0, 0];
    for (let row = 0; row < inside.length; row++) {
      inArea += inside[row] & included[row];
      inSelection += before[row];
      inBoth += inside[row] & before[row];
    }
    if (mode === 'add') return inSelection + inArea - inBoth;
    if (mode === 'remove') return inSelection - inBoth;
    return mode === 'intersect' ? inBoth : inArea;
  };
}

/**
 * Adds a part to a region. 'replace' starts a new region. In an empty region the operation of the part is always 'add'.
 */
export function addRegionPart(parts: readonly RegionPart[], mode: SelectionMode, subject: RegionSubject): RegionPart[] {
  if (mode === 'replace' || parts.length === 0) return [{ operation: 'add', subject }];
  return [...parts, { operation: mode, subject }];
}

/**
 * Maximum number of characters that ids may take in an address: some servers and chat programs cut longer addresses
 * off.
 */
const MAX_ID_CHARACTERS = 4000;

/** As many ids as fit into an address, from the first one on. */
export function takeIdsFittingInAddress(ids: readonly string[]): string[] {
  let characters = 0;
  return ids.filter((id) => {
    characters += encodeURIComponent(escapePaperId(id)).length + 1;
    return characters <= MAX_ID_CHARACTERS;
  });
}

/** The mask of the points in an area. */
export function pointsInArea(positions: Positions, { kind, points }: MapArea): Uint8Array {
  return kind === 'rectangle' ? pointsInRectangle(positions, points) : pointsInPolygon(positions, points);
}

/** The mask of the points in a rectangle. Points on the border are inside. */
function pointsInRectangle({ x, y }: Positions, points: readonly number[]): Uint8Array {
  const { left, right, top, bottom } = boundsOf(points);
  const mask = new Uint8Array(x.length);
  for (let i = 0; i < mask.length; i++) {
    if (x[i] >= left && x[i] <= right && y[i] >= top && y[i] <= bottom) mask[i] = 1;
  }
  return mask;
}

/** Horizontal bands that a polygon's edges are sorted into: a point is tested only against the edges in its band. */
const BANDS = 128;

/**
 * The mask of the points in a polygon by the even-odd rule: a ray from an inner point to the right crosses the border
 * an odd number of times (Shimrat 1962, CACM algorithm 112, as corrected by Hacker). If a lasso crosses itself, a part
 * that it encloses twice is outside.
 */
function pointsInPolygon({ x, y }: Positions, points: readonly number[]): Uint8Array {
  const { left, right, top, bottom } = boundsOf(points);
  const mask = new Uint8Array(x.length);
  const height = bottom - top;
  if (!(height > 0)) return mask;
  const bandOf = (value: number) => Math.min(BANDS - 1, Math.floor(((value - top) / height) * BANDS));
  const edges = edgesByBand(points, bandOf);
  for (let i = 0; i < mask.length; i++) {
    const py = y[i];
    if (py < top || py > bottom) continue;
    const px = x[i];
    if (px < left || px > right) continue;
    const band = edges[bandOf(py)];
    let inside = 0;
    for (let e = 0; e < band.length; e += 4) {
      const y0 = band[e];
      if (y0 > py !== band[e + 1] > py && px < band[e + 2] + (py - y0) * band[e + 3]) inside ^= 1;
    }
    mask[i] = inside;
  }
  return mask;
}

/**
 * For each band, the polygon edges that reach into it, as four numbers each: y of both ends, x of the first end, and
 * dx/dy.
 */
function edgesByBand(points: readonly number[], bandOf: (y: number) => number): Float64Array[] {
  const bands: number[][] = Array.from({ length: BANDS }, () => []);
  for (let i = 0; i < points.length; i += 2) {
    const j = (i + 2) % points.length;
    const [x0, y0, x1, y1] = [points[i], points[i + 1], points[j], points[j + 1]];
    // A horizontal ray never crosses a horizontal edge.
    if (y0 === y1) continue;
    const last = bandOf(Math.max(y0, y1));
    const slope = (x1 - x0) / (y1 - y0);
    for (let band = bandOf(Math.min(y0, y1)); band <= last; band++) bands[band].push(y0, y1, x0, slope);
  }
  return bands.map((band) => Float64Array.from(band));
}

function boundsOf(points: readonly number[]) {
  const bounds = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (let i = 0; i < points.length; i += 2) {
    bounds.left = Math.min(bounds.left, points[i]);
    bounds.right = Math.max(bounds.right, points[i]);
    bounds.top = Math.min(bounds.top, points[i + 1]);
    bounds.bottom = Math.max(bounds.bottom, points[i + 1]);
  }
  return bounds;
}
