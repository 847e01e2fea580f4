import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyCompletion, canComplete, isShownInline } from '../../../../web/search/completion.ts';

describe('applying a completion', () => {
  test.each([
    ['like:rev', 5, 8, { text: 'a1', kind: 'paper' }, 'like:a1 |'],
    ['like:rev robots', 5, 8, { text: 'a1', kind: 'paper' }, 'like:a1 |robots'],
    ['to', 0, 2, { text: 'topic:', kind: 'operator' }, 'topic:|'],
    ['to x', 0, 2, { text: 'topic:', kind: 'operator' }, 'topic:| x'],
    ['a "rob b', 3, 6, { text: 'robots', kind: 'word' }, 'a "robots |b'],
    ['"rob" b', 1, 4, { text: 'robots', kind: 'word' }, '"robots|" b'],
  ] as const)('to %j puts the cursor where typing goes on', (text, from, to, item, expected) => {
    const after = applyCompletion(text, { from, to }, item);
    expect(`${after.text.slice(0, after.cursor)}|${after.text.slice(after.cursor)}`).toBe(expected);
  });

  test('keeps the text around it', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(9), fc.nat(9), fc.string({ minLength: 1 }), (text, from, length, item) => {
        const [start, end] = [Math.min(from, text.length), Math.min(from + length, text.length)];
        const after = applyCompletion(text, { from: start, to: end }, { text: item, kind: 'word' });
        expect(after.text.trimEnd()).toBe((text.slice(0, start) + item + text.slice(end)).trimEnd());
        expect(after.text.slice(0, after.cursor).trimEnd()).toBe((text.slice(0, start) + item).trimEnd());
      }),
      { seed: 3 },
    );
  });
});

test.each([
  ['rob', 3, 3, true],
  ['rob ot', 3, 3, true],
  ['robot', 3, 3, false],
  ['"rob"', 4, 4, true],
  ['rob', 0, 3, false],
  ['rob', null, null, false],
  ['x'.repeat(1001), 1001, 1001, false],
] as const)('%.20s with %j to %j selected can be completed: %j', (text, start, end, expected) => {
  expect(canComplete(text, start, end)).toBe(expected);
});

test('words and operators are inline, names are in a list', () => {
  expect(isShownInline([{ kind: 'operator' }, { kind: 'word' }])).toBe(true);
  expect(isShownInline([{ kind: 'topic' }])).toBe(false);
  expect(isShownInline([{ kind: 'value' }, { kind: 'word' }])).toBe(false);
});
