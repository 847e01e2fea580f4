import fc from 'fast-check';
import type { Random } from '../../pipeline/core/algorithms/random.ts';
import { normalizeRows, type Vectors } from '../../pipeline/core/vectors.ts';

/** Rows of numbers as vectors. */
export function vectorsOf(rows: readonly (readonly number[])[], dimensions = rows[0]?.length ?? 1): Vectors {
  return { count: rows.length, dimensions, data: Float32Array.from(rows.flat()) };
}

/**
 * Up to `most` vectors of small whole numbers: their dot products are exact in float32, so that a naive oracle must
 * agree to the last bit, and equal ones are common.
 */
export function wholeVectors(most: number): fc.Arbitrary<Vectors> {
  return fc.integer({ min: 1, max: 9 }).chain((dimensions) =>
    fc
      .array(fc.array(fc.integer({ min: -2, max: 2 }), { minLength: dimensions, maxLength: dimensions }), {
        maxLength: most,
      })
      .map((rows) => vectorsOf(rows, dimensions)),
  );
}

/** Unit vectors around `clusters` random directions; row i is of cluster i mod `clusters`. */
export function clusteredVectors(
  count: number,
  dimensions: number,
  clusters: number,
  spread: number,
  random: Random,
): Vectors {
  const noise = () => random() + random() + random() - 1.5;
  const centers = Array.from({ length: clusters }, () => Float32Array.from({ length: dimensions }, noise));
  for (const center of centers) normalizeRows(center, dimensions);
  const data = Float32Array.from(
    { length: count * dimensions },
    (_, at) => centers[Math.floor(at / dimensions) % clusters][at % dimensions] + spread * noise(),
  );
  normalizeRows(data, dimensions);
  return { count, dimensions, data };
}
