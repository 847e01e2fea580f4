import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMedline } from '../../../../../pipeline/ingest/formats/medline.ts';
import { checkReader, collect, formatFixture, inChunks } from '../../../../fixtures/damaged-bytes.ts';
import { expectedParts, withoutExcerpts } from '../../../../fixtures/format-golden.ts';

fc.configureGlobal({ seed: 8017 });

const FILES = ['damaged.nbib', 'eric.nbib', 'pmc.nbib', 'pubmed.nbib'];

const read = (content: string | Uint8Array) => collect(readMedline(inChunks(content)));
/** What is read of one record with these lines. */
const fieldsOf = async (...lines: readonly string[]) => {
  const parts = await read(['PMID- 1', ...lines].join('\n'));
  expect(parts).toHaveLength(1);
  return 'fields' in parts[0] ? parts[0].fields : parts[0];
};

test.each(FILES)('%s is read as expected', async (file) => {
  expect(withoutExcerpts(await read(formatFixture(file)))).toEqual(expectedParts(file));
});

describe('records', () => {
  const titles = async (content: string) =>
    (await read(content)).map((part) => ('fields' in part ? part.fields.title : part.problem));

  test.each([
    ['begin with PMID', 'PMID- 1\nTI  - A\n\nPMID- 2\nTI  - B\n'],
    ['begin with PMID, without a blank line', 'PMID- 1\nTI  - A\nPMID- 2\nTI  - B\n'],
    ['begin with PMC, then PMID', 'PMC - PMC1000\nPMID- 1\nTI  - A\n\nPMC - PMC2000\nPMID- 2\nTI  - B\n'],
    ['begin with PMC, without a blank line', 'PMC - PMC1000\nPMID- 1\nTI  - A\nPMC - PMC2000\nPMID- 2\nTI  - B\n'],
    ['have PMC at the end', 'PMID- 1\nTI  - A\nPMC - PMC1000\n\nPMID- 2\nTI  - B\nPMC - PMC2000\n'],
    ['begin with OWN', 'OWN - ERIC\nTI  - A\n\nOWN - ERIC\nTI  - B\n'],
    ['begin with any other tag', 'TI  - A\nDP  - 2001\n\nTI  - B\nDP  - 2002\n'],
    ['begin in the middle of the first', 'TI  - A\n\nPMID- 2\nTI  - B\n'],
    ['have one space before the hyphen', 'PMID - 1\nTI - A\n\nPMID - 2\nTI - B\n'],
    ['have no space behind the hyphen of their number', 'PMID-1\nTI  - A\n\nPMID-2\nTI  - B\n'],
    ['have carriage returns', 'PMID- 1\r\nTI  - A\r\n\r\nPMID- 2\r\nTI  - B\r\n'],
    ['have blank lines in them', 'PMID- 1\nTI  - A\n\nAB  - One.\n\n      Two.\nPMID- 2\nTI  - B\n'],
  ])('%s', async (_, content) => {
    expect(await titles(content)).toEqual(['A', 'B']);
  });
});

test('lines that are indented continue the value before, also if they begin like a tag', async () => {
  const lines = ['AB  - We met ', '      DNA - and', '      RNA.'];
  expect(await fieldsOf(...lines)).toMatchObject({ abstract: 'We met DNA - and RNA.' });
});

describe('titles', () => {
  test.each([
    ['A title.', 'A title'],
    ['A title...', 'A title...'],
    ['A title?', 'A title?'],
    ['[A translated title].', 'A translated title'],
    ['[A translated title.]', 'A translated title'],
    ['[1] and [2].', '[1] and [2]'],
    ['H<sub>2</sub>O &amp; salt.', 'H2O & salt'],
  ])('of %j', async (written, title) => {
    expect(await fieldsOf(`TI  - ${written}`)).toMatchObject({ title });
  });

  test('of chapters and books are in BTI, those of translated papers in TT', async () => {
    expect(await fieldsOf('BTI - The Book')).toMatchObject({ title: 'The Book' });
    expect(await fieldsOf('TI  - Chapter', 'BTI - The Book')).toMatchObject({ title: 'Chapter', venue: 'The Book' });
    expect(await fieldsOf('TT  - Titre')).toMatchObject({ title: 'Titre' });
  });
});

describe('names', () => {
  test.each([
    [['FAU - Lovelace, Ada B', 'AU  - Lovelace AB'], ['Ada B Lovelace']],
    [
      ['AU  - Lovelace AB', 'AU  - van der Beek C'],
      ['AB Lovelace', 'C van der Beek'],
    ],
    [['FAU - King, Martin L Jr', 'AU  - King ML Jr'], ['Martin L King Jr']],
    [['FAU - Wolf, Karl 3rd', 'AU  - Wolf K 3rd'], ['Karl Wolf 3rd']],
    [['AU  - King ML Jr'], ['ML King Jr']],
    [
      ['FAU - Lovelace, Ada', 'AU  - Lovelace A', 'CN  - Engine Group', 'AU  - Boole G'],
      ['Ada Lovelace', 'Engine Group', 'G Boole'],
    ],
    [['FED - Boole, George', 'ED  - Boole G', 'FIR - Babbage, C', 'IR  - Babbage C'], undefined],
  ])('of %j are as read aloud, each once', async (lines, authors) => {
    const fields = await fieldsOf(...lines);
    expect('authors' in fields ? fields.authors : undefined).toEqual(authors);
  });
});

describe('dates', () => {
  test.each([
    [['DP  - 2021 Jul-Aug'], '2021-07'],
    [['DP  - 2021 Jul 3'], '2021-07-03'],
    [['DP  - 1998 Dec-1999 Jan'], '1998-12'],
    [['DP  - 1974 Spring'], '1974'],
    [['DP  - none', 'DEP - 20180330'], '2018-03-30'],
    [['DEP - 201803'], '2018-03'],
    [['EDAT- 2021/07/10 06:00'], '2021-07-10'],
    [[], undefined],
  ])('of %j are as precise as they are certain', async (lines, date) => {
    const fields = await fieldsOf(...lines);
    expect('date' in fields ? fields.date : undefined).toBe(date);
  });
});

describe('identifiers', () => {
  test.each([
    [['LID - 10.5555/abc [doi]'], { doi: '10.5555/abc', pmid: '1' }],
    [['AID - S1 [pii]', 'AID - 10.5555/abc [doi]'], { doi: '10.5555/abc', aid: 'S1 [pii]' }],
    [['LID - 10.5555/abc [pii]', 'AID - 10.5555/def [doi]'], { doi: '10.5555/def' }],
    [['PMC - PMC9990001'], { pmcid: 'PMC9990001' }],
    [['OID - NLM: PMC9990001'], { pmcid: 'PMC9990001' }],
    [['OID - EJ9990001'], { id: 'EJ9990001' }],
  ])('of %j', async (lines, expected) => {
    expect(await fieldsOf(...lines)).toMatchObject(expected);
  });

  test('of comments and retractions are those of other papers', async () => {
    const fields = await fieldsOf('CIN - Lett. 2002;1:2. doi: 10.5555/other. PMID: 2', 'RIN - Lett. PMID: 3');
    expect(fields).toMatchObject({ pmid: '1' });
    expect(fields).not.toHaveProperty('doi');
  });

  test('make the address at PubMed, if a record has no other', async () => {
    expect(await fieldsOf('TI  - T')).toMatchObject({ url: 'https://pubmed.ncbi.nlm.nih.gov/1/' });
    expect(await fieldsOf('LID - https://a.example.org/1')).toMatchObject({ url: 'https://a.example.org/1' });
  });
});

test('an abstract that the publisher keeps is none, and one in another language is one', async () => {
  expect(await fieldsOf('OAB - Publisher: Abstract available from the publisher.')).not.toHaveProperty('abstract');
  expect(await fieldsOf('AB  - ', 'OAB - Résumé.')).toMatchObject({ abstract: 'Résumé.' });
  expect(await fieldsOf('AB  - Abstract.', 'OAB - Résumé.')).toMatchObject({ abstract: 'Abstract.', oab: 'Résumé.' });
});

test('headings lose qualifiers and asterisks, also if they are on two lines', async () => {
  const lines = ['MH  - *Aging/genetics/*statistics & ', '      numerical data', 'MH  - Humans', 'OT  - *rust'];
  expect(await fieldsOf(...lines)).toMatchObject({ categories: ['Aging', 'Humans'], keywords: ['rust'] });
});

describe('damage', () => {
  test('lines in front of the first record are one problem', async () => {
    expect(await read('words\n  and words\nPMID- 1\nTI  - T\n')).toMatchObject([
      { line: 1, problem: "text outside of a record was skipped; expected 'PMID- 12345678'" },
      { line: 3, fields: { title: 'T' } },
    ]);
  });

  test('a file without records is one problem, and an empty one is none', async () => {
    expect(await read('<html>\n</html>')).toMatchObject([{ line: 1, problem: expect.stringContaining("'PMID- ") }]);
    expect(await read('')).toEqual([]);
  });
});

test('every PMID is a record', async () => {
  const body = fc.constantFrom(
    'TI  - T\n',
    '\n',
    'AB  - A\n\n      B\n\n',
    'words\n',
    'PMC - PMC1000\n',
    'OWN - NLM\n\n',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(body, { maxLength: 10 }), async (bodies) => {
      const parts = await read(bodies.map((text, i) => `PMID- ${i + 1}\n${text}`).join(''));
      expect(parts.map((part) => 'fields' in part && part.fields.pmid)).toEqual(bodies.map((_, i) => String(i + 1)));
    }),
    { numRuns: 200 },
  );
});

test('any bytes give records and problems, the same for chunks cut anywhere', { timeout: 120_000 }, async () => {
  const tokens = ['PMID- 1\n', 'PMC - PMC1000\n', 'OWN - ERIC\n', 'TI  - [', '].\n', 'FAU - ', 'AU  - A B\n', 'CN  - '];
  const more = ['      ', '\n\n', 'DP  - 2021 ', 'MH  - *a/b\n', 'LID - 10.5555/a [doi]\n', '- ', 'OAB - '];
  await checkReader(readMedline, FILES.map(formatFixture), [...tokens, ...more]);
});
