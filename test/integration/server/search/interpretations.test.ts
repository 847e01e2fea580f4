import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { facetsResponse, searchMaskResponse, searchResponse } from '../../../../server/schemas/search.ts';
import { httpGet, queryString } from '../../../fixtures/client.ts';
import { samplePapers, writeJsonl } from '../../../fixtures/corpus.ts';
import { serveCorpus, temporaryFolder } from '../../../fixtures/sample-server.ts';

const folder = temporaryFolder();
let server: Awaited<ReturnType<typeof serveCorpus>>;
/** The title of the paper in row 7. */
let title: string;

beforeAll(async () => {
  const papers = (await samplePapers()).slice(0, 120).map((paper, i) => ({
    ...paper,
    id: `2501.${10_000 + i}`,
    date: `${2023 + (i % 3)}-0${1 + (i % 9)}-11`,
    authors: i % 10 === 0 ? ['Grace Hopper', 'Ada Li'] : ['Emmy Noether'],
  }));
  ({ title } = papers[7]);
  const file = join(folder.path, 'papers.jsonl');
  writeJsonl(file, papers);
  server = await serveCorpus([file]);
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

async function get(path: string, q: string, more: Record<string, string | number> = {}) {
  const { status, body, text } = await httpGet(`${server.url}/api/${path}?${queryString({ q, ...more })}`);
  expect(status, text).toBe(200);
  return body;
}
const search = async (q: string, more: Record<string, string | number> = {}) =>
  searchResponse.parse(await get('search', q, more));

describe('the address of a paper', () => {
  test.each([
    'https://arxiv.org/abs/2501.10007v2',
    'https://arxiv.org/pdf/2501.10007',
    '10.48550/arXiv.2501.10007',
    'https://doi.org/10.48550/arXiv.2501.10007',
    'arXiv:2501.10007',
    '2501.10007v1',
  ])('%s finds it first, in every mode', async (address) => {
    for (const mode of ['hybrid', 'semantic', 'keyword']) {
      const { query, status, hits, interpretations } = await search(address, { mode });
      expect({ query, status, first: hits[0]?.title }).toEqual({ query: address, status: 'answered', first: title });
      expect(interpretations).toEqual([{ kind: 'paper', typed: '', used: '2501.10007' }]);
    }
  });
});

/** Queries, the same in the query language, and how they are understood. */
const queries = [
  ['grace hopper', 'author:"Grace Hopper"', ['author author:"Grace Hopper"']],
  ['grace hopper sort:comments', 'author:"Grace Hopper" sort:comments', ['author author:"Grace Hopper"']],
  ['papers on robots by Ada Li', 'robots author:"Ada Li"', ['filter author:"Ada Li"']],
  ['papers about robots since March 2024', 'robots since:2024-03', ['filter since:2024-03']],
  ['agents in 2024', 'agents since:2024 until:2024', ['filter since:2024 until:2024']],
  ['learning other than language models', 'learning -"language models"', ['exclusion -"language models"']],
  ['agents without robots', 'agents -robots', ['exclusion -robots']],
  [
    'reinforcemnt lerning of robts',
    'reinforcement learning of robots',
    ['reinforcemnt>reinforcement', 'lerning>learning', 'robts>robots'],
  ],
  [
    'robts before 2025 except grasping',
    'robots until:2024 -grasping',
    ['filter until:2024', 'exclusion -grasping', 'robts>robots'],
  ],
] as const;

describe('a query in plain words', () => {
  test.each(queries)('%j finds what %j finds', async (q, inKeys, understood) => {
    const response = await search(q);
    const found = response.interpretations.map(({ kind, typed, used }) =>
      kind === 'spelling' ? `${typed}>${used}` : `${kind} ${used}`,
    );
    expect(found).toEqual(understood);
    expect(response.hits.length).toBeGreaterThan(0);
    expect({ ...response, interpretations: [] }).toEqual({ ...(await search(inKeys)), query: q });
  });

  test.each(queries)('%j has the mask and the facets of %j', async (q, inKeys) => {
    const maskOf = async (one: string) => searchMaskResponse.parse(await get('search/mask', one)).bits;
    expect(await maskOf(q)).toBe(await maskOf(inKeys));
    const facetsOf = async (one: string) => ({ ...facetsResponse.parse(await get('facets', one)), query: '' });
    expect(await facetsOf(q)).toEqual(await facetsOf(inKeys));
  });

  test.each(queries)('%j with match:literal is not understood so', async (q) => {
    const { interpretations, hits } = await search(`${q} match:literal`, { mode: 'keyword' });
    expect(interpretations).toEqual([]);
    expect(hits).not.toEqual((await search(q, { mode: 'keyword' })).hits);
  });
});

test('a name that may be that of an author is only suggested, if nothing is found', async () => {
  const response = await search('Hopper', { mode: 'keyword' });
  expect(response).toMatchObject({ status: 'no_match', interpretations: [], didYouMean: 'author:Hopper' });
});
