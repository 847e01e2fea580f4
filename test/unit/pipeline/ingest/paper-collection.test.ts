import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PaperCollection } from '../../../../pipeline/ingest/paper-collection.ts';
import type { ParsedPaper, ParsedRow } from '../../../../pipeline/ingest/parsed-paper.ts';

const TITLE = 'Tidal clocks in the wrack line: reading time from salt';

/** Collects rows, each from a file of its own. */
function collect(...rows: readonly (Partial<ParsedPaper> & Partial<Omit<ParsedRow, 'paper'>>)[]) {
  const collection = new PaperCollection();
  const issues = rows.flatMap(({ isFromSource, sourceId, ...paper }, i) =>
    collection.add(
      {
        paper: { title: TITLE, abstract: '', ...paper },
        line: 1,
        ...(isFromSource && { isFromSource }),
        ...(sourceId !== undefined && { sourceId }),
      },
      `file-${i + 1}`,
    ),
  );
  return { papers: collection.papers(), reasons: issues.map(({ reason }) => reason), issues, collection };
}

describe('rows are one paper by what is the same everywhere', () => {
  test.each([
    ['DOI', { doi: '10.1000/x' }, 'same DOI 10.1000/x as file-1:1'],
    ['arXiv id', { arxivId: '2301.00001' }, 'same arXiv id 2301.00001 as file-1:1'],
    ['PubMed id', { pmid: '123' }, 'same PubMed id 123 as file-1:1'],
    ['OpenAlex id', { openAlexId: 'W1' }, 'same OpenAlex id W1 as file-1:1'],
    [
      'Semantic Scholar id',
      { semanticScholarId: 'a'.repeat(40) },
      `same Semantic Scholar id ${'a'.repeat(40)} as file-1:1`,
    ],
  ])('%s, whatever became of the title', (_, identifiers, reason) => {
    const { papers, reasons } = collect({ identifiers }, { identifiers, title: 'Reading time from tidal salt' });
    expect(papers).toHaveLength(1);
    expect(papers[0].title).toBe('Reading time from tidal salt');
    expect(reasons).toEqual([reason]);
  });

  test('the address, if the titles are the same', () => {
    const url = 'https://example.org/tides';
    expect(collect({ url }, { url: 'http://www.example.org/tides/', title: `${TITLE}.` }).papers).toHaveLength(1);
    expect(collect({ url }, { url, title: 'Another paper of the same page' }).papers).toHaveLength(2);
  });

  test('the id in the source', () => {
    const { papers } = collect({ sourceId: 'ABCD1234' }, { sourceId: 'ABCD1234', title: `Renamed: ${TITLE}` });
    expect(papers).toMatchObject([{ id: 'ABCD1234', title: `Renamed: ${TITLE}` }]);
  });

  test('a row that has the identifiers of two papers shows that they are one', () => {
    const { papers, issues } = collect(
      { identifiers: { doi: '10.1000/x' }, title: 'Tidal clocks', venue: 'Journal of Tides' },
      { identifiers: { arxivId: '2301.00001' }, title: 'Tidal clocks of salt', abstract: 'An abstract.' },
      { identifiers: { doi: '10.1000/x', arxivId: '2301.00001' }, title: 'Tidal clocks of salt' },
    );
    expect(papers).toMatchObject([
      {
        id: '2301.00001',
        title: 'Tidal clocks of salt',
        abstract: 'An abstract.',
        venue: 'Journal of Tides',
        identifiers: { doi: '10.1000/x', arxivId: '2301.00001' },
      },
    ]);
    // Every row is a paper or an issue.
    expect(issues).toHaveLength(2);
  });

  test('a chapter is not the book whose DOI it has', () => {
    const identifiers = { doi: '10.1000/book' };
    const book = { identifiers, title: 'Proceedings of the Workshop', authors: ['Ed Editor'] };
    expect(collect(book, { identifiers, title: TITLE, authors: ['Ada Li'] }).papers).toHaveLength(2);
  });
});

describe('rows are one paper by title and first author', () => {
  const authors = ['Chidi Okafor', 'Ada Li'];

  test.each([
    ['case and punctuation', TITLE.toUpperCase().replace(':', ' –')],
    ['accents', TITLE.replace('reading', 'réading')],
    ['a typing error', TITLE.replace('wrack', 'wrak')],
    ['a plural', TITLE.replace('salt', 'salts')],
  ])('if titles differ by %s', (_, title) => {
    expect(collect({ authors }, { authors, title }).papers).toHaveLength(1);
  });

  test.each([
    ['a number', 'Part 1', 'Part 2'],
    ['a Roman number', 'Part I', 'Part II'],
    ['a letter', 'Problem A', 'Problem B'],
    ['a word', 'in rivers', 'in deserts'],
  ])('but not if %s differs', (_, one, other) => {
    const { papers } = collect({ authors, title: `${TITLE}, ${one}` }, { authors, title: `${TITLE}, ${other}` });
    expect(papers).toHaveLength(2);
  });

  test('if names are written in different ways, or the order of authors differs', () => {
    expect(collect({ authors }, { authors: ['C. Okafor', 'A. Li'] }).papers).toMatchObject([{ authors }]);
    expect(collect({ authors }, { authors: ['Ada Li', 'Chidi Okafor'] }).papers).toHaveLength(1);
    expect(collect({ authors }, {}).papers).toHaveLength(1);
  });

  test('but not if the authors are others', () => {
    expect(collect({ authors }, { authors: ['Bo Wu'] }).papers).toHaveLength(2);
  });

  test('if one is the preprint and the other the publication, but not if both are published elsewhere', () => {
    const preprint = { authors, identifiers: { doi: '10.48550/arxiv.2301.00001', arxivId: '2301.00001' } };
    const published = { authors, identifiers: { doi: '10.1000/x' } };
    expect(collect(preprint, published).papers).toHaveLength(1);
    expect(collect(published, { authors, identifiers: { doi: '10.1000/y' } }).papers).toHaveLength(2);
    expect(collect(preprint, { authors, identifiers: { arxivId: '2302.00002' } }).papers).toHaveLength(2);
  });
});

test('numbers of rows are no ids: two files have different papers with the number 1', () => {
  const { papers, reasons } = collect({ id: '1' }, { id: '1', title: 'Quantum chemistry of lamps' });
  expect(papers.map(({ title }) => title)).toEqual([TITLE, 'Quantum chemistry of lamps']);
  expect(papers[0].id).toBe('1');
  expect(papers[1].id).toMatch(/^quantum-chemistry-of-lamps-/);
  expect(reasons).toEqual(['the id 1 is that of another paper; this one gets another id']);
});

test('of two values the richer one is kept, and of equals the later one', () => {
  const { papers } = collect(
    {
      identifiers: { doi: '10.1000/x' },
      abstract: 'A whole abstract of some length.',
      authors: ['Chidi Okafor', 'Ada Li'],
      date: '2021-07-03',
      venue: 'Journal of Tides',
      categories: ['bio'],
      url: 'https://a.example/1',
      fields: { upvotes: 1, note: 'x' },
    },
    {
      identifiers: { doi: '10.1000/x', pmid: '5' },
      abstract: 'A whole abstract …',
      authors: ['C. Okafor', 'A. Li'],
      date: '2021',
      venue: 'arXiv',
      categories: ['geo', 'bio'],
      url: 'https://b.example/2',
      fields: { upvotes: 2 },
    },
  );
  expect(papers).toEqual([
    {
      id: '10.1000/x',
      title: TITLE,
      identifiers: { doi: '10.1000/x', pmid: '5' },
      abstract: 'A whole abstract of some length.',
      authors: ['Chidi Okafor', 'Ada Li'],
      date: '2021-07-03',
      venue: 'Journal of Tides',
      categories: ['bio', 'geo'],
      url: 'https://b.example/2',
      fields: { note: 'x', upvotes: 2 },
    },
  ]);
});

test('a paper gets the id and the address of an identifier', () => {
  expect(collect({ identifiers: { doi: '10.1000/x' } }).papers).toMatchObject([
    { id: '10.1000/x', url: 'https://doi.org/10.1000/x' },
  ]);
  expect(collect({ identifiers: { doi: '10.1000/x', arxivId: '2301.00001' } }).papers).toMatchObject([
    { id: '2301.00001', url: 'https://arxiv.org/abs/2301.00001' },
  ]);
  expect(collect({ identifiers: { pmid: '5' } }).papers).toMatchObject([{ id: 'pmid:5' }]);
});

test('any rows give each a paper or an issue, unique ids, and the same papers when they are read again', () => {
  const maybe = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
  const row = fc.record(
    {
      title: fc.constantFrom(TITLE, `${TITLE}s`, 'Another title', 'A third one, longer than the second one is'),
      id: maybe('a', 'b', '1', '2'),
      doi: maybe('10.1000/x', '10.1000/y'),
      arxivId: maybe('2301.00001', '2301.00002'),
      author: maybe('Ada Li', 'Bo Wu'),
    },
    { requiredKeys: ['title'] },
  );
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (rows) => {
      const written = rows.map(({ title, id, doi, arxivId, author }) => ({
        title,
        ...(id !== undefined && { id }),
        ...((doi ?? arxivId) !== undefined && {
          identifiers: { ...(doi !== undefined && { doi }), ...(arxivId !== undefined && { arxivId }) },
        }),
        ...(author !== undefined && { authors: [author] }),
      }));
      const { papers, issues } = collect(...written);
      const merged = issues.filter(({ kind }) => kind === 'merged').length;
      expect(papers.length + merged).toBe(rows.length);
      expect(new Set(papers.map(({ id }) => id)).size).toBe(papers.length);
    }),
    { numRuns: 500, seed: 17 },
  );
});
