import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldsOfCslItem, isCslItem } from '../../../../../pipeline/ingest/formats/csl-json.ts';
import { formatFixture } from '../../../../fixtures/damaged-bytes.ts';
import { expectedParts } from '../../../../fixtures/format-golden.ts';

fc.configureGlobal({ seed: 8017 });

const FILES = ['mendeley.csl.json', 'pandoc.csl.json', 'zotero-api.csl.json', 'zotero.csl.json'];

type Item = Record<string, unknown>;

function itemsOf(file: string): Item[] {
  const content = JSON.parse(formatFixture(file).toString());
  return content.items ?? content;
}

const fieldsOf = (item: Item) => fieldsOfCslItem({ type: 'article-journal', title: 'T', ...item });

test.each(FILES)('the items of %s are recognized, and are read as expected', (file) => {
  const items = itemsOf(file);
  expect(items.every(isCslItem)).toBe(true);
  expect(items.map(fieldsOfCslItem)).toEqual(expectedParts(file));
});

test.each([
  [
    'a work of Crossref, whose title is a list',
    { type: 'journal-article', title: ['T'], issued: { 'date-parts': [[2020]] } },
  ],
  ['a work of OpenAlex', { type: 'article', title: 'T', authorships: [{ author: { display_name: 'Ada' } }] }],
  ['an object with other names of fields', { title: 'T', author: [{ name: 'Ada' }], year: 2020 }],
  ['a list', [{ type: 'book', title: 'T', issued: {} }]],
  ['a text', 'title'],
  ['nothing', null],
])('%s is no item of CSL', (_, value) => {
  expect(isCslItem(value)).toBe(false);
});

test('an object without any field of CSL has no fields', () => {
  expect(fieldsOfCslItem({})).toBeUndefined();
  expect(fieldsOfCslItem({ family: 'Lovelace', given: 'Ada' })).toBeUndefined();
  expect(fieldsOfCslItem({ title: '', DOI: null, author: [] })).toBeUndefined();
});

describe('dates', () => {
  test.each([
    [{ 'date-parts': [[2020, 1, 31]] }, '2020-01-31'],
    [{ 'date-parts': [['2020', '1']] }, '2020-01'],
    [{ 'date-parts': [[2020]] }, '2020'],
    [
      {
        'date-parts': [
          [1977, 3, 1],
          [1977, 4, 30],
        ],
      },
      '1977-03-01',
    ],
    [{ 'date-parts': [[2020, 21]] }, '2020'],
    [{ 'date-parts': [[2016]], season: 1 }, '2016'],
    [{ 'date-parts': [[2020, 2, 30]] }, '2020-02'],
    [{ 'date-parts': [[null]] }, undefined],
    [{ 'date-parts': [] }, undefined],
    [{ raw: '3 July 2019' }, '2019-07-03'],
    [{ literal: 'Winter 1980/81' }, '1980'],
    [{ edtf: '2020-07~' }, '2020-07'],
    [[{ 'date-parts': [[2020, 7]] }], '2020-07'],
    [{ year: '2020', month: 7 }, '2020-07'],
    ['2020-07-03', '2020-07-03'],
    [2020, '2020'],
    [null, undefined],
  ])('of %j are as precise as they are certain', (issued, date) => {
    expect(fieldsOf({ issued })?.date).toBe(date);
  });
});

describe('names', () => {
  test.each([
    [[{ family: 'Lovelace', given: 'Ada B.' }], ['Ada B. Lovelace']],
    [[{ family: 'Beek', given: 'Cor', 'non-dropping-particle': 'van der' }], ['Cor van der Beek']],
    [[{ family: 'Sousa', given: 'Beatriz', 'dropping-particle': 'de' }], ['Beatriz de Sousa']],
    [[{ family: 'Kerr', given: 'Alan', suffix: 'III' }], ['Alan Kerr III']],
    [[{ family: 'King', given: 'Martin Luther, Jr.' }], ['Martin Luther King Jr.']],
    [[{ literal: 'Quilters’ Union' }], ['Quilters’ Union']],
    [[{ name: 'Engine Group' }], ['Engine Group']],
    [{ family: 'Lovelace' }, ['Lovelace']],
    [['Ada Lovelace'], ['Ada Lovelace']],
    [[{}, null, 7, { family: '' }], undefined],
  ])('of %j are as read aloud', (author, authors) => {
    expect(fieldsOf({ author })?.authors).toEqual(authors);
  });
});

describe('texts', () => {
  test('lose HTML and entities, and keep mathematics', () => {
    const title = '<span class="nocase">pH</span> of <i>H</i><sub>2</sub>O &amp; $x<y$ for a < b';
    expect(fieldsOf({ title })?.title).toBe('pH of H2O & $x<y$ for a < b');
  });

  test('of abstracts lose JATS and the heading', () => {
    const abstract = '<jats:title>Abstract</jats:title><jats:p>One.</jats:p><jats:p>Two.</jats:p>';
    expect(fieldsOf({ abstract })?.abstract).toBe('One. Two.');
  });

  test('of titles may be lists, and may be missing', () => {
    expect(fieldsOf({ title: ['A', 'B'] })?.title).toBe('A');
    expect(fieldsOf({ title: undefined, 'title-short': 'S' })?.title).toBe('S');
  });
});

describe('ids', () => {
  test.each([
    [{ id: 'http://zotero.org/users/1/items/ABCD2345' }, 'ABCD2345'],
    [{ id: 'http://zotero.org/groups/1/items/ABCD2345' }, 'ABCD2345'],
    [{ id: '123/ABCD2345' }, 'ABCD2345'],
    [{ id: 'lovelace1843' }, 'lovelace1843'],
    [{ id: 'http://zotero.org/users/1/items/ABCD2345', 'citation-key': 'lovelace1843' }, 'lovelace1843'],
    [{ id: 'x', note: 'Citation Key: lovelace1843\nmore' }, 'lovelace1843'],
    [{ id: 'ITEM-1' }, undefined],
    [{ id: 27 }, undefined],
    [{ id: 'https://doi.org/10.5555/a' }, undefined],
  ])('of %j', (item, id) => {
    expect(fieldsOf(item)?.id).toBe(id);
  });
});

describe('identifiers', () => {
  test.each([
    [{ DOI: 'https://doi.org/10.5555/ABC' }, { doi: '10.5555/abc' }],
    [
      { PMID: 12345, PMCID: 'PMC9990001' },
      { pmid: '12345', pmcid: 'PMC9990001' },
    ],
    [{ note: 'PMID: 12345\nPMCID: PMC9990001' }, { pmid: '12345', pmcid: 'PMC9990001' }],
    [{ note: '{:DOI: 10.5555/abc}' }, { doi: '10.5555/abc' }],
    [{ note: 'arXiv:2303.99777 [cs.IR]' }, { arxivId: '2303.99777', categories: ['cs.IR'] }],
    [{ number: '2303.99777', archive: 'arXiv' }, { arxivId: '2303.99777' }],
    [{ publisher: 'arXiv', number: 'arXiv:2303.99777' }, { arxivId: '2303.99777' }],
    [{ URL: 'http://arxiv.org/abs/2303.99777' }, { arxivId: '2303.99777', url: 'http://arxiv.org/abs/2303.99777' }],
    [{ DOI: '10.48550/arXiv.2303.99777' }, { doi: '10.48550/arxiv.2303.99777', arxivId: '2303.99777' }],
  ])('of %j', (item, expected) => {
    expect(fieldsOf(item)).toMatchObject(expected);
  });

  test('of a number that is no arXiv id there are none', () => {
    expect(fieldsOf({ number: '2303.99777', publisher: 'Press' })).not.toHaveProperty('arxivId');
  });
});

test.each([
  ['quilts, symmetry', ['quilts', 'symmetry']],
  ['Arthritis, Rheumatoid; Bread', ['Arthritis, Rheumatoid', 'Bread']],
  [
    ['Arthritis, Rheumatoid', 'Bread'],
    ['Arthritis, Rheumatoid', 'Bread'],
  ],
])('keywords of %j', (keyword, keywords) => {
  expect(fieldsOf({ keyword })).toMatchObject({ keywords });
});

test('every other field keeps its name, also a strange one', () => {
  const item = JSON.parse('{"title":"T","volume":"9","custom":{"a":[1]},"__proto__":"x","citations":"many"}');
  const fields = fieldsOfCslItem(item);
  expect(fields).toMatchObject({ title: 'T', volume: '9', custom: { a: [1] }, 'citations (field)': 'many' });
  expect(Object.keys(fields ?? {})).toContain('__proto__');
});

test('any value is an item or not, and any item has fields or not, each of them with a value', () => {
  const names = Object.keys(Object.assign({}, ...FILES.flatMap(itemsOf)));
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('10.5555/a', 'arXiv:2303.99777', '2020', '<i>', '&amp;'),
    fc.constantFrom({ 'date-parts': [[2020]] }, [{ family: 'A' }], [null]),
  );
  const item = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), value as fc.Arbitrary<unknown>);
  fc.assert(
    fc.property(fc.oneof(item, fc.jsonValue()), (any: unknown) => {
      if (!isCslItem(any) && (typeof any !== 'object' || any === null)) return;
      for (const field of Object.values(fieldsOfCslItem({ ...(any as Item) }) ?? {})) {
        expect(field === undefined || field === null || field === '').toBe(false);
      }
    }),
    { numRuns: 1000 },
  );
});

test('long texts take time in proportion to their length', () => {
  const begin = performance.now();
  for (const part of [' ', ',', '; ', '<i>', '<jats:title>', 'a, ', '&lt;', '\n']) {
    const text = part.repeat(300_000 / part.length);
    fieldsOf({
      title: text,
      abstract: text,
      note: text,
      URL: text,
      keyword: text,
      author: [{ given: text, family: text }],
    });
    fieldsOf({ issued: text, id: text, DOI: text, publisher: text, number: text, 'container-title': text });
  }
  expect(performance.now() - begin).toBeLessThan(10_000);
});
