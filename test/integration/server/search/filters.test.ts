import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { searchModes } from '../../../../pipeline/core/query/ast.ts';
import type { PaperResponse } from '../../../../server/schemas/papers.ts';
import { type SearchResponse, searchResponse } from '../../../../server/schemas/search.ts';
import { topicsResponse } from '../../../../server/schemas/topics.ts';
import { fetchAllPapers, httpGet, queryString } from '../../../fixtures/client.ts';
import { startSampleServer } from '../../../fixtures/sample-server.ts';

let server: Awaited<ReturnType<typeof startSampleServer>>;
/** By row. */
let papers: PaperResponse[];
/** The parent of each topic. */
let parentOf: Map<number, number | null>;

beforeAll(async () => {
  server = await startSampleServer();
  papers = await fetchAllPapers(server.url);
  const { tree } = topicsResponse.parse((await httpGet(`${server.url}/api/topics`)).body);
  parentOf = new Map(tree.map(({ id, parent }) => [id, parent]));
});
afterAll(() => server.stop());

async function search(q: string, more: Record<string, string | number> = {}): Promise<SearchResponse> {
  const { status, body, text } = await httpGet(`${server.url}/api/search?${queryString({ q, ...more })}`);
  expect(status, text).toBe(200);
  return searchResponse.parse(body);
}

/** The ids of all hits and of their duplicates, read page by page. */
async function idsOf(q: string, mode = 'hybrid', limit = 200): Promise<string[]> {
  const ids: string[] = [];
  for (let offset = 0; ; offset += limit) {
    const { hits, total } = await search(q, { mode, limit, offset });
    ids.push(...hits.flatMap((hit) => [hit.id, ...hit.duplicates.map(({ id }) => id)]));
    if (offset + limit >= total) return ids;
  }
}

/** Whether a paper is in a topic or one of its subtopics. */
function isWithin({ leafTopic: leaf }: PaperResponse, topic: number): boolean {
  for (let id = leaf; id !== null; id = parentOf.get(id) ?? null) if (id === topic) return true;
  return false;
}

/** Areas with about half of the sample in them, and tests whether a paper is in them. */
const left = 'within:r:-99,-99,0,99';
const isLeft = ({ x }: PaperResponse) => x <= 0;
/** One side of the diagonal. */
const isBelow = ({ x, y }: PaperResponse) => y < -x;
const below = 'l:-99,-99,99,-99,-99,99';

const textOf = ({ title, abstract }: PaperResponse) => `${title}\n${abstract}`;
const code =
  /\b(github|gitlab|bitbucket)\b|\bcode[\s,-]+is[\s-]+available\b|\bcodes?[\s-]+available\b|\bcode[\s-]+and[\s-]+data\b|\bsource[\s-]+codes?\b/i;
/** Filters, each with a test that is written independently. All dates of the sample are days. */
const filters: [string, (paper: PaperResponse) => boolean][] = [
  ['since:2024', ({ date }) => (date ?? '') >= '2024'],
  ['since:2024-03', ({ date }) => (date ?? '') >= '2024-03'],
  ['until:2023-07-17', ({ date }) => date !== null && date <= '2023-07-17'],
  ['until:2023', ({ date }) => date !== null && date < '2024'],
  ['since:2024-02 until:2024-06', ({ date }) => date !== null && date >= '2024-02' && date < '2024-07'],
  ['since:2023 since:2025', ({ date }) => (date ?? '') >= '2025'],
  ['topic:0', (paper) => isWithin(paper, 0)],
  ['topic:1', (paper) => isWithin(paper, 1)],
  ['topic:0 topic:5', (paper) => isWithin(paper, 0) || isWithin(paper, 5)],
  ['-topic:0', (paper) => !isWithin(paper, 0)],
  ['topic:none', ({ topic }) => topic === null],
  ['org:nvidia', ({ organization }) => organization?.slug === 'nvidia'],
  ['org:"UC Berkeley"', ({ organization }) => organization?.name === 'UC Berkeley'],
  ['ORG:nvidia org:berkeley', ({ organization }) => ['nvidia', 'Berkeley'].includes(organization?.slug ?? '')],
  ['-org:NVIDIA', ({ organization }) => organization?.slug !== 'nvidia'],
  ['author:levine', ({ authors }) => authors?.some((name) => /\bLevine\b/i.test(name)) ?? false],
  ['category:cs.CL', ({ categories }) => categories?.includes('cs.CL') ?? false],
  ['authors:8', ({ authorCount }) => authorCount === 8],
  ['authors:>8', ({ authorCount }) => authorCount !== null && authorCount > 8],
  ['authors:<=3', ({ authorCount }) => authorCount !== null && authorCount <= 3],
  ['authors:>=4 authors:<7', ({ authorCount }) => authorCount !== null && authorCount >= 4 && authorCount < 7],
  ['comments:>=2', ({ comments }) => comments !== null && comments >= 2],
  ['comments:<2', ({ comments }) => comments !== null && comments < 2],
  ['has:code', (paper) => code.test(textOf(paper))],
  ['-has:code', (paper) => !code.test(textOf(paper))],
  [left, isLeft],
  [`-${left}`, (paper) => !isLeft(paper)],
  [`within:${below}`, isBelow],
  [`${left};*${below} since:2023`, (paper) => isLeft(paper) && isBelow(paper) && (paper.date ?? '') >= '2023'],
  [`${left};-${below}`, (paper) => isLeft(paper) && !isBelow(paper)],
  ['within:t:0;r:0,-99,99,99', (paper) => isWithin(paper, 0) || paper.x >= 0],
  ['within:p:hindsight-experience-replay-755eb3da,nobody', ({ id }) => id === 'hindsight-experience-replay-755eb3da'],
  ['-robot*', (paper) => !/\brobot/i.test(textOf(paper))],
  ['-"reinforcement learning"', (paper) => !/reinforcement[\s-]+learn(ing|ed|s)?\b/i.test(textOf(paper))],
  [
    'since:2023 authors:>5 -robot*',
    (p) => (p.date ?? '') >= '2023' && (p.authorCount ?? 0) > 5 && !/\brobot/i.test(textOf(p)),
  ],
];

describe.each(filters)('%s', (filter, passes) => {
  test('lists all papers that pass the test', async () => {
    const expected = papers.filter(passes).map(({ id }) => id);
    expect((await idsOf(filter)).sort()).toEqual(expected.sort());
  });

  test('keeps all hits of like: that pass the test, and no other paper', async () => {
    const [{ id }] = papers;
    const all = await idsOf(`like:${id}`);
    const kept = await idsOf(`like:${id} ${filter}`);
    const expected = new Set(papers.filter(passes).map((paper) => paper.id));
    expect(kept.filter((hit) => !expected.has(hit))).toEqual([]);
    // A filtered search may have more hits than that: it retrieves as many candidates from fewer papers.
    const keptIds = new Set(kept);
    expect(all.filter((hit) => expected.has(hit) && !keptIds.has(hit))).toEqual([]);
  });
});

test('every filter keeps some papers and excludes some, except for fields that the sample does not have', () => {
  const counts = filters.map(([filter, passes]) => [filter, papers.filter(passes).length] as const);
  const withoutEffect = counts.filter(([, count]) => count === 0 || count === papers.length).map(([filter]) => filter);
  expect(withoutEffect).toEqual(['author:levine', 'category:cs.CL']);
});

test('a topic can be given by its name, in any case', async () => {
  const { topics } = topicsResponse.parse((await httpGet(`${server.url}/api/topics`)).body);
  expect(topics.length).toBeGreaterThan(3);
  for (const { id, name, size } of topics) {
    const found = await idsOf(`topic:"${name.toUpperCase()}"`);
    expect(found).toHaveLength(size);
    expect(found.sort()).toEqual((await idsOf(`topic:${id}`)).sort());
  }
});

test.each(searchModes)(
  'a search for words with filters has only hits that pass the filters, in %s mode',
  async (mode) => {
    const allowed = new Set(
      papers.filter(({ date, authorCount }) => (date ?? '') >= '2023' && (authorCount ?? 0) > 3).map(({ id }) => id),
    );
    const found = await idsOf('agents that plan and reason since:2023 authors:>3', mode);
    expect(found.length).toBeGreaterThan(10);
    expect(found.filter((id) => !allowed.has(id))).toEqual([]);
  },
);

test.each(searchModes)('a search for words within an area has only hits in the area, in %s mode', async (mode) => {
  const inside = new Set(papers.filter((paper) => isLeft(paper) && isBelow(paper)).map(({ id }) => id));
  const found = await idsOf(`agents that plan and reason ${left};*${below}`, mode);
  expect(found.length).toBeGreaterThan(10);
  expect(found.filter((id) => !inside.has(id))).toEqual([]);
});

test('a region with an unknown topic gets a 400 with its position', async () => {
  const { status, text } = await httpGet(
    `${server.url}/api/search?${queryString({ q: 'robots within:r:0,0,1,1;-t:999' })}`,
  );
  expect(status).toBe(400);
  expect(text).toContain("character 8: 'within:r:0,0,1,1;-t:999' names topic 999, which doesn't exist; there are ");
});

describe('the order of hits', () => {
  const hitsOf = async (q: string) => (await search(q, { limit: 200 })).hits;
  const rowOf = (id: string) => papers.findIndex((paper) => paper.id === id);

  test.each(['agents that plan sort:date', 'has:code sort:date', 'has:code', 'authors:>3 sort:relevance'])(
    'of %j is by date, the newest first, papers without a date last, equal dates by row',
    async (q) => {
      const hits = await hitsOf(q);
      expect(hits.length).toBeGreaterThan(20);
      const expected = [...hits].sort(
        (a, b) => (b.date ?? '').localeCompare(a.date ?? '') || rowOf(a.id) - rowOf(b.id),
      );
      expect(hits.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    },
  );

  test.each(['agents that plan sort:comments', 'has:code sort:comments'])(
    'of %j is by comments, the most first, unknown numbers last, equal numbers by date and row',
    async (q) => {
      const hits = await hitsOf(q);
      expect(hits.length).toBeGreaterThan(20);
      const expected = [...hits].sort(
        (a, b) =>
          (b.comments ?? -1) - (a.comments ?? -1) ||
          (b.date ?? '').localeCompare(a.date ?? '') ||
          rowOf(a.id) - rowOf(b.id),
      );
      expect(hits.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    },
  );

  test('does not change which papers are hits', async () => {
    const byRelevance = await idsOf('agents that plan');
    const byDate = await idsOf('agents that plan sort:date');
    expect(byDate).not.toEqual(byRelevance);
    expect(byDate.sort()).toEqual(byRelevance.sort());
  });
});

test.each([
  'since:2024',
  'agents that plan -survey authors:>2',
  'agents that plan sort:date has:code',
  '"reinforcement learning" sort:comments',
  'robot* -hand',
])('the pages of %j neither repeat nor skip a paper', async (q) => {
  for (const mode of searchModes) {
    const onePage = await idsOf(q, mode);
    expect(onePage.length).toBeGreaterThan(15);
    expect(new Set(onePage).size).toBe(onePage.length);
    expect(await idsOf(q, mode, 7)).toEqual(onePage);
  }
});

test('a prefix finds the papers with a word that starts with it', async () => {
  const expected = papers.filter((paper) => /\brobot/i.test(textOf(paper))).map(({ id }) => id);
  expect(expected.length).toBeGreaterThan(50);
  expect((await idsOf('robot*', 'keyword')).sort()).toEqual(expected.sort());
});

test('the hits of a word and of its negation are together all papers', async () => {
  const [withWord, without] = [await idsOf('robot', 'keyword'), await idsOf('-robot', 'keyword')];
  expect(withWord.length).toBeGreaterThan(50);
  expect([...withWord, ...without].sort()).toEqual(papers.map(({ id }) => id).sort());
});
