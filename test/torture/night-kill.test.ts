import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSeededRandom } from '../../pipeline/core/algorithms/random.ts';
import { currentSnapshotFolder, currentSnapshotId } from '../../pipeline/store/data-folder.ts';
import { readNights } from '../../pipeline/store/night-log.ts';
import { openSnapshot, verifySnapshot } from '../../pipeline/store/snapshot-reader.ts';
import { type FaultyServer, startFaultyServer } from '../fixtures/faulty-server.ts';
import { fetchedIds } from '../fixtures/fetch-run.ts';
import { listFiles } from '../fixtures/folder-state.ts';
import { jsonlServer, oaiPmhServer, servedPapers } from '../fixtures/paper-servers.ts';
import { runPaperfield, startPaperfield } from '../fixtures/paperfield-process.ts';
import { temporaryFolder } from '../fixtures/sample-server.ts';

const ROUNDS = process.env.TORTURE ? 10 : 1;
const folder = temporaryFolder();
const cwd = folder.path;
const dataDir = join(cwd, 'data');
let day = Date.parse('2026-12-01');
let papers = servedPapers(40, '2026-09-01', 3);
let repository: FaultyServer;
let lab: FaultyServer;

beforeAll(async () => {
  repository = await startFaultyServer(
    oaiPmhServer(
      () => papers,
      () => new Date(day).toISOString().slice(0, 10),
      10,
    ),
  );
  lab = await startFaultyServer(jsonlServer(() => papers));
  const sources = [
    { kind: 'oai-pmh', name: 'repository', url: repository.url.href, allowPrivate: [repository.host] },
    { kind: 'jsonl', name: 'lab', url: lab.url.href, allowPrivate: [lab.host] },
  ];
  writeFileSync(join(cwd, 'paperfield.config.json'), JSON.stringify({ sources, model: 'fast', keep: 2 }));
  const { code, err } = await runPaperfield(['nightly'], { cwd });
  expect(code, err).toBe(0);
});
afterAll(async () => {
  await Promise.all([repository.close(), lab.close()]);
  folder.remove();
});

/** The files that a killed night leaves; none of them may remain after the next one. */
const leftovers = () =>
  listFiles(dataDir).filter((name) => /(^|\/)(\.building-|lock|unfinished)|\.writing$|\.claim$/.test(name));

/** Eight new papers, all of which both sources give. */
function addPapers(): void {
  day += 86_400_000;
  const today = new Date(day).toISOString().slice(0, 10);
  const more = Array.from({ length: 8 }, (_, i) => ({ id: `paper-${papers.length + i}`, day: today }));
  papers = [...papers, ...more];
}

const random = createSeededRandom(17);
const moments = Array.from({ length: ROUNDS }, () => [
  ...['first request', 'last request', 'parse', 'embed', 'topics', 'map quality', 'snapshot'],
]).flat();

test.each(moments.map((moment) => [moment, Math.round(60 * random())] as const))(
  'a night that is killed %s, and %i ms later, changes nothing that serves, and the next one is complete',
  async (moment, later) => {
    addPapers();
    const nights = readNights(dataDir).length;
    repository.requests.length = 0;
    lab.requests.length = 0;
    const { child, result, waitForOutput } = startPaperfield(['nightly'], { cwd, timeoutMs: 60_000 });
    if (moment === 'first request') while (repository.requests.length === 0) await delay(1);
    else if (moment === 'last request') while (lab.requests.length === 0) await delay(1);
    else await waitForOutput(new RegExp(`^${moment}  `, 'm'));
    await delay(later);
    child.kill('SIGKILL');
    await result;
    const id = currentSnapshotId(dataDir);
    expect((await verifySnapshot(currentSnapshotFolder(dataDir))).id).toBe(id);

    const { code, out, err } = await runPaperfield(['nightly'], { cwd, timeoutMs: 60_000 });
    expect(code, err).toBe(0);
    expect(out).toMatch(/^nightly: (promoted|unchanged) /);
    await verifySnapshot(currentSnapshotFolder(dataDir));
    const ids = papers.map((paper) => paper.id).sort();
    const snapshot = openSnapshot(currentSnapshotFolder(dataDir));
    expect(snapshot.papers.ids()).toEqual(expect.arrayContaining(ids));
    snapshot.close();
    expect(fetchedIds(dataDir, 'repository')).toEqual(ids);
    expect(fetchedIds(dataDir, 'lab')).toEqual(ids);
    expect(leftovers()).toEqual([]);
    expect(readNights(dataDir).length).toBeGreaterThan(nights);
  },
  90_000,
);
