import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { searchModes } from '../../../../pipeline/core/query/ast.ts';
import type { PaperResponse } from '../../../../server/schemas/papers.ts';
import { type FacetsResponse, facetsResponse, searchResponse } from '../../../../server/schemas/search.ts';
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

/** All hits of a search, read page by page. */
async function allHits(q: string, mode = 'hybrid'): Promise<PaperResponse[]> {
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

/** Values and the number of papers that have them, the most frequent first. */
function countValues(values: readonly (string | undefined)[]): [string, number][] {
  const counts: Record<string, number> = {};
  for (const value of values) if (value !== undefined) counts[value] = (counts[value] ?? 0) + 1;
  return Object.entries(counts).sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
}

const queries = ['robots that grasp', 'reinforcement learning', 'since:2024', 'topic:1', 'org:nvidia'];

describe.each(searchModes)('facets in %s mode', (mode) => {
  test.each(queries)('of %j equal counts over all pages of the search', async (q) => {
    const found = await allHits(q, mode);
    expect(found.length).toBeGreaterThan(0);
    const facets = await facetsOf(q, mode);
    expect(facets.total).toBe(found.length);
    for (const { id, count } of facets.topics) expect(found.filter((paper) => isWithin(paper, id))).toHaveLength(count);
    expect(facets.organizations.map(({ name, count }) => [name, count])).toEqual(
      // Equal counts are sorted by slug, not by name.
      countValues(found.map(({ organization }) => organization?.slug.toLowerCase()))
        .slice(0, 12)
        .map(([slug, count]) => [
          found.find((paper) => paper.organization?.slug.toLowerCase() === slug)?.organization?.name,
          count,
        ]),
    );
    const authors = countValues(
      found.flatMap(({ authors }) => [...new Set(authors?.map((name) => name.toLowerCase()))]),
    );
    const highest = authors.slice(0, 12).map(([, count]) => count);
    expect(facets.authors.map(({ count }) => count)).toEqual(highest);
    for (const { name, count } of facets.authors) expect(authors).toContainEqual([name.toLowerCase(), count]);
    const months = countValues(found.map(({ date }) => date?.slice(0, 7))).sort(([a], [b]) => (a < b ? 1 : -1));
    expect(facets.dates.map(({ date, count }) => [date, count])).toEqual(months);
  });
});

test('topics are sorted by count, none is a subtopic of another, and together they have nearly all hits', async () => {
  const { topics, total } = await facetsOf('reinforcement learning');
  expect(topics.length).toBeGreaterThan(2);
  expect(topics.map(({ count }) => count)).toEqual(topics.map(({ count }) => count).toSorted((a, b) => b - a));
  for (const { id } of topics)
    for (let ancestor = parentOf.get(id) ?? null; ancestor !== null; ancestor = parentOf.get(ancestor) ?? null)
      expect(topics.map((topic) => topic.id)).not.toContain(ancestor);
  expect(topics.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(0.8 * total);
});

test('if all hits are in one topic, its subtopics are counted', async () => {
  const topic = (await facetsOf('since:1900')).topics[0];
  const { topics } = await facetsOf(`topic:${topic.id}`);
  expect(topics.length).toBeGreaterThan(1);
  for (const { id } of topics) expect(parentOf.get(id)).toBe(topic.id);
});

test('if no paper is about the query, there are no facets', async () => {
  const facets = await facetsOf('how to bake sourdough bread');
  expect(facets).toMatchObject({ total: 0, topics: [], organizations: [], categories: [], dates: [] });
});

test.each([
  ['', 400],
  ['since:20x5', 400],
  ['like:nobody', 404],
])('%j gets the same error as in a search: %i', async (q, status) => {
  const [facets, search] = await Promise.all(
    ['facets', 'search'].map((endpoint) => httpGet(`${server.url}/api/${endpoint}?${queryString({ q })}`)),
  );
  expect([facets.status, search.status]).toEqual([status, status]);
  expect(facets.body).toEqual(search.body);
});
