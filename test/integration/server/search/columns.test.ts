/** Columns of the user's data, from JSONL to the API. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { columnsResponse, mapFieldResponse } from '../../../../server/schemas/columns.ts';
import { hiddenGemsResponse } from '../../../../server/schemas/explore.ts';
import { mapResponse } from '../../../../server/schemas/map.ts';
import { paperResponse } from '../../../../server/schemas/papers.ts';
import { completionResponse, facetsResponse, searchResponse } from '../../../../server/schemas/search.ts';
import { statusResponse } from '../../../../server/schemas/status.ts';
import { fetchAllPapers, httpGet, postJson, queryString } from '../../../fixtures/client.ts';
import { buildInto, serveFolder, startSampleServer } from '../../../fixtures/sample-server.ts';

const SUBJECTS = ['robots that grasp cups', 'language models that plan', 'maps of tides', 'proofs by search'];
/** Papers as in the daily feed, with columns of every type. Every fifth has none. */
const rows = Array.from({ length: 60 }, (_, i) => ({
  id: `p${i}`,
  title: `${SUBJECTS[i % 4]}, part ${i}`,
  abstract: `We study ${SUBJECTS[i % 4]} with method ${i} of ${['text', 'image', 'sound'][i % 3]}. Note: ratio 3:1.`,
  date: '2026-06',
  ...(i % 5 > 0 && {
    published: `2026-0${6 + (i % 3)}-1${i % 10}T08:00:00.000Z`,
    upvotes: i * i,
    peerReviewed: i % 2 === 0,
    venue: ['ICML', 'NeurIPS', 'CVPR'][i % 3],
    tags: ['all', `t${i % 4}`],
    metrics: { stars: i / 2 },
    like: 'x',
    remark: `A remark on paper ${i}`,
    people: [{ name: 'Ada' }],
  }),
}));

let server: Awaited<ReturnType<typeof serveFolder>>;
beforeAll(async () => {
  server = await serveFolder((dataDir) => {
    mkdirSync(dataDir, { recursive: true });
    const file = join(dataDir, 'rows.jsonl');
    writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    return buildInto(dataDir, [file], { model: 'fast' });
  });
});
afterAll(() => server.stop());

async function get<T>(
  path: string,
  schema: z.ZodType<T>,
  parameters: Record<string, string | number> = {},
): Promise<T> {
  const { status, body, text } = await httpGet(`${server.url}/api/${path}?${queryString(parameters)}`);
  expect(status, text).toBe(200);
  return schema.parse(body);
}

const known = rows.filter((row) => row.upvotes !== undefined);
const idsOf = async (q: string) => (await get('search', searchResponse, { q, limit: 200 })).hits.map(({ id }) => id);
const numbersOf = (ids: readonly string[]) => ids.map((id) => Number(id.slice(1)));

/** Ids by search include near-duplicates, which are collapsed. */
async function found(q: string): Promise<string[]> {
  const { hits } = await get('search', searchResponse, { q, limit: 200 });
  return hits.flatMap(({ id, duplicates }) => [id, ...duplicates.map((one) => one.id)]).sort();
}
const expected = (matches: (row: (typeof rows)[number]) => boolean | undefined) =>
  rows
    .filter(matches)
    .map(({ id }) => id)
    .sort();

describe('filters', () => {
  test.each<[string, (row: (typeof rows)[number]) => boolean | undefined]>([
    ['upvotes:>900', ({ upvotes = 0 }) => upvotes > 900],
    ['upvotes:100..900', ({ upvotes = 0 }) => upvotes >= 100 && upvotes <= 900],
    ['-upvotes:>900', ({ upvotes = 0 }) => !(upvotes > 900)],
    ['venue:icml', ({ venue }) => venue === 'ICML'],
    ['venue:ICML venue:CVPR', ({ venue }) => venue === 'ICML' || venue === 'CVPR'],
    ['published:2026-07..', ({ published = '' }) => published >= '2026-07'],
    ['published:2026-07', ({ published = '' }) => published.startsWith('2026-07')],
    ['peer_reviewed:true', ({ peerReviewed }) => peerReviewed],
    ['peerReviewed:false', ({ peerReviewed }) => peerReviewed === false],
    ['tags:T2 metrics.stars:<10', ({ tags, metrics }) => tags?.includes('t2') && (metrics?.stars ?? 99) < 10],
    ['has:upvotes', ({ upvotes }) => upvotes !== undefined],
    ['-has:remark', ({ remark }) => remark === undefined],
    ['field.like:x', ({ like }) => like !== undefined],
  ])('%s', async (q, matches) => {
    expect(await found(q)).toEqual(expected(matches));
    expect(expected(matches).length).toBeGreaterThan(0);
  });

  test('go with words', async () => {
    const ids = numbersOf(await idsOf('grasp cups upvotes:>900'));
    expect(ids.length).toBeGreaterThan(0);
    for (const i of ids) expect(rows[i].upvotes).toBeGreaterThan(900);
  });

  test('on a column that does not exist are refused by name, with the nearest', async () => {
    const { status, body } = await httpGet(`${server.url}/api/search?q=${encodeURIComponent('robots upvots:>5')}`);
    expect([status, body]).toEqual([
      400,
      {
        error: {
          code: 'bad_request',
          message:
            "character 8: 'upvots:>5' isn't a column of these papers; nearest: upvotes; to search for it as words, write a space after the colon or add match:literal",
        },
      },
    ]);
  });

  test.each([
    'Note: ratio 3:1',
    'ratio:3',
    'https://arxiv.org/abs/2501.12948',
    'BERT:pre-training',
    'doi:10.1/x',
    'Segment anything: a survey',
  ])('ordinary text stays text: %s', async (q) => {
    await get('search', searchResponse, { q });
  });
});

test('sort orders: highest first, lowest first with a minus, papers without a value last', async () => {
  const all = numbersOf(await idsOf('sort:upvotes'));
  const values = all.map((i) => rows[i].upvotes ?? -1);
  expect(values).toEqual([...values].sort((a, b) => b - a));
  const reversed = numbersOf(await idsOf('has:upvotes sort:-upvotes')).map((i) => rows[i].upvotes ?? -1);
  expect(reversed).toEqual([...reversed].sort((a, b) => a - b));
  expect(rows[numbersOf(await idsOf('sort:-upvotes'))[0]].upvotes).toBe(1);
  const ranked = numbersOf(await idsOf('robots that grasp sort:-upvotes')).map((i) => rows[i].upvotes ?? Infinity);
  expect(ranked).toEqual([...ranked].sort((a, b) => a - b));
  const venues = numbersOf(await idsOf('has:venue sort:venue')).map((i) => rows[i].venue ?? '');
  expect(venues).toEqual([...venues].sort());
});

test('facets have the values of every column but texts', async () => {
  const { columns, total } = await get('facets', facetsResponse, { q: 'has:upvotes' });
  const byName = new Map(columns.map((column) => [column.name, column]));
  expect([...byName.keys()].sort()).toEqual(
    ['like', 'metrics.stars', 'peer_reviewed', 'published', 'tags', 'upvotes', 'venue'].sort(),
  );
  const sum = (list: readonly { count: number }[]) => list.reduce((all, { count }) => all + count, 0);
  for (const column of columns) expect(column.count).toBe(total);
  const upvotes = byName.get('upvotes');
  expect(upvotes).toMatchObject({ type: 'number', min: 1, max: 59 * 59 });
  if (upvotes?.type === 'number') {
    expect(sum(upvotes.bins)).toBe(total);
    for (const { from, to, count } of upvotes.bins.slice(0, -1)) {
      // Hits that are near-duplicates of others are not counted.
      expect((await found(`upvotes:>=${from} upvotes:<${to}`)).length).toBeGreaterThanOrEqual(count);
    }
  }
  const venue = byName.get('venue');
  if (venue?.type === 'category') expect(sum(venue.values)).toBe(total);
  const published = byName.get('published');
  if (published?.type === 'date')
    expect(published.dates.map(({ date }) => date)).toEqual(['2026-08', '2026-07', '2026-06']);
  expect(byName.get('like')).toMatchObject({ key: 'field.like', type: 'category', distinct: 1 });
});

test('the columns are listed, with their types and keys', async () => {
  const { columns } = await get('columns', columnsResponse);
  expect(columns).toContainEqual({ name: 'upvotes', key: 'upvotes', type: 'number', papers: known.length });
  expect(columns).toContainEqual({ name: 'like', key: 'field.like', type: 'category', papers: known.length });
  expect(columns).toContainEqual({ name: 'remark', key: 'remark', type: 'text', papers: known.length });
  expect((await get('status', statusResponse)).columns).toEqual(columns);
});

test('a paper has its fields, and so has an export', async () => {
  const fields = {
    like: 'x',
    'metrics.stars': 3.5,
    peer_reviewed: false,
    published: '2026-07-17T08:00:00.000Z',
    remark: 'A remark on paper 7',
    tags: ['all', 't3'],
    upvotes: 49,
  };
  expect((await get('papers/p7', paperResponse)).fields).toEqual(fields);
  expect((await get('papers/p0', paperResponse)).fields).toEqual({});
  const json = await postJson(`${server.url}/api/export`, { ids: ['p7', 'p0'], format: 'json' });
  expect((json.body as { fields: object }[]).map((paper) => paper.fields)).toEqual([fields, {}]);
  const csv = (await postJson(`${server.url}/api/export`, { ids: ['p7', 'p0'], format: 'csv' })).text.split('\r\n');
  expect(csv[0]).toMatch(/,abstract,like,metrics\.stars,peer_reviewed,published,remark,tags,upvotes$/);
  expect(csv[1]).toMatch(/,x,3\.5,false,2026-07-17T08:00:00\.000Z,A remark on paper 7,all; t3,49$/);
  expect(csv[2]).toMatch(/,,,,,,,$/);
});

test('a column is there for the map, by row', async () => {
  const { ids } = await get('map', mapResponse);
  const upvotes = await get('map/field/upvotes', mapFieldResponse);
  expect(upvotes).toMatchObject({ name: 'upvotes', type: 'number', names: [] });
  expect(upvotes.values).toEqual(ids.map((id) => rows[Number(id.slice(1))].upvotes ?? null));
  const venue = await get('map/field/venue', mapFieldResponse);
  expect(venue.values.map((code) => (code === null ? undefined : venue.names[code]))).toEqual(
    ids.map((id) => rows[Number(id.slice(1))].venue),
  );
  const published = await get('map/field/published', mapFieldResponse);
  expect(published.values.map((day) => day && new Date(day * 86_400_000).toISOString().slice(0, 10))).toEqual(
    ids.map((id) => rows[Number(id.slice(1))].published?.slice(0, 10) ?? null),
  );
  await get('map/field/tags', mapFieldResponse);
  await get('map/field/peer_reviewed', mapFieldResponse);
  expect((await httpGet(`${server.url}/api/map/field/nosuch`)).status).toBe(404);
  expect((await httpGet(`${server.url}/api/map/field/remark`)).status).toBe(400);
});

test('names and values of columns are completed', async () => {
  const complete = async (q: string) =>
    (await get('complete', completionResponse, { q })).items.map(({ text }) => text);
  expect(await complete('robots upv')).toContain('upvotes:');
  expect(await complete('peer_re')).toEqual(['peer_reviewed:']);
  expect(await complete('venue:')).toEqual(expect.arrayContaining(['ICML', 'NeurIPS', 'CVPR']));
  expect(await complete('venue:ne')).toEqual(['NeurIPS']);
  expect(await complete('peer_reviewed:t')).toEqual(['true']);
  expect(await complete('has:up')).toEqual(['upvotes']);
  expect(await complete('sort:-up')).toEqual(['-upvotes']);
  expect(await complete('field.like:')).toEqual(['x']);
});

test('hidden gems count upvotes where no comments are known', async () => {
  const gems = await get('gems', hiddenGemsResponse);
  expect(gems).toMatchObject({
    measure: 'upvotes',
    measures: ['upvotes'],
    isAvailable: true,
    papersWithCount: known.length,
  });
  for (const { id, count } of gems.gems) expect(count).toBe(rows[Number(id.slice(1))].upvotes);
});

describe('titles of the sample', () => {
  let sample: Awaited<ReturnType<typeof startSampleServer>>;
  beforeAll(async () => {
    sample = await startSampleServer();
  });
  afterAll(() => sample.stop());

  test.each([
    ['as they are', (title: string) => title],
    ['without the space after the colon', (title: string) => title.replace(': ', ':')],
    ['in lower case, without that space', (title: string) => title.toLowerCase().replace(': ', ':')],
  ])('find their papers %s', async (_, change) => {
    const papers = await fetchAllPapers(sample.url);
    expect(papers.length).toBe(326);
    const missed: string[] = [];
    for (const { id, title } of papers) {
      const { status, body } = await httpGet(
        `${sample.url}/api/search?${queryString({ q: change(title), mode: 'keyword' })}`,
      );
      const hits = status === 200 ? searchResponse.parse(body).hits : [];
      if (!hits.slice(0, 3).some((hit) => hit.id === id || hit.duplicates.some((one) => one.id === id)))
        missed.push(title);
    }
    expect(missed).toEqual([]);
  });
});
