import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPhraseNumbers, NO_PHRASE } from '../../../../../pipeline/topics/labels/phrase-numbers.ts';

fc.configureGlobal({ seed: 8017 });

test('phrases are numbered in the order they are added, and only these are found, however many there are', () => {
  const pair = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }));
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 3000 }), (pairs) => {
      const table = createPhraseNumbers(61);
      const known = new Map<string, number>();
      for (const [prefix, lastWord] of pairs) {
        const key = `${prefix} ${lastWord}`;
        expect(table.find(prefix, lastWord)).toBe(known.get(key) ?? NO_PHRASE);
        const phrase = table.add(prefix, lastWord);
        expect(phrase).toBe(known.get(key) ?? 61 + known.size);
        known.set(key, phrase);
        expect([table.prefixOf(phrase), table.lastWordOf(phrase)]).toEqual([prefix, lastWord]);
      }
      expect(table.count()).toBe(61 + known.size);
    }),
    { numRuns: 20 },
  );
});
