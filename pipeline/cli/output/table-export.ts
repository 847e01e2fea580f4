import { join } from 'node:path';
import { z } from 'zod';
import type { TopicsRequest } from '../../../server/schemas/topics.ts';
import type { OpenTopics } from '../../../server/topics/topics.ts';
import { PaperfieldError } from '../../core/errors.ts';
import type { Manifest } from '../../core/manifest.ts';
import type { Projection } from '../../core/map-positions.ts';
import { csvOf, type Table } from '../../core/table.ts';
import type { TopicRecords } from '../../core/topic-records.ts';
import { writeAtomically } from '../../store/atomic-write.ts';
import { readColumns } from '../../store/columns.ts';
import { currentSnapshotFolder } from '../../store/data-folder.ts';
import { openPaperDatabase, type PaperDatabase } from '../../store/paper-database.ts';
import { fileNames, readManifest } from '../../store/snapshot-files.ts';
import { readTopics } from '../../store/topics-file.ts';
import type { Call, Flag, FlagValues } from '../command-line.ts';

/** What can be told of a snapshot's map and topics without vectors and indexes, which are most of its bytes. */
export interface SnapshotMap {
  readonly manifest: Manifest;
  readonly papers: PaperDatabase;
  readonly map: Pick<Projection, 'x' | 'y'>;
  /** By row, in [0, 1]. */
  readonly trust: Float32Array;
  readonly topics: TopicRecords;
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

/** What `topics` and `map` have in common: which topics are asked for, and a table in the form asked for. */

/** Flags for how fine the topics are: those of `GET /api/topics`. */
export const cutFlags = {
  level: { type: 'string', sentence: 'Topics of this level: 0 is the coarsest' },
  count: { type: 'string', sentence: 'So many topics, or as few more as can be' },
  resolution: { type: 'string', sentence: 'Topics at this resolution: larger gives more and smaller ones' },
} satisfies Record<string, Flag>;

export const OUT: Flag = { type: 'string', sentence: 'The file to write, whole or not at all [standard output]' };

/** @throws PaperfieldError bad_request */
export async function askedCut({ level, count, resolution }: FlagValues): Promise<TopicsRequest> {
  const { topicsRequest } = await import('../../../server/schemas/topics.ts');
  const request = topicsRequest.safeParse({ level, count, resolution });
  if (!request.success) throw new PaperfieldError('bad_request', z.prettifyError(request.error));
  return request.data;
}

/** @throws PaperfieldError bad_request, for a format that is none of these */
export function askedFormat<Format extends string>(written: FlagValues[string], formats: readonly Format[]): Format {
  const format = written === undefined ? formats[0] : formats.find((one) => one === written);
  if (format) return format;
  throw new PaperfieldError('bad_request', `--format ${String(written)}: expected ${formats.join(', ')}`);
}

/** Opens what the current snapshot says about map and topics, told by the code that the server answers with. */
export async function withTopics<T>(
  dataDir: string,
  use: (topics: OpenTopics, snapshot: SnapshotMap) => T | Promise<T>,
): Promise<T> {
  const { openTopics } = await import('../../../server/topics/topics.ts');
  const { openSnapshotMap } = await import('./table-export.ts');
  const snapshot = openSnapshotMap(currentSnapshotFolder(dataDir));
  try {
    const { topics, map, papers } = snapshot;
    return await use(openTopics({ topics, map, paper: papers.paper }), snapshot);
  } finally {
    snapshot.close();
  }
}

/** A table as CSV or Arrow. */
export async function encoded(table: Table, format: 'csv' | 'arrow'): Promise<string | Uint8Array> {
  if (format === 'csv') return csvOf(table);
  const { arrowOf } = await import('./arrow.ts');
  return arrowOf(table);
}

/**
 * Into the file asked for, else to standard output.
 *
 * @param told what the file holds, for the line that says it was written
 */
export function deliver(
  content: string | Uint8Array,
  out: FlagValues[string],
  told: string,
  { print, write }: Pick<Call, 'print' | 'write'>,
): void {
  if (typeof out !== 'string') {
    write(content);
    return;
  }
  if (out === '') throw new PaperfieldError('bad_request', '--out: expected the name of a file');
  writeAtomically(out, content);
  print(`${out}: ${told}`);
}
