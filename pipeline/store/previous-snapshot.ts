/** Reads an earlier snapshot, which a build continues from or with which a newer snapshot is compared. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorMessage, PaperfieldError } from '../core/errors.ts';
import type { Manifest } from '../core/manifest.ts';
import type { MapPositions } from '../core/map-positions.ts';
import type { SnapshotTopics } from '../core/topic-tree.ts';
import { readColumnFile } from './column-file.ts';
import { currentSnapshotFolder, currentSnapshotId, olderSnapshots, snapshotFolder } from './data-folder.ts';
import { openPaperDatabase, type PaperDatabase } from './paper-database.ts';
import { hashFiles, readFileChecksums, readManifest, snapshotFileNames } from './snapshot-files.ts';
import { readTopics } from './topics-file.ts';

/** What a build takes over from the current snapshot: the positions and topics of its papers. */
export interface PreviousSnapshot {
  readonly manifest: Manifest;
  /** Paper ids by row. `map` and `topics` have the same rows. */
  readonly ids: readonly string[];
  /** Number of papers without an abstract. */
  readonly blankAbstracts: number;
  readonly map: MapPositions;
  readonly topics: SnapshotTopics;
}

/**
 * Reads the current snapshot for a build that continues from it; undefined if there is none, or if it is damaged or of
 * another format.
 */
export function readPreviousSnapshot(dataDir: string): PreviousSnapshot | undefined {
  if (currentSnapshotId(dataDir) === undefined) return undefined;
  try {
    const folder = currentSnapshotFolder(dataDir);
    const manifest = readManifest(folder);
    const count = manifest.counts.papers;
    const columns = readColumnFile(join(folder, snapshotFileNames.map));
    const map = { x: columns.float32('x', count), y: columns.float32('y', count) };
    const topics = readTopics(folder, count);
    const { ids, blankAbstracts } = readPapers(folder, (papers) => ({
      ids: papers.ids(),
      blankAbstracts: papers.countBlankAbstracts(),
    }));
    return ids.length === count ? { manifest, ids, blankAbstracts, map, topics } : undefined;
  } catch (error) {
    // A build can do without a previous snapshot: it then computes map and topics from scratch.
    if (error instanceof PaperfieldError) return undefined;
    throw error;
  }
}

/**
 * Opens the papers of the newest snapshot whose database is undamaged: of the current one if possible, else of the one
 * before. Other files of that snapshot may be damaged, and it may be of an older format: its papers are worth keeping all
 * the same. The caller closes the database.
 *
 * @param warn called with each snapshot whose papers cannot be read
 */
export async function openLastPapers(
  dataDir: string,
  warn: (line: string) => void,
): Promise<PaperDatabase | undefined> {
  const current = currentSnapshotId(dataDir);
  if (current === undefined) return undefined;
  for (const id of [current, ...olderSnapshots(dataDir, current)]) {
    const folder = snapshotFolder(dataDir, id);
    const name = snapshotFileNames.papers;
    try {
      const { [name]: expected } = readFileChecksums(folder);
      const { [name]: found } = await hashFiles(folder, [name]);
      if (found !== expected) throw new PaperfieldError('corrupt', `${join(folder, name)}: its checksum is wrong`);
      return openPaperDatabase(join(folder, name));
    } catch (error) {
      warn(`the papers of snapshot ${id} cannot be read: ${errorMessage(error)}`);
    }
  }
  return undefined;
}

/** The paper ids of an earlier snapshot, and the number of papers of each of its topics by topic id. */
export interface PreviousIdsAndTopicSizes {
  readonly ids: ReadonlySet<string>;
  readonly topicSizes: ReadonlyMap<number, number>;
}

/**
 * Reads the paper ids and topic sizes of an earlier snapshot; undefined if that snapshot is gone or cannot be read.
 *
 * @param folder the folder of the open snapshot, next to which the earlier one is
 * @param id the id of the earlier snapshot. It becomes part of a path, so the caller must have checked that it is the
 *   name of a snapshot
 */
export function readPreviousIdsAndTopicSizes(folder: string, id: string): PreviousIdsAndTopicSizes | undefined {
  const otherFolder = join(dirname(folder), id);
  if (!existsSync(otherFolder)) return undefined;
  try {
    const { counts } = readManifest(otherFolder);
    const { records } = readTopics(otherFolder, counts.papers);
    return {
      ids: new Set(readPapers(otherFolder, (papers) => papers.ids())),
      topicSizes: new Map(records.map((topic) => [topic.id, topic.size])),
    };
  } catch {
    // The earlier snapshot is of another format, damaged, or being removed at this moment.
    return undefined;
  }
}

function readPapers<T>(folder: string, read: (papers: PaperDatabase) => T): T {
  const papers = openPaperDatabase(join(folder, snapshotFileNames.papers));
  try {
    return read(papers);
  } finally {
    papers.close();
  }
}
