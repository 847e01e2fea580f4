import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  readZoteroDatabase,
  readZoteroDatabaseBytes,
} from '../../../../../../pipeline/ingest/formats/zotero/zotero-database.ts';
import { collect, cutAt, damagedCopies, inChunks } from '../../../../../fixtures/damaged-bytes.ts';
import { tempFolders } from '../../../../../fixtures/temp-folder.ts';
import { type Library, type LibraryItem, writeLibrary } from '../../../../../fixtures/zotero-library.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = tempFolders();

function libraryFile(library: Library): string {
  const path = join(newFolder(), 'zotero.sqlite');
  writeLibrary(path, library)();
  return path;
}

const readItems = (items: readonly LibraryItem[], more: Partial<Library> = {}) =>
  collect(readZoteroDatabase(libraryFile({ items, ...more })));
const fieldsOf = async (item: Omit<LibraryItem, 'key'>) => {
  const [part] = await readItems([{ key: 'AAAA2222', ...item }]);
  if (!('fields' in part)) throw new Error(part.problem);
  return part.fields;
};

const ITEMS: readonly LibraryItem[] = [
  {
    type: 'journalArticle',
    key: 'GLASS234',
    fields: {
      title: 'Fields of <i>glass</i> &amp; H<sub>2</sub>O',
      abstractNote: 'Abstract: Glass\ngrows.',
      publicationTitle: 'Glass Letters',
      date: '2014-02-00 February 2014',
      DOI: 'https://doi.org/10.5555/GLASS.1',
      url: 'https://glass.example/1',
      language: 'en',
      volume: '3',
      ISSN: '0000-0019',
      libraryCatalog: 'glass.example',
      extra:
        'PMID: 99100001\nPMCID: PMC9900001\nCitation Key: gray2014\n12 citations (Crossref) [2024-01-02]\nA note: read again',
    },
    creators: [
      ['author', 'Gil', 'Gray'],
      ['editor', 'Eda', 'Edit'],
      ['author', 'Martin, Jr.', 'Quartz'],
      ['author', null, 'The Glass Group'],
    ],
    tags: ['glass', 'to read'],
    collections: [2, 1, 3],
  },
  { type: 'attachment', key: 'PDFF2345', fields: { title: 'Full Text PDF' } },
  {
    type: 'preprint',
    key: 'PREP2345',
    fields: {
      title: 'Lanterns that read',
      repository: 'arXiv',
      archiveID: 'arXiv:2403.01234',
      date: '2024-03-05 2024-03-05',
      DOI: '10.48550/arXiv.2403.01234',
      extra: 'arXiv:2403.01234 [cs]',
      citationKey: 'oluLanterns2024',
    },
    creators: [['author', 'Mira', 'Olu']],
    isRetracted: true,
  },
  { type: 'note', key: 'NOTE2345' },
  { type: 'annotation', key: 'ANNO2345' },
  { type: 'book', key: 'TRSH2345', fields: { title: 'Thrown away' }, isDeleted: true },
  { type: 'journalArticle', key: 'FEED2345', library: 3, fields: { title: 'News of a feed' } },
  {
    type: 'bookSection',
    key: 'GRUP2345',
    library: 2,
    dateAdded: '2023-12-31 23:59:59',
    fields: { title: 'Moss at night', bookTitle: 'Night Plants', date: '1999-00-00 1999?' },
    creators: [['editor', 'Flo', 'Ra']],
  },
];
const COLLECTIONS: Library['collections'] = [
  [1, 'Thesis', null],
  [2, 'Chapter 2', 1],
  [3, 'Old', 1],
];

describe('a library', () => {
  test.each([6, 7, 10] as const)('of Zotero %i gives its papers, and says what is in the trash', async (version) => {
    const parts = await readItems(ITEMS, {
      version,
      collections: COLLECTIONS,
      deletedCollections: version >= 7 ? [3] : [],
    });
    expect(parts).toEqual([
      {
        line: 1,
        excerpt: 'GLASS234 journalArticle Fields of <i>glass</i> &amp; H<sub>2</sub>O',
        fields: {
          id: 'gray2014',
          zoterokey: 'GLASS234',
          title: 'Fields of glass & H2O',
          abstract: 'Glass grows.',
          authors: ['Gil Gray', 'Martin Quartz Jr.', 'The Glass Group'],
          editor: ['Eda Edit'],
          date: '2014-02',
          keywords: ['glass', 'to read'],
          url: 'https://glass.example/1',
          venue: 'Glass Letters',
          doi: '10.5555/glass.1',
          pmid: '99100001',
          pmcid: 'PMC9900001',
          citations: 12,
          language: 'en',
          type: 'journalArticle',
          volume: '3',
          issn: '0000-0019',
          librarycatalog: 'glass.example',
          extra: expect.stringContaining('A note: read again'),
          collections:
            version >= 7 ? ['Thesis', 'Thesis / Chapter 2'] : ['Thesis', 'Thesis / Chapter 2', 'Thesis / Old'],
          dateAdded: '2024-02-03T10:11:12Z',
        },
      },
      {
        line: 2,
        excerpt: 'PREP2345 preprint Lanterns that read',
        fields: {
          id: 'oluLanterns2024',
          zoterokey: 'PREP2345',
          title: 'Lanterns that read',
          authors: ['Mira Olu'],
          date: '2024-03-05',
          categories: ['cs'],
          arxivId: '2403.01234',
          doi: '10.48550/arxiv.2403.01234',
          type: 'preprint',
          repository: 'arXiv',
          extra: 'arXiv:2403.01234 [cs]',
          retracted: true,
          dateAdded: '2024-02-03T10:11:12Z',
        },
      },
      {
        line: 3,
        problem: "is in Zotero's trash; restore it there if it is wanted",
        excerpt: 'TRSH2345 book Thrown away',
      },
      {
        line: 4,
        excerpt: 'GRUP2345 bookSection Moss at night',
        fields: {
          id: 'GRUP2345',
          title: 'Moss at night',
          date: '1999',
          venue: 'Night Plants',
          type: 'bookSection',
          editor: ['Flo Ra'],
          group: 'Night Lab',
          dateAdded: '2023-12-31T23:59:59Z',
        },
      },
    ]);
  });

  test('of thousands of items is read completely, in order', async () => {
    const items = Array.from({ length: 1234 }, (_, i) => ({
      type: i % 3 === 0 ? 'attachment' : 'document',
      key: `K${String(i).padStart(7, '0')}`,
      fields: { title: `Title ${i}` },
    }));
    const parts = await readItems(items);
    const titles = parts.map((part) => ('fields' in part ? part.fields.title : part.problem));
    expect(titles).toEqual(items.filter(({ type }) => type === 'document').map(({ fields }) => fields.title));
    expect(parts.map(({ line }) => line)).toEqual(parts.map((_, i) => i + 1));
  });

  test('without items is empty', async () => {
    expect(await readItems([])).toEqual([]);
  });
});

describe('fields', () => {
  test.each([
    ['2014-02-03 February 3, 2014', '2014-02-03'],
    ['2014-00-00 2014', '2014'],
    ['0000-00-00 n.d.', undefined],
    ['0000-05-00 May', undefined],
    ['1999-13-41 odd', '1999'],
  ])('of the date %j give %j', async (date, expected) => {
    expect((await fieldsOf({ type: 'document', fields: { date } })).date).toBe(expected);
  });

  test.each([
    ['arXiv: 1904.00042 [stat.ML]', { arxivId: '1904.00042', categories: ['stat.ML'] }],
    ['DOI: 10.5555/abc', { doi: '10.5555/abc' }],
    ['_eprint: 2301.00001\nPMID: 12', { pmid: '12' }],
    ['bibtex: old2001key', { id: 'old2001key' }],
    ['bibtex*: old2001key', { id: 'old2001key' }],
    ['Citation key : a b', { id: 'AAAA2222' }],
    ['3 citations (Crossref) [x]\n5 citations (Semantic Scholar/DOI) [x]', { citations: 5 }],
    ['see DOI 10.5555/other', { extra: 'see DOI 10.5555/other' }],
  ])('are found in extra: %j', async (extra, expected) => {
    expect(await fieldsOf({ type: 'document', fields: { extra } })).toMatchObject(expected);
  });

  test.each([
    ['case', { caseName: 'A v. B', dateDecided: '2001-02-03 2001-02-03' }, { title: 'A v. B', date: '2001-02-03' }],
    [
      'conferencePaper',
      { proceedingsTitle: 'Proc.', conferenceName: 'Conf' },
      { venue: 'Proc.', conferencename: 'Conf' },
    ],
    ['conferencePaper', { conferenceName: 'Conf' }, { venue: 'Conf' }],
    ['thesis', { type: 'PhD', university: 'U' }, { type: 'thesis', 'type (field)': 'PhD', university: 'U' }],
    ['webpage', { url: 'https://arxiv.org/abs/2301.00001v2' }, { arxivId: '2301.00001' }],
    ['report', { reportNumber: 'arXiv:2301.00002' }, { arxivId: '2301.00002' }],
  ])('of a %s have names of their own: %j', async (type, fields, expected) => {
    expect(await fieldsOf({ type, fields })).toMatchObject(expected);
  });

  test('without an author are by whoever made the item, but not by who edited it', async () => {
    const creators: LibraryItem['creators'] = [
      ['inventor', 'Ida', 'Vent'],
      ['attorneyAgent', 'Al', 'Law'],
    ];
    expect(await fieldsOf({ type: 'patent', creators })).toMatchObject({
      authors: ['Ida Vent'],
      attorneyagent: ['Al Law'],
    });
  });
});

describe('the file', () => {
  test('is read with what is only in its journal while Zotero 10 runs, and stays as it is', async () => {
    const path = join(newFolder(), 'zotero.sqlite');
    const close = writeLibrary(path, { version: 10, items: ITEMS });
    try {
      expect(existsSync(`${path}-wal`)).toBe(true);
      const before = [readFileSync(path), readFileSync(`${path}-wal`)];
      expect(await collect(readZoteroDatabase(path))).toHaveLength(4);
      const after = [readFileSync(path), readFileSync(`${path}-wal`)];
      expect(after.map((bytes, i) => bytes.equals(before[i]))).toEqual([true, true]);
    } finally {
      close();
    }
  });

  test('is read though it may not be written, and no copy is left', async () => {
    const path = libraryFile({ items: ITEMS });
    const copies = () => readdirSync(tmpdir()).filter((name) => name.startsWith('paperfield-zotero-'));
    const before = copies();
    const { mtimeMs } = statSync(path);
    for await (const _ of readZoteroDatabase(path)) break;
    expect(statSync(path).mtimeMs).toBe(mtimeMs);
    expect(readdirSync(join(path, '..'))).toEqual(['zotero.sqlite']);
    expect(copies()).toEqual(before);
  });

  test('may come as bytes', async () => {
    const path = libraryFile({ items: ITEMS, collections: COLLECTIONS });
    const whole = await collect(readZoteroDatabase(path));
    expect(await collect(readZoteroDatabaseBytes(inChunks(readFileSync(path), 1000)))).toEqual(whole);
  });

  test('that does not exist is an error', async () => {
    await expect(collect(readZoteroDatabase(join(newFolder(), 'none.sqlite')))).rejects.toThrow(
      /none\.sqlite: cannot be read/,
    );
  });

  test('is not read after a signal to stop', async () => {
    const controller = new AbortController();
    const reading = readZoteroDatabase(libraryFile({ items: ITEMS }), controller.signal);
    await reading.next();
    controller.abort(new Error('stopped'));
    await expect(reading.next()).rejects.toThrow('stopped');
  });

  test.each([
    [
      'Zotero 4',
      libraryFile({ version: 4, items: [] }),
      'a library of Zotero 4 or older; open it once in a newer Zotero',
    ],
    [
      'another program',
      (() => {
        const path = join(newFolder(), 'zotero.sqlite');
        copyFileSync(libraryFile({ items: [] }), path);
        const bytes = readFileSync(path);
        writeFileSync(
          path,
          Buffer.from(bytes.toString('latin1').replaceAll('itemDataValues', 'otherThingsAll'), 'latin1'),
        );
        return path;
      })(),
      'an SQLite database, but no library of Zotero (without the table itemDataValues); expected zotero.sqlite',
    ],
  ])('of %s is one problem', async (_, path, problem) => {
    expect(await collect(readZoteroDatabase(path))).toEqual([{ line: 1, problem, excerpt: '' }]);
  });

  test.each(['', 'no database', 'SQLite format 3\0', `SQLite format 3\0${'\x01'.repeat(2000)}`])(
    'that is no database is one problem: %j',
    async (content) => {
      const parts = await collect(readZoteroDatabaseBytes(inChunks(content)));
      expect(parts).toMatchObject([
        { line: 1, problem: expect.stringMatching(/damaged or no SQLite|but no library of Zotero/) },
      ]);
    },
  );

  test('that ends too early gives what can be read, and a problem', async () => {
    const items = Array.from({ length: 2000 }, (_, i) => ({
      type: 'document',
      key: `K${String(i).padStart(7, '0')}`,
      fields: { title: `Title ${i}`, abstractNote: `Text ${i} `.repeat(30) },
    }));
    const bytes = readFileSync(libraryFile({ items }));
    const parts = await collect(readZoteroDatabaseBytes(inChunks(bytes.subarray(0, bytes.length * 0.8))));
    expect(parts.some((part) => 'problem' in part && /the database is damaged/.test(part.problem))).toBe(true);
    expect(parts.length).toBeLessThanOrEqual(2001);
  });
});

test('any bytes are records and problems, the same for chunks cut anywhere', { timeout: 120_000 }, async () => {
  const original = readFileSync(libraryFile({ items: ITEMS, collections: COLLECTIONS }));
  const tokens = ['itemData', 'items', '\0\0\0\x05', '\xff\xff', 'CREATE TABLE', 'SQLite format 3\0'];
  const flipped = fc
    .array(fc.tuple(fc.nat({ max: original.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 30 })
    .map((changes) => {
      const bytes = Buffer.from(original);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
  const anything = fc.oneof(
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 500 }) },
    { weight: 2, arbitrary: damagedCopies(original, tokens) },
    { weight: 4, arbitrary: flipped },
  );
  await fc.assert(
    fc.asyncProperty(anything, fc.array(fc.nat(), { maxLength: 5 }), async (bytes, cuts) => {
      const begin = performance.now();
      const whole = await collect(readZoteroDatabaseBytes(inChunks(bytes)));
      expect(performance.now() - begin).toBeLessThan(5000);
      for (const part of whole) {
        expect(Number.isInteger(part.line) && part.line >= 1).toBe(true);
        expect(part.excerpt.length).toBeLessThanOrEqual(80);
        if ('problem' in part) expect(part.problem).not.toBe('');
        else expect(Object.values(part.fields)).not.toContain('');
      }
      expect(await collect(readZoteroDatabaseBytes(cutAt(bytes, cuts)))).toEqual(whole);
    }),
    { numRuns: 200 },
  );
});
