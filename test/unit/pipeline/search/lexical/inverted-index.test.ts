import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runToCompletion } from '../../../../../pipeline/core/cooperative.ts';
import {
  documentFrequency,
  findWord,
  type InvertedIndex,
  MAX_PREFIX_STEMS,
  phrasePostings as phraseTask,
  rowsWithAllStems,
  stemsWithPrefix,
  unionPostings,
  wordAt,
  wordsWithPrefix,
} from '../../../../../pipeline/search/lexical/inverted-index.ts';
import {
  buildIndex,
  smallVocabularyPapers,
  splitWords,
  vocabularyWord,
} from '../../../../fixtures/small-vocabulary-papers.ts';

const phrasePostings = (index: InvertedIndex, stems: readonly number[]) => runToCompletion(phraseTask(index, stems));

const phrase = fc.array(vocabularyWord, { minLength: 1, maxLength: 4 });

describe('a phrase', () => {
  test('occurs where its words follow each other in the title or the abstract, and each occurrence counts', () => {
    fc.assert(
      fc.property(smallVocabularyPapers, phrase, (papers, words) => {
        const index = buildIndex(papers);
        const stems = words.map((word) => findWord(index.stems, word));
        if (stems.includes(-1)) return;
        const count = (text: string) =>
          splitWords(text).filter((_, at, all) => words.every((word, i) => all[at + i] === word)).length;
        const naive = papers
          .map(({ title, abstract }, row) => [row, count(title), count(abstract)])
          .filter(([, inTitle, inAbstract]) => inTitle + inAbstract > 0);
        const { rows, titleTf, abstractTf } = phrasePostings(index, stems);
        expect(Array.from(rows, (row, at) => [row, titleTf[at], abstractTf[at]])).toEqual(naive);
      }),
      { seed: 1, numRuns: 400 },
    );
  });

  test('does not extend from the title into the abstract', () => {
    const index = buildIndex([{ title: 'bax', abstract: 'dul' }]);
    expect(phrasePostings(index, [0, 1]).rows).toHaveLength(0);
  });

  test('of no words occurs nowhere', () => {
    expect(phrasePostings(buildIndex([{ title: 'bax', abstract: '' }]), []).rows).toHaveLength(0);
    expect(rowsWithAllStems(buildIndex([]), [])).toHaveLength(0);
  });

  test('occurs only in papers with all its words', () => {
    fc.assert(
      fc.property(smallVocabularyPapers, phrase, (papers, words) => {
        const index = buildIndex(papers);
        const stems = words.map((word) => findWord(index.stems, word));
        if (stems.includes(-1)) return;
        const hasAll = papers.map(({ title, abstract }) => {
          const all = [...splitWords(title), ...splitWords(abstract)];
          return words.every((word) => all.includes(word));
        });
        expect([...rowsWithAllStems(index, stems)]).toEqual([...papers.keys()].filter((row) => hasAll[row]));
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test('is found among many papers, for frequent and rare words', () => {
    const papers = Array.from({ length: 3000 }, (_, i) => ({
      title: `${i % 3 === 0 ? 'fizz' : 'none'} ${i % 5 === 0 ? 'buzz' : 'none'} ${i % 997 === 0 ? 'rare' : ''}`,
      abstract: '',
    }));
    const index = buildIndex(papers);
    const stems = ['fizz', 'buzz', 'rare'].map((word) => findWord(index.stems, word));
    expect([...rowsWithAllStems(index, stems)]).toEqual([0]);
    expect([...phrasePostings(index, stems.slice(0, 2)).rows]).toEqual(Array.from({ length: 200 }, (_, i) => 15 * i));
  });
});

describe('a prefix', () => {
  test('expands to the stems of all words that start with it, by descending document frequency', () => {
    fc.assert(
      fc.property(
        smallVocabularyPapers,
        fc.oneof(vocabularyWord, fc.constantFrom('', 'ba', 'baxd', 'x')),
        fc.nat(4),
        (papers, prefix, max) => {
          const index = buildIndex(papers);
          const naive = Array.from({ length: index.stems.count }, (_, at) => at)
            .filter((stem) => wordAt(index.stems, stem).startsWith(prefix))
            .sort((a, b) => documentFrequency(index, b) - documentFrequency(index, a) || a - b);
          expect(stemsWithPrefix(index, prefix)).toEqual(naive);
          expect(stemsWithPrefix(index, prefix, max)).toEqual(naive.slice(0, max));
        },
      ),
      { seed: 3, numRuns: 200 },
    );
  });

  test('is compared with words rather than stems, and expands to a limited number of stems', () => {
    const index = buildIndex([
      { title: 'policies', abstract: Array.from({ length: 99 }, (_, i) => `word${i}`).join(' ') },
    ]);
    expect(stemsWithPrefix(index, 'policie').map((stem) => wordAt(index.stems, stem))).toEqual(['polici']);
    expect(stemsWithPrefix(index, 'polici').map((stem) => wordAt(index.stems, stem))).toEqual(['polici']);
    expect(stemsWithPrefix(index, 'word')).toHaveLength(MAX_PREFIX_STEMS);
  });
});

test('wordsWithPrefix returns the words with a prefix, by descending document frequency', () => {
  fc.assert(
    fc.property(
      smallVocabularyPapers,
      fc.oneof(vocabularyWord, fc.constantFrom('', 'bax', 'baxd', 'du', 'x')),
      fc.nat(4),
      (papers, prefix, max) => {
        const index = buildIndex(papers);
        const df = (word: string) =>
          papers.filter(({ title, abstract }) => splitWords(`${title} ${abstract}`).includes(word)).length;
        const naive = [...new Set(papers.flatMap(({ title, abstract }) => splitWords(`${title} ${abstract}`)))]
          .filter((word) => word.startsWith(prefix))
          .sort((a, b) => df(b) - df(a) || (a < b ? -1 : 1));
        expect(wordsWithPrefix(index, prefix, max).map((word) => wordAt(index.words, word))).toEqual(
          naive.slice(0, max),
        );
      },
    ),
    { seed: 3, numRuns: 300 },
  );
});

test('unionPostings merges several stems, with term frequencies up to 255', () => {
  const index = buildIndex([
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
