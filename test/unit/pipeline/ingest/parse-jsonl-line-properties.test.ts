import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJsonlLine } from '../../../../pipeline/ingest/parse-jsonl-line.ts';

fc.configureGlobal({ seed: 8017 });

const FILE = 'papers.jsonl';
const base = { id: 'a1', title: 'Tidal Clocks', abstract: 'We read time from tides.' };

test('any object is parsed without an error, into well-formed text, and gives a paper or an issue', () => {
  const fields = [...Object.keys(base), 'authors', 'date', 'categories', 'url', 'venue', 'comments', 'organization'];
  const value = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.array(fc.string()));
  fc.assert(
    fc.property(fc.constantFrom({}, base), fc.dictionary(fc.constantFrom(...fields), value), (whole, object) => {
      const parsed = parseJsonlLine(JSON.stringify({ ...whole, ...object }), FILE, 1);
      expect(parsed?.row ?? parsed?.issue).toBeDefined();
      for (const text of [parsed?.row?.paper.title, parsed?.row?.paper.abstract, parsed?.row?.paper.venue]) {
        expect(/\p{Surrogate}/u.test(text ?? '')).toBe(false);
      }
    }),
    { numRuns: 500 },
  );
});

test('any line is parsed without an error', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.json()), (line) => {
      const parsed = parseJsonlLine(line, FILE, 1);
      expect(parsed === undefined).toBe(/^[\s\p{Control}\p{Format}\p{Default_Ignorable_Code_Point}]*$/u.test(line));
    }),
    { numRuns: 500 },
  );
});
