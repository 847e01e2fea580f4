import { searchModes } from '../../../../pipeline/core/query/ast.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PaperResponse } from '../../../../server/schemas/papers.ts';
import { type SearchResponse, searchResponse } from '../../../../server/schemas/search.ts';
import { topicsResponse } from '../../../../server/schemas/topics.ts';
import { fetchAllPapers, httpGet, queryString } from '../../../fixtures/client.ts';
import { startSampleServer } from '../../../fixtures/sample-server.ts';

let server: Awaited<ReturnType<typeof startSampleServer>>;
/** In the order of their rows. */
let papers: PaperResponse[];
/** What each topic is a part of. */
let parentOf: Map<number, number | null>;

beforeAll(async () => {
  server = await startSampleServer();
  papers = await fetchAllPapers(server.url);
  const { tree } = topicsResponse.parse((await httpGet(`${server.url}/api/topics`)).body);
  parentOf = new Map(tree.map(({ id, parent }) => [id, parent]));
});
afterAll(() => server.stop());

async function page(q: string, more: Record<string, string | number> = {}): Promise<SearchResponse> {
  const { status, body, text } = await httpGet(`${server.url}/api/search?${queryString({ q, ...more })}`);
  expect(status, text).toBe(200);
  return searchResponse.parse(body);
}

/** Ids of all hits and of what stands behind them, read page by page. */
async function idsOf(q: string, mode = 'hybrid', limit = 200): Promise<string[]> {
  const ids: string[] = [];
  for (let offset = 0; ; offset += limit) {
    const { hits, total } = await page(q, { mode, limit, offset });
    ids.push(...hits.flatMap((hit) => [hit.id, ...hit.duplicates.map(({ id }) => id)]));
    if (offset + limit >= total) return ids;
  }
}

/** Whether a paper is in a topic or in any part of it. */
function isWithin({ leafTopic: leaf }: PaperResponse, topic: number): boolean {
  for (let id = leaf; id !== null; id = parentOf.get(id) ?? null) if (id === topic) return true;
  return false;
}

/** Areas with about half of the sample in them, and what they hold, told by hand. */
const left = 'within:r:-99,-99,0,99';
const isLeft = ({ x }: PaperResponse) => x <= 0;
/** The corner at the origin of a map cut by its diagonal. */
const isBelow = ({ x, y }: PaperResponse) => y < -x;
const below = 'l:-99,-99,99,-99,-99,99';

const textOf = ({ title, abstract }: PaperResponse) => `${title}\n${abstract}`;
const code =
  /\b(github|gitlab|bitbucket)\b|\bcode[\s,-]+is[\s-]+available\b|\bcodes?[\s-]+available\b|\bcode[\s-]+and[\s-]+data\b|\bsource[\s-]+codes?\b/i;
/** Filters, each with how it is told by hand. The dates of the sample are whole days. */
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

describe.each(filters)('%s', (filter, holds) => {
  test('lists what a reading of all papers gives', async () => {
    const expected = papers.filter(holds).map(({ id }) => id);
    expect((await idsOf(filter)).sort()).toEqual(expected.sort());
  });

  test('lets through every paper that like: finds and that it holds for, and no paper that it does not hold for', async () => {
    const [{ id }] = papers;
    const all = await idsOf(`like:${id}`);
    const through = await idsOf(`like:${id} ${filter}`);
    const expected = new Set(papers.filter(holds).map((paper) => paper.id));
    expect(through.filter((one) => !expected.has(one))).toEqual([]);
    // Among fewer papers the search reaches further down: it may find more than stand in the unfiltered answer.
    const found = new Set(through);
    expect(all.filter((one) => expected.has(one) && !found.has(one))).toEqual([]);
  });
});

test('every filter but that of a field the sample does not have keeps some papers and leaves some out', () => {
  const counts = filters.map(([filter, holds]) => [filter, papers.filter(holds).length] as const);
  const idle = counts.filter(([, count]) => count === 0 || count === papers.length).map(([filter]) => filter);
  expect(idle).toEqual(['author:levine', 'category:cs.CL']);
});

test('a topic is known by its name, whatever its capitals', async () => {
  const { topics } = topicsResponse.parse((await httpGet(`${server.url}/api/topics`)).body);
  expect(topics.length).toBeGreaterThan(3);
  for (const { id, name, size } of topics) {
    const found = await idsOf(`topic:"${name.toUpperCase()}"`);
    expect(found).toHaveLength(size);
    expect(found.sort()).toEqual((await idsOf(`topic:${id}`)).sort());
  }
});

test.each(searchModes)('words with filters find in %s mode only what the filters let through', async (mode) => {
  const allowed = new Set(
    papers.filter(({ date, authorCount }) => (date ?? '') >= '2023' && (authorCount ?? 0) > 3).map(({ id }) => id),
  );
  const found = await idsOf('agents that plan and reason since:2023 authors:>3', mode);
  expect(found.length).toBeGreaterThan(10);
  expect(found.filter((id) => !allowed.has(id))).toEqual([]);
});

test.each(searchModes)('words within an area find in %s mode only what lies in it', async (mode) => {
  const inside = new Set(papers.filter((paper) => isLeft(paper) && isBelow(paper)).map(({ id }) => id));
  const found = await idsOf(`agents that plan and reason ${left};*${below}`, mode);
  expect(found.length).toBeGreaterThan(10);
  expect(found.filter((id) => !inside.has(id))).toEqual([]);
});

test('a part of the map that speaks of a topic that there is not is refused, with its place', async () => {
  const { status, text } = await httpGet(`${server.url}/api/search?${queryString({ q: 'robots within:r:0,0,1,1;-t:999' })}`);
  expect(status).toBe(400);
  expect(text).toContain("character 8: 'within:r:0,0,1,1;-t:999' speaks of topic 999, which is none; there are ");
});

describe('the order', () => {
  const ordered = async (q: string) => (await page(q, { limit: 200 })).hits;
  const rowOf = (id: string) => papers.findIndex((paper) => paper.id === id);

  test.each(['agents that plan sort:date', 'has:code sort:date', 'has:code', 'authors:>3 sort:relevance'])(
    'of %j is the newest first, what has no date last, equals as in the input',
    async (q) => {
      const hits = await ordered(q);
      expect(hits.length).toBeGreaterThan(20);
      const expected = [...hits].sort(
        (a, b) => (b.date ?? '').localeCompare(a.date ?? '') || rowOf(a.id) - rowOf(b.id),
      );
      expect(hits.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    },
  );

  test.each(['agents that plan sort:comments', 'has:code sort:comments'])(
    'of %j is the most discussed first, what nobody counted last, equals by date and then as in the input',
    async (q) => {
      const hits = await ordered(q);
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

  test('changes which of the answers comes first, and not which they are', async () => {
    const plain = await idsOf('agents that plan');
    const byDate = await idsOf('agents that plan sort:date');
    expect(byDate).not.toEqual(plain);
    expect(byDate.sort()).toEqual(plain.sort());
  });
});

test.each([
  'since:2024',
  'agents that plan -survey authors:>2',
  'agents that plan sort:date has:code',
  '"reinforcement learning" sort:comments',
  'robot* -hand',
])('the pages of %j neither repeat nor drop a paper', async (q) => {
  for (const mode of searchModes) {
    const whole = await idsOf(q, mode);
    expect(whole.length).toBeGreaterThan(15);
    expect(new Set(whole).size).toBe(whole.length);
    expect(await idsOf(q, mode, 7)).toEqual(whole);
  }
});

test('a beginning finds what holds a word that begins so', async () => {
  const expected = papers.filter((paper) => /\brobot/i.test(textOf(paper))).map(({ id }) => id);
  expect(expected.length).toBeGreaterThan(50);
  expect((await idsOf('robot*', 'keyword')).sort()).toEqual(expected.sort());
});

test('what is left out together with what is asked for is every paper', async () => {
  const [holding, others] = [await idsOf('robot', 'keyword'), await idsOf('-robot', 'keyword')];
  expect(holding.length).toBeGreaterThan(50);
  expect([...holding, ...others].sort()).toEqual(papers.map(({ id }) => id).sort());
});
