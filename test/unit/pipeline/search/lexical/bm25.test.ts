import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Passage } from '../../../../../pipeline/core/paper.ts';
import { Bm25Scorer, type ScoredTerm } from '../../../../../pipeline/search/lexical/bm25.ts';
import type { InvertedIndex } from '../../../../../pipeline/search/lexical/inverted-index.ts';
import { findWord, postingsOf, unionPostings } from '../../../../../pipeline/search/lexical/inverted-index.ts';
import { fewWord, fewWordsPapers, indexOf, split } from '../../../../fixtures/few-words-papers.ts';

/** A query: each time the words of which any counts (one for a plain word), and a weight. */
type Asked = readonly { readonly anyOf: readonly string[]; readonly weight: number }[];
const asked: fc.Arbitrary<Asked> = fc.array(
  fc.record({ anyOf: fc.uniqueArray(fewWord, { minLength: 1, maxLength: 3 }), weight: fc.integer({ min: 1, max: 4 }) }),
  { maxLength: 5 },
);

/** BM25F as its formula says, over lists of words. */
function naiveScores(papers: readonly Passage[], query: Asked): number[] {
  const texts = papers.map(({ title, abstract }) => ({ title: split(title), abstract: split(abstract) }));
  const length = texts.map(({ title, abstract }) => 2 * title.length + abstract.length);
  const mean = length.reduce((sum, one) => sum + one, 0) / papers.length;
  return texts.map(({ title, abstract }, row) => {
    let score = 0;
    for (const { anyOf, weight } of query) {
      const times = (words: string[]) => words.filter((word) => anyOf.includes(word)).length;
      const df = texts.filter((text) => times(text.title) + times(text.abstract) > 0).length;
      const tf = 2 * times(title) + times(abstract);
      if (tf === 0) continue;
      const idf = Math.log(1 + (papers.length - df + 0.5) / (df + 0.5));
      score += weight * idf * (0.25 + (tf * 2.2) / (tf + 1.2 * (1 - 0.75 + (0.75 * length[row]) / mean)));
    }
    return score;
  });
}

function termsOf(index: InvertedIndex, query: Asked): ScoredTerm[] {
  return query.map(({ anyOf, weight }) => {
    const stems = anyOf.map((word) => findWord(index.stems, word)).filter((stem) => stem >= 0);
    return { postings: unionPostings(index, stems), weight };
  });
}

describe('scoring by words', () => {
  test('is BM25F over title and abstract, to six digits, with the best first and equal ones by row', () => {
    fc.assert(
      fc.property(fewWordsPapers, fc.array(asked, { minLength: 1, maxLength: 3 }), fc.nat(20), (papers, queries, k) => {
        const index = indexOf(papers);
        // One scorer for all: nothing of a query may be left for the next.
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
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('shuts out what the filter does, and changes no score by it', () => {
    fc.assert(
      fc.property(
        fewWordsPapers,
        asked,
        fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 14 }),
        (papers, query, bits) => {
          const index = indexOf(papers);
          const scorer = new Bm25Scorer(index);
          const terms = termsOf(index, query);
          const rows = Int32Array.from(papers.keys());
          const open = scorer.score(terms).scoresOf(rows);
          const filtered = scorer.score(terms, Uint8Array.from(bits));
          const expected = open.map((score, row) => (bits[row] === 1 ? score : 0));
          expect(filtered.scoresOf(rows)).toEqual(expected);
          expect(filtered.total).toBe(expected.filter((score) => score > 0).length);
          expect(filtered.best(99).rows).toHaveLength(filtered.total);
        },
      ),
      { seed: 2 },
    );
  });

  test('knows what score is usual among all papers that the filter lets through, those with none of the words too', () => {
    fc.assert(
      fc.property(
        fewWordsPapers,
        asked,
        fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 14 }),
        fc.boolean(),
        (papers, query, bits, isFiltered) => {
          const index = indexOf(papers);
          const mask = isFiltered ? Uint8Array.from(bits) : undefined;
          const open = [...papers.keys()].filter((row) => !mask || mask[row] === 1);
          const naive = naiveScores(papers, query).filter((_, row) => open.includes(row));
          const mean = naive.reduce((sum, one) => sum + one, 0) / Math.max(1, naive.length);
          const variance = naive.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, naive.length);
          const scale = new Bm25Scorer(index).score(termsOf(index, query), mask).stats(open.length);
          expect(scale.mean).toBeCloseTo(mean, 4);
          expect(scale.deviation).toBeCloseTo(Math.sqrt(variance), 3);
        },
      ),
      { seed: 3, numRuns: 200 },
    );
  });

  test('puts a word in the title before the same word in the abstract, and a rare word before a common one', () => {
    const index = indexOf([
      { title: 'A Study', abstract: 'Of bandits.' },
      { title: 'Bandits', abstract: 'A study of.' },
      ...Array.from({ length: 6 }, () => ({ title: 'Robots at Work', abstract: 'They work.' })),
    ]);
    const scorer = new Bm25Scorer(index);
    const term = (stem: string) => ({ postings: postingsOf(index, findWord(index.stems, stem)), weight: 1 });
    expect([...scorer.score([term('bandit')]).best(10).rows]).toEqual([1, 0]);
    expect([...scorer.score([term('robot'), term('bandit')]).best(3).rows]).toEqual([1, 0, 2]);
  });

  test('finds nothing where nothing is asked for, or nothing is there', () => {
    for (const papers of [[], [{ title: '', abstract: '' }], [{ title: 'bax', abstract: '' }]]) {
      const scored = new Bm25Scorer(indexOf(papers)).score([]);
      expect([scored.total, scored.best(5).rows.length, scored.best(0).rows.length]).toEqual([0, 0, 0]);
    }
  });

  test('refuses a weight that is not above 0, and the scores of a previous query', () => {
    const index = indexOf([{ title: 'bax', abstract: 'bax' }]);
    const scorer = new Bm25Scorer(index);
    const postings = postingsOf(index, 0);
    for (const weight of [0, -1, Number.NaN]) expect(() => scorer.score([{ postings, weight }])).toThrow(RangeError);
    const previous = scorer.score([{ postings, weight: 1 }]);
    expect(previous.best(1).rows).toHaveLength(1);
    scorer.score([]);
    expect(() => previous.best(1)).toThrow(/earlier query/);
    expect(() => previous.scoresOf(Int32Array.of(0))).toThrow(/earlier query/);
  });

  test('takes several stems for one word, and counts to 255', () => {
    const index = indexOf([
      { title: '', abstract: `${'bax '.repeat(200)}${'dul '.repeat(200)}` },
      { title: 'bax', abstract: '' },
    ]);
    const both = unionPostings(index, [0, 1, 0]);
    expect([[...both.rows], [...both.titleTf], [...both.abstractTf]]).toEqual([
      [0, 1],
      [0, 1],
      [255, 0],
    ]);
    expect(unionPostings(index, []).rows).toHaveLength(0);
  });
});
