import { cpSync, existsSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { promoteSnapshot, snapshotFolder } from '../../../../pipeline/store/data-folder.ts';
import { snapshotFileNames } from '../../../../pipeline/store/snapshot-files.ts';
import { type RunningServer, startServer } from '../../../../server/app.ts';
import { openLiveEngine } from '../../../../server/live-snapshot.ts';
import { mapResponse } from '../../../../server/schemas/map.ts';
import { searchResponse } from '../../../../server/schemas/search.ts';
import { topicsResponse } from '../../../../server/schemas/topics.ts';
import { openSnapshotEngine } from '../../../../server/snapshot-engine.ts';
import { httpGet } from '../../../fixtures/client.ts';
import { samplePapers, writeJsonl } from '../../../fixtures/corpus.ts';
import { fileHashes, listFiles } from '../../../fixtures/folder-state.ts';
import { recordingEffects } from '../../../fixtures/recording-effects.ts';
import { buildInto, temporaryFolder } from '../../../fixtures/sample-server.ts';

const folder = temporaryFolder();
const dataDir = join(folder.path, 'data');
/** The ids of two snapshots in one data folder. The ids of their papers start with `one-` and `two-`. */
const ids = { one: '', two: '' };
const running: RunningServer[] = [];

beforeAll(async () => {
  const papers = await samplePapers();
  for (const [name, from, to] of [
    ['one', 0, 80],
    ['two', 40, 140],
  ] as const) {
    const own = papers.slice(from, to).map((paper, i) => ({ ...paper, id: `${name}-${i}` }));
    const { manifest } = await buildInto(dataDir, [writeJsonl(join(folder.path, `${name}.jsonl`), own)], {
      epochs: 5,
      promoteWorse: true,
    });
    ids[name] = manifest.id;
  }
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});
afterAll(() => folder.remove());

async function serve() {
  promoteSnapshot(dataDir, ids.one);
  const effects = recordingEffects();
  const server = await startServer({ dataDir, host: '127.0.0.1', port: 0 }, effects);
  running.push(server);
  return { url: server.url, ...effects };
}

async function servedBy(url: string): Promise<string> {
  return (JSON.parse((await httpGet(`${url}/healthz`)).text) as { snapshot: string }).snapshot;
}

/** Two seconds in pauses of 20 ms. Not measured by the clock, because test and server share one process and one busy machine. */
const TWO_SECONDS = 100;

/** Waits until the server has switched to a snapshot. Returns the number of pauses of 20 ms. */
async function waitForSnapshot(url: string, id: string): Promise<number> {
  for (let pauses = 0; ; pauses++) {
    if ((await servedBy(url)) === id) return pauses;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('the server switches to a promoted snapshot within 2 s, and no request fails or mixes two snapshots', async () => {
  const { url, warnings } = await serve();
  let stop = false;
  const served = { one: 0, two: 0 };
  const snapshotOf = (paperIds: readonly string[]) => {
    const names = new Set(paperIds.map((id) => id.split('-')[0]));
    expect([...names]).toHaveLength(1);
    return [...names][0] as 'one' | 'two';
  };
  const requests = [
    async () =>
      searchResponse
        .parse((await httpGet(`${url}/api/search?q=learning+robots&limit=50`)).body)
        .hits.map((hit) => hit.id),
    async () =>
      searchResponse
        .parse((await httpGet(`${url}/api/search?q=model&mode=keyword&limit=200`)).body)
        .hits.map((hit) => hit.id),
    async () => {
      const map = mapResponse.parse((await httpGet(`${url}/api/map`)).body);
      expect(map.snapshot).toBe(ids[snapshotOf(map.ids)]);
      expect(map.ids).toHaveLength(snapshotOf(map.ids) === 'one' ? 80 : 100);
      return map.ids;
    },
    async () =>
      topicsResponse
        .parse((await httpGet(`${url}/api/topics`)).body)
        .topics.flatMap((topic) => topic.representativePapers.map(({ id }) => id)),
  ];
  const loops = requests.map(async (send) => {
    while (!stop) served[snapshotOf(await send())]++;
  });
  try {
    for (const name of ['two', 'one', 'two'] as const) {
      promoteSnapshot(dataDir, ids[name]);
      expect(await waitForSnapshot(url, ids[name])).toBeLessThan(TWO_SECONDS);
      // Let each snapshot answer some requests before the next switch.
      const before = served[name];
      while (served[name] < before + 20) await Promise.race([pause(10), ...loops]);
    }
  } finally {
    stop = true;
  }
  await Promise.all(loops);
  expect(warnings).toEqual([]);
});

test('the server switches to a snapshot that was promoted while it was starting', async () => {
  promoteSnapshot(dataDir, ids.one);
  const effects = recordingEffects();
  const opening = openLiveEngine(dataDir, effects);
  promoteSnapshot(dataDir, ids.two);
  const live = await opening;
  try {
    await expect.poll(() => live.with((engine) => engine.snapshotId), { timeout: 20_000 }).toBe(ids.two);
  } finally {
    await live.close();
  }
});

test('if `current` names no snapshot, the old one stays, with one warning', async () => {
  const { url, warnings } = await serve();
  promoteSnapshot(dataDir, '2020-01-01T00-00-00Z-00000000');
  await expect.poll(() => warnings.length, { timeout: 20_000 }).toBe(1);
  expect(warnings[0]).toContain('2020-01-01T00-00-00Z-00000000');
  expect(warnings[0]).toContain(ids.one);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(warnings).toHaveLength(1);
  expect((await httpGet(`${url}/api/search?q=robots`)).status).toBe(200);
  promoteSnapshot(dataDir, ids.two);
  await waitForSnapshot(url, ids.two);
});

test('if `current` is empty or deleted, the old snapshot stays', async () => {
  const { url } = await serve();
  for (const damage of [() => writeFileSync(join(dataDir, 'current'), ''), () => rmSync(join(dataDir, 'current'))]) {
    damage();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await servedBy(url)).toBe(ids.one);
  }
  promoteSnapshot(dataDir, ids.two);
  await waitForSnapshot(url, ids.two);
});

const damages = {
  missing: (path: string) => rmSync(path),
  empty: (path: string) => truncateSync(path, 0),
  halved: (path: string, size: number) => truncateSync(path, size >> 1),
  noise: (path: string, size: number) => writeFileSync(path, Buffer.alloc(size, 'noise ')),
} as const;

/** Copies a snapshot under a new id and damages one file of the copy. */
function damagedCopy(file: string, kind: keyof typeof damages): string {
  const id = `damaged-${file}-${kind}`;
  cpSync(snapshotFolder(dataDir, ids.two), snapshotFolder(dataDir, id), { recursive: true });
  const path = join(snapshotFolder(dataDir, id), file);
  damages[kind](path, statSync(path).size);
  return id;
}

const openedFiles = Object.values(snapshotFileNames).filter((name) => name !== snapshotFileNames.issues);

describe.each(openedFiles)('opening a snapshot whose %s is', (file) => {
  test.each(Object.keys(damages) as (keyof typeof damages)[])(
    '%s throws a corrupt error, and changes nothing',
    async (kind) => {
      const id = damagedCopy(file, kind);
      const before = listFiles(snapshotFolder(dataDir, id));
      await expect(openSnapshotEngine(snapshotFolder(dataDir, id), undefined, () => new Date())).rejects.toThrow(
        expect.objectContaining({ name: 'PaperfieldError', kind: 'corrupt' }),
      );
      expect(listFiles(snapshotFolder(dataDir, id))).toEqual(before);
    },
  );
});

test('if a promoted snapshot is damaged, the old one stays, with one warning', async () => {
  const { url, warnings } = await serve();
  for (const file of openedFiles.filter((_, i) => i % 2 === 0)) {
    const id = damagedCopy(file, 'halved');
    promoteSnapshot(dataDir, id);
    await expect.poll(() => warnings.length, { timeout: 20_000, interval: 10 }).toBe(1);
    expect(warnings.splice(0)[0]).toContain(id);
    expect(await servedBy(url)).toBe(ids.one);
    expect((await httpGet(`${url}/api/search?q=robots`)).status).toBe(200);
  }
});

test('serving does not change a snapshot', async () => {
  const before = fileHashes(join(dataDir, 'snapshots', ids.one));
  const { url } = await serve();
  for (const path of ['/api/search?q=robots', '/api/map', '/api/topics', '/api/status']) {
    expect((await httpGet(`${url}${path}`)).status).toBe(200);
  }
  for (const server of running.splice(0)) await server.close();
  expect(fileHashes(join(dataDir, 'snapshots', ids.one))).toEqual(before);
  expect(existsSync(join(dataDir, 'lock'))).toBe(false);
});
