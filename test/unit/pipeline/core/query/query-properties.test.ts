import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PaperfieldError } from '../../../../../pipeline/core/errors.ts';
import { parseQuery } from '../../../../../pipeline/core/query/parser.ts';
import { printQuery } from '../../../../../pipeline/core/query/printer.ts';
import { completionTargetAt } from '../../../../../pipeline/search/suggest/complete.ts';
import { parsedQueries, queryTexts } from '../../../../fixtures/arbitrary-queries.ts';

fc.configureGlobal({ seed: 8017 });

const RUNS = { numRuns: Number(process.env.GRAMMAR_RUNS ?? 3000) };

test('every query round-trips through its text', () => {
  fc.assert(
    fc.property(parsedQueries, (query) => {
      expect(parseQuery(printQuery(query))).toStrictEqual(query);
    }),
    RUNS,
  );
});

test('any text is parsed to a query that round-trips, or rejected with a position and a remedy', () => {
  let rejected = 0;
  let parsed = 0;
  fc.assert(
    fc.property(queryTexts, (text) => {
      let query: ReturnType<typeof parseQuery>;
      try {
        query = parseQuery(text);
      } catch (error) {
        rejected++;
        expect(error).toBeInstanceOf(PaperfieldError);
        expect((error as PaperfieldError).kind).toBe('bad_request');
        const position = /^character (\d+): '/.exec((error as PaperfieldError).message)?.[1];
        expect([...text].slice(Number(position) - 1).join('')).toMatch(/^-?[a-z]+:/i);
        return;
      }
      parsed++;
      expect(parseQuery(printQuery(query))).toStrictEqual(query);
    }),
    RUNS,
  );
  // Both outcomes occur often enough to be tested.
  expect(rejected).toBeGreaterThan(RUNS.numRuns / 20);
  expect(parsed).toBeGreaterThan(RUNS.numRuns / 5);
});

test('a parsed query with other ids, filters, exclusions and sort order, literal or not, still round-trips', () => {
  fc.assert(
    fc.property(queryTexts, parsedQueries, (text, { like, not, filters, sort, excluded, literal }) => {
      let parsed: ReturnType<typeof parseQuery>;
      try {
        parsed = parseQuery(text);
      } catch {
        return;
      }
      const changed = { ...parsed, like, not, filters, sort, excluded, literal };
      expect(parseQuery(printQuery(changed))).toStrictEqual(changed);
    }),
    RUNS,
  );
});

test('at any cursor in any text, a completion has a range around the cursor', () => {
  fc.assert(
    fc.property(queryTexts, fc.nat(400), (text, offset) => {
      const cursor = Math.min(offset, text.length);
      const { kind, prefix, from, to } = completionTargetAt(text, offset);
      expect([from >= 0, from <= cursor, cursor <= to, to <= text.length]).toEqual([true, true, true, true]);
      if (kind === 'word' || kind === 'key') expect(text.slice(from, cursor)).toBe(prefix);
    }),
    RUNS,
  );
});
