import { searchModes } from '../../../../pipeline/core/query/ast.ts';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Paper } from '../../../../pipeline/core/paper.ts';
import { type Hit, similarResponse } from '../../../../server/schemas/papers.ts';
import { type SearchResponse, searchResponse } from '../../../../server/schemas/search.ts';
import { httpGet, queryString } from '../../../fixtures/client.ts';
import { samplePapers, writeJsonl } from '../../../fixtures/corpus.ts';
import { serveCorpus, temporaryFolder } from '../../../fixtures/sample-server.ts';

const folder = temporaryFolder();
let server: Awaited<ReturnType<typeof serveCorpus>>;
let papers: readonly Paper[];
/** Second versions of two papers, each under an id and a title of its own. */
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
/** The place of a paper among hits, 0 the first; behind the last where it is none of them. */
const placeIn = (ids: readonly string[], id: string) => (ids.includes(id) ? ids.indexOf(id) : ids.length);
const idOf = (beginning: string) => papers.find(({ title }) => title.startsWith(beginning))?.id ?? '';

describe('like:', () => {
  test('finds what the similar papers of a paper are, and never the paper itself', async () => {
    for (const { id } of papers.filter((_, i) => i % 40 === 0)) {
      const { hits, status } = await search(`like:${id}`, { limit: 10 });
      const similar = similarResponse.parse((await httpGet(`${server.url}/api/papers/${id}/similar`)).body);
      expect(status).toBe('answered');
      expect(hits).toEqual(similar.hits);
      for (const mode of searchModes) {
        const all = (await search(`like:${id}`, { mode })).hits;
        expect(all.length).toBeGreaterThan(100);
        expect(all.flatMap((hit) => [hit.id, ...hit.duplicates.map((other) => other.id)])).not.toContain(id);
      }
    }
  });

  test.each([
    ['Learning Synergies between Pushing', 'Nash Learning from Human Feedback'],
    ['MusicRL', 'DexNDM'],
    ['Describe, Explain, Plan and Select', 'Learning Synergies between Pushing'],
    ['Self-Forcing++', 'MusicRL'],
  ])('%s and %s, which are about different things, puts first what is near to both', async (one, other) => {
    const [a, b] = [idOf(one), idOf(other)];
    // Nearness in meaning is the yardstick: the words of two papers are not to be had in one.
    const nearA = idsOf((await search(`like:${a}`, { mode: 'semantic' })).hits);
    const nearB = idsOf((await search(`like:${b}`, { mode: 'semantic' })).hits);
    for (const mode of ['hybrid', 'semantic']) {
      const both = idsOf((await search(`like:${a} like:${b}`, { mode })).hits);
      expect(both.filter((id) => id === a || id === b)).toEqual([]);
      // How far behind the first five stand in the list in which they are worse.
      const worse = (ids: readonly string[]) =>
        ids.slice(0, 5).reduce((sum, id) => sum + Math.max(placeIn(nearA, id), placeIn(nearB, id)), 0) / 5;
      expect(worse(both), mode).toBeLessThan(worse(nearA) / 2);
      expect(worse(both), mode).toBeLessThan(worse(nearB) / 2);
    }
  });

  test('together with words finds what is about both', async () => {
    const robots = idOf('Learning Synergies between Pushing');
    const [alone, together] = [await search(`like:${robots}`), await search(`language instructions like:${robots}`)];
    const speaking = ({ hits }: SearchResponse) =>
      hits.slice(0, 10).filter(({ id }) => /language/i.test(papers.find((one) => one.id === id)?.abstract ?? ''))
        .length;
    expect(speaking(together)).toBeGreaterThan(speaking(alone));
    expect(idsOf(together.hits)).not.toContain(robots);
  });
});

describe('not:', () => {
  test.each(['robots that learn to grasp', 'human feedback for language models', 'agents that plan'])(
    'takes a paper out of the answers to %j and pushes down what is like it',
    async (q) => {
      const before = idsOf((await search(q)).hits);
      const [disliked] = before;
      const likeIt = idsOf((await search(`like:${disliked}`, { limit: 10 })).hits).filter((id) => before.includes(id));
      expect(likeIt.length).toBeGreaterThan(4);
      const after = idsOf((await search(`${q} not:${disliked}`)).hits);
      expect(after).not.toContain(disliked);
      expect(after.length).toBeGreaterThan(5);
      // Without the disliked one everything moves up by one place, if nothing is pushed.
      const pushed = likeIt.map((id) => placeIn(after, id) - (placeIn(before, id) - 1));
      expect(pushed.reduce((sum, one) => sum + one, 0) / pushed.length).toBeGreaterThan(1);
    },
  );
});

test.each(['like', 'not'])('%s: with an id that no paper has is a 404 that names it', async (key) => {
  const { status, text } = await httpGet(`${server.url}/api/search?${queryString({ q: `robots ${key}:no-such-paper` })}`);
  expect(status).toBe(404);
  expect(text).toContain('no-such-paper');
});

describe('papers with nearly the same text', () => {
  test('stand behind the first of them in every mode, and none is lost or told twice', async () => {
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

  test('are told by id and title', async () => {
    const { hits } = await search(`"${papers[10].title}"`);
    const [{ duplicates: also, id }] = hits;
    const other = id === 'version-2' ? papers[10] : versions[2];
    expect(also).toEqual([{ id: other.id, title: other.title }]);
  });

  test('are the first of the similar ones, together', async () => {
    const { hits } = await search(`like:${papers[20].id}`);
    expect([hits[0], ...hits[0].duplicates].map(({ id }) => id).sort()).toEqual(['version-0', 'version-1']);
  });

  test('count once in a list, and other papers stand alone', async () => {
    const pages = await Promise.all([0, 200].map((offset) => search('-nosuchword', { offset })));
    const hits = pages.flatMap((page) => page.hits);
    expect(hits).toHaveLength(papers.length);
    expect(pages[0].total).toBe(papers.length);
    expect(hits.flatMap(({ duplicates: also }) => also)).toHaveLength(versions.length);
  });
});
