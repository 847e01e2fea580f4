import { join } from 'node:path';
import type { Manifest } from '../core/manifest.ts';
import type { Topics } from '../core/named-topics.ts';
import type { Projection } from '../core/projection.ts';
import { readColumns } from './columns.ts';
import { openPaperDatabase, type PaperDatabase } from './paper-database.ts';
import { fileNames, readManifest } from './snapshot-files.ts';
import { readTopics } from './topics-file.ts';

/** What can be told of a snapshot's map and topics without vectors and indexes, which are most of its bytes. */
export interface SnapshotMap {
  readonly manifest: Manifest;
  readonly papers: PaperDatabase;
  readonly map: Pick<Projection, 'x' | 'y'>;
  /** By row, in [0, 1]. */
  readonly trust: Float32Array;
  readonly topics: Topics;
  close(): void;
}

/** @throws PaperfieldError corrupt */
export function openSnapshotMap(folder: string): SnapshotMap {
  const manifest = readManifest(folder);
  const count = manifest.counts.papers;
  const columns = readColumns(join(folder, fileNames.map));
  const map = { x: columns.float32('x', count), y: columns.float32('y', count) };
  const trust = columns.float32('trust', count);
  const topics = readTopics(folder, count);
  const papers = openPaperDatabase(join(folder, fileNames.papers));
  return { manifest, papers, map, trust, topics, close: () => papers.close() };
}
