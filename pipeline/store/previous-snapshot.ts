/** What a later snapshot reads of an earlier one in the same data folder. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PaperfieldError } from '../core/errors.ts';
import type { Manifest } from '../core/manifest.ts';
import type { MapPositions } from '../core/map-positions.ts';
import type { TopicRecords } from '../core/topic-tree.ts';
import { readColumns } from './column-file.ts';
import { currentSnapshotFolder, currentSnapshotId } from './data-folder.ts';
import { openPaperDatabase } from './paper-database.ts';
import { fileNames, readManifest } from './snapshot-files.ts';
import { readTopics } from './topics-file.ts';

/** What a build takes over from the current snapshot: the positions and topics of its papers. */
export interface PreviousSnapshot {
  readonly manifest: Manifest;
  /** By row, as in `map` and `topics`. */
  readonly ids: readonly string[];
  readonly map: MapPositions;
  readonly topics: TopicRecords;
}

/** The current snapshot; undefined if there is none, or it is damaged or of another format. */
export function readPreviousSnapshot(dataDir: string): PreviousSnapshot | undefined {
  if (currentSnapshotId(dataDir) === undefined) return undefined;
  try {
    const folder = currentSnapshotFolder(dataDir);
    const manifest = readManifest(folder);
    const count = manifest.counts.papers;
    const columns = readColumns(join(folder, fileNames.map));
    const map = { x: columns.float32('x', count), y: columns.float32('y', count) };
    const topics = readTopics(folder, count);
    const ids = readIds(folder);
    return ids.length === count ? { manifest, ids, map, topics } : undefined;
  } catch (error) {
    // The build does not need it: it starts without a previous snapshot and makes a valid one.
    if (error instanceof PaperfieldError) return undefined;
    throw error;
  }
}

/** The papers of another snapshot, and the sizes of its topics by id. */
export interface PreviousContents {
  readonly ids: ReadonlySet<string>;
  readonly topicSizes: ReadonlyMap<number, number>;
}

/**
 * Reads which papers and topics another snapshot has; undefined if it is gone or cannot be read.
 *
 * @param folder of the open snapshot
 * @param id of the other; the caller has checked that it is the name of a snapshot and not a path
 */
export function readPreviousContents(folder: string, id: string): PreviousContents | undefined {
  const otherFolder = join(dirname(folder), id);
  if (!existsSync(otherFolder)) return undefined;
  try {
    const { counts } = readManifest(otherFolder);
    const { records } = readTopics(otherFolder, counts.papers);
    return {
      ids: new Set(readIds(otherFolder)),
      topicSizes: new Map(records.map((topic) => [topic.id, topic.size])),
    };
  } catch {
    // Of another format, damaged, or being removed at this moment.
    return undefined;
  }
}

function readIds(folder: string): string[] {
  const papers = openPaperDatabase(join(folder, fileNames.papers));
  try {
    return papers.ids();
  } finally {
    papers.close();
  }
}
