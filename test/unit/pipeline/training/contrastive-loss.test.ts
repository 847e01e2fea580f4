import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { ContrastiveLoss } from '../../../../pipeline/training/contrastive-loss.ts';

/** The loss computed from its definition. */
function naiveLoss(left: Float64Array, right: Float64Array, scale: number, n: number, d: number): number {
  const unit = (side: Float64Array, row: number): number[] => {
    const vector = [...side.subarray(row * d, row * d + d)];
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  };
  const score = (i: number, j: number): number =>
    scale * unit(left, i).reduce((sum, value, at) => sum + value * unit(right, j)[at], 0);
  let loss = 0;
  for (let i = 0; i < n; i++) {
    let row = 0;
    let column = 0;
    for (let j = 0; j < n; j++) {
      row += Math.exp(score(i, j));
      column += Math.exp(score(j, i));
    }
    loss += (0.5 * Math.log(row) + 0.5 * Math.log(column) - score(i, i)) / n;
  }
  return loss;
}

describe('ContrastiveLoss', () => {
  test('gives the loss of its definition, and gradients that agree with finite differences', async () => {
    const n = 5;
    const d = 4;
    const scale = 7;
    const random = createSeededRandom(1);
    const left = Float64Array.from({ length: n * d }, () => random() * 4 - 2);
    const right = Float64Array.from({ length: n * d }, () => random() * 4 - 2);
    const graph = await ContrastiveLoss.create(n, d, 1);
    const result = await graph.run(Float32Array.from(left), Float32Array.from(right), scale);
    await graph.release();
    expect(result.loss).toBeCloseTo(naiveLoss(left, right, scale, n, d), 4);
    const step = 1e-4;
    const derivative = (side: Float64Array, at: number): number => {
      const value = side[at];
      side[at] = value + step;
      const up = naiveLoss(left, right, scale, n, d);
      side[at] = value - step;
      const down = naiveLoss(left, right, scale, n, d);
      side[at] = value;
      return (up - down) / (2 * step);
    };
    for (let at = 0; at < n * d; at++) {
      expect(result.leftGradient[at]).toBeCloseTo(derivative(left, at), 4);
      expect(result.rightGradient[at]).toBeCloseTo(derivative(right, at), 4);
    }
    const up = naiveLoss(left, right, scale * Math.exp(step), n, d);
    const down = naiveLoss(left, right, scale * Math.exp(-step), n, d);
    expect(result.scaleGradient).toBeCloseTo((up - down) / (2 * step), 3);
  });

  test('is finite for empty texts and for the lowest temperature', async () => {
    const graph = await ContrastiveLoss.create(2, 3, 1);
    const result = await graph.run(Float32Array.of(0, 0, 0, 1, 0, 0), Float32Array.of(0, 1, 0, -1, 0, 0), 50);
    await graph.release();
    for (const value of [result.loss, result.scaleGradient, ...result.leftGradient, ...result.rightGradient]) {
      expect(Number.isFinite(value)).toBe(true);
    }
  });
});
