import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Manifest } from '../../../pipeline/core/manifest.ts';
import { cutAtLevel } from '../../../pipeline/core/topic-tree.ts';
import { currentSnapshotFolder } from '../../../pipeline/store/data-folder.ts';
import { readTopicChanges } from '../../../pipeline/store/snapshot-files.ts';
import { openSnapshot, type Snapshot } from '../../../pipeline/store/snapshot-reader.ts';
import { samplePapers, writeJsonl } from '../../fixtures/corpus.ts';
import { nightlyRuns } from '../../fixtures/nightly-runs.ts';
import { temporaryFolder } from '../../fixtures/sample-server.ts';

const folder = temporaryFolder();
const dataDir = join(folder.path, 'data');
const { run } = nightlyRuns(dataDir);
const source = join(folder.path, 'papers.jsonl');
/** Papers of the first night. */
const FIRST = 220;
/** New papers of a night after which a third of all is new. */
const MANY = 70;

interface Night {
  readonly manifest: Manifest;
  /** By paper id. */
  readonly positions: ReadonlyMap<string, readonly [number, number]>;
  /** Name and papers of the topics of the chosen level, by topic id. */
  readonly topics: ReadonlyMap<number, { readonly name: string; readonly papers: ReadonlySet<string> }>;
}

function readCurrent(): Night {
  const snapshot: Snapshot = openSnapshot(currentSnapshotFolder(dataDir));
  const { tree, records } = snapshot.topics;
  const ids = snapshot.papers.ids();
  const topics = cutAtLevel(tree, tree.chosenLevel).map(({ id: node, end }) => {
    const papers = ids.filter((_, row) => tree.leafOfRow[row] >= node && tree.leafOfRow[row] < end);
    return [records[node].id, { name: records[node].name, papers: new Set(papers) }] as const;
  });
  const positions = ids.map((id, row) => [id, [snapshot.map.x[row], snapshot.map.y[row]]] as const);
  snapshot.close();
  return { manifest: snapshot.manifest, positions: new Map(positions), topics: new Map(topics) };
}

async function night(count: number, options: Record<string, unknown> = {}): Promise<Night> {
  writeJsonl(source, (await samplePapers()).slice(0, count));
  await run([source], { epochs: 0, ...options });
  return readCurrent();
}

afterAll(() => folder.remove());

describe('a night with a few new papers', () => {
  let [first, second]: Night[] = [];
  beforeAll(async () => {
    first = await night(FIRST);
    second = await night(FIRST + 4);
  });

  test('the first snapshot has no previous one', () => {
    expect(first.manifest.previous).toBeNull();
  });

  test('no known paper moves on the map, and new ones are placed among their neighbors', () => {
    const drift = { median: 0, p95: 0, shared: FIRST };
    const { snapshot, ...update } = second.manifest.previous ?? {};
    expect(snapshot).toBe(first.manifest.id);
    expect(update).toMatchObject({ map: 'extended', newPapers: 4, drift });
    for (const [id, position] of first.positions) expect(second.positions.get(id)).toEqual(position);
    const [before, now] = [first, second].map(({ manifest }) => manifest.quality.trustworthiness ?? 0);
    expect(now).toBeGreaterThan(before - 0.02);
  });

  test('every topic keeps its id, name and papers', () => {
    expect([...second.topics.keys()]).toEqual([...first.topics.keys()]);
    for (const [id, { name, papers }] of first.topics) {
      expect(second.topics.get(id)?.name).toBe(name);
      for (const paper of papers) expect(second.topics.get(id)?.papers.has(paper)).toBe(true);
    }
    expect(second.manifest.previous?.keptTopics).toBe(first.topics.size);
    const previousIds = readTopicChanges(currentSnapshotFolder(dataDir)).names.map(({ id }) => id);
    expect(previousIds).toEqual(expect.arrayContaining([...first.topics.keys()]));
  });
});

describe('a night with many new papers', () => {
  const previous = join(folder.path, 'previous');
  let before: Night;
  let after: Night;
  beforeAll(async () => {
    // Fewer papers than in the snapshot of the tests above, on purpose.
    before = await night(FIRST - MANY, {
      fresh: true,
      promoteWorse: true,
      gone: 'remove',
      goneNights: 1,
    });
    cpSync(dataDir, previous, { recursive: true });
    after = await night(FIRST, { maxDrift: 1 });
  });

  test('a fresh snapshot has no previous one', () => {
    expect(before.manifest.previous).toBeNull();
  });

  test('topics that keep most of their papers keep their ids and names', () => {
    let kept = 0;
    for (const [id, { name, papers }] of after.topics) {
      const previous = before.topics.get(id);
      if (!previous) continue;
      kept++;
      const shared = [...previous.papers].filter((paper) => papers.has(paper)).length;
      expect(shared / previous.papers.size).toBeGreaterThan(0.25);
      if (shared / new Set([...previous.papers, ...papers]).size > 0.6) expect(name).toBe(previous.name);
    }
    expect(kept).toBe(after.manifest.previous?.keptTopics);
    expect(kept).toBeGreaterThanOrEqual(2);
  });

  test('the layout starts from the previous positions, and the manifest says how far papers moved', () => {
    const { map, drift, newPapers } = after.manifest.previous ?? {};
    expect({ map, newPapers }).toEqual({ map: 'refit', newPapers: 0 });
    const xs = [...before.positions.values()].map(([x]) => x);
    const width = Math.max(...xs) - Math.min(...xs);
    const moved = [...before.positions].map(([id, [x, y]]) => {
      const [nx, ny] = after.positions.get(id) ?? [Number.NaN, Number.NaN];
      return Math.hypot(nx - x, ny - y) / width;
    });
    moved.sort((a, b) => a - b);
    // The manifest uses the width of the middle 98 % of the papers, so its share is the larger one.
    expect(drift?.median).toBeGreaterThanOrEqual(moved[moved.length >> 1]);
    // Much less than on a map laid out from scratch, where papers could be anywhere.
    expect(moved[moved.length >> 1]).toBeLessThan(0.15);
  });

  test('a map that would move more than maxDrift keeps its positions, and new papers are placed on it', async () => {
    rmSync(dataDir, { recursive: true });
    cpSync(previous, dataDir, { recursive: true });
    const frozen = await night(FIRST, { maxDrift: 0 });
    expect(frozen.manifest.previous).toMatchObject({ snapshot: before.manifest.id, map: 'frozen', newPapers: MANY });
    for (const [id, position] of before.positions) expect(frozen.positions.get(id)).toEqual(position);
    expect(frozen.positions.size).toBe(FIRST);
  });
});
