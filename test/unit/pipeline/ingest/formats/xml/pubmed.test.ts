import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPubmed } from '../../../../../../pipeline/ingest/formats/xml/pubmed.ts';
import { checkReader, collect, formatFixture, inChunks } from '../../../../../fixtures/damaged-bytes.ts';

fc.configureGlobal({ seed: 8017 });

const read = (content: string | Uint8Array) => collect(readPubmed(inChunks(content)));
/** What is read of an article with these elements. */
const fieldsOfArticle = async (elements: string) => {
  const parts = await read(
    `<PubmedArticleSet><PubmedArticle><MedlineCitation><Article>${elements}</Article></MedlineCitation></PubmedArticle></PubmedArticleSet>`,
  );
  expect(parts).toHaveLength(1);
  const [part] = parts;
  if (!('fields' in part)) throw new Error(part.problem);
  return part.fields;
};

test('a file of PubMed gives articles, chapters and deletions, in order, and no problems', async () => {
  const parts = await read(formatFixture('pubmed.xml'));
  expect(parts.map(({ line }) => line)).toEqual([4, 5, 6, 17, 18, 18]);
  expect(parts[0].excerpt).toBe('<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM" IndexingMethod="Au…');
  expect(parts.map((part) => ('fields' in part ? part.fields : part))).toEqual([
    {
      pmid: '99100001',
      pmcid: 'PMC9900001',
      doi: '10.5555/jis.2021.7',
      title: 'Sleep in Cantharus somniosus at 10-3 lux & less: 13CO2 study',
      abstract:
        'BACKGROUND: Sea bream sleep at p<0.05, or x < 3. METHODS AND RESULTS: We watched (n=12). They slept. Funded.',
      authors: ['Una Beatriz de la Mar 3rd', 'J Dune', 'SLEEP-SEA Study Group'],
      date: '2021-07-03',
      categories: ['Animals', 'Sleep'],
      keywords: ['sea bream', 'light'],
      url: 'https://pubmed.ncbi.nlm.nih.gov/99100001/',
      venue: 'Journal of invented sleep',
      language: 'eng',
      type: 'Journal Article',
      issn: '0000-0019',
      volume: '12',
      issue: '7',
      pages: '101-109',
      publicationtypes: ['Journal Article', 'Retracted Publication'],
      retracted: true,
    },
    {
      pmid: '99100002',
      pmcid: 'PMC9900002',
      title: 'The lamp that slept',
      abstract: 'La lámpara duerme.',
      authors: ['Óscar Lámpara'],
      date: '2021-07',
      url: 'https://pubmed.ncbi.nlm.nih.gov/99100002/',
      venue: 'Revista de inventos',
      language: 'spa',
      type: 'Letter',
    },
    {
      pmid: '99100003',
      title: "Lampes d'été",
      date: '1999',
      url: 'https://pubmed.ncbi.nlm.nih.gov/99100003/',
      venue: 'Old lamps',
      language: 'fre',
    },
    {
      pmid: '99100004',
      title: 'Lamp Disorders',
      abstract: 'CLINICAL CHARACTERISTICS: Lamps dim.',
      authors: ['Cara Wick'],
      date: '2021-04-01',
      keywords: ['Dim Lamp'],
      url: 'https://pubmed.ncbi.nlm.nih.gov/99100004/',
      venue: 'InventReviews®',
      language: 'eng',
      type: 'Review',
      publisher: 'Invented University',
      bookaccession: 'NBK99001',
    },
    { pmid: '99100098', deleted: true },
    { pmid: '99100099', deleted: true },
  ]);
});

describe('dates', () => {
  const dateOf = async (xml: string) =>
    (await fieldsOfArticle(`<Journal><JournalIssue><PubDate>${xml}</PubDate></JournalIssue></Journal>`)).date;
  test.each([
    ['<Year>2021</Year><Month>07</Month><Day>3</Day>', '2021-07-03'],
    ['<Year>2021</Year><Month>Jul</Month>', '2021-07'],
    ['<Year>2021</Year><Season>Fall</Season>', '2021'],
    ['<Year>2021</Year><Month>Feb</Month><Day>30</Day>', '2021-02'],
    ['<MedlineDate>1998 Dec-1999 Jan</MedlineDate>', '1998-12'],
    ['<MedlineDate>2000 Spring-Summer</MedlineDate>', '2000'],
    ['<MedlineDate>Summer 1975</MedlineDate>', '1975'],
    ['', undefined],
  ])('of %j are as precise as they are certain', async (xml, date) => {
    expect(await dateOf(xml)).toBe(date);
  });

  test('of the online edition are used where the issue has none', async () => {
    const xml = '<ArticleDate><Year>2020</Year><Month>02</Month><Day>29</Day></ArticleDate>';
    expect((await fieldsOfArticle(xml)).date).toBe('2020-02-29');
  });
});

test('citations without the data of PubMed, as older files have them, are articles', async () => {
  const file =
    '<MedlineCitationSet><MedlineCitation><PMID>5</PMID><Article><ArticleTitle>A title...</ArticleTitle></Article></MedlineCitation></MedlineCitationSet>';
  expect(await read(file)).toMatchObject([{ fields: { pmid: '5', title: 'A title...' } }]);
});

test('a whole book has its title and its authors', async () => {
  const book =
    '<PubmedBookArticle><BookDocument><PMID>6</PMID><Book><BookTitle>Lamps</BookTitle><PubDate><Year>2001</Year></PubDate><AuthorList Type="authors"><Author><LastName>Wick</LastName></Author></AuthorList></Book></BookDocument></PubmedBookArticle>';
  expect(await read(`<PubmedArticleSet>${book}</PubmedArticleSet>`)).toMatchObject([
    { fields: { pmid: '6', title: 'Lamps', authors: ['Wick'], date: '2001' } },
  ]);
});

test('a deletion without a valid id is a problem, and the others are read', async () => {
  const file = '<PubmedArticleSet><DeleteCitation><PMID>7</PMID>\n<PMID>x</PMID></DeleteCitation></PubmedArticleSet>';
  expect(await read(file)).toMatchObject([
    { line: 1, fields: { pmid: '7', deleted: true } },
    { line: 1, problem: 'deletes a paper whose PubMed id is not a number; get the file again' },
  ]);
});

test('a damaged article is a problem, and those around it are read', async () => {
  const article = (pmid: number, more = '') =>
    `<PubmedArticle><MedlineCitation><PMID>${pmid}</PMID>${more}</MedlineCitation></PubmedArticle>\n`;
  const parts = await read(`<PubmedArticleSet>\n${article(1)}${article(2, '<i>')}${article(3)}</PubmedArticleSet>`);
  expect(parts).toMatchObject([
    { line: 2, fields: { pmid: '1' } },
    { line: 3, problem: expect.stringContaining('not well-formed XML') },
    { line: 4, fields: { pmid: '3' } },
  ]);
});

test.each([
  ['<html><body/></html>', 'a web page, not XML of PubMed; check the address'],
  [
    '<eFetchResult><ERROR>UID=x: cannot get document</ERROR></eFetchResult>',
    'PubMed answered: UID=x: cannot get document',
  ],
  ['<PubmedArticleSet></PubmedArticleSet>', 'no articles: PubMed found nothing'],
  ['<pmc-articleset><article/></pmc-articleset>', 'JATS, the XML of full texts; expected the XML of PubMed'],
  [
    '<eSearchResult/>',
    '<eSearchResult> has no articles; expected <PubmedArticleSet>, as efetch gives it with db=pubmed&retmode=xml',
  ],
  ['{"error":"API rate limit exceeded"}', 'not XML: no element was found'],
])('%j is one problem', async (content, problem) => {
  expect(await read(content)).toMatchObject([{ line: 1, problem }]);
});

test('any bytes give records and problems, the same for chunks cut anywhere', { timeout: 120_000 }, async () => {
  const tokens = [
    '<PubmedArticle>',
    '</PubmedArticle>',
    '<MedlineCitation>',
    '<DeleteCitation>',
    '<PMID>',
    '<AbstractText Label="',
    '<ArticleTitle>',
    '<Author>',
    '<Year>',
    '&lt;i&gt;',
    '[',
    '].',
    '<ERROR>',
  ];
  await checkReader(readPubmed, [formatFixture('pubmed.xml')], tokens);
});
