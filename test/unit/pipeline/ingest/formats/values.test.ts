import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convertValue } from '../../../../../pipeline/ingest/formats/columns/convert-value.ts';
import { guessColumns } from '../../../../../pipeline/ingest/formats/columns/guess-columns.ts';
import { KNOWN_FIELD_NAMES, knownFieldOf } from '../../../../../pipeline/ingest/formats/columns/known-names.ts';
import { authorsOf } from '../../../../../pipeline/ingest/formats/values/authors.ts';
import { dateOf } from '../../../../../pipeline/ingest/formats/values/dates.ts';
import { identifierOf, semanticScholarIdOf, urlOf } from '../../../../../pipeline/ingest/formats/values/identifiers.ts';
import { parseLiteral, textsOf } from '../../../../../pipeline/ingest/formats/values/lists.ts';
import { textOf } from '../../../../../pipeline/ingest/formats/values/text.ts';

fc.configureGlobal({ seed: 8017 });

describe('authors', () => {
  test.each<readonly [unknown, readonly string[] | undefined]>([
    ['Moss, Ada; Fern, Ben', ['Ada Moss', 'Ben Fern']],
    ['Moss, Ada and Fern, Ben', ['Ada Moss', 'Ben Fern']],
    ['Ada Moss, Ben Fern and Cleo Reed', ['Ada Moss', 'Ben Fern', 'Cleo Reed']],
    ['Ada Moss, Ben Fern', ['Ada Moss', 'Ben Fern']],
    ['Moss, Ada', ['Ada Moss']],
    ['Moss, A., Fern, B.', ['A. Moss', 'B. Fern']],
    ['Moss A.B., Fern C.', ['A.B. Moss', 'C. Fern']],
    ['Moss, Ada (57200000001); Fern, Ben (57200000002)', ['Ada Moss', 'Ben Fern']],
    ['Ada Moss | Ben Fern', ['Ada Moss', 'Ben Fern']],
    ['Ada Moss\nBen Fern', ['Ada Moss', 'Ben Fern']],
    ["['Ada Moss', \"Sam O'Hara\"]", ['Ada Moss', "Sam O'Hara"]],
    ['Ada Moss et al.', ['Ada Moss']],
    ['Hale, Martin, Jr.; Moss, Ada', ['Martin Hale Jr.', 'Ada Moss']],
    [
      [{ name: 'Ada Moss' }, { given: 'Ben', family: 'Fern' }],
      ['Ada Moss', 'Ben Fern'],
    ],
    [
      [
        ['Moss', 'Ada', ''],
        ['Fern', 'Ben', 'Jr'],
      ],
      ['Ada Moss', 'Ben Fern Jr'],
    ],
    ['The QUAY Collaboration', ['The QUAY Collaboration']],
    ['NaN', undefined],
    [[], undefined],
    [7, undefined],
  ])('%j', (written, names) => expect(authorsOf(written)).toEqual(names));
});

describe('dates', () => {
  test.each<readonly [unknown, string | undefined]>([
    ['2021-07-03', '2021-07-03'],
    ['2021-07-03T23:59:59-08:00', '2021-07-03'],
    ['3 July 2021', '2021-07-03'],
    ['07/03/2021', '2021'],
    ['13/07/2021', '2021-07-13'],
    ['2021.0', '2021'],
    ['20210703', '2021-07-03'],
    [2021, '2021'],
    [1625270400, '2021-07-03'],
    [1625270400000, '2021-07-03'],
    [new Date('2021-07-03T04:05:06Z'), '2021-07-03'],
    [{ 'date-parts': [[2021, 7]] }, '2021-07'],
    ['no date', undefined],
    [12, undefined],
    [null, undefined],
  ])('%j', (written, date) => expect(dateOf(written)).toBe(date));

  test('days as spreadsheets count them are dates in columns of dates', () => {
    expect(dateOf(44380)).toBeUndefined();
    expect(dateOf('44380', { serialDays: true })).toBe('2021-07-03');
  });
});

describe('lists and texts', () => {
  test('lists are written as JSON, as Python, by numpy, and with separators', () => {
    expect(textsOf('["a, b", "c"]')).toEqual(['a, b', 'c']);
    expect(textsOf("('a', 'b')")).toEqual(['a', 'b']);
    expect(textsOf("['a' 'b']")).toEqual(['a', 'b']);
    expect(textsOf("[{'name': 'a', 'score': 0.5}]")).toEqual(['a']);
    expect(textsOf('a, b; c')).toEqual(['a, b', 'c']);
    expect(textsOf('a, b')).toEqual(['a', 'b']);
    expect(textsOf('a, b', true)).toEqual(['a, b']);
    expect(textsOf('cs.CL stat.ML hep-th')).toEqual(['cs.CL', 'stat.ML', 'hep-th']);
    expect(textsOf('two words')).toEqual(['two words']);
    expect(textsOf(['a', 'a', null, 'b'])).toEqual(['a', 'b']);
    expect(textsOf('')).toBeUndefined();
  });

  test('a literal that is not complete is none', () => {
    for (const text of ['[1', "['a]", '[1 2', '{1:', `${'['.repeat(50)}${']'.repeat(50)}`, '(a)']) {
      expect(parseLiteral(text)).toBeUndefined();
    }
    expect(parseLiteral('[None, True, -1.5e3, "\\u00e9\\n"]')).toEqual([null, true, -1500, 'é\n']);
  });

  test('texts lose tags and entities, and mathematics stays', () => {
    expect(textOf('<p>H<sub>2</sub>O &amp;amp; $a&lt;b$</p>')).toBe('H2O & $a<b$');
    expect(textOf('  two\n lines ')).toBe('two lines');
    expect(textOf(['', 'x'])).toBe('x');
  });
});

describe('identifiers', () => {
  test.each<readonly [unknown, object]>([
    ['2301.01234v2', { arxivId: '2301.01234' }],
    ['https://openalex.org/W12', { openAlexId: 'W12' }],
    ['https://doi.org/10.5555/ABC', { doi: '10.5555/abc' }],
    ['PMC123456', { pmcid: 'PMC123456' }],
    ['PMID: 12', { pmid: '12' }],
    ['0123456789ABCDEF0123456789abcdef01234567', { semanticScholarId: '0123456789abcdef0123456789abcdef01234567' }],
    ['CorpusId:12', { semanticScholarId: '12' }],
    [12, { id: '12' }],
    ['key2001', { id: 'key2001' }],
    ['', {}],
  ])('%j', (written, found) => expect(identifierOf(written)).toEqual(found));

  test('addresses are completed, and only http and https are addresses', () => {
    expect(urlOf('www.example.org/a')).toBe('https://www.example.org/a');
    expect(urlOf('see https://example.org/a; https://example.org/b')).toBe('https://example.org/a');
    expect(urlOf('javascript:alert(1)')).toBeUndefined();
    expect(urlOf(['', 'http://example.org/'])).toBe('http://example.org/');
    expect(semanticScholarIdOf(12)).toBe('12');
  });
});

describe('names of columns', () => {
  test.each([
    ['Article Title', 'title'],
    ['paper_title', 'title'],
    ['TI', 'title'],
    ['Résumé', 'abstract'],
    ['Abstract Note', 'abstract'],
    ['Author(s)', 'authors'],
    ['Cited by', 'citations'],
    ['primary_location.source.display_name', 'venue'],
    ['externalIds.ArXiv', 'arxivId'],
    ['著者', 'authors'],
    ['Publisher', undefined],
  ])('%s', (name, field) => expect(knownFieldOf(name)).toBe(field));

  test('of columns with the same meaning the one with values is taken, and a full date before a year', () => {
    const samples = [{ Year: '2001', Date: '2001-02-03', Title: 'A' }];
    expect(guessColumns(['Year', 'Date', 'Title'], samples).columns).toEqual({ title: 'Title', date: 'Date' });
    expect(guessColumns(['Year', 'Date', 'Title'], [{ Year: '2001', Title: 'A' }])).toMatchObject({
      columns: { date: 'Year' },
      alternatives: { date: ['Date'] },
    });
  });

  test('title and abstract are found by their content if no name says which columns they are', () => {
    const samples = Array.from({ length: 20 }, (_, i) => ({
      a: `The ${i}th invented title of a paper`,
      b: `This is the ${i}th text. `.repeat(20),
      c: 'same',
    }));
    expect(guessColumns(['c', 'a', 'b'], samples).columns).toEqual({ title: 'a', abstract: 'b' });
  });
});

test('any value becomes a value of the stated form, or none', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...KNOWN_FIELD_NAMES),
      fc.anything({ withBigInt: true, withDate: true }),
      (field, value) => {
        const converted = convertValue[field](value, field);
        if (converted === undefined) return;
        if (['authors', 'categories', 'keywords'].includes(field)) {
          expect(
            Array.isArray(converted) && converted.length > 0 && converted.every((one) => typeof one === 'string'),
          ).toBe(true);
        } else if (field === 'citations') expect(Number.isInteger(converted) && Number(converted) >= 0).toBe(true);
        else expect(typeof converted).toBe('string');
        if (field === 'date') expect(converted).toMatch(/^\d{4}(?:-\d\d(?:-\d\d)?)?$/);
      },
    ),
    { numRuns: 2000 },
  );
});
