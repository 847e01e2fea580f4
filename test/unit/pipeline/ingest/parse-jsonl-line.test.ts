import { describe, expect, test } from 'vitest';
import { parseJsonlLine } from '../../../../pipeline/ingest/parse-jsonl-line.ts';

const FILE = 'papers.jsonl';
const base = { id: 'a1', title: 'Tidal Clocks', abstract: 'We read time from tides.' };

function read(fields: unknown) {
  return parseJsonlLine(JSON.stringify(fields), FILE, 7);
}

/** The paper of a line that is expected to have no issue. */
function paperOf(fields: object) {
  const parsed = read({ ...base, ...fields });
  expect(parsed?.issue).toBeUndefined();
  return parsed?.row?.paper;
}

/** The issue of a line with one invalid field, checking that the paper is complete otherwise. */
function reasonToDrop(fields: object) {
  const parsed = read({ ...base, ...fields });
  const { [Object.keys(fields)[0]]: _, ...rest } = base as Record<string, unknown>;
  expect(parsed?.row).toEqual({ paper: rest, line: 7 });
  expect(parsed?.issue).toMatchObject({ kind: 'incomplete', file: FILE, line: 7 });
  return parsed?.issue?.reason;
}

test('a line with every field gives a paper with every field', () => {
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
  expect(read(everything)).toEqual({ row: { paper: everything, line: 7 } });
});

test('a line with a title and an abstract is enough, and fields without a value are absent', () => {
  const { id: _, ...minimal } = base;
  expect(read({ ...minimal, tags: null })).toEqual({ row: { paper: minimal, line: 7 } });
  expect(read({ ...minimal, upvotes: 3 })).toEqual({ row: { paper: { ...minimal, fields: { upvotes: 3 } }, line: 7 } });
});

test('optional fields that are null or blank are absent, without an issue', () => {
  const nothing = {
    authors: [],
    date: '',
    categories: ' ',
    url: null,
    venue: null,
    comments: null,
    organization: null,
  };
  expect(paperOf(nothing)).toEqual(base);
  expect(paperOf({ authors: ['', ' '] })).toEqual(base);
});

test('a blank line gives nothing', () => {
  for (const line of ['', '  ', '\t\r', '\uFEFF', '\u200B']) expect(parseJsonlLine(line, FILE, 1)).toBeUndefined();
});

test('a byte order mark and a carriage return around the object do not matter', () => {
  expect(parseJsonlLine(`\uFEFF${JSON.stringify(base)}\r`, FILE, 7)).toEqual(read(base));
});

describe('a line that is not a paper is skipped with a reason', () => {
  test.each([
    ['{"title": "Cut off in the mid', 'not valid JSON'],
    ['id,title,abstract', 'not valid JSON'],
    ['["title", "abstract"]', 'the line is ["title","abstract"]; expected one JSON object per line'],
    ['null', 'the line is null; expected one JSON object per line'],
    ['42', 'the line is 42; expected one JSON object per line'],
    ['{"abstract": "A"}', '"title" is missing; expected a string that is not blank'],
    ['{"title": 12, "abstract": "A"}', '"title" is 12; expected a string that is not blank'],
    ['{"title": " \\u200b\\n", "abstract": "A"}', '"title" is "'],
    ['{"title": "T"}', '"abstract" is missing; expected a string (empty or null where there is none)'],
    ['{"title": "T", "abstract": ["A"]}', '"abstract" is ["A"]; expected a string'],
    ['{"name": "T"}', '"title" is missing; expected a string that is not blank; "abstract" is missing'],
  ])('%s', (line, reason) => {
    const parsed = parseJsonlLine(line, FILE, 3);
    expect(parsed?.row).toBeUndefined();
    expect(parsed?.issue).toMatchObject({ kind: 'skipped', file: FILE, line: 3, excerpt: line });
    expect(parsed?.issue?.reason).toContain(reason);
  });

  test('the excerpt of a long line is short', () => {
    const parsed = parseJsonlLine(`{"abstract": "${'long '.repeat(10_000)}"}`, FILE, 1);
    expect(parsed?.issue?.excerpt).toHaveLength(80);
    expect(parsed?.issue?.reason.length).toBeLessThan(200);
  });
});

test.each(['', '  ', null, '\u200B'])('a paper with the abstract %j is kept, with an issue', (abstract) => {
  const parsed = read({ ...base, abstract });
  expect(parsed?.row?.paper).toEqual({ ...base, abstract: '' });
  expect(parsed?.issue).toMatchObject({ kind: 'incomplete', reason: expect.stringContaining('"abstract" is blank') });
});

describe('id', () => {
  test('may be a whole number', () => {
    expect(paperOf({ id: 17 })?.id).toBe('17');
    expect(paperOf({ id: 0 })?.id).toBe('0');
  });

  test('is kept as written', () => {
    for (const id of ['arxiv:hep-th/9901001', ' x ', '論文', 'x'.repeat(200)]) expect(paperOf({ id })?.id).toBe(id);
  });

  test.each(['', ' ', 'a\nb', 'a\u0000', '\uD800', 'x'.repeat(201), 2301.1, 2 ** 60, true, {}])(
    '%j is dropped',
    (id) => {
      expect(reasonToDrop({ id })).toContain('expected a string, not blank, of at most 200 characters');
    },
  );
});

describe('authors', () => {
  test.each([
    [['Ada Lovelace', ' Emmy\n Noether ']],
    [[{ name: 'Ada Lovelace', id: 3 }, { name: 'Emmy Noether' }]],
    [['Ada Lovelace', { name: 'Emmy Noether' }, '']],
    ['Ada Lovelace; Emmy Noether'],
    ['Ada Lovelace and Emmy Noether'],
    ['Ada Lovelace; and Emmy  Noether;'],
  ])('%j', (authors) => {
    expect(paperOf({ authors })?.authors).toEqual(['Ada Lovelace', 'Emmy Noether']);
  });

  test('keep commas and the letters "and" within a name', () => {
    expect(paperOf({ authors: 'Lovelace, Ada; Anderland, Rand' })?.authors).toEqual([
      'Lovelace, Ada',
      'Anderland, Rand',
    ]);
  });

  test.each([12, [1], [{ first: 'Ada' }], { name: 'Ada' }])('%j are dropped', (authors) => {
    expect(reasonToDrop({ authors })).toContain(`"authors" is ${JSON.stringify(authors)}; expected a list of names`);
  });
});

describe('date', () => {
  test.each([
    ['2025', '2025'],
    [2025, '2025'],
    ['2025-01', '2025-01'],
    [' 2025-01-07 ', '2025-01-07'],
    ['2024-02-29', '2024-02-29'],
    ['2000-02-29', '2000-02-29'],
    ['2025-01-07T23:59:59Z', '2025-01-07'],
    ['2025-01-07T23:59:59.123456+02:00', '2025-01-07'],
    ['2025-01-07 10:00', '2025-01-07'],
  ])('%j is %s', (written, date) => {
    expect(paperOf({ date: written })?.date).toBe(date);
  });

  test.each([
    '2025-13',
    '2025-02-29',
    '1900-02-29',
    '2025-04-31',
    '2025-1-7',
    '07/01/2025',
    'yesterday',
    '2025-01-07Tea',
    '0000',
    20250107,
    20.25,
    {},
  ])('%j is dropped', (date) => {
    expect(reasonToDrop({ date })).toContain('expected YYYY, YYYY-MM, YYYY-MM-DD or an ISO 8601 timestamp');
  });
});

test('categories may be a list, or a string with spaces or commas, and are unique', () => {
  for (const categories of [['cs.CL', 'cs.LG', 'cs.CL'], 'cs.CL cs.LG', 'cs.CL, cs.LG', ' cs.CL;cs.LG ']) {
    expect(paperOf({ categories })?.categories).toEqual(['cs.CL', 'cs.LG']);
  }
  expect(paperOf({ categories: ['Fluid Dynamics'] })?.categories).toEqual(['Fluid Dynamics']);
  expect(reasonToDrop({ categories: [1] })).toContain('"categories" is [1]; expected a list of strings');
});

describe('url', () => {
  test('is kept in standard form if it is an http or https URL', () => {
    expect(paperOf({ url: ' HTTPS://Example.org/a b ' })?.url).toBe('https://example.org/a%20b');
    expect(paperOf({ url: 'http://example.org/"><script>' })?.url).toBe('http://example.org/%22%3E%3Cscript%3E');
  });

  test.each([
    'javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'ftp://example.org',
    'example.org',
    '//x',
    3,
  ])('%j is dropped', (url) => {
    expect(reasonToDrop({ url })).toContain('expected an address that begins with http:// or https://');
  });
});

test.each([
  ['comments', -1],
  ['comments', 1.5],
  ['comments', '3'],
  ['venue', ['ICML']],
  ['organization', 'acme'],
  ['organization', { slug: 'acme', name: '' }],
])('%s %j is dropped', (field, value) => {
  expect(reasonToDrop({ [field]: value })).toContain(`"${field}" is ${JSON.stringify(value)}; expected`);
});

test('several invalid fields share one issue', () => {
  const parsed = read({ ...base, abstract: '', date: 'soon', url: 'gopher://x', venue: 'Tides' });
  expect(parsed?.row?.paper).toEqual({ ...base, abstract: '', venue: 'Tides' });
  const reason = parsed?.issue?.reason ?? '';
  for (const field of ['abstract', 'date', 'url']) expect(reason).toContain(`"${field}" is`);
});

test('white space is normalized, HTML stays as it is, and unpaired surrogates are replaced', () => {
  const title = ' <img src=x onerror=alert(1)>\n\u202Edlrow\u202C \t 👩‍🚀\uD83D\u0000! ';
  const paper = paperOf({ title, abstract: 'One.\r\n\r\n  Two.' });
  expect(paper?.title).toBe('<img src=x onerror=alert(1)> \u202Edlrow\u202C 👩‍🚀\uFFFD !');
  expect(paper?.abstract).toBe('One. Two.');
  const polluted = parseJsonlLine('{"__proto__": {"venue": "x"}, "title": "T", "abstract": "A"}', FILE, 1);
  expect(polluted?.row?.paper).toEqual({ title: 'T', abstract: 'A', fields: { 'proto.venue': 'x' } });
});
