import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formulasOf } from '../../../../web/text/formulas.ts';

const texOf = (text: string) => formulasOf(text).map(({ tex }) => tex);

describe('the formulas of a text', () => {
  it('stand between the delimiters of TeX', () => {
    expect(texOf('Cost $O(n^2)$, not \\(n\\) or \\[x\\] or $$y$$.')).toEqual(['O(n^2)', 'n', 'x', 'y']);
    expect(formulasOf('a $$y$$').map(({ from, to, isDisplay }) => [from, to, isDisplay])).toEqual([[2, 7, true]]);
    expect(texOf('$\\pi_0$: a policy')).toEqual(['\\pi_0']);
  });

  it('are no sums of money', () => {
    expect(texOf('It costs $5 and saves $10 a day.')).toEqual([]);
    expect(texOf('from US$ 5 to 6 $ or $100')).toEqual([]);
    expect(texOf('under $16 pixels) with a large upscaling factor of 8$ times')).toEqual([]);
  });

  it('end with their text, their paragraph or their delimiter, never later', () => {
    expect(texOf('a $x')).toEqual([]);
    expect(texOf('$')).toEqual([]);
    expect(texOf('$x\n\ny$')).toEqual([]);
    expect(texOf('\\$5 and \\$6')).toEqual([]);
    expect(texOf('$\\$5$')).toEqual(['\\$5']);
    expect(texOf(`$${'x'.repeat(2000)}$`)).toEqual([]);
    expect(texOf('$$ $$ \\( \\)')).toEqual([]);
  });

  it('lie in order and apart, each with its delimiters around it', () => {
    const texts = fc
      .array(fc.constantFrom('$', '$$', '\\(', '\\)', '\\[', '\\]', '\\', 'x', ' ', '5', 'word', '\n'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        let at = 0;
        for (const { from, to, tex } of formulasOf(text)) {
          expect(from).toBeGreaterThanOrEqual(at);
          const whole = text.slice(from, to);
          expect([`$${tex}$`, `$$${tex}$$`, `\\(${tex}\\)`, `\\[${tex}\\]`]).toContain(whole);
          at = to;
        }
        expect(at).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
