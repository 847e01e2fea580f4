/**
 * The coordinate systems of the map and the transforms between them. Pure.
 *
 * - Map units: as the layout computed them, y upwards. Used in the address and by the server.
 * - World: map units centered on 0 and scaled so that the longer side is 1, y downwards. Used for drawing.
 * - Screen: CSS pixels of the canvas. A transform (x, y, k) maps world to screen: screen = world × k + (x, y).
 */
import { roundToDigits } from '../../pipeline/core/algorithms/statistics.ts';
import type { MapColumns } from './map-columns.ts';

/**
 * The visible part of the map, as in the address: its center in map units, and the zoom k relative to the fitted map.
 */
export interface View {
  x: number;
  y: number;
  k: number;
}

/** Rounds a view to three decimals, which is finer than a pixel and short in the address. */
export function roundView(view: View): View {
  return { x: roundToDigits(view.x, 3), y: roundToDigits(view.y, 3), k: roundToDigits(view.k, 3) };
}

/** The papers in world coordinates, and the conversion between map units and world coordinates. */
export interface World {
  n: number;
  /** Positions of the papers in world coordinates, by row. */
  x: Float32Array;
  y: Float32Array;
  /** Half the width and half the height of the papers' bounding box, which is centered on 0. */
  halfWidth: number;
  halfHeight: number;
  mapToWorld(x: number, y: number): [number, number];
  worldToMap(x: number, y: number): [number, number];
}

function extent(values: Float32Array): [number, number] {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? [min, max] : [0, 0];
}

export function createWorld(columns: Pick<MapColumns, 'x' | 'y'>): World {
  const n = columns.x.length;
  const [left, right] = extent(columns.x);
  const [low, high] = extent(columns.y);
  const span = Math.max(right - left, high - low) || 1;
  const centerX = (left + right) / 2;
  const centerY = (low + high) / 2;
  const x = new Float32Array(n);
  const y = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    x[i] = (columns.x[i] - centerX) / span;
    y[i] = (centerY - columns.y[i]) / span;
  }
  return {
    n,
    x,
    y,
    halfWidth: (right - left) / span / 2,
    halfHeight: (high - low) / span / 2,
    mapToWorld: (mapX, mapY) => [(mapX - centerX) / span, (centerY - mapY) / span],
    worldToMap: (worldX, worldY) => [worldX * span + centerX, centerY - worldY * span],
  };
}

/** A transform from world to screen coordinates, like d3's zoom transform: screen = world × k + (x, y). */
export interface Transform {
  x: number;
  y: number;
  k: number;
}

/** The size of the canvas, and how much of each side is covered by panels, in CSS pixels. */
export interface Viewport {
  width: number;
  height: number;
  inset: { top: number; right: number; bottom: number; left: number };
}

/** A rectangle in world coordinates. */
export interface Bounds {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Pixels kept free around fitted papers, because labels at the edge reach beyond their points. */
const MARGIN = { x: 64, y: 54 };

/** The visible area counts as at least this wide and high, in pixels, even if more of the map is covered. */
const MIN_VISIBLE = 80;

/** A paper closer than this to the edge of the visible area, in pixels, counts as not visible. */
const EDGE = 24;

/** The size and the center of the part of the viewport that no panel covers, in CSS pixels. */
export function visibleArea({ width: fullWidth, height: fullHeight, inset }: Viewport) {
  const width = Math.max(MIN_VISIBLE, fullWidth - inset.left - inset.right);
  const height = Math.max(MIN_VISIBLE, fullHeight - inset.top - inset.bottom);
  return { width, height, x: inset.left + width / 2, y: inset.top + height / 2 };
}

/** The transform that shows a rectangle as large as the visible area allows, with a scale of at most `maxScale`. */
export function fitBounds(bounds: Bounds, viewport: Viewport, maxScale = Infinity): Transform {
  const area = visibleArea(viewport);
  const width = Math.max(area.width - 2 * MARGIN.x, area.width / 2);
  const height = Math.max(area.height - 2 * MARGIN.y, area.height / 2);
  const k = Math.min(
    width / Math.max(bounds.right - bounds.left, 1e-6),
    height / Math.max(bounds.bottom - bounds.top, 1e-6),
    maxScale,
  );
  return centerOn((bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2, k, viewport);
}

/** The transform that shows all papers. */
export function fitWorld(world: World, viewport: Viewport): Transform {
  // The papers' bounding box counts as at least this large, so that a single paper is not magnified without bound.
  const halfWidth = Math.max(world.halfWidth, 0.1);
  const halfHeight = Math.max(world.halfHeight, 0.1);
  return fitBounds({ left: -halfWidth, right: halfWidth, top: -halfHeight, bottom: halfHeight }, viewport);
}

/** The transform of scale k with the world position (x, y) at the center of the visible area. */
export function centerOn(x: number, y: number, k: number, viewport: Viewport): Transform {
  const area = visibleArea(viewport);
  return { x: area.x - x * k, y: area.y - y * k, k };
}

/**
 * The view that a transform shows, for the address: the map position at the center, and the zoom relative to the fitted
 * map.
 */
export function viewOfTransform(transform: Transform, world: World, viewport: Viewport): View {
  const area = visibleArea(viewport);
  const [x, y] = world.worldToMap((area.x - transform.x) / transform.k, (area.y - transform.y) / transform.k);
  return { x, y, k: transform.k / fitWorld(world, viewport).k };
}

export function transformOfView(view: View, world: World, viewport: Viewport): Transform {
  const [x, y] = world.mapToWorld(view.x, view.y);
  return centerOn(x, y, view.k * fitWorld(world, viewport).k, viewport);
}

/** Limits panning, so that some papers always remain near the center of the visible area. */
export function constrainTransform(transform: Transform, world: World, viewport: Viewport): Transform {
  const area = visibleArea(viewport);
  const clamp = (offset: number, half: number, center: number, reach: number) => {
    const min = center - reach - half * transform.k;
    const max = center + reach + half * transform.k;
    return Math.min(Math.max(offset, min), max);
  };
  return {
    x: clamp(transform.x, world.halfWidth, area.x, area.width / 4),
    y: clamp(transform.y, world.halfHeight, area.y, area.height / 4),
    k: transform.k,
  };
}

/** Whether a world position is in the visible area, and not at its very edge. */
export function isVisible(x: number, y: number, transform: Transform, viewport: Viewport): boolean {
  const area = visibleArea(viewport);
  const dx = Math.abs(x * transform.k + transform.x - area.x);
  const dy = Math.abs(y * transform.k + transform.y - area.y);
  return dx < area.width / 2 - EDGE && dy < area.height / 2 - EDGE;
}

/**
 * The bounding box of papers without outliers: 5% are cut off on each side, then a margin is added. null if there are
 * no papers.
 */
export function trimmedBounds(rows: readonly number[] | Uint32Array, world: World): Bounds | null {
  if (rows.length === 0) return null;
  const trimmedExtent = (column: Float32Array): [number, number] => {
    const sorted = Float32Array.from(rows, (row) => column[row]).sort();
    const cut = Math.floor(sorted.length * 0.05);
    return [sorted[cut], sorted[sorted.length - 1 - cut]];
  };
  const [left, right] = trimmedExtent(world.x);
  const [top, bottom] = trimmedExtent(world.y);
  const margin = 0.15 * Math.max(right - left, bottom - top);
  return { left: left - margin, top: top - margin, right: right + margin, bottom: bottom + margin };
}
