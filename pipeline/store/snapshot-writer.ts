import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onwards, type Rest, within, withRests } from '../core/cooperative.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { Manifest } from '../core/manifest.ts';
import type { Projection } from '../core/map-positions.ts';
import type { Paper, Receipt } from '../core/paper.ts';
import type { TopicRecords } from '../core/topic-records.ts';
import type { Vectors } from '../core/vectors.ts';
import type { WordIndex } from '../search/lexical/inverted-index.ts';
import type { TopicChanges } from '../topics/match-topics.ts';
import { syncToDisk, writeAtomically } from './atomic-write.ts';
import { type Column, writeColumnsInSteps } from './columns.ts';
import { dataFolders } from './data-folder.ts';
import { writeWordIndex } from './inverted-index-file.ts';
import { writePaperDatabase } from './paper-database.ts';
import { fileNames, hashFiles, SNAPSHOT_FORMAT } from './snapshot-files.ts';
import { writeTopics } from './topics-file.ts';

/** Everything a build made. */
export interface SnapshotContent {
  readonly papers: readonly Paper[];
  readonly receipts: readonly Receipt[];
  readonly vectors: Vectors;
  readonly graph: KnnGraph;
  readonly topics: TopicRecords;
  readonly changes: TopicChanges;
  readonly map: Projection;
  /** By row, in [0, 1]: how far its place on the map can be believed. */
  readonly trust: Float32Array;
  readonly words: WordIndex;
  /** Writes the neighbor index, in its library's own format, to a path. */
  saveIndex(path: string): Promise<void>;
}

/** What the manifest says beyond what follows from the content. */
export type ManifestFacts = Pick<
  Manifest,
  'createdAt' | 'inputHash' | 'model' | 'counts' | 'options' | 'search' | 'quality' | 'previous'
>;

/** The share of the time that is over when each part is written, for 312,997 papers; then files are hashed. */
const SHARE_OF = { papers: 0.4, vectors: 0.6, words: 0.7, index: 0.8 };

/**
 * Writes a snapshot into a hidden folder beside the others. It has no name yet and nobody opens it: `nameSnapshot` gives
 * it one once it has been verified.
 *
 * @returns the hidden folder
 */
export async function writeSnapshot(
  dataDir: string,
  content: SnapshotContent,
  facts: ManifestFacts,
  rest: Rest = onwards,
): Promise<string> {
  const { snapshots } = dataFolders(dataDir);
  mkdirSync(snapshots, { recursive: true });
  removeUnfinished(snapshots);
  const folder = join(snapshots, `.building-${process.pid}`);
  mkdirSync(folder);
  const { papers, receipts, vectors, graph, topics, changes, map, trust, words } = content;
  const write = (name: string, columns: Readonly<Record<string, Column>>, part: Rest) =>
    withRests(writeColumnsInSteps(join(folder, name), columns), part);
  const { papers: rows, vectors: components, words: stems, index } = SHARE_OF;
  await withRests(writePaperDatabase(join(folder, fileNames.papers), papers), within(rest, 0, rows));
  await write(fileNames.vectors, { vectors: vectors.data }, within(rest, rows, components));
  const here = () => rest(components);
  await write(fileNames.graph, { rows: graph.rows, similarities: graph.similarities }, here);
  await write(fileNames.map, { x: map.x, y: map.y, trust }, here);
  await withRests(writeWordIndex(join(folder, fileNames.words), words), within(rest, components, stems));
  writeTopics(folder, topics);
  writeAtomically(join(folder, fileNames.changes), `${JSON.stringify(changes, null, 1)}\n`);
  writeAtomically(join(folder, fileNames.receipts), receipts.map((receipt) => `${JSON.stringify(receipt)}\n`).join(''));
  await content.saveIndex(join(folder, fileNames.index));

  const names = Object.values(fileNames).filter((name) => name !== fileNames.manifest);
  const files = await hashFiles(folder, names, within(rest, index, 1));
  const manifest: Manifest = { format: SNAPSHOT_FORMAT, id: idOf(facts, files), ...facts, files };
  writeAtomically(join(folder, fileNames.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
  return folder;
}

/** Gives a verified folder its name. From here on it can be opened and promoted. */
export function nameSnapshot(folder: string, dataDir: string, id: string): string {
  const named = join(dataFolders(dataDir).snapshots, id);
  // The id tells time and content: a folder of that name holds the very same snapshot.
  if (existsSync(named)) rmSync(folder, { recursive: true });
  else {
    // The database and the index were written by libraries that leave the syncing to us.
    for (const name of readdirSync(folder)) syncToDisk(join(folder, name));
    syncToDisk(folder);
    renameSync(folder, named);
    syncToDisk(dirname(named));
  }
  return named;
}

/** Hidden folders are what a build that was stopped left behind; only one build runs at a time (see lock.ts). */
function removeUnfinished(snapshots: string): void {
  for (const name of readdirSync(snapshots)) {
    if (name.startsWith('.building-')) rmSync(join(snapshots, name), { recursive: true, force: true });
  }
}

function idOf(facts: ManifestFacts, files: Readonly<Record<string, string>>): string {
  const time = facts.createdAt.replace(/\.\d+Z$/, 'Z').replaceAll(':', '-');
  const content = createHash('sha256').update(facts.inputHash).update(JSON.stringify(files)).digest('hex');
  return `${time}-${content.slice(0, 8)}`;
}
