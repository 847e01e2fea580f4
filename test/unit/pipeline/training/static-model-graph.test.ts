import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { quantizeRows } from '../../../../pipeline/training/static-model-graph.ts';

describe('quantizeRows', () => {
  const dimensions = 16;
  /** The two bits of a component, as the table's own words say where they lie. */
  const fieldAt = (rows: Uint8Array, row: number, d: number): number => {
    const quarter = dimensions / 4;
    const byte = rows[row * quarter + (d % quarter)];
    return Math.floor(byte / 4 ** (3 - Math.floor(d / quarter))) % 4;
  };

  it('gives each component the nearest of four levels, a root mean square apart, the outer ones taking what is beyond', () => {
    const random = seededRandom(8);
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
        const off = [0, 1, 2, 3].map((level) => Math.abs(value - step * (level - 1.5)));
        const field = fieldAt(rows, row, d);
        expect(off[field]).toBeLessThanOrEqual(Math.min(...off) + 1e-6);
        seen.add(field);
      }
    }
    expect(seen).toEqual(new Set([0, 1, 2, 3]));
  });

  it('lets a row of zeros count for nothing', () => {
    const vectors = new Float32Array(2 * dimensions).fill(1, dimensions);
    expect([...quantizeRows(vectors, Float32Array.of(4, 4), dimensions).scales]).toEqual([0, 4]);
  });

  it('keeps a vector within what four levels of normally distributed numbers lose', () => {
    const random = seededRandom(9);
    // Sums of twelve uniform numbers are nearly normal.
    const normal = () => Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, -6);
    const vectors = Float32Array.from({ length: 400 * dimensions }, normal);
    const { rows, scales } = quantizeRows(vectors, new Float32Array(400).fill(1), dimensions);
    let lost = 0;
    let all = 0;
    for (let at = 0; at < vectors.length; at++) {
      const row = Math.floor(at / dimensions);
      lost += (vectors[at] - scales[row] * (fieldAt(rows, row, at % dimensions) - 1.5)) ** 2;
      all += vectors[at] ** 2;
    }
    // Max (1960), table II: .1188 of the variance at the best step.
    expect(lost / all).toBeGreaterThan(0.1);
    expect(lost / all).toBeLessThan(0.13);
  });
});
