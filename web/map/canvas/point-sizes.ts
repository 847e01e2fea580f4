/** How large papers are drawn if their size shows a number: few sizes, so that sprites are reused. Pure. */
import { binNumberColumn } from '../color/number-column.ts';

export interface PointSizes {
  /** The size of each paper by row, as an index into `factors`. */
  level: Uint8Array;
  /** By how much the radius of a paper is multiplied, ascending; the last is that of papers without a number. */
  factors: readonly number[];
  /** The numbers that each size stands for, without the last. */
  labels: readonly string[];
}

/** The smallest and the largest paper: areas differ by a factor of 16, and the smallest can still be seen and clicked. */
const MIN_FACTOR = 0.65;
const MAX_FACTOR = 2.6;
/** Papers without a number are not larger than any other. */
const UNKNOWN_FACTOR = 0.5;

/** The largest radius of a paper whose size shows a number, in CSS pixels: it hides those around it. */
const MAX_RADIUS = 20;

/**
 * The radius of a paper of a size, in CSS pixels.
 *
 * @param sizes null: all papers have the same size
 * @param radius that of a paper of normal size
 */
export function sizedRadius(sizes: PointSizes | null, level: number, radius: number): number {
  return sizes === null ? radius : Math.min(MAX_RADIUS, Math.max(0.5, radius * sizes.factors[level]));
}

/**
 * Sizes by the bins that colors have too.
 *
 * @param values by row; null for papers without one
 */
export function createPointSizes(values: readonly (number | null)[]): PointSizes {
  const { bins, binIndex } = binNumberColumn(values);
  const step = bins.length < 2 ? 0 : (MAX_FACTOR - MIN_FACTOR) / (bins.length - 1);
  return {
    level: binIndex,
    factors: [...bins.map((_, bin) => (bins.length < 2 ? 1 : MIN_FACTOR + bin * step)), UNKNOWN_FACTOR],
    labels: bins.map(({ label }) => label),
  };
}
