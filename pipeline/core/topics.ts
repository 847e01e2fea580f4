/** A word or phrase that tells a topic from the others. Weights are in (0, 1], the first keyword's is 1. */
export interface Keyword {
  readonly text: string;
  readonly weight: number;
}

/** One topic. `id` is its number within the snapshot; the largest topic is 0. */
export interface Topic {
  readonly id: number;
  readonly name: string;
  readonly keywords: readonly Keyword[];
  readonly size: number;
  /** Rows of the papers nearest to the topic's mean vector, the nearest first. */
  readonly central: readonly number[];
}

/** The number that stands for 'no topic' in a column of topics. */
export const OUTLIER = -1;

/** A topic per row (OUTLIER for none); ids are 0 … count−1 and fall by size. */
export interface Grouping {
  readonly count: number;
  readonly topicOfRow: Int32Array;
}
