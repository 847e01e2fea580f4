import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareCodePoints,
  createVocabulary,
  findWord,
  prefixRange,
  type Vocabulary,
  vocabularyFault,
  wordAt,
} from '../../../../../pipeline/search/lexical/inverted-index.ts';

const letter = fc.constantFrom('a', 'b', 'ab', 'é', 'ﬁ', '漢', '𝛼', '\uFFFD', '🦜');
const word = fc.string({ unit: letter, minLength: 1, maxLength: 5 });
const words = fc.uniqueArray(word, { maxLength: 30 }).map((list) => list.sort(compareCodePoints));

describe('a vocabulary', () => {
  test('is sorted by code point, which is the order of UTF-8 bytes', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('returns its words by position, and positions only for its words', () => {
    fc.assert(
      fc.property(words, word, (list, other) => {
        const vocabulary = createVocabulary(list);
        expect(list.map((_, at) => wordAt(vocabulary, at))).toEqual(list);
        expect(list.map((one) => findWord(vocabulary, one))).toEqual([...list.keys()]);
        expect(findWord(vocabulary, other)).toBe(list.indexOf(other));
        expect(vocabularyFault(vocabulary)).toBeUndefined();
      }),
      { seed: 2 },
    );
  });

  test('has the words with a prefix in one range', () => {
    fc.assert(
      fc.property(words, fc.string({ unit: letter, maxLength: 2 }), (list, prefix) => {
        const { from, to } = prefixRange(createVocabulary(list), prefix);
        expect(list.slice(from, to)).toEqual(list.filter((one) => one.startsWith(prefix)));
        expect(to).toBeGreaterThanOrEqual(from);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test('can outgrow its first memory block', () => {
    const list = Array.from({ length: 500 }, (_, i) => `${'漢'.repeat(20)}${String(i).padStart(3, '0')}`);
    expect(list.map((_, at) => wordAt(createVocabulary(list), at))).toEqual(list);
  });

  test.each<[string, (valid: Vocabulary) => Partial<Vocabulary>, RegExp]>([
    ['words that are not in order', () => ({ bytes: new Uint8Array(Buffer.from('baab')) }), /word 1 is out of order/],
    [
      'a word twice',
      () => ({ bytes: new Uint8Array(Buffer.from('aabb')), starts: Int32Array.of(0, 1, 2, 4) }),
      /word 1/,
    ],
    ['an empty word', () => ({ starts: Int32Array.of(0, 0, 2, 4) }), /word 0 is empty/],
    ['offsets beyond its bytes', () => ({ starts: Int32Array.of(0, 1, 2, 9) }), /do not fill/],
    ['too few offsets', () => ({ starts: Int32Array.of(0, 4) }), /do not fill/],
  ])('is invalid with %s', (_, change, fault) => {
    const valid = createVocabulary(['a', 'b', 'cd']);
    expect(vocabularyFault({ ...valid, ...change(valid) })).toMatch(fault);
  });
});
