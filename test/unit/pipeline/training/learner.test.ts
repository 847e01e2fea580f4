import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { ContrastiveLoss } from '../../../../pipeline/training/contrastive-loss.ts';
import { CategoryNeighbors } from '../../../../pipeline/training/category-neighbors.ts';
import { LogitScale, learningRateFactor } from '../../../../pipeline/training/learner.ts';
import { TransposedBatch } from '../../../../pipeline/training/text-batch.ts';
import type { TokenizedPapers } from '../../../../pipeline/training/corpus.ts';
import { PairSampler } from '../../../../pipeline/training/positive-pairs.ts';
import { SliceWorkers } from '../../../../pipeline/training/slice-workers.ts';
import { sharedFloats, type TextBatch, TextBatchBuilder } from '../../../../pipeline/training/text-batch.ts';
import { EmbeddingTable } from '../../../../pipeline/training/embedding-table.ts';

/** The loss in plain numbers, as its definition reads. */
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
  it('gives the loss of its definition, and gradients that agree with finite differences', async () => {
    const n = 5;
    const d = 4;
    const scale = 7;
    const random = seededRandom(1);
    const left = Float64Array.from({ length: n * d }, () => random() * 4 - 2);
    const right = Float64Array.from({ length: n * d }, () => random() * 4 - 2);
    const graph = await ContrastiveLoss.create(n, d, 1);
    const result = await graph.run(Float32Array.from(left), Float32Array.from(right), scale);
    await graph.release();
    expect(result.loss).toBeCloseTo(naiveLoss(left, right, scale, n, d), 4);
    const step = 1e-4;
    const slope = (side: Float64Array, at: number): number => {
      const held = side[at];
      side[at] = held + step;
      const up = naiveLoss(left, right, scale, n, d);
      side[at] = held - step;
      const down = naiveLoss(left, right, scale, n, d);
      side[at] = held;
      return (up - down) / (2 * step);
    };
    for (let at = 0; at < n * d; at++) {
      expect(result.leftGradient[at]).toBeCloseTo(slope(left, at), 4);
      expect(result.rightGradient[at]).toBeCloseTo(slope(right, at), 4);
    }
    const up = naiveLoss(left, right, scale * Math.exp(step), n, d);
    const down = naiveLoss(left, right, scale * Math.exp(-step), n, d);
    expect(result.scaleGradient).toBeCloseTo((up - down) / (2 * step), 3);
  });

  it('stays finite for empty texts and for the coldest temperature', async () => {
    const graph = await ContrastiveLoss.create(2, 3, 1);
    const result = await graph.run(Float32Array.of(0, 0, 0, 1, 0, 0), Float32Array.of(0, 1, 0, -1, 0, 0), 50);
    await graph.release();
    for (const value of [result.loss, result.scaleGradient, ...result.leftGradient, ...result.rightGradient]) {
      expect(Number.isFinite(value)).toBe(true);
    }
  });
});

describe('TokenTable', () => {
  const frequencies = [0, 0, 900, 90, 10];
  const table = (): EmbeddingTable => new EmbeddingTable(frequencies, 8, 0.001, 2, seededRandom(2));

  it('starts weights at SIF: common tokens count less', () => {
    expect(table().weight(2)).toBeCloseTo(0.001 / (0.001 + 0.9), 6);
    expect(table().weight(4)).toBeCloseTo(0.001 / (0.001 + 0.01), 6);
  });

  const batchOf = (texts: number[][], saturation: number): TextBatch => {
    const writer = new TextBatchBuilder(texts.length, texts.flat().length, 5, saturation);
    for (const tokens of texts) {
      for (const token of tokens) writer.add(token);
      writer.endText();
    }
    return writer.batch;
  };

  it('sums weight × vector over the tokens, a repeated one n^saturation times', () => {
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

  /** One step on one pair of texts with a given gradient of the sums. */
  async function learn(model: EmbeddingTable, gradient: Float32Array, threads: number): Promise<Float32Array[]> {
    const sides = [batchOf([[0, 1, 4, 4]], 0.5), batchOf([[4]], 0.5)];
    const occurrences = new TransposedBatch(5, 8, 2);
    // Twice: the second filling must forget the first.
    occurrences.fill([batchOf([[2, 3]], 1), batchOf([[3]], 1)]);
    occurrences.fill(sides);
    const outs = sides.map(() => sharedFloats(8));
    const shared = sharedFloats(16);
    shared.set(gradient);
    const along = model.slices.map(() => sharedFloats(5));
    const { rows, starts, texts, factors, count } = occurrences;
    const tasks = along.map((part) => ({
      sums: sides.map((batch, side) => ({ batch, out: outs[side] })),
      update: { rows, starts, texts, factors, gradient: shared, along: part },
    }));
    const team = new SliceWorkers(model.slices, tasks, threads);
    await team.sum();
    await team.update(count, 0.01);
    await team.release();
    model.updateWeights(rows, count, along, 0.02);
    return outs;
  }

  it('moves touched rows against their gradient, leaves the others and the silent ones', async () => {
    const model = table();
    const before = model.vectors();
    const weightsBefore = model.logWeights.slice();
    const signs = Float32Array.from({ length: 8 }, (_, d) => (d % 2 === 0 ? 1 : -1));
    // The second text pulls the other way, but less than √2 of the first.
    await learn(model, Float32Array.of(...signs, ...signs.map((sign) => -sign)), 1);
    const after = model.vectors();
    for (let d = 0; d < 8; d++) {
      // Adam's first step has the size of the rate, whatever the gradient's.
      expect(after[32 + d] - before[32 + d]).toBeCloseTo(d % 2 === 0 ? -0.01 : 0.01, 4);
    }
    expect(after.slice(0, 32)).toEqual(before.slice(0, 32));
    const along = signs.reduce((sum, value, d) => sum + value * before[32 + d], 0);
    expect(model.logWeights[4] - weightsBefore[4]).toBeCloseTo(-0.02 * Math.sign(along), 3);
    expect(model.logWeights.slice(0, 4)).toEqual(weightsBefore.slice(0, 4));
  });

  it('does the same in worker threads, to the last bit', async () => {
    const gradient = Float32Array.from({ length: 16 }, (_, at) => Math.sin(at));
    const [here, there] = [table(), table()];
    expect(await learn(here, gradient, 1)).toEqual(await learn(there, gradient, 2));
    expect(there.vectors()).toEqual(here.vectors());
    expect(there.logWeights).toEqual(here.logWeights);
  });
});

describe('PairMaker', () => {
  // Two papers: titles of 3 tokens, abstracts of 40, every token a number of its own.
  const papers: TokenizedPapers = {
    tokens: Int32Array.from({ length: 86 }, (_, index) => index + 2),
    starts: Int32Array.of(0, 3, 43, 46, 86),
    training: Int32Array.of(0, 1),
    heldOut: new Int32Array(0),
    categoryNeighbors: new CategoryNeighbors([{}, {}], new Int32Array(0)),
  };
  const pairs = (titleShare: number, halvesShare: number, dropout: number, titleTimes = 1): [number[], number[]] => {
    const maker = new PairSampler(papers, 88, 1, 64, {
      titleShare,
      halvesShare,
      kinShare: 0,
      dropout,
      spanTokens: [5, 10],
      saturation: 1,
      titleTimes,
    });
    maker.fill(Int32Array.of(1), seededRandom(4));
    // Each token as often as it counts: with a saturation of 1 as often as it stands there.
    const side = ({ tokens, factors, starts }: typeof maker.left): number[] =>
      [...tokens.subarray(starts[0], starts[1])].flatMap((token, at) => new Array<number>(factors[at]).fill(token));
    return [side(maker.left), side(maker.right)];
  };
  const abstract = Array.from({ length: 40 }, (_, index) => index + 48);

  it('pairs title and abstract', () => {
    expect(pairs(1, 0, 0)).toEqual([[45, 46, 47], abstract]);
  });

  it('pairs the halves of an abstract', () => {
    expect(pairs(0, 1, 0)).toEqual([abstract.slice(0, 20), abstract.slice(20)]);
  });

  it('pairs a span with title and rest, which do not overlap', () => {
    const [span, rest] = pairs(0, 0, 0);
    expect(span.length).toBeGreaterThanOrEqual(5);
    expect(span.length).toBeLessThanOrEqual(10);
    expect([...span, ...rest].sort((a, b) => a - b)).toEqual([45, 46, 47, ...abstract]);
  });

  it('writes a title that stands before an abstract as often as it is told, and one that stands alone once', () => {
    const [span, rest] = pairs(0, 0, 0, 3);
    expect(rest.slice(0, 9)).toEqual([45, 45, 45, 46, 46, 46, 47, 47, 47]);
    expect([...span, ...rest.slice(9)].sort((a, b) => a - b)).toEqual(abstract);
    expect(pairs(1, 0, 0, 3)).toEqual([[45, 46, 47], abstract]);
  });

  it('leaves tokens out, but never all', () => {
    const [title, text] = pairs(1, 0, 0.9);
    expect(title.length).toBeGreaterThanOrEqual(1);
    expect(text.length).toBeLessThan(20);
  });
});

describe('learningRateFactor', () => {
  it('rises to one, then falls to zero', () => {
    expect(learningRateFactor(0, 100, 0.1)).toBeCloseTo(0.1);
    expect(learningRateFactor(9, 100, 0.1)).toBe(1);
    expect(learningRateFactor(55, 100, 0.1)).toBeCloseTo(0.5);
    expect(learningRateFactor(99, 100, 0.1)).toBeLessThan(0.001);
  });
});

describe('LearnedScale', () => {
  it('goes against the gradient, by the rate, and stops at its limit', () => {
    const scale = new LogitScale(20, 22);
    scale.update(1e-3, 0.05);
    expect(scale.value).toBeCloseTo(20 * Math.exp(-0.05), 3);
    for (let step = 0; step < 50; step++) scale.update(-1, 0.05);
    expect(scale.value).toBeCloseTo(22, 6);
  });
});
