import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { pickBuildOptions, readConfig } from '../../../../pipeline/config.ts';
import { searchModes } from '../../../../pipeline/core/query/ast.ts';
import { currentSnapshotFolder } from '../../../../pipeline/store/data-folder.ts';
import { readManifest } from '../../../../pipeline/store/snapshot-files.ts';
import { mapResponse } from '../../../../server/schemas/map.ts';
import { paperResponse, similarPapersResponse } from '../../../../server/schemas/papers.ts';
import { searchResponse } from '../../../../server/schemas/search.ts';
import { healthResponse, statusResponse } from '../../../../server/schemas/status.ts';
import { topicsResponse } from '../../../../server/schemas/topics.ts';
import { httpGet, queryString } from '../../../fixtures/client.ts';
import { startSampleServer } from '../../../fixtures/sample-server.ts';

let server: Awaited<ReturnType<typeof startSampleServer>>;

beforeAll(async () => {
  server = await startSampleServer();
});
afterAll(() => server.stop());

/** Gets a response and checks that it has what the schema says, and nothing else. */
async function get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const { status, body, text } = await httpGet(`${server.url}${path}`);
  expect(status, text).toBe(200);
  const parsed = schema.parse(body);
  expect(body).toEqual(parsed);
  return parsed;
}

const search = (values: Record<string, string | number>) => get(`/api/search?${queryString(values)}`, searchResponse);

describe.each(searchModes)('a search in %s mode', (mode) => {
  test('lists hits by score, and no more than there are papers', async () => {
    const response = await search({ q: 'robots that learn to grasp', mode, limit: 50 });
    expect(response).toMatchObject({ query: 'robots that learn to grasp', mode });
    expect(response.hits).toHaveLength(50);
    expect(response.total).toBeGreaterThanOrEqual(50);
    expect(response.total).toBeLessThanOrEqual(326);
    const scores = response.hits.map((hit) => hit.score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  test('describes a hit like the paper itself', async () => {
    for (const hit of (await search({ q: 'human feedback', mode, limit: 10 })).hits) {
      const paper = await get(`/api/papers/${encodeURIComponent(hit.id)}`, paperResponse);
      const { id, title, date, topic, x, y, organization, comments, authorCount } = hit;
      expect(paper).toMatchObject({ id, title, date, topic, x, y, organization, comments, authorCount });
      expect(paper.abstract).toContain(hit.snippet.text.replace(/^… | …$/g, ''));
    }
  });

  test('highlights words of the query in snippets, in ascending ranges that do not overlap', async () => {
    const { hits } = await search({ q: 'language model reasoning', mode, limit: 100 });
    let highlights = 0;
    for (const { snippet } of hits) {
      let end = 0;
      for (const [from, to] of snippet.highlights) {
        expect(from).toBeGreaterThanOrEqual(end);
        expect(to).toBeGreaterThan(from);
        expect(snippet.text.slice(from, to)).toMatch(/^(language|model|reason)/i);
        end = to;
        highlights++;
      }
      expect(end).toBeLessThanOrEqual(snippet.text.length);
    }
    expect(highlights).toBeGreaterThan(20);
  });

  test.each([1, 200])('lists %i hits if that is the limit', async (limit) => {
    const { hits, total } = await search({ q: 'language models that learn to reason', mode, limit });
    expect(total).toBeGreaterThan(200);
    expect(hits).toHaveLength(limit);
  });

  test('has pages that neither repeat nor skip a paper, whatever their size', async () => {
    const readPages = async (limit: number) => {
      const ids: string[] = [];
      for (let offset = 0; ; offset += limit) {
        const { hits, total } = await search({ q: 'agents that plan', mode, limit, offset });
        ids.push(...hits.map((hit) => hit.id));
        if (hits.length < limit) return { ids, total };
      }
    };
    const [largePages, smallPages] = [await readPages(200), await readPages(37)];
    expect(smallPages).toEqual(largePages);
    expect(new Set(smallPages.ids).size).toBe(smallPages.total);
    expect(smallPages.ids).toHaveLength(smallPages.total);
  });

  test('has no hits beyond the last one, and the same total', async () => {
    const first = await search({ q: 'agents that plan', mode });
    const beyond = await search({ q: 'agents that plan', mode, offset: first.total });
    expect(beyond).toEqual({ ...first, hits: [] });
  });
});

test('a search is hybrid and lists twenty hits by default', async () => {
  const response = await search({ q: 'diffusion models' });
  expect(response.mode).toBe('hybrid');
  expect(response.hits).toHaveLength(20);
});

test.each(searchModes)('a query without search terms lists every paper once, in %s mode', async (mode) => {
  const { ids } = await get('/api/map', mapResponse);
  const pages = await Promise.all([0, 200].map((offset) => search({ q: '-nosuchword', mode, limit: 200, offset })));
  const hits = pages.flatMap((page) => page.hits);
  expect(hits).toHaveLength(pages[0].total);
  const listed = hits.flatMap((hit) => [hit.id, ...hit.duplicates.map(({ id }) => id)]);
  expect(listed.sort()).toEqual([...ids].sort());
});

test('similar papers are sorted by similarity, ten by default, without the paper itself', async () => {
  const { ids } = await get('/api/map', mapResponse);
  for (const id of ids.filter((_, row) => row % 40 === 0)) {
    const { hits, ...rest } = await get(`/api/papers/${id}/similar`, similarPapersResponse);
    expect(rest).toEqual({ id });
    expect(hits).toHaveLength(10);
    expect(new Set([id, ...hits.map((hit) => hit.id)]).size).toBe(11);
    const scores = hits.map((hit) => hit.score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    const more = await get(`/api/papers/${id}/similar?limit=200`, similarPapersResponse);
    expect(more.hits.slice(0, 10)).toEqual(hits);
    expect(more.hits).toHaveLength(200);
  }
});

test('every paper has the position, topic, date and comments that the map says', async () => {
  const map = await get('/api/map', mapResponse);
  expect(map.ids).toHaveLength(326);
  expect(new Set(map.ids).size).toBe(326);
  const { snapshot: _, ...columns } = map;
  for (const column of Object.values(columns)) expect(column).toHaveLength(326);
  expect([...map.x, ...map.y].every(Number.isFinite)).toBe(true);
  for (const [row, id] of map.ids.entries()) {
    const paper = await get(`/api/papers/${encodeURIComponent(id)}`, paperResponse);
    const topic = map.topic[row] === -1 ? null : map.topic[row];
    expect(paper).toMatchObject({ id, x: map.x[row], y: map.y[row], topic, neighborRecall: map.neighborRecall[row] });
    expect(map.comments[row]).toBe(paper.comments ?? -1);
    expect(map.date[row]).toBe(paper.date === null ? -(2 ** 31) : Date.parse(paper.date) / 86_400_000);
  }
});

test('topics have the sizes and positions of their papers on the map, and representative papers of their own', async () => {
  const map = await get('/api/map', mapResponse);
  const { snapshot, topics, outliers } = await get('/api/topics', topicsResponse);
  expect(snapshot).toBe(map.snapshot);
  expect(topics.length).toBeGreaterThan(3);
  expect(outliers).toBe(map.topic.filter((topic) => topic === -1).length);
  expect(new Set(topics.map((topic) => topic.id)).size).toBe(topics.length);
  for (const topic of topics) {
    const rows = [...map.topic.keys()].filter((row) => map.topic[row] === topic.id);
    expect(topic.size).toBe(rows.length);
    expect(topic.keywords.length).toBeGreaterThanOrEqual(3);
    expect(topic.representativePapers.length).toBeGreaterThan(0);
    const ids = rows.map((row) => map.ids[row]);
    for (const { id } of topic.representativePapers) expect(ids).toContain(id);
    expect(topic.x).toBe(rows.map((row) => map.x[row]).sort((a, b) => a - b)[rows.length >> 1]);
    expect(topic.y).toBe(rows.map((row) => map.y[row]).sort((a, b) => a - b)[rows.length >> 1]);
  }
});

test('the status describes the snapshot, with all options of the build', async () => {
  const status = await get('/api/status', statusResponse);
  const manifest = readManifest(currentSnapshotFolder(server.dataDir));
  expect(status).toMatchObject({
    snapshot: { id: manifest.id, createdAt: manifest.createdAt },
    model: { source: 'embedded', available: true, dimensions: manifest.model.dimensions },
    counts: { papers: 326, topics: manifest.counts.topics, mergedRows: 6, skippedRows: 0 },
    options: pickBuildOptions(readConfig({}, undefined)),
    quality: manifest.quality,
  });
  const age = (Date.now() - Date.parse(manifest.createdAt)) / 1000;
  expect(Math.abs(status.snapshot.ageSeconds - age)).toBeLessThan(2);
});

test('the status has the earliest and the latest date of all papers', async () => {
  const { ids } = await get('/api/map', mapResponse);
  const papers = await Promise.all(ids.map((id) => get(`/api/papers/${encodeURIComponent(id)}`, paperResponse)));
  const dates = papers.flatMap(({ date }) => (date === null ? [] : [date])).sort();
  expect(dates.length).toBeGreaterThan(100);
  const { body } = await httpGet(`${server.url}/api/status`);
  expect(statusResponse.parse(body).dates).toEqual({ from: dates[0], to: dates.at(-1) });
});

test('healthz names the current snapshot', async () => {
  const { id } = readManifest(currentSnapshotFolder(server.dataDir));
  expect(await get('/healthz', healthResponse)).toEqual({ ok: true, snapshot: id, reasons: [] });
});
