/** How much an answer has to do with a question, judged against questions that it cannot be about. */
import { type Scale, standardized } from './fusion.ts';

/** What questions reach in a corpus that it is not about. */
export interface Background {
  /** Of their best answers: which share of a question one paper holds, and how near the nearest papers are. */
  readonly coverage: Scale;
  readonly nearness: Scale;
  /** The strengths of their answers, ascending. */
  readonly strengths: readonly number[];
}

/** What speaks for an answer, whatever it is compared with. */
export interface Support {
  /** Share of what the question says that stands in one paper, rare words counting more; in [0, 1]. */
  readonly coverage: number;
  /** Cosine. */
  readonly nearness: number;
}

/** Words that stand there weigh more than nearness: see DESIGN.md, 'Search', for the figures. */
const COVERAGE_WEIGHT = 1.4;

/** An answer stands out that is stronger than those to so many of the unrelated questions. */
export const BAR = 0.97;
/** A paper that is no stronger than the answer to one unrelated question in two is not counted among the answers. */
export const LEAST = 0.5;

/** In standard deviations of the background, added up. */
export function strengthOf({ coverage, nearness }: Support, background: Background): number {
  return COVERAGE_WEIGHT * standardized(coverage, background.coverage) + standardized(nearness, background.nearness);
}

/** Which share of unrelated questions gets a weaker answer, in [0, 1]. */
export function percentileOf(strength: number, { strengths }: Background): number {
  const stronger = strengths.findIndex((one) => one >= strength);
  return stronger < 0 ? 1 : stronger / strengths.length;
}
