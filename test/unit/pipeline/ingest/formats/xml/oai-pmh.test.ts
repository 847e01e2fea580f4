import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseOaiResponse, readOaiPmh } from '../../../../../../pipeline/ingest/formats/xml/oai-pmh.ts';
import { checkReader, collect, formatFixture, inChunks } from '../../../../../fixtures/damaged-bytes.ts';

fc.configureGlobal({ seed: 8017 });

const parse = (content: string | Uint8Array) => parseOaiResponse(inChunks(content));
const read = (content: string | Uint8Array) => collect(readOaiPmh(inChunks(content)));
/** A record of Dublin Core with these elements, and what is read of it. */
const dublinCore = async (elements: string) => {
  const metadata = `<dc xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>T</dc:title>${elements}</dc>`;
  const { records } = await parse(
    `<OAI-PMH><record><header><identifier>oai:x:1</identifier></header><metadata>${metadata}</metadata></record></OAI-PMH>`,
  );
  expect(records).toHaveLength(1);
  return records[0].fields;
};

test('Dublin Core of repositories: abstracts among notes, DOIs among addresses, the date of publication among others', async () => {
  const response = await parse(formatFixture('oai-dc.xml'));
  expect(response.records.map(({ line }) => line)).toEqual([7, 45, 52]);
  expect(response.records.map(({ fields }) => fields)).toEqual([
    {
      id: 'oai:repo.example.edu:1885/1001',
      doi: '10.5555/harbor.1001',
      title: 'The Silence of Harbors',
      abstract:
        'Harbors are silent at 4 a.m. We listen to 31 of them for a year, and find that the silence is made of fish & ropes.',
      authors: ['Élise Brandt', 'Piet van den Kai'],
      date: '2012-11',
      keywords: ['acoustics', 'harbors', 'Noise'],
      url: 'http://hdl.handle.net/1885/1001',
      language: 'eng',
      type: 'doctoralThesis',
      description: ['Submitted by A. Clerk on 2013-05-01. No. of bitstreams: 1', 'Doctoral thesis, 2012'],
      alternative: 'Die Stille der Häfen',
      contributor: 'Sund, Maren',
      publisher: 'Example University',
      format: 'application/pdf',
      rights: 'open access',
      datestamp: '2024-02-01T10:11:12Z',
    },
    { id: 'oai:repo.example.edu:1885/1002', deleted: true },
    {
      id: 'oai:ojs.example.org:article/77',
      doi: '10.5555/jir.v3i2.77',
      title: 'Ropes as Instruments',
      abstract: 'Short, but the only one.',
      authors: ['Leila Ansari', 'The Rope Group'],
      date: '2020-06-30',
      url: 'https://ojs.example.org/index.php/jir/article/view/77',
      venue: 'Journal of Invented Ropes',
      language: 'en',
      type: 'article',
      source: ['Journal of Invented Ropes; Vol. 3 No. 2 (2020): Knots; 11-19', '0000-0001'],
      relation: 'https://ojs.example.org/index.php/jir/article/view/77/66',
      datestamp: '2024-02-03T00:00:00Z',
    },
  ]);
  expect(response.problems).toEqual([
    {
      line: 75,
      problem: 'metadata in <record> cannot be read; expected oai_dc, arXiv or arXivRaw',
      excerpt: '<record> <header> <identifier>oai:repo.example.edu:1885/1003</identifier> <date…',
    },
  ]);
  expect(response.resumptionToken).toEqual({
    token: 'MTAwLjE=/oai_dc/100',
    completeListSize: 1204,
    cursor: 0,
    expirationDate: '2024-02-11T09:00:01Z',
  });
  expect(response.error).toBeUndefined();
});

test("metadata in arXiv's format: names in parts, the first DOI, dates that fit the id, deleted records", async () => {
  const response = await parse(formatFixture('oai-arxiv.xml'));
  expect(response.records.map(({ fields }) => fields)).toEqual([
    {
      arxivId: '1904.00042',
      doi: '10.5555/shell.7',
      title: 'Counting Shells with $\\ell_1$ Norms',
      abstract: 'Shells are counted when $x < y$.',
      authors: ['Iria M. Núñez Jr', 'The SHELL Collaboration'],
      date: '2019-03-29',
      categories: ['stat.ML', 'cs.LG'],
      url: 'https://arxiv.org/abs/1904.00042',
      venue: 'Invented Stat. 7 (2019) 1',
      comment: '9 pages; code at https://example.org/shells',
      license: 'http://arxiv.org/licenses/nonexclusive-distrib/1.0/',
      updated: '2019-11-02',
      datestamp: '2023-08-30',
    },
    {
      arxivId: 'math/0309136',
      title: 'Knots of Knots',
      abstract: 'Knots.',
      authors: ['Li Po'],
      date: '2003-09',
      categories: ['math.GT'],
      url: 'https://arxiv.org/abs/math/0309136',
      datestamp: '2024-01-02',
    },
    { id: 'oai:arXiv.org:0901.00099', arxivId: '0901.00099', deleted: true },
  ]);
  expect(response.problems).toEqual([]);
  // The last page has an empty token.
  expect(response.resumptionToken).toBeUndefined();
});

test('metadata in arXivRaw and Dublin Core of arXiv: names with affiliations in TeX, the date of version 1, classes', async () => {
  const response = await parse(formatFixture('oai-arxivraw.xml'));
  expect(response.problems).toEqual([]);
  expect(response.records.map(({ fields }) => fields)).toEqual([
    {
      arxivId: '2405.00111',
      title: 'Whispers: Speech without Sound',
      abstract: 'We whisper to machines at 20% of the energy.',
      authors: ['Noor Haas', 'Björn Øre', 'L. Ng'],
      date: '2024-05-01',
      categories: ['cs.CL', 'eess.AS'],
      url: 'https://arxiv.org/abs/2405.00111',
      comment: 'This paper has been withdrawn by arXiv administrators',
      withdrawn: true,
      'report-no': 'WH-1',
      license: 'http://creativecommons.org/licenses/by/4.0/',
      submitter: 'Noor Haas',
      datestamp: '2025-05-09',
    },
    {
      arxivId: '2405.00112',
      doi: '10.5555/echo.1',
      title: 'Echo Lexicons',
      abstract: 'Words echo.',
      authors: ['Noor Haas', 'Bjørn Øre'],
      date: '2024-05-02',
      categories: ['cs.CL', 'Computer Science - Computation and Language', '68T50'],
      url: 'http://arxiv.org/abs/2405.00112',
      venue: 'Echo J. 1 (2025) 2',
      type: 'text',
      comment: '8 pages, to appear',
      datestamp: '2025-05-09',
    },
  ]);
});

describe('errors of the server', () => {
  test('are given apart from problems', async () => {
    expect(await parse(formatFixture('oai-no-records.xml'))).toEqual({
      records: [],
      problems: [],
      error: {
        code: 'noRecordsMatch',
        message: 'The combination of the values of the from, until, and set arguments results in an empty list.',
      },
    });
  });

  test('are problems of a file', async () => {
    const file = '<OAI-PMH>\n<error code="badResumptionToken">expired</error></OAI-PMH>';
    expect(await read(file)).toEqual([
      {
        line: 2,
        problem: 'the server answered: badResumptionToken: expired',
        excerpt: '<error code="badResumptionToken">expired</error>',
      },
    ]);
    expect(await read('<OAI-PMH><error code="badVerb"/></OAI-PMH>')).toMatchObject([
      { problem: 'the server answered: badVerb' },
    ]);
  });

  test.each([
    ['<html><body>Service Unavailable</body></html>', 'a web page, not a response of OAI-PMH; check the address'],
    ['<OAI-PMH><ListSets/></OAI-PMH>', '<OAI-PMH> has no records; expected a response of OAI-PMH to verb=ListRecords'],
    ['Retry after 10 seconds', 'not XML: no element was found'],
  ])('in other forms are one problem: %j', async (content, problem) => {
    expect((await parse(content)).problems).toMatchObject([{ line: 1, problem }]);
  });
});

test('pages that are written one after the other are read as one file', async () => {
  const pages = Buffer.concat(['oai-dc.xml', 'oai-arxiv.xml', 'oai-arxivraw.xml'].map(formatFixture));
  const parts = await read(pages);
  expect(parts.filter((part) => 'fields' in part)).toHaveLength(8);
  expect(parts.filter((part) => 'problem' in part)).toHaveLength(1);
});

describe('Dublin Core', () => {
  test.each([
    ['<dc:date>2013-05-01T10:00:00Z</dc:date><dc:date>2012</dc:date>', '2012'],
    ['<dc:date>2012</dc:date><dc:date>2012-05-03</dc:date><dc:date>2014</dc:date>', '2012-05-03'],
    ['<dc:date>n.d.</dc:date>', undefined],
  ])('of %j is dated', async (xml, date) => {
    expect((await dublinCore(xml)).date).toBe(date);
  });

  test.each([
    ['<dc:description>International audience</dc:description><dc:description>We hear.</dc:description>', 'We hear.'],
    [
      `<dc:description>36 pages</dc:description><dc:description>Abstract: ${'We hear. '.repeat(20)}</dc:description>`,
      'We hear. '.repeat(20).trim(),
    ],
    [
      `<dc:description>${'First. '.repeat(20)}</dc:description><dc:description>${'Second. '.repeat(20)}</dc:description>`,
      'First. '.repeat(20).trim(),
    ],
    [
      '<dc:description xml:lang="fr">Nous entendons.</dc:description><dc:description xml:lang="en">We hear.</dc:description>',
      'We hear.',
    ],
    ['<dc:description> </dc:description>', undefined],
  ])('of %j has an abstract', async (xml, abstract) => {
    expect((await dublinCore(xml)).abstract).toBe(abstract);
  });

  test('has identifiers in all forms', async () => {
    const xml = [
      '<dc:identifier>https://hal.example/hal-1</dc:identifier>',
      '<dc:identifier>PMID: 123</dc:identifier>',
      '<dc:relation>info:eu-repo/semantics/altIdentifier/doi/10.5555/Alt.1</dc:relation>',
      '<dc:relation>info:eu-repo/semantics/altIdentifier/arxiv/2301.00001</dc:relation>',
      '<dc:identifier>info:pmid/456</dc:identifier>',
    ];
    expect(await dublinCore(xml.join(''))).toMatchObject({
      url: 'https://hal.example/hal-1',
      doi: '10.5555/alt.1',
      pmid: '123',
      arxivId: '2301.00001',
    });
  });
});

test('any bytes give records and problems, the same for chunks cut anywhere', { timeout: 120_000 }, async () => {
  const tokens = [
    '<record>',
    '</record>',
    '<metadata>',
    '<header status="deleted">',
    '<resumptionToken>',
    '<error code="',
    '<dc:title>',
    '<dc:date>',
    '<arXiv>',
    '<authors>',
    '&lt;',
    '$',
    '\\"',
    '; ',
    '(',
    ']]>',
  ];
  await checkReader(readOaiPmh, ['oai-dc.xml', 'oai-arxiv.xml', 'oai-arxivraw.xml'].map(formatFixture), tokens);
});
