import { searchModes } from '../../../../pipeline/core/query/ast.ts';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { searchResponse } from '../../../../server/schemas/search.ts';
import { httpGet, queryString } from '../../../fixtures/client.ts';
import { writeJsonl } from '../../../fixtures/corpus.ts';
import { serveCorpus, temporaryFolder } from '../../../fixtures/sample-server.ts';

const PAPERS = 1100;
const words = [
  'tide',
  'glacier',
  'volcano',
  'canyon',
  'meadow',
  'harbour',
  'orchard',
  'lantern',
  'copper',
  'willow',
  'falcon',
];

const folder = temporaryFolder();
let server: Awaited<ReturnType<typeof serveCorpus>>;

beforeAll(async () => {
  const papers = Array.from({ length: PAPERS }, (_, i) => ({
    id: `paper-${i}`,
    title: `River ${words[i % 11]} ${words[Math.floor(i / 11) % 11]} ${i}`,
    abstract: `We measure the river and its ${words[Math.floor(i / 121) % 11]} in year ${i}.`,
  }));
  server = await serveCorpus([writeJsonl(join(folder.path, 'many.jsonl'), papers)]);
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

describe.each(searchModes)('where more than a thousand papers answer a search in %s mode', (mode) => {
  test('the pages hold as many papers as the total says, and with their near-duplicates each paper once', async () => {
    const ids: string[] = [];
    const also: string[] = [];
    let total = 0;
    for (let offset = 0; offset <= PAPERS; offset += 200) {
      const { body } = await httpGet(`${server.url}/api/search?${queryString({ q: 'river', mode, limit: 200, offset })}`);
      const answer = searchResponse.parse(body);
      ids.push(...answer.hits.map((hit) => hit.id));
      also.push(...answer.hits.flatMap((hit) => hit.duplicates.map(({ id }) => id)));
      total = answer.total;
    }
    expect(ids).toHaveLength(total);
    // Each half of a search offers so many; neighbors cost more to find.
    expect(ids.length + also.length).toBeGreaterThanOrEqual(mode === 'keyword' ? 1000 : 500);
    expect(new Set([...ids, ...also]).size).toBe(ids.length + also.length);
  });
});
