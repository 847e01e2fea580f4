import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { queryStopWords } from '../../../../../pipeline/core/stop-words.ts';
import { stemOf, stemsIn, wordsIn } from '../../../../../pipeline/search/lexical/analyzer.ts';
import {
  documentFrequency,
  findWord,
  type InvertedIndex,
  unionPostings,
  wordAt,
} from '../../../../../pipeline/search/lexical/inverted-index.ts';
import { type QueryTerms, queryTerms } from '../../../../../pipeline/search/lexical/query-terms.ts';
import { fewWord, fewWordsPapers, indexOf } from '../../../../fixtures/few-words-papers.ts';

const corpus = [
  'robots that learn to push and to grasp',
  'chain of thought prompting of language models',
  'text to image models transform captions',
  'transformers for robots',
  'überraschung im café gpt 4 gsm8k 漢字 検索',
  'planning spaced words out unclosed quote here',
  'to be or not to be',
];
const index = indexOf(corpus.map((abstract) => ({ title: '', abstract })));

/** What is asked for as stems, in the order of the alphabet, each as often as it weighs. */
function termsOf(asked: QueryTerms, of: InvertedIndex): string {
  return asked.stems
    .map((stem, i) => ({ stem: wordAt(of.stems, stem), times: asked.terms[i].weight }))
    .sort((a, b) => (a.stem < b.stem ? -1 : 1))
    .flatMap(({ stem, times }) => new Array<string>(times).fill(stem))
    .join(' ');
}
const stemmed = (words: string) => stemsIn(words).sort().join(' ');

describe('the words that a query asks for', () => {
  test.each([
    ['robots that learn to push', 'robots learn push'],
    ['"chain of thought" prompting', 'chain thought prompting'],
    ['text-to-image models', 'text image models'],
    ['Überraschung café', 'uberraschung cafe'],
    ['push push PUSH Pushing', 'push push push push'],
    ['  spaced\tout\nwords ', 'spaced words'],
    ['GPT-4 on GSM8K', 'gpt 4 gsm8k'],
    ['unclosed "quote here', 'unclosed quote'],
    ['漢字 検索', '漢字 検索'],
    ['robot,grasping;planning', 'robot grasping planning'],
    ['!!! ??? …', ''],
    ['', ''],
  ])('%j are %j', (query, expected) => {
    expect(termsOf(queryTerms(index, query), index)).toBe(stemmed(expected));
  });

  test('are the stop words only where there are no others', () => {
    const asked = queryTerms(index, 'to be or not to be');
    expect(termsOf(asked, index)).toBe(stemmed('to to be be or not'));
    expect(asked.termCount).toBe(6);
    // With a beginning to look for there is something else.
    expect(queryTerms(index, 'to be', ['transf'])).toMatchObject({
      stems: [],
      pairs: [],
      termCount: 1,
      unknownWords: [],
    });
  });

  test('are those that papers have; the others are told as they are written, each once', () => {
    const asked = queryTerms(index, 'Quasars and robots, QUASARS, naïve zebras');
    expect(termsOf(asked, index)).toBe('robot');
    expect(asked.unknownWords).toEqual(['quasars', 'naive', 'zebras']);
    expect(asked.termCount).toBe(5);
  });

  test('make pairs with the next telling word, but not over a word that no paper has', () => {
    const pairs = (query: string) =>
      queryTerms(index, query).pairs.map(({ first, second, weight }) => [
        `${wordAt(index.stems, first)} ${wordAt(index.stems, second)}`,
        weight,
      ]);
    expect(pairs('chain of thought prompting')).toEqual([
      ['chain thought', 1],
      ['thought prompt', 1],
    ]);
    expect(pairs('robots push robots push')).toEqual([
      ['robot push', 2],
      ['push robot', 1],
    ]);
    expect(pairs('robots quasars push')).toEqual([]);
  });

  test('are asked for by their beginning as one word that stands wherever one of them does', () => {
    const { terms, stems, termCount: count, unknownWords: unknown } = queryTerms(index, 'robots', ['transf', 'xyz']);
    const all = ['transform', 'transformers'].map((word) => findWord(index.stems, stemOf(word)));
    expect(all.every((stem) => stem >= 0)).toBe(true);
    expect(terms).toHaveLength(2);
    expect(terms[1]).toEqual({ postings: unionPostings(index, all), weight: 1 });
    expect([...terms[1].postings.rows]).toEqual([2, 3]);
    expect([stems.map((stem) => wordAt(index.stems, stem)), count, unknown]).toEqual([['robot'], 3, []]);
  });

  test('of a beginning with hyphens are all but the last asked for as words', () => {
    const asked = queryTerms(index, 'robots', ['text-to-im', 'zebra-trans']);
    expect(termsOf(asked, index)).toBe(stemmed('robots text'));
    expect(asked.terms.map(({ postings }) => [...postings.rows])).toEqual([[2], [0, 3], [2, 4], [2, 3]]);
    expect([asked.unknownWords, asked.termCount]).toEqual([['zebra'], 5]);
  });

  test('are as many as the telling words of the text, weigh as often as they stand there, and are known by their papers', () => {
    const query = fc.array(fc.oneof(fewWord, fc.constantFrom('of', 'the', 'zyx')), { maxLength: 30 });
    fc.assert(
      fc.property(fewWordsPapers, query, (papers, words) => {
        const some = indexOf(papers);
        const asked = queryTerms(some, words.join(' '));
        const telling = words.filter((word) => !queryStopWords.has(word));
        const used = telling.length > 0 ? telling : words;
        expect(asked.termCount).toBe(used.length);
        const known = [...new Set(used)].filter((word) => findWord(some.stems, word) >= 0);
        expect(new Set(asked.stems)).toEqual(new Set(known.map((word) => findWord(some.stems, word))));
        expect([...asked.unknownWords]).toEqual([...new Set(used)].filter((word) => findWord(some.stems, word) < 0));
        asked.terms.forEach(({ postings, weight }, i) => {
          const word = wordAt(some.stems, asked.stems[i]);
          expect(weight).toBe(used.filter((one) => one === word).length);
          const rows = [...papers.keys()].filter((row) =>
            `${papers[row].title} ${papers[row].abstract}`.split(' ').includes(word),
          );
          expect([...postings.rows]).toEqual(rows);
        });
      }),
      { seed: 1 },
    );
  });

  test('of anything that can be typed are words of it, and none is a stop word beside a telling one', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          text.map((some) => `${some} of robots`),
        ),
        (query) => {
          const own = indexOf([{ title: query, abstract: '' }]);
          const asked = queryTerms(own, query);
          const all = wordsIn(query).map(({ surface }) => surface);
          const telling = all.filter((surface) => !queryStopWords.has(surface));
          const used = telling.length > 0 ? telling : all;
          expect(asked.unknownWords).toEqual([]);
          expect(asked.termCount).toBe(used.length);
          const kept = new Set(asked.stems.map((stem) => wordAt(own.stems, stem)));
          expect(kept.size).toBe(Math.min(48, new Set(used.map(stemOf)).size));
          expect(used.map(stemOf)).toEqual(expect.arrayContaining([...kept]));
        },
      ),
      { seed: 2 },
    );
  });
});

describe('the words of a pasted abstract', () => {
  // Word i stands in the last i + 1 papers: the first words are the rarest.
  const words = Array.from({ length: 60 }, (_, i) => `w${String.fromCharCode(97 + Math.floor(i / 10))}${i % 10}x`);
  const graded = indexOf(
    Array.from({ length: 60 }, (_, row) => ({ title: '', abstract: words.slice(59 - row).join(' ') })),
  );
  const asked = queryTerms(graded, words.join(' '));

  test('are 48 at the most, the rarest of them', () => {
    expect(asked.terms).toHaveLength(48);
    expect(asked.stems.map((stem) => wordAt(graded.stems, stem))).toEqual(words.slice(0, 48));
    expect(asked.stems.map((stem) => documentFrequency(graded, stem))).toEqual(
      Array.from({ length: 48 }, (_, i) => i + 1),
    );
    expect(asked.termCount).toBe(60);
    expect(asked.unknownWords).toEqual([]);
  });

  test('make pairs only of those that are kept', () => {
    expect(asked.pairs).toHaveLength(47);
    const kept = new Set(asked.stems);
    for (const { first, second } of asked.pairs) expect([kept.has(first), kept.has(second)]).toEqual([true, true]);
  });
});
