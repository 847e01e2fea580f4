import type { TopicMonth } from '../topics/history.ts';
import type { Keyword, TopicTree } from './topic-tree.ts';

/** One topic of a snapshot, as it is told to people. Rows are those of the snapshot. */
export interface TopicRecord {
  /** Lasts from one snapshot to the next, as long as the topic does; never given to another. */
  readonly id: number;
  /** What it is called: the user's name, where one was given. */
  readonly name: string;
  /** The name that its papers gave it. */
  readonly generatedName: string;
  /** What the user's list of names calls it; null where it is not in there. */
  readonly userKey: string | null;
  readonly keywords: readonly Keyword[];
  readonly size: number;
  /** The papers nearest to its mean vector, the nearest first. */
  readonly central: readonly number[];
  /** The sentence of a central paper that says best what the topic is about. */
  readonly sentence: { readonly row: number; readonly text: string } | null;
  readonly months: readonly TopicMonth[];
  /** How many times as large its share of all papers is of late as before; null where too few papers have a date. */
  readonly growth: number | null;
}

/** The topics of a snapshot: a tree, and what is told about each of its nodes. */
export interface TopicRecords {
  readonly tree: TopicTree;
  /** Entry i is about node i of the tree. */
  readonly named: readonly TopicRecord[];
  /** The id for the next topic that is born. */
  readonly nextId: number;
}
