/**
 * The plane the map is drawn on: map units centered on 0, the longer side 1 long, y downwards as on a screen. A screen
 * place is `world * S + offset`, where S (pixels per world unit) is the `k` of d3's zoom transform.
 */
import type { Columns } from './map-columns.ts';

export interface World {
  n: number;
  x: Float32Array;
  y: Float32Array;
  /** Half the width and half the height of all papers. */
  halfWidth: number;
  halfHeight: number;
  fromMap(x: number, y: number): [number, number];
  toMap(x: number, y: number): [number, number];
}

function range(values: Float32Array): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 0];
}

export function createWorld(columns: Pick<Columns, 'x' | 'y'>): World {
  const n = columns.x.length;
  const [left, right] = range(columns.x);
  const [low, high] = range(columns.y);
  const span = Math.max(right - left, high - low) || 1;
  const middleX = (left + right) / 2;
  const middleY = (low + high) / 2;
  const x = new Float32Array(n);
  const y = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    x[i] = (columns.x[i]! - middleX) / span;
    y[i] = (middleY - columns.y[i]!) / span;
  }
  return {
    n,
    x,
    y,
    halfWidth: (right - left) / span / 2,
    halfHeight: (high - low) / span / 2,
    fromMap: (mapX, mapY) => [(mapX - middleX) / span, (middleY - mapY) / span],
    toMap: (worldX, worldY) => [worldX * span + middleX, middleY - worldY * span],
  };
}
