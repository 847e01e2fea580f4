/**
 * Matches the topics of a snapshot with those of the previous one by their papers, and derives what happened to them.
 */
import { roundToDigits } from '../core/algorithms/statistics.ts';
import { OUTLIER } from '../core/topic-tree.ts';

/** The previous and the next topic of each row of a new snapshot, both on the same level of their trees. */
export interface PreviousAndNextTopics {
  /** The topic of each paper in the previous snapshot; OUTLIER for a paper that is new or was in no topic. */
  readonly previousOf: Int32Array;
  /** The topic of each paper in the new snapshot, 0 … nextCount−1; OUTLIER for a paper in no topic. */
  readonly nextOf: Int32Array;
  readonly nextCount: number;
}

/** A topic of the previous snapshot and one of the new snapshot that have papers in common. */
export interface TopicOverlap {
  readonly previous: number;
  readonly next: number;
  /** Number of papers that are in both topics. */
  readonly papers: number;
  /**
   * Jaccard similarity of the two topics, in (0, 1]. Only papers that are in both snapshots and were in a topic of the
   * previous one count.
   */
  readonly jaccard: number;
}

/** Value for a topic of the new snapshot that continues no topic of the previous one. */
export const NO_PREVIOUS_TOPIC = -1;

/** A topic of the new snapshot can continue a previous topic only if their Jaccard similarity is at least this. */
const MIN_JACCARD = 0.25;
/**
 * An event mentions the papers that its topic shares with another one only if they are at least this share of the
 * topic.
 */
const MIN_FLOW_SHARE = 0.2;
/** A topic has grown or shrunk if its size changed by more than this share. */
const MIN_SIZE_CHANGE = 0.1;

/**
 * Finds every pair of a previous and a next topic with papers in common. The pairs are in descending order of Jaccard
 * similarity, equal ones by previous, then next topic.
 */
export function findTopicOverlaps({ previousOf, nextOf, nextCount }: PreviousAndNextTopics): TopicOverlap[] {
  const shared = new Map<number, number>();
  const previousSizes = new Map<number, number>();
  const nextSizes = new Int32Array(nextCount);
  for (let row = 0; row < previousOf.length; row++) {
    const [previous, next] = [previousOf[row], nextOf[row]];
    if (previous === OUTLIER) continue;
    previousSizes.set(previous, (previousSizes.get(previous) ?? 0) + 1);
    if (next === OUTLIER) continue;
    // Papers that are new or were in no topic do not count, so that a topic that only grew is still the same.
    nextSizes[next]++;
    const key = previous * nextCount + next;
    shared.set(key, (shared.get(key) ?? 0) + 1);
  }
  const overlaps = Array.from(shared, ([key, papers]): TopicOverlap => {
    const [previous, next] = [Math.floor(key / nextCount), key % nextCount];
    const union = (previousSizes.get(previous) ?? 0) + nextSizes[next] - papers;
    return { previous, next, papers, jaccard: papers / union };
  });
  return overlaps.sort((a, b) => b.jaccard - a.jaccard || a.previous - b.previous || a.next - b.next);
}

/**
 * Matches previous and next topics greedily: takes pairs from the most similar one down to a Jaccard similarity of
 * 0.25, each topic at most once.
 *
 * @param overlaps from `findTopicOverlaps`
 * @returns for each next topic the previous topic that it continues, or NO_PREVIOUS_TOPIC
 */
export function matchTopicsByOverlap(overlaps: readonly TopicOverlap[], nextCount: number): Int32Array {
  const previousOfNext = new Int32Array(nextCount).fill(NO_PREVIOUS_TOPIC);
  const matched = new Set<number>();
  for (const { previous, next, jaccard } of overlaps) {
    if (jaccard < MIN_JACCARD) break;
    if (matched.has(previous) || previousOfNext[next] !== NO_PREVIOUS_TOPIC) continue;
    previousOfNext[next] = previous;
    matched.add(previous);
  }
  return previousOfNext;
}

/** The papers that the topic of an event shares with one topic of the other snapshot. */
export interface PaperFlow {
  /** Permanent id of the topic of the other snapshot. */
  readonly id: number;
  readonly papers: number;
  /** `papers` as a share of the topic that the event is about, in (0, 1]. */
  readonly share: number;
}

/** What happened to a topic between two snapshots. Ids are permanent topic ids, as in `TopicRecord`. */
export type TopicEvent =
  | { readonly kind: 'born'; readonly id: number; readonly size: number; readonly from: readonly PaperFlow[] }
  | { readonly kind: 'died'; readonly id: number; readonly size: number; readonly into: readonly PaperFlow[] }
  | { readonly kind: 'grew' | 'shrank'; readonly id: number; readonly previousSize: number; readonly size: number }
  | { readonly kind: 'split'; readonly id: number; readonly into: readonly PaperFlow[] }
  | { readonly kind: 'merged'; readonly id: number; readonly from: readonly PaperFlow[] };

/** The topics of one level in two snapshots, from which the events of the level are derived. */
interface TopicEventInput {
  /** In each overlap, `previous` is a permanent topic id, and `next` an index in `nextSizes`. */
  readonly overlaps: readonly TopicOverlap[];
  /** Number of papers of each previous topic, by permanent topic id. */
  readonly previousSizes: ReadonlyMap<number, number>;
  /** Number of papers of each next topic. */
  readonly nextSizes: ArrayLike<number>;
  /** Permanent id of each next topic, parallel to `nextSizes`. */
  readonly idOfNext: ArrayLike<number>;
}

/**
 * Derives the events of one level: births, deaths, splits, mergers, then changes of size. A topic split if at least two
 * next topics each have a fifth or more of its papers. A topic merged if at least two previous topics each make up a
 * fifth or more of it and gave it more than half of their papers.
 */
export function topicEvents({ overlaps, previousSizes, nextSizes, idOfNext }: TopicEventInput): TopicEvent[] {
  const ids = Array.from(idOfNext);
  const nextIds = new Set(ids);
  const events: TopicEvent[] = [];
  const flow = (id: number, papers: number, size: number): PaperFlow => ({
    id,
    papers,
    share: roundToDigits(papers / size, 3),
  });
  const largeOnes = (flows: PaperFlow[]) =>
    flows.filter(({ share }) => share >= MIN_FLOW_SHARE).sort((a, b) => b.papers - a.papers || a.id - b.id);
  ids.forEach((id, next) => {
    const size = nextSizes[next];
    const sources = overlaps.filter((overlap) => overlap.next === next);
    const flowsFrom = (some: readonly TopicOverlap[]) =>
      largeOnes(some.map(({ previous, papers }) => flow(previous, papers, size)));
    const previousSize = previousSizes.get(id);
    if (previousSize === undefined) {
      events.push({ kind: 'born', id, size, from: flowsFrom(sources) });
      return;
    }
    const merged = flowsFrom(sources.filter((one) => one.papers * 2 > (previousSizes.get(one.previous) ?? 0)));
    if (merged.length > 1) events.push({ kind: 'merged', id, from: merged });
    if (Math.abs(size - previousSize) > previousSize * MIN_SIZE_CHANGE) {
      events.push({ kind: size > previousSize ? 'grew' : 'shrank', id, previousSize, size });
    }
  });
  for (const [previous, size] of previousSizes) {
    const targets = overlaps.filter((overlap) => overlap.previous === previous);
    const into = largeOnes(targets.map(({ next, papers }) => flow(ids[next], papers, size)));
    if (!nextIds.has(previous)) events.push({ kind: 'died', id: previous, size, into });
    else if (into.length > 1) events.push({ kind: 'split', id: previous, into });
  }
  const order = ['born', 'died', 'split', 'merged', 'grew', 'shrank'];
  return events.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.id - b.id);
}
