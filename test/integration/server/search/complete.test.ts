import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type CompleteResponse, completeResponse, searchResponse } from '../../../../server/schemas/search.ts';
import type { PaperResponse } from '../../../../server/schemas/papers.ts';
import { topicsResponse } from '../../../../server/schemas/topics.ts';
import { texts } from '../../../fixtures/arbitrary-queries.ts';
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

async function complete(values: Record<string, string | number>): Promise<CompleteResponse> {
  const { status, body, text } = await httpGet(`${server.url}/api/complete?${queryString(values)}`);
  expect(status, text).toBe(200);
  const answer = completeResponse.parse(body);
  expect(body).toEqual(answer);
  return answer;
}
/** The query with the completion of that label taken. */
async function take(q: string, label: string): Promise<string> {
  const { from, to, items } = await complete({ q });
  const item = items.find((one) => one.label === label);
  expect(items.map((one) => one.label)).toContain(label);
  return q.slice(0, from) + item?.text + q.slice(to);
}
async function found(q: string): Promise<number> {
  const { status, body, text } = await httpGet(`${server.url}/api/search?${queryString({ q })}`);
  expect(status, text).toBe(200);
  return searchResponse.parse(body).total;
}

describe('what is taken can be asked:', () => {
  test('papers by a few words of their titles', async () => {
    expect(await take('robots like:hindsight exp', 'Hindsight Experience Replay')).toBe(
      'robots like:hindsight-experience-replay-755eb3da',
    );
    let asked = 0;
    for (const { id, title } of papers.filter((_, row) => row % 40 === 0)) {
      const words = title.split(' ').slice(0, 4).join(' ').replaceAll('"', '');
      const q = await take(`like:"${words}`, title);
      expect(q).toBe(`like:${id}`);
      expect(await found(q)).toBeGreaterThan(10);
      asked++;
    }
    expect(asked).toBeGreaterThan(5);
  });

  test('topics, each by its name', async () => {
    const { topics } = topicsResponse.parse((await httpGet(`${server.url}/api/topics`)).body);
    expect(topics.length).toBeGreaterThan(3);
    for (const { name, size } of topics) {
      const q = await take(`topic:"${name.slice(0, 5)}`, name);
      expect(await found(q)).toBeLessThanOrEqual(size);
      expect(await found(q)).toBeGreaterThan(0);
    }
  });

  test('organizations, categories and dates that papers have', async () => {
    const { items } = await complete({ q: 'org:', limit: 20 });
    expect(items.length).toBeGreaterThan(3);
    for (const { text, kind } of items) {
      expect(kind).toBe('org');
      expect(await found(`org:${text}`)).toBeGreaterThan(0);
    }
    const dates = (await complete({ q: 'since:2025', limit: 20 })).items;
    expect(dates.length).toBeGreaterThan(0);
    for (const { text, detail } of dates) {
      const papersOf = papers.filter(({ date }) => date?.startsWith(text)).length;
      expect(detail).toBe(`${papersOf} ${papersOf === 1 ? 'paper' : 'papers'}`);
    }
  });
});

test('words come by the number of papers, eight unless asked otherwise', async () => {
  const { items, from, to } = await complete({ q: 'robots reinf' });
  expect([from, to]).toEqual([7, 12]);
  expect(items[0]).toMatchObject({ text: 'reinforcement', kind: 'word' });
  expect((await complete({ q: 'in', limit: 20 })).items.length).toBeGreaterThan(8);
  const counts = (await complete({ q: 'inte' })).items.map(({ detail }) => Number(detail.replace(/\D/g, '')));
  expect(counts).toHaveLength(8);
  expect(counts).toEqual([...counts].sort((a, b) => b - a));
});

test('the cursor stands at the end unless it is told, and never beyond', async () => {
  const end = await complete({ q: 'since:2025 rei' });
  expect(await complete({ q: 'since:2025 rei', at: 14 })).toEqual(end);
  expect(await complete({ q: 'since:2025 rei', at: 99_999 })).toEqual(end);
  expect((await complete({ q: 'topic: rei', at: 6 })).items[0].kind).toBe('topic');
  expect(await complete({})).toEqual({ from: 0, to: 0, items: [] });
});

test.each(['at=-1', 'at=x', 'at=1.5', 'limit=0', 'limit=21', `q=${'x'.repeat(8001)}`])(
  '%.20s is refused',
  async (query) => {
    expect((await httpGet(`${server.url}/api/complete?${query}`)).status).toBe(400);
  },
);

test('any text with the cursor anywhere gets an answer', async () => {
  let offered = 0;
  await fc.assert(
    fc.asyncProperty(texts, fc.nat(300), async (text, at) => {
      // Half of a pair cannot be sent.
      const q = text.replace(/\p{Cs}/gu, '?');
      const { from, to, items } = await complete({ q, at });
      expect(from <= Math.min(at, q.length) && Math.min(at, q.length) <= to && to <= q.length).toBe(true);
      if (items.length > 0) offered++;
    }),
    { seed: 7, numRuns: RUNS },
  );
  expect(offered).toBeGreaterThan(RUNS / 10);
});

describe('a query of stop words alone', () => {
  const total = (q: string, mode = 'hybrid') =>
    httpGet(`${server.url}/api/search?${queryString({ q, mode, limit: 200 })}`).then(({ body }) => searchResponse.parse(body));
  const holds = (phrase: string) =>
    papers.filter(({ title, abstract }) =>
      [title, abstract].some((text) => ` ${text.toLowerCase().replace(/[^a-z0-9]+/g, ' ')} `.includes(` ${phrase} `)),
    );

  test.each(['of the', 'with the', 'what is'])('%j finds the papers that hold it, and no other', async (q) => {
    const { status, hits, total: all } = await total(q);
    const ids = holds(q).map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(0);
    expect(status).toBe('answered');
    expect(all).toBe(hits.length + Math.max(0, all - 200));
    for (const { id } of hits) expect(ids).toContain(id);
    expect(hits.length + hits.flatMap(({ duplicates: also }) => also).length).toBe(Math.min(200, ids.length));
  });

  test('finds nothing where no paper holds it', async () => {
    for (const mode of ['hybrid', 'keyword']) {
      expect(holds('to be or not to be')).toEqual([]);
      expect(await total('to be or not to be', mode)).toMatchObject({
        status: 'no_match',
        total: 0,
        hits: [],
        nearMisses: [],
      });
    }
  });
});
