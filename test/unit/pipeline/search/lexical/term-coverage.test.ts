import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type QueryTerms, queryTerms, termCoverage } from '../../../../../pipeline/search/lexical/bm25.ts';
import { findWord, unionPostings } from '../../../../../pipeline/search/lexical/inverted-index.ts';
import {
  buildIndex,
  smallVocabularyPapers,
  splitWords,
  vocabularyWord,
} from '../../../../fixtures/small-vocabulary-papers.ts';

/** Words of which a paper must contain one (several for a prefix), and how often the query contains them. */
const term = fc.record({
  anyOf: fc.uniqueArray<string, string>(vocabularyWord, { minLength: 1, maxLength: 3 }),
  weight: fc.integer({ min: 1, max: 3 }),
});
const unknown = fc.subarray(['zyx', 'qua']);

/** Coverage of each paper by a query without prefixes, in title or abstract and in the title alone. */
function coverageOf(
  papers: readonly (readonly [title: string, abstract: string])[],
  query: string,
  prefixes: string[] = [],
) {
  const index = buildIndex(papers.map(([title, abstract]) => ({ title, abstract })));
  const rows = Int32Array.from(papers.keys());
  const { coverage, titleCoverage } = termCoverage(index, queryTerms(index, query, prefixes), rows);
  return { coverage: [...coverage], titleCoverage: [...titleCoverage] };
}

describe('the coverage of a query', () => {
  test('is the share of its terms that title or abstract contain, or the title alone, weighted by idf and frequency', () => {
    fc.assert(
      fc.property(smallVocabularyPapers, fc.array(term, { maxLength: 4 }), unknown, (papers, terms, unknownWords) => {
        const index = buildIndex(papers);
        const texts = papers.map(({ title, abstract }) => ({
          title: splitWords(title),
          all: [...splitWords(title), ...splitWords(abstract)],
        }));
        const dfOf = (anyOf: readonly string[]) =>
          texts.filter(({ all }) => all.some((word) => anyOf.includes(word))).length;
        const known = terms.filter(({ anyOf }) => dfOf(anyOf) > 0);
        const query: QueryTerms = {
          terms: known.map(({ anyOf, weight }) => {
            const stems = anyOf.map((word) => findWord(index.stems, word)).filter((stem) => stem >= 0);
            return { postings: unionPostings(index, stems), weight };
          }),
          pairs: [],
          termCount: known.length + unknownWords.length,
          unknownWords,
          stems: [],
        };
        const idf = (df: number) => Math.log(1 + (papers.length - df + 0.5) / (df + 0.5));
        const weightOf = ({ anyOf, weight }: (typeof known)[number]) => weight * idf(dfOf(anyOf));
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
        // A word that no paper contains counts as the rarest.
        const total = sum(known.map(weightOf)) + unknownWords.length * idf(0);
        const naive = (words: readonly string[]) =>
          query.termCount === 0
            ? 1
            : sum(known.filter(({ anyOf }) => words.some((word) => anyOf.includes(word))).map(weightOf)) / total;
        // The rows may be any, in any order.
        const rows = Int32Array.from(papers.keys()).reverse();
        const { coverage, titleCoverage } = termCoverage(index, query, rows);
        rows.forEach((row, i) => {
          expect(coverage[i]).toBeCloseTo(naive(texts[row].all), 6);
          expect(titleCoverage[i]).toBeCloseTo(naive(texts[row].title), 6);
        });
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('is 1 without terms', () => {
    const index = buildIndex([{ title: 'bax', abstract: '' }]);
    const all = { coverage: Float32Array.of(1), titleCoverage: Float32Array.of(1) };
    expect(termCoverage(index, undefined, Int32Array.of(0))).toEqual(all);
    expect(termCoverage(index, queryTerms(index, ''), Int32Array.of(0))).toEqual(all);
  });

  test('is 0 if no paper contains any of its words', () => {
    const none = { coverage: [0, 0], titleCoverage: [0, 0] };
    expect(
      coverageOf(
        [
          ['bax', ''],
          ['', 'dul'],
        ],
        'zyx qua zyx',
      ),
    ).toEqual(none);
    expect(
      coverageOf(
        [
          ['robots', ''],
          ['', 'robots'],
        ],
        '',
        ['zebr'],
      ),
    ).toEqual(none);
  });

  test('takes a prefix as one term, of which one word is enough', () => {
    const papers = [
      ['transformers', ''],
      ['', 'a transfer of robots'],
      ['robots', ''],
    ] as const;
    expect(coverageOf(papers, '', ['transf'])).toEqual({ coverage: [1, 1, 0], titleCoverage: [1, 0, 0] });
  });

  test('is full also for another spelling: joined, apart, or British', () => {
    const papers = [
      ['pretraining', ''],
      ['pre-training', ''],
      ['behaviour', ''],
      ['training', ''],
    ] as const;
    for (const query of ['pre-training', 'pretraining']) {
      const { titleCoverage } = coverageOf(papers, query);
      for (const row of [0, 1]) expect(titleCoverage[row]).toBeCloseTo(1, 6);
      expect([titleCoverage[2], titleCoverage[3] < 1]).toEqual([0, true]);
    }
    expect(coverageOf(papers, 'behavior').titleCoverage).toEqual([0, 0, 1, 0]);
  });
});
