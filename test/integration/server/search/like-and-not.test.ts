import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Paper } from '../../../../pipeline/core/paper.ts';
import { searchModes } from '../../../../pipeline/core/query/ast.ts';
import { type Hit, similarPapersResponse } from '../../../../server/schemas/papers.ts';
import { type SearchResponse, searchResponse } from '../../../../server/schemas/search.ts';
import { httpGet, queryString } from '../../../fixtures/client.ts';
import { samplePapers, writeJsonl } from '../../../fixtures/corpus.ts';
import { serveCorpus, temporaryFolder } from '../../../fixtures/sample-server.ts';

const folder = temporaryFolder();
let server: Awaited<ReturnType<typeof serveCorpus>>;
let papers: readonly Paper[];
/** Further versions of two papers, with their own ids and titles. */
let versions: Paper[];

beforeAll(async () => {
  papers = await samplePapers();
  versions = [20, 20, 10].map((row, i) => ({
    ...papers[row],
    id: `version-${i}`,
    title: `${papers[row].title} (version ${i + 2})`,
  }));
  const source = writeJsonl(join(folder.path, 'papers.jsonl'), [...papers, ...versions]);
  server = await serveCorpus([source], { epochs: 5 });
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

async function search(q: string, more: Record<string, string | number> = {}): Promise<SearchResponse> {
  const { status, body, text } = await httpGet(`${server.url}/api/search?${queryString({ q, limit: 200, ...more })}`);
  expect(status, text).toBe(200);
  return searchResponse.parse(body);
}

const idsOf = (hits: readonly Hit[]) => hits.map(({ id }) => id);
/** The rank of a paper among hits, from 0; the number of hits if it is none of them. */
const rankIn = (ids: readonly string[], id: string) => (ids.includes(id) ? ids.indexOf(id) : ids.length);
const idOf = (titleStart: string) => papers.find(({ title }) => title.startsWith(titleStart))?.id ?? '';

describe('like:', () => {
  test('finds the similar papers of a paper, and never the paper itself', async () => {
    for (const { id } of papers.filter((_, i) => i % 40 === 0)) {
      const { hits, status } = await search(`like:${id}`, { limit: 10 });
      const similar = similarPapersResponse.parse((await httpGet(`${server.url}/api/papers/${id}/similar`)).body);
      expect(status).toBe('answered');
      expect(hits).toEqual(similar.hits);
      for (const mode of searchModes) {
        const all = (await search(`like:${id}`, { mode })).hits;
        expect(all.length).toBeGreaterThan(100);
        expect(all.flatMap((hit) => [hit.id, ...hit.duplicates.map((duplicate) => duplicate.id)])).not.toContain(id);
      }
    }
  });

  test.each([
    ['Learning Synergies between Pushing', 'Nash Learning from Human Feedback'],
    ['MusicRL', 'DexNDM'],
    ['Describe, Explain, Plan and Select', 'Learning Synergies between Pushing'],
    ['Self-Forcing++', 'MusicRL'],
  ])('with %s and %s, which have different subjects, ranks papers first that are near both', async (titleA, titleB) => {
    const [a, b] = [idOf(titleA), idOf(titleB)];
    // Measured by embedding similarity: no paper has the words of both.
    const nearA = idsOf((await search(`like:${a}`, { mode: 'semantic' })).hits);
    const nearB = idsOf((await search(`like:${b}`, { mode: 'semantic' })).hits);
    for (const mode of ['hybrid', 'semantic']) {
      const both = idsOf((await search(`like:${a} like:${b}`, { mode })).hits);
      expect(both.filter((id) => id === a || id === b)).toEqual([]);
      // The mean over the first five of the worse of their two ranks.
      const worseRank = (ids: readonly string[]) =>
        ids.slice(0, 5).reduce((sum, id) => sum + Math.max(rankIn(nearA, id), rankIn(nearB, id)), 0) / 5;
      expect(worseRank(both), mode).toBeLessThan(worseRank(nearA) / 2);
      expect(worseRank(both), mode).toBeLessThan(worseRank(nearB) / 2);
    }
  });

  test('with words finds papers about both', async () => {
    const robots = idOf('Learning Synergies between Pushing');
    const [likeOnly, likeAndWords] = [
      await search(`like:${robots}`),
      await search(`language instructions like:${robots}`),
    ];
    const aboutLanguage = ({ hits }: SearchResponse) =>
      hits.slice(0, 10).filter(({ id }) => /language/i.test(papers.find((paper) => paper.id === id)?.abstract ?? ''))
        .length;
    expect(aboutLanguage(likeAndWords)).toBeGreaterThan(aboutLanguage(likeOnly));
    expect(idsOf(likeAndWords.hits)).not.toContain(robots);
  });
});

describe('not:', () => {
  test.each(['robots that learn to grasp', 'human feedback for language models', 'agents that plan'])(
    'removes a paper from the hits of %j and lowers the rank of papers like it',
    async (q) => {
      const before = idsOf((await search(q)).hits);
      const [disliked] = before;
      const similar = idsOf((await search(`like:${disliked}`, { limit: 10 })).hits).filter((id) => before.includes(id));
      expect(similar.length).toBeGreaterThan(4);
      const after = idsOf((await search(`${q} not:${disliked}`)).hits);
      expect(after).not.toContain(disliked);
      expect(after.length).toBeGreaterThan(5);
      // Without the disliked paper all others move up by one rank, if nothing else changes.
      const lowered = similar.map((id) => rankIn(after, id) - (rankIn(before, id) - 1));
      expect(lowered.reduce((sum, ranks) => sum + ranks, 0) / lowered.length).toBeGreaterThan(1);
    },
  );
});

test.each(['like', 'not'])('%s: with an unknown id gets a 404 that names it', async (key) => {
  const { status, text } = await httpGet(
    `${server.url}/api/search?${queryString({ q: `robots ${key}:no-such-paper` })}`,
  );
  expect(status).toBe(404);
  expect(text).toContain('no-such-paper');
});

describe('papers with nearly the same text', () => {
  test('are duplicates of the first of them in every mode, and none is lost or listed twice', async () => {
    for (const mode of searchModes) {
      const { hits, total } = await search(papers[20].title, { mode });
      const [first] = hits;
      const group = [first, ...first.duplicates].map(({ id }) => id);
      expect(group.sort()).toEqual([papers[20].id, 'version-0', 'version-1'].sort());
      expect(hits).toHaveLength(Math.min(200, total));
      const all = hits.flatMap((hit) => [hit.id, ...hit.duplicates.map(({ id }) => id)]);
      expect(new Set(all).size).toBe(all.length);
    }
  });

  test('are listed with id and title', async () => {
    const { hits } = await search(`"${papers[10].title}"`);
    const [{ duplicates, id }] = hits;
    const duplicate = id === 'version-2' ? papers[10] : versions[2];
    expect(duplicates).toEqual([{ id: duplicate.id, title: duplicate.title }]);
  });

  test('are the most similar papers, as one hit', async () => {
    const { hits } = await search(`like:${papers[20].id}`);
    expect([hits[0], ...hits[0].duplicates].map(({ id }) => id).sort()).toEqual(['version-0', 'version-1']);
  });

  test('count once, and other papers have no duplicates', async () => {
    const pages = await Promise.all([0, 200].map((offset) => search('-nosuchword', { offset })));
    const hits = pages.flatMap((page) => page.hits);
    expect(hits).toHaveLength(papers.length);
    expect(pages[0].total).toBe(papers.length);
    expect(hits.flatMap(({ duplicates }) => duplicates)).toHaveLength(versions.length);
  });
});
