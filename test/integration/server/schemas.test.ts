import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { buildOptionsOf, readConfig } from '../../../pipeline/config.ts';
import { currentSnapshotFolder } from '../../../pipeline/store/data-folder.ts';
import { readManifest } from '../../../pipeline/store/snapshot-files.ts';
import {
  healthAnswer,
  mapAnswer,
  paperAnswer,
  searchAnswer,
  searchModes,
  similarAnswer,
  statusAnswer,
  topicsAnswer,
} from '../../../server/schemas/search.ts';
import { ask, queryOf } from '../../fixtures/client.ts';
import { startSampleServer } from '../../fixtures/sample-server.ts';

let server: Awaited<ReturnType<typeof startSampleServer>>;

beforeAll(async () => {
  server = await startSampleServer();
});
afterAll(() => server.stop());

/** An answer that is all that the contract says, and nothing beside. */
async function get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const { status, body, text } = await ask(`${server.url}${path}`);
  expect(status, text).toBe(200);
  const parsed = schema.parse(body);
  expect(body).toEqual(parsed);
  return parsed;
}

const search = (values: Record<string, string | number>) => get(`/api/search?${queryOf(values)}`, searchAnswer);

describe.each(searchModes)('a search in %s mode', (mode) => {
  test('answers as the contract says, the nearest first, never more hits than papers', async () => {
    const answer = await search({ q: 'robots that learn to grasp', mode, limit: 50 });
    expect(answer).toMatchObject({ query: 'robots that learn to grasp', mode });
    expect(answer.hits).toHaveLength(50);
    expect(answer.total).toBeGreaterThanOrEqual(50);
    expect(answer.total).toBeLessThanOrEqual(326);
    const scores = answer.hits.map((hit) => hit.score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  test('tells of a hit what the paper itself tells', async () => {
    for (const hit of (await search({ q: 'human feedback', mode, limit: 10 })).hits) {
      const paper = await get(`/api/papers/${encodeURIComponent(hit.id)}`, paperAnswer);
      const { id, title, date, topic, x, y, organization, comments, authorCount } = hit;
      expect(paper).toMatchObject({ id, title, date, topic, x, y, organization, comments, authorCount });
      expect(paper.abstract).toContain(hit.snippet.text.replace(/^… | …$/g, ''));
    }
  });

  test('marks stretches of the snippet, in order and apart', async () => {
    const { hits } = await search({ q: 'language model reasoning', mode, limit: 100 });
    let marked = 0;
    for (const { snippet } of hits) {
      let end = 0;
      for (const [from, to] of snippet.highlights) {
        expect(from).toBeGreaterThanOrEqual(end);
        expect(to).toBeGreaterThan(from);
        expect(snippet.text.slice(from, to)).toMatch(/^(language|model|reason)/i);
        end = to;
        marked++;
      }
      expect(end).toBeLessThanOrEqual(snippet.text.length);
    }
    expect(marked).toBeGreaterThan(20);
  });

  test.each([1, 200])('gives %i hits where that many are asked for', async (limit) => {
    const { hits, total } = await search({ q: 'language models that learn to reason', mode, limit });
    expect(total).toBeGreaterThan(200);
    expect(hits).toHaveLength(limit);
  });

  test('pages without repeating or dropping a paper, and alike each time', async () => {
    const read = async (limit: number) => {
      const ids: string[] = [];
      for (let offset = 0; ; offset += limit) {
        const { hits, total } = await search({ q: 'agents that plan', mode, limit, offset });
        ids.push(...hits.map((hit) => hit.id));
        if (hits.length < limit) return { ids, total };
      }
    };
    const [byLarge, bySmall] = [await read(200), await read(37)];
    expect(bySmall).toEqual(byLarge);
    expect(new Set(bySmall.ids).size).toBe(bySmall.total);
    expect(bySmall.ids).toHaveLength(bySmall.total);
  });

  test('gives no hits beyond the last, and the same total', async () => {
    const first = await search({ q: 'agents that plan', mode });
    const beyond = await search({ q: 'agents that plan', mode, offset: first.total });
    expect(beyond).toEqual({ ...first, hits: [] });
  });
});

test('a search without further wishes is hybrid and gives twenty hits', async () => {
  const answer = await search({ q: 'diffusion models' });
  expect(answer.mode).toBe('hybrid');
  expect(answer.hits).toHaveLength(20);
});

test.each(searchModes)('what asks for nothing by words lists every paper in %s mode, each once', async (mode) => {
  const { ids } = await get('/api/map', mapAnswer);
  const pages = await Promise.all([0, 200].map((offset) => search({ q: '-nosuchword', mode, limit: 200, offset })));
  const hits = pages.flatMap((page) => page.hits);
  expect(hits).toHaveLength(pages[0].total);
  const listed = hits.flatMap((hit) => [hit.id, ...hit.duplicates.map(({ id }) => id)]);
  expect(listed.sort()).toEqual([...ids].sort());
});

test('similar papers are the nearest others, ten unless asked otherwise', async () => {
  const { ids } = await get('/api/map', mapAnswer);
  for (const id of ids.filter((_, row) => row % 40 === 0)) {
    const { hits, ...rest } = await get(`/api/papers/${id}/similar`, similarAnswer);
    expect(rest).toEqual({ id });
    expect(hits).toHaveLength(10);
    expect(new Set([id, ...hits.map((hit) => hit.id)]).size).toBe(11);
    const scores = hits.map((hit) => hit.score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    const more = await get(`/api/papers/${id}/similar?limit=200`, similarAnswer);
    expect(more.hits.slice(0, 10)).toEqual(hits);
    expect(more.hits).toHaveLength(200);
  }
});

test('every paper of the map can be read, and stands where the map says', async () => {
  const map = await get('/api/map', mapAnswer);
  expect(map.ids).toHaveLength(326);
  expect(new Set(map.ids).size).toBe(326);
  const { snapshot: _, ...columns } = map;
  for (const column of Object.values(columns)) expect(column).toHaveLength(326);
  expect([...map.x, ...map.y].every(Number.isFinite)).toBe(true);
  for (const [row, id] of map.ids.entries()) {
    const paper = await get(`/api/papers/${encodeURIComponent(id)}`, paperAnswer);
    const topic = map.topic[row] === -1 ? null : map.topic[row];
    expect(paper).toMatchObject({ id, x: map.x[row], y: map.y[row], topic, trust: map.neighborRecall[row] });
    expect(map.comments[row]).toBe(paper.comments ?? -1);
    expect(map.date[row]).toBe(paper.date === null ? -(2 ** 31) : Date.parse(paper.date) / 86_400_000);
  }
});

test('topics count the papers that the map gives them, and name papers of theirs', async () => {
  const map = await get('/api/map', mapAnswer);
  const { snapshot, topics, outliers } = await get('/api/topics', topicsAnswer);
  expect(snapshot).toBe(map.snapshot);
  expect(topics.length).toBeGreaterThan(3);
  expect(outliers).toBe(map.topic.filter((topic) => topic === -1).length);
  expect(new Set(topics.map((topic) => topic.id)).size).toBe(topics.length);
  for (const topic of topics) {
    const rows = [...map.topic.keys()].filter((row) => map.topic[row] === topic.id);
    expect(topic.size).toBe(rows.length);
    expect(topic.keywords.length).toBeGreaterThanOrEqual(3);
    expect(topic.central.length).toBeGreaterThan(0);
    const ids = rows.map((row) => map.ids[row]);
    for (const { id } of topic.central) expect(ids).toContain(id);
    expect(topic.x).toBe(rows.map((row) => map.x[row]).sort((a, b) => a - b)[rows.length >> 1]);
    expect(topic.y).toBe(rows.map((row) => map.y[row]).sort((a, b) => a - b)[rows.length >> 1]);
  }
});

test('the status is that of the snapshot, with every option of the build', async () => {
  const status = await get('/api/status', statusAnswer);
  const manifest = readManifest(currentSnapshotFolder(server.dataDir));
  expect(status).toMatchObject({
    snapshot: { id: manifest.id, createdAt: manifest.createdAt },
    model: { source: 'embedded', available: true, dimensions: manifest.model.dimensions },
    counts: { papers: 326, topics: manifest.counts.topics, mergedRows: 6, skippedRows: 0 },
    options: buildOptionsOf(readConfig({}, undefined)),
    quality: manifest.quality,
  });
  const age = (Date.now() - Date.parse(manifest.createdAt)) / 1000;
  expect(Math.abs(status.snapshot.ageSeconds - age)).toBeLessThan(2);
});

test('the dates of the status are the earliest and the latest of all papers', async () => {
  const { ids } = await get('/api/map', mapAnswer);
  const papers = await Promise.all(ids.map((id) => get(`/api/papers/${encodeURIComponent(id)}`, paperAnswer)));
  const dates = papers.flatMap(({ date }) => (date === null ? [] : [date])).sort();
  expect(dates.length).toBeGreaterThan(100);
  const { body } = await ask(`${server.url}/api/status`);
  expect(statusAnswer.parse(body).dates).toEqual({ from: dates[0], to: dates.at(-1) });
});

test('healthz names the snapshot that serves', async () => {
  const { id } = readManifest(currentSnapshotFolder(server.dataDir));
  expect(await get('/healthz', healthAnswer)).toEqual({ ok: true, snapshot: id });
});
