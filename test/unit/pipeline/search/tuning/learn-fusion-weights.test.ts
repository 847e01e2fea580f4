import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { quietEffects } from '../../../../../pipeline/cli/terminal.ts';
import type { Passage } from '../../../../../pipeline/core/paper.ts';
import { comparedVectorAt } from '../../../../../pipeline/core/vectors.ts';
import { passageText } from '../../../../../pipeline/embedding/embedder.ts';
import { DEFAULT_WEIGHTS, type FusionWeights, LENGTHS, weightsFor } from '../../../../../pipeline/search/fusion.ts';
import { knownItems } from '../../../../../pipeline/search/tuning/known-items.ts';
import { type Tuning, tune } from '../../../../../pipeline/search/tuning/learn-fusion-weights.ts';
import { indexOf } from '../../../../fixtures/few-words-papers.ts';
import { NaiveSearch } from '../../../../fixtures/naive-search.ts';
import { corpusOf, sentencePapers, wordSum } from '../../../../fixtures/small-corpus.ts';

/** What is tried. */
const KEYWORD_SHARES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
const PAIR_WEIGHTS = [0, 0.1, 0.2, 0.4];
const effects = quietEffects();
const [hundred] = fc.sample(sentencePapers(100, 100), { seed: 6, numRuns: 1 });
const tuned = async (papers: readonly Passage[], seed = 1) =>
  tune(papers, await corpusOf(papers), wordSum, seed, effects);

describe('what a corpus teaches about searching it', () => {
  let tuning: Tuning;
  beforeAll(async () => {
    tuning = await tuned(hundred);
  });

  test('is the same for the same corpus and seed', async () => {
    expect(await tuned(hundred)).toEqual(tuning);
  });

  test('are weights for each length of a query, within what was tried', () => {
    expect(tuning.weights.map(({ upToWords }) => upToWords)).toEqual([...LENGTHS]);
    for (const { keyword, pairs } of tuning.weights) {
      expect(KEYWORD_SHARES).toContain(keyword);
      expect(PAIR_WEIGHTS).toContain(pairs);
    }
  });

  describe('as a naive search has it', () => {
    let trials: ReturnType<NaiveSearch['ask']>[];
    beforeAll(async () => {
      const items = knownItems(hundred, indexOf(hundred), 1);
      const rowsOf = async (texts: string[]) => {
        const data = await wordSum.embed(texts);
        return texts.map((_, i) => [...data.subarray(i * 12, (i + 1) * 12)]);
      };
      const vectors = await rowsOf(hundred.map((paper) => passageText(wordSum.card, paper)));
      const queries = await rowsOf(items.map(({ query }) => query));
      const answers = await rowsOf(items.map(({ rest }) => passageText(wordSum.card, rest)));
      const search = new NaiveSearch(hundred, vectors);
      trials = items.map((item, i) => search.ask(item, queries[i], answers[i]));
      expect(trials.length).toBeGreaterThan(200);
    });
    const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
    const reciprocalRanks = (weights: (words: number) => FusionWeights) =>
      trials.map((trial) => 1 / trial.rank(weights(trial.words)));

    test('says how well it finds what is left of a paper by a part of it, in each mode', () => {
      const naive = {
        keyword: mean(reciprocalRanks(() => ({ keyword: 1, pairs: DEFAULT_WEIGHTS.pairs }))),
        semantic: mean(reciprocalRanks(() => ({ keyword: 0, pairs: 0 }))),
        hybrid: mean(reciprocalRanks((words) => weightsFor(tuning.weights, words))),
      };
      for (const mode of ['keyword', 'semantic', 'hybrid'] as const)
        expect(tuning.knownItems[mode]).toBeCloseTo(naive[mode], 4);
    });

    test('are the weights that find most for the length, all lengths heard, and the default near', () => {
      const grid = PAIR_WEIGHTS.flatMap((pairs) => KEYWORD_SHARES.map((keyword) => ({ keyword, pairs })));
      const found = grid.map((weights) => reciprocalRanks(() => weights));
      let several = 0;
      for (const [i, { upToWords, ...learned }] of tuning.weights.entries()) {
        const isOwn = ({ words }: { words: number }) => words <= upToWords && words > (i === 0 ? 0 : LENGTHS[i - 1]);
        const own = trials.filter(isOwn).length;
        if (own > 20) several++;
        const worth = found.map((ranks, at) => {
          const ownSum = ranks.filter((_, trial) => isOwn(trials[trial])).reduce((sum, one) => sum + one, 0);
          const { keyword, pairs } = grid[at];
          const far = (keyword - DEFAULT_WEIGHTS.keyword) ** 2 + ((pairs - DEFAULT_WEIGHTS.pairs) / 0.4) ** 2;
          return (ownSum + 100 * mean(ranks)) / (own + 100) - 0.05 * far;
        });
        const chosen = grid.findIndex(({ keyword, pairs }) => keyword === learned.keyword && pairs === learned.pairs);
        expect(worth[chosen]).toBeCloseTo(Math.max(...worth), 9);
      }
      expect(several).toBeGreaterThanOrEqual(3);
    });
  });

  test('finds as much as the better half alone, but for the little that is given up to stay near the default', () => {
    expect(tuning.knownItems.hybrid).toBeGreaterThanOrEqual(
      Math.max(tuning.knownItems.keyword ?? 1, tuning.knownItems.semantic ?? 1) - 0.02,
    );
  });
});

describe('a corpus in which one half of a search knows more', () => {
  test('whose vectors say nothing is searched by words', async () => {
    const corpus = await corpusOf(hundred);
    const blind = { ...wordSum, embed: async (texts: readonly string[]) => new Float32Array(12 * texts.length) };
    const { weights, knownItems: found } = await tune(hundred, corpus, blind, 1, effects);
    expect(found.semantic).toBeLessThan(0.05);
    expect(found.keyword).toBeGreaterThan(found.semantic ?? 1);
    for (const { keyword } of weights) expect(keyword).toBeGreaterThan(0);
  });

  test('whose vectors know every answer is searched by meaning more than by default', async () => {
    // A question and its answer both have the vector of their paper, whatever they say.
    const corpus = await corpusOf(hundred);
    const items = knownItems(hundred, corpus.words, 1);
    const rows = [...items, ...items].map(({ row }) => row);
    let at = 0;
    const knowing = {
      ...wordSum,
      embed: async (texts: readonly string[]) => {
        const data = new Float32Array(12 * texts.length);
        for (let i = 0; i < texts.length; i++) {
          const row = rows[at++];
          data.set(comparedVectorAt(corpus.vectors, row), 12 * i);
        }
        return data;
      },
    };
    const { weights, knownItems: found } = await tune(hundred, corpus, knowing, 1, effects);
    expect(found.semantic).toBeGreaterThan(0.9);
    for (const { keyword } of weights) expect(keyword).toBeLessThan(DEFAULT_WEIGHTS.keyword);
  });
});

describe('a corpus too small to teach', () => {
  test.each([0, 1, 2, 5])('of %i papers gets the default weights', async (count) => {
    // Of two sentences one half finds the other.
    const papers = hundred.filter(({ abstract }) => abstract.split('.').length > 2).slice(0, count);
    const { weights, knownItems: found } = await tuned(papers);
    expect(weights).toEqual(LENGTHS.map((upToWords) => ({ upToWords, ...DEFAULT_WEIGHTS })));
    for (const mode of ['keyword', 'semantic', 'hybrid'] as const) {
      if (count === 0) expect(found[mode]).toBeNull();
      else {
        // Alone it is the first; among others it may be the last of them.
        expect(found[mode]).toBeGreaterThanOrEqual(1 / count);
        expect(found[mode]).toBeLessThanOrEqual(1);
      }
    }
  });

  test('as one of titles alone has nothing to be asked', async () => {
    const { weights, knownItems: found } = await tuned(hundred.map(({ title }) => ({ title, abstract: '' })));
    expect(weights[0]).toEqual({ upToWords: 1, ...DEFAULT_WEIGHTS });
    expect(found).toEqual({ keyword: null, semantic: null, hybrid: null });
  });
});

test('tuning is stopped between questions', async () => {
  const stop = new AbortController();
  stop.abort();
  await expect(tune(hundred, await corpusOf(hundred), wordSum, 1, quietEffects(stop.signal))).rejects.toThrow(/abort/i);
});
