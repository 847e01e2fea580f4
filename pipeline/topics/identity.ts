/** Topics that keep who they are from one snapshot to the next, told by their members, and what became of each. */

/** Topics of one level, by row of the papers that both snapshots or only the next one hold. */
export interface TopicMembers {
  /** The previous topic of each row; NONE for a new paper, or one that was in no topic. */
  readonly previousOf: Int32Array;
  /** The next topic of each row, 0 … count−1; NONE for none. */
  readonly nextOf: Int32Array;
  readonly nextCount: number;
}

export const NONE = -1;

/** How many papers a previous and a next topic share. */
export interface Overlap {
  readonly previous: number;
  readonly next: number;
  readonly papers: number;
  /** Shared papers of all papers of both, among those that both snapshots hold (Jaccard), in (0, 1]. */
  readonly jaccard: number;
}

/** With less in common a topic is another one. */
const LEAST_JACCARD = 0.25;
/** The part of a topic's papers from which on it is told where they went, or came from. */
const NOTED_SHARE = 0.2;
/** A topic that is so much larger or smaller has grown or shrunk. */
const NOTED_CHANGE = 0.1;

/** Every pair of topics with papers in common, the most alike first; equal ones by previous, then next. */
export function overlapsOf({ previousOf, nextOf, nextCount }: TopicMembers): Overlap[] {
  const shared = new Map<number, number>();
  const previousSizes = new Map<number, number>();
  const nextSizes = new Int32Array(nextCount);
  for (let row = 0; row < previousOf.length; row++) {
    const [previous, next] = [previousOf[row], nextOf[row]];
    if (previous === NONE) continue;
    previousSizes.set(previous, (previousSizes.get(previous) ?? 0) + 1);
    if (next === NONE) continue;
    const key = previous * nextCount + next;
    shared.set(key, (shared.get(key) ?? 0) + 1);
  }
  // New papers have no previous topic: a topic that grew is no less itself.
  for (let row = 0; row < previousOf.length; row++) {
    if (previousOf[row] !== NONE && nextOf[row] !== NONE) nextSizes[nextOf[row]]++;
  }
  const overlaps = Array.from(shared, ([key, papers]): Overlap => {
    const [previous, next] = [Math.floor(key / nextCount), key % nextCount];
    const all = (previousSizes.get(previous) ?? 0) + nextSizes[next] - papers;
    return { previous, next, papers, jaccard: papers / all };
  });
  return overlaps.sort((a, b) => b.jaccard - a.jaccard || a.previous - b.previous || a.next - b.next);
}

/**
 * Which previous topic each next one is: pairs are taken from the most alike downwards, each topic once, down to a quarter
 * of their papers in common.
 *
 * @returns the previous topic by next topic, NONE for a topic that was born
 */
export function continued(overlaps: readonly Overlap[], nextCount: number): Int32Array {
  const previousOfNext = new Int32Array(nextCount).fill(NONE);
  const taken = new Set<number>();
  for (const { previous, next, jaccard } of overlaps) {
    if (jaccard < LEAST_JACCARD) break;
    if (taken.has(previous) || previousOfNext[next] !== NONE) continue;
    previousOfNext[next] = previous;
    taken.add(previous);
  }
  return previousOfNext;
}

/** Part of a topic that came from, or went to, another. */
export interface Part {
  readonly id: number;
  readonly papers: number;
  /** Of the papers of the topic that the event is about, in (0, 1]. */
  readonly share: number;
}

/** What became of a topic from one snapshot to the next. Ids are the ones that last. */
export type TopicEvent =
  | { readonly kind: 'born'; readonly id: number; readonly size: number; readonly from: readonly Part[] }
  | { readonly kind: 'died'; readonly id: number; readonly size: number; readonly into: readonly Part[] }
  | { readonly kind: 'grew' | 'shrank'; readonly id: number; readonly was: number; readonly is: number }
  | { readonly kind: 'split'; readonly id: number; readonly into: readonly Part[] }
  | { readonly kind: 'merged'; readonly id: number; readonly from: readonly Part[] };

/** A ledger's facts about topics of one level. */
export interface LedgerInput {
  readonly overlaps: readonly Overlap[];
  /** Size by previous id. */
  readonly previousSizes: ReadonlyMap<number, number>;
  readonly nextSizes: ArrayLike<number>;
  /** The lasting id by next topic. */
  readonly idOfNext: ArrayLike<number>;
}

/**
 * The ledger of one level: first what was born and died, then splits, mergers and changes of size. A topic split when two
 * or more next topics have a fifth of its papers each, and merged when two or more previous ones gave it a fifth of its
 * papers and more than half of their own.
 */
export function ledgerOf({ overlaps, previousSizes, nextSizes, idOfNext }: LedgerInput): TopicEvent[] {
  const ids = Array.from(idOfNext);
  const living = new Set(ids);
  const events: TopicEvent[] = [];
  const part = (id: number, papers: number, of: number): Part => ({ id, papers, share: rounded(papers / of) });
  const noted = (parts: Part[]) =>
    parts.filter(({ share }) => share >= NOTED_SHARE).sort((a, b) => b.papers - a.papers || a.id - b.id);
  ids.forEach((id, next) => {
    const size = nextSizes[next];
    const from = overlaps.filter((one) => one.next === next);
    if (!previousSizes.has(id)) {
      events.push({ kind: 'born', id, size, from: noted(from.map((one) => part(one.previous, one.papers, size))) });
      return;
    }
    const whole = from.filter(({ previous, papers }) => papers * 2 > (previousSizes.get(previous) ?? 0));
    const merged = noted(whole.map((one) => part(one.previous, one.papers, size)));
    if (merged.length > 1) events.push({ kind: 'merged', id, from: merged });
    const was = previousSizes.get(id) ?? 0;
    if (Math.abs(size - was) > was * NOTED_CHANGE) {
      events.push({ kind: size > was ? 'grew' : 'shrank', id, was, is: size });
    }
  });
  for (const [previous, size] of previousSizes) {
    const into = noted(
      overlaps.filter((one) => one.previous === previous).map((one) => part(ids[one.next], one.papers, size)),
    );
    if (!living.has(previous)) events.push({ kind: 'died', id: previous, size, into });
    else if (into.length > 1) events.push({ kind: 'split', id: previous, into });
  }
  const order = ['born', 'died', 'split', 'merged', 'grew', 'shrank'];
  return events.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.id - b.id);
}

function rounded(share: number): number {
  return Math.round(share * 1000) / 1000;
}
