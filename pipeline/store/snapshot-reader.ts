/** Opens snapshots for reading and verifies them. */
import { join } from 'node:path';
import {
  type Checkpoint,
  type CooperativeTask,
  noCheckpoint,
  runAsPortion,
  runToCompletion,
  runWithCheckpoints,
  subrange,
} from '../core/cooperative.ts';
import { PaperfieldError } from '../core/errors.ts';
import { type KnnGraph, knnGraphFault } from '../core/knn-graph.ts';
import type { Manifest } from '../core/manifest.ts';
import type { MapPositions } from '../core/map-positions.ts';
import type { TopicRecords } from '../core/topic-tree.ts';
import type { Vectors } from '../core/vectors.ts';
import { type AnyVectors, allocateQuantizedVectors, type QuantizedVectors, quantizeRow } from '../core/vectors.ts';
import type { InvertedIndex } from '../search/lexical/inverted-index.ts';
import { readColumns, readColumnsTask, readFloat32Chunks } from './column-file.ts';
import { currentSnapshotFolder } from './data-folder.ts';
import { readInvertedIndex } from './inverted-index-file.ts';
import { openPaperDatabase, type PaperDatabase } from './paper-database.ts';
import { fileNames, hashFiles, readManifest } from './snapshot-files.ts';
import { readTopics } from './topics-file.ts';

/** A snapshot opened for reading. Row i is the same paper everywhere. Nothing in it ever changes. */
export interface Snapshot<SnapshotVectors extends AnyVectors = Vectors> {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly papers: PaperDatabase;
  readonly vectors: SnapshotVectors;
  readonly graph: KnnGraph;
  readonly map: MapPositions;
  /** By row, in [0, 1]: the share of a paper's nearest neighbors that are near it on the map. */
  readonly neighborRecall: Float32Array;
  readonly topics: TopicRecords;
  readonly invertedIndex: InvertedIndex;
  /** The file of the HNSW index, for `openHnsw`. */
  readonly hnswPath: string;
  close(): void;
}

/**
 * From this many papers on, a server keeps their vectors quantized to one byte per component: as floats they would take
 * 200 MB and more.
 */
const MIN_QUANTIZED_PAPERS = 50_000;

/** Rows of vectors read between two yields: 1 MB at 1,024 dimensions, about a millisecond. */
const CHUNK_ROWS = 256;

/** The share of the opening time that reading the vectors takes, measured with 312,997 papers. */
const VECTORS_TIME_SHARE = 0.8;

/** @throws PaperfieldError corrupt, if a file is missing, damaged or does not fit the manifest */
export function openSnapshot(folder: string): Snapshot {
  return runToCompletion(openWith(folder, readVectors));
}

/**
 * Opens a snapshot for a server: as a cooperative task, so that requests are answered from another snapshot meanwhile,
 * and with quantized vectors if there are many.
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
  return { count, dimensions, data: (yield* readColumnsTask(path)).float32('vectors', count * dimensions) };
}

/** Reads and quantizes in chunks: the file is never in memory as a whole. */
function* readQuantizedVectors(path: string, count: number, dimensions: number): CooperativeTask<QuantizedVectors> {
  const quantized = allocateQuantizedVectors(count, dimensions);
  let row = 0;
  for (const chunk of readFloat32Chunks(path, 'vectors', count * dimensions, dimensions * CHUNK_ROWS)) {
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
  const vectors = readSnapshotVectors(join(folder, fileNames.vectors), count, dimensions);
  const invertedIndex = readInvertedIndex(join(folder, fileNames.invertedIndex), count);
  const columns = {
    vectors: yield* runAsPortion(vectors, 0, VECTORS_TIME_SHARE),
    ...readGraphMapTopics(folder, count),
    invertedIndex: yield* runAsPortion(invertedIndex, VECTORS_TIME_SHARE, 1),
  };
  // Last, because it is the only one that must be closed if another part cannot be read.
  const papers = openPapers(folder, count);
  return {
    folder,
    manifest,
    papers,
    ...columns,
    hnswPath: join(folder, fileNames.hnsw),
    close: () => papers.close(),
  };
}

function readGraphMapTopics(
  folder: string,
  count: number,
): Pick<Snapshot, 'graph' | 'map' | 'neighborRecall' | 'topics'> {
  const graph = readColumns(join(folder, fileNames.graph));
  const neighbors = graph.int32('rows');
  const map = readColumns(join(folder, fileNames.map));
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
  const papers = openPaperDatabase(join(folder, fileNames.papers));
  if (papers.count === count) return papers;
  papers.close();
  throw new PaperfieldError(
    'corrupt',
    `${folder}: has ${papers.count} papers, but its manifest says ${count}; build again`,
  );
}

/** The manifest of the current snapshot; undefined if there is none, or it cannot be read. */
export function currentManifest(dataDir: string): Manifest | undefined {
  try {
    return readManifest(currentSnapshotFolder(dataDir));
  } catch {
    // None yet, damaged, or of another format.
    return undefined;
  }
}

/**
 * Checks that every file of a snapshot is what was written, byte for byte. Do this before opening a snapshot to serve it:
 * hnswlib ends the whole process on a damaged file.
 *
 * @throws PaperfieldError corrupt, naming the first file that differs
 */
export async function verifyChecksums(folder: string, checkpoint: Checkpoint = noCheckpoint): Promise<Manifest> {
  const manifest = readManifest(folder);
  const names = Object.keys(manifest.files);
  const checksums = await hashFiles(folder, names, checkpoint);
  for (const name of names) {
    if (checksums[name] === manifest.files[name]) continue;
    throw new PaperfieldError('corrupt', `${join(folder, name)}: is damaged, its checksum is wrong; build again`);
  }
  return manifest;
}

/** Shares of the verification time after which checksums and vectors are done, measured with 312,997 papers. */
const CHECKSUMS_DONE = 0.4;
const VECTORS_DONE = 0.55;

/**
 * Reads a whole snapshot back from disk and checks that it is consistent: checksums, counts, unit vectors, kNN graph,
 * inverted index, finite map positions, topics that exist. A build does this before its snapshot becomes available.
 *
 * @throws PaperfieldError corrupt, with the first fault
 */
export async function verifySnapshot(folder: string, checkpoint: Checkpoint = noCheckpoint): Promise<Manifest> {
  const fault = (detail: string) => new PaperfieldError('corrupt', `${folder}: ${detail}`);
  const manifest = await verifyChecksums(folder, subrange(checkpoint, 0, CHECKSUMS_DONE));
  const count = manifest.counts.papers;
  const vectorsCheckpoint = subrange(checkpoint, CHECKSUMS_DONE, VECTORS_DONE);
  await verifyVectors(join(folder, fileNames.vectors), count, manifest.model.dimensions, fault, vectorsCheckpoint);
  await runWithCheckpoints(
    readInvertedIndex(join(folder, fileNames.invertedIndex), count),
    subrange(checkpoint, VECTORS_DONE, 1),
  );
  const { graph, map, neighborRecall } = readGraphMapTopics(folder, count);
  const graphFault = knnGraphFault(graph);
  if (graphFault) throw fault(`the kNN graph is inconsistent: ${graphFault}`);
  for (let row = 0; row < count; row++) {
    if (!Number.isFinite(map.x[row]) || !Number.isFinite(map.y[row]))
      throw fault(`row ${row} has no position on the map`);
    if (!(neighborRecall[row] >= 0 && neighborRecall[row] <= 1))
      throw fault(`row ${row} has neighbor recall ${neighborRecall[row]}, expected 0–1`);
  }
  openPapers(folder, count).close();
  return manifest;
}

/** In chunks: a build that verifies its snapshot has all vectors in memory once already. */
async function verifyVectors(
  path: string,
  count: number,
  dimensions: number,
  fault: (detail: string) => PaperfieldError,
  checkpoint: Checkpoint,
): Promise<void> {
  let row = 0;
  for (const chunk of readFloat32Chunks(path, 'vectors', count * dimensions, dimensions * CHUNK_ROWS)) {
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
