import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFeed } from '../../../../../../pipeline/ingest/formats/xml/feed.ts';
import { checkReader, collect, formatFixture, inChunks } from '../../../../../fixtures/damaged-bytes.ts';

fc.configureGlobal({ seed: 8017 });

const read = (content: string | Uint8Array) => collect(readFeed(inChunks(content)));
const readFixture = async (name: string) => {
  const parts = await read(formatFixture(name));
  const records = parts.flatMap((part) => ('fields' in part ? [part] : []));
  const problems = parts.flatMap((part) => ('problem' in part ? [part] : []));
  return { records, problems, fields: records.map(({ fields }) => fields) };
};
const rss = (items: string) =>
  `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Feed</title>${items}</channel></rss>`;
const onlyFields = async (content: string) => {
  const parts = await read(content);
  expect(parts).toHaveLength(1);
  const [part] = parts;
  if (!('fields' in part)) throw new Error(part.problem);
  return part.fields;
};

test('the API of arXiv gives titles and abstracts in one line, first dates, notices of withdrawal, and its errors', async () => {
  const { records, problems, fields } = await readFixture('feed-arxiv-api.xml');
  const feed = 'ArXiv Query: search_query=all:tides&id_list=&start=0&max_results=3';
  expect(fields).toEqual([
    {
      arxivId: '2302.04417',
      doi: '10.5555/tide.2023.17',
      url: 'http://arxiv.org/abs/2302.04417v3',
      title: 'Tidal Clocks: Keeping Time with $N<10^3$ Floating Sensors',
      abstract:
        'We build clocks from the tides. For $a<b$ sensors and a drift of 5% per day, the error stays below $10^{-4}$ s & grows slowly. A second paragraph names Gödel, Erdős and others.',
      authors: ['Ana Lima-Brandt', 'Bo Wex', 'The QUAY Collaboration'],
      date: '2023-02-09',
      categories: ['cs.DC', 'physics.ao-ph', '68M14'],
      venue: 'J. Invented Tides 12 (2023) 17-29',
      comment: '12 pages, 4 figures; accepted at TideConf',
      feed,
    },
    {
      arxivId: 'hep-th/9904017',
      url: 'http://arxiv.org/abs/hep-th/9904017v1',
      title: 'Strings Without Ends',
      abstract: 'This paper has been withdrawn by the author due to a sign error in equation (7).',
      authors: ['C. Ohne'],
      date: '1999-04-02',
      categories: ['hep-th'],
      comment: 'Withdrawn',
      withdrawn: true,
      feed,
    },
  ]);
  expect(records.map(({ line }) => line)).toEqual([10, 42]);
  expect(records[0].excerpt).toBe('<entry> <id>http://arxiv.org/abs/2302.04417v3</id> <updated>2023-09-14T09:21:03…');
  expect(problems).toEqual([
    {
      line: 59,
      problem: 'arXiv answered with an error: incorrect id format for 23O2.04417',
      excerpt: '<entry> <id>http://arxiv.org/api/errors#incorrect_id_format_for_23O2.04417</id>…',
    },
  ]);
});

test('the RSS of arXiv since 2024 gives the abstract without the announcement, and the month of the id for new versions', async () => {
  const { problems, fields } = await readFixture('feed-arxiv-rss.xml');
  expect(problems).toEqual([]);
  expect(fields).toEqual([
    {
      arxivId: '2403.01234',
      url: 'https://arxiv.org/abs/2403.01234',
      language: 'en-us',
      title: 'Lanterns: Reading by the Light of Other Languages',
      abstract: "We train readers for 40 languages. Where $p<0.01$, the gain over Rényi's baseline is kept.",
      authors: ['Mira Olu', 'Jean-Paul Dóre', 'Kenji Ito'],
      date: '2024-03-05',
      categories: ['cs.CL', 'cs.AI'],
      announced: 'new',
      feed: 'cs.CL updates on arXiv.org',
    },
    {
      arxivId: '2110.00777',
      doi: '10.5555/lost.2024.3',
      url: 'https://arxiv.org/abs/2110.00777',
      language: 'en-us',
      title: 'Maps of Words We Lost',
      abstract: 'Lost words leave gaps in maps of meaning.',
      authors: ['Petra Nováková'],
      date: '2021-10',
      categories: ['cs.LG', 'cs.CL'],
      venue: 'Trans. Lost Lex. 3 (2024) 1-20',
      announced: 'replace-cross',
      feed: 'cs.CL updates on arXiv.org',
    },
  ]);
});

test('the RDF of arXiv until 2024 has the id and the class in the title, and links in the list of authors', async () => {
  const { problems, fields } = await readFixture('feed-arxiv-rdf.xml');
  expect(problems).toEqual([]);
  expect(fields).toEqual([
    {
      arxivId: '2107.00123',
      url: 'http://arxiv.org/abs/2107.00123',
      language: 'en-us',
      title: 'Seeing Rain at Night',
      abstract: 'Rain at night is hard to see. We see it at < 5 lux.',
      authors: ['Ola Quill', 'Rui Tan'],
      date: '2021-07',
      categories: ['cs.CV'],
      feed: 'cs.CV updates on arXiv.org',
    },
  ]);
});

test("bioRxiv's lists of 'Family, I.' are names, and its DOI has no version", async () => {
  const { problems, fields } = await readFixture('feed-biorxiv.xml');
  expect(problems).toEqual([]);
  expect(fields).toEqual([
    {
      doi: '10.1101/2024.01.02.573901',
      url: 'http://biorxiv.org/cgi/content/short/2024.01.02.573901v1?rss=1',
      title: 'Moss remembers the last dry summer',
      abstract: 'Moss that dried once dries slower later. In Bryum sp. (n < 40), memory lasts 90 days.',
      authors: ['C. N. Abara', 'P. van Dijk', 'W. Li'],
      date: '2024-01-03',
      venue: 'bioRxiv',
      feed: 'bioRxiv Subject Collection: Ecology',
    },
    {
      doi: '10.1101/2023.12.30.573888',
      url: 'http://biorxiv.org/cgi/content/short/2023.12.30.573888v2?rss=1',
      title: 'Owls count to four',
      abstract: 'Four mice, not five.',
      authors: ['O. Strix'],
      date: '2024-01-03',
      categories: ['New Results'],
      venue: 'bioRxiv',
      feed: 'bioRxiv Subject Collection: Ecology',
    },
  ]);
});

test('Nature has HTML in titles, and a line with the issue before the abstract or in place of it', async () => {
  const { problems, fields } = await readFixture('feed-nature.xml');
  expect(problems).toEqual([]);
  expect(fields).toEqual([
    {
      doi: '10.1038/s99999-024-00001-2',
      url: 'https://www.nature.com/articles/s99999-024-00001-2',
      language: 'en',
      title: 'A folding bridge of CO2 ice for E. exempla',
      abstract: 'The bridge folds at −80 °C and carries a cat.',
      authors: ['Inga Sól', 'Tom O’Neil'],
      date: '2024-01-11',
      venue: 'Nature Inventions',
      feed: 'Nature Inventions',
    },
    {
      doi: '10.1038/d99999-024-00002-1',
      url: 'https://www.nature.com/articles/d99999-024-00002-1',
      language: 'en',
      title: 'Cats & bridges: the week in news',
      date: '2024-01-12',
      venue: 'Nature Inventions',
      feed: 'Nature Inventions',
    },
  ]);
});

test('Springer has the heading Abstract, a bare DOI as guid, and the journal in the title of the feed', async () => {
  const { problems, fields } = await readFixture('feed-springer.xml');
  expect(problems).toEqual([]);
  expect(fields).toEqual([
    {
      doi: '10.1007/s99999-023-06301-4',
      url: 'http://link.springer.com/10.1007/s99999-023-06301-4',
      title: 'Learning to forget, gently',
      abstract: 'Forgetting is a skill. We teach it to networks & measure < 2% regret.',
      date: '2023-02-01',
      venue: 'Journal of Invented Learning',
      feed: 'Latest Results for Journal of Invented Learning',
    },
    {
      doi: '10.1007/s99999-023-06302-3',
      url: 'http://link.springer.com/10.1007/s99999-023-06302-3',
      title: 'Abstract algebra for agents',
      abstract: 'Abstract algebra helps agents.',
      date: '2023-02-03',
      venue: 'Journal of Invented Learning',
      feed: 'Latest Results for Journal of Invented Learning',
    },
  ]);
});

test('ScienceDirect has date, journal and authors in place of an abstract', async () => {
  const { problems, fields } = await readFixture('feed-sciencedirect.xml');
  expect(problems).toEqual([]);
  expect(fields).toEqual([
    {
      url: 'https://www.sciencedirect.com/science/article/pii/S9999999924000012?dgcid=rss_sd_all',
      language: 'en-us',
      title: 'De novo yeast for glass',
      authors: ['Lena Glas', 'J. R. Hefe', 'Xiu Wei'],
      date: '2024-03',
      venue: 'Invented Engineering',
      feed: 'ScienceDirect Publication: Invented Engineering',
    },
    {
      url: 'https://www.sciencedirect.com/science/article/pii/S9999999924000024?dgcid=rss_sd_all',
      language: 'en-us',
      title: 'Editorial Board',
      date: '2024-03',
      venue: 'Invented Engineering',
      feed: 'ScienceDirect Publication: Invented Engineering',
    },
  ]);
});

test('a feed of PubMed has citation and identifiers around the abstract', async () => {
  const { problems, fields } = await readFixture('feed-pubmed.xml');
  expect(problems).toEqual([]);
  expect(fields).toEqual([
    {
      pmid: '99000001',
      doi: '10.5555/jis.2024.9',
      url: 'https://pubmed.ncbi.nlm.nih.gov/99000001/?utm_source=Other&utm_medium=rss&fc=2024&v=2.18',
      language: 'en',
      title: 'Sleep by the sea: a trial',
      abstract: 'BACKGROUND: People sleep badly. CONCLUSIONS: The sea helps.',
      authors: ['Una Mar', 'Jo Dune'],
      date: '2024-02-03',
      venue: 'Journal of invented sleep',
      feed: '"tidal clocks"',
    },
  ]);
});

test('a blog gives its description as plain text, its tags as keywords, and nothing of media RSS and iTunes', async () => {
  const { problems, fields } = await readFixture('feed-blog.xml');
  expect(problems).toEqual([]);
  expect(fields).toEqual([
    {
      url: 'https://quay.example.com/p/tides',
      language: 'en',
      title: 'What tides taught me about R&D',
      abstract: 'Three lessons & one boat',
      authors: ['Nora Kai'],
      date: '2024-03-29',
      feed: 'Notes from the Quay',
    },
    {
      url: 'https://quay.example.com/p/boats',
      language: 'en',
      title: 'Boats, briefly',
      abstract: 'Short boats. Long boats.',
      authors: ['Nora Kai'],
      date: '2024-04-01',
      keywords: ['boats', 'R&D'],
      feed: 'Notes from the Quay',
    },
  ]);
});

describe('in place of a feed', () => {
  test('a web page is one problem', async () => {
    expect(await read(formatFixture('feed-error-page.html'))).toEqual([
      {
        line: 2,
        problem:
          'a web page, not a feed: the address may be wrong, or the server answered with an error; open it in a browser',
        excerpt: '<html lang="en"> <head><meta charset="utf-8"><title>503 Service Unavailable</ti…',
      },
    ]);
  });

  test.each([
    ['Rate exceeded.', 'not XML: no element was found'],
    ['{"error": 429}', 'not XML: no element was found'],
    ['<OAI-PMH><item/></OAI-PMH>', '<OAI-PMH> is not a feed; expected Atom (<feed>) or RSS (<rss>, <rdf:RDF>)'],
  ])('%j is one problem', async (content, problem) => {
    expect(await read(content)).toMatchObject([{ line: 1, problem }]);
  });

  test('an empty page of arXiv that should have entries is one problem, each time', async () => {
    const page = (total: number, start: number, perPage = 10) =>
      `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">
<title>arXiv Query</title><o:totalResults>${total}</o:totalResults>
<o:startIndex>${start}</o:startIndex><o:itemsPerPage>${perPage}</o:itemsPerPage></feed>\n`;
    expect(await read(page(0, 0) + page(12, 10) + page(12, 20) + page(12, 0, 0) + page(7, 0))).toEqual([
      {
        line: 5,
        problem: 'an empty page, though there are 12 results and it begins at 10; ask again in a minute',
        excerpt: '<o:totalResults>12</o:totalResults>',
      },
      {
        line: 14,
        problem: 'an empty page, though there are 7 results and it begins at 0; ask again in a minute',
        excerpt: '<o:totalResults>7</o:totalResults>',
      },
    ]);
  });

  test('nothing at all gives nothing, and so does a feed without entries', async () => {
    expect(await read('')).toEqual([]);
    expect(await read(rss(''))).toEqual([]);
  });
});

describe('abstracts', () => {
  const abstractOf = async (description: string, more = '') =>
    (
      await onlyFields(
        rss(
          `<item><title>T</title><link>https://doi.org/10.5555/x</link><description><![CDATA[${description}]]></description>${more}</item>`,
        ),
      )
    ).abstract;

  test.each([
    ['<p>Journal of X-ray Tides, Volume 10, Issue 2, Page 1-9, May 2024. <br/>We float.</p>', 'We float.'],
    ['Invented Science, Volume 388, Issue 6742, Page 120-124, April 2025.', undefined],
    ['Invented Journal, EarlyView.', undefined],
    [
      '<p>Author(s): A. Bee, C. Dee, and E. Eff</p><p>We buzz.</p><br/>[Phys. Rev. Inv. 10, 011001] Published Fri Jan 03, 2020',
      'We buzz.',
    ],
    ['<p><strong>ABSTRACT</strong></p><p>We write.</p>', 'We write.'],
    ['T', undefined],
    ['We measure x<y and 3 > 2.', 'We measure x<y and 3 > 2.'],
  ])('of %j are without what the publisher adds', async (description, abstract) => {
    expect(await abstractOf(description)).toBe(abstract);
  });

  test('of papers are the longest text, those of blogs the description', async () => {
    const content = '<content:encoded>All of the text, at length.</content:encoded>';
    expect(await abstractOf('All of …', content)).toBe('All of the text, at length.');
    const blog = `<item><title>T</title><link>https://blog.example/p</link><description>In short</description>${content}</item>`;
    expect((await onlyFields(rss(blog))).abstract).toBe('In short');
  });

  test('may be XHTML in Atom', async () => {
    const entry =
      '<entry><id>tag:x,2024:1</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>b</b>c &lt; d</div></title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two &amp; 3.</p></div></content></entry>';
    expect(await onlyFields(`<feed xmlns="http://www.w3.org/2005/Atom">${entry}</feed>`)).toEqual({
      id: 'tag:x,2024:1',
      title: 'A bc < d',
      abstract: 'One. Two & 3.',
    });
  });
});

describe('authors', () => {
  const authorsOf = async (xml: string) => (await onlyFields(rss(`<item><title>T</title>${xml}</item>`))).authors;
  test.each([
    ['<dc:creator>Doe, Jane A.</dc:creator>', ['Jane A. Doe']],
    ['<dc:creator>Doe, Jane</dc:creator><dc:creator>Roe, John</dc:creator>', ['Jane Doe', 'John Roe']],
    ['<dc:creator>Jane Doe, John Roe, Jr., and Ann Poe</dc:creator>', ['Jane Doe', 'John Roe Jr.', 'Ann Poe']],
    ['<author>jane@example.org</author>', undefined],
    ['<authors>Jane Doe; John Roe;</authors>', ['Jane Doe', 'John Roe']],
    ['<dc:creator> </dc:creator><author>Jane Doe</author>', ['Jane Doe']],
  ])('of %j are names as read aloud', async (xml, names) => {
    expect(await authorsOf(xml)).toEqual(names);
  });
});

test('damaged entries are problems, and those around them are read', async () => {
  const parts = await read(rss('<item><title>A</title></item>\n<item><title>B</item>\n<item><title>C</title></item>'));
  expect(parts).toMatchObject([
    { line: 1, fields: { title: 'A' } },
    { line: 2, problem: expect.stringContaining('not well-formed XML (line 2: Unexpected close tag)') },
    { line: 3, fields: { title: 'C' } },
  ]);
});

test('any bytes give records and problems, the same for chunks cut anywhere', { timeout: 120_000 }, async () => {
  const names = ['feed-arxiv-api.xml', 'feed-arxiv-rss.xml', 'feed-biorxiv.xml', 'feed-blog.xml', 'feed-pubmed.xml'];
  const tokens = [
    '<item>',
    '</item>',
    '<entry>',
    '<title>',
    '<![CDATA[',
    ']]>',
    '&lt;',
    '&amp;',
    '<dc:creator>',
    'Author(s): ',
    '<!--',
    '<link href="',
    ', ',
    '(',
    'https://arxiv.org/abs/2301.00001',
    '<rss>',
    '<feed>',
  ];
  await checkReader(readFeed, names.map(formatFixture), tokens);
});
