/** Writes a snapshot into a hidden folder, and gives the folder its final name once the snapshot is verified. */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Checkpoint, createPortionCheckpoint, noopCheckpoint, runWithCheckpoints } from '../core/cooperative.ts';
import type { FieldColumns } from '../core/field-columns.ts';
import type { IngestIssue } from '../core/ingest-issue.ts';
import type { KnnGraph } from '../core/knn-graph.ts';
import type { Manifest } from '../core/manifest.ts';
import type { MapPositions } from '../core/map-positions.ts';
import type { Paper } from '../core/paper.ts';
import type { SnapshotTopics } from '../core/topic-tree.ts';
import type { Vectors } from '../core/vectors.ts';
import { createFolder } from '../runtime/create-folder.ts';
import type { InvertedIndex } from '../search/lexical/inverted-index.ts';
import type { TopicChanges } from '../topics/match-topics.ts';
import { syncToDisk, writeAtomically } from './atomic-write.ts';
import { type ColumnArray, writeColumnFileTask } from './column-file.ts';
import { dataPaths } from './data-folder.ts';
import { writeFieldColumns } from './field-columns-file.ts';
import { writeInvertedIndex } from './inverted-index-file.ts';
import { writePaperDatabase } from './paper-database.ts';
import { hashFiles, manifestText, SNAPSHOT_FORMAT_VERSION, snapshotFileNames } from './snapshot-files.ts';
import { writeTopics } from './topics-file.ts';

/** All results of a build that a snapshot stores. Row i is the same paper in all of them. */
export interface SnapshotContent {
  readonly papers: readonly Paper[];
  readonly fieldColumns: FieldColumns;
  readonly issues: readonly IngestIssue[];
  readonly vectors: Vectors;
  readonly graph: KnnGraph;
  readonly topics: SnapshotTopics;
  readonly changes: TopicChanges;
  readonly map: MapPositions;
  /** By row, in [0, 1]: the share of a paper's nearest papers by vector that are also near it on the map. */
  readonly neighborRecall: Float32Array;
  readonly invertedIndex: InvertedIndex;
  /** Writes the HNSW index to a file, in hnswlib's own format. */
  saveHnsw(path: string): Promise<void>;
}

/**
 * The manifest fields that a caller must provide: all but format, id and checksums, which follow from the written
 * files.
 */
export type ManifestInput = Omit<Manifest, 'format' | 'id' | 'files'>;

/**
 * For progress reports: the share of the writing time after which each part is written, measured with 312,997 papers.
 * The rest of the time is hashing.
 */
const PAPERS_DONE = 0.4;
const VECTORS_DONE = 0.6;
const INVERTED_INDEX_DONE = 0.7;
const HNSW_DONE = 0.8;

/**
 * Writes a snapshot into a hidden folder next to the finished snapshots, where nothing opens it. Once the snapshot is
 * verified, `finalizeSnapshot` gives the folder its final name.
 *
 * @returns the hidden folder
 */
export async function writeSnapshot(
  dataDir: string,
  content: SnapshotContent,
  manifestInput: ManifestInput,
  checkpoint: Checkpoint = noopCheckpoint,
): Promise<string> {
  const { snapshots } = dataPaths(dataDir);
  createFolder(snapshots);
  removeUnfinishedSnapshots(dataDir);
  const folder = join(snapshots, `.building-${process.pid}`);
  mkdirSync(folder);
  const pathOf = (name: keyof typeof snapshotFileNames) => join(folder, snapshotFileNames[name]);
  const { papers, issues, vectors, graph, topics, changes, map, neighborRecall, invertedIndex } = content;
  await runWithCheckpoints(
    writePaperDatabase(pathOf('papers'), papers),
    createPortionCheckpoint(checkpoint, 0, PAPERS_DONE),
  );
  const write = (
    name: keyof typeof snapshotFileNames,
    columns: Readonly<Record<string, ColumnArray>>,
    within: Checkpoint,
  ) => runWithCheckpoints(writeColumnFileTask(pathOf(name), columns), within);
  await write('vectors', { vectors: vectors.data }, createPortionCheckpoint(checkpoint, PAPERS_DONE, VECTORS_DONE));
  const afterVectors = () => checkpoint(VECTORS_DONE);
  await write('graph', { rows: graph.neighbors, similarities: graph.similarities }, afterVectors);
  await write('map', { x: map.x, y: map.y, trust: neighborRecall }, afterVectors);
  await runWithCheckpoints(
    writeInvertedIndex(pathOf('invertedIndex'), invertedIndex),
    createPortionCheckpoint(checkpoint, VECTORS_DONE, INVERTED_INDEX_DONE),
  );
  await runWithCheckpoints(writeFieldColumns(folder, content.fieldColumns), () => checkpoint(INVERTED_INDEX_DONE));
  writeTopics(folder, topics);
  writeAtomically(pathOf('topicChanges'), `${JSON.stringify(changes, null, 1)}\n`);
  writeAtomically(pathOf('issues'), issues.map((issue) => `${JSON.stringify(issue)}\n`).join(''));
  await content.saveHnsw(pathOf('hnsw'));

  const names = Object.values(snapshotFileNames).filter((name) => name !== snapshotFileNames.manifest);
  const files = await hashFiles(folder, names, createPortionCheckpoint(checkpoint, HNSW_DONE, 1));
  const manifest: Manifest = {
    format: SNAPSHOT_FORMAT_VERSION,
    id: idOf(manifestInput, files),
    ...manifestInput,
    files,
  };
  writeAtomically(pathOf('manifest'), manifestText(manifest));
  return folder;
}

/**
 * Renames the hidden folder of a verified snapshot to the snapshot's id. From then on the snapshot can be opened and
 * made current.
 *
 * @returns the folder under its new name
 */
export function finalizeSnapshot(folder: string, dataDir: string, id: string): string {
  const finalFolder = join(dataPaths(dataDir).snapshots, id);
  // A snapshot's id is made from its time and content, so a folder that already has this name contains the same
  // snapshot.
  if (existsSync(finalFolder)) rmSync(folder, { recursive: true });
  else {
    // SQLite and hnswlib do not sync the files that they write.
    for (const name of readdirSync(folder)) syncToDisk(join(folder, name));
    syncToDisk(folder);
    renameSync(folder, finalFolder);
    syncToDisk(dirname(finalFolder));
  }
  return finalFolder;
}

/**
 * Removes the hidden folders of builds that were killed or failed: on a full disk they would keep it full. The caller
 * holds the lock of the data folder, so no build is using them.
 */
export function removeUnfinishedSnapshots(dataDir: string): void {
  const { snapshots } = dataPaths(dataDir);
  if (!existsSync(snapshots)) return;
  for (const name of readdirSync(snapshots)) {
    if (name.startsWith('.building-')) rmSync(join(snapshots, name), { recursive: true, force: true });
  }
}

function idOf({ createdAt, inputHash }: ManifestInput, files: Readonly<Record<string, string>>): string {
  const time = createdAt.replace(/\.\d+Z$/, 'Z').replaceAll(':', '-');
  const content = createHash('sha256').update(inputHash).update(JSON.stringify(files)).digest('hex');
  return `${time}-${content.slice(0, 8)}`;
}
