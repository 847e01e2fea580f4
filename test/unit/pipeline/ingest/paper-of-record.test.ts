import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SourceRecord } from '../../../../pipeline/ingest/formats/source-record.ts';
import { paperOfRecord } from '../../../../pipeline/ingest/paper-of-record.ts';
import { readRows } from '../../../../pipeline/ingest/read-rows.ts';
import { sourceOf } from '../../../fixtures/source-of.ts';

fc.configureGlobal({ seed: 8017 });

const FILE = 'papers.jsonl';
const base = { id: 'a1', title: 'Tidal Clocks', abstract: 'We read time from tides.' };

/** What the seventh line of a file of JSON Lines gives. */
async function readLine(line: string) {
  const rows = [];
  for await (const item of readRows(sourceOf(FILE, `${'\n'.repeat(6)}${line}\n`))) rows.push(item);
  const row = rows.find((item) => 'paper' in item);
  const issue = rows.flatMap((item) => ('issue' in item ? [item.issue] : []))[0];
  return { row, issue };
}
const read = (fields: unknown) => readLine(JSON.stringify(fields));

/** The paper of a line that is expected to have no issue. */
async function paperOf(fields: object) {
  const { row, issue } = await read({ ...base, ...fields });
  expect(issue).toBeUndefined();
  return row?.paper;
}

/** The issue of a line with one invalid field, checking that the paper is complete otherwise. */
async function reasonToDrop(fields: object) {
  const { row, issue } = await read({ ...base, ...fields });
  const { [Object.keys(fields)[0]]: _, ...rest } = base as Record<string, unknown>;
  expect(row).toEqual({ paper: rest, line: 7 });
  expect(issue).toMatchObject({ kind: 'incomplete', file: FILE, line: 7 });
  return issue?.reason;
}

test('a line with every field gives a paper with every field', async () => {
  const everything = {
    ...base,
    authors: ['Ada Lovelace', 'Emmy Noether'],
    date: '2025-01-07',
    categories: ['cs.CL', 'cs.LG'],
    url: 'https://example.org/a1',
    venue: 'Journal of Tides',
    comments: 0,
    organization: { slug: 'acme', name: 'Acme Labs' },
  };
  const more = { doi: 'https://doi.org/10.1000/XYZ', upvotes: 3, keywords: ['tides'] };
  expect(await read({ ...everything, ...more })).toEqual({
    row: {
      paper: { ...everything, identifiers: { doi: '10.1000/xyz' }, fields: { keywords: ['tides'], upvotes: 3 } },
      line: 7,
    },
    issue: undefined,
  });
});

test('a line with a title and an abstract is enough, and fields without a value are absent', async () => {
  const { id: _, ...minimal } = base;
  expect((await read({ ...minimal, tags: null })).row).toEqual({ paper: minimal, line: 7 });
  expect((await read({ ...minimal, upvotes: 3 })).row?.paper).toEqual({ ...minimal, fields: { upvotes: 3 } });
});

test('optional fields that are null or blank are absent, without an issue', async () => {
  const nothing = {
    authors: [],
    date: '',
    categories: ' ',
    url: null,
    venue: null,
    comments: null,
    organization: null,
  };
  expect(await paperOf(nothing)).toEqual(base);
  expect(await paperOf({ authors: ['', ' '] })).toEqual(base);
});

describe('a line that is not a paper is skipped with a reason', () => {
  test.each([
    ['{"title": "Cut off in the mid', 'not valid JSON'],
    ['["title", "abstract"]', 'not an object; expected one JSON object per line'],
    ['null', 'not an object; expected one JSON object per line'],
    ['{"abstract": "A", "venue": "V"}', '"title" is missing; expected a text that is not blank'],
  ])('%s', async (line, reason) => {
    const rows = [];
    const content = `${JSON.stringify(base)}\n${line}`;
    for await (const item of readRows(sourceOf(FILE, content))) rows.push(item);
    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatchObject({ issue: { kind: 'skipped', file: FILE, line: 2, excerpt: line } });
    expect('issue' in rows[1] && rows[1].issue.reason).toContain(reason);
  });

  test('a file without any title is refused with the names that it has', async () => {
    await expect(read({ abstract: 'A', label: 'x' })).rejects.toThrow(
      "papers.jsonl: none of its columns is a title ('abstract', 'label'); name it, for example --columns title=abstract",
    );
  });
});

test.each(['', '  ', null, '\u200B', undefined])(
  'a paper with the abstract %j is kept, with an issue',
  async (abstract) => {
    const { row, issue } = await read({ ...base, abstract });
    expect(row?.paper).toEqual({ ...base, abstract: '' });
    expect(issue).toMatchObject({ kind: 'incomplete', reason: expect.stringContaining('"abstract" is blank') });
  },
);

describe('id', () => {
  test('may be a whole number', async () => {
    expect((await paperOf({ id: 17 }))?.id).toBe('17');
    expect((await paperOf({ id: 0 }))?.id).toBe('0');
  });

  test('may be any text', async () => {
    for (const id of ['paper 1', '論文', 'x'.repeat(200)]) expect((await paperOf({ id }))?.id).toBe(id);
  });

  test('that is an identifier is known as such', async () => {
    const { id: _, ...rest } = base;
    expect(await paperOf({ id: 'arxiv:hep-th/9901001v2' })).toEqual({
      ...rest,
      identifiers: { arxivId: 'hep-th/9901001' },
    });
  });

  test('that is too long is dropped', async () => {
    expect(await reasonToDrop({ id: 'x'.repeat(201) })).toContain('expected a text of at most 200 characters');
  });
});

describe('authors', () => {
  test.each([
    [['Ada Lovelace', ' Emmy\n Noether ']],
    [[{ name: 'Ada Lovelace', id: 3 }, { name: 'Emmy Noether' }]],
    [['Ada Lovelace', { name: 'Emmy Noether' }, '']],
    ['Ada Lovelace; Emmy Noether'],
    ['Ada Lovelace and Emmy Noether'],
    ['Ada Lovelace; and Emmy  Noether;'],
    ['Lovelace, Ada; Noether, Emmy'],
  ])('%j', async (authors) => {
    expect((await paperOf({ authors }))?.authors).toEqual(['Ada Lovelace', 'Emmy Noether']);
  });

  test('keep the letters "and" within a name', async () => {
    expect((await paperOf({ authors: 'Rand Anderland; Ada Lovelace' }))?.authors).toEqual([
      'Rand Anderland',
      'Ada Lovelace',
    ]);
  });

  test.each([12, [1]])('%j are dropped', async (authors) => {
    expect(await reasonToDrop({ authors })).toContain(
      `"authors" is ${JSON.stringify(authors)}; expected a list of names`,
    );
  });
});

describe('date', () => {
  test.each([
    ['2025', '2025'],
    [2025, '2025'],
    ['2025-01', '2025-01'],
    [' 2025-01-07 ', '2025-01-07'],
    ['2024-02-29', '2024-02-29'],
    ['2025-01-07T23:59:59Z', '2025-01-07'],
    ['2025-01-07T23:59:59.123456+02:00', '2025-01-07'],
    ['2025-01-07 10:00', '2025-01-07'],
    ['2025-04-31', '2025-04'],
    ['2025-13-45', '2025'],
  ])('%j is %s', async (written, date) => {
    expect((await paperOf({ date: written }))?.date).toBe(date);
  });

  test.each(['yesterday', '0000', 'soon', { year: 'soon' }])('%j is dropped', async (date) => {
    expect(await reasonToDrop({ date })).toContain('expected a date such as 2025, 2025-01, 2025-01-07');
  });
});

test('categories may be a list, or a text with spaces or commas, and are unique', async () => {
  for (const categories of [['cs.CL', 'cs.LG', 'cs.CL'], 'cs.CL cs.LG', 'cs.CL, cs.LG', ' cs.CL;cs.LG ']) {
    expect((await paperOf({ categories }))?.categories).toEqual(['cs.CL', 'cs.LG']);
  }
  expect((await paperOf({ categories: ['Fluid Dynamics'] }))?.categories).toEqual(['Fluid Dynamics']);
});

describe('url', () => {
  test('is kept in standard form if it is an http or https URL', async () => {
    expect((await paperOf({ url: ' HTTPS://Example.org/a%20b ' }))?.url).toBe('https://example.org/a%20b');
  });

  test.each(['javascript:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x', 'ftp://example.org', '//x', 3])(
    '%j is dropped',
    async (url) => {
      expect(await reasonToDrop({ url })).toContain('expected an address that begins with http:// or https://');
    },
  );
});

test.each([
  ['comments', -1],
  ['comments', 1.5],
  ['organization', { slug: 'acme', name: '' }],
])('%s %j is dropped', async (field, value) => {
  expect(await reasonToDrop({ [field]: value })).toContain(`"${field}" is ${JSON.stringify(value)}; expected`);
});

test('comments that are no number are kept under another name, and an organization may be a name', async () => {
  expect(await paperOf({ comments: '12 pages', organization: 'Acme Labs' })).toEqual({
    ...base,
    organization: { slug: 'acme-labs', name: 'Acme Labs' },
    fields: { comment: '12 pages' },
  });
  expect((await paperOf({ comments: '3' }))?.comments).toBe(3);
});

test('several invalid fields share one issue', async () => {
  const { row, issue } = await read({ ...base, abstract: '', date: 'soon', url: 'gopher://x', venue: 'Tides' });
  expect(row?.paper).toEqual({ ...base, abstract: '', venue: 'Tides' });
  for (const field of ['abstract', 'date', 'url']) expect(issue?.reason).toContain(`"${field}" is`);
});

test('white space is normalized, tags are removed, and unpaired surrogates are replaced', async () => {
  const title = ' H<sub>2</sub>O\n\u202Edlrow\u202C \t 👩‍🚀\uD83D\u0000! ';
  const paper = await paperOf({ title, abstract: 'One.\r\n\r\n  Two.' });
  expect(paper?.title).toBe('H2O \u202Edlrow\u202C 👩‍🚀\uFFFD !');
  expect(paper?.abstract).toBe('One. Two.');
});

test('a record that its source has deleted is an issue, and tells which paper', () => {
  const record = {
    line: 3,
    excerpt: '<header status="deleted">',
    fields: { id: 'oai:x:1', arxivId: '2301.00001', deleted: true },
  };
  expect(paperOfRecord(record, 'source', 'oai.xml')).toEqual({
    issue: {
      kind: 'skipped',
      file: 'oai.xml',
      line: 3,
      reason: 'the source says that the paper was deleted',
      excerpt: '<header status="deleted">',
    },
    deleted: ['arxiv:2301.00001', 'source:oai:x:1'],
  });
});

test('a citation key is a field and no id, because another file may give it to another paper', () => {
  const record = { line: 1, excerpt: '', fields: { id: 'lovelace1843', title: 'Notes', abstract: 'A.' } };
  expect(paperOfRecord(record, 'citation key', 'a.bib').row?.paper).toEqual({
    title: 'Notes',
    abstract: 'A.',
    fields: { citation_key: 'lovelace1843' },
  });
});

test('any fields give a paper or an issue, in well-formed text, without an error', () => {
  const names = [
    'id',
    'title',
    'abstract',
    'authors',
    'date',
    'url',
    'venue',
    'comments',
    'organization',
    'doi',
    'date (column)',
    'x',
  ];
  const value = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.array(fc.string()));
  fc.assert(
    fc.property(
      fc.constantFrom({}, base),
      fc.dictionary(fc.constantFrom(...names), value),
      fc.constantFrom('own' as const, 'source' as const, 'citation key' as const),
      (whole, fields, idKind) => {
        const record: SourceRecord = { line: 1, fields: { ...whole, ...fields }, excerpt: '' };
        const { row, issue } = paperOfRecord(record, idKind, FILE);
        expect(row ?? issue).toBeDefined();
        for (const text of [row?.paper.title, row?.paper.abstract, row?.paper.venue]) {
          expect(/\p{Surrogate}/u.test(text ?? '')).toBe(false);
        }
      },
    ),
    { numRuns: 500 },
  );
});
