import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PaperText } from '../../../../../pipeline/core/paper.ts';
import { Bm25Scorer, type WeightedTerm } from '../../../../../pipeline/search/lexical/bm25.ts';
import type { InvertedIndex } from '../../../../../pipeline/search/lexical/inverted-index.ts';
import { findWord, postingsOf, unionPostings } from '../../../../../pipeline/search/lexical/inverted-index.ts';
import {
  buildIndex,
  smallVocabularyPapers,
  splitWords,
  vocabularyWord,
} from '../../../../fixtures/small-vocabulary-papers.ts';

/** A query: each term is a weight and the words that match it (one for a plain word, several for a prefix). */
type NaiveQuery = readonly { readonly anyOf: readonly string[]; readonly weight: number }[];
const naiveQuery: fc.Arbitrary<NaiveQuery> = fc.array(
  fc.record({
    anyOf: fc.uniqueArray(vocabularyWord, { minLength: 1, maxLength: 3 }),
    weight: fc.integer({ min: 1, max: 4 }),
  }),
  { maxLength: 5 },
);

/** The BM25F formula, over lists of words. */
function naiveScores(papers: readonly PaperText[], query: NaiveQuery): number[] {
  const texts = papers.map(({ title, abstract }) => ({ title: splitWords(title), abstract: splitWords(abstract) }));
  const length = texts.map(({ title, abstract }) => 2 * title.length + abstract.length);
  const mean = length.reduce((sum, value) => sum + value, 0) / papers.length;
  return texts.map(({ title, abstract }, row) => {
    let score = 0;
    for (const { anyOf, weight } of query) {
      const count = (words: string[]) => words.filter((word) => anyOf.includes(word)).length;
      const df = texts.filter((text) => count(text.title) + count(text.abstract) > 0).length;
      const tf = 2 * count(title) + count(abstract);
      if (tf === 0) continue;
      const idf = Math.log(1 + (papers.length - df + 0.5) / (df + 0.5));
      score += weight * idf * (0.25 + (tf * 2.2) / (tf + 1.2 * (1 - 0.75 + (0.75 * length[row]) / mean)));
    }
    return score;
  });
}

function termsOf(index: InvertedIndex, query: NaiveQuery): WeightedTerm[] {
  return query.map(({ anyOf, weight }) => {
    const stems = anyOf.map((word) => findWord(index.stems, word)).filter((stem) => stem >= 0);
    return { postings: unionPostings(index, stems), weight };
  });
}

describe('Bm25Scorer', () => {
  test('computes BM25F over title and abstract, and ranks by score, ties by row', () => {
    fc.assert(
      fc.property(
        smallVocabularyPapers,
        fc.array(naiveQuery, { minLength: 1, maxLength: 3 }),
        fc.nat(20),
        (papers, queries, k) => {
          const index = buildIndex(papers);
          // One scorer for all queries: no state may carry over to the next.
          const scorer = new Bm25Scorer(index);
          for (const query of queries) {
            const naive = naiveScores(papers, query);
            const scored = scorer.score(termsOf(index, query));
            const all = scored.scoresOf(Int32Array.from(papers.keys()));
            naive.forEach((score, row) => {
              expect(Math.abs(all[row] - score)).toBeLessThanOrEqual(1e-5 * (1 + score));
            });
            expect(scored.total).toBe(naive.filter((score) => score > 0).length);
            const { rows, scores } = scored.best(k);
            expect([...scores]).toEqual([...rows].map((row) => all[row]));
            const ranked = [...papers.keys()].filter((row) => all[row] > 0).sort((a, b) => all[b] - all[a] || a - b);
            expect([...rows]).toEqual(ranked.slice(0, k));
          }
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  test('scores filtered-out papers 0 and leaves the other scores unchanged', () => {
    fc.assert(
      fc.property(
        smallVocabularyPapers,
        naiveQuery,
        fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 14 }),
        (papers, query, bits) => {
          const index = buildIndex(papers);
          const scorer = new Bm25Scorer(index);
          const terms = termsOf(index, query);
          const rows = Int32Array.from(papers.keys());
          const unfiltered = scorer.score(terms).scoresOf(rows);
          const filtered = scorer.score(terms, Uint8Array.from(bits));
          const expected = unfiltered.map((score, row) => (bits[row] === 1 ? score : 0));
          expect(filtered.scoresOf(rows)).toEqual(expected);
          expect(filtered.total).toBe(expected.filter((score) => score > 0).length);
          expect(filtered.best(99).rows).toHaveLength(filtered.total);
        },
      ),
      { seed: 2 },
    );
  });

  test('reports score statistics over all papers that pass the filter, matching or not', () => {
    fc.assert(
      fc.property(
        smallVocabularyPapers,
        naiveQuery,
        fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 14 }),
        fc.boolean(),
        (papers, query, bits, isFiltered) => {
          const index = buildIndex(papers);
          const mask = isFiltered ? Uint8Array.from(bits) : undefined;
          const passing = [...papers.keys()].filter((row) => !mask || mask[row] === 1);
          const naive = naiveScores(papers, query).filter((_, row) => passing.includes(row));
          const mean = naive.reduce((sum, value) => sum + value, 0) / Math.max(1, naive.length);
          const variance = naive.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, naive.length);
          const stats = new Bm25Scorer(index).score(termsOf(index, query), mask).stats(passing.length);
          expect(stats.mean).toBeCloseTo(mean, 4);
          expect(stats.deviation).toBeCloseTo(Math.sqrt(variance), 3);
        },
      ),
      { seed: 3, numRuns: 200 },
    );
  });

  test('ranks a match in the title above one in the abstract, and a rare word above a common one', () => {
    const index = buildIndex([
      { title: 'A Study', abstract: 'Of bandits.' },
      { title: 'Bandits', abstract: 'A study of.' },
      ...Array.from({ length: 6 }, () => ({ title: 'Robots at Work', abstract: 'They work.' })),
    ]);
    const scorer = new Bm25Scorer(index);
    const term = (stem: string) => ({ postings: postingsOf(index, findWord(index.stems, stem)), weight: 1 });
    expect([...scorer.score([term('bandit')]).best(10).rows]).toEqual([1, 0]);
    expect([...scorer.score([term('robot'), term('bandit')]).best(3).rows]).toEqual([1, 0, 2]);
  });

  test('finds nothing without terms or papers', () => {
    for (const papers of [[], [{ title: '', abstract: '' }], [{ title: 'bax', abstract: '' }]]) {
      const scored = new Bm25Scorer(buildIndex(papers)).score([]);
      expect([scored.total, scored.best(5).rows.length, scored.best(0).rows.length]).toEqual([0, 0, 0]);
    }
  });

  test('throws for a weight that is not positive, and for access to the scores of an earlier query', () => {
    const index = buildIndex([{ title: 'bax', abstract: 'bax' }]);
    const scorer = new Bm25Scorer(index);
    const postings = postingsOf(index, 0);
    for (const weight of [0, -1, Number.NaN]) expect(() => scorer.score([{ postings, weight }])).toThrow(RangeError);
    const previous = scorer.score([{ postings, weight: 1 }]);
    expect(previous.best(1).rows).toHaveLength(1);
    scorer.score([]);
    expect(() => previous.best(1)).toThrow(/earlier query/);
    expect(() => previous.scoresOf(Int32Array.of(0))).toThrow(/earlier query/);
  });
});
