import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  answerFeatures,
  createCoverage,
  createFeatureExtractor,
  createNameMatch,
} from '../../../../../pipeline/search/calibration/answerability.ts';
import { queryTerms } from '../../../../../pipeline/search/lexical/query-terms.ts';
import { retrieveCandidates } from '../../../../../pipeline/search/retrieve.ts';
import { fewWord, fewWordsPapers, indexOf, split } from '../../../../fixtures/few-words-papers.ts';
import { corpusOf, wordSum } from '../../../../fixtures/small-corpus.ts';

const query = fc.array(fc.oneof(fewWord, fc.constantFrom('zyx', 'qua')), { maxLength: 6 });
const beginnings = fc.subarray(['bax', 'baxd', 'fo']);

describe('the share of a question that a paper holds', () => {
  test('counts each word by its rarity and as often as it is said, beginnings as one word, words of no paper as the rarest', () => {
    fc.assert(
      fc.property(fewWordsPapers, query, beginnings, (papers, words, prefixes) => {
        const index = indexOf(papers);
        const texts = papers.map(({ title, abstract }) => [...split(title), ...split(abstract)]);
        const rarity = (df: number) => Math.log(1 + (papers.length - df + 0.5) / (df + 0.5));
        const tests = [
          ...[...new Set(words)].map((word) => {
            const times = words.filter((one) => one === word).length;
            const holds = (text: string[]) => text.includes(word);
            // A word that no paper has is told, and counted, once.
            return { holds, weight: texts.some(holds) ? times : 1 };
          }),
          ...prefixes
            .map((prefix) => ({ holds: (text: string[]) => text.some((word) => word.startsWith(prefix)), weight: 1 }))
            .filter(({ holds }) => texts.some(holds)),
        ].map((one) => ({ ...one, worth: one.weight * rarity(texts.filter(one.holds).length) }));
        const whole = tests.reduce((sum, { worth }) => sum + worth, 0);
        const read = createCoverage(index, queryTerms(index, words.join(' '), prefixes));
        texts.forEach((text, row) => {
          const held = tests.filter(({ holds }) => holds(text)).reduce((sum, { worth }) => sum + worth, 0);
          const nothingAsked = words.length + prefixes.length === 0 ? 1 : 0;
          expect(read(row)).toBeCloseTo(tests.length > 0 ? held / whole : nothingAsked, 9);
        });
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('is all of it where a word begins as the question says, and nothing where none does', () => {
    const index = indexOf([
      { title: 'transformers', abstract: '' },
      { title: 'robots', abstract: '' },
    ]);
    const read = (prefix: string) => [0, 1].map(createCoverage(index, queryTerms(index, '', [prefix])));
    expect(read('transf')).toEqual([1, 0]);
    expect(read('zebr')).toEqual([0, 0]);
  });
});

test('a question is supported by the ten nearest, what the best of them holds of it, and its pairs wherever they stand', async () => {
  const papers = Array.from({ length: 14 }, (_, i) => ({
    title: ['bax', 'bax dul', 'bax dul fom', 'gik', 'ba'][i % 5],
    abstract: 'b '.repeat(i),
  }));
  const corpus = await corpusOf(papers);
  const asked = queryTerms(corpus.invertedIndex, 'bax dul zyx');
  const found = retrieveCandidates(corpus, { terms: asked, vectors: [await wordSum.embed(['bax dul zyx'])] });
  const read = createFeatureExtractor(corpus.invertedIndex, asked, 'bax dul zyx');
  const support = answerFeatures(read, found);
  const covers = createCoverage(corpus.invertedIndex, asked);
  const nearest = Array.from(found.rows.keys())
    .sort((a, b) => found.cosine[b] - found.cosine[a])
    .slice(0, 10);
  expect(support.coverage).toBeCloseTo(Math.max(...nearest.map((i) => covers(found.rows[i]))), 9);
  expect(support.similarity).toBeCloseTo(nearest.reduce((sum, i) => sum + found.cosine[i], 0) / 10, 6);
  expect(support.proximity).toBeCloseTo(Math.max(...found.proximity) / 3, 6);
  expect(support.proximity).toBeGreaterThan(0);
  expect(support.names).toBe(0);
  expect(answerFeatures(read, retrieveCandidates(corpus, { vectors: [] }))).toEqual({
    coverage: 0,
    similarity: 0,
    proximity: 0,
    names: 0,
  });
});

describe('the names that a paper holds', () => {
  const index = indexOf([
    { title: 'eIF3 and p16INK4A', abstract: 'about binding' },
    { title: 'eIF3', abstract: '' },
    { title: 'grpo', abstract: '' },
    { title: 'Raptor', abstract: '' },
    { title: 'binding', abstract: '2504 items' },
  ]);
  const held = (question: string) => [0, 1, 2, 3, 4].map(createNameMatch(index, question));

  test('count by their rarity, one that a single paper has as 1, each once', () => {
    const [both, common] = held('does eIF3 bind p16INK4A or eIF3');
    expect(held('p16INK4A')).toEqual([1, 0, 0, 0, 0]);
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
  ])('are told by a second capital or by letters with digits, and are known to a paper: %s', (question, expected) => {
    expect(held(question)).toEqual(expected);
  });
});
