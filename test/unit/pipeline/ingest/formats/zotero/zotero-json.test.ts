import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  fieldsOfZoteroApiItem,
  isZoteroApiItem,
  isZoteroApiPart,
  problemOfZoteroApiItem,
} from '../../../../../../pipeline/ingest/formats/zotero/zotero-json.ts';
import { formatFixture } from '../../../../../fixtures/damaged-bytes.ts';

fc.configureGlobal({ seed: 8017 });

const items = z
  .array(z.record(z.string(), z.unknown()))
  .parse(JSON.parse(formatFixture('zotero-local-api.json').toString()));

describe('the answer of the local API', () => {
  test('has items of which files and notes are no rows, and those in the trash are said', () => {
    expect(items.map(isZoteroApiItem)).toEqual([true, true, true, true, true]);
    expect(items.map(isZoteroApiPart)).toEqual([false, true, true, false, false]);
    expect(items.map(problemOfZoteroApiItem)).toEqual([
      undefined,
      undefined,
      undefined,
      "is in Zotero's trash; restore it there if it is wanted",
      undefined,
    ]);
  });

  test('gives the fields of papers, the same for an item alone', () => {
    const [first, , , , last] = items;
    expect(fieldsOfZoteroApiItem(first)).toEqual({
      id: 'kaiQuays2023',
      zoterokey: 'QUAY2345',
      title: 'Quays and tides: a survey',
      abstract: 'We survey quays & tides.',
      authors: ['Nora Kai', 'The Quay Group', 'Mono'],
      editor: ['Eda Edit'],
      date: '2023-05-04',
      categories: ['cs.DL'],
      keywords: ['tides', 'Computer Science - Digital Libraries'],
      url: 'https://quay.example.com/9',
      venue: 'Proceedings of TideConf',
      doi: '10.5555/quay.2023',
      arxivId: '2305.00009',
      language: 'en',
      type: 'conferencePaper',
      conferencename: 'TideConf',
      publisher: 'Tide Press',
      pages: '1-9',
      shorttitle: 'Quays and tides',
      accessdate: '2024-01-05T06:07:08Z',
      librarycatalog: 'quay.example.com',
      extra: 'arXiv: 2305.00009 [cs.DL]\nCitation Key: kaiQuays2023',
      collections: ['CLLA2345'],
      dateAdded: '2024-01-05T06:07:09Z',
    });
    expect(fieldsOfZoteroApiItem(last)).toEqual({
      id: 'anyone2024',
      zoterokey: 'NEWQ2345',
      title: 'Without anyone',
      arxivId: '2401.00010',
      url: 'http://arxiv.org/abs/2401.00010',
      type: 'preprint',
      repository: 'arXiv',
      dateAdded: '2024-01-07T00:00:00Z',
    });
    const data = z.record(z.string(), z.unknown()).parse(first.data);
    expect(isZoteroApiItem(data)).toBe(true);
    expect(fieldsOfZoteroApiItem(data)).toEqual(fieldsOfZoteroApiItem(first));
    expect(items.slice(1, 3).map(fieldsOfZoteroApiItem)).toEqual([undefined, undefined]);
  });
});

test.each([
  {},
  { data: null },
  { data: [] },
  { itemType: 3 },
  { title: 'A', type: 'article', author: [] },
  { itemType: 'journalArticle', title: 'A table with a column of this name' },
])('%j is no item', (value) => {
  expect(isZoteroApiItem(value)).toBe(false);
});

test('values of a wrong form are left out', () => {
  const odd = {
    key: 'ODDD2345',
    itemType: 'book',
    title: ['a'],
    creators: 'Jane',
    tags: [1, { tag: 2 }],
    collections: { a: 1 },
    dateAdded: 5,
    __proto__: { x: 1 },
    volume: 3,
  };
  expect(fieldsOfZoteroApiItem(odd)).toEqual({ id: 'ODDD2345', type: 'book' });
});

test('any object has fields or none', () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('book', 'ABCD2345', '2014', [{ tag: 'x' }], [{ name: 'y' }]));
  const names = fc.constantFrom(
    'key',
    'itemType',
    'data',
    'creators',
    'tags',
    'date',
    'extra',
    'DOI',
    'url',
    'title',
    'x',
  );
  fc.assert(
    fc.property(fc.dictionary(names, value), (item) => {
      isZoteroApiItem(item);
      isZoteroApiPart(item);
      problemOfZoteroApiItem(item);
      for (const field of Object.values(fieldsOfZoteroApiItem(item) ?? {}))
        expect(['', undefined, null]).not.toContain(field);
    }),
    { numRuns: 500 },
  );
});
