import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { PaperResponse } from '../../../../server/schemas/papers.ts';
import { type CompletionResponse, completionResponse, searchResponse } from '../../../../server/schemas/search.ts';
import { topicsResponse } from '../../../../server/schemas/topics.ts';
import { queryTexts } from '../../../fixtures/arbitrary-queries.ts';
import { fetchAllPapers, httpGet, queryString } from '../../../fixtures/client.ts';
import { startSampleServer } from '../../../fixtures/sample-server.ts';

const RUNS = process.env.TORTURE ? 3000 : 300;

vi.setConfig({ testTimeout: process.env.TORTURE ? 300_000 : 30_000 });

let server: Awaited<ReturnType<typeof startSampleServer>>;
let papers: PaperResponse[];

beforeAll(async () => {
  server = await startSampleServer();
  papers = await fetchAllPapers(server.url);
});
afterAll(() => server.stop());

async function complete(values: Record<string, string | number>): Promise<CompletionResponse> {
  const { status, body, text } = await httpGet(`${server.url}/api/complete?${queryString(values)}`);
  expect(status, text).toBe(200);
  const response = completionResponse.parse(body);
  expect(body).toEqual(response);
  return response;
}

/** The query with the completion of that label inserted. */
async function accept(q: string, label: string): Promise<string> {
  const { from, to, items } = await complete({ q });
  const item = items.find((candidate) => candidate.label === label);
  expect(items.map((candidate) => candidate.label)).toContain(label);
  return q.slice(0, from) + item?.text + q.slice(to);
}

async function countHits(q: string): Promise<number> {
  const { status, body, text } = await httpGet(`${server.url}/api/search?${queryString({ q })}`);
  expect(status, text).toBe(200);
  return searchResponse.parse(body).total;
}

describe('an accepted completion is a valid query:', () => {
  test('papers, by a few words of their titles', async () => {
    expect(await accept('robots like:hindsight exp', 'Hindsight Experience Replay')).toBe(
      'robots like:hindsight-experience-replay-755eb3da',
    );
    let count = 0;
    for (const { id, title } of papers.filter((_, row) => row % 40 === 0)) {
      const words = title.split(' ').slice(0, 4).join(' ').replaceAll('"', '');
      const q = await accept(`like:"${words}`, title);
      expect(q).toBe(`like:${id}`);
      expect(await countHits(q)).toBeGreaterThan(10);
      count++;
    }
    expect(count).toBeGreaterThan(5);
  });

  test('topics, by their names', async () => {
    const { topics } = topicsResponse.parse((await httpGet(`${server.url}/api/topics`)).body);
    expect(topics.length).toBeGreaterThan(3);
    for (const { name, size } of topics) {
      const q = await accept(`topic:"${name.slice(0, 5)}`, name);
      expect(await countHits(q)).toBeLessThanOrEqual(size);
      expect(await countHits(q)).toBeGreaterThan(0);
    }
  });

  test('organizations and dates that papers have', async () => {
    const { items } = await complete({ q: 'org:', limit: 20 });
    expect(items.length).toBeGreaterThan(3);
    for (const { text, kind } of items) {
      expect(kind).toBe('org');
      expect(await countHits(`org:${text}`)).toBeGreaterThan(0);
    }
    const dates = (await complete({ q: 'since:2025', limit: 20 })).items;
    expect(dates.length).toBeGreaterThan(0);
    for (const { text, detail } of dates) {
      const papersOf = papers.filter(({ date }) => date?.startsWith(text)).length;
      expect(detail).toBe(`${papersOf} ${papersOf === 1 ? 'paper' : 'papers'}`);
    }
  });
});

test('words are sorted by the number of papers, eight by default', async () => {
  const { items, from, to } = await complete({ q: 'robots reinf' });
  expect([from, to]).toEqual([7, 12]);
  expect(items[0]).toMatchObject({ text: 'reinforcement', kind: 'word' });
  expect((await complete({ q: 'in', limit: 20 })).items.length).toBeGreaterThan(8);
  const counts = (await complete({ q: 'inte' })).items.map(({ detail }) => Number(detail.replace(/\D/g, '')));
  expect(counts).toHaveLength(8);
  expect(counts).toEqual([...counts].sort((a, b) => b - a));
});

test('the cursor is at the end by default, and never beyond', async () => {
  const end = await complete({ q: 'since:2025 rei' });
  expect(await complete({ q: 'since:2025 rei', cursor: 14 })).toEqual(end);
  expect(await complete({ q: 'since:2025 rei', cursor: 99_999 })).toEqual(end);
  expect((await complete({ q: 'topic: rei', cursor: 6 })).items[0].kind).toBe('topic');
  expect(await complete({})).toEqual({ from: 0, to: 0, items: [] });
});

test.each(['cursor=-1', 'cursor=x', 'cursor=1.5', 'limit=0', 'limit=21', `q=${'x'.repeat(8001)}`])(
  '%.20s gets a 400',
  async (query) => {
    expect((await httpGet(`${server.url}/api/complete?${query}`)).status).toBe(400);
  },
);

test('any text can be completed with the cursor anywhere', async () => {
  let withItems = 0;
  await fc.assert(
    fc.asyncProperty(queryTexts, fc.nat(300), async (text, cursor) => {
      // Lone surrogates cannot be encoded in a URL.
      const q = text.replace(/\p{Cs}/gu, '?');
      const { from, to, items } = await complete({ q, cursor });
      expect(from <= Math.min(cursor, q.length) && Math.min(cursor, q.length) <= to && to <= q.length).toBe(true);
      if (items.length > 0) withItems++;
    }),
    { seed: 7, numRuns: RUNS },
  );
  expect(withItems).toBeGreaterThan(RUNS / 10);
});

describe('a query of stop words only', () => {
  const search = (q: string, mode = 'hybrid') =>
    httpGet(`${server.url}/api/search?${queryString({ q, mode, limit: 200 })}`).then(({ body }) =>
      searchResponse.parse(body),
    );
  const papersWith = (phrase: string) =>
    papers.filter(({ title, abstract }) =>
      [title, abstract].some((text) => ` ${text.toLowerCase().replace(/[^a-z0-9]+/g, ' ')} `.includes(` ${phrase} `)),
    );

  test.each(['of the', 'with the', 'what is'])('%j finds the papers that contain it, and no others', async (q) => {
    const { status, hits, total } = await search(q);
    const ids = papersWith(q).map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(0);
    expect(status).toBe('answered');
    expect(total).toBe(hits.length + Math.max(0, total - 200));
    for (const { id } of hits) expect(ids).toContain(id);
    expect(hits.length + hits.flatMap(({ duplicates }) => duplicates).length).toBe(Math.min(200, ids.length));
  });

  test('finds nothing if no paper contains it', async () => {
    for (const mode of ['hybrid', 'keyword']) {
      expect(papersWith('to be or not to be')).toEqual([]);
      expect(await search('to be or not to be', mode)).toMatchObject({
        status: 'no_match',
        total: 0,
        hits: [],
        nearMisses: [],
      });
    }
  });
});
