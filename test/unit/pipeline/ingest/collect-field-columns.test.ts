import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runToCompletion } from '../../../../pipeline/core/cooperative.ts';
import { isKnown } from '../../../../pipeline/core/field-columns.ts';
import type { FieldValue, Paper } from '../../../../pipeline/core/paper.ts';
import { collectFieldColumns } from '../../../../pipeline/ingest/collect-field-columns.ts';

const papersOf = (values: readonly (Record<string, FieldValue> | undefined)[]): Paper[] =>
  values.map((fields, i) => ({ id: String(i), title: '', abstract: '', ...(fields && { fields }) }));
const collect = (papers: readonly Paper[]) => runToCompletion(collectFieldColumns(papers));
/** The type of a field with these values, one per paper; undefined: no value. */
const typeOf = (values: readonly (FieldValue | undefined)[], name = 'f1') =>
  collect(papersOf(values.map((value) => (value === undefined ? undefined : { [name]: value })))).columns.infos.find(
    (info) => info.name === name,
  )?.type;
const different = (length: number, make: (i: number) => FieldValue) => Array.from({ length }, (_, i) => make(i));

describe('the type of a field', () => {
  test.each<[string, readonly (FieldValue | undefined)[], string]>([
    ['numbers', [1, 2.5, -3, undefined], 'number'],
    ['numbers written as texts', ['12', '-0.5', '1e3', 7], 'number'],
    ['years as numbers', [2024, 2025], 'number'],
    ['flags', [true, false], 'flag'],
    ['flags written as texts', ['true', 'False'], 'flag'],
    ['days and timestamps', ['2026-07-01', '2026-07-01T10:00:00.000Z', '2026-07', '2026'], 'date'],
    ['days that do not exist', ['2026-02-30', '2026-02-28'], 'category'],
    ['numbers with leading zeros, which are names', ['007', '008'], 'category'],
    ['few short texts', ['ICML', 'NeurIPS', 'ICML'], 'category'],
    ['lists', [['a', 'b'], ['a']], 'list'],
    ['lists and single texts', [['a'], 'b'], 'list'],
    ['long texts', ['x'.repeat(81), 'y'], 'text'],
    ['many texts, nearly all different', different(50, (i) => `note ${i}`), 'text'],
    ['many texts, each at least twice', different(80, (i) => `note ${i % 40}`), 'category'],
    ['numbers and texts', [1, 2, 'n/a'], 'category'],
    ['flags and numbers', [true, 1], 'category'],
    ['numbers that are too large', ['1e999', '5'], 'category'],
  ])('%s', (_, values, type) => {
    expect(typeOf(values)).toBe(type);
  });
});

test('venue and comments are columns of every corpus', () => {
  const papers: Paper[] = [
    { id: 'a', title: '', abstract: '', venue: 'ICML', comments: 0 },
    { id: 'b', title: '', abstract: '' },
  ];
  const { columns, notes } = collect(papers);
  expect(columns.infos).toEqual([
    { name: 'comments', type: 'number', papers: 1 },
    { name: 'venue', type: 'category', papers: 1 },
  ]);
  expect(columns.read('venue')).toEqual({ type: 'category', codes: Int32Array.of(0, -1), names: ['ICML'] });
  expect(notes).toEqual([]);
});

test('the log says which fields are kept as what, and which need attention', () => {
  const rows = different(30, (i) => i).map((i) => ({
    upvotes: Number(i),
    note: `a note about ${i}`,
    mixed: Number(i) % 2 === 0 ? Number(i) % 6 : 'none',
    author: 'x',
  }));
  expect(collect(papersOf([...rows, { upvotes: 1 }])).notes).toEqual([
    'fields: upvotes (number, 31), author (category, 30), mixed (category, 30), note (text, 30)',
    'field mixed: 15 numbers, 15 texts, so it is kept as category',
    'fields with long or nearly all different texts are shown, but not filtered by: note',
    'fields whose names mean something else in a query are written field.author there',
  ]);
});

test('of very many fields those in most papers are columns', () => {
  const all = Object.fromEntries(different(70, (i) => i).map((i) => [`f${String(i).padStart(2, '0')}`, 1]));
  const { columns, notes } = collect(papersOf([all, { f69: 1 }]));
  expect(columns.infos).toHaveLength(64 + 2);
  expect(columns.infos[0].name).toBe('f69');
  expect(notes.at(-1)).toBe('more than 64 fields: shown with their papers only: f63, f64, f65, f66, f67, f68');
});

const value: fc.Arbitrary<FieldValue> = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constantFrom('2026-07', '2026-07-01', 'a', 'b', '12', 'true'),
  fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
);

test('a column has a value exactly for the papers that have one, and the value of the paper', () => {
  const rows = fc.array(
    fc.option(fc.dictionary(fc.constantFrom('aa', 'bb', 'constructor'), value), { nil: undefined }),
  );
  fc.assert(
    fc.property(rows, (fields) => {
      const papers = papersOf(fields);
      const { columns } = collect(papers);
      for (const { name, papers: count } of columns.infos) {
        const data = columns.read(name);
        const known = papers.map((_, row) => row).filter(isKnown(data));
        const expected = papers.flatMap((paper, row) => (Object.hasOwn(paper.fields ?? {}, name) ? [row] : []));
        expect(known).toEqual(expected);
        expect(count).toBe(expected.length);
        for (const row of known) {
          const written = papers[row].fields?.[name];
          if (data.type === 'number') expect(data.values[row]).toBe(Number(written));
          if (data.type === 'flag') expect(data.values[row]).toBe(String(written) === 'true' ? 1 : 0);
          if (data.type === 'category') expect(data.names[data.codes[row]]).toBe(String(written));
          if (data.type === 'list') {
            const codes = data.codes.subarray(data.starts[row], data.starts[row + 1]);
            const texts = typeof written === 'object' ? written : [String(written)];
            expect(Array.from(codes, (code) => data.names[code]).sort()).toEqual([...texts].sort());
          }
        }
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});
