/** Sentences about drafts, reading paths, hidden gems and new papers. Pure. */
import type {
  DraftResponse,
  HiddenGemsResponse,
  NewPapersResponse,
  ReadingPathResponse,
} from '../../server/schemas/explore.ts';
import { formatCount, formatNumber, formatPercent } from '../ui/format.ts';

type Novelty = NonNullable<DraftResponse['novelty']>;

/**
 * A sentence on how novel a draft is. `percentile` is the share of the papers of its field that have a nearer neighbor
 * than the draft has.
 */
export function noveltyText({ percentile, duplicates }: Novelty): string {
  if (duplicates.length > 0) return 'Almost the same text is already here';
  const closer = `closer than ${formatPercent(1 - percentile)} of papers in its field are to theirs`;
  const farther =
    percentile >= 0.995 ? 'nearly all papers in its field' : `${formatPercent(percentile)} of papers in its field`;
  if (percentile >= 0.9) return `Very different from existing work (farther than ${farther} are from theirs)`;
  if (percentile >= 0.65) return `Rather different from existing work (farther than ${farther} are from theirs)`;
  if (percentile >= 0.25) return `About as close to existing work as most papers (${closer})`;
  return `Close to existing work (${closer})`;
}

/** A sentence on what two consecutive papers of a reading path have in common. */
export function pathStepText({
  sharedTerms,
  isBridge,
}: Omit<ReadingPathResponse['edges'][number], 'similarity'>): string {
  const terms = sharedTerms.length > 0 ? `Shared terms: ${sharedTerms.join(', ')}` : 'No distinctive terms in common';
  return isBridge ? `A jump: no chain of similar papers connects these two. ${terms}` : terms;
}

/** What a measure of attention counts, as a noun: `comment`. */
export function nounOf(measure: HiddenGemsResponse['measure']): string {
  return measure.replace(/s$/, '');
}

/** A sentence on why a paper is a hidden gem. */
export function hiddenGemText(
  { count, expectedCount, inDegree }: HiddenGemsResponse['gems'][number],
  measure: HiddenGemsResponse['measure'],
): string {
  const actual = count === 0 ? `No ${measure}` : formatCount(count, nounOf(measure));
  const expected = formatNumber(Math.round(expectedCount));
  return `${actual}, about ${expected} expected; among the closest to ${formatCount(inDegree, 'paper')}`;
}

/** A phrase on how much a topic grew by its new papers. */
export function topicGrowthText({
  total,
  previousSize,
  isNewTopic,
}: Pick<NewPapersResponse['groups'][number], 'total' | 'previousSize' | 'isNewTopic'>): string {
  if (isNewTopic) return 'new topic';
  if (previousSize === null) return formatCount(total, 'paper');
  return `${formatNumber(total)} new, ${formatNumber(previousSize)} before`;
}
