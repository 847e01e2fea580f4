import { afterAll, beforeAll, expect, test } from 'vitest';
import { searchModes } from '../../../../pipeline/core/query/ast.ts';
import { mapResponse } from '../../../../server/schemas/map.ts';
import { type SearchMaskResponse, searchMaskResponse, searchResponse } from '../../../../server/schemas/search.ts';
import { httpGet, queryString } from '../../../fixtures/client.ts';
import { startSampleServer } from '../../../fixtures/sample-server.ts';

let server: Awaited<ReturnType<typeof startSampleServer>>;
let ids: readonly string[];
let snapshot: string;

beforeAll(async () => {
  server = await startSampleServer();
  ({ ids, snapshot } = mapResponse.parse((await httpGet(`${server.url}/api/map`)).body));
});
afterAll(() => server.stop());

async function maskFor(q: string, mode = 'hybrid'): Promise<SearchMaskResponse> {
  const { status, body, text } = await httpGet(`${server.url}/api/search/mask?${queryString({ q, mode })}`);
  expect(status, text).toBe(200);
  return searchMaskResponse.parse(body);
}

/** The ids whose bit is set. */
function idsIn({ bits }: SearchMaskResponse): string[] {
  const bytes = Buffer.from(bits, 'base64');
  expect(bytes).toHaveLength(Math.ceil(ids.length / 8));
  for (let bit = ids.length; bit < 8 * bytes.length; bit++) expect((bytes[bit >> 3] >> (bit & 7)) & 1).toBe(0);
  return ids.filter((_, row) => (bytes[row >> 3] >> (row & 7)) % 2 === 1);
}

/** The ids of all hits, read page by page. */
async function allHits(q: string, mode: string): Promise<string[]> {
  const ids: string[] = [];
  for (let offset = 0; ; offset += 100) {
    const { body } = await httpGet(`${server.url}/api/search?${queryString({ q, mode, limit: 100, offset })}`);
    const { hits, total } = searchResponse.parse(body);
    ids.push(...hits.map(({ id }) => id));
    if (offset + 100 >= total) return ids;
  }
}

const queries = ['robots that grasp', 'since:2024', 'topic:1', 'org:nvidia', 'since:1900', 'order date agents'];

test.each(searchModes.flatMap((mode) => queries.map((q) => [mode, q] as const)))(
  'in %s mode the mask of %j has the hits of all pages, and no others',
  async (mode, q) => {
    const hits = await allHits(q, mode);
    const mask = await maskFor(q, mode);
    expect(mask).toMatchObject({ snapshot, query: q, mode, total: hits.length });
    expect(idsIn(mask).sort()).toEqual(hits.sort());
  },
);

test('the mask is empty if no paper is about the query, although search has near misses', async () => {
  const mask = await maskFor('how to bake sourdough bread');
  expect([mask.total, idsIn(mask)]).toEqual([0, []]);
});

test('the mask can be cached as long as the snapshot is served', async () => {
  const url = `${server.url}/api/search/mask?${queryString({ q: 'agents' })}`;
  const tag = (await httpGet(url)).headers.get('etag') ?? '';
  expect((await httpGet(url, { 'if-none-match': tag })).status).toBe(304);
  expect((await httpGet(`${url}%20`, { 'if-none-match': tag })).status).toBe(304);
  expect((await httpGet(`${url}s`, { 'if-none-match': tag })).status).toBe(200);
});

test.each([
  ['', 400],
  ['since:20x5', 400],
  ['like:nobody', 404],
])('%j gets the same error as in a search: %i', async (q, status) => {
  const [mask, search] = await Promise.all(
    ['search/mask', 'search'].map((endpoint) => httpGet(`${server.url}/api/${endpoint}?${queryString({ q })}`)),
  );
  expect([mask.status, search.status]).toEqual([status, status]);
  expect(mask.body).toEqual(search.body);
});
