import type { Keyword, TopicTree } from './topic-tree.ts';

/** The papers of a topic in one month. */
export interface TopicMonth {
  /** `YYYY-MM`. */
  readonly month: string;
  readonly papers: number;
  /** Of all papers of that month, in (0, 1]. */
  readonly share: number;
}

/** One topic of a snapshot, as it is shown. Rows are those of the snapshot. */
export interface TopicRecord {
  /** Stays with the topic from one snapshot to the next; never given to another topic. */
  readonly id: number;
  /** The name that is shown: the user's if there is one, else `generatedName`. */
  readonly name: string;
  /** The name made from the topic's papers. */
  readonly generatedName: string;
  /** The TOPIC part of the line in the user's file that renames this topic; null if there is none. */
  readonly userKey: string | null;
  readonly keywords: readonly Keyword[];
  readonly size: number;
  /** Rows of the papers nearest to the topic's mean vector, the nearest first. */
  readonly representative: readonly number[];
  /** The sentence of a representative paper that describes the topic best. */
  readonly sentence: { readonly row: number; readonly text: string } | null;
  /** The months in which the topic has papers, the earliest first. */
  readonly months: readonly TopicMonth[];
  /** Recent share of all papers divided by the earlier share: 2 has doubled. Null if too few papers have a date. */
  readonly growth: number | null;
}

/** The topics of a snapshot. */
export interface TopicRecords {
  readonly tree: TopicTree;
  /** Parallel to the nodes of the tree. */
  readonly records: readonly TopicRecord[];
  /** The id that the next new topic will get. */
  readonly nextId: number;
}
