import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runToCompletion } from '../../../../../pipeline/core/cooperative.ts';
import {
  findWord,
  type InvertedIndex,
  phrasePostings as phraseTask,
  rowsWithAll,
} from '../../../../../pipeline/search/lexical/inverted-index.ts';
import {
  adjacentPairs,
  countPairs,
  PAIR_WINDOW,
  type TermPair,
} from '../../../../../pipeline/search/lexical/proximity.ts';
import { fewWord, fewWordsPapers, indexOf, split } from '../../../../fixtures/few-words-papers.ts';

const phrasePostings = (index: InvertedIndex, stems: readonly number[]) => runToCompletion(phraseTask(index, stems));

const phrase = fc.array(fewWord, { minLength: 1, maxLength: 4 });

describe('a phrase', () => {
  test('is found where its words stand one behind the other, in the title or in the abstract, each place counted', () => {
    fc.assert(
      fc.property(fewWordsPapers, phrase, (papers, words) => {
        const index = indexOf(papers);
        const stems = words.map((word) => findWord(index.stems, word));
        if (stems.includes(-1)) return;
        const times = (text: string) =>
          split(text).filter((_, at, all) => words.every((word, i) => all[at + i] === word)).length;
        const naive = papers
          .map(({ title, abstract }, row) => [row, times(title), times(abstract)])
          .filter(([, inTitle, inAbstract]) => inTitle + inAbstract > 0);
        const { rows, titleTf, abstractTf } = phrasePostings(index, stems);
        expect(Array.from(rows, (row, at) => [row, titleTf[at], abstractTf[at]])).toEqual(naive);
      }),
      { seed: 1, numRuns: 400 },
    );
  });

  test('never reaches from the title into the abstract', () => {
    const index = indexOf([{ title: 'bax', abstract: 'dul' }]);
    expect(phrasePostings(index, [0, 1]).rows).toHaveLength(0);
  });

  test('of no words stands nowhere', () => {
    expect(phrasePostings(indexOf([{ title: 'bax', abstract: '' }]), []).rows).toHaveLength(0);
    expect(rowsWithAll(indexOf([]), [])).toHaveLength(0);
  });

  test('can only stand where all its words do', () => {
    fc.assert(
      fc.property(fewWordsPapers, phrase, (papers, words) => {
        const index = indexOf(papers);
        const stems = words.map((word) => findWord(index.stems, word));
        if (stems.includes(-1)) return;
        const holds = papers.map(({ title, abstract }) => {
          const all = [...split(title), ...split(abstract)];
          return words.every((word) => all.includes(word));
        });
        expect([...rowsWithAll(index, stems)]).toEqual([...papers.keys()].filter((row) => holds[row]));
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test('is found among many papers, however rare each word is', () => {
    const papers = Array.from({ length: 3000 }, (_, i) => ({
      title: `${i % 3 === 0 ? 'fizz' : 'none'} ${i % 5 === 0 ? 'buzz' : 'none'} ${i % 997 === 0 ? 'rare' : ''}`,
      abstract: '',
    }));
    const index = indexOf(papers);
    const stems = ['fizz', 'buzz', 'rare'].map((word) => findWord(index.stems, word));
    expect([...rowsWithAll(index, stems)]).toEqual([0]);
    expect([...phrasePostings(index, stems.slice(0, 2)).rows]).toEqual(Array.from({ length: 200 }, (_, i) => 15 * i));
  });
});

describe('pairs of words', () => {
  test('are those that follow each other, each once with its times; an unknown word parts', () => {
    expect(adjacentPairs([4, 5, 4, 5, undefined, 6, 7])).toEqual([
      { first: 4, second: 5, weight: 2 },
      { first: 5, second: 4, weight: 1 },
      { first: 6, second: 7, weight: 1 },
    ]);
    expect([adjacentPairs([]), adjacentPairs([1])]).toEqual([[], []]);
  });

  test('are counted where they stand adjacent in order, and near in any, the title twofold', () => {
    fc.assert(
      fc.property(fewWordsPapers, fc.array(fewWord, { minLength: 2, maxLength: 5 }), (papers, query) => {
        const index = indexOf(papers);
        const pairs = adjacentPairs(
          query.map((word) => findWord(index.stems, word)).map((at) => (at < 0 ? undefined : at)),
        );
        const rows = Int32Array.from(papers.keys()).reverse();
        const { adjacent, near } = countPairs(index, pairs, rows);
        const naive = (row: number, { first, second }: TermPair, counts: (i: number, j: number) => boolean) => {
          const within = (text: string) => {
            const stems = split(text).map((word) => findWord(index.stems, word));
            let times = 0;
            for (let i = 0; i < stems.length; i++) {
              for (let j = 0; j < stems.length; j++) {
                const meant = stems[i] === first && stems[j] === second && (first !== second || i < j);
                if (meant && i !== j && counts(i, j)) times++;
              }
            }
            return times;
          };
          return 2 * within(papers[row].title) + within(papers[row].abstract);
        };
        rows.forEach((row, i) => {
          pairs.forEach((pair, p) => {
            const at = i * pairs.length + p;
            expect(adjacent[at]).toBe(naive(row, pair, (a, b) => b - a === 1));
            expect(near[at]).toBe(naive(row, pair, (a, b) => Math.abs(b - a) < PAIR_WINDOW));
          });
        });
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test('none, or of no papers, are no counts', () => {
    const index = indexOf([{ title: 'bax dul', abstract: '' }]);
    expect(countPairs(index, [], Int32Array.of(0)).near).toHaveLength(0);
    expect(countPairs(index, adjacentPairs([0, 1]), new Int32Array(0)).adjacent).toHaveLength(0);
    expect([...countPairs(index, adjacentPairs([0, 1]), Int32Array.of(0)).adjacent]).toEqual([2]);
  });
});
