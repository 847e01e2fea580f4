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
const FIRST = 220;
/** So many are new where a third of the papers is. */
const MANY = 70;

interface Night {
  readonly manifest: Manifest;
  readonly places: ReadonlyMap<string, readonly [number, number]>;
  /** Name and papers of the topics of the chosen level, by their ids. */
  readonly topics: ReadonlyMap<number, { readonly name: string; readonly papers: ReadonlySet<string> }>;
}

function read(): Night {
  const snapshot: Snapshot = openSnapshot(currentSnapshotFolder(dataDir));
  const { tree, records } = snapshot.topics;
  const ids = snapshot.papers.ids();
  const topics = cutAtLevel(tree, tree.chosenLevel).map(({ id: node, end }) => {
    const papers = ids.filter((_, row) => tree.leafOfRow[row] >= node && tree.leafOfRow[row] < end);
    return [records[node].id, { name: records[node].name, papers: new Set(papers) }] as const;
  });
  const places = ids.map((id, row) => [id, [snapshot.map.x[row], snapshot.map.y[row]]] as const);
  snapshot.close();
  return { manifest: snapshot.manifest, places: new Map(places), topics: new Map(topics) };
}

async function night(count: number, options: Record<string, unknown> = {}): Promise<Night> {
  writeJsonl(source, (await samplePapers()).slice(0, count));
  await run([source], { epochs: 0, ...options });
  return read();
}

afterAll(() => folder.remove());

describe('the night after', () => {
  let [first, second]: Night[] = [];
  beforeAll(async () => {
    first = await night(FIRST);
    second = await night(FIRST + 4);
  });

  test('a first snapshot continues nothing', () => {
    expect(first.manifest.previous).toBeNull();
  });

  test('no paper moves for the few that are new, and those stand among their neighbors', () => {
    const drift = { median: 0, p95: 0, shared: FIRST };
    const { snapshot, ...told } = second.manifest.previous ?? {};
    expect(snapshot).toBe(first.manifest.id);
    expect(told).toMatchObject({ map: 'extended', newPapers: 4, drift });
    for (const [id, place] of first.places) expect(second.places.get(id)).toEqual(place);
    const [was, is] = [first, second].map(({ manifest }) => manifest.quality.trustworthiness ?? 0);
    expect(is).toBeGreaterThan(was - 0.02);
  });

  test('every topic keeps number, name and papers, and the new papers are in topics or in none', () => {
    expect([...second.topics.keys()]).toEqual([...first.topics.keys()]);
    for (const [id, { name, papers }] of first.topics) {
      expect(second.topics.get(id)?.name).toBe(name);
      for (const paper of papers) expect(second.topics.get(id)?.papers.has(paper)).toBe(true);
    }
    expect(second.manifest.previous?.keptTopics).toBe(first.topics.size);
    const were = readTopicChanges(currentSnapshotFolder(dataDir)).names.map(({ id }) => id);
    expect(were).toEqual(expect.arrayContaining([...first.topics.keys()]));
  });
});

describe('the night after which many papers are new', () => {
  const previous = join(folder.path, 'previous');
  let before: Night;
  let after: Night;
  beforeAll(async () => {
    before = await night(FIRST - MANY, { fresh: true });
    cpSync(dataDir, previous, { recursive: true });
    after = await night(FIRST, { maxDrift: 1 });
  });

  test('what is built afresh continues nothing', () => {
    expect(before.manifest.previous).toBeNull();
  });

  test('topics keep their ids and names as far as they keep their papers', () => {
    let kept = 0;
    for (const [id, { name, papers }] of after.topics) {
      const was = before.topics.get(id);
      if (!was) continue;
      kept++;
      const shared = [...was.papers].filter((paper) => papers.has(paper)).length;
      expect(shared / was.papers.size).toBeGreaterThan(0.25);
      if (shared / new Set([...was.papers, ...papers]).size > 0.6) expect(name).toBe(was.name);
    }
    expect(kept).toBe(after.manifest.previous?.keptTopics);
    expect(kept).toBeGreaterThanOrEqual(2);
  });

  test('the layout starts from the previous places, and the manifest says how far papers moved', () => {
    const { map, drift, newPapers } = after.manifest.previous ?? {};
    expect({ map, newPapers }).toEqual({ map: 'refit', newPapers: 0 });
    const xs = [...before.places.values()].map(([x]) => x);
    const width = Math.max(...xs) - Math.min(...xs);
    const moved = [...before.places].map(([id, [x, y]]) => {
      const [nx, ny] = after.places.get(id) ?? [Number.NaN, Number.NaN];
      return Math.hypot(nx - x, ny - y) / width;
    });
    moved.sort((a, b) => a - b);
    // The manifest's width is that of 98 % of the papers, so that its share is the larger one.
    expect(drift?.median).toBeGreaterThanOrEqual(moved[moved.length >> 1]);
    // Far from a new map, whose places would be anywhere.
    expect(moved[moved.length >> 1]).toBeLessThan(0.15);
  });

  test('a map that would move beyond the budget is kept as it is, with the new papers on it', async () => {
    rmSync(dataDir, { recursive: true });
    cpSync(previous, dataDir, { recursive: true });
    const kept = await night(FIRST, { maxDrift: 0 });
    expect(kept.manifest.previous).toMatchObject({ snapshot: before.manifest.id, map: 'frozen', newPapers: MANY });
    for (const [id, place] of before.places) expect(kept.places.get(id)).toEqual(place);
    expect(kept.places.size).toBe(FIRST);
  });
});
