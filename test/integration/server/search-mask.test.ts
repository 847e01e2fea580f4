import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MaskAnswer, maskAnswer } from '../../../server/schemas/explore.ts';
import { mapAnswer, searchAnswer, searchModes } from '../../../server/schemas/search.ts';
import { ask, queryOf } from '../../fixtures/client.ts';
import { startSampleServer } from '../../fixtures/sample-server.ts';

let server: Awaited<ReturnType<typeof startSampleServer>>;
let ids: readonly string[];
let snapshot: string;

beforeAll(async () => {
  server = await startSampleServer();
  ({ ids, snapshot } = mapAnswer.parse((await ask(`${server.url}/api/map`)).body));
});
afterAll(() => server.stop());

async function foundBy(q: string, mode = 'hybrid'): Promise<MaskAnswer> {
  const { status, body, text } = await ask(`${server.url}/api/search/mask?${queryOf({ q, mode })}`);
  expect(status, text).toBe(200);
  return maskAnswer.parse(body);
}

/** The ids whose bit is set, each bit looked up on its own. */
function idsIn({ bits: rows }: MaskAnswer): string[] {
  const bytes = Buffer.from(rows, 'base64');
  expect(bytes).toHaveLength(Math.ceil(ids.length / 8));
  for (let bit = ids.length; bit < 8 * bytes.length; bit++) expect((bytes[bit >> 3] >> (bit & 7)) & 1).toBe(0);
  return ids.filter((_, row) => (bytes[row >> 3] >> (row & 7)) % 2 === 1);
}

/** Every paper that search lists, read page by page. */
async function listedFor(q: string, mode: string): Promise<string[]> {
  const found: string[] = [];
  for (let offset = 0; ; offset += 100) {
    const { body } = await ask(`${server.url}/api/search?${queryOf({ q, mode, limit: 100, offset })}`);
    const { hits, total } = searchAnswer.parse(body);
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
  const url = `${server.url}/api/search/mask?${queryOf({ q: 'agents' })}`;
  const tag = (await ask(url)).headers.get('etag') ?? '';
  expect((await ask(url, { 'if-none-match': tag })).status).toBe(304);
  expect((await ask(`${url}%20`, { 'if-none-match': tag })).status).toBe(304);
  expect((await ask(`${url}s`, { 'if-none-match': tag })).status).toBe(200);
});

test.each([
  ['', 400],
  ['since:20x5', 400],
  ['like:nobody', 404],
])('%j gets what search says of it: %i', async (q, status) => {
  const [found, search] = await Promise.all(
    ['found', 'search'].map((kind) => ask(`${server.url}/api/${kind}?${queryOf({ q })}`)),
  );
  expect([found.status, search.status]).toEqual([status, status]);
  expect(found.body).toEqual(search.body);
});
