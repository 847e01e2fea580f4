import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wordsIn } from '../../../../../pipeline/search/lexical/analyzer.ts';
import {
  documentFrequency,
  MAX_PREFIX_STEMS,
  stemsWithPrefix,
  wordAt,
} from '../../../../../pipeline/search/lexical/inverted-index.ts';
import { editDistance, Speller } from '../../../../../pipeline/search/suggest/spelling.ts';
import { fewWord, fewWordsPapers, indexOf } from '../../../../fixtures/few-words-papers.ts';

const letters = (word: string) => Array.from(word, (letter) => letter.codePointAt(0) ?? 0);

/** The recurrence of optimal string alignment, nothing left out. */
function naiveDistance(a: readonly number[], b: readonly number[]): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : i)),
  );
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      d[i][j] = Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.length][b.length];
}

describe('the edit distance', () => {
  test.each([
    ['graph', 'graph', 0],
    ['graph', 'grpah', 1],
    ['graph', 'grap', 1],
    ['graph', 'grapph', 1],
    ['graph', 'gramh', 1],
    ['diffusion', 'difusoin', 2],
    ['漢字', '字漢', 1],
    ['', 'ab', 2],
  ])('of %j and %j is %i', (a, b, expected) => {
    const [one, other] = [letters(a), letters(b)];
    expect(editDistance(Int32Array.from(one), one.length, Int32Array.from(other), other.length, 3)).toBe(expected);
  });

  test('is that of the full table, or just above the most that is asked for', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 9 });
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 4 }), (a, b, most) => {
        const [one, other] = [letters(a), letters(b)];
        const distance = editDistance(Int32Array.from(one), one.length, Int32Array.from(other), other.length, most);
        expect(distance).toBe(Math.min(most + 1, naiveDistance(one, other)));
      }),
      { seed: 1, numRuns: 3000 },
    );
  });
});

describe('a suggestion', () => {
  const paper = (abstract: string) => ({ title: '', abstract });

  test('is the likeliest word within one slip, or two in a long word, as a full scan finds it', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'é', 'k', '7', '漢'), minLength: 3, maxLength: 11 });
    fc.assert(
      fc.property(fc.array(fc.array(word, { maxLength: 6 }), { maxLength: 8 }), word, (texts, typed) => {
        const index = indexOf(texts.map((words) => paper(words.join(' '))));
        const [{ surface }] = wordsIn(typed);
        const all = Array.from({ length: index.words.count }, (_, at) => wordAt(index.words, at));
        const length = letters(surface).length;
        const most = length < 5 || /\d/.test(surface) || all.includes(surface) ? 0 : length < 9 ? 1 : 2;
        const near = all
          .map((word, at) => ({
            word,
            distance: naiveDistance(letters(word), letters(surface)),
            papers: index.wordDocumentFrequency[at],
          }))
          .filter(({ word, distance }) => distance <= most && !/\d/.test(word))
          .filter(() => most > 0);
        const worth = ({ papers, distance }: { papers: number; distance: number }) => papers / 50 ** distance;
        const best = Math.max(...near.map(worth));
        expect(new Speller(index).suggest(surface)).toEqual(near.find((one) => worth(one) === best));
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test.each([
    ['trasnformer', 'transformer'],
    ['difusion', 'diffusion'],
    ['grpah', 'graph'],
    ['schrodingr', 'schrodinger'],
  ])('for %j is %j', (typed, meant) => {
    const speller = new Speller(indexOf([paper('Transformer and diffusion on a graph: the Schrödinger bridge')]));
    expect(speller.suggest(typed)?.word).toBe(meant);
  });

  test('is the common word rather than the odd one, and no word for what papers say, short words and numbers', () => {
    const speller = new Speller(
      indexOf([...Array.from({ length: 60 }, () => paper('attention gpt4a')), paper('atentions')]),
    );
    expect(speller.suggest('atention')?.word).toBe('attention');
    for (const word of ['attention', 'atentions', 'at', 'gpt5a', 'quaternion', '', 'x'.repeat(200)]) {
      expect(speller.suggest(word)).toBeUndefined();
    }
    expect(new Speller(indexOf([])).suggest('attention')).toBeUndefined();
  });
});

describe('a prefix', () => {
  test('stands for the stems of all words that begin with it, the commonest first', () => {
    fc.assert(
      fc.property(
        fewWordsPapers,
        fc.oneof(fewWord, fc.constantFrom('', 'ba', 'baxd', 'x')),
        fc.nat(4),
        (papers, prefix, most) => {
          const index = indexOf(papers);
          const naive = Array.from({ length: index.stems.count }, (_, at) => at)
            .filter((stem) => wordAt(index.stems, stem).startsWith(prefix))
            .sort((a, b) => documentFrequency(index, b) - documentFrequency(index, a) || a - b);
          expect(stemsWithPrefix(index, prefix)).toEqual(naive);
          expect(stemsWithPrefix(index, prefix, most)).toEqual(naive.slice(0, most));
        },
      ),
      { seed: 3, numRuns: 200 },
    );
  });

  test('goes by what is written, not by the stem, and stops at the commonest', () => {
    const index = indexOf([
      { title: 'policies', abstract: Array.from({ length: 99 }, (_, i) => `word${i}`).join(' ') },
    ]);
    expect(stemsWithPrefix(index, 'policie').map((stem) => wordAt(index.stems, stem))).toEqual(['polici']);
    expect(stemsWithPrefix(index, 'polici').map((stem) => wordAt(index.stems, stem))).toEqual(['polici']);
    expect(stemsWithPrefix(index, 'word')).toHaveLength(MAX_PREFIX_STEMS);
  });
});
