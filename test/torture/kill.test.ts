import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Random, seededRandom } from '../../pipeline/core/algorithms/random.ts';
import type { Paper } from '../../pipeline/core/paper.ts';
import {
  currentSnapshotFolder,
  currentSnapshotId,
  dataPaths,
  listSnapshots,
} from '../../pipeline/store/data-folder.ts';
import { verifySnapshot } from '../../pipeline/store/snapshot-reader.ts';
import { openEngine } from '../../server/snapshot-engine.ts';
import { samplePapers, writeJsonl } from '../fixtures/corpus.ts';
import { listFiles, folderState } from '../fixtures/folder-state.ts';
import { startPaperfield } from '../fixtures/paperfield-process.ts';
import { buildInto, temporaryFolder } from '../fixtures/sample-server.ts';

const ROUNDS = process.env.TORTURE ? 12 : 1;
const STAGES = [
  'parse',
  'embed',
  'index',
  'neighbors',
  'topics',
  'names',
  'map',
  'words',
  'examine',
  'map quality',
  'tune',
  'background',
  'background',
  'snapshot',
];

const folder = temporaryFolder();
const dataDir = join(folder.path, 'data');
const papersFile = join(folder.path, 'papers.jsonl');
let papers: readonly Paper[];
/** Milliseconds from the start of a build to the end of each of its stages, as this machine has them now. */
const endOf = new Map<string, number>();

beforeAll(async () => {
  papers = await samplePapers();
  writeJsonl(papersFile, papers.slice(0, 120));
  const { waitForOutput: said, result: ended } = startBuild(join(folder.path, 'measured'));
  const started = performance.now();
  for (const stage of STAGES) {
    await said(new RegExp(`^${stage} .*$`, 'm'));
    endOf.set(stage, performance.now() - started);
  }
  expect((await ended).code).toBe(0);
});
afterAll(() => folder.remove());

function startBuild(into: string) {
  const args = ['build', '--source', papersFile, '--data-dir', into, '--epochs', '100'];
  return startPaperfield(args, { cwd: folder.path });
}

/** What a data folder may hold: nothing that a build which was stopped would leave. */
const leftovers = (of: string) =>
  listFiles(of).filter((name) => /(^|\/)(\.building-|lock)|\.writing$|\.claim$/.test(name));

async function expectServing(id: string | undefined): Promise<void> {
  expect(currentSnapshotId(dataDir)).toBe(id);
  const manifest = await verifySnapshot(currentSnapshotFolder(dataDir));
  expect(manifest.id).toBe(id);
  const engine = await openEngine(currentSnapshotFolder(dataDir), undefined);
  const { hits } = await engine.search({ q: 'learning', mode: 'keyword', limit: 5, offset: 0 });
  expect(hits.length).toBeGreaterThan(0);
  expect((await engine.similar(hits[0].id, 3)).hits).toHaveLength(3);
  engine.close();
}

/** A small build that must succeed whatever was left behind; its snapshot is the previous one of what comes next. */
async function buildNext(count: number): Promise<string> {
  const source = writeJsonl(join(folder.path, 'next.jsonl'), papers.slice(0, count));
  return (await buildInto(dataDir, [source], { epochs: 2 })).manifest.id;
}

describe('a build that is killed', () => {
  const random: Random = seededRandom(2026);
  // Where the snapshot is written, twice.
  const gaps = ['start', 'parse', 'embed', 'neighbors', 'names', 'map', 'words', 'tune', 'background', 'background'];
  const moments = Array.from({ length: ROUNDS }, () => gaps).flat();
  let previous: string;
  let count = 20;
  let killed = 0;

  beforeAll(async () => {
    previous = await buildNext(count);
  });

  test.each(moments.map((after) => [after, Math.round(100 * random())] as const))(
    'after its %s and %i per cent of the way to the next stage leaves a sound snapshot serving, and the next build succeeds',
    async (after, percent) => {
      const next = STAGES[STAGES.indexOf(after) + 1];
      const gap = (endOf.get(next) ?? 0) - (endOf.get(after) ?? 0);
      const { child, result: ended, waitForOutput: said } = startBuild(dataDir);
      if (after !== 'start') await said(new RegExp(`^${after} `, 'm'));
      await new Promise((resolve) => setTimeout(resolve, (percent / 100) * gap));
      child.kill('SIGKILL');
      const { signal, code } = await ended;
      if (signal === 'SIGKILL') {
        killed++;
        // Killed between its last step and its end it has done its work.
        if (currentSnapshotId(dataDir) !== previous)
          expect(currentSnapshotId(dataDir)).toBe(listSnapshots(dataDir).at(-1));
      } else expect(code).toBe(0);
      await expectServing(currentSnapshotId(dataDir));
      previous = await buildNext(++count);
      await expectServing(previous);
      expect(leftovers(dataDir)).toEqual([]);
    },
  );

  test('was killed at work nearly every time', () => {
    expect(killed).toBeGreaterThanOrEqual(moments.length - Math.ceil(moments.length / 4));
  });
});

test('what a build leaves that is killed while it writes is gone after the next one', async () => {
  await buildNext(10);
  const { snapshots, vectorCache, current, lock } = dataPaths(dataDir);
  const [model] = listFiles(vectorCache);
  const gone = 2 ** 30;
  const building = join(snapshots, `.building-${gone}`);
  mkdirSync(building);
  for (const path of [
    join(building, 'papers.sqlite'),
    join(building, `vectors.bin.${gone}.writing`),
    `${current}.${gone}.writing`,
    join(vectorCache, `${model}.${gone}.writing`),
    `${lock}.${gone}`,
    `${lock}.${gone}.claim`,
  ]) {
    writeFileSync(path, 'half a fi');
  }
  const id = await buildNext(11);
  await expectServing(id);
  expect(leftovers(dataDir)).toEqual([]);
});

describe('a build that is interrupted', () => {
  test.each([
    ['SIGINT', 'names'],
    ['SIGTERM', 'parse'],
  ] as const)('by %s after its stage %s ends with 130, says so, and has changed nothing', async (signal, stage) => {
    const previous = await buildNext(25);
    const before = folderState(join(dataDir, 'snapshots'));
    const { child, result: ended, waitForOutput: said } = startBuild(dataDir);
    await said(new RegExp(`^${stage} `, 'm'));
    child.kill(signal);
    const { code, out, err } = await ended;
    expect(code, err).toBe(130);
    expect(out).toBe('');
    expect(err).toContain('stopped; what served before still does');
    expect(err).not.toMatch(/\n\s+at /);
    expect(folderState(join(dataDir, 'snapshots'))).toEqual(before);
    expect(existsSync(dataPaths(dataDir).lock)).toBe(false);
    await expectServing(previous);
  });
});
