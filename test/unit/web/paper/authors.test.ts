import { describe, expect, it } from 'vitest';
import { firstAuthors } from '../../../../web/paper/authors.ts';

describe('who wrote a paper, in a line', () => {
  it('names all of few, and of many two and how many more', () => {
    expect(firstAuthors(['Ada Li'], 1)).toEqual({ named: 'Ada Li', rest: 0 });
    expect(firstAuthors(['Ada Li', 'Bo Wu', 'Cy Xu'], 3)).toEqual({ named: 'Ada Li, Bo Wu, Cy Xu', rest: 0 });
    expect(firstAuthors(['Ada Li', 'Bo Wu', 'Cy Xu'], 6)).toEqual({ named: 'Ada Li, Bo Wu', rest: 4 });
  });

  it('names those it has where it is not known how many there are', () => {
    expect(firstAuthors(['Ada Li', 'Bo Wu'], null)).toEqual({ named: 'Ada Li, Bo Wu', rest: 0 });
  });
});
