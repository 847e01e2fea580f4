import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { quantizeRows } from '../../../../pipeline/training/static-model-graph.ts';

describe('quantizeRows', () => {
  const dimensions = 16;
  /** The two bits of a component, by the documentation of `QuantizedTable`. */
  const fieldAt = (rows: Uint8Array, row: number, d: number): number => {
    const quarter = dimensions / 4;
    const byte = rows[row * quarter + (d % quarter)];
    return Math.floor(byte / 4 ** (3 - Math.floor(d / quarter))) % 4;
  };

  test('rounds each component to the nearest of four levels, a root mean square apart, clipping larger ones', () => {
    const random = createSeededRandom(8);
    const vectors = Float32Array.from({ length: 5 * dimensions }, (_, at) =>
      at < dimensions ? 0 : random() ** 3 - 0.3,
    );
    const weights = Float32Array.of(1, 0.5, 2, 1, 3);
    const { rows, scales } = quantizeRows(vectors, weights, dimensions);
    expect(rows.length).toBe(20);
    const seen = new Set<number>();
    for (let row = 1; row < 5; row++) {
      const vector = [...vectors.subarray(row * dimensions, (row + 1) * dimensions)];
      const step = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0) / dimensions);
      expect(scales[row]).toBeCloseTo(weights[row] * step, 6);
      for (const [d, value] of vector.entries()) {
        const errors = [0, 1, 2, 3].map((level) => Math.abs(value - step * (level - 1.5)));
        const field = fieldAt(rows, row, d);
        expect(errors[field]).toBeLessThanOrEqual(Math.min(...errors) + 1e-6);
        seen.add(field);
      }
    }
    expect(seen).toEqual(new Set([0, 1, 2, 3]));
  });

  test('gives a row of zeros the scale 0', () => {
    const vectors = new Float32Array(2 * dimensions).fill(1, dimensions);
    expect([...quantizeRows(vectors, Float32Array.of(4, 4), dimensions).scales]).toEqual([0, 4]);
  });

  test('loses as much as four levels of normally distributed numbers must', () => {
    const random = createSeededRandom(9);
    // The sum of twelve uniform random numbers is nearly normal.
    const normal = () => Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, -6);
    const vectors = Float32Array.from({ length: 400 * dimensions }, normal);
    const { rows, scales } = quantizeRows(vectors, new Float32Array(400).fill(1), dimensions);
    let squaredError = 0;
    let squares = 0;
    for (let at = 0; at < vectors.length; at++) {
      const row = Math.floor(at / dimensions);
      squaredError += (vectors[at] - scales[row] * (fieldAt(rows, row, at % dimensions) - 1.5)) ** 2;
      squares += vectors[at] ** 2;
    }
    // Max (1960), table II: .1188 of the variance at the best step.
    expect(squaredError / squares).toBeGreaterThan(0.1);
    expect(squaredError / squares).toBeLessThan(0.13);
  });
});
