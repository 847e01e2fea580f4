import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { askedWords } from '../../../pipeline/stages/retrieval/asked-words.ts';
import { gather } from '../../../pipeline/stages/retrieval/candidates.ts';
import { coverageReader, supportOf } from '../../../pipeline/stages/retrieval/support.ts';
import { fewWord, fewWordsPapers, indexOf, split } from '../words/few-words-papers.ts';
import { corpusOf, wordSum } from './small-corpus.ts';

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
        const read = coverageReader(index, askedWords(index, words.join(' '), prefixes));
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
    const read = (prefix: string) => [0, 1].map(coverageReader(index, askedWords(index, '', [prefix])));
    expect(read('transf')).toEqual([1, 0]);
    expect(read('zebr')).toEqual([0, 0]);
  });
});

test('a question is supported by the paper that holds most of it among the best five, and by the ten nearest', async () => {
  const papers = Array.from({ length: 14 }, (_, i) => ({
    title: ['bax', 'bax dul', 'bax dul fom', 'gik', 'ba'][i % 5],
    abstract: 'b '.repeat(i),
  }));
  const corpus = await corpusOf(papers);
  const asked = askedWords(corpus.words, 'bax dul zyx');
  const found = gather(corpus, { asked, near: [await wordSum.embed(['bax dul zyx'])] });
  const read = coverageReader(corpus.words, asked);
  const { coverage, nearness } = supportOf(corpus.words, asked, found);
  expect(coverage).toBeCloseTo(Math.max(...papers.map((_, row) => read(row))), 9);
  const nearest = [...found.cosine].sort((a, b) => b - a).slice(0, 10);
  expect(nearness).toBeCloseTo(nearest.reduce((sum, one) => sum + one, 0) / 10, 6);
  expect(supportOf(corpus.words, asked, gather(corpus, { near: [] }))).toEqual({ coverage: 0, nearness: 0 });
});
