import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitSentences } from '../../../../pipeline/core/split-sentences.ts';

fc.configureGlobal({ seed: 8017 });

const split = (text: string) => splitSentences(text).map(({ start, end }) => text.slice(start, end));

describe('splitSentences', () => {
  test.each<[string, string[]]>([
    ['Robots push. They grasp! Do they learn? Yes', ['Robots push.', 'They grasp!', 'Do they learn?', 'Yes']],
    ['It works (see Sec. 3 and Fig. 2). It is fast.', ['It works (see Sec. 3 and Fig. 2).', 'It is fast.']],
    ['Models, e.g. BERT, i.e. Encoders, vs. Others.', ['Models, e.g. BERT, i.e. Encoders, vs. Others.']],
    ['As Smith et al. Show. J. Doe agrees.', ['As Smith et al. Show.', 'J. Doe agrees.']],
    ['Gains of 3.5 points. Costs fall.', ['Gains of 3.5 points.', 'Costs fall.']],
    ['"It works." They said so.', ['"It works."', 'They said so.']],
    ['They met in a café. Then they wrote.', ['They met in a café.', 'Then they wrote.']],
    ['It holds for all x. We prove it.', ['It holds for all x.', 'We prove it.']],
    ['We ask for C++. e.g. gcc', ['We ask for C++. e.g. gcc']],
    ['A heading\n\nA paragraph', ['A heading', 'A paragraph']],
    ['Wait... What? Really?!', ['Wait...', 'What?', 'Really?!']],
    ['  one  ', ['one']],
    [' \n\n ', []],
    ['', []],
  ])('%j is split', (text, expected) => {
    expect(split(text)).toEqual(expected);
  });

  test('covers everything but white space, in order, without empty or untrimmed sentences', () => {
    const piece = fc.oneof(
      fc.constantFrom('. ', '! ', '?" ', '.', '\n\n', '\n', ' ', 'e.g. ', 'et al. ', 'A. ', 'We', 'é. ', '\u00a0', '…'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
        (text) => {
          let at = 0;
          for (const { start, end } of splitSentences(text)) {
            expect(text.slice(at, start).trim()).toBe('');
            expect(end).toBeGreaterThan(start);
            const sentence = text.slice(start, end);
            expect(sentence).toBe(sentence.trim());
            at = end;
          }
          expect(text.slice(at).trim()).toBe('');
        },
      ),
      { numRuns: 300 },
    );
  });

  test('is fast for a very long abstract', () => {
    const text = 'A sentence of six short words. '.repeat(20_000);
    const start = performance.now();
    expect(splitSentences(text)).toHaveLength(20_000);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
