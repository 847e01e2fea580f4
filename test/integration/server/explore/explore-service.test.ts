import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { draftResponse, hiddenGemsResponse, readingPathResponse } from '../../../../server/schemas/explore.ts';
import { mapResponse } from '../../../../server/schemas/map.ts';
import type { PaperResponse } from '../../../../server/schemas/papers.ts';
import { topicsResponse } from '../../../../server/schemas/topics.ts';
import { fetchAllPapers, httpGet, postJson, queryString } from '../../../fixtures/client.ts';
import { startSampleServer } from '../../../fixtures/sample-server.ts';

let server: Awaited<ReturnType<typeof startSampleServer>>;
let papers: PaperResponse[];

beforeAll(async () => {
  server = await startSampleServer();
  papers = await fetchAllPapers(server.url);
});
afterAll(() => server.stop());

async function get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const { status, body, text } = await httpGet(`${server.url}${path}`);
  expect(status, text).toBe(200);
  const parsed = schema.parse(body);
  expect(body).toEqual(parsed);
  return parsed;
}

describe('a reading path', () => {
  const pathOf = (from: string, to: string) => get(`/api/path?${queryString({ from, to })}`, readingPathResponse);

  test('leads from one paper to the other along kNN edges, with terms that both ends share', async () => {
    for (let i = 0; i < 300; i += 15) {
      const [from, to] = [papers[i], papers[(i * 7 + 100) % 326]];
      const path = await pathOf(from.id, to.id);
      expect([path.papers[0].id, path.papers.at(-1)?.id]).toEqual([from.id, to.id]);
      expect(path.edges).toHaveLength(path.papers.length - 1);
      expect(path.papers.length).toBeLessThanOrEqual(12);
      path.edges.forEach((edge, i) => {
        const [first, second] = [path.papers[i], path.papers[i + 1]].map(
          ({ id }) => papers.find((paper) => paper.id === id) as PaperResponse,
        );
        const edges = [
          ...first.neighbors.filter(({ id }) => id === second.id),
          ...second.neighbors.filter(({ id }) => id === first.id),
        ];
        expect(edges.map(({ similarity }) => similarity)).toContain(edge.similarity);
        expect(edge.isBridge).toBe(false);
        expect(edge.sharedTerms.length).toBeGreaterThan(0);
        const text = `${second.title}\n${second.abstract}`.normalize('NFKD').toLowerCase();
        for (const word of edge.sharedTerms) expect(text).toContain(word.toLowerCase());
      });
    }
  });

  test('is the same in both directions, and one paper from a paper to itself', async () => {
    const [there, back] = [await pathOf(papers[3].id, papers[200].id), await pathOf(papers[200].id, papers[3].id)];
    expect(back.papers.map(({ id }) => id)).toEqual(there.papers.map(({ id }) => id).reverse());
    const trivial = await pathOf(papers[3].id, papers[3].id);
    expect(trivial.papers.map(({ id }) => id)).toEqual([papers[3].id]);
    expect(trivial.edges).toEqual([]);
  });

  test.each(['', '?from=', '?from=a', '?to=a'])('/api/path%s gets a 400', async (query) => {
    expect((await httpGet(`${server.url}/api/path${query}`)).status).toBe(400);
  });

  test('to an unknown paper gets a 404 that names it', async () => {
    const response = await httpGet(`${server.url}/api/path?${queryString({ from: papers[0].id, to: 'nobody' })}`);
    expect([response.status, response.text.includes("'nobody'")]).toEqual([404, true]);
  });
});

describe('hidden gems', () => {
  test('have fewer comments than expected, and the position of the paper', async () => {
    const { gems, measure, papersWithCount, isAvailable, total } = await get('/api/gems', hiddenGemsResponse);
    expect(measure).toBe('comments');
    expect(papersWithCount).toBe(papers.filter(({ comments }) => comments !== null).length);
    expect([isAvailable, total]).toEqual([true, gems.length]);
    expect(gems.length).toBeGreaterThan(2);
    for (const { id, count, expectedCount, x, y, topic } of gems) {
      expect(papers.find((paper) => paper.id === id)).toMatchObject({ comments: count, x, y, topic });
      expect(expectedCount - count).toBeGreaterThan(0.9);
    }
  });

  test('of a topic or since a date are those of all gems that are in it or not older', async () => {
    const all = (await get('/api/gems', hiddenGemsResponse)).gems;
    const { topics } = await get('/api/topics', topicsResponse);
    const inTopics = await Promise.all(topics.map(({ id }) => get(`/api/gems?topic=${id}`, hiddenGemsResponse)));
    inTopics.forEach(({ gems }, i) => {
      expect(gems).toEqual(all.filter(({ topic }) => topic === topics[i].id));
    });
    const recent = await get('/api/gems?since=2025-06', hiddenGemsResponse);
    expect(recent.gems).toEqual(all.filter(({ date }) => (date ?? '') >= '2025-06'));
    expect(recent.gems.length).toBeGreaterThan(0);
    expect((await get('/api/gems?limit=1', hiddenGemsResponse)).gems).toEqual(all.slice(0, 1));
  });

  test.each([
    ['topic=9999', 404],
    ['topic=x', 400],
    ['since=yesterday', 400],
    ['limit=0', 400],
  ])('/api/gems?%s gets a %i', async (query, status) => {
    expect((await httpGet(`${server.url}/api/gems?${query}`)).status).toBe(status);
  });
});

describe('a draft', () => {
  const send = (body: unknown) => postJson(`${server.url}/api/draft`, body);
  const place = async (title: string, abstract: string) => {
    const { status, body, text, headers } = await send({ title, abstract });
    expect(status, text).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    const response = draftResponse.parse(body);
    expect(body).toEqual(response);
    return response;
  };

  test('that is a paper of the corpus is a duplicate of that paper, and has its position', async () => {
    for (const paper of papers.filter((_, row) => row % 16 === 0)) {
      const draft = await place(paper.title, paper.abstract);
      expect(draft.status).toBe('answered');
      expect(draft.novelty?.duplicates.map(({ id }) => id)).toContain(paper.id);
      expect(draft.novelty?.percentile).toBeLessThan(0.03);
      expect(draft.neighbors).toHaveLength(15);
      expect(draft.hits[0].id).toBe(paper.id);
      const mapNeighbors = draft.neighbors.filter(({ isMapNeighbor }) => isMapNeighbor).length;
      expect(draft.position?.neighborRecall).toBeCloseTo(mapNeighbors / 15, 3);
      const duplicates = papers.filter(({ id }) => draft.novelty?.duplicates.some((duplicate) => duplicate.id === id));
      expect(duplicates.map(({ x, y }) => [x, y])).toContainEqual([draft.position?.x, draft.position?.y]);
    }
  });

  test('has the topics of its neighbors with their shares, and a position at least as good as the median of the neighbors', async () => {
    const draft = await place('', 'A robot arm learns to grasp unknown objects from camera images by reinforcement.');
    const topicOf = new Map(papers.map(({ id, topic }) => [id, topic]));
    const topicsOfNeighbors = draft.neighbors.map(({ id }) => topicOf.get(id));
    for (const { id, share } of draft.topics) {
      expect(share).toBeCloseTo(topicsOfNeighbors.filter((topic) => topic === id).length / 15, 3);
    }
    const shares = draft.topics.map(({ share }) => share);
    const { ids, x, y } = await get('/api/map', mapResponse);
    const rows = draft.neighbors.map(({ id }) => ids.indexOf(id));
    const median = (axis: readonly number[]) => rows.map((row) => axis[row]).sort((a, b) => a - b)[7];
    const recallAt = (position: { x: number; y: number }) => {
      const distances = ids.map((_, row) => Math.hypot(x[row] - position.x, y[row] - position.y));
      const radius = distances.toSorted((a, b) => a - b)[49];
      return rows.filter((row) => distances[row] <= radius).length / 15;
    };
    expect(draft.position?.neighborRecall).toBeCloseTo(recallAt(draft.position ?? { x: 0, y: 0 }), 3);
    expect(draft.position?.neighborRecall).toBeGreaterThanOrEqual(recallAt({ x: median(x), y: median(y) }) - 1e-4);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1.001);
    expect(draft.novelty?.duplicates).toEqual([]);
    expect(draft.novelty?.percentile).toBeGreaterThan(0.1);
    expect(draft.hits.length).toBeGreaterThan(3);
    expect(draft.hits[0].snippet.highlights.length + draft.hits[0].snippet.semanticHighlights.length).toBeGreaterThan(
      0,
    );
  });

  test('that no paper is about gets no position, but near misses', async () => {
    const draft = await place(
      'Apple cake',
      'Peel six apples, beat butter with sugar and eggs, fold in flour, bake for fifty minutes and serve with cream.',
    );
    expect(draft).toMatchObject({
      status: 'no_match',
      position: null,
      topics: [],
      novelty: null,
      neighbors: [],
      hits: [],
    });
    expect(draft.nearMisses.length).toBeGreaterThan(0);
  });

  test('is read as plain text, even if it looks like a query', async () => {
    const draft = await place(
      'Robots like:nobody',
      'We train robots "to grasp -things topic:nosuch since:2025 with care.',
    );
    expect(draft.status).toBe('answered');
  });

  test.each([
    ['too short a text', { title: 'Attention' }, 'too short'],
    ['nothing', {}, 'too short'],
    ['punctuation', { abstract: '!?'.repeat(200) }, 'too short'],
    ['too long a text', { abstract: 'word '.repeat(5000) }, 'abstract'],
    ['a number for a text', { abstract: 5 }, 'abstract'],
    ['a list', [], 'request'],
    ['invalid JSON', '{', 'not valid JSON'],
  ])('of %s gets a 400 that says so', async (_, body, message) => {
    const response = await send(body);
    expect(response.status, response.text).toBe(400);
    expect(response.text).toContain(message);
  });
});
