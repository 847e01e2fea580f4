import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { EmbeddingTable } from '../../../../pipeline/training/embedding-table.ts';
import { TableSliceWorkers } from '../../../../pipeline/training/learner.ts';
import {
  allocateSharedFloats,
  type TokenBagBatch,
  TokenBagBatchBuilder,
  TransposedBatch,
} from '../../../../pipeline/training/token-bag-batch.ts';

describe('EmbeddingTable', () => {
  const frequencies = [0, 0, 900, 90, 10];
  const table = (): EmbeddingTable => new EmbeddingTable(frequencies, 8, 0.001, 2, createSeededRandom(2));

  test('initializes weights by SIF: frequent tokens count less', () => {
    expect(table().weight(2)).toBeCloseTo(0.001 / (0.001 + 0.9), 6);
    expect(table().weight(4)).toBeCloseTo(0.001 / (0.001 + 0.01), 6);
  });

  const batchOf = (texts: number[][], saturation: number): TokenBagBatch => {
    const builder = new TokenBagBatchBuilder(texts.length, texts.flat().length, 5, saturation);
    for (const tokens of texts) {
      for (const token of tokens) builder.add(token);
      builder.endText();
    }
    return builder.batch;
  };

  test('sums weight × vector over the tokens, a repeated one n^saturation times', () => {
    const model = table();
    const vectors = model.vectors();
    const out = new Float32Array(16).fill(9);
    model.sum(batchOf([[4, 3, 4, 4, 4], []], 0.5), out);
    for (let d = 0; d < 8; d++) {
      const expected = model.weight(3) * vectors[24 + d] + 2 * model.weight(4) * vectors[32 + d];
      expect(out[d]).toBeCloseTo(expected, 6);
      expect(out[8 + d]).toBe(0);
    }
  });

  /** One step on one pair of texts, with a given gradient of their vectors. */
  async function learn(model: EmbeddingTable, gradient: Float32Array, threads: number): Promise<Float32Array[]> {
    const sides = [batchOf([[0, 1, 4, 4]], 0.5), batchOf([[4]], 0.5)];
    const transposed = new TransposedBatch(5, 8, 2);
    // Filled twice: nothing of the first batch must remain.
    transposed.fill([batchOf([[2, 3]], 1), batchOf([[3]], 1)]);
    transposed.fill(sides);
    const outs = sides.map(() => allocateSharedFloats(8));
    const sharedGradient = allocateSharedFloats(16);
    sharedGradient.set(gradient);
    const projections = model.slices.map(() => allocateSharedFloats(5));
    const { rows, starts, texts, factors, count } = transposed;
    const tasks = projections.map((part) => ({
      sums: sides.map((batch, side) => ({ batch, out: outs[side] })),
      update: { rows, starts, texts, factors, gradient: sharedGradient, projections: part },
    }));
    const workers = new TableSliceWorkers(model.slices, tasks, threads);
    await workers.sum();
    await workers.update(count, 0.01);
    await workers.release();
    model.updateWeights(rows, count, projections, 0.02);
    return outs;
  }

  test('updates the rows of a batch against their gradient, and no others', async () => {
    const model = table();
    const before = model.vectors();
    const weightsBefore = model.logWeights.slice();
    const signs = Float32Array.from({ length: 8 }, (_, d) => (d % 2 === 0 ? 1 : -1));
    // The gradient of the second text is opposite, but its factor is smaller than the √2 of the first.
    await learn(model, Float32Array.of(...signs, ...signs.map((sign) => -sign)), 1);
    const after = model.vectors();
    for (let d = 0; d < 8; d++) {
      // Adam's first step has the size of the learning rate, however large the gradient is.
      expect(after[32 + d] - before[32 + d]).toBeCloseTo(d % 2 === 0 ? -0.01 : 0.01, 4);
    }
    expect(after.slice(0, 32)).toEqual(before.slice(0, 32));
    const projection = signs.reduce((sum, value, d) => sum + value * before[32 + d], 0);
    expect(model.logWeights[4] - weightsBefore[4]).toBeCloseTo(-0.02 * Math.sign(projection), 3);
    expect(model.logWeights.slice(0, 4)).toEqual(weightsBefore.slice(0, 4));
  });

  test('gives the same result in worker threads, to the bit', async () => {
    const gradient = Float32Array.from({ length: 16 }, (_, at) => Math.sin(at));
    const [onThisThread, onWorkers] = [table(), table()];
    expect(await learn(onThisThread, gradient, 1)).toEqual(await learn(onWorkers, gradient, 2));
    expect(onWorkers.vectors()).toEqual(onThisThread.vectors());
    expect(onWorkers.logWeights).toEqual(onThisThread.logWeights);
  });
});
