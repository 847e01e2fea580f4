import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mapResponse } from '../../../../server/schemas/map.ts';
import { paperResponse, similarPapersResponse } from '../../../../server/schemas/papers.ts';
import { searchResponse } from '../../../../server/schemas/search.ts';
import { httpGet, queryString } from '../../../fixtures/client.ts';
import { samplePapers, writeJsonl } from '../../../fixtures/corpus.ts';
import { decodeMap } from '../../../fixtures/map-decoder.ts';
import { serveCorpus, temporaryFolder } from '../../../fixtures/sample-server.ts';

const oddIds = [
  'cs/0112017',
  'a/b/similar',
  '/leading',
  'trailing/',
  'two  spaces and a tab?',
  '50% off',
  '%',
  '%2F',
  '%252F',
  'a%20b',
  '100%25',
  '論文／一',
  'Ünïcödé',
  '👩‍🔬🧪',
  'مرحبا',
  'a+b',
  'a&b=c',
  'q?x=1#top',
  'semi;colon',
  "it's",
  '"quoted"',
  '<b>bold</b>',
  '[1]',
  '{2}',
  'back\\slash',
  'a:b@c',
  '~tilde',
  '...',
  'similar',
  'constructor',
  '__proto__',
  'none of them',
  '0',
  '-1',
  ' padded ',
  'x'.repeat(200),
  'NaN 1',
  '|',
  '^',
  '`',
  '$&',
  '*',
];

const folder = temporaryFolder();
let server: Awaited<ReturnType<typeof serveCorpus>>;

beforeAll(async () => {
  const papers = (await samplePapers()).slice(0, oddIds.length).map((paper, i) => ({ ...paper, id: oddIds[i] }));
  server = await serveCorpus([writeJsonl(join(folder.path, 'odd.jsonl'), papers)]);
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

test('the map has all ids as they were given, in both forms', async () => {
  const json = mapResponse.parse((await httpGet(`${server.url}/api/map`)).body);
  expect(json.ids).toEqual(oddIds);
  const binary = await fetch(`${server.url}/api/map`, { headers: { accept: 'application/octet-stream' } });
  expect(decodeMap(await binary.arrayBuffer()).ids).toEqual(oddIds);
});

test.each(oddIds)('the paper with the id %j and its similar papers can be requested', async (id) => {
  const paper = await httpGet(`${server.url}/api/papers/${encodeURIComponent(id)}`);
  expect(paper.status, paper.text).toBe(200);
  expect(paperResponse.parse(paper.body).id).toBe(id);
  const similar = await httpGet(`${server.url}/api/papers/${encodeURIComponent(id)}/similar`);
  expect(similar.status, similar.text).toBe(200);
  const response = similarPapersResponse.parse(similar.body);
  expect(response.id).toBe(id);
  expect(response.hits.map((hit) => hit.id)).not.toContain(id);
});

test.each(oddIds)('like: and not: accept the id %j in quotes', async (id) => {
  const quoted = `"${id.replaceAll('"', '""')}"`;
  const search = async (q: string) => {
    const { status, body, text } = await httpGet(`${server.url}/api/search?${queryString({ q, limit: 200 })}`);
    expect(status, text).toBe(200);
    return searchResponse.parse(body).hits;
  };
  const like = await search(`like:${quoted}`);
  const similar = await httpGet(`${server.url}/api/papers/${encodeURIComponent(id)}/similar?limit=200`);
  expect(like).toEqual(similarPapersResponse.parse(similar.body).hits);
  expect(like.length).toBeGreaterThan(20);
  const without = await search(`not:${quoted}`);
  expect(without.length).toBeGreaterThan(20);
  expect(without.map((hit) => hit.id)).not.toContain(id);
});

test('hits have the ids as they were given', async () => {
  const { body } = await httpGet(`${server.url}/api/search?q=-nosuchword&limit=200`);
  const ids = searchResponse
    .parse(body)
    .hits.flatMap((hit) => [hit.id, ...hit.duplicates.map((duplicate) => duplicate.id)]);
  expect(ids.sort()).toEqual([...oddIds].sort());
});

test.each(['cs', '0112017', 'a', 'a/b', '%25', 'A%252F', 'PADDED', 'padded'])(
  'the text %s, which only resembles an id, gets a 404',
  async (id) => {
    expect((await httpGet(`${server.url}/api/papers/${encodeURIComponent(id)}`)).status).toBe(404);
  },
);
