import { searchModes } from '../../../../pipeline/core/query/ast.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SearchMaskResponse, searchMaskResponse, searchResponse } from '../../../../server/schemas/search.ts';
import { mapResponse } from '../../../../server/schemas/map.ts';
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

async function foundBy(q: string, mode = 'hybrid'): Promise<SearchMaskResponse> {
  const { status, body, text } = await httpGet(`${server.url}/api/search/mask?${queryString({ q, mode })}`);
  expect(status, text).toBe(200);
  return searchMaskResponse.parse(body);
}

/** The ids whose bit is set, each bit looked up on its own. */
function idsIn({ bits: rows }: SearchMaskResponse): string[] {
  const bytes = Buffer.from(rows, 'base64');
  expect(bytes).toHaveLength(Math.ceil(ids.length / 8));
  for (let bit = ids.length; bit < 8 * bytes.length; bit++) expect((bytes[bit >> 3] >> (bit & 7)) & 1).toBe(0);
  return ids.filter((_, row) => (bytes[row >> 3] >> (row & 7)) % 2 === 1);
}

/** Every paper that search lists, read page by page. */
async function listedFor(q: string, mode: string): Promise<string[]> {
  const found: string[] = [];
  for (let offset = 0; ; offset += 100) {
    const { body } = await httpGet(`${server.url}/api/search?${queryString({ q, mode, limit: 100, offset })}`);
    const { hits, total } = searchResponse.parse(body);
    found.push(...hits.map(({ id }) => id));
    if (offset + 100 >= total) return found;
  }
}

const queries = ['robots that grasp', 'since:2024', 'topic:1', 'org:nvidia', 'since:1900', 'order:date agents'];

test.each(searchModes.flatMap((mode) => queries.map((q) => [mode, q] as const)))(
  'in %s mode the papers found by %j are those that the pages of the answer list, and no others',
  async (mode, q) => {
    const listed = await listedFor(q, mode);
    const found = await foundBy(q, mode);
    expect(found).toMatchObject({ snapshot, query: q, mode, total: listed.length });
    expect(idsIn(found).sort()).toEqual(listed.sort());
  },
);

test('nothing is found where nothing here is about the question, though search tells of the nearest', async () => {
  const found = await foundBy('how to bake sourdough bread');
  expect([found.total, idsIn(found)]).toEqual([0, []]);
});

test('the answer holds as long as the snapshot does', async () => {
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
])('%j gets what search says of it: %i', async (q, status) => {
  const [found, search] = await Promise.all(
    ['found', 'search'].map((kind) => httpGet(`${server.url}/api/${kind}?${queryString({ q })}`)),
  );
  expect([found.status, search.status]).toEqual([status, status]);
  expect(found.body).toEqual(search.body);
});
