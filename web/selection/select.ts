import type { Atlas } from '../app/map-data.ts';
import type { Area, Operation, Part, Subject } from './region-parts.ts';

/** Which points lie in an area: pure loops over typed arrays, fast enough to follow a hand over a million papers. */

/** Entry i of both columns is the same point; areas and points have one unit. */
export interface Places {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

interface Bounds {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Of what a lasso spans from top to bottom: an edge is looked at only by the points of its bands. */
const BANDS = 128;

function boundsOf(points: readonly number[]): Bounds {
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (let i = 0; i < points.length; i += 2) {
    box.left = Math.min(box.left, points[i]!);
    box.right = Math.max(box.right, points[i]!);
    box.top = Math.min(box.top, points[i + 1]!);
    box.bottom = Math.max(box.bottom, points[i + 1]!);
  }
  return box;
}

/** @returns 1 for each point inside or on the rim, else 0 */
function inRectangle({ x, y }: Places, points: readonly number[]): Uint8Array {
  const { left, right, top, bottom } = boundsOf(points);
  const mask = new Uint8Array(x.length);
  for (let i = 0; i < mask.length; i++) {
    const [px, py] = [x[i]!, y[i]!];
    if (px >= left && px <= right && py >= top && py <= bottom) mask[i] = 1;
  }
  return mask;
}

/**
 * By the even-odd rule: a ray from the point to the right crosses the rim an odd number of times (Shimrat, 1962, CACM
 * algorithm 112, as corrected by Hacker). Where a lasso crosses itself, what is enclosed twice is outside.
 */
function inLasso({ x, y }: Places, points: readonly number[]): Uint8Array {
  const { left, right, top, bottom } = boundsOf(points);
  const mask = new Uint8Array(x.length);
  const height = bottom - top;
  if (!(height > 0)) return mask;
  const bandOf = (at: number) => Math.min(BANDS - 1, Math.floor(((at - top) / height) * BANDS));
  const edges = edgesByBand(points, bandOf);
  for (let i = 0; i < mask.length; i++) {
    const py = y[i]!;
    if (py < top || py > bottom) continue;
    const px = x[i]!;
    if (px < left || px > right) continue;
    const band = edges[bandOf(py)]!;
    let inside = 0;
    for (let e = 0; e < band.length; e += 4) {
      const y0 = band[e]!;
      if (y0 > py !== band[e + 1]! > py && px < band[e + 2]! + (py - y0) * band[e + 3]!) inside ^= 1;
    }
    mask[i] = inside;
  }
  return mask;
}

/** For each band the edges that reach into it: both heights, where it begins from the left, and how far it goes a unit down. */
function edgesByBand(points: readonly number[], bandOf: (y: number) => number): Float64Array[] {
  const bands: number[][] = Array.from({ length: BANDS }, () => []);
  for (let i = 0; i < points.length; i += 2) {
    const j = (i + 2) % points.length;
    const [x0, y0, x1, y1] = [points[i]!, points[i + 1]!, points[j]!, points[j + 1]!];
    // A level edge is crossed by no ray that is level too.
    if (y0 === y1) continue;
    const last = bandOf(Math.max(y0, y1));
    const slope = (x1 - x0) / (y1 - y0);
    for (let band = bandOf(Math.min(y0, y1)); band <= last; band++) bands[band]!.push(y0, y1, x0, slope);
  }
  return bands.map((band) => Float64Array.from(band));
}

/** @returns 1 for each point of the area, else 0 */
export function pointsInside(places: Places, area: Area): Uint8Array {
  return area.kind === 'rectangle' ? inRectangle(places, area.points) : inLasso(places, area.points);
}

/** From parts to papers: set algebra over one byte a paper. Pure. */

/** What the parts speak of. */
export interface Selectable {
  /** In map units. */
  places: Places;
  /** Topics of the papers by row, and by id the topics that a topic is a part of, itself first. */
  leaf: Int32Array;
  isWithin(leaf: number, topic: number): boolean;
  rowOf(id: string): number | undefined;
}

export function selectable({ columns, isWithin, rowOf }: Pick<Atlas, 'columns' | 'isWithin' | 'rowOf'>): Selectable {
  return { places: columns, leaf: columns.leafTopic, isWithin, rowOf };
}

export interface Selection {
  /** 1 for each paper that is selected, by row. */
  mask: Uint8Array;
  /** The rows that are selected, ascending. */
  rows: Uint32Array;
  /** Ids that a part names and this snapshot does not have. */
  missing: number;
}

/** Adds, removes or keeps in common, in place. Both hold 0 and 1. */
export function combine(mask: Uint8Array, other: Uint8Array, operation: Operation): void {
  for (let i = 0; i < mask.length; i++) {
    if (operation === 'add') mask[i]! |= other[i]!;
    else if (operation === 'remove') mask[i]! &= other[i]! ^ 1;
    else mask[i]! &= other[i]!;
  }
}

export function rowsIn(mask: Uint8Array): Uint32Array {
  let count = 0;
  for (let i = 0; i < mask.length; i++) count += mask[i]!;
  const rows = new Uint32Array(count);
  for (let i = 0, to = 0; i < mask.length; i++) if (mask[i]) rows[to++] = i;
  return rows;
}

function maskOf(subject: Subject, papers: Selectable): Uint8Array {
  if (subject.kind === 'rectangle' || subject.kind === 'lasso') return pointsInside(papers.places, subject);
  const mask = new Uint8Array(papers.leaf.length);
  if (subject.kind === 'papers') {
    for (const id of subject.ids) {
      const row = papers.rowOf(id);
      if (row !== undefined) mask[row] = 1;
    }
    return mask;
  }
  const known = new Map<number, number>();
  papers.leaf.forEach((leaf, row) => {
    let within = known.get(leaf);
    if (within === undefined) {
      within = leaf >= 0 && papers.isWithin(leaf, subject.topic) ? 1 : 0;
      known.set(leaf, within);
    }
    mask[row] = within;
  });
  return mask;
}

export function select(parts: readonly Part[], papers: Selectable): Selection {
  const mask = new Uint8Array(papers.leaf.length);
  let missing = 0;
  for (const { operation, subject } of parts) {
    combine(mask, maskOf(subject, papers), operation);
    if (subject.kind === 'papers') missing += subject.ids.filter((id) => papers.rowOf(id) === undefined).length;
  }
  return { mask, rows: rowsIn(mask), missing };
}
