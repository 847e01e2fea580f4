/** Opens snapshots for reading and verifies them. */
import { join } from 'node:path';
import {
  type Checkpoint,
  type CooperativeTask,
  createPortionCheckpoint,
  noopCheckpoint,
  runAsPortion,
  runToCompletion,
  runWithCheckpoints,
} from '../core/cooperative.ts';
import { PaperfieldError } from '../core/errors.ts';
import type { FieldColumns } from '../core/field-columns.ts';
import { findKnnGraphFault, type KnnGraph } from '../core/knn-graph.ts';
import type { Manifest } from '../core/manifest.ts';
import type { MapPositions } from '../core/map-positions.ts';
import type { SnapshotTopics } from '../core/topic-tree.ts';
import type { Vectors } from '../core/vectors.ts';
import { type AnyVectors, allocateQuantizedVectors, type QuantizedVectors, quantizeRow } from '../core/vectors.ts';
import type { InvertedIndex } from '../search/lexical/inverted-index.ts';
import { readColumnFile, readColumnFileTask, readFloat32ColumnInChunks } from './column-file.ts';
import { currentSnapshotFolder } from './data-folder.ts';
import { type OpenFieldColumns, openFieldColumns } from './field-columns-file.ts';
import { readInvertedIndex } from './inverted-index-file.ts';
import { openPaperDatabase, type PaperDatabase } from './paper-database.ts';
import { DAMAGE_REMEDY, hashFiles, readManifest, snapshotFileNames } from './snapshot-files.ts';
import { readTopics } from './topics-file.ts';

/** A snapshot opened for reading. Row i is the same paper in all its parts. Nothing in it ever changes. */
export interface Snapshot<SnapshotVectors extends AnyVectors = Vectors> {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly papers: PaperDatabase;
  /** The columns of the user's data. */
  readonly fieldColumns: FieldColumns;
  readonly vectors: SnapshotVectors;
  readonly graph: KnnGraph;
  readonly map: MapPositions;
  /** By row, in [0, 1]: the share of a paper's nearest papers by vector that are also near it on the map. */
  readonly neighborRecall: Float32Array;
  readonly topics: SnapshotTopics;
  readonly invertedIndex: InvertedIndex;
  /** The path of the HNSW index file, which `openHnsw` opens. */
  readonly hnswPath: string;
  close(): void;
}

/**
 * From this many papers on, a server keeps their vectors quantized to one byte per component: as floats they would take
 * 200 MB and more.
 */
const MIN_QUANTIZED_PAPERS = 50_000;

/** Vectors read between two yields of a cooperative task: 1 MB at 1,024 dimensions takes about a millisecond. */
const CHUNK_ROWS = 256;

/**
 * For progress reports: the share of a snapshot's opening time that reading its vectors takes, measured with 312,997
 * papers.
 */
const VECTORS_TIME_SHARE = 0.8;

/**
 * Opens a snapshot at once, with float32 vectors.
 *
 * @throws PaperfieldError corrupt, if a file is missing, damaged or does not fit the manifest
 */
export function openSnapshot(folder: string): Snapshot {
  return runToCompletion(openWith(folder, readVectors));
}

/**
 * Opens a snapshot for a server: as a cooperative task, so that the server meanwhile answers requests from another
 * snapshot, and with quantized vectors if there are many papers.
 */
export function openSnapshotForServing(
  folder: string,
  minQuantizedPapers = MIN_QUANTIZED_PAPERS,
): CooperativeTask<Snapshot<AnyVectors>> {
  return openWith<AnyVectors>(folder, (path, count, dimensions) =>
    count < minQuantizedPapers ? readVectors(path, count, dimensions) : readQuantizedVectors(path, count, dimensions),
  );
}

function* readVectors(path: string, count: number, dimensions: number): CooperativeTask<Vectors> {
  return { count, dimensions, data: (yield* readColumnFileTask(path)).float32('vectors', count * dimensions) };
}

/** Reads and quantizes vectors in chunks, so that the float32 vectors are never in memory all at once. */
function* readQuantizedVectors(path: string, count: number, dimensions: number): CooperativeTask<QuantizedVectors> {
  const quantized = allocateQuantizedVectors(count, dimensions);
  let row = 0;
  for (const chunk of readFloat32ColumnInChunks(path, 'vectors', count * dimensions, dimensions * CHUNK_ROWS)) {
    yield row / count;
    for (let start = 0; start < chunk.length; start += dimensions) {
      quantizeRow(quantized, row++, chunk.subarray(start, start + dimensions));
    }
  }
  return quantized;
}

function* openWith<SnapshotVectors extends AnyVectors>(
  folder: string,
  readSnapshotVectors: (path: string, count: number, dimensions: number) => CooperativeTask<SnapshotVectors>,
): CooperativeTask<Snapshot<SnapshotVectors>> {
  const manifest = readManifest(folder);
  const count = manifest.counts.papers;
  const { dimensions } = manifest.model;
  const vectors = readSnapshotVectors(join(folder, snapshotFileNames.vectors), count, dimensions);
  const invertedIndex = readInvertedIndex(join(folder, snapshotFileNames.invertedIndex), count);
  const columns = {
    vectors: yield* runAsPortion(vectors, 0, VECTORS_TIME_SHARE),
    ...readGraphMapTopics(folder, count),
    invertedIndex: yield* runAsPortion(invertedIndex, VECTORS_TIME_SHARE, 1),
  };
  // What must be closed is opened last, so that it need not be closed if another part cannot be read.
  const papers = openPapers(folder, count);
  let fieldColumns: OpenFieldColumns;
  try {
    fieldColumns = openFieldColumns(folder, count);
  } catch (error) {
    papers.close();
    throw error;
  }
  return {
    folder,
    manifest,
    papers,
    fieldColumns,
    ...columns,
    hnswPath: join(folder, snapshotFileNames.hnsw),
    close() {
      papers.close();
      fieldColumns.close();
    },
  };
}

function readGraphMapTopics(
  folder: string,
  count: number,
): Pick<Snapshot, 'graph' | 'map' | 'neighborRecall' | 'topics'> {
  const graph = readColumnFile(join(folder, snapshotFileNames.graph));
  const neighbors = graph.int32('rows');
  const map = readColumnFile(join(folder, snapshotFileNames.map));
  return {
    graph: {
      count,
      k: neighbors.length / count,
      neighbors,
      similarities: graph.float32('similarities', neighbors.length),
    },
    map: { x: map.float32('x', count), y: map.float32('y', count) },
    neighborRecall: map.float32('trust', count),
    topics: readTopics(folder, count),
  };
}

function openPapers(folder: string, count: number): PaperDatabase {
  const papers = openPaperDatabase(join(folder, snapshotFileNames.papers));
  if (papers.count === count) return papers;
  papers.close();
  throw new PaperfieldError(
    'corrupt',
    `${folder}: has ${papers.count} papers, but its manifest says ${count}; build again`,
  );
}

/** The manifest of the current snapshot; undefined if there is none, or it cannot be read. */
export function readCurrentManifest(dataDir: string): Manifest | undefined {
  try {
    return readManifest(currentSnapshotFolder(dataDir));
  } catch {
    // There is no snapshot yet, or it is damaged or of another format.
    return undefined;
  }
}

/**
 * Checks that every file of a snapshot still has the checksum with which it was written. Do this before serving a
 * snapshot, because hnswlib ends the whole process on a damaged file.
 *
 * @throws PaperfieldError corrupt, naming the first file that differs
 */
export async function verifyChecksums(folder: string, checkpoint: Checkpoint = noopCheckpoint): Promise<Manifest> {
  const manifest = readManifest(folder);
  const names = Object.keys(manifest.files);
  const checksums = await hashFiles(folder, names, checkpoint);
  for (const name of names) {
    if (checksums[name] === manifest.files[name]) continue;
    throw new PaperfieldError('corrupt', `${join(folder, name)}: is damaged, its checksum is wrong; ${DAMAGE_REMEDY}`);
  }
  return manifest;
}

/**
 * For progress reports: the share of a verification's time after which the checksums, and then the vectors, are
 * checked, measured with 312,997 papers.
 */
const CHECKSUMS_DONE = 0.4;
const VECTORS_DONE = 0.55;

/**
 * Reads a whole snapshot back from disk and checks that it is consistent: checksums, counts, unit vectors, kNN graph,
 * inverted index, finite map positions, topics that exist. A build does this before its snapshot becomes available.
 *
 * @throws PaperfieldError corrupt, with the first fault
 */
export async function verifySnapshot(folder: string, checkpoint: Checkpoint = noopCheckpoint): Promise<Manifest> {
  const fault = (detail: string) => new PaperfieldError('corrupt', `${folder}: ${detail}`);
  const manifest = await verifyChecksums(folder, createPortionCheckpoint(checkpoint, 0, CHECKSUMS_DONE));
  const count = manifest.counts.papers;
  const vectorsCheckpoint = createPortionCheckpoint(checkpoint, CHECKSUMS_DONE, VECTORS_DONE);
  await verifyVectors(
    join(folder, snapshotFileNames.vectors),
    count,
    manifest.model.dimensions,
    fault,
    vectorsCheckpoint,
  );
  await runWithCheckpoints(
    readInvertedIndex(join(folder, snapshotFileNames.invertedIndex), count),
    createPortionCheckpoint(checkpoint, VECTORS_DONE, 1),
  );
  const { graph, map, neighborRecall } = readGraphMapTopics(folder, count);
  const graphFault = findKnnGraphFault(graph);
  if (graphFault) throw fault(`the kNN graph is inconsistent: ${graphFault}`);
  for (let row = 0; row < count; row++) {
    if (!Number.isFinite(map.x[row]) || !Number.isFinite(map.y[row]))
      throw fault(`row ${row} has no position on the map`);
    if (!(neighborRecall[row] >= 0 && neighborRecall[row] <= 1))
      throw fault(`row ${row} has neighbor recall ${neighborRecall[row]}, expected 0–1`);
  }
  openPapers(folder, count).close();
  const fieldColumns = openFieldColumns(folder, count);
  try {
    for (const { name } of fieldColumns.infos) fieldColumns.read(name);
  } finally {
    fieldColumns.close();
  }
  return manifest;
}

/**
 * Checks that all vectors have unit length or are zero. Reads them in chunks, because a build that verifies its
 * snapshot already has all vectors in memory once.
 */
async function verifyVectors(
  path: string,
  count: number,
  dimensions: number,
  fault: (detail: string) => PaperfieldError,
  checkpoint: Checkpoint,
): Promise<void> {
  let row = 0;
  for (const chunk of readFloat32ColumnInChunks(path, 'vectors', count * dimensions, dimensions * CHUNK_ROWS)) {
    for (let start = 0; start < chunk.length; start += dimensions, row++) {
      if (!isUnitOrZero(chunk, start, start + dimensions))
        throw fault(`the vector of row ${row} is not of unit length`);
    }
    await checkpoint(row / count);
  }
}

function isUnitOrZero(data: Float32Array, from: number, to: number): boolean {
  let squares = 0;
  for (let i = from; i < to; i++) squares += data[i] * data[i];
  return squares === 0 || Math.abs(squares - 1) < 1e-3;
}
