import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PaperfieldError } from '../../../../../pipeline/core/errors.ts';
import { completionAt } from '../../../../../pipeline/core/query/completion-context.ts';
import { parseQuery } from '../../../../../pipeline/core/query/parser.ts';
import { printQuery } from '../../../../../pipeline/core/query/printer.ts';
import { parsedQueries, queryTexts } from '../../../../fixtures/arbitrary-queries.ts';

fc.configureGlobal({ seed: 8017 });

const RUNS = { numRuns: Number(process.env.GRAMMAR_RUNS ?? 3000) };

test('every query is read again from what it prints', () => {
  fc.assert(
    fc.property(parsedQueries, (query) => {
      expect(parseQuery(printQuery(query))).toStrictEqual(query);
    }),
    RUNS,
  );
});

test('any text is read to a query that round-trips, or refused with the place and the remedy', () => {
  let refused = 0;
  let read = 0;
  fc.assert(
    fc.property(queryTexts, (text) => {
      let query: ReturnType<typeof parseQuery>;
      try {
        query = parseQuery(text);
      } catch (error) {
        refused++;
        expect(error).toBeInstanceOf(PaperfieldError);
        expect((error as PaperfieldError).kind).toBe('bad_request');
        const place = /^character (\d+): '/.exec((error as PaperfieldError).message)?.[1];
        expect([...text].slice(Number(place) - 1).join('')).toMatch(/^-?[a-z]+:/i);
        return;
      }
      read++;
      expect(parseQuery(printQuery(query))).toStrictEqual(query);
    }),
    RUNS,
  );
  // Both ways are gone often enough to mean something.
  expect(refused).toBeGreaterThan(RUNS.numRuns / 20);
  expect(read).toBeGreaterThan(RUNS.numRuns / 5);
});

test('a query that was read can be given other ids, filters and orders and still round-trips', () => {
  fc.assert(
    fc.property(queryTexts, parsedQueries, (text, { like, not, filters, sort, excluded }) => {
      let read: ReturnType<typeof parseQuery>;
      try {
        read = parseQuery(text);
      } catch {
        return;
      }
      const changed = { ...read, like, not, filters, sort, excluded };
      expect(parseQuery(printQuery(changed))).toStrictEqual(changed);
    }),
    RUNS,
  );
});

test('at any place of any text a completion has a range around the cursor', () => {
  fc.assert(
    fc.property(queryTexts, fc.nat(400), (text, place) => {
      const cursor = Math.min(place, text.length);
      const { kind, prefix, from, to } = completionAt(text, place);
      expect([from >= 0, from <= cursor, cursor <= to, to <= text.length]).toEqual([true, true, true, true]);
      if (kind === 'word' || kind === 'key') expect(text.slice(from, cursor)).toBe(prefix);
    }),
    RUNS,
  );
});
