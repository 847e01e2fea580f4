import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { queryStopWords } from '../../../../../pipeline/core/stop-words.ts';
import { stemOf, stemsIn, wordsIn } from '../../../../../pipeline/search/lexical/analyzer.ts';
import { type QueryTerms, queryTerms } from '../../../../../pipeline/search/lexical/bm25.ts';
import {
  documentFrequency,
  findWord,
  type InvertedIndex,
  unionPostings,
  wordAt,
} from '../../../../../pipeline/search/lexical/inverted-index.ts';
import { buildIndex, smallVocabularyPapers, vocabularyWord } from '../../../../fixtures/small-vocabulary-papers.ts';

const corpus = [
  'robots that learn to push and to grasp',
  'chain of thought prompting of language models',
  'text to image models transform captions',
  'transformers for robots',
  'überraschung im café gpt 4 gsm8k 漢字 検索',
  'planning spaced words out unclosed quote here',
  'to be or not to be',
];
const index = buildIndex(corpus.map((abstract) => ({ title: '', abstract })));

/** The stems of query terms in alphabetical order, each repeated by its weight. */
function termsOf(terms: QueryTerms, of: InvertedIndex): string {
  return terms.stems
    .map((stem, i) => ({ stem: wordAt(of.stems, stem), times: terms.terms[i].weight }))
    .sort((a, b) => (a.stem < b.stem ? -1 : 1))
    .flatMap(({ stem, times }) => new Array<string>(times).fill(stem))
    .join(' ');
}
const stemmed = (words: string) => stemsIn(words).sort().join(' ');

describe('query terms', () => {
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

  test('are stop words only if the query has no other words', () => {
    const terms = queryTerms(index, 'to be or not to be');
    expect(termsOf(terms, index)).toBe(stemmed('to to be be or not'));
    expect(terms.termCount).toBe(6);
    // A prefix is another word.
    expect(queryTerms(index, 'to be', ['transf'])).toMatchObject({
      stems: [],
      pairs: [],
      termCount: 1,
      unknownWords: [],
    });
  });

  test('are words of the corpus; unknown words are listed once each, as typed', () => {
    const terms = queryTerms(index, 'Quasars and robots, QUASARS, naïve zebras');
    expect(termsOf(terms, index)).toBe('robot');
    expect(terms.unknownWords).toEqual(['quasars', 'naive', 'zebras']);
    expect(terms.termCount).toBe(5);
  });

  test('form pairs with the next content word, but not across an unknown word', () => {
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

  test('include one term for each prefix, with the union of the postings of its words', () => {
    const { terms, stems, termCount, unknownWords } = queryTerms(index, 'robots', ['transf', 'xyz']);
    const all = ['transform', 'transformers'].map((word) => findWord(index.stems, stemOf(word)));
    expect(all.every((stem) => stem >= 0)).toBe(true);
    expect(terms).toHaveLength(2);
    expect(terms[1]).toEqual({ postings: unionPostings(index, all), weight: 1 });
    expect([...terms[1].postings.rows]).toEqual([2, 3]);
    expect([stems.map((stem) => wordAt(index.stems, stem)), termCount, unknownWords]).toEqual([['robot'], 3, []]);
  });

  test('of a hyphenated prefix are words, except for the last part', () => {
    const terms = queryTerms(index, 'robots', ['text-to-im', 'zebra-trans']);
    expect(termsOf(terms, index)).toBe(stemmed('robots text'));
    expect(terms.terms.map(({ postings }) => [...postings.rows])).toEqual([[2], [0, 3], [2, 4], [2, 3]]);
    expect([terms.unknownWords, terms.termCount]).toEqual([['zebra'], 5]);
  });

  describe('that papers write in another way', () => {
    const variants = buildIndex(
      [
        'pre-training of language models: pre-training pays',
        'pretraining and training',
        'retrieval-augmented generation (RAG)',
        'retrieval-augmented generation (RAG) or RAG',
        'RAG of robots',
        'multi modal',
        'behaviour analyses',
      ].map((abstract, row) => ({ title: row === 4 ? 'RAG' : '', abstract })),
    );
    /** For each term: its stem, if papers contain it, its rows and its frequencies in title and abstract. */
    const found = (query: string) => {
      const { terms, stems } = queryTerms(variants, query);
      return terms.map(({ postings: { rows, titleTf, abstractTf }, weight }, i) => ({
        stem: i < stems.length ? wordAt(variants.stems, stems[i]) : null,
        weight,
        papers: Array.from(rows, (row, at) => `${row}: ${titleTf[at]} ${abstractTf[at]}`),
      }));
    };

    test('have the postings of both, as if they were one word', () => {
      expect(found('pretraining')).toEqual([{ stem: 'pretrain', weight: 1, papers: ['0: 0 2', '1: 0 1'] }]);
      expect(found('RAG')).toEqual([{ stem: 'rag', weight: 1, papers: ['2: 0 2', '3: 0 3', '4: 1 1'] }]);
    });

    test('count once, even if the query repeats a word', () => {
      const [once] = found('RAG');
      expect(found('RAG rag RAG')).toEqual([{ ...once, weight: 3 }]);
      expect(found('pre-training pre-training').map(({ stem, papers }) => [stem, papers])).toEqual([
        ['pre', ['0: 0 2', '1: 0 1']],
        ['train', ['0: 0 2', '1: 0 2']],
      ]);
    });

    test('are known words even if no paper contains them as typed, and have no stem then', () => {
      expect(queryTerms(variants, 'multimodal robots')).toMatchObject({ termCount: 2, unknownWords: [] });
      expect(found('multimodal robots')).toEqual([
        { stem: 'robot', weight: 1, papers: ['4: 0 1'] },
        { stem: null, weight: 1, papers: ['5: 0 1'] },
      ]);
      expect(queryTerms(variants, 'multimedia').unknownWords).toEqual(['multimedia']);
    });

    test('have the same terms in British and American spelling, and in the plural', () => {
      expect(queryTerms(variants, 'behavior analysis')).toEqual(queryTerms(variants, 'behaviours analyses'));
      expect(found('behavior analysis').map(({ papers }) => papers)).toEqual([['6: 0 1'], ['6: 0 1']]);
    });

    test('are not looked up for a pasted text of more than 32 words', () => {
      const rest = ' of'.repeat(31);
      expect(queryTerms(variants, `pretraining${rest}`).terms[0].postings.rows).toHaveLength(2);
      expect(queryTerms(variants, `pretraining${rest} of`).terms[0].postings.rows).toHaveLength(1);
    });
  });

  test('are the distinct content words, weighted by frequency, with their postings', () => {
    const query = fc.array(fc.oneof(vocabularyWord, fc.constantFrom('of', 'the', 'zyx')), { maxLength: 30 });
    fc.assert(
      fc.property(smallVocabularyPapers, query, (papers, words) => {
        const some = buildIndex(papers);
        const terms = queryTerms(some, words.join(' '));
        const contentWords = words.filter((word) => !queryStopWords.has(word));
        const used = contentWords.length > 0 ? contentWords : words;
        expect(terms.termCount).toBe(used.length);
        const isKnown = (word: string) => findWord(some.stems, word) >= 0;
        const rowsWith = (form: string) =>
          [...papers.keys()].filter((row) =>
            [papers[row].title, papers[row].abstract].some((text) => ` ${text} `.includes(` ${form} `)),
          );
        /** The papers with the word at a position, or with what may be written instead: 'baxdul' for 'bax dul' and vice versa. */
        const rowsOf = (at: number) => {
          const joined = [words.slice(at - 1, at + 1), words.slice(at, at + 2)].map((two) => two.join(''));
          const forms: string[] = [words[at], ...joined.filter((form) => form === 'baxdul')];
          if (words[at] === 'baxdul') forms.push('bax dul');
          return new Set(forms.flatMap(rowsWith));
        };
        const known = [...new Set(used)].filter(isKnown);
        expect(new Set(terms.stems)).toEqual(new Set(known.map((word) => findWord(some.stems, word))));
        const positions = [...words.keys()].filter((at) => used === words || !queryStopWords.has(words[at]));
        const unknown = positions.filter((at) => !isKnown(words[at]));
        const otherwiseWritten = unknown.filter((at) => rowsOf(at).size > 0);
        const missing = unknown.filter((at) => rowsOf(at).size === 0).map((at) => words[at]);
        expect([...terms.unknownWords]).toEqual([...new Set(missing)]);
        expect(terms.terms).toHaveLength(known.length + otherwiseWritten.length);
        terms.terms.forEach(({ postings, weight }, i) => {
          const word = i < known.length ? wordAt(some.stems, terms.stems[i]) : undefined;
          const own =
            word === undefined ? [otherwiseWritten[i - known.length]] : positions.filter((at) => words[at] === word);
          expect(weight).toBe(own.length);
          const rows = new Set(own.flatMap((at) => [...rowsOf(at)]));
          expect([...postings.rows]).toEqual([...rows].sort((a, b) => a - b));
        });
      }),
      { seed: 1 },
    );
  });

  test('of arbitrary text are words of it, without stop words if it has content words', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          text.map((some) => `${some} of robots`),
        ),
        (query) => {
          const own = buildIndex([{ title: query, abstract: '' }]);
          const terms = queryTerms(own, query);
          const all = wordsIn(query).map(({ surface }) => surface);
          const contentWords = all.filter((surface) => !queryStopWords.has(surface));
          const used = contentWords.length > 0 ? contentWords : all;
          expect(terms.unknownWords).toEqual([]);
          expect(terms.termCount).toBe(used.length);
          const kept = new Set(terms.stems.map((stem) => wordAt(own.stems, stem)));
          expect(kept.size).toBe(Math.min(48, new Set(used.map(stemOf)).size));
          expect(used.map(stemOf)).toEqual(expect.arrayContaining([...kept]));
        },
      ),
      { seed: 2 },
    );
  });
});

describe('query terms of a pasted abstract', () => {
  // Word i is in the last i + 1 papers: the first words are the rarest.
  const words = Array.from({ length: 60 }, (_, i) => `w${String.fromCharCode(97 + Math.floor(i / 10))}${i % 10}x`);
  const gradedIndex = buildIndex(
    Array.from({ length: 60 }, (_, row) => ({ title: '', abstract: words.slice(59 - row).join(' ') })),
  );
  const terms = queryTerms(gradedIndex, words.join(' '));

  test('are the 48 rarest words', () => {
    expect(terms.terms).toHaveLength(48);
    expect(terms.stems.map((stem) => wordAt(gradedIndex.stems, stem))).toEqual(words.slice(0, 48));
    expect(terms.stems.map((stem) => documentFrequency(gradedIndex, stem))).toEqual(
      Array.from({ length: 48 }, (_, i) => i + 1),
    );
    expect(terms.termCount).toBe(60);
    expect(terms.unknownWords).toEqual([]);
  });

  test('form pairs only among themselves', () => {
    expect(terms.pairs).toHaveLength(47);
    const kept = new Set(terms.stems);
    for (const { first, second } of terms.pairs) expect([kept.has(first), kept.has(second)]).toEqual([true, true]);
  });
});
