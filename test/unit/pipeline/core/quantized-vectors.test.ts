import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import {
  addRowToSum,
  allocateQuantizedVectors,
  allocateVectors,
  anyVectorAt,
  cosineWithRow,
  dotWithRow,
  normalizeRows,
  quantizeRow,
  type Vectors,
  vectorAt,
} from '../../../../pipeline/core/vectors.ts';

function unitVectors(count: number, dimensions: number, seed: number): Vectors {
  const random = createSeededRandom(seed);
  const vectors = allocateVectors(count, dimensions);
  // Sums of twelve uniform numbers are nearly normal.
  for (let i = 0; i < vectors.data.length; i++) {
    vectors.data[i] = Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, -6);
  }
  normalizeRows(vectors.data, dimensions);
  return vectors;
}

function quantized(vectors: Vectors) {
  const target = allocateQuantizedVectors(vectors.count, vectors.dimensions);
  for (let row = 0; row < vectors.count; row++) quantizeRow(target, row, vectorAt(vectors, row));
  return target;
}

test('a cosine of quantized vectors is within 0.001 of the exact one at 512 dimensions', () => {
  const vectors = unitVectors(200, 512, 3);
  const quantizedVectors = quantized(vectors);
  for (let row = 1; row < 200; row++) {
    const query = vectorAt(vectors, row - 1);
    expect(Math.abs(cosineWithRow(quantizedVectors, row, query) - dotWithRow(vectors, row, query))).toBeLessThan(1e-3);
    expect(Math.abs(cosineWithRow(quantizedVectors, row - 1, query) - 1)).toBeLessThan(1e-3);
  }
});

test('each component is off by half a step at most, for any number of dimensions, and zero vectors stay zero', () => {
  const component = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(component, { minLength: 1, maxLength: 9 }), (components) => {
      const vector = Float32Array.from(components);
      const target = allocateQuantizedVectors(1, vector.length);
      quantizeRow(target, 0, vector);
      const step = Math.max(...vector.map(Math.abs)) / 127;
      const dequantized = anyVectorAt(target, 0);
      for (const [d, value] of vector.entries())
        expect(Math.abs(dequantized[d] - value)).toBeLessThanOrEqual(step * 0.5001 + 1e-30);
      expect(cosineWithRow(target, 0, vector)).toBeCloseTo(
        dequantized.reduce((sum, value, d) => sum + value * vector[d], 0),
        5,
      );
    }),
    { seed: 4, numRuns: 300 },
  );
});

test('float32 vectors are compared without quantization', () => {
  const vectors = unitVectors(3, 7, 5);
  expect(cosineWithRow(vectors, 2, vectorAt(vectors, 1))).toBe(dotWithRow(vectors, 2, vectorAt(vectors, 1)));
  expect(anyVectorAt(vectors, 1)).toEqual(vectorAt(vectors, 1));
});

test('addRowToSum adds the vector that anyVectorAt gives, of float32 and quantized vectors', () => {
  const vectors = unitVectors(20, 37, 5);
  for (const either of [vectors, quantized(vectors)]) {
    const sum = new Float64Array(37);
    const expected = new Float64Array(37);
    for (const row of [0, 7, 19, 7]) {
      addRowToSum(either, row, sum);
      for (const [d, component] of anyVectorAt(either, row).entries()) expected[d] += component;
    }
    for (const [d, component] of sum.entries()) expect(Math.abs(component - expected[d])).toBeLessThan(1e-6);
    expect(Math.hypot(...sum)).toBeGreaterThan(1);
  }
});
