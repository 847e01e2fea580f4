import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../../../pipeline/cli/terminal.ts';
import type { Passage } from '../../../../pipeline/core/paper.ts';
import { anyVectorAt } from '../../../../pipeline/core/quantized-vectors.ts';
import { passageText } from '../../../../pipeline/embedding/embedder.ts';
import {
  DEFAULT_WEIGHTS,
  type FusionWeights,
  LENGTH_BUCKETS,
  weightsFor,
} from '../../../../pipeline/search/fusion.ts';
import {
  knownItems,
  type LearnedFusion,
  learnFusionWeights,
} from '../../../../pipeline/search/learn-fusion-weights.ts';
import { indexOf } from '../../../fixtures/few-words-papers.ts';
import { NaiveSearch } from '../../../fixtures/naive-search.ts';
import { corpusOf, sentencePapers, wordSum } from '../../../fixtures/small-corpus.ts';

/** What is tried. */
const LEXICAL_WEIGHTS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
const PROXIMITY_WEIGHTS = [0, 0.1, 0.2, 0.4];
const effects = silentEffects();
const [hundred] = fc.sample(sentencePapers(100, 100), { seed: 6, numRuns: 1 });
const tuned = async (papers: readonly Passage[], seed = 1) =>
  learnFusionWeights(papers, await corpusOf(papers), wordSum, seed, effects);

describe('what a corpus teaches about searching it', () => {
  let tuning: LearnedFusion;
  beforeAll(async () => {
    tuning = await tuned(hundred);
  });

  test('is the same for the same corpus and seed', async () => {
    expect(await tuned(hundred)).toEqual(tuning);
  });

  test('are weights for each length of a query, within what was tried', () => {
    expect(tuning.weights.map(({ maxTerms }) => maxTerms)).toEqual([...LENGTH_BUCKETS]);
    for (const { lexical, proximity } of tuning.weights) {
      expect(LEXICAL_WEIGHTS).toContain(lexical);
      expect(PROXIMITY_WEIGHTS).toContain(proximity);
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
        keyword: mean(reciprocalRanks(() => ({ lexical: 1, proximity: DEFAULT_WEIGHTS.proximity }))),
        semantic: mean(reciprocalRanks(() => ({ lexical: 0, proximity: 0 }))),
        hybrid: mean(reciprocalRanks((words) => weightsFor(tuning.weights, words))),
      };
      for (const mode of ['keyword', 'semantic', 'hybrid'] as const)
        expect(tuning.knownItemMrr[mode]).toBeCloseTo(naive[mode], 4);
    });

    test('are the weights that find most for the length, all lengths heard, and the default near', () => {
      const grid = PROXIMITY_WEIGHTS.flatMap((proximity) => LEXICAL_WEIGHTS.map((lexical) => ({ lexical, proximity })));
      const found = grid.map((weights) => reciprocalRanks(() => weights));
      let several = 0;
      for (const [i, { maxTerms, ...learned }] of tuning.weights.entries()) {
        const isOwn = ({ words }: { words: number }) =>
          words <= maxTerms && words > (i === 0 ? 0 : LENGTH_BUCKETS[i - 1]);
        const own = trials.filter(isOwn).length;
        if (own > 20) several++;
        const worth = found.map((ranks, at) => {
          const ownSum = ranks.filter((_, trial) => isOwn(trials[trial])).reduce((sum, one) => sum + one, 0);
          const { lexical, proximity } = grid[at];
          const far = (lexical - DEFAULT_WEIGHTS.lexical) ** 2 + ((proximity - DEFAULT_WEIGHTS.proximity) / 0.4) ** 2;
          return (ownSum + 100 * mean(ranks)) / (own + 100) - 0.05 * far;
        });
        const chosen = grid.findIndex(
          ({ lexical, proximity }) => lexical === learned.lexical && proximity === learned.proximity,
        );
        expect(worth[chosen]).toBeCloseTo(Math.max(...worth), 9);
      }
      expect(several).toBeGreaterThanOrEqual(3);
    });
  });

  test('finds as much as the better half alone, but for the little that is given up to stay near the default', () => {
    expect(tuning.knownItemMrr.hybrid).toBeGreaterThanOrEqual(
      Math.max(tuning.knownItemMrr.keyword ?? 1, tuning.knownItemMrr.semantic ?? 1) - 0.02,
    );
  });
});

describe('a corpus in which one half of a search knows more', () => {
  test('whose vectors say nothing is searched by words', async () => {
    const corpus = await corpusOf(hundred);
    const blind = { ...wordSum, embed: async (texts: readonly string[]) => new Float32Array(12 * texts.length) };
    const { weights, knownItemMrr: found } = await learnFusionWeights(hundred, corpus, blind, 1, effects);
    expect(found.semantic).toBeLessThan(0.05);
    expect(found.keyword).toBeGreaterThan(found.semantic ?? 1);
    for (const { lexical } of weights) expect(lexical).toBeGreaterThan(0);
  });

  test('whose vectors know every answer is searched by meaning more than by default', async () => {
    // A question and its answer both have the vector of their paper, whatever they say.
    const corpus = await corpusOf(hundred);
    const items = knownItems(hundred, corpus.invertedIndex, 1);
    const rows = [...items, ...items].map(({ row }) => row);
    let at = 0;
    const knowing = {
      ...wordSum,
      embed: async (texts: readonly string[]) => {
        const data = new Float32Array(12 * texts.length);
        for (let i = 0; i < texts.length; i++) {
          const row = rows[at++];
          data.set(anyVectorAt(corpus.vectors, row), 12 * i);
        }
        return data;
      },
    };
    const { weights, knownItemMrr: found } = await learnFusionWeights(hundred, corpus, knowing, 1, effects);
    expect(found.semantic).toBeGreaterThan(0.9);
    for (const { lexical } of weights) expect(lexical).toBeLessThan(DEFAULT_WEIGHTS.lexical);
  });
});

describe('a corpus too small to teach', () => {
  test.each([0, 1, 2, 5])('of %i papers gets the default weights', async (count) => {
    // Of two sentences one half finds the other.
    const papers = hundred.filter(({ abstract }) => abstract.split('.').length > 2).slice(0, count);
    const { weights, knownItemMrr: found } = await tuned(papers);
    expect(weights).toEqual(LENGTH_BUCKETS.map((maxTerms) => ({ maxTerms, ...DEFAULT_WEIGHTS })));
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
    const { weights, knownItemMrr: found } = await tuned(hundred.map(({ title }) => ({ title, abstract: '' })));
    expect(weights[0]).toEqual({ maxTerms: 1, ...DEFAULT_WEIGHTS });
    expect(found).toEqual({ keyword: null, semantic: null, hybrid: null });
  });
});

test('tuning is stopped between questions', async () => {
  const stop = new AbortController();
  stop.abort();
  await expect(
    learnFusionWeights(hundred, await corpusOf(hundred), wordSum, 1, silentEffects(stop.signal)),
  ).rejects.toThrow(/abort/i);
});
