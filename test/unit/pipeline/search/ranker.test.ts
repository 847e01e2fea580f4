import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { searchModes } from '../../../../pipeline/core/query/ast.ts';
import { embeddingInputOf } from '../../../../pipeline/embedding/embedder.ts';
import type { Candidates } from '../../../../pipeline/search/candidates.ts';
import { type QueryTerms, queryTerms } from '../../../../pipeline/search/lexical/bm25.ts';
import {
  candidateFeatureNames,
  computeRankingFeatures,
  lexicalScores,
  queryFeatureNames,
  RANKER_WEIGHTS,
  type RankerKind,
  rankPapers,
  relevanceScores,
  weightsForQuery,
} from '../../../../pipeline/search/rank.ts';
import { NaiveSearch } from '../../../fixtures/naive-search.ts';
import { createCorpus, sentencePapers, wordSumEmbedder, wordSumVectors } from '../../../fixtures/small-corpus.ts';

const kinds: readonly RankerKind[] = ['hybrid', 'semantic'];

const score = fc.float({ min: -1000, max: 1000, noNaN: true });
const share = fc.float({ min: 0, max: 1, noNaN: true });
const stats = fc.record({ mean: score, deviation: fc.constantFrom(0, 0.5, 1, 40) });
const z = (value: number, { mean, deviation }: { mean: number; deviation: number }) =>
  deviation === 0 ? 0 : (value - mean) / deviation;

/** Any candidates of a query, with the cosines of one model or of two. */
const arbitraryCandidates: fc.Arbitrary<Candidates> = fc
  .record({
    list: fc.uniqueArray(fc.tuple(fc.nat(99), score, score, score, score, share, share), {
      maxLength: 30,
      selector: ([row]) => row,
    }),
    bm25Stats: stats,
    cosineStats: stats,
    partStats: fc.array(stats, { minLength: 1, maxLength: 2 }),
  })
  .map(({ list, bm25Stats, cosineStats, partStats }) => {
    const column = (at: number) => Float32Array.from(list, (values) => values[at]);
    return {
      rows: Int32Array.from(list, ([row]) => row),
      bm25: column(1),
      proximity: column(2),
      cosine: column(3),
      coverage: column(5),
      titleCoverage: column(6),
      bm25Stats,
      cosineStats,
      parts: partStats.map((of, part) => ({ cosine: column(3 + part), stats: of })),
    };
  });

const PAPERS = 200;
const arbitraryTerms: fc.Arbitrary<QueryTerms | undefined> = fc.option(
  fc
    .record({
      documentFrequencies: fc.array(fc.integer({ min: 1, max: PAPERS }), { maxLength: 6 }),
      unknownWords: fc.uniqueArray(fc.constantFrom('zyx', 'qua', 'wub'), { maxLength: 3 }),
      repeated: fc.nat(3),
    })
    .map(({ documentFrequencies, unknownWords, repeated }) => ({
      terms: documentFrequencies.map((df) => ({
        postings: {
          rows: Int32Array.from({ length: df }, (_, row) => row),
          titleTf: new Uint8Array(df),
          abstractTf: new Uint8Array(df).fill(1),
        },
        weight: 1,
      })),
      pairs: [],
      termCount: documentFrequencies.length + unknownWords.length + repeated,
      unknownWords,
      stems: [],
    })),
  { nil: undefined },
);

function expectNear(values: Iterable<number>, expected: readonly number[]): void {
  const list = [...values];
  expect(list).toHaveLength(expected.length);
  list.forEach((value, i) => {
    expect(Math.abs(value - expected[i]), `${value} ≠ ${expected[i]}`).toBeLessThanOrEqual(
      1e-5 * (1 + Math.abs(expected[i])),
    );
  });
}

test('the lexical score of a candidate is its BM25 plus 0.15 times its proximity, z-scored as BM25', () => {
  fc.assert(
    fc.property(arbitraryCandidates, (candidates) => {
      const naive = [...candidates.bm25].map((bm25, i) =>
        z(bm25 + 0.15 * candidates.proximity[i], candidates.bm25Stats),
      );
      expectNear(lexicalScores(candidates), naive);
    }),
    { seed: 1 },
  );
});

describe('the features', () => {
  test('of candidates are their lexical score, the z-scored cosine of each model, coverage, and the cosines', () => {
    fc.assert(
      fc.property(arbitraryCandidates, arbitraryTerms, (candidates, terms) => {
        const { ofCandidates } = computeRankingFeatures(candidates, terms, PAPERS);
        expect(ofCandidates).toHaveLength(candidateFeatureNames.length);
        const [first, second = first] = candidates.parts;
        const naive: Record<(typeof candidateFeatureNames)[number], ArrayLike<number>> = {
          lexical: lexicalScores(candidates),
          contextual: Array.from(first.cosine, (value) => z(value, first.stats)),
          static: Array.from(second.cosine, (value) => z(value, second.stats)),
          coverage: candidates.coverage,
          titleCoverage: candidates.titleCoverage,
        };
        candidateFeatureNames.forEach((name, i) => {
          expectNear(ofCandidates[i], Array.from(naive[name]));
        });
      }),
      { seed: 2 },
    );
  });

  test('of a query are its best candidate of each kind, its length, and how rare its words are', () => {
    fc.assert(
      fc.property(arbitraryCandidates, arbitraryTerms, (candidates, terms) => {
        const { ofQuery, ofCandidates } = computeRankingFeatures(candidates, terms, PAPERS);
        const best = (name: (typeof candidateFeatureNames)[number]) =>
          Math.max(0, ...ofCandidates[candidateFeatureNames.indexOf(name)]);
        const idf = (df: number) => Math.log(1 + (PAPERS - df + 0.5) / (df + 0.5));
        const smallestDf = Math.min(PAPERS + 1, ...(terms?.terms ?? []).map(({ postings }) => postings.rows.length));
        const naive: Record<(typeof queryFeatureNames)[number], number> = {
          bestCoverage: best('coverage'),
          length: Math.min(1, Math.log(1 + (terms?.termCount ?? 0)) / Math.log(65)),
          unknownShare: terms && terms.termCount > 0 ? Math.min(1, terms.unknownWords.length / terms.termCount) : 0,
          rarestTerm: smallestDf > PAPERS ? 0 : Math.min(1, idf(smallestDf) / idf(1)),
          bestLexical: Math.min(1, Math.log(1 + best('lexical')) / Math.log(101)),
          bestContextual: Math.min(1, best('contextual') / 12),
          bestStatic: Math.min(1, best('static') / 12),
        };
        for (const value of ofQuery) expect(value).toBeLessThanOrEqual(1);
        expectNear(
          ofQuery,
          queryFeatureNames.map((name) => naive[name]),
        );
      }),
      { seed: 3 },
    );
  });
});

describe('the weights', () => {
  test.each(kinds)(
    'of %s ranking are a finite number for each feature, and for its product with each of the query',
    (kind) => {
      expect(RANKER_WEIGHTS[kind]).toHaveLength(candidateFeatureNames.length);
      for (const row of RANKER_WEIGHTS[kind]) {
        expect(row).toHaveLength(1 + queryFeatureNames.length);
        expect(row.every(Number.isFinite)).toBe(true);
      }
    },
  );

  test('of semantic ranking disregard the words of the query', () => {
    const ofWords = ['lexical', 'coverage', 'titleCoverage'] as const;
    for (const name of ofWords) {
      expect([...RANKER_WEIGHTS.semantic[candidateFeatureNames.indexOf(name)]].every((weight) => weight === 0)).toBe(
        true,
      );
    }
  });

  test('of a query add to each weight its products with the features of the query', () => {
    const features = fc.array(share, { minLength: queryFeatureNames.length, maxLength: queryFeatureNames.length });
    fc.assert(
      fc.property(fc.constantFrom(...kinds), features, (kind, ofQuery) => {
        const naive = candidateFeatureNames.map((_, feature) => {
          let weight = RANKER_WEIGHTS[kind][feature][0];
          for (let j = 0; j < ofQuery.length; j++) weight += RANKER_WEIGHTS[kind][feature][j + 1] * ofQuery[j];
          return Math.max(0, weight);
        });
        expectNear(weightsForQuery(kind, ofQuery), naive);
      }),
      { seed: 4 },
    );
  });
});

test('the score of a candidate is the weighted sum of its features', () => {
  const table = fc.integer({ min: 1, max: 8 }).chain((features) =>
    fc.record({
      weights: fc.array(score, { minLength: features, maxLength: features }),
      candidates: fc.array(fc.array(share, { minLength: features, maxLength: features }), { maxLength: 20 }),
    }),
  );
  fc.assert(
    fc.property(table, ({ weights, candidates }) => {
      const columns = weights.map((_, f) => Float32Array.from(candidates, (features) => features[f]));
      const scores = relevanceScores(columns, weights);
      expect(scores).toHaveLength(candidates.length);
      candidates.forEach((features, i) => {
        const naive = features.reduce((sum, value, f) => sum + weights[f] * value, 0);
        expect(Math.abs(scores[i] - naive)).toBeLessThanOrEqual(1e-3);
      });
    }),
    { seed: 5 },
  );
});

describe('a ranking', () => {
  const word = fc.constantFrom('bax', 'dul', 'fom', 'gik', 'hep', 'jov', 'zed', 'unseen', 'zyx', 'of', 'the');
  const queries = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '));

  test('has the hits and scores of a naive search in each mode, the best first, equal scores by row', async () => {
    await fc.assert(
      fc.asyncProperty(sentencePapers(1, 14), queries, async (papers, query) => {
        const corpus = await createCorpus(papers);
        const texts = papers.map((paper) => embeddingInputOf(wordSumEmbedder.settings, paper));
        const naive = new NaiveSearch(papers, await wordSumVectors(texts));
        const vector = await wordSumEmbedder.embedQueries([query]);
        for (const mode of searchModes) {
          const terms = queryTerms(corpus.invertedIndex, query);
          const { rows, scores } = rankPapers(corpus, { terms, vectors: [vector] }, mode);
          const expected = naive.scores(query, [...vector], mode);
          const hits = expected.flatMap((score, row) => (score === undefined ? [] : [row]));
          expect([mode, [...rows].sort((a, b) => a - b)]).toEqual([mode, hits]);
          rows.forEach((row, i) => {
            const own = expected[row] ?? Number.NaN;
            expect(Math.abs(scores[i] - own), `${mode}: ${scores[i]} ≠ ${own}`).toBeLessThanOrEqual(
              1e-4 * (1 + Math.abs(own)),
            );
            if (i > 0)
              expect(scores[i - 1] > scores[i] || (scores[i - 1] === scores[i] && rows[i - 1] < row)).toBe(true);
          });
        }
      }),
      { seed: 6, numRuns: 200 },
    );
  });
});
