import { describe, expect, test } from 'vitest';
import { PaperfieldError } from '../../../../pipeline/core/errors.ts';
import { noFieldColumns } from '../../../../pipeline/core/field-columns.ts';
import { aliasesNamedBy } from '../../../../pipeline/core/identifiers.ts';
import { parseQuery } from '../../../../pipeline/core/query/parser.ts';
import { printQuery } from '../../../../pipeline/core/query/printer.ts';
import { type InterpretationContext, interpretQuery } from '../../../../pipeline/search/prepare-query.ts';
import { createSpellingCorrector } from '../../../../pipeline/search/suggest/spelling.ts';
import { authorsOf } from '../../../fixtures/authors-of.ts';
import { buildIndex } from '../../../fixtures/small-vocabulary-papers.ts';

const TITLE = 'Medical segmentation without manual labels in 2024';
const papers = [
  { id: '2501.12948', title: TITLE, abstract: 'We segment images of cups.', authors: ['Grace Hopper', 'G. M. Hinton'] },
  {
    id: 'arxiv:2309.12288',
    title: 'Learning to grasp',
    abstract: 'Robots learn without rewards.',
    authors: ['Ada Li'],
  },
  { id: 'hep-th/9901001', title: 'Strings', abstract: 'Grasping at strings rather than loops.', authors: ['Ada Li'] },
  { id: '10.1000/xyz(2)', title: 'Diffusion', abstract: 'Diffusion transformers for robots and language models' },
  { id: 'learning-to-walk-1a2b', title: 'Walking', abstract: 'Robots learn walking from language models' },
  { id: 'grokking', title: 'Grokking', abstract: 'Models grok.' },
];
const index = { invertedIndex: buildIndex(papers) };
const authors = authorsOf(papers.map((paper) => paper.authors ?? []));
const context: InterpretationContext = {
  index,
  fields: {
    ...noFieldColumns,
    infos: [
      { name: 'upvotes', type: 'number', papers: 2 },
      { name: 'metrics.stars', type: 'number', papers: 1 },
      { name: 'venue', type: 'category', papers: 1 },
      { name: 'tags', type: 'list', papers: 1 },
      { name: 'author', type: 'text', papers: 1 },
    ],
  },
  authors: { ready: async () => authors },
  spelling: createSpellingCorrector(index.invertedIndex),
  now: () => new Date('2026-06-10T12:00:00Z'),
  paper: (row) => papers[row],
  rowOf(id) {
    const row = papers.findIndex((paper) => paper.id === id);
    return row < 0 ? undefined : row;
  },
  rowNamedBy(text) {
    const names = aliasesNamedBy(text);
    const row = papers.findIndex(({ id }) => id === text || names.some((name) => aliasesNamedBy(id).includes(name)));
    return row < 0 ? undefined : row;
  },
};

/** The query as it was understood, and what was interpreted: `kind used`, for spelling `typed>used`. */
async function interpreted(q: string) {
  const { query, interpretations } = await interpretQuery(context, q);
  const understood = interpretations.map(({ kind, typed, used }) =>
    typed === '' ? `${kind} ${used}` : `${typed}>${used}`,
  );
  for (const { kind, typed } of interpretations) expect(typed === '').toBe(kind !== 'spelling' && kind !== 'quotation');
  // The words of the query follow from its text.
  expect(parseQuery(printQuery(query))).toEqual(query);
  return { query: printQuery(query), understood };
}

describe('what a text quotes', () => {
  const prose = 'Which robots, large or small, "learn walking" from language models and never by';

  test('need not occur if the text has twelve other words', async () => {
    expect(await interpreted(`${prose} rewards?`)).toEqual({
      query: 'Which robots, large or small, learn walking from language models and never by rewards?',
      understood: ['"learn walking">learn walking'],
    });
  });

  test('must occur in a shorter text, and in one that is searched for literally', async () => {
    expect((await interpreted('"learn walking" robots')).query).toBe('"learn walking" robots');
    expect((await interpreted(prose)).understood).toEqual([]);
    expect((await interpreted(`${prose} rewards? match:literal`)).understood).toEqual([]);
  });
});

describe('a pasted citation', () => {
  const id = '2501.12948';
  test.each([
    ['APA', `Hopper, G., & Hinton, G. M. (2024). ${TITLE}. Journal of Cups, 3(2), 1–12.`],
    ['IEEE', `G. Hopper and G. M. Hinton, "${TITLE}," in Proc. Cups, 2024, pp. 1–12.`],
    ['Vancouver', `Hopper G, Hinton GM. ${TITLE}. J Cups. 2024;3(2):1-12.`],
    ['Nature', `1. Hopper, G. et al. ${TITLE}. J. Cups 3, 1–12 (2024).`],
    ['BibTeX', `@article{hopper2024, title={${TITLE}}, author={Hopper, Grace}, year={2024}}`],
    [
      'Chicago, in other case',
      `Hopper, Grace, and G. M. Hinton. “${TITLE.toUpperCase()}.” Journal of Cups 3 (2024): 1–12.`,
    ],
  ])('in the style of %s names its paper', async (_, text) => {
    expect(await interpreted(text)).toEqual({ query: id, understood: [`paper ${id}`] });
  });

  test.each([
    'Hopper, G. (2024). Medical segmentation of cups without labels. Journal of Cups, 3(2).',
    'robots that learn walking from language models, 2024, without rewards',
    'Learning to grasp, and walking in 2024, with strings',
  ])('%j names none: it is searched for', async (text) => {
    expect((await interpreted(text)).understood.filter((one) => one.startsWith('paper'))).toEqual([]);
  });
});

describe('the id or address of a paper', () => {
  test.each([
    ['arXiv:2501.12948', '2501.12948'],
    ['arxiv 2501.12948v2', '2501.12948'],
    ['2501.12948v12', '2501.12948'],
    ['arXiv:2501.12948v1 [cs.CL]', '2501.12948'],
    ['https://arxiv.org/abs/2501.12948', '2501.12948'],
    ['https://arxiv.org/abs/2501.12948v3', '2501.12948'],
    ['http://export.arxiv.org/pdf/2501.12948v1.pdf', '2501.12948'],
    ['arxiv.org/html/2501.12948v2#S3.F1', '2501.12948'],
    ['export.arxiv.org/abs/2501.12948', '2501.12948'],
    ['https://huggingface.co/papers/2501.12948?ref=mail', '2501.12948'],
    ['10.48550/arXiv.2501.12948', '2501.12948'],
    ['doi:10.48550/ARXIV.2501.12948', '2501.12948'],
    ['doi 10.48550/arXiv.2501.12948', '2501.12948'],
    ['https://doi.org/10.48550/arXiv.2501.12948', '2501.12948'],
    ['2309.12288', 'arxiv:2309.12288'],
    ['https://arxiv.org/abs/2309.12288v4', 'arxiv:2309.12288'],
    ['arXiv:hep-th/9901001v2', 'hep-th/9901001'],
    ['https://arxiv.org/abs/hep-th/9901001', 'hep-th/9901001'],
    ['10.48550/arXiv.hep-th/9901001', 'hep-th/9901001'],
    ['https://doi.org/10.1000/xyz(2)', '10.1000/xyz(2)'],
    ['https://example.org/papers/learning-to-walk-1a2b/', 'learning-to-walk-1a2b'],
    ['https://example.org/papers/learning%2Dto%2Dwalk%2D1a2b', 'learning-to-walk-1a2b'],
  ])('%j is understood as the paper %j', async (q, id) => {
    expect(await interpreted(q)).toEqual({ query: id, understood: [`paper ${id}`] });
  });

  test.each(['2501.12948', 'arxiv:2309.12288', 'hep-th/9901001', 'learning-to-walk-1a2b', 'grokking'])(
    '%j as the corpus writes it needs no interpretation',
    async (q) => expect(await interpreted(q)).toEqual({ query: q, understood: [] }),
  );

  test.each([
    '2501.99999',
    'arXiv:2501.129481',
    'version 3.2501.12948',
    'https://arxiv.org/abs/2501.12948.5',
    'https://arxiv.org/abs/2501.12948 robots',
    'robots 2501.12948',
    'arxiv grokking',
    'https://example.org/%E0%A4%A',
    'https://example.org/',
  ])('%j is none of the corpus', async (q) => {
    expect(await interpreted(q)).toEqual({ query: q, understood: [] });
  });

  test('is found among keys, which are kept', async () => {
    expect(await interpreted('since:2025 arXiv:2501.12948 -survey sort:date')).toEqual({
      query: 'since:2025 sort:date -survey 2501.12948',
      understood: ['paper 2501.12948'],
    });
  });
});

describe('the name of an author', () => {
  test.each([
    ['Grace Hopper', 'author:"Grace Hopper"'],
    ['hopper, grace', 'author:"Grace Hopper"'],
    ['papers on Grace Hopper', 'author:"Grace Hopper"'],
    ['Ada Li sort:comments', 'author:"Ada Li"'],
  ])('%j is understood as a filter', async (q, author) => {
    const { query, understood } = await interpreted(q);
    expect(understood).toEqual([`author ${author}`]);
    expect(query).toBe(`${author}${q.includes('sort:') ? ' sort:comments' : ''}`);
  });

  test.each(['Hopper', 'Grace', 'Grace Hinton', 'Grace Hopper robots', '"Grace Hopper"', 'G. Hopper'])(
    '%j is none, or is not all of the query',
    async (q) => expect(await interpreted(q)).toEqual({ query: q, understood: [] }),
  );

  test('after "by" is a filter for the rest of the query', async () => {
    expect(await interpreted('robots by G. Hinton')).toEqual({
      query: 'author:"G. Hinton" robots',
      understood: ['filter author:"G. Hinton"'],
    });
    expect(await interpreted('robots by Learning Models')).toEqual({
      query: 'robots by Learning Models',
      understood: [],
    });
  });
});

describe('dates, exclusions and spelling', () => {
  test.each([
    ['robots since October 2025', 'since:2025-10 robots', ['filter since:2025-10']],
    ['papers about robots from last month', 'since:2026-05-10 robots', ['filter since:2026-05-10']],
    ['segmentation other than medical images', '-"medical images" segmentation', ['exclusion -"medical images"']],
    ['robots without cups', '-cups robots', ['exclusion -cups']],
    ['robots without 3D', '-"3D" robots', ['exclusion -"3D"']],
    ['lerning langage modls', 'learning language models', ['lerning>learning', 'langage>language', 'modls>models']],
    [
      'Lerning robts except difusion since 2025 by Ada Li sort:date',
      'since:2025 author:"Ada Li" sort:date -difusion learning robots',
      ['filter since:2025 author:"Ada Li"', 'exclusion -difusion', 'Lerning>learning', 'robts>robots'],
    ],
    [
      'like:grokking -cups robts since 2025',
      'like:grokking since:2025 -cups robots',
      ['filter since:2025', 'robts>robots'],
    ],
  ])('in %j are understood: %j', async (q, query, understood) => {
    expect(await interpreted(q)).toEqual({ query, understood });
  });

  test.each([
    ['an expression that a paper uses', 'robots without rewards'],
    ['an expression that a paper uses in another inflection', 'robots without any reward'],
    ['an expression with "rather than" that a paper uses', 'strings rather than loops'],
    ['the title of a paper', TITLE],
    ['the title of a paper, inexactly', `${TITLE.toLowerCase().replace('labels', 'label')}!`],
    ['quoted words', '"lerning robts" "robots since 2025" “robots without cups”'],
    ['nothing but a date', 'since October 2025'],
    ['words without a date', 'robots in 20250 steps'],
    ['filters alone', 'since:2025 -robts'],
    ['a paper to be like', 'like:grokking'],
  ])('are not understood in %s: %j', async (_, q) => {
    const { query, understood } = await interpreted(q);
    expect(understood).toEqual([]);
    expect(query).toBe(printQuery(parseQuery(q)));
  });

  test('beside quoted words only spelling is corrected, and the quoted words stay', async () => {
    expect(await interpreted('"lerning robts" modls without cups since 2025')).toEqual({
      query: '"lerning robts" models without cups since 2025',
      understood: ['modls>models'],
    });
  });

  test('are understood in part of a title', async () => {
    expect(await interpreted('segmentation in 2024')).toEqual({
      query: 'since:2024 until:2024 segmentation',
      understood: ['filter since:2024 until:2024'],
    });
  });

  test('are not understood in a pasted abstract of more than 160 characters', async () => {
    const sentence = 'Lerning robts without cups by Ada Li since 2025. ';
    const short = sentence.repeat(3).padEnd(160, 'x');
    expect((await interpreted(short)).understood).not.toEqual([]);
    for (const long of [`${short}x`, sentence.repeat(20).trim()]) {
      expect(await interpreted(long)).toEqual({ query: long, understood: [] });
    }
  });
});

test.each([
  'arXiv:2501.12948',
  'Grace Hopper',
  'papers about robts since 2025',
  'robots without cups',
  'lerning "langage modls"',
])('with match:literal nothing is understood otherwise than typed: %j', async (q) => {
  expect((await interpreted(q)).query).not.toBe(q);
  expect(await interpreted(`${q} match:literal`)).toEqual({ query: `match:literal ${q}`, understood: [] });
  expect(await interpreted(`match:literal ${q}`)).toEqual({ query: `match:literal ${q}`, understood: [] });
});

test('a query that cannot be parsed is rejected', async () => {
  await expect(interpretQuery(context, 'robots since:20x5')).rejects.toThrow(PaperfieldError);
});

test.each([
  ['lerning robts', 'lerning robts'],
  ['robts without cups since 2025 by Ada Li -survey', 'robts without cups'],
  ['transf* "lerning robts" of gra*', 'lerning robts of'],
  ['transf*', ''],
  ['Grace Hopper', ''],
  ['papers about Roboter', 'Roboter'],
  ['match:literal papers about Roboter', 'papers about Roboter'],
])(
  'the language of %j is that of %j: words as typed, without dates, authors and incomplete words',
  async (q, words) => {
    expect((await interpretQuery(context, q)).typedWords).toBe(words);
  },
);

test('a query of no words is left as it is', async () => {
  for (const q of ['', '!?', '…']) expect(await interpreted(q)).toEqual({ query: q, understood: [] });
});

describe('columns', () => {
  test.each([
    ['upvotes:>50 robots', 'upvotes:>50 robots'],
    ['robots metrics.stars:5 field.author:x', null],
    // What only looks like a column stays text.
    ['robots learn:walking', 'robots learn:walking'],
    ['schema.org:Person', 'schema.org:Person'],
    ['Medical:segmentation without manual labels', 'Medical:segmentation without manual labels'],
    ['medical segmentation:without manual labels in 2024', 'medical segmentation:without manual labels in 2024'],
    [`${'robots that learn '.repeat(20)} nosuch:thing`, `${'robots that learn '.repeat(20)} nosuch:thing`],
  ])('%j', async (q, text) => {
    if (text === null) await expect(interpretQuery(context, q)).rejects.toThrow();
    else expect(printQuery((await interpretQuery(context, q)).query)).toBe(text.replace(/ +/g, ' '));
  });

  test('a query that is searched for literally keeps what only looks like a column as text', async () => {
    const { query } = await interpretQuery(context, 'nosuch:thing match:literal');
    expect(query).toMatchObject({ text: 'nosuch:thing', filters: [], literal: true });
  });

  const remedy = 'to search for it as words, write a space after the colon or add match:literal';
  test.each([
    ['🤖 upvotse:>50', `character 3: 'upvotse:>50' isn't a column of these papers; nearest: upvotes; ${remedy}`],
    ['robots autor:hinton', `character 8: 'autor:hinton' isn't a column of these papers; nearest: author; ${remedy}`],
    [
      '-zzz:1',
      `character 1: '-zzz:1' isn't a column of these papers; there are: upvotes, metrics.stars, venue; ${remedy}`,
    ],
    [
      'metrics.starz:>3',
      `character 1: 'metrics.starz:>3' isn't a column of these papers; nearest: metrics.stars; ${remedy}`,
    ],
    ['has:upvote', `character 1: 'has:upvote' isn't a column of these papers; nearest: upvotes; ${remedy}`],
    ['sort:upvots', "character 1: 'sort:upvots' isn't a column of these papers; nearest: upvotes"],
    ['x sort:tags', "character 3: 'sort:tags' can't be sorted by, because its values are lists"],
    [
      'upvotes:many',
      "character 1: 'upvotes:many' isn't a number or a range; write upvotes:50, upvotes:>50 or upvotes:10..50",
    ],
    [
      'upvotes:50..10',
      "character 1: 'upvotes:50..10' isn't a number or a range; write upvotes:50, upvotes:>50 or upvotes:10..50",
    ],
  ])('%j is refused with its position and a remedy', async (q, message) => {
    await expect(interpretQuery(context, q)).rejects.toEqual(new PaperfieldError('bad_request', message));
  });
});
