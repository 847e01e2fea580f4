import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { searchModes } from '../../../../pipeline/core/query/ast.ts';
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

describe.each(searchModes)('a search with more than a thousand hits in %s mode', (mode) => {
  test('has as many hits on all pages as its total, and lists each paper once, duplicates included', async () => {
    const ids: string[] = [];
    const duplicateIds: string[] = [];
    let total = 0;
    for (let offset = 0; offset <= PAPERS; offset += 200) {
      const { body } = await httpGet(
        `${server.url}/api/search?${queryString({ q: 'river', mode, limit: 200, offset })}`,
      );
      const response = searchResponse.parse(body);
      ids.push(...response.hits.map((hit) => hit.id));
      duplicateIds.push(...response.hits.flatMap((hit) => hit.duplicates.map(({ id }) => id)));
      total = response.total;
    }
    expect(ids).toHaveLength(total);
    // The limits of retrieval: nearest neighbors cost more to find than matches of words.
    expect(ids.length + duplicateIds.length).toBeGreaterThanOrEqual(mode === 'keyword' ? 1000 : 500);
    expect(new Set([...ids, ...duplicateIds]).size).toBe(ids.length + duplicateIds.length);
  });
});
