import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paperResponse } from '../../../../server/schemas/papers.ts';
import { errorResponse } from '../../../../server/schemas/status.ts';
import { httpGet, queryString } from '../../../fixtures/client.ts';
import { startTwoSnapshotServer } from '../../../fixtures/two-snapshot-server.ts';

// Made here, because it takes seconds: in a test it would block the server, which runs in this process, until it closes the
// idle connections that the client is about to reuse.
const anyText = fc.string({ unit: 'binary', maxLength: 20 });

let night: Awaited<ReturnType<typeof startTwoSnapshotServer>>;

beforeAll(async () => {
  night = await startTwoSnapshotServer();
});
afterAll(() => night.stop());

describe('the tree', () => {
  test('has each topic once, before its subtopics, with the number of its papers on the map', async () => {
    const { tree, levels, chosenLevel } = await night.topicsOf();
    expect(tree.length).toBeGreaterThan(15);
    expect(levels).toHaveLength(3);
    expect(chosenLevel).toBe(1);
    expect(new Set(tree.map(({ id }) => id)).size).toBe(tree.length);
    const members = await night.membersById();
    const seen = new Map<number, (typeof tree)[number]>();
    for (const node of tree) {
      expect(node.size).toBe(members.get(node.id)?.length);
      const parent = node.parent === null ? undefined : seen.get(node.parent);
      expect(parent === undefined).toBe(node.parent === null);
      if (parent) {
        expect(node.level).toBe(parent.level + 1);
        expect(parent.splitResolution).not.toBeNull();
        if (node.splitResolution !== null)
          expect(node.splitResolution).toBeGreaterThanOrEqual(parent.splitResolution ?? Infinity);
      }
      seen.set(node.id, node);
    }
    const parents = new Set(tree.map(({ parent }) => parent));
    for (const node of tree) expect(node.splitResolution !== null).toBe(parents.has(node.id));
  });

  test('is the same in every response', async () => {
    const { tree, levels, sweep, chosenLevel } = await night.topicsOf();
    for (const query of ['?level=0', '?level=2', '?resolution=0.1', '?count=9'])
      expect(await night.topicsOf(query)).toMatchObject({ tree, levels, sweep, chosenLevel });
  });
});

describe('the topics of a cut', () => {
  test('at a level are as many as the level has; the default is the chosen level', async () => {
    const { levels, chosenLevel } = await night.topicsOf();
    for (const [level, { topics }] of levels.entries()) {
      const response = await night.topicsOf(`?level=${level}`);
      expect(response.topics).toHaveLength(topics);
      expect(response.cut).toEqual({ level, resolution: null });
    }
    expect(await night.topicsOf(`?level=${chosenLevel}`)).toEqual(await night.topicsOf());
  });

  test('never overlap, and have all papers together with the outliers', async () => {
    const members = await night.membersById();
    for (const query of ['?level=0', '', '?level=2', '?resolution=0.2', '?resolution=0.9', '?count=5', '?count=500']) {
      const { topics, outliers } = await night.topicsOf(query);
      const inTopics = topics.flatMap(({ id }) => members.get(id) ?? []);
      expect(new Set(inTopics).size).toBe(inTopics.length);
      expect(inTopics.length + outliers).toBe(night.map.ids.length);
    }
  });

  test('only split as the resolution rises: each is within a coarser one', async () => {
    const tree = await night.treeOf();
    const parentOf = new Map(tree.map(({ id, parent }) => [id, parent]));
    const splits = tree.flatMap(({ splitResolution }) => splitResolution ?? []).sort((a, b) => a - b);
    let coarser: number[] | undefined;
    for (const resolution of [0, ...splits.flatMap((split) => [split * 0.999, split * 1.001])]) {
      const { topics, cut } = await night.topicsOf(`?resolution=${resolution.toFixed(15)}`);
      const ids = topics.map(({ id }) => id);
      for (let id of coarser ? ids : []) {
        while (!coarser?.includes(id)) id = parentOf.get(id) ?? -1;
        expect(coarser).toContain(id);
      }
      expect(cut.resolution).toBeLessThanOrEqual(resolution);
      expect((await night.topicsOf(`?resolution=${cut.resolution}`)).topics.map(({ id }) => id)).toEqual(ids);
      coarser = ids;
    }
    expect(coarser).toHaveLength(tree.filter(({ splitResolution }) => splitResolution === null).length);
  });

  test('with a count are at least that many, as few more as possible, or the finest', async () => {
    const tree = await night.treeOf();
    const splits = [0, ...tree.flatMap(({ splitResolution }) => splitResolution ?? [])];
    const possible = new Set<number>();
    for (const split of splits) possible.add((await night.topicsOf(`?resolution=${split}`)).topics.length);
    for (const count of [1, 2, 4, 6, 7, 10, 17, 100]) {
      const { topics, cut } = await night.topicsOf(`?count=${count}`);
      const enough = [...possible].filter((topicCount) => topicCount >= count);
      expect(topics).toHaveLength(enough.length > 0 ? Math.min(...enough) : Math.max(...possible));
      expect(cut.level).toBeNull();
    }
  });

  test('are at the median of their papers, and their bounds contain nine tenths of them on either axis', async () => {
    const members = await night.membersById();
    const rowOf = new Map(night.map.ids.map((id, row) => [id, row]));
    for (const { id, x, y, bounds, size } of (await night.topicsOf('?level=2')).topics) {
      const rows = (members.get(id) ?? []).map((paper) => rowOf.get(paper) ?? -1);
      for (const [axis, median, from, to] of [
        [night.map.x, x, bounds.x0, bounds.x1],
        [night.map.y, y, bounds.y0, bounds.y1],
      ] as const) {
        const values = rows.map((row) => axis[row]).sort((a, b) => a - b);
        expect(median).toBe(values[size >> 1]);
        const inside = values.filter((value) => value >= from && value <= to).length;
        expect(inside).toBeGreaterThanOrEqual(Math.floor(size * 0.9));
        if (size > 40) expect(inside).toBeLessThan(size);
      }
    }
  });

  test('have one entity tag per cut, however it is requested', async () => {
    const etagOf = async (query: string) => (await httpGet(`${night.url}/api/topics${query}`)).headers.get('etag');
    const finest = (await night.treeOf()).reduce(
      (most, { splitResolution }) => Math.max(most, splitResolution ?? 0),
      0,
    );
    expect(await etagOf('')).toBe(await etagOf('?level=1'));
    expect(await etagOf('?count=900')).toBe(await etagOf(`?resolution=${finest}`));
    const tags = await Promise.all(['?level=0', '?level=1', '?level=2', '?count=1', '?count=7'].map(etagOf));
    expect(new Set(tags).size).toBe(5);
    const [tag] = tags;
    const again = await httpGet(`${night.url}/api/topics?level=0`, { 'if-none-match': tag ?? '' });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  test.each([
    ['level=3', 'expected 0–2'],
    ['level=-1', 'level'],
    ['level=', 'level'],
    ['level=x', 'level'],
    ['level=1.5', 'level'],
    ['resolution=', 'resolution'],
    ['resolution=-1', 'resolution'],
    ['resolution=NaN', 'resolution'],
    ['resolution=Infinity', 'resolution'],
    ['count=0', 'count'],
    ['count=', 'count'],
    ['count=many', 'count'],
    ['level=1&count=5', 'one of them'],
  ])('for %s get a 400 that names the parameter', async (query, parameter) => {
    expect(await night.refused(`/api/topics?${query}`, 400)).toContain(parameter);
  });
});

test('a paper without a topic is an outlier with a nearest topic', async () => {
  const { topics } = await night.topicsOf();
  const ids = new Set(topics.map(({ id }) => id));
  const outliers = night.map.ids.filter((_, row) => night.map.topic[row] === -1);
  expect(outliers.length).toBeGreaterThan(0);
  for (const [row, id] of night.map.ids.entries()) {
    const nearest = night.map.nearestTopic[row] === -1 ? null : night.map.nearestTopic[row];
    expect(nearest === null).toBe(night.map.topic[row] !== -1);
    if (nearest !== null) expect(ids).toContain(nearest);
    const paper = await night.get(`/api/papers/${encodeURIComponent(id)}`, paperResponse);
    expect(paper.nearestTopic?.id ?? null).toBe(nearest);
    expect(paper.neighborRecall).toBe(night.map.neighborRecall[row]);
    expect(paper.neighborRecall).toBeCloseTo(night.snapshot.neighborRecall[row], 3);
    expect(paper.leafTopic).toBe(night.map.leafTopic[row] === -1 ? null : night.map.leafTopic[row]);
  }
});

test('no request for topics causes an error of the server', async () => {
  const ids = (await night.treeOf()).map(({ id }) => id);
  const anyValue = fc.oneof(
    fc.constantFrom<string | number>(...ids, 'representative', 'date', '', 'x', '1e9', '0x1', ' 1', '٣', '\0'),
    fc.integer(),
    fc.double(),
    anyText,
  );
  const names = ['level', 'resolution', 'count', 'a', 'b', 'limit', 'offset', 'sort'];
  const query = fc.dictionary(fc.constantFrom(...names), anyValue);
  const path = fc.oneof(
    fc.constantFrom('', '/compare', '/changes', '/compare/papers', '/changes/papers'),
    fc
      .tuple(anyValue, fc.constantFrom('', '/papers', '/x'))
      .map(([id, suffix]) => `/${encodeURIComponent(id)}${suffix}`),
  );
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(path, query, async (subpath, values) => {
      const response = await httpGet(`${night.url}/api/topics${subpath}?${queryString(values)}`);
      statuses.add(response.status);
      expect(response.status, response.text).toBeLessThan(500);
      if (response.status !== 200) expect(response.body).toEqual(errorResponse.parse(response.body));
    }),
    { numRuns: process.env.TORTURE ? 5000 : 300, seed: 41 },
  );
  expect(statuses).toEqual(new Set([200, 400, 404]));
});
