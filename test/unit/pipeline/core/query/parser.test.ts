import { describe, expect, test } from 'vitest';
import { silentEffects } from '../../../../../pipeline/cli/terminal.ts';
import { excerptOf, PaperfieldError } from '../../../../../pipeline/core/errors.ts';
import type { ParsedQuery, QueryTerm } from '../../../../../pipeline/core/query/ast.ts';
import { effectiveSort, isFilterOnly, parseQuery } from '../../../../../pipeline/core/query/parser.ts';
import { printQuery } from '../../../../../pipeline/core/query/printer.ts';
import { readPapers } from '../../../../../pipeline/ingest/read-and-merge-papers.ts';
import { resolveSources } from '../../../../../pipeline/ingest/source-files.ts';
import {
  type ExpectedQuery,
  invalidQueries,
  pastedAbstract,
  pastedTexts,
  typedQueries,
} from '../../../../fixtures/query-golden.ts';

const sampleFolder = new URL('../../../../../data/sample/', import.meta.url).pathname;

const written = ({ kind, text }: QueryTerm) =>
  kind === 'phrase' ? `"${text}"` : kind === 'prefix' ? `${text}*` : text;
const textsOf = (terms: readonly QueryTerm[], kind: QueryTerm['kind']) =>
  terms.filter((term) => term.kind === kind).map(({ text }) => text);

function summarize(query: ParsedQuery): Required<Omit<ExpectedQuery, 'sort'>> & Pick<ParsedQuery, 'sort'> {
  const { wanted, excluded, ...rest } = query;
  return {
    ...rest,
    phrases: textsOf(wanted, 'phrase'),
    prefixes: textsOf(wanted, 'prefix'),
    excluded: excluded.map(written),
  };
}
function withDefaults(input: string, expected: ExpectedQuery) {
  const text = expected.text ?? input;
  const defaults = {
    phrases: [],
    prefixes: [],
    excluded: [],
    like: [],
    not: [],
    filters: [],
    sort: null,
    literal: false,
  };
  return { ...defaults, freeText: text, ...expected, text };
}

/** Rows of a table, each preceded by a name that fits on one line. */
const named = <Row extends readonly [string, ...unknown[]]>(rows: readonly Row[]) =>
  rows.map((row) => [excerptOf(row[0]), ...row] as const);

describe('a typed query', () => {
  test.each(named(typedQueries))('%j', (_, input, expected) => {
    expect(summarize(parseQuery(input))).toEqual(withDefaults(input, expected));
  });
});

describe('pasted text is plain text', () => {
  test.each(named(pastedTexts))('%j', (_, input, expected) => {
    expect(summarize(parseQuery(input))).toEqual(withDefaults(input, expected));
  });
});

describe('a known key with an invalid value is rejected', () => {
  test.each(named(invalidQueries))('%j', (_, input, message) => {
    expect(() => parseQuery(input)).toThrow(new PaperfieldError('bad_request', message));
  });
});

describe('the running text', () => {
  const wanted = (text: string) => parseQuery(text).wanted.map(written);

  test('is split into distinct words, phrases and prefixes, in order', () => {
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

  test('is split into words only if it is pasted', () => {
    expect(new Set(parseQuery(pastedAbstract).wanted.map(({ kind }) => kind))).toEqual(new Set(['word']));
    expect(wanted(pastedAbstract)).toEqual(expect.arrayContaining(['reversal', 'curse', 'R', 'the-art', 'prefix']));
  });

  test('counts as pasted from 301 characters on, not counting keys and exclusions', () => {
    const keys = `${'like:0123456789 '.repeat(30)}org:"${'x '.repeat(200)}" `;
    const parsedKeys = { like: ['0123456789'], excluded: ['b'] };
    const short = 'a'.repeat(298);
    expect(summarize(parseQuery(`${keys}${short} -b c`))).toMatchObject({ ...parsedKeys, text: `${short} c` });
    expect(summarize(parseQuery(`${keys}${short}a -b c`))).toMatchObject({
      like: parsedKeys.like,
      text: `${short}a -b c`,
    });
  });
});

describe('isFilterOnly and effectiveSort', () => {
  test.each([
    ['', 'date'],
    ['since:2025', 'date'],
    ['since:2025 sort:relevance', 'date'],
    ['topic:3 sort:comments', 'comments'],
    ['not:a -survey', 'date'],
    ['— ? "', 'date'],
  ])('%j is filter-only and sorted by %s', (input, order) => {
    expect([isFilterOnly(parseQuery(input)), effectiveSort(parseQuery(input))]).toEqual([true, order]);
  });

  test.each([
    ['x', 'relevance'],
    ['like:a', 'relevance'],
    ['x sort:date', 'date'],
    ['x sort:relevance', 'relevance'],
  ])('%j is not filter-only and is sorted by %s', (input, order) => {
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

test('every title and abstract of the sample is parsed as running text only', async () => {
  const { papers } = await readPapers(await resolveSources([sampleFolder], process.stdin), silentEffects());
  expect(papers.length).toBeGreaterThan(300);
  const withoutQuotes = (text: string) => text.replace(/["“”„]/g, '');
  for (const text of papers.flatMap((paper) => [paper.title, paper.abstract])) {
    const { freeText, ...parsed } = parseQuery(text);
    expect(parsed).toMatchObject({ text, excluded: [], like: [], not: [], filters: [], sort: null });
    expect(withoutQuotes(freeText)).toBe(withoutQuotes(text));
  }
});
