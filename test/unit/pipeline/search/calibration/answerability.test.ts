import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  answerFeatures,
  calibrateRanking,
  createMatchFeatureExtractor,
  createNameFeature,
  type NullDistribution,
  percentileAmongOffTopic,
  rawMatchScore,
} from '../../../../../pipeline/search/calibration/answerability.ts';
import { retrieveCandidates } from '../../../../../pipeline/search/candidates.ts';
import { queryTerms, termCoverage } from '../../../../../pipeline/search/lexical/bm25.ts';
import { rankPapers } from '../../../../../pipeline/search/rank.ts';
import { createCorpus, wordSumEmbedder } from '../../../../fixtures/small-corpus.ts';
import { buildIndex } from '../../../../fixtures/small-vocabulary-papers.ts';

test('the features of an answer are the mean similarity and best coverage of the ten nearest, and the best proximity of any candidate', async () => {
  const papers = Array.from({ length: 14 }, (_, i) => ({
    title: ['bax', 'bax dul', 'bax dul fom', 'gik', 'ba'][i % 5],
    abstract: 'b '.repeat(i),
  }));
  const corpus = await createCorpus(papers);
  const terms = queryTerms(corpus.invertedIndex, 'bax dul zyx');
  const candidates = retrieveCandidates(corpus, { terms, vectors: [await wordSumEmbedder.embed(['bax dul zyx'])] });
  const featuresOf = createMatchFeatureExtractor(corpus.invertedIndex, terms, 'bax dul zyx', candidates);
  const features = answerFeatures(featuresOf, candidates);
  const nearest = Array.from(candidates.rows.keys())
    .sort((a, b) => candidates.cosine[b] - candidates.cosine[a])
    .slice(0, 10);
  const { coverage } = termCoverage(
    corpus.invertedIndex,
    terms,
    Int32Array.from(nearest, (i) => candidates.rows[i]),
  );
  expect(features.coverage).toBe(Math.max(...coverage));
  expect(features.coverage).toBeGreaterThan(0);
  expect(features.similarity).toBeCloseTo(nearest.reduce((sum, i) => sum + candidates.cosine[i], 0) / 10, 6);
  expect(features.proximity).toBeCloseTo(Math.max(...candidates.proximity) / 3, 6);
  expect(features.proximity).toBeGreaterThan(0);
  expect(features.names).toBe(0);
  expect(answerFeatures(featuresOf, retrieveCandidates(corpus, { vectors: [] }))).toEqual({
    coverage: 0,
    similarity: 0,
    proximity: 0,
    names: 0,
  });
});

describe('name matches', () => {
  const index = buildIndex([
    { title: 'eIF3 and p16INK4A', abstract: 'about binding' },
    { title: 'eIF3', abstract: '' },
    { title: 'grpo', abstract: '' },
    { title: 'Raptor', abstract: '' },
    { title: 'binding', abstract: '2504 items' },
  ]);
  const nameMatches = (text: string) => [0, 1, 2, 3, 4].map(createNameFeature(index, text));

  test('are weighted by idf, with 1 for a name in a single paper, and count once each', () => {
    const [both, common] = nameMatches('does eIF3 bind p16INK4A or eIF3');
    expect(nameMatches('p16INK4A')).toEqual([1, 0, 0, 0, 0]);
    expect(common).toBeGreaterThan(0);
    expect(common).toBeLessThan(1);
    expect(both).toBeCloseTo(1 + common, 9);
  });

  test.each([
    ['GRPO', [0, 0, 1, 0, 0]],
    ['grpo', [0, 0, 0, 0, 0]],
    ['Raptor', [0, 0, 0, 0, 0]],
    ['2504', [0, 0, 0, 0, 0]],
    ['XYZ9', [0, 0, 0, 0, 0]],
  ])('need a capital after the first letter or letters with digits: %s', (text, expected) => {
    expect(nameMatches(text)).toEqual(expected);
  });
});

const stats = { mean: 0.3, deviation: 0.1 };
const nulls: NullDistribution = { coverage: stats, similarity: stats, proximity: stats, scores: [-1, 0, 0, 2] };
const typical = { coverage: 0.3, similarity: 0.3, proximity: 0.3, names: 0 };

test('the match score of a typical off-topic answer is 0, and each feature raises it', () => {
  expect(rawMatchScore(typical, nulls)).toBeCloseTo(0, 9);
  for (const more of ['coverage', 'similarity', 'proximity', 'names'] as const) {
    expect(rawMatchScore({ ...typical, [more]: typical[more] + 0.1 }, nulls)).toBeGreaterThan(0.2);
  }
});

describe('the verdict', () => {
  // Each paper has a word twice in its abstract, another one in its title, and a third once in its abstract.
  const papers = Array.from({ length: 30 }, (_, i) => ({ title: `gik t${i}`, abstract: `bax bax dul x${i}` }));
  /** Off-topic queries with scores that no answer, or every answer, exceeds. */
  const alwaysAnswers = { ...nulls, scores: [-1000] };
  const neverAnswers = { ...nulls, scores: [1000] };
  async function calibrate(text: string, nullDistribution: NullDistribution, options = {}) {
    const corpus = await createCorpus(papers);
    const terms = queryTerms(corpus.invertedIndex, text);
    const ranking = rankPapers(corpus, { terms, vectors: [await wordSumEmbedder.embed([text])] }, 'hybrid');
    return calibrateRanking(corpus.invertedIndex, terms, text, ranking, nullDistribution, options);
  }

  test.each([
    ['bax zyx', 'uncertain'],
    ['gik zyx', 'uncertain'],
    ['dul zyx', 'no_match'],
    ['zyx', 'no_match'],
  ])('of %j, whose answer is no better than that of off-topic queries, is %s', async (text, verdict) => {
    const calibrated = await calibrate(text, neverAnswers);
    expect(calibrated.verdict).toBe(verdict);
    expect(calibrated.rows).toHaveLength(10);
  });

  test('is that a query is answered if its answer is better, or if it is the id of a paper', async () => {
    expect((await calibrate('dul', alwaysAnswers)).verdict).toBe('answered');
    expect((await calibrate('dul', neverAnswers, { isExactId: true })).verdict).toBe('answered');
  });

  test('keeps ten papers of an answer, or fewer if asked to, and all that match better than by chance', async () => {
    const poor = { ...nulls, scores: [-1000] };
    expect((await calibrate('dul', poor)).rows.length).toBe(30);
    const halfAboveHits = { ...nulls, scores: [1000] };
    expect((await calibrate('dul', halfAboveHits, { isExactId: true })).rows).toHaveLength(10);
    expect((await calibrate('dul', halfAboveHits, { isExactId: true, minKept: 1 })).rows).toHaveLength(1);
  });
});

test('the percentile is the share of off-topic queries with a lower score', () => {
  const naive = (score: number) => nulls.scores.filter((one) => one < score).length / 4;
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(-1, 0, 2), fc.double({ min: -3, max: 3, noNaN: true })), (score) => {
      expect(percentileAmongOffTopic(score, nulls)).toBe(naive(score));
    }),
    { seed: 1 },
  );
});
