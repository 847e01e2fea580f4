import { join } from 'node:path';
import type { TopicIndex } from '../../../server/topics/topics.ts';
import type { Manifest } from '../../core/manifest.ts';
import type { MapPositions } from '../../core/map-positions.ts';
import { readColumns } from '../../store/column-file.ts';
import { currentSnapshotFolder } from '../../store/data-folder.ts';
import { openPaperDatabase, type PaperDatabase } from '../../store/paper-database.ts';
import { fileNames, readManifest } from '../../store/snapshot-files.ts';
import { readTopics } from '../../store/topics-file.ts';

/** Papers, map and topics of a snapshot: what can be read without its vectors and indexes, which are most of its bytes. */
export interface SnapshotMap {
  readonly manifest: Manifest;
  readonly papers: PaperDatabase;
  readonly map: MapPositions;
  /** By row, in [0, 1]: the share of a paper's nearest neighbors that are near it on the map. */
  readonly neighborRecall: Float32Array;
  /** The topics in the form that the server answers with. */
  readonly topics: TopicIndex;
}

/**
 * Opens the map of the current snapshot, passes it to `use`, and closes it.
 *
 * @throws PaperfieldError not_found, if there is no snapshot; corrupt, if it cannot be read
 */
export async function withSnapshotMap<T>(
  dataDir: string,
  use: (snapshotMap: SnapshotMap) => T | Promise<T>,
): Promise<T> {
  const { createTopicIndex } = await import('../../../server/topics/topics.ts');
  const folder = currentSnapshotFolder(dataDir);
  const manifest = readManifest(folder);
  const count = manifest.counts.papers;
  const columns = readColumns(join(folder, fileNames.map));
  const map = { x: columns.float32('x', count), y: columns.float32('y', count) };
  const neighborRecall = columns.float32('trust', count);
  const topics = readTopics(folder, count);
  const papers = openPaperDatabase(join(folder, fileNames.papers));
  try {
    const topicIndex = createTopicIndex({ topics, map, paper: papers.paper });
    return await use({ manifest, papers, map, neighborRecall, topics: topicIndex });
  } finally {
    papers.close();
  }
}
