/** Which topics of a snapshot are those of the previous one, and what happened to them, judged by their papers. */
import { roundTo } from '../core/algorithms/statistics.ts';
import { OUTLIER } from '../core/topic-tree.ts';

/** The topics of one level in both snapshots, by row of the new one. */
export interface TopicMembers {
  /** The previous topic of each row; OUTLIER for a paper that is new or was in none. */
  readonly previousOf: Int32Array;
  /** The next topic of each row, 0 … count−1; OUTLIER for none. */
  readonly nextOf: Int32Array;
  readonly nextCount: number;
}

/** A previous and a next topic with papers in common. */
export interface Overlap {
  readonly previous: number;
  readonly next: number;
  /** Papers in both. */
  readonly papers: number;
  /** Jaccard similarity of the two among the papers that are in both snapshots, in (0, 1]. */
  readonly jaccard: number;
}

/** Stands for the previous topic of a topic that has none. */
export const NEW_TOPIC = -1;

/** Topics with a lower Jaccard similarity are different topics. */
const MIN_JACCARD = 0.25;
/** A flow of papers is part of an event if it has at least this share of the topic's papers. */
const MIN_FLOW_SHARE = 0.2;
/** A topic has grown or shrunk if its size changed by more than this share. */
const MIN_SIZE_CHANGE = 0.1;

/** Every pair of topics with papers in common, the most similar first; equal ones by previous, then next topic. */
export function countOverlaps({ previousOf, nextOf, nextCount }: TopicMembers): Overlap[] {
  const shared = new Map<number, number>();
  const previousSizes = new Map<number, number>();
  const nextSizes = new Int32Array(nextCount);
  for (let row = 0; row < previousOf.length; row++) {
    const [previous, next] = [previousOf[row], nextOf[row]];
    if (previous === OUTLIER) continue;
    previousSizes.set(previous, (previousSizes.get(previous) ?? 0) + 1);
    if (next === OUTLIER) continue;
    // Only papers that were in a topic count: a topic that grew is still the same.
    nextSizes[next]++;
    const key = previous * nextCount + next;
    shared.set(key, (shared.get(key) ?? 0) + 1);
  }
  const overlaps = Array.from(shared, ([key, papers]): Overlap => {
    const [previous, next] = [Math.floor(key / nextCount), key % nextCount];
    const union = (previousSizes.get(previous) ?? 0) + nextSizes[next] - papers;
    return { previous, next, papers, jaccard: papers / union };
  });
  return overlaps.sort((a, b) => b.jaccard - a.jaccard || a.previous - b.previous || a.next - b.next);
}

/**
 * Matches topics greedily: takes pairs from the most similar down to a Jaccard similarity of 0.25, each topic once.
 *
 * @param overlaps from `countOverlaps`
 * @returns the previous topic of each next one, or NEW_TOPIC
 */
export function matchByOverlap(overlaps: readonly Overlap[], nextCount: number): Int32Array {
  const previousOfNext = new Int32Array(nextCount).fill(NEW_TOPIC);
  const matched = new Set<number>();
  for (const { previous, next, jaccard } of overlaps) {
    if (jaccard < MIN_JACCARD) break;
    if (matched.has(previous) || previousOfNext[next] !== NEW_TOPIC) continue;
    previousOfNext[next] = previous;
    matched.add(previous);
  }
  return previousOfNext;
}

/** Papers that a topic shares with a topic of the other snapshot. */
export interface PaperFlow {
  /** Of the other topic. */
  readonly id: number;
  readonly papers: number;
  /** Of the papers of the topic that the event is about, in (0, 1]. */
  readonly share: number;
}

/** What happened to a topic between two snapshots. Ids are those of `TopicRecord`. */
export type TopicEvent =
  | { readonly kind: 'born'; readonly id: number; readonly size: number; readonly from: readonly PaperFlow[] }
  | { readonly kind: 'died'; readonly id: number; readonly size: number; readonly into: readonly PaperFlow[] }
  | { readonly kind: 'grew' | 'shrank'; readonly id: number; readonly previousSize: number; readonly size: number }
  | { readonly kind: 'split'; readonly id: number; readonly into: readonly PaperFlow[] }
  | { readonly kind: 'merged'; readonly id: number; readonly from: readonly PaperFlow[] };

/** The topics of one level in two snapshots. */
interface TopicEventInput {
  /** With the id of the previous topic, and the number of the next one. */
  readonly overlaps: readonly Overlap[];
  /** By id. */
  readonly previousSizes: ReadonlyMap<number, number>;
  /** By number of the next topic. */
  readonly nextSizes: ArrayLike<number>;
  readonly idOfNext: ArrayLike<number>;
}

/**
 * The events of one level: births, deaths, splits, mergers, then changes of size. A topic split if at least two next
 * topics each have a fifth of its papers. It merged if at least two previous topics each make up a fifth of it and gave it
 * more than half of their papers.
 */
export function topicEvents({ overlaps, previousSizes, nextSizes, idOfNext }: TopicEventInput): TopicEvent[] {
  const ids = Array.from(idOfNext);
  const nextIds = new Set(ids);
  const events: TopicEvent[] = [];
  const flow = (id: number, papers: number, size: number): PaperFlow => ({
    id,
    papers,
    share: roundTo(papers / size, 3),
  });
  const largeOnes = (flows: PaperFlow[]) =>
    flows.filter(({ share }) => share >= MIN_FLOW_SHARE).sort((a, b) => b.papers - a.papers || a.id - b.id);
  ids.forEach((id, next) => {
    const size = nextSizes[next];
    const sources = overlaps.filter((overlap) => overlap.next === next);
    const flowsFrom = (some: readonly Overlap[]) =>
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
