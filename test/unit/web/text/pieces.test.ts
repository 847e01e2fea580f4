import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Matched, piecesOf } from '../../../../web/text/pieces.ts';

const ranges = fc.array(fc.tuple(fc.integer({ min: -5, max: 50 }), fc.integer({ min: -5, max: 50 })), { maxLength: 6 });
const texts = fc
  .array(
    fc.constantFrom('$', 'x', ' ', 'push', '\\(y\\)', '$z$', '🤖', '\\emph{', '}', '\\%', '\\cite{a}', '\\href{'),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));
const marked = (text: string, matched: Matched) =>
  piecesOf(text, matched)
    .filter(({ mark }) => mark !== null)
    .map((piece) => [piece.text, piece.mark]);

describe('a text in pieces', () => {
  it('holds the same text, whatever the marks', () => {
    fc.assert(
      fc.property(texts, ranges, ranges, fc.integer({ min: -3, max: 9 }), (text, marks, near, from) => {
        const pieces = piecesOf(text, { highlights: marks, semanticHighlights: near }, from);
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        for (const { formula, text: of } of pieces) if (formula) expect(of).toContain(formula.tex);
      }),
    );
  });

  it('marks the words that were asked for, and those near in meaning', () => {
    expect(marked('push and grasp', { highlights: [[0, 4]], semanticHighlights: [[9, 14]] })).toEqual([
      ['push', 'asked'],
      ['grasp', 'near'],
    ]);
  });

  it('counts the ranges from where it stands', () => {
    const [first] = piecesOf('grasp', { highlights: [[109, 114]], semanticHighlights: [] }, 109);
    expect([first?.text, first?.mark]).toEqual(['grasp', 'asked']);
    expect(
      piecesOf('grasp', { highlights: [[105, 112]], semanticHighlights: [] }, 109).every(({ mark }) => mark === null),
    ).toBe(true);
  });

  it('keeps a formula whole, and its mark', () => {
    const text = 'the model $\\pi_0$ acts';
    expect(marked(text, { highlights: [[12, 14]], semanticHighlights: [] })).toEqual([['$\\pi_0$', 'asked']]);
    expect(marked(text, { highlights: [[4, 12]], semanticHighlights: [] })).toEqual([
      ['model ', 'asked'],
      ['$\\pi_0$', 'asked'],
    ]);
  });

  const shown = (text: string, matched?: Matched) =>
    piecesOf(text, matched)
      .map((piece) => piece.shown)
      .join('');

  it.each([
    ['We \\emph{show} that \\textbf{all \\textit{of it}} holds', 'We show that all of it holds'],
    ['faster by 50\\% and 3\\,x', 'faster by 50% and 3\\,x'],
    ['as before \\cite{him,her}, see \\url{https://a.b/c\\_d}', 'as before , see https://a.b/c_d'],
    ['the \\href{https://a.b/100\\%}{code} is out', 'the code is out'],
    ['left open \\emph{so and \\unknown{this}', 'left open \\emph{so and \\unknown{this}'],
    ['in $\\textbf{x}\\%$ as it is', 'in $\\textbf{x}\\%$ as it is'],
  ])('is shown without commands of TeX: %j', (text, plain) => {
    expect(shown(text)).toBe(plain);
  });

  it('is shown the same whatever is marked in it', () => {
    const text = 'We \\emph{show} 50\\% of \\href{u}{the code}';
    fc.assert(
      fc.property(ranges, ranges, (marks, near) => {
        expect(shown(text, { highlights: marks, semanticHighlights: near })).toBe(shown(text));
      }),
    );
  });
});
