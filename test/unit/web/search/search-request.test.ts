import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../../../pipeline/core/query/parser.ts';
import { printRegion, type RegionSubject } from '../../../../pipeline/core/query/region.ts';
import {
  describeInterpretations,
  effectiveQuery,
  literalQuery,
  toDisplayedAnswer,
} from '../../../../web/search/search-request.ts';
import { queryTexts } from '../../../fixtures/arbitrary-queries.ts';

const regions: fc.Arbitrary<string> = fc
  .oneof(
    fc.constant<RegionSubject>({ kind: 'rectangle', points: [-1.5, 0, 2, 3] }),
    fc.constant<RegionSubject>({ kind: 'lasso', points: [0, 0, 1, 0, 1, 1] }),
    fc
      .array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 3 })
      .map((ids): RegionSubject => ({ kind: 'papers', ids })),
  )
  .map((subject) => printRegion([{ operation: 'add', subject }]));

/** The parsed query, or the message of the error. */
function parsed(query: string) {
  try {
    return parseQuery(query);
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a search within a selection', () => {
  test('adds one filter to what was typed, and leaves errors where they were', () => {
    fc.assert(
      fc.property(queryTexts, regions, (text, selection) => {
        const q = text.trim();
        const [typed, within] = [parsed(q), parsed(effectiveQuery({ q, selection, within: true }))];
        if (typeof typed === 'string') expect(within).toBe(typed);
        else {
          const filter = { kind: 'within', region: selection, excluded: false };
          expect(within).toEqual({ ...typed, filters: [...typed.filters, filter] });
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('is what was typed if nothing is selected, or searches are not limited to the selection', () => {
    expect(effectiveQuery({ q: 'robots', selection: '', within: true })).toBe('robots');
    expect(effectiveQuery({ q: 'robots', selection: 't:1', within: false })).toBe('robots');
    expect(effectiveQuery({ q: '', selection: 't:1', within: true })).toBe('within:t:1');
  });

  test('is displayed without the region, in the suggested query too', () => {
    const response = {
      query: 'robott within:t:1',
      mode: 'hybrid' as const,
      total: 0,
      hits: [],
      status: 'no_match' as const,
      nearMisses: [],
      interpretations: [{ kind: 'spelling' as const, typed: 'robott', used: 'robot' }],
    };
    const suggested = (didYouMean: string | null) =>
      toDisplayedAnswer({ ...response, didYouMean }, 'robott', 'within:t:1').didYouMean;
    expect(suggested('robot within:t:1')).toBe('robot');
    expect(suggested('within:t:1 robot arm')).toBe('robot arm');
    expect(suggested(null)).toBeNull();
    const { query, interpretations } = toDisplayedAnswer({ ...response, didYouMean: null }, 'robott', 'within:t:1');
    expect({ query, interpretations }).toEqual({ query: 'robott', interpretations: response.interpretations });
  });
});

describe('what was searched for instead of what was typed', () => {
  test('is described by words, keys and the id of a paper, each once', () => {
    expect(describeInterpretations([])).toBe('');
    expect(describeInterpretations([{ kind: 'paper', typed: '', used: '2501.12948' }])).toBe('the paper 2501.12948');
    expect(describeInterpretations([{ kind: 'author', typed: '', used: 'author:"Ada Li"' }])).toBe('author:"Ada Li"');
    expect(
      describeInterpretations([
        { kind: 'filter', typed: '', used: 'since:2025 until:2025' },
        { kind: 'exclusion', typed: '', used: '-"medical imaging"' },
        { kind: 'spelling', typed: 'robts', used: 'robots' },
        { kind: 'spelling', typed: 'lerning', used: 'learning' },
        { kind: 'spelling', typed: 'robts', used: 'robots' },
      ]),
    ).toBe('since:2025 until:2025, -"medical imaging", robots instead of robts, learning instead of lerning');
  });

  test('is the query as typed if it is searched literally, whatever was typed', () => {
    fc.assert(
      fc.property(queryTexts, (text) => {
        const typed = parsed(text);
        fc.pre(typeof typed !== 'string');
        expect(parsed(literalQuery(text.trim()))).toEqual({ ...(typed as object), literal: true });
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
});
