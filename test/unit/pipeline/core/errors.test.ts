import fc from 'fast-check';
import { expect, test } from 'vitest';
import { excerptOf } from '../../../../pipeline/core/errors.ts';

fc.configureGlobal({ seed: 8017 });

test('an excerpt is one line of at most 80 characters, the beginning of the text without half a character', () => {
  expect(excerptOf('  two\n lines\t here ')).toBe('two lines here');
  expect(excerptOf('x'.repeat(80))).toBe('x'.repeat(80));
  expect(excerptOf('x'.repeat(81))).toBe(`${'x'.repeat(79)}…`);
  expect(excerptOf(`${'x'.repeat(78)}🦜${'x'.repeat(9)}`)).toBe(`${'x'.repeat(78)}…`);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 120, size: 'max' }), (text) => {
      const excerpt = excerptOf(text);
      expect(excerpt.length).toBeLessThanOrEqual(80);
      expect(excerpt).not.toMatch(/[\n\r]|\p{Surrogate}/u);
      expect(text.replace(/\s+/g, ' ').trim().startsWith(excerpt.replace(/…$/, ''))).toBe(true);
    }),
  );
});
