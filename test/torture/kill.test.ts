import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSeededRandom, type Random } from '../../pipeline/core/algorithms/random.ts';
import type { Paper } from '../../pipeline/core/paper.ts';
import {
  currentSnapshotFolder,
  currentSnapshotId,
  dataPaths,
  listSnapshots,
} from '../../pipeline/store/data-folder.ts';
import { verifySnapshot } from '../../pipeline/store/snapshot-reader.ts';
import { openSnapshotEngine } from '../../server/snapshot-engine.ts';
import { samplePapers, writeJsonl } from '../fixtures/corpus.ts';
import { folderState, listFiles } from '../fixtures/folder-state.ts';
import { startPaperfield } from '../fixtures/paperfield-process.ts';
import { buildInto, temporaryFolder } from '../fixtures/sample-server.ts';

const ROUNDS = process.env.TORTURE ? 12 : 1;
/** The stages of a build, in their order. */
const STAGES = [
  'parse',
  'embed',
  'vector index',
  'kNN graph',
  'inverted index',
  'null distribution',
  'topics',
  'topic labels',
  'map',
  'evaluate index',
  'known items',
  'map quality',
  'snapshot',
];

const folder = temporaryFolder();
const dataDir = join(folder.path, 'data');
const papersFile = join(folder.path, 'papers.jsonl');
let papers: readonly Paper[];
/** Milliseconds from the start of a build to the end of each stage, measured on this machine. */
const endOf = new Map<string, number>();

beforeAll(async () => {
  papers = await samplePapers();
  writeJsonl(papersFile, papers.slice(0, 120));
  const { waitForOutput, result } = startBuild(join(folder.path, 'measured'));
  const started = performance.now();
  for (const stage of STAGES) {
    await waitForOutput(new RegExp(`^${stage}  .*$`, 'm'));
    endOf.set(stage, performance.now() - started);
  }
  expect((await result).code).toBe(0);
});
afterAll(() => folder.remove());

function startBuild(into: string) {
  const args = ['build', '--source', papersFile, '--data-dir', into, '--epochs', '100'];
  return startPaperfield(args, { cwd: folder.path, timeoutMs: 100_000 });
}

/** The files that a stopped build leaves; none of them may remain. */
const leftovers = (of: string) =>
  listFiles(of).filter((name) => /(^|\/)(\.building-|lock)|\.writing$|\.claim$/.test(name));

async function expectCurrent(id: string | undefined): Promise<void> {
  expect(currentSnapshotId(dataDir)).toBe(id);
  const manifest = await verifySnapshot(currentSnapshotFolder(dataDir));
  expect(manifest.id).toBe(id);
  const engine = await openSnapshotEngine(currentSnapshotFolder(dataDir), undefined, () => new Date());
  const { hits } = await engine.search({ q: 'learning', mode: 'keyword', limit: 5, offset: 0 });
  expect(hits.length).toBeGreaterThan(0);
  expect((await engine.similar(hits[0].id, 3)).hits).toHaveLength(3);
  engine.close();
}

/**
 * A small build that must succeed whatever a killed one has left. The builds of this file have different numbers of
 * papers, which the quality gate would refuse.
 */
async function buildNext(count: number): Promise<string> {
  const source = writeJsonl(join(folder.path, 'next.jsonl'), papers.slice(0, count));
  return (await buildInto(dataDir, [source], { epochs: 2, promoteWorse: true })).manifest.id;
}

describe('a build that is killed', () => {
  const random: Random = createSeededRandom(2026);
  // After 'map quality' the snapshot is written: killed there twice as often.
  const stages = [
    ...['start', 'parse', 'embed', 'kNN graph', 'inverted index', 'null distribution'],
    ...['topic labels', 'map', 'known items', 'map quality', 'map quality'],
  ];
  const moments = Array.from({ length: ROUNDS }, () => stages).flat();
  let previous: string;
  let count = 20;
  let killed = 0;

  beforeAll(async () => {
    previous = await buildNext(count);
  });

  test.each(moments.map((after) => [after, Math.round(100 * random())] as const))(
    'after stage %s and %i percent of the way to the next one leaves a valid current snapshot, and the next build succeeds',
    async (after, percent) => {
      const next = STAGES[STAGES.indexOf(after) + 1];
      const gap = (endOf.get(next) ?? 0) - (endOf.get(after) ?? 0);
      const { child, result, waitForOutput } = startBuild(dataDir);
      if (after !== 'start') await waitForOutput(new RegExp(`^${after}  `, 'm'));
      await new Promise((resolve) => setTimeout(resolve, (percent / 100) * gap));
      child.kill('SIGKILL');
      const { signal, code } = await result;
      if (signal === 'SIGKILL') {
        killed++;
        // It may have been killed between its last step and the end of the process: then its snapshot is current.
        if (currentSnapshotId(dataDir) !== previous)
          expect(currentSnapshotId(dataDir)).toBe(listSnapshots(dataDir).at(-1));
      } else expect(code).toBe(0);
      await expectCurrent(currentSnapshotId(dataDir));
      previous = await buildNext(++count);
      await expectCurrent(previous);
      expect(leftovers(dataDir)).toEqual([]);
    },
  );

  test('was killed before its end nearly every time', () => {
    expect(killed).toBeGreaterThanOrEqual(moments.length - Math.ceil(moments.length / 4));
  });
});

test('the files of a build that is killed while it writes are removed by the next one', async () => {
  await buildNext(10);
  const { snapshots, vectorCache, current, lock } = dataPaths(dataDir);
  const [model] = listFiles(vectorCache);
  // Larger than any process id: the process has ended.
  const pid = 2 ** 30;
  const building = join(snapshots, `.building-${pid}`);
  mkdirSync(building);
  for (const path of [
    join(building, 'papers.sqlite'),
    join(building, `vectors.bin.${pid}.writing`),
    `${current}.${pid}.writing`,
    join(vectorCache, `${model}.${pid}.writing`),
    `${lock}.${pid}`,
    `${lock}.${pid}.claim`,
  ]) {
    writeFileSync(path, 'unfinished');
  }
  const id = await buildNext(11);
  await expectCurrent(id);
  expect(leftovers(dataDir)).toEqual([]);
});

describe('a build that is interrupted', () => {
  test.each([
    ['SIGINT', 'topic labels'],
    ['SIGTERM', 'parse'],
  ] as const)('by %s after stage %s exits with 130, says so, and has changed nothing', async (signal, stage) => {
    const previous = await buildNext(25);
    const before = folderState(join(dataDir, 'snapshots'));
    const { child, result, waitForOutput } = startBuild(dataDir);
    await waitForOutput(new RegExp(`^${stage}  `, 'm'));
    child.kill(signal);
    const { code, out, err } = await result;
    expect(code, err).toBe(130);
    expect(out).toBe('');
    expect(err).toContain('stopped; the current snapshot stays in use');
    expect(err).not.toMatch(/\n\s+at /);
    expect(folderState(join(dataDir, 'snapshots'))).toEqual(before);
    expect(existsSync(dataPaths(dataDir).lock)).toBe(false);
    await expectCurrent(previous);
  });
});
