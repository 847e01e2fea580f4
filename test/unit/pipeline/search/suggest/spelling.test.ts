import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wordsIn } from '../../../../../pipeline/search/lexical/analyzer.ts';
import { wordAt } from '../../../../../pipeline/search/lexical/inverted-index.ts';
import { editDistance, SimilarWordFinder } from '../../../../../pipeline/search/suggest/spelling.ts';
import { buildIndex } from '../../../../fixtures/small-vocabulary-papers.ts';

const letters = (word: string) => Array.from(word, (letter) => letter.codePointAt(0) ?? 0);

/** The recurrence of optimal string alignment over the full matrix. */
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

  test('is that of the full matrix, or one above the maximum', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 9 });
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 4 }), (a, b, max) => {
        const [one, other] = [letters(a), letters(b)];
        const distance = editDistance(Int32Array.from(one), one.length, Int32Array.from(other), other.length, max);
        expect(distance).toBe(Math.min(max + 1, naiveDistance(one, other)));
      }),
      { seed: 1, numRuns: 3000 },
    );
  });
});

describe('a spelling suggestion', () => {
  const paper = (abstract: string) => ({ title: '', abstract });

  test('is the word that a full scan finds: the most likely within one edit, or two for a long word', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'é', 'k', '7', '漢'), minLength: 3, maxLength: 11 });
    fc.assert(
      fc.property(fc.array(fc.array(word, { maxLength: 6 }), { maxLength: 8 }), word, (texts, typed) => {
        const index = buildIndex(texts.map((words) => paper(words.join(' '))));
        const [{ surface }] = wordsIn(typed);
        const all = Array.from({ length: index.words.count }, (_, at) => wordAt(index.words, at));
        const length = letters(surface).length;
        const maxEdits = length < 5 || /\d/.test(surface) || all.includes(surface) ? 0 : length < 9 ? 1 : 2;
        const candidates = all
          .map((word, at) => ({
            word,
            distance: naiveDistance(letters(word), letters(surface)),
            documentFrequency: index.wordDocumentFrequency[at],
          }))
          .filter(({ word, distance }) => distance <= maxEdits && !/\d/.test(word))
          .filter(() => maxEdits > 0);
        const likelihood = ({ documentFrequency, distance }: { documentFrequency: number; distance: number }) =>
          documentFrequency / 50 ** distance;
        const best = Math.max(...candidates.map(likelihood));
        expect(new SimilarWordFinder(index).suggest(surface)).toEqual(
          candidates.find((one) => likelihood(one) === best),
        );
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test.each([
    ['trasnformer', 'transformer'],
    ['difusion', 'diffusion'],
    ['grpah', 'graph'],
    ['schrodingr', 'schrodinger'],
  ])('for %j is %j', (typed, expected) => {
    const finder = new SimilarWordFinder(
      buildIndex([paper('Transformer and diffusion on a graph: the Schrödinger bridge')]),
    );
    expect(finder.suggest(typed)?.word).toBe(expected);
  });

  test('prefers a frequent word, and is undefined for known words, short words and words with digits', () => {
    const finder = new SimilarWordFinder(
      buildIndex([...Array.from({ length: 60 }, () => paper('attention gpt4a')), paper('atentions')]),
    );
    expect(finder.suggest('atention')?.word).toBe('attention');
    for (const word of ['attention', 'atentions', 'at', 'gpt5a', 'quaternion', '', 'x'.repeat(200)]) {
      expect(finder.suggest(word)).toBeUndefined();
    }
    expect(new SimilarWordFinder(buildIndex([])).suggest('attention')).toBeUndefined();
  });
});
