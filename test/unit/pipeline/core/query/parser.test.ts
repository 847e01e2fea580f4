import { describe, expect, test } from 'vitest';
import { silentEffects } from '../../../../../pipeline/cli/terminal.ts';
import { PaperfieldError } from '../../../../../pipeline/core/errors.ts';
import { excerptOf } from '../../../../../pipeline/core/excerpt.ts';
import {
  effectiveSort,
  isFilterOnly,
  type ParsedQuery,
  type QueryTerm,
} from '../../../../../pipeline/core/query/ast.ts';
import { parseQuery } from '../../../../../pipeline/core/query/parser.ts';
import { printQuery } from '../../../../../pipeline/core/query/printer.ts';
import { parseSources } from '../../../../../pipeline/ingest/parse-sources.ts';
import { resolveSources } from '../../../../../pipeline/ingest/sources.ts';
import { pastedAbstract, pastedTexts, type ExpectedQuery, invalidQueries, typedQueries } from '../../../../fixtures/query-golden.ts';

const sampleFolder = new URL('../../../../../data/sample/', import.meta.url).pathname;

const written = ({ kind, text }: QueryTerm) =>
  kind === 'phrase' ? `"${text}"` : kind === 'prefix' ? `${text}*` : text;
const textsOf = (terms: readonly QueryTerm[], kind: QueryTerm['kind']) =>
  terms.filter((term) => term.kind === kind).map(({ text }) => text);

function readingOf(query: ParsedQuery): Required<Omit<ExpectedQuery, 'sort'>> & { sort: ParsedQuery['sort'] } {
  const { wanted, excluded, ...rest } = query;
  return {
    ...rest,
    phrases: textsOf(wanted, 'phrase'),
    prefixes: textsOf(wanted, 'prefix'),
    excluded: excluded.map(written),
  };
}
function complete(input: string, reading: ExpectedQuery) {
  const text = reading.text ?? input;
  const nothing = { phrases: [], prefixes: [], excluded: [], like: [], not: [], filters: [], sort: null };
  return { ...nothing, freeText: text, ...reading, text };
}

/** A row of the table behind a name for it that fits on a line. */
const named = <Row extends readonly [string, ...unknown[]]>(rows: readonly Row[]) =>
  rows.map((row) => [excerptOf(row[0]), ...row] as const);

describe('a typed query', () => {
  test.each(named(typedQueries))('%j', (_, input, reading) => {
    expect(readingOf(parseQuery(input))).toEqual(complete(input, reading));
  });
});

describe('pasted text is text', () => {
  test.each(named(pastedTexts))('%j', (_, input, reading) => {
    expect(readingOf(parseQuery(input))).toEqual(complete(input, reading));
  });
});

describe('a known key with a value it cannot have', () => {
  test.each(named(invalidQueries))('%j', (_, input, message) => {
    expect(() => parseQuery(input)).toThrow(new PaperfieldError('bad_request', message));
  });
});

describe('the running text', () => {
  const wanted = (text: string) => parseQuery(text).wanted.map(written);

  test('gives its words, phrases and prefixes in order and once each', () => {
    expect(wanted('The "world model" of text-to-image, of agent* and of (x/y)')).toEqual([
      'The',
      '"world model"',
      'of',
      'text-to-image',
      'agent*',
      'and',
      'x',
      'y',
    ]);
  });

  test('gives words alone where it was pasted', () => {
    expect(new Set(parseQuery(pastedAbstract).wanted.map(({ kind }) => kind))).toEqual(new Set(['word']));
    expect(wanted(pastedAbstract)).toEqual(expect.arrayContaining(['reversal', 'curse', 'R', 'the-art', 'prefix']));
  });

  test('is pasted from 301 characters on, without counting what is no text', () => {
    const keys = `${'like:0123456789 '.repeat(30)}org:"${'x '.repeat(200)}" `;
    const ids = { like: ['0123456789'], excluded: ['b'] };
    const short = 'a'.repeat(298);
    expect(readingOf(parseQuery(`${keys}${short} -b c`))).toMatchObject({ ...ids, text: `${short} c` });
    expect(readingOf(parseQuery(`${keys}${short}a -b c`))).toMatchObject({ like: ids.like, text: `${short}a -b c` });
  });
});

describe('a query without anything to rank by', () => {
  test.each([
    ['', 'date'],
    ['since:2025', 'date'],
    ['since:2025 sort:relevance', 'date'],
    ['topic:3 sort:comments', 'comments'],
    ['not:a -survey', 'date'],
    ['— ? "', 'date'],
  ])('%j is blank and goes by %s', (input, order) => {
    expect([isFilterOnly(parseQuery(input)), effectiveSort(parseQuery(input))]).toEqual([true, order]);
  });

  test.each([
    ['x', 'relevance'],
    ['like:a', 'relevance'],
    ['x sort:date', 'date'],
    ['x sort:relevance', 'relevance'],
  ])('%j is not blank and goes by %s', (input, order) => {
    expect([isFilterOnly(parseQuery(input)), effectiveSort(parseQuery(input))]).toEqual([false, order]);
  });
});

describe('the canonical text', () => {
  test.each([
    ['robots  since:2025 -survey sort:date like:a', 'like:a since:2025 sort:date -survey robots'],
    ['authors:=5 Topic:003 org:"nvidia"', 'authors:5 topic:3 org:nvidia'],
    ['like:"a ""b""" “some  phrase” -“no  way”', 'like:"a ""b""" -"no way" “some phrase”'],
    ['just text', 'just text'],
    ['', ''],
  ])('of %j is %j', (input, text) => {
    expect(printQuery(parseQuery(input))).toBe(text);
  });
});

test('every title and abstract of the sample is running text, whole', async () => {
  const { papers } = await parseSources(await resolveSources([sampleFolder], process.stdin), silentEffects());
  expect(papers.length).toBeGreaterThan(300);
  const withoutQuotes = (text: string) => text.replace(/["“”„]/g, '');
  for (const text of papers.flatMap((paper) => [paper.title, paper.abstract])) {
    const { freeText, ...read } = parseQuery(text);
    expect(read).toMatchObject({ text, excluded: [], like: [], not: [], filters: [], sort: null });
    expect(withoutQuotes(freeText)).toBe(withoutQuotes(text));
  }
});
