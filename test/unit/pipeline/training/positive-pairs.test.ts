import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { CategoryNeighbors } from '../../../../pipeline/training/category-neighbors.ts';
import type { TokenizedPapers } from '../../../../pipeline/training/corpus.ts';
import { PairSampler } from '../../../../pipeline/training/positive-pairs.ts';

describe('PairSampler', () => {
  // Two papers with titles of 3 tokens and abstracts of 40, all tokens different.
  const papers: TokenizedPapers = {
    tokens: Int32Array.from({ length: 86 }, (_, index) => index + 2),
    starts: Int32Array.of(0, 3, 43, 46, 86),
    training: Int32Array.of(0, 1),
    heldOut: new Int32Array(0),
    categoryNeighbors: new CategoryNeighbors([{}, {}], new Int32Array(0)),
  };
  const pairs = (titleShare: number, halvesShare: number, dropout: number, titleTimes = 1): [number[], number[]] => {
    const sampler = new PairSampler(papers, 88, 1, 64, {
      titleShare,
      halvesShare,
      categoryShare: 0,
      dropout,
      spanTokens: [5, 10],
      saturation: 1,
      titleTimes,
    });
    sampler.fill(Int32Array.of(1), createSeededRandom(4));
    // Each token as often as it counts: with a saturation of 1, as often as it occurs.
    const side = ({ tokens, factors, starts }: typeof sampler.left): number[] =>
      [...tokens.subarray(starts[0], starts[1])].flatMap((token, at) => new Array<number>(factors[at]).fill(token));
    return [side(sampler.left), side(sampler.right)];
  };
  const abstract = Array.from({ length: 40 }, (_, index) => index + 48);

  test('pairs title and abstract', () => {
    expect(pairs(1, 0, 0)).toEqual([[45, 46, 47], abstract]);
  });

  test('pairs the halves of an abstract', () => {
    expect(pairs(0, 1, 0)).toEqual([abstract.slice(0, 20), abstract.slice(20)]);
  });

  test('pairs a span with the title and the rest, without overlap', () => {
    const [span, rest] = pairs(0, 0, 0);
    expect(span.length).toBeGreaterThanOrEqual(5);
    expect(span.length).toBeLessThanOrEqual(10);
    expect([...span, ...rest].sort((a, b) => a - b)).toEqual([45, 46, 47, ...abstract]);
  });

  test('repeats a title before an abstract, but not a title alone', () => {
    const [span, rest] = pairs(0, 0, 0, 3);
    expect(rest.slice(0, 9)).toEqual([45, 45, 45, 46, 46, 46, 47, 47, 47]);
    expect([...span, ...rest.slice(9)].sort((a, b) => a - b)).toEqual(abstract);
    expect(pairs(1, 0, 0, 3)).toEqual([[45, 46, 47], abstract]);
  });

  test('leaves out tokens, but never all', () => {
    const [title, text] = pairs(1, 0, 0.9);
    expect(title.length).toBeGreaterThanOrEqual(1);
    expect(text.length).toBeLessThan(20);
  });
});
