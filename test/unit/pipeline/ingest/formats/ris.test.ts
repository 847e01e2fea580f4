import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRis } from '../../../../../pipeline/ingest/formats/ris.ts';
import { checkReader, collect, formatFixture, inChunks } from '../../../../fixtures/damaged-bytes.ts';
import { expectedParts, withoutExcerpts } from '../../../../fixtures/format-golden.ts';

fc.configureGlobal({ seed: 8017 });

const FILES = 'endnote genios ieee mendeley odd pubmed scopus springer web-of-science zotero'
  .split(' ')
  .map((name) => `${name}.ris`);

const read = (content: string | Uint8Array) => collect(readRis(inChunks(content)));
/** What is read of one record with these lines. */
const fieldsOf = async (...lines: readonly string[]) => {
  const type = lines[0]?.startsWith('TY') ? [] : ['TY  - JOUR'];
  const parts = await read([...type, ...lines, 'TI  - T', 'ER  - '].join('\n'));
  expect(parts).toHaveLength(1);
  return 'fields' in parts[0] ? parts[0].fields : parts[0];
};

test.each(FILES)('%s is read as expected', async (file) => {
  expect(withoutExcerpts(await read(formatFixture(file)))).toEqual(expectedParts(file));
});

test('an excerpt is the beginning of the record in one line', async () => {
  const [{ excerpt }] = await read(formatFixture('zotero.ris'));
  expect(excerpt).toBe('TY - JOUR TI - Fog harvests of the <i>Atacama</i> lighthouse AU - Quispe, Inés …');
});

describe('lines', () => {
  test.each([
    ['in lower case', 'ty  - jour\nti  - T\ner  -'],
    ['with one space', 'TY - JOUR\nTI - T\nER -'],
    ['with spaces before them', '  TY  - JOUR\n  TI  - T\n  ER  - '],
    ['with carriage returns', 'TY  - JOUR\rTI  - T\rER  - \r'],
    ['without end', 'TY  - JOUR\nTI  - T'],
    ['with blank lines between them', '\n\nTY  - JOUR\n\nTI  - T\n\nER  - \n\n'],
    ['in UTF-16', Buffer.from('\uFEFFTY  - JOUR\nTI  - T\nER  - ', 'utf16le')],
  ])('%s are read', async (_, content) => {
    expect(await read(content)).toMatchObject([{ fields: { title: 'T' } }]);
  });

  test('without tag continue the value before, also if they begin like a tag that nobody knows', async () => {
    expect(await fieldsOf('AB  - We ask:', 'a - b, and Q1 - what?', '', 'End.')).toMatchObject({
      abstract: 'We ask: a - b, and Q1 - what? End.',
    });
  });

  test('with tags that nobody knows are fields', async () => {
    expect(await fieldsOf('XY  - a', 'XY  - b', 'XZ  - c')).toMatchObject({ xy: ['a', 'b'], xz: 'c' });
  });
});

describe('titles and venues', () => {
  test.each([
    [['TY  - JOUR', 'T2  - J. of Fog'], { venue: 'J. of Fog' }],
    [['TY  - JOUR', 'JF  - Journal of Fog', 'JA  - J. Fog'], { venue: 'Journal of Fog', ja: 'J. Fog' }],
    [['TY  - CHAP', 'BT  - The Book', 'T2  - The Series'], { venue: 'The Book', t2: 'The Series' }],
    [['TY  - CPAPER', 'C3  - Proceedings'], { venue: 'Proceedings' }],
    [['TY  - BOOK', 'T2  - The Series', 'PB  - The Press'], { venue: 'The Press', t2: 'The Series' }],
    [['TY  - GEN', 'JF  - arXiv preprint arXiv:2301.99001'], { venue: 'arXiv', arxivId: '2301.99001' }],
  ])('of %j', async (lines, fields) => {
    expect(await fieldsOf(...lines)).toMatchObject({ title: 'T', ...fields });
  });

  test('of a book alone may be in BT', async () => {
    expect(await read('TY  - BOOK\nBT  - The Book\nER  - ')).toMatchObject([{ fields: { title: 'The Book' } }]);
  });
});

describe('names', () => {
  test.each([
    ['Lovelace, Ada B.', ['Ada B. Lovelace']],
    ['Ada Lovelace', ['Ada Lovelace']],
    ['King, Martin Luther, Jr.', ['Martin Luther King Jr.']],
    ['World Snow Organization,', ['World Snow Organization']],
    ['Lovelace, A.; Babbage, C.', ['A. Lovelace', 'C. Babbage']],
    ['Lovelace, A.\nBabbage, C.', ['A. Lovelace', 'C. Babbage']],
    ['et al.', undefined],
  ])('of %j are as read aloud', async (names, authors) => {
    const fields = await fieldsOf(`AU  - ${names}`);
    expect('authors' in fields ? fields.authors : undefined).toEqual(authors);
  });

  test('of editors are not those of authors', async () => {
    expect(await fieldsOf('A1  - Lovelace, Ada', 'A2  - Babbage, Charles', 'ED  - Boole, George')).toMatchObject({
      authors: ['Ada Lovelace'],
      a2: 'Charles Babbage',
      ed: 'George Boole',
    });
  });
});

describe('dates', () => {
  test.each([
    [['PY  - 2012'], '2012'],
    [['Y1  - 2012/5//'], '2012-05'],
    [['Y1  - 2012///Spring'], '2012'],
    [['PY  - 2012/05/03/'], '2012-05-03'],
    [['PY  - 2012', 'DA  - 2012/05/03'], '2012-05-03'],
    [['PY  - 2012', 'DA  - OCT 21'], '2012-10-21'],
    [['PY  - 2008', 'DA  - June 12-14'], '2008-06'],
    [['PY  - 2013', 'DA  - 2014/04/01'], '2013'],
    [['PY  - 2013', 'Y1  - 2013/05/28', 'DA  - 2014/04/01'], '2013-05-28'],
    [['DA  - 17.01.2014'], '2014-01-17'],
    [['Y1  - in press'], undefined],
  ])('of %j are as precise as they are certain', async (lines, date) => {
    const fields = await fieldsOf(...lines);
    expect('date' in fields ? fields.date : undefined).toBe(date);
  });
});

describe('keywords', () => {
  test.each([
    [
      ['KW  - snow', 'KW  - Arthritis, Rheumatoid', 'KW  - snow'],
      ['snow', 'Arthritis, Rheumatoid'],
    ],
    [
      ['KW  - snow', 'ice', '  sleet; hail'],
      ['snow', 'ice', 'sleet', 'hail'],
    ],
    [['KW  - snow, ice, hail'], ['snow', 'ice', 'hail']],
    [['KW  - Arthritis, Rheumatoid'], ['Arthritis, Rheumatoid']],
    [['KW  - *Bread'], ['Bread']],
  ])('of %j', async (lines, keywords) => {
    expect(await fieldsOf(...lines)).toMatchObject({ keywords });
  });
});

describe('identifiers', () => {
  test.each([
    [['DO  - doi:10.5555/ABC.'], { doi: '10.5555/abc' }],
    [['DI  - 10.5555/abc'], { doi: '10.5555/abc' }],
    [['M3  - 10.5555/abc'], { doi: '10.5555/abc' }],
    [['N1  - doi: 10.5555/abc'], { doi: '10.5555/abc' }],
    [['UR  - https://doi.org/10.5555/abc'], { doi: '10.5555/abc', url: 'https://doi.org/10.5555/abc' }],
    [['AN  - 39990001', 'DB  - PubMed'], { pmid: '39990001' }],
    [['AN  - PMID:39990001', 'DB  - Embase'], { pmid: '39990001' }],
    [['C2  - 39990001', 'DB  - Scopus'], { pmid: '39990001' }],
    [['C2  - PMC9990001'], { pmcid: 'PMC9990001' }],
    [['N1  - arXiv:2301.99001 [cs]'], { arxivId: '2301.99001' }],
    [['ID  - arXiv:2301.99001'], { arxivId: '2301.99001' }],
  ])('of %j', async (lines, expected) => {
    expect(await fieldsOf(...lines)).toMatchObject(expected);
  });

  test('in the sentences of a note are those of other papers', async () => {
    expect(await fieldsOf('N1  - A reply to arXiv:2301.99001 and PMID: 1')).not.toMatchObject({
      arxivId: expect.anything(),
    });
  });

  test('of which there are several addresses: the first is the url, the others are left', async () => {
    const lines = ['UR  - https://a.example.org/1;https://b.example.org/1', 'UR  - https://c.example.org/1'];
    expect(await fieldsOf(...lines)).toMatchObject({
      url: 'https://a.example.org/1',
      ur: ['https://b.example.org/1', 'https://c.example.org/1'],
    });
  });
});

test('the number of citations is read from notes', async () => {
  expect(await fieldsOf('N1  - Export Date: 1 May 2024; Cited By: 41')).toMatchObject({ citations: 41 });
  expect(await fieldsOf('N1  - Times Cited in Web of Science Core Collection:  6', 'Total:  7')).toMatchObject({
    citations: 6,
  });
});

describe('damage', () => {
  const good = 'TY  - JOUR\nTI  - Good\nER  - \n';
  test.each([
    ['words', 'Some words.\nAnd more.\n', "text outside of a record was skipped; expected 'TY  - JOUR'"],
    [
      'a record without values',
      'TY  - JOUR\nER  - \n',
      "the record is empty; expected lines such as 'TI  - A Title' between TY and ER",
    ],
    [
      'lines that belong to no record',
      'ER  - \nAB  - Lost.\n',
      "lines of no record were skipped: no line 'TY  - …' is before them, and no title is among them",
    ],
  ])('%s: one problem, and the record after it is read', async (_, bad, problem) => {
    expect(await read(bad + good)).toMatchObject([{ problem }, { fields: { title: 'Good' } }]);
  });

  test('a file without records is one problem, and an empty one is none', async () => {
    const problem = "no record was found; expected lines such as 'TY  - JOUR'";
    expect(await read('Author: Ada\nTitle: T\n')).toMatchObject([{ line: 1, problem, excerpt: 'Author: Ada' }]);
    expect(await read('\n\n')).toEqual([]);
  });

  test('a record of more than 16 MiB is a problem, and the next one is read', async () => {
    const parts = await read(`TY  - JOUR\nAB  - A\n${`${'x'.repeat(2 ** 16)}\n`.repeat(300)}${good}`);
    expect(parts).toMatchObject([
      { line: 1, problem: expect.stringContaining('longer than 16 MiB') },
      { fields: { title: 'Good' } },
    ]);
  });
});

test('every TY is a record or a problem', async () => {
  const body = fc.constantFrom('TI  - T\nER  - \n', 'TI  - T\n', 'ER  - \n', '', 'AB  - A\n\nB\nER  - \n', 'words\n');
  await fc.assert(
    fc.asyncProperty(fc.array(body, { maxLength: 10 }), async (bodies) => {
      const parts = await read(bodies.map((text) => `TY  - JOUR\n${text}`).join(''));
      expect(parts.filter(({ excerpt }) => excerpt.startsWith('TY - JOUR'))).toHaveLength(bodies.length);
    }),
    { numRuns: 200 },
  );
});

describe('time is in proportion to length', () => {
  const repeated = (text: string) => text.repeat(400_000 / text.length);
  test.each([
    ['spaces in names', `AU  - x${repeated(' ')}y`],
    ['names', `AU  - ${repeated('x;')}`],
    ['spaces in an address', `UR  - http://x${repeated('; ')}y`],
    ['spaces in keywords', `KW  - x${repeated(' ')}y`],
    ['keywords', `KW  - ${repeated('a,')}`],
    ['lines', `KW  - ${repeated('a\n')}`],
    ['tags', repeated('KW  - a\n')],
    ['records', repeated('TY  - JOUR\n')],
    ['digits', `DO  - ${repeated('10.1000/')}`],
  ])('%s', async (_, lines) => {
    const begin = performance.now();
    await read(`TY  - JOUR\nTI  - T\n${lines}\n`);
    expect(performance.now() - begin).toBeLessThan(5000);
  });
});

test('any bytes give records and problems, the same for chunks cut anywhere', { timeout: 120_000 }, async () => {
  const tokens = [
    'TY  - JOUR\n',
    'ER  - \n',
    'TI  - ',
    'AU  - ',
    'Y1  - 2012/5//\n',
    'DA  - ',
    'N1  - ',
    'UR  - http://',
  ];
  await checkReader(readRis, FILES.map(formatFixture), [
    ...tokens,
    'KW  - a;b\n',
    '\n',
    '\r',
    '  - ',
    '10.5555/a',
    '&lt;',
  ]);
});
