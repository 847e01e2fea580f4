import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../../../pipeline/cli/terminal.ts';
import type { PaperText } from '../../../../pipeline/core/paper.ts';
import { anyVectorAt } from '../../../../pipeline/core/vectors.ts';
import { embeddingInputOf } from '../../../../pipeline/embedding/embedder.ts';
import {
  type LearnedFusion,
  learnFusionWeights,
  sampleKnownItems,
} from '../../../../pipeline/search/learn-fusion-weights.ts';
import {
  DEFAULT_FUSION_WEIGHTS,
  type FusionWeights,
  fusionWeightsFor,
  QUERY_LENGTH_BUCKETS,
} from '../../../../pipeline/search/rank.ts';
import { NaiveSearch } from '../../../fixtures/naive-search.ts';
import { createCorpus, sentencePapers, wordSumEmbedder } from '../../../fixtures/small-corpus.ts';
import { buildIndex } from '../../../fixtures/small-vocabulary-papers.ts';

/** The grid that is searched. */
const LEXICAL_WEIGHTS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
const PROXIMITY_WEIGHTS = [0, 0.1, 0.2, 0.4];
const effects = silentEffects();
const [papers100] = fc.sample(sentencePapers(100, 100), { seed: 6, numRuns: 1 });
const learn = async (papers: readonly PaperText[], seed = 1) =>
  learnFusionWeights(papers, await createCorpus(papers), wordSumEmbedder, seed, effects);

describe('learned fusion weights', () => {
  let learned: LearnedFusion;
  beforeAll(async () => {
    learned = await learn(papers100);
  });

  test('are equal for the same corpus and seed', async () => {
    expect(await learn(papers100)).toEqual(learned);
  });

  test('are one pair from the grid for each bucket of query lengths', () => {
    expect(learned.weights.map(({ maxTerms }) => maxTerms)).toEqual([...QUERY_LENGTH_BUCKETS]);
    for (const { lexical, proximity } of learned.weights) {
      expect(LEXICAL_WEIGHTS).toContain(lexical);
      expect(PROXIMITY_WEIGHTS).toContain(proximity);
    }
  });

  describe('compared with a naive search', () => {
    let trials: ReturnType<NaiveSearch['evaluate']>[];
    beforeAll(async () => {
      const items = sampleKnownItems(papers100, buildIndex(papers100), 1);
      const rowsOf = async (texts: string[]) => {
        const data = await wordSumEmbedder.embed(texts);
        return texts.map((_, i) => [...data.subarray(i * 12, (i + 1) * 12)]);
      };
      const vectors = await rowsOf(papers100.map((paper) => embeddingInputOf(wordSumEmbedder.settings, paper)));
      const queries = await rowsOf(items.map(({ query }) => query));
      const targets = await rowsOf(items.map(({ rest }) => embeddingInputOf(wordSumEmbedder.settings, rest)));
      const search = new NaiveSearch(papers100, vectors);
      trials = items.map((item, i) => search.evaluate(item, queries[i], targets[i]));
      expect(trials.length).toBeGreaterThan(200);
    });
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const reciprocalRanks = (weightsOf: (termCount: number) => FusionWeights) =>
      trials.map((trial) => 1 / trial.rank(weightsOf(trial.termCount)));

    test('report the mean reciprocal rank of known items in each mode', () => {
      const naive = {
        keyword: mean(reciprocalRanks(() => ({ lexical: 1, proximity: DEFAULT_FUSION_WEIGHTS.proximity }))),
        semantic: mean(reciprocalRanks(() => ({ lexical: 0, proximity: 0 }))),
        hybrid: mean(reciprocalRanks((termCount) => fusionWeightsFor(learned.weights, termCount))),
      };
      for (const mode of ['keyword', 'semantic', 'hybrid'] as const)
        expect(learned.knownItemMrr[mode]).toBeCloseTo(naive[mode], 4);
    });

    test('maximize the reciprocal rank for each query length, smoothed by all lengths and pulled toward the default', () => {
      const grid = PROXIMITY_WEIGHTS.flatMap((proximity) => LEXICAL_WEIGHTS.map((lexical) => ({ lexical, proximity })));
      const ranksOf = grid.map((weights) => reciprocalRanks(() => weights));
      let largeBuckets = 0;
      for (const [i, { maxTerms, ...chosenWeights }] of learned.weights.entries()) {
        const isInBucket = ({ termCount }: { termCount: number }) =>
          termCount <= maxTerms && termCount > (i === 0 ? 0 : QUERY_LENGTH_BUCKETS[i - 1]);
        const bucketCount = trials.filter(isInBucket).length;
        if (bucketCount > 20) largeBuckets++;
        const objective = ranksOf.map((ranks, at) => {
          const bucketSum = ranks
            .filter((_, trial) => isInBucket(trials[trial]))
            .reduce((sum, value) => sum + value, 0);
          const { lexical, proximity } = grid[at];
          const distance =
            (lexical - DEFAULT_FUSION_WEIGHTS.lexical) ** 2 +
            ((proximity - DEFAULT_FUSION_WEIGHTS.proximity) / 0.4) ** 2;
          return (bucketSum + 100 * mean(ranks)) / (bucketCount + 100) - 0.05 * distance;
        });
        const chosen = grid.findIndex(
          ({ lexical, proximity }) => lexical === chosenWeights.lexical && proximity === chosenWeights.proximity,
        );
        expect(objective[chosen]).toBeCloseTo(Math.max(...objective), 9);
      }
      expect(largeBuckets).toBeGreaterThanOrEqual(3);
    });
  });

  test('make hybrid search at most 0.02 worse than the better of keyword and semantic search', () => {
    expect(learned.knownItemMrr.hybrid).toBeGreaterThanOrEqual(
      Math.max(learned.knownItemMrr.keyword ?? 1, learned.knownItemMrr.semantic ?? 1) - 0.02,
    );
  });
});

describe('fusion weights of a corpus where one kind of search is better', () => {
  test('give keyword search some weight if the embeddings carry no information', async () => {
    const corpus = await createCorpus(papers100);
    const uninformative = {
      ...wordSumEmbedder,
      embed: async (texts: readonly string[]) => new Float32Array(12 * texts.length),
    };
    const { weights, knownItemMrr } = await learnFusionWeights(papers100, corpus, uninformative, 1, effects);
    expect(knownItemMrr.semantic).toBeLessThan(0.05);
    expect(knownItemMrr.keyword).toBeGreaterThan(knownItemMrr.semantic ?? 1);
    for (const { lexical } of weights) expect(lexical).toBeGreaterThan(0);
  });

  test('give semantic search more weight than by default if the embeddings match every known item', async () => {
    // A query and its target both get the vector of their paper, whatever their text.
    const corpus = await createCorpus(papers100);
    const items = sampleKnownItems(papers100, corpus.invertedIndex, 1);
    const rows = [...items, ...items].map(({ row }) => row);
    let at = 0;
    const embed = async (texts: readonly string[]) => {
      const data = new Float32Array(12 * texts.length);
      for (let i = 0; i < texts.length; i++) data.set(anyVectorAt(corpus.vectors, rows[at++]), 12 * i);
      return data;
    };
    const oracle = { ...wordSumEmbedder, embed, embedQueries: embed };
    const { weights, knownItemMrr } = await learnFusionWeights(papers100, corpus, oracle, 1, effects);
    expect(knownItemMrr.semantic).toBeGreaterThan(0.9);
    for (const { lexical } of weights) expect(lexical).toBeLessThan(DEFAULT_FUSION_WEIGHTS.lexical);
  });
});

describe('a corpus too small to learn from', () => {
  test.each([0, 1, 2, 5])('keeps the default weights with %i papers', async (count) => {
    // Papers with at least three sentences: of two, one half would find the other.
    const papers = papers100.filter(({ abstract }) => abstract.split('.').length > 2).slice(0, count);
    const { weights, knownItemMrr } = await learn(papers);
    expect(weights).toEqual(QUERY_LENGTH_BUCKETS.map((maxTerms) => ({ maxTerms, ...DEFAULT_FUSION_WEIGHTS })));
    for (const mode of ['keyword', 'semantic', 'hybrid'] as const) {
      if (count === 0) expect(knownItemMrr[mode]).toBeNull();
      else {
        // A single paper has rank 1; among several, the target may have the last rank.
        expect(knownItemMrr[mode]).toBeGreaterThanOrEqual(1 / count);
        expect(knownItemMrr[mode]).toBeLessThanOrEqual(1);
      }
    }
  });

  test('has no known items if papers consist of titles only', async () => {
    const { weights, knownItemMrr } = await learn(papers100.map(({ title }) => ({ title, abstract: '' })));
    expect(weights[0]).toEqual({ maxTerms: 1, ...DEFAULT_FUSION_WEIGHTS });
    expect(knownItemMrr).toEqual({ keyword: null, semantic: null, hybrid: null });
  });
});

test('learning stops between queries when the signal is aborted', async () => {
  const stop = new AbortController();
  stop.abort();
  await expect(
    learnFusionWeights(papers100, await createCorpus(papers100), wordSumEmbedder, 1, silentEffects(stop.signal)),
  ).rejects.toThrow(/abort/i);
});
