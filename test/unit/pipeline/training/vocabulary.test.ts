import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitIntoWordPieces, UNKNOWN_TOKEN_ID } from '../../../../pipeline/embedding/wordpiece.ts';
import { chooseVocabulary } from '../../../../pipeline/training/vocabulary.ts';

const sample =
  'schrodinger robots grasping transformers self supervised learning log alpha covid 19 gpt 4 3d c++ c# naive bayes 深 学 αβ';
const vocabulary = chooseVocabulary(
  { words: sample.split(' '), counts: sample.split(' ').map((_, index) => 40 - index) },
  { size: 260, subwordShare: 0.2, minCharacterCount: 1 },
);
const ids = new Map(vocabulary.map((token, row) => [token, row]));

describe('chooseVocabulary', () => {
  test('begins with padding, unknown and the alphabet, and has no token twice', () => {
    expect(vocabulary.slice(0, 4)).toEqual(['[PAD]', '[UNK]', 'a', '##a']);
    expect(new Set(vocabulary).size).toBe(vocabulary.length);
    expect(vocabulary.length).toBeLessThanOrEqual(260);
  });

  test('covers every word of its alphabet: rare words are split into pieces', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{1,30}$/), (word) => {
        const pieces = splitIntoWordPieces(word, ids);
        expect(pieces).not.toContain(UNKNOWN_TOKEN_ID);
        expect(pieces.map((row) => vocabulary[row].replace('##', '')).join('')).toBe(word);
      }),
    );
  });

  test('has the common endings of rare words as pieces', () => {
    const stems = 'bax dul fom gik hep jov kur lim nyt pos qua rin sab tev wox zub'.split(' ');
    const words = ['the', ...stems.map((stem) => `${stem}ization`)];
    const chosen = chooseVocabulary(
      { words, counts: words.map((word) => (word === 'the' ? 100 : 2)) },
      { size: 150, subwordShare: 0.08, minCharacterCount: 1000 },
    );
    expect(chosen).toContain('##ization');
  });

  test('rejects a size that is too small for the alphabet', () => {
    expect(() =>
      chooseVocabulary({ words: ['a'], counts: [1] }, { size: 50, subwordShare: 0.2, minCharacterCount: 1 }),
    ).toThrow(/too small/);
  });
});
