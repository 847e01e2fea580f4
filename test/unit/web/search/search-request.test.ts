import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../../pipeline/core/query/parser.ts';
import { answerTo, askedQuery, partsNamed } from '../../../../web/search/search-request.ts';
import { type Part, printParts } from '../../../../web/selection/region-parts.ts';
import { texts } from '../../../fixtures/arbitrary-queries.ts';

const shape: fc.Arbitrary<string> = fc
  .oneof(
    fc.constant<Part['subject']>({ kind: 'rectangle', points: [-1.5, 0, 2, 3] }),
    fc.constant<Part['subject']>({ kind: 'lasso', points: [0, 0, 1, 0, 1, 1] }),
    fc
      .array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 3 })
      .map((ids): Part['subject'] => ({ kind: 'papers', ids })),
  )
  .map((subject) => printParts([{ operation: 'add', subject }]));

/** What a query says, or why it cannot be read. */
function readingOf(query: string) {
  try {
    return parseQuery(query);
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a search within a selection', () => {
  it('asks what was typed and one filter more, and what is wrong is wrong at the same place', () => {
    fc.assert(
      fc.property(texts, shape, (text, selection) => {
        const q = text.trim();
        const [alone, within] = [readingOf(q), readingOf(askedQuery({ q, selection, within: true }))];
        if (typeof alone === 'string') expect(within).toBe(alone);
        else {
          const filter = { kind: 'within', shape: selection, excluded: false };
          expect(within).toEqual({ ...alone, filters: [...alone.filters, filter] });
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('asks what was typed alone where nothing is selected, or searches go everywhere', () => {
    expect(askedQuery({ q: 'robots', selection: '', within: true })).toBe('robots');
    expect(askedQuery({ q: 'robots', selection: 't:1', within: false })).toBe('robots');
    expect(askedQuery({ q: '', selection: 't:1', within: true })).toBe('within:t:1');
  });

  it('is told without the key, in what was perhaps meant too', () => {
    const answer = {
      query: 'robott within:t:1',
      mode: 'hybrid' as const,
      total: 0,
      hits: [],
      status: 'no_match' as const,
      nearMisses: [],
    };
    const told = (didYouMean: string | null) => answerTo({ ...answer, didYouMean }, 'robott', 'within:t:1').didYouMean;
    expect(told('robot within:t:1')).toBe('robot');
    expect(told('within:t:1 robot arm')).toBe('robot arm');
    expect(told(null)).toBeNull();
    expect(answerTo({ ...answer, didYouMean: null }, 'robott', 'within:t:1').query).toBe('robott');
  });
});

describe('the parts of the map that a typed query names', () => {
  it('are those behind its keys', () => {
    const first: Part = { operation: 'add', subject: { kind: 'rectangle', points: [0, 0, 1, 1] } };
    const second: Part = { operation: 'remove', subject: { kind: 'topic', topic: 3 } };
    expect(partsNamed('robots within:r:0,0,1,1;-t:3 -survey')).toEqual([first, second]);
    expect(partsNamed('robots within: r:0,0,1,1, herein:t:3')).toEqual([]);
    expect(partsNamed('within:nothing')).toEqual([]);
  });
});
