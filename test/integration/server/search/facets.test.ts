import { searchModes } from '../../../../pipeline/core/query/ast.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FacetsResponse, facetsResponse, searchResponse } from '../../../../server/schemas/search.ts';
import type { PaperResponse } from '../../../../server/schemas/papers.ts';
import { topicsResponse } from '../../../../server/schemas/topics.ts';
import { fetchAllPapers, httpGet, queryString } from '../../../fixtures/client.ts';
import { startSampleServer } from '../../../fixtures/sample-server.ts';

let server: Awaited<ReturnType<typeof startSampleServer>>;
let papers: Map<string, PaperResponse>;
let parentOf: Map<number, number | null>;

beforeAll(async () => {
  server = await startSampleServer();
  papers = new Map((await fetchAllPapers(server.url)).map((paper) => [paper.id, paper]));
  const { tree } = topicsResponse.parse((await httpGet(`${server.url}/api/topics`)).body);
  parentOf = new Map(tree.map(({ id, parent }) => [id, parent]));
});
afterAll(() => server.stop());

async function facetsOf(q: string, mode = 'hybrid'): Promise<FacetsResponse> {
  const { status, body, text } = await httpGet(`${server.url}/api/facets?${queryString({ q, mode })}`);
  expect(status, text).toBe(200);
  return facetsResponse.parse(body);
}

/** Every paper that search finds, read page by page. */
async function foundBy(q: string, mode = 'hybrid'): Promise<PaperResponse[]> {
  const found: PaperResponse[] = [];
  for (let offset = 0; ; offset += 100) {
    const { body } = await httpGet(`${server.url}/api/search?${queryString({ q, mode, limit: 100, offset })}`);
    const { hits, total } = searchResponse.parse(body);
    found.push(...hits.map(({ id }) => papers.get(id) as PaperResponse));
    if (offset + 100 >= total) return found;
  }
}

function isWithin({ leafTopic: leaf }: PaperResponse, topic: number): boolean {
  for (let id = leaf; id !== null; id = parentOf.get(id) ?? null) if (id === topic) return true;
  return false;
}

/** The values that most papers have, counted by reading each of them. */
function tally(values: readonly (string | undefined)[]): [string, number][] {
  const counts: Record<string, number> = {};
  for (const value of values) if (value !== undefined) counts[value] = (counts[value] ?? 0) + 1;
  return Object.entries(counts).sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
}

const queries = ['robots that grasp', 'reinforcement learning', 'since:2024', 'topic:1', 'org:nvidia'];

describe.each(searchModes)('facets in %s mode', (mode) => {
  test.each(queries)('of %j count what a reading of every page of the answer counts', async (q) => {
    const found = await foundBy(q, mode);
    expect(found.length).toBeGreaterThan(0);
    const facets = await facetsOf(q, mode);
    expect(facets.total).toBe(found.length);
    for (const { id, papers } of facets.topics)
      expect(found.filter((paper) => isWithin(paper, id))).toHaveLength(papers);
    expect(facets.organizations.map(({ name, papers }) => [name, papers])).toEqual(
      // Of equals the one whose slug comes first: names may stand in another order.
      tally(found.map(({ organization }) => organization?.slug.toLowerCase()))
        .slice(0, 12)
        .map(([slug, count]) => [
          found.find((one) => one.organization?.slug.toLowerCase() === slug)?.organization?.name,
          count,
        ]),
    );
    const written = tally(found.flatMap(({ authors }) => [...new Set(authors?.map((name) => name.toLowerCase()))]));
    const most = written.slice(0, 12).map(([, count]) => count);
    expect(facets.authors.map(({ papers }) => papers)).toEqual(most);
    for (const { name, papers } of facets.authors) expect(written).toContainEqual([name.toLowerCase(), papers]);
    const months = tally(found.map(({ date }) => date?.slice(0, 7))).sort(([a], [b]) => (a < b ? 1 : -1));
    expect(facets.dates.map(({ date, papers }) => [date, papers])).toEqual(months);
  });
});

test('topics stand by their papers, none is part of another, and together they hold nearly all', async () => {
  const { topics, total } = await facetsOf('reinforcement learning');
  expect(topics.length).toBeGreaterThan(2);
  expect(topics.map(({ papers }) => papers)).toEqual(topics.map(({ papers }) => papers).toSorted((a, b) => b - a));
  for (const { id } of topics)
    for (let above = parentOf.get(id) ?? null; above !== null; above = parentOf.get(above) ?? null)
      expect(topics.map((topic) => topic.id)).not.toContain(above);
  expect(topics.reduce((sum, { papers }) => sum + papers, 0)).toBeGreaterThan(0.8 * total);
});

test('where one topic holds every paper its parts are told', async () => {
  const whole = (await facetsOf('since:1900')).topics[0];
  const { topics } = await facetsOf(`topic:${whole.id}`);
  expect(topics.length).toBeGreaterThan(1);
  for (const { id } of topics) expect(parentOf.get(id)).toBe(whole.id);
});

test('where nothing is about the question there is nothing to narrow', async () => {
  const facets = await facetsOf('how to bake sourdough bread');
  expect(facets).toMatchObject({ total: 0, topics: [], organizations: [], categories: [], dates: [] });
});

test.each([
  ['', 400],
  ['since:20x5', 400],
  ['like:nobody', 404],
])('%j gets what search says of it: %i', async (q, status) => {
  const [facets, search] = await Promise.all(
    ['facets', 'search'].map((kind) => httpGet(`${server.url}/api/${kind}?${queryString({ q })}`)),
  );
  expect([facets.status, search.status]).toEqual([status, status]);
  expect(facets.body).toEqual(search.body);
});
