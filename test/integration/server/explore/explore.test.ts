import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { draftResponse, hiddenGemsResponse, pathResponse } from '../../../../server/schemas/explore.ts';
import { mapResponse } from '../../../../server/schemas/map.ts';
import type { PaperResponse } from '../../../../server/schemas/papers.ts';
import { topicsResponse } from '../../../../server/schemas/topics.ts';
import { fetchAllPapers, httpGet, httpRequest, queryString } from '../../../fixtures/client.ts';
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
  const pathOf = (from: string, to: string) => get(`/api/path?${queryString({ from, to })}`, pathResponse);

  test('leads from one paper to the other, each step to a neighbor, with words that both have', async () => {
    for (let i = 0; i < 300; i += 15) {
      const [from, to] = [papers[i], papers[(i * 7 + 100) % 326]];
      const path = await pathOf(from.id, to.id);
      expect([path.papers[0].id, path.papers.at(-1)?.id]).toEqual([from.id, to.id]);
      expect(path.edges).toHaveLength(path.papers.length - 1);
      expect(path.papers.length).toBeLessThanOrEqual(12);
      path.edges.forEach((step, at) => {
        const [one, other] = [path.papers[at], path.papers[at + 1]].map(
          ({ id }) => papers.find((paper) => paper.id === id) as PaperResponse,
        );
        const named = [
          ...one.neighbors.filter(({ id }) => id === other.id),
          ...other.neighbors.filter(({ id }) => id === one.id),
        ];
        expect(named.map(({ similarity }) => similarity)).toContain(step.similarity);
        expect(step.isBridge).toBe(false);
        expect(step.sharedTerms.length).toBeGreaterThan(0);
        const text = `${other.title}\n${other.abstract}`.normalize('NFKD').toLowerCase();
        for (const word of step.sharedTerms) expect(text).toContain(word.toLowerCase());
      });
    }
  });

  test('is as long one way as the other, and of one paper where both are the same', async () => {
    const [there, back] = [await pathOf(papers[3].id, papers[200].id), await pathOf(papers[200].id, papers[3].id)];
    expect(back.papers.map(({ id }) => id)).toEqual(there.papers.map(({ id }) => id).reverse());
    const still = await pathOf(papers[3].id, papers[3].id);
    expect(still.papers.map(({ id }) => id)).toEqual([papers[3].id]);
    expect(still.edges).toEqual([]);
  });

  test.each(['', '?from=', '?from=a', '?to=a'])('/api/path%s is told what is missing', async (query) => {
    expect((await httpGet(`${server.url}/api/path${query}`)).status).toBe(400);
  });

  test('to a paper that is not there is a 404 that names it', async () => {
    const answer = await httpGet(`${server.url}/api/path?${queryString({ from: papers[0].id, to: 'nobody' })}`);
    expect([answer.status, answer.text.includes("'nobody'")]).toEqual([404, true]);
  });
});

describe('hidden gems', () => {
  test('have fewer comments than expected, and tell where they are', async () => {
    const { gems, papersWithComments: known, isAvailable, total } = await get('/api/gems', hiddenGemsResponse);
    expect(known).toBe(papers.filter(({ comments }) => comments !== null).length);
    expect([isAvailable, total]).toEqual([true, gems.length]);
    expect(gems.length).toBeGreaterThan(2);
    for (const { id, comments, expectedComments: expected, x, y, topic } of gems) {
      expect(papers.find((paper) => paper.id === id)).toMatchObject({ comments, x, y, topic });
      expect(expected - comments).toBeGreaterThan(0.9);
    }
  });

  test('of a topic or since a date are those of all that are in it or not older', async () => {
    const all = (await get('/api/gems', hiddenGemsResponse)).gems;
    const { topics } = await get('/api/topics', topicsResponse);
    const inTopics = await Promise.all(topics.map(({ id }) => get(`/api/gems?topic=${id}`, hiddenGemsResponse)));
    inTopics.forEach(({ gems }, i) => {
      expect(gems).toEqual(all.filter(({ topic }) => topic === topics[i].id));
    });
    const late = await get('/api/gems?since=2025-06', hiddenGemsResponse);
    expect(late.gems).toEqual(all.filter(({ date }) => (date ?? '') >= '2025-06'));
    expect(late.gems.length).toBeGreaterThan(0);
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
  const send = (body: unknown) =>
    httpRequest(`${server.url}/api/draft`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const place = async (title: string, abstract: string) => {
    const { status, body, text, headers } = await send({ title, abstract });
    expect(status, text).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    const answer = draftResponse.parse(body);
    expect(body).toEqual(answer);
    return answer;
  };

  test('that is a paper of the corpus is told to be that paper, and stands where it stands', async () => {
    for (const paper of papers.filter((_, row) => row % 16 === 0)) {
      const answer = await place(paper.title, paper.abstract);
      expect(answer.status).toBe('answered');
      expect(answer.novelty?.duplicates.map(({ id }) => id)).toContain(paper.id);
      expect(answer.novelty?.percentile).toBeLessThan(0.03);
      expect(answer.neighbors).toHaveLength(15);
      expect(answer.hits[0].id).toBe(paper.id);
      const near = answer.neighbors.filter(({ isMapNeighbor: isNear }) => isNear).length;
      expect(answer.position?.neighborRecall).toBeCloseTo(near / 15, 3);
      const there = papers.filter(({ id }) => answer.novelty?.duplicates.some((duplicate) => duplicate.id === id));
      expect(there.map(({ x, y }) => [x, y])).toContainEqual([answer.position?.x, answer.position?.y]);
    }
  });

  test('tells the topics of its neighbors with the share that is in each', async () => {
    const answer = await place('', 'A robot arm learns to grasp unknown objects from camera images by reinforcement.');
    const topicOf = new Map(papers.map(({ id, topic }) => [id, topic]));
    const inTopics = answer.neighbors.map(({ id }) => topicOf.get(id));
    for (const { id, share } of answer.topics) {
      expect(share).toBeCloseTo(inTopics.filter((topic) => topic === id).length / 15, 3);
    }
    const shares = answer.topics.map(({ share }) => share);
    const { ids, x, y } = await get('/api/map', mapResponse);
    const rows = answer.neighbors.map(({ id }) => ids.indexOf(id));
    const middle = (axis: readonly number[]) => rows.map((row) => axis[row]).sort((a, b) => a - b)[7];
    const keptAt = (place: { x: number; y: number }) => {
      const distances = ids.map((_, row) => Math.hypot(x[row] - place.x, y[row] - place.y));
      const bar = distances.toSorted((a, b) => a - b)[49];
      return rows.filter((row) => distances[row] <= bar).length / 15;
    };
    expect(answer.position?.neighborRecall).toBeCloseTo(keptAt(answer.position ?? { x: 0, y: 0 }), 3);
    expect(answer.position?.neighborRecall).toBeGreaterThanOrEqual(keptAt({ x: middle(x), y: middle(y) }) - 1e-4);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1.001);
    expect(answer.novelty?.duplicates).toEqual([]);
    expect(answer.novelty?.percentile).toBeGreaterThan(0.1);
    expect(answer.hits.length).toBeGreaterThan(3);
    expect(answer.hits[0].snippet.highlights.length + answer.hits[0].snippet.semanticHighlights.length).toBeGreaterThan(
      0,
    );
  });

  test('about something else is told so, and has no place', async () => {
    const answer = await place(
      'Apple cake',
      'Peel six apples, beat butter with sugar and eggs, fold in flour, bake for fifty minutes and serve with cream.',
    );
    expect(answer).toMatchObject({
      status: 'no_match',
      place: null,
      topics: [],
      novelty: null,
      neighbors: [],
      hits: [],
    });
    expect(answer.nearMisses.length).toBeGreaterThan(0);
  });

  test('is read as text, whatever of the query grammar it holds', async () => {
    const answer = await place(
      'Robots like:nobody',
      'We train robots "to grasp -things topic:nosuch since:2025 with care.',
    );
    expect(answer.status).toBe('answered');
  });

  test.each([
    ['too short a text', { title: 'Attention' }, 'too short'],
    ['nothing', {}, 'too short'],
    ['signs', { abstract: '!?'.repeat(200) }, 'too short'],
    ['too long a text', { abstract: 'word '.repeat(5000) }, 'abstract'],
    ['a number for a text', { abstract: 5 }, 'abstract'],
    ['a list', [], 'request'],
    ['no JSON', '{', 'no JSON'],
    ['more than a megabyte', JSON.stringify({ abstract: 'a'.repeat(1_100_000) }), 'bytes'],
  ])('of %s gets a 400 that says so', async (_, body, message) => {
    const answer = await send(body);
    expect(answer.status, answer.text).toBe(400);
    expect(answer.text).toContain(message);
  });
});
