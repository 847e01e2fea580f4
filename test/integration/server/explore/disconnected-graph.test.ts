import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readingPathResponse } from '../../../../server/schemas/explore.ts';
import { httpGet, queryString } from '../../../fixtures/client.ts';
import { writeJsonl } from '../../../fixtures/corpus.ts';
import { serveCorpus, temporaryFolder } from '../../../fixtures/sample-server.ts';

const flours =
  'rye spelt wheat barley oat emmer maize millet rice buckwheat teff einkorn sorghum quinoa amaranth triticale';
const bread = flours.split(' ').flatMap((flour) => [
  {
    id: `${flour}-1`,
    title: `Sourdough bread of ${flour} flour`,
    abstract: `We bake sourdough bread of ${flour} flour, let the dough rise overnight, and judge crust and crumb.`,
  },
  {
    id: `${flour}-2`,
    title: `Yeast dough of ${flour} flour`,
    abstract: `Yeast raises the dough of ${flour} flour; we bake rolls and compare their crust.`,
  },
]);
const names = 'atlas titan orion vega rigel altair deneb spica antares castor pollux mira algol bellatrix hadar sirius';
const robots = names.split(' ').flatMap((name) => [
  {
    id: `robot-${name}-1`,
    title: `The ${name} gripper`,
    abstract:
      'A robot arm learns a policy for manipulation by reinforcement learning from demonstrations in simulation.',
  },
  {
    id: `robot-${name}-2`,
    title: `Navigation of the ${name} robot`,
    abstract:
      'A mobile robot plans its path with a learned policy and lidar sensors, trained by reinforcement learning.',
  },
]);

const folder = temporaryFolder();
let server: Awaited<ReturnType<typeof serveCorpus>>;

beforeAll(async () => {
  server = await serveCorpus([writeJsonl(join(folder.path, 'two.jsonl'), [...bread, ...robots])]);
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

const pathOf = async (from: string, to: string) => {
  const { status, body, text } = await httpGet(`${server.url}/api/path?${queryString({ from, to })}`);
  expect(status, text).toBe(200);
  return readingPathResponse.parse(body);
};

test('a path between two components of the kNN graph has one bridge, its least similar edge', async () => {
  const path = await pathOf('rye-1', 'robot-vega-2');
  expect([path.papers[0].id, path.papers.at(-1)?.id]).toEqual(['rye-1', 'robot-vega-2']);
  expect(path.edges.map(({ isBridge }) => isBridge).filter(Boolean)).toHaveLength(1);
  const bridge = path.edges.findIndex(({ isBridge }) => isBridge);
  const isAboutBread = path.papers.map(({ id }) => !id.startsWith('robot'));
  expect(isAboutBread).toEqual(path.papers.map((_, i) => i <= bridge));
  for (const { similarity } of path.edges) expect(similarity).toBeGreaterThanOrEqual(path.edges[bridge].similarity);
});

test('a path within a component has no bridge', async () => {
  expect((await pathOf('rye-1', 'oat-2')).edges.some(({ isBridge }) => isBridge)).toBe(false);
});

test('without known numbers of comments there are no hidden gems', async () => {
  const { body } = await httpGet(`${server.url}/api/gems`);
  expect(body).toMatchObject({ papersWithCount: 0, isAvailable: false, total: 0, gems: [] });
});
