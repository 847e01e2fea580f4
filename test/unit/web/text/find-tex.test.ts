import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findFormulas } from '../../../../web/text/find-tex.ts';

const texOf = (text: string) => findFormulas(text).map(({ tex }) => tex);

describe('the formulas of a text', () => {
  test('are found between TeX delimiters', () => {
    expect(texOf('Cost $O(n^2)$, not \\(n\\) or \\[x\\] or $$y$$.')).toEqual(['O(n^2)', 'n', 'x', 'y']);
    expect(findFormulas('a $$y$$').map(({ from, to, isDisplay }) => [from, to, isDisplay])).toEqual([[2, 7, true]]);
    expect(texOf('$\\pi_0$: a policy')).toEqual(['\\pi_0']);
  });

  test('are not dollar amounts', () => {
    expect(texOf('It costs $5 and saves $10 a day.')).toEqual([]);
    expect(texOf('from US$ 5 to 6 $ or $100')).toEqual([]);
    expect(texOf('under $16 pixels) with a large upscaling factor of 8$ times')).toEqual([]);
  });

  test('end at their delimiter, within one paragraph and a length limit', () => {
    expect(texOf('a $x')).toEqual([]);
    expect(texOf('$')).toEqual([]);
    expect(texOf('$x\n\ny$')).toEqual([]);
    expect(texOf('\\$5 and \\$6')).toEqual([]);
    expect(texOf('$\\$5$')).toEqual(['\\$5']);
    expect(texOf(`$${'x'.repeat(2000)}$`)).toEqual([]);
    expect(texOf('$$ $$ \\( \\)')).toEqual([]);
  });

  test('are in order, do not overlap and include their delimiters', () => {
    const texts = fc
      .array(fc.constantFrom('$', '$$', '\\(', '\\)', '\\[', '\\]', '\\', 'x', ' ', '5', 'word', '\n'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        let at = 0;
        for (const { from, to, tex } of findFormulas(text)) {
          expect(from).toBeGreaterThanOrEqual(at);
          const source = text.slice(from, to);
          expect([`$${tex}$`, `$$${tex}$$`, `\\(${tex}\\)`, `\\[${tex}\\]`]).toContain(source);
          at = to;
        }
        expect(at).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
