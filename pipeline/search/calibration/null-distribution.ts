/** How much an answer has to do with a question, judged against questions that it cannot be about. */
import { type Scale, standardized } from '../fusion.ts';

/** What questions reach in a corpus that it is not about. */
export interface Background {
  /** Of their answers, what `Support` has of them. */
  readonly coverage: Scale;
  readonly nearness: Scale;
  readonly pairs: Scale;
  /** The strengths of their answers, ascending. */
  readonly strengths: readonly number[];
}

/** What speaks for an answer, whatever it is compared with. */
export interface Support {
  /** Share of what the question says that stands in one near paper, rare words counting more; in [0, 1]. */
  readonly coverage: number;
  /** Cosine. */
  readonly nearness: number;
  /** What the question's neighboring words that stand together in one paper are worth, a telling word; 0 or more. */
  readonly pairs: number;
  /** Names and symbols of the question (`eIF3`, `GRPO`) that one paper holds; a name that no other paper has counts 1. */
  readonly names: number;
}

/**
 * What each counts, in standard deviations of the background. Unrelated questions hold no names, so that they have no
 * deviation there. Fitted on questions of five corpora; see DESIGN.md, 'Nothing here is about that'.
 */
const COVERAGE = 0.7;
const NEARNESS = 1.2;
const PAIRS = 0.6;
const NAMES = 4;

/** An answer stands out that is stronger than those to so many of the unrelated questions. */
export const BAR = 0.96;
/** A paper that is no stronger than the answer to one unrelated question in two is not counted among the answers. */
export const LEAST = 0.5;

/** How strong an answer is: what speaks for it, weighed and added up. */
export function strengthOf({ coverage, nearness, pairs, names }: Support, background: Background): number {
  return (
    COVERAGE * standardized(coverage, background.coverage) +
    NEARNESS * standardized(nearness, background.nearness) +
    PAIRS * standardized(pairs, background.pairs) +
    NAMES * names
  );
}

/** Which share of unrelated questions gets a weaker answer, in [0, 1]. */
export function percentileOf(strength: number, { strengths }: Background): number {
  let [low, high] = [0, strengths.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (strengths[middle] < strength) low = middle + 1;
    else high = middle;
  }
  return low / strengths.length;
}
