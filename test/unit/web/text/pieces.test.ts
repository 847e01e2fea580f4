import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HighlightRanges, splitIntoPieces } from '../../../../web/text/pieces.ts';

const ranges = fc.array(fc.tuple(fc.integer({ min: -5, max: 50 }), fc.integer({ min: -5, max: 50 })), { maxLength: 6 });
const texts = fc
  .array(
    fc.constantFrom('$', 'x', ' ', 'push', '\\(y\\)', '$z$', '🤖', '\\emph{', '}', '\\%', '\\cite{a}', '\\href{'),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));
const highlighted = (text: string, highlights: HighlightRanges) =>
  splitIntoPieces(text, highlights)
    .filter(({ highlight }) => highlight !== null)
    .map((piece) => [piece.text, piece.highlight]);

describe('the pieces of a text', () => {
  test('together are the text, whatever the highlights', () => {
    fc.assert(
      fc.property(
        texts,
        ranges,
        ranges,
        fc.integer({ min: -3, max: 9 }),
        (text, highlights, semanticHighlights, offset) => {
          const pieces = splitIntoPieces(text, { highlights, semanticHighlights }, offset);
          expect(pieces.map((piece) => piece.text).join('')).toBe(text);
          for (const { formula, text: of } of pieces) if (formula) expect(of).toContain(formula.tex);
        },
      ),
    );
  });

  test('tell query matches from semantic matches', () => {
    expect(highlighted('push and grasp', { highlights: [[0, 4]], semanticHighlights: [[9, 14]] })).toEqual([
      ['push', 'match'],
      ['grasp', 'semantic'],
    ]);
  });

  test('take ranges relative to the offset of the text', () => {
    const [first] = splitIntoPieces('grasp', { highlights: [[109, 114]], semanticHighlights: [] }, 109);
    expect([first?.text, first?.highlight]).toEqual(['grasp', 'match']);
    expect(
      splitIntoPieces('grasp', { highlights: [[105, 112]], semanticHighlights: [] }, 109).every(
        ({ highlight }) => highlight === null,
      ),
    ).toBe(true);
  });

  test('do not split a formula, which is highlighted as a whole', () => {
    const text = 'the model $\\pi_0$ acts';
    expect(highlighted(text, { highlights: [[12, 14]], semanticHighlights: [] })).toEqual([['$\\pi_0$', 'match']]);
    expect(highlighted(text, { highlights: [[4, 12]], semanticHighlights: [] })).toEqual([
      ['model ', 'match'],
      ['$\\pi_0$', 'match'],
    ]);
  });

  const shown = (text: string, highlights?: HighlightRanges) =>
    splitIntoPieces(text, highlights)
      .map((piece) => piece.shown)
      .join('');

  test.each([
    ['We \\emph{show} that \\textbf{all \\textit{of it}} holds', 'We show that all of it holds'],
    ['faster by 50\\% and 3\\,x', 'faster by 50% and 3\\,x'],
    ['as before \\cite{him,her}, see \\url{https://a.b/c\\_d}', 'as before , see https://a.b/c_d'],
    ['the \\href{https://a.b/100\\%}{code} is out', 'the code is out'],
    ['left open \\emph{so and \\unknown{this}', 'left open \\emph{so and \\unknown{this}'],
    ['in $\\textbf{x}\\%$ as it is', 'in $\\textbf{x}\\%$ as it is'],
  ])('are shown without TeX commands: %j', (text, plain) => {
    expect(shown(text)).toBe(plain);
  });

  test('are shown the same whatever is highlighted', () => {
    const text = 'We \\emph{show} 50\\% of \\href{u}{the code}';
    fc.assert(
      fc.property(ranges, ranges, (highlights, semanticHighlights) => {
        expect(shown(text, { highlights, semanticHighlights })).toBe(shown(text));
      }),
    );
  });
});
