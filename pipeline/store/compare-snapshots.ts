/** How two snapshots differ: papers, topics, quality figures. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Manifest, MapDrift } from '../core/manifest.ts';
import type { FigureChange, TopicDifferences } from '../core/night-report.ts';
import type { Paper } from '../core/paper.ts';
import { cutAtLevel, type TopicRecord } from '../core/topic-tree.ts';
import { snapshotFolder } from './data-folder.ts';
import { openPaperDatabase } from './paper-database.ts';
import { readManifest, readTopicChanges, snapshotFileNames } from './snapshot-files.ts';
import { readTopics } from './topics-file.ts';

export interface SnapshotDifferences {
  readonly from: string;
  readonly to: string;
  readonly counts: { readonly before: Manifest['counts']; readonly after: Manifest['counts'] };
  /** Ids of papers. */
  readonly papers: {
    readonly new: readonly string[];
    readonly changed: readonly string[];
    readonly gone: readonly string[];
  };
  readonly topics: TopicDifferences;
  readonly figures: readonly FigureChange[];
  /** How far papers moved on the map; null if the second snapshot does not continue the first. */
  readonly drift: MapDrift | null;
}

/**
 * Compares two snapshots of a data folder.
 *
 * @throws PaperfieldError corrupt, if one of them cannot be read
 */
export function compareSnapshots(dataDir: string, from: string, to: string): SnapshotDifferences {
  const [before, after] = [readManifest(snapshotFolder(dataDir, from)), readManifest(snapshotFolder(dataDir, to))];
  return {
    from,
    to,
    counts: { before: before.counts, after: after.counts },
    papers: comparePapers(hashesById(dataDir, from), hashesById(dataDir, to)),
    topics: compareTopics(dataDir, before, after),
    figures: compareFigures(before, after),
    drift: after.previous?.snapshot === from ? after.previous.drift : null,
  };
}

/** The quality figures of two snapshots, without standard errors. */
export function compareFigures(before: Manifest | undefined, after: Manifest): FigureChange[] {
  return Object.entries(after.quality).flatMap(([name, value]: [string, number | null]) => {
    if (name.endsWith('StandardError')) return [];
    return [{ name, before: before?.quality[name as keyof Manifest['quality']] ?? null, after: value }];
  });
}

/** How the topics of the chosen level differ. Topics keep their ids across snapshots. */
export function compareTopics(dataDir: string, before: Manifest, after: Manifest): TopicDifferences {
  const [old, now] = [chosenTopics(dataDir, before), chosenTopics(dataDir, after)];
  const sizes = ({ id, name, size }: TopicRecord) => ({ id, name, papers: size });
  return {
    born: [...now.values()].filter(({ id }) => !old.has(id)).map(sizes),
    died: [...old.values()].filter(({ id }) => !now.has(id)).map(sizes),
    merged: after.previous?.snapshot === before.id ? mergedTopics(dataDir, after, now) : [],
    renamed: [...now.values()].flatMap(({ id, name }) => {
      const earlier = old.get(id)?.name;
      return earlier === undefined || earlier === name ? [] : [{ id, before: earlier, after: name }];
    }),
  };
}

function chosenTopics(dataDir: string, { id, counts }: Manifest): Map<number, TopicRecord> {
  const { tree, records } = readTopics(snapshotFolder(dataDir, id), counts.papers);
  return new Map(cutAtLevel(tree, tree.chosenLevel).map((node) => [records[node.id].id, records[node.id]]));
}

function mergedTopics(dataDir: string, after: Manifest, now: ReadonlyMap<number, TopicRecord>) {
  const { names, levels } = readTopicChanges(snapshotFolder(dataDir, after.id));
  const nameOf = new Map(names.map(({ id, name }) => [id, name]));
  const events = levels.find(({ level }) => level === 0)?.events ?? [];
  return events.flatMap((event) =>
    event.kind === 'merged'
      ? [
          {
            id: event.id,
            name: now.get(event.id)?.name ?? nameOf.get(event.id) ?? String(event.id),
            from: event.from.map(({ id }) => nameOf.get(id) ?? String(id)),
          },
        ]
      : [],
  );
}

function comparePapers(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) {
  return {
    new: [...after.keys()].filter((id) => !before.has(id)),
    changed: [...after].filter(([id, hash]) => before.has(id) && before.get(id) !== hash).map(([id]) => id),
    gone: [...before.keys()].filter((id) => !after.has(id)),
  };
}

/** Papers read at a time. */
const CHUNK_ROWS = 1000;

/** A hash of each paper by its id: the papers of two large snapshots would not fit into memory. */
function hashesById(dataDir: string, id: string): Map<string, string> {
  const papers = openPaperDatabase(join(snapshotFolder(dataDir, id), snapshotFileNames.papers));
  const hashOf = (paper: Paper) => createHash('sha256').update(JSON.stringify(paper)).digest('base64').slice(0, 22);
  try {
    const hashes = new Map<string, string>();
    for (let from = 0; from < papers.count; from += CHUNK_ROWS)
      for (const paper of papers.papers(from, from + CHUNK_ROWS)) hashes.set(paper.id, hashOf(paper));
    return hashes;
  } finally {
    papers.close();
  }
}
