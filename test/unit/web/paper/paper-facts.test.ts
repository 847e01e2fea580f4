import { describe, expect, test } from 'vitest';
import { abbreviateAuthors, relevanceLevel, relevanceText } from '../../../../web/paper/paper-facts.ts';

describe('the authors in a list', () => {
  test('are all named if there are few, else two and the number of the others', () => {
    expect(abbreviateAuthors(['Ada Li'], 1)).toEqual({ named: 'Ada Li', rest: 0 });
    expect(abbreviateAuthors(['Ada Li', 'Bo Wu', 'Cy Xu'], 3)).toEqual({ named: 'Ada Li, Bo Wu, Cy Xu', rest: 0 });
    expect(abbreviateAuthors(['Ada Li', 'Bo Wu', 'Cy Xu'], 6)).toEqual({ named: 'Ada Li, Bo Wu', rest: 4 });
  });

  test('are those that are known if their number is not', () => {
    expect(abbreviateAuthors(['Ada Li', 'Bo Wu'], null)).toEqual({ named: 'Ada Li, Bo Wu', rest: 0 });
  });
});

describe('the relevance of a hit', () => {
  test('is strong from .99, possible from .9, weak below, and null if not known', () => {
    expect([1, 0.99, 0.9899, 0.9, 0.8999, 0].map(relevanceLevel)).toEqual([
      'strong',
      'strong',
      'possible',
      'possible',
      'weak',
      'weak',
    ]);
    expect(relevanceLevel(null)).toBeNull();
  });

  test('is explained, and never rounded up', () => {
    expect(relevanceText(1)).toBe('Stronger match than any unrelated search');
    expect(relevanceText(0.9999)).toBe('Stronger match than 99.9% of unrelated searches');
    expect(relevanceText(0.953)).toContain('95.3% of');
  });
});
