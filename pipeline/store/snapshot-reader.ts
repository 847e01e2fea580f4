import { join } from 'node:path';
import { finished, onwards, type Rest, type Steps, stretch, within } from '../core/cooperative.ts';
import { PaperfieldError } from '../core/errors.ts';
import { type KnnGraph, knnGraphFault } from '../core/knn-graph.ts';
import type { Manifest } from '../core/manifest.ts';
import type { Projection } from '../core/map-positions.ts';
import type { TopicRecords } from '../core/topic-records.ts';
import type { Vectors } from '../core/vectors.ts';
import { allocateCompactVectors, type CompactVectors, type ComparedVectors, compactRow } from '../core/vectors.ts';
import type { WordIndex } from '../search/lexical/inverted-index.ts';
import { float32Parts, readColumns, readColumnsInSteps } from './columns.ts';
import { currentSnapshotFolder } from './data-folder.ts';
import { readWordIndex, verifyWordIndex } from './inverted-index-file.ts';
import { openPaperDatabase, type PaperDatabase } from './paper-database.ts';
import { fileNames, hashFiles, readManifest } from './snapshot-files.ts';
import { readTopics } from './topics-file.ts';

/** A snapshot opened for reading. Nothing in it ever changes. */
export interface Snapshot<Read extends ComparedVectors = Vectors> {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly papers: PaperDatabase;
  readonly vectors: Read;
  readonly graph: KnnGraph;
  readonly map: Projection;
  /** By row, in [0, 1]: how far its place on the map can be believed. */
  readonly trust: Float32Array;
  readonly topics: TopicRecords;
  readonly words: WordIndex;
  /** The neighbor index's file, for its own library to open. */
  readonly indexPath: string;
  close(): void;
}

/** From so many papers on a server holds their vectors in a byte a component: exact ones would take 200 MB and more. */
const COMPACT_FROM = 50_000;
/** Rows between two steps: some milliseconds. */
const ROWS_A_PART = 256;

/** Of the time that opening takes, for as many. */
const SHARE_OF_VECTORS = 0.8;

/** The share of the time that is over when files are hashed, and vectors looked at, for 312,997 papers. */
const SHARE_OF = { files: 0.4, vectors: 0.55 };

/** @throws PaperfieldError corrupt, where a file is missing, damaged, or does not fit the manifest */
export function openSnapshot(folder: string): Snapshot {
  return finished(openWith(folder, readVectors));
}

/** As `openSnapshot`, with compact vectors where there are many, and in steps: a server answers over another meanwhile. */
export function openForServing(folder: string, compactFrom = COMPACT_FROM): Steps<Snapshot<ComparedVectors>> {
  return openWith<ComparedVectors>(folder, (path, count, dimensions) =>
    count < compactFrom ? readVectors(path, count, dimensions) : readCompactVectors(path, count, dimensions),
  );
}

function* readVectors(path: string, count: number, dimensions: number): Steps<Vectors> {
  return { count, dimensions, data: (yield* readColumnsInSteps(path)).float32('vectors', count * dimensions) };
}

/** A part of the file at a time: at no time is the whole of it in memory. */
function* readCompactVectors(path: string, count: number, dimensions: number): Steps<CompactVectors> {
  const compact = allocateCompactVectors(count, dimensions);
  let row = 0;
  for (const part of float32Parts(path, 'vectors', count * dimensions, dimensions * ROWS_A_PART)) {
    yield row / count;
    for (let from = 0; from < part.length; from += dimensions) {
      compactRow(compact, row++, part.subarray(from, from + dimensions));
    }
  }
  return compact;
}

function* openWith<Read extends ComparedVectors>(
  folder: string,
  read: (path: string, count: number, dimensions: number) => Steps<Read>,
): Steps<Snapshot<Read>> {
  const manifest = readManifest(folder);
  const count = manifest.counts.papers;
  const { dimensions } = manifest.model;
  const columns = {
    vectors: yield* stretch(read(join(folder, fileNames.vectors), count, dimensions), 0, SHARE_OF_VECTORS),
    ...readPlacesAndTopics(folder, count),
    words: yield* stretch(readWordIndex(join(folder, fileNames.words), count), SHARE_OF_VECTORS, 1),
  };
  // Last, because it alone has to be closed again where something is wrong.
  const papers = openPapers(folder, count);
  return {
    folder,
    manifest,
    papers,
    ...columns,
    indexPath: join(folder, fileNames.index),
    close: () => papers.close(),
  };
}

function readPlacesAndTopics(folder: string, count: number): Pick<Snapshot, 'map' | 'trust' | 'graph' | 'topics'> {
  const graph = readColumns(join(folder, fileNames.graph));
  const rows = graph.int32('rows');
  const map = readColumns(join(folder, fileNames.map));
  return {
    map: { x: map.float32('x', count), y: map.float32('y', count) },
    trust: map.float32('trust', count),
    graph: { count, k: rows.length / count, rows, similarities: graph.float32('similarities', rows.length) },
    topics: readTopics(folder, count),
  };
}

function openPapers(folder: string, count: number): PaperDatabase {
  const papers = openPaperDatabase(join(folder, fileNames.papers));
  if (papers.count === count) return papers;
  const held = papers.count;
  papers.close();
  throw new PaperfieldError('corrupt', `${folder}: holds ${held} papers, the manifest says ${count}; build again`);
}

/**
 * Checks that every file of a snapshot is, byte for byte, what was written. The neighbor index's library ends the whole
 * process over a damaged file, so this comes before anything is opened to serve.
 *
 * @throws PaperfieldError corrupt, with the first file that is not
 */
export async function verifyFiles(folder: string, rest: Rest = onwards): Promise<Manifest> {
  const manifest = readManifest(folder);
  const names = Object.keys(manifest.files);
  const hashes = await hashFiles(folder, names, rest);
  for (const name of names) {
    if (hashes[name] === manifest.files[name]) continue;
    throw new PaperfieldError('corrupt', `${join(folder, name)}: is not what was written; build again`);
  }
  return manifest;
}

/** The manifest of the snapshot that `current` names; undefined where there is none that can be read. */
export function servingManifest(dataDir: string): Manifest | undefined {
  try {
    return readManifest(currentSnapshotFolder(dataDir));
  } catch {
    // Damaged, of another version, or none: nothing to be compared with.
    return undefined;
  }
}

/**
 * Reads a whole snapshot back from disk and checks that it is what its manifest says: check sums, counts, unit vectors,
 * a sound graph, a sound word index, finite places, topics that exist (reading them says so). Run before a snapshot gets its name.
 *
 * @throws PaperfieldError corrupt, with the first fault
 */
export async function verifySnapshot(folder: string, rest: Rest = onwards): Promise<Manifest> {
  const fault = (what: string) => new PaperfieldError('corrupt', `${folder}: ${what}`);
  const { files: hashed, vectors } = SHARE_OF;
  const manifest = await verifyFiles(folder, within(rest, 0, hashed));
  const count = manifest.counts.papers;
  const { dimensions } = manifest.model;
  await verifyVectors(join(folder, fileNames.vectors), count, dimensions, fault, within(rest, hashed, vectors));
  await verifyWordIndex(join(folder, fileNames.words), count, within(rest, vectors, 1));
  const { graph, map, trust } = readPlacesAndTopics(folder, count);
  const graphFault = knnGraphFault(graph);
  if (graphFault) throw fault(`the kNN graph is unsound: ${graphFault}`);
  for (let row = 0; row < count; row++) {
    if (!Number.isFinite(map.x[row]) || !Number.isFinite(map.y[row])) throw fault(`row ${row} has no place on the map`);
    if (!(trust[row] >= 0 && trust[row] <= 1)) throw fault(`the place of row ${row} has trust ${trust[row]}`);
  }
  openPapers(folder, count).close();
  return manifest;
}

/** Looked at part by part: while a build verifies, it holds all vectors already. */
async function verifyVectors(
  path: string,
  count: number,
  dimensions: number,
  fault: (what: string) => PaperfieldError,
  rest: Rest,
): Promise<void> {
  let row = 0;
  for (const part of float32Parts(path, 'vectors', count * dimensions, dimensions * ROWS_A_PART)) {
    for (let from = 0; from < part.length; from += dimensions, row++) {
      if (!isUnitOrZero(part, from, from + dimensions)) throw fault(`the vector of row ${row} is not of unit length`);
    }
    await rest(row / count);
  }
}

function isUnitOrZero(data: Float32Array, from: number, to: number): boolean {
  let squares = 0;
  for (let i = from; i < to; i++) squares += data[i] * data[i];
  return squares === 0 || Math.abs(squares - 1) < 1e-3;
}
