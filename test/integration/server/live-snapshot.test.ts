import { cpSync, existsSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { promote, snapshotFolder } from '../../../pipeline/store/data-folder.ts';
import { fileNames } from '../../../pipeline/store/snapshot-files.ts';
import { openLiveEngine } from '../../../server/live-snapshot.ts';
import { mapAnswer, searchAnswer, topicsAnswer } from '../../../server/schemas/search.ts';
import { openEngine } from '../../../server/snapshot-engine.ts';
import { type RunningServer, startServer } from '../../../server/start-server.ts';
import { ask } from '../../fixtures/client.ts';
import { samplePapers, writeJsonl } from '../../fixtures/corpus.ts';
import { filesUnder, hashesUnder } from '../../fixtures/folder-state.ts';
import { listeningEffects } from '../../fixtures/listening-effects.ts';
import { buildInto, temporaryFolder } from '../../fixtures/sample-server.ts';

const folder = temporaryFolder();
const dataDir = join(folder.path, 'data');
/** Two snapshots of one data folder, whose papers have other ids: `one-…` and `two-…`. */
const ids = { one: '', two: '' };
const running: RunningServer[] = [];

beforeAll(async () => {
  const papers = await samplePapers();
  for (const [name, from, to] of [
    ['one', 0, 80],
    ['two', 40, 140],
  ] as const) {
    const own = papers.slice(from, to).map((paper, i) => ({ ...paper, id: `${name}-${i}` }));
    const { manifest } = await buildInto(dataDir, [writeJsonl(join(folder.path, `${name}.jsonl`), own)], { epochs: 5 });
    ids[name] = manifest.id;
  }
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});
afterAll(() => folder.remove());

async function serve() {
  promote(dataDir, ids.one);
  const effects = listeningEffects();
  const server = await startServer({ dataDir, host: '127.0.0.1', port: 0 }, effects);
  running.push(server);
  return { url: server.url, ...effects };
}

async function servedBy(url: string): Promise<string> {
  return (JSON.parse((await ask(`${url}/healthz`)).text) as { snapshot: string }).snapshot;
}

/** Two seconds in turns of 20 ms. Server and test are one process: on a busy machine both wait longer for their turn. */
const TWO_SECONDS = 100;

/** Waits until the server answers from a snapshot; how many turns of 20 ms that takes. */
async function followed(url: string, id: string): Promise<number> {
  for (let turns = 0; ; turns++) {
    if ((await servedBy(url)) === id) return turns;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a promoted snapshot is followed within 2 s, and no request under way is failed, dropped or mixed', async () => {
  const { url, warnings } = await serve();
  let stop = false;
  const served = { one: 0, two: 0 };
  const owner = (found: readonly string[]) => {
    const names = new Set(found.map((id) => id.split('-')[0]));
    expect([...names]).toHaveLength(1);
    return [...names][0] as 'one' | 'two';
  };
  const questions = [
    async () =>
      searchAnswer.parse((await ask(`${url}/api/search?q=learning+robots&limit=50`)).body).hits.map((hit) => hit.id),
    async () =>
      searchAnswer
        .parse((await ask(`${url}/api/search?q=model&mode=keyword&limit=200`)).body)
        .hits.map((hit) => hit.id),
    async () => {
      const map = mapAnswer.parse((await ask(`${url}/api/map`)).body);
      expect(map.snapshot).toBe(ids[owner(map.ids)]);
      expect(map.ids).toHaveLength(owner(map.ids) === 'one' ? 80 : 100);
      return map.ids;
    },
    async () =>
      topicsAnswer
        .parse((await ask(`${url}/api/topics`)).body)
        .topics.flatMap((topic) => topic.central.map(({ id }) => id)),
  ];
  const loops = questions.map(async (question) => {
    while (!stop) served[owner(await question())]++;
  });
  try {
    for (const name of ['two', 'one', 'two'] as const) {
      promote(dataDir, ids[name]);
      expect(await followed(url, ids[name])).toBeLessThan(TWO_SECONDS);
      // Each serves many of them before the next one takes over.
      const before = served[name];
      while (served[name] < before + 20) await Promise.race([pause(10), ...loops]);
    }
  } finally {
    stop = true;
  }
  await Promise.all(loops);
  expect(warnings).toEqual([]);
});

test('a snapshot promoted while the server opens is followed too', async () => {
  promote(dataDir, ids.one);
  const effects = listeningEffects();
  const opening = openLiveEngine(dataDir, effects);
  promote(dataDir, ids.two);
  const live = await opening;
  try {
    await expect.poll(() => live.with((engine) => engine.snapshotId), { timeout: 20_000 }).toBe(ids.two);
  } finally {
    await live.close();
  }
});

test('a `current` that names no snapshot leaves the old one serving, with one warning', async () => {
  const { url, warnings } = await serve();
  promote(dataDir, '2020-01-01T00-00-00Z-00000000');
  await expect.poll(() => warnings.length, { timeout: 20_000 }).toBe(1);
  expect(warnings[0]).toContain('2020-01-01T00-00-00Z-00000000');
  expect(warnings[0]).toContain(ids.one);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(warnings).toHaveLength(1);
  expect((await ask(`${url}/api/search?q=robots`)).status).toBe(200);
  promote(dataDir, ids.two);
  await followed(url, ids.two);
});

test('a `current` that is empty or gone leaves the old one serving', async () => {
  const { url } = await serve();
  for (const damage of [() => writeFileSync(join(dataDir, 'current'), ''), () => rmSync(join(dataDir, 'current'))]) {
    damage();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await servedBy(url)).toBe(ids.one);
  }
  promote(dataDir, ids.two);
  await followed(url, ids.two);
});

const damages = {
  missing: (path: string) => rmSync(path),
  empty: (path: string) => truncateSync(path, 0),
  halved: (path: string, size: number) => truncateSync(path, size >> 1),
  noise: (path: string, size: number) => writeFileSync(path, Buffer.alloc(size, 'noise ')),
} as const;

/** A copy of a snapshot with one file damaged, under a name of its own. */
function damagedCopy(file: string, kind: keyof typeof damages): string {
  const id = `damaged-${file}-${kind}`;
  cpSync(snapshotFolder(dataDir, ids.two), snapshotFolder(dataDir, id), { recursive: true });
  const path = join(snapshotFolder(dataDir, id), file);
  damages[kind](path, statSync(path).size);
  return id;
}

const openedFiles = Object.values(fileNames).filter((name) => name !== fileNames.receipts);

describe.each(openedFiles)('a snapshot whose %s is', (file) => {
  test.each(Object.keys(damages) as (keyof typeof damages)[])(
    '%s is told to be corrupt when it is opened',
    async (kind) => {
      const id = damagedCopy(file, kind);
      const before = filesUnder(snapshotFolder(dataDir, id));
      await expect(openEngine(snapshotFolder(dataDir, id), undefined)).rejects.toThrow(
        expect.objectContaining({ name: 'PaperfieldError', kind: 'corrupt' }),
      );
      expect(filesUnder(snapshotFolder(dataDir, id))).toEqual(before);
    },
  );
});

test('a damaged snapshot leaves the old one serving, with one warning', async () => {
  const { url, warnings } = await serve();
  for (const file of openedFiles.filter((_, i) => i % 2 === 0)) {
    const id = damagedCopy(file, 'halved');
    promote(dataDir, id);
    await expect.poll(() => warnings.length, { timeout: 20_000, interval: 10 }).toBe(1);
    expect(warnings.splice(0)[0]).toContain(id);
    expect(await servedBy(url)).toBe(ids.one);
    expect((await ask(`${url}/api/search?q=robots`)).status).toBe(200);
  }
});

test('serving writes nothing into a snapshot', async () => {
  const before = hashesUnder(join(dataDir, 'snapshots', ids.one));
  const { url } = await serve();
  for (const path of ['/api/search?q=robots', '/api/map', '/api/topics', '/api/status']) {
    expect((await ask(`${url}${path}`)).status).toBe(200);
  }
  for (const server of running.splice(0)) await server.close();
  expect(hashesUnder(join(dataDir, 'snapshots', ids.one))).toEqual(before);
  expect(existsSync(join(dataDir, 'lock'))).toBe(false);
});
