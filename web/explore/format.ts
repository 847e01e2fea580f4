/** What drafts, paths and gems are said to be: pure. */
import type { DraftAnswer, GemsAnswer } from '../../server/schemas/explore.ts';
import { count, grouped } from '../ui/format.ts';

/** On one line. */
const percent = (share: number) => `${Math.round(100 * share)}\u00a0%`;

type Newness = NonNullable<DraftAnswer['novelty']>;

/** How new a draft is, by how near its nearest paper is. */
export function newnessWords({ percentile, duplicates }: Newness): string {
  if (duplicates.length > 0) return 'Nearly the same text is here already.';
  const nearer = percentile >= 0.995 ? 'nearly all papers' : `${percent(percentile)} of the papers`;
  if (percentile >= 0.9) return `Very new here: ${nearer} have a nearer relative than it has.`;
  if (percentile >= 0.65) return `Rather new here: ${nearer} have a nearer relative than it has.`;
  if (percentile >= 0.25) return `As near to the work here as papers usually are: ${nearer} have a nearer relative.`;
  return `Close to work that is here: only ${percent(percentile)} of the papers have a nearer relative.`;
}

/** What a step of a reading path is taken by. */
export function stepWords({ shared, isBridge }: { shared: readonly string[]; isBridge: boolean }): string {
  const words = shared.length > 0 ? `both speak of ${shared.join(', ')}` : 'they share none of their telling words';
  return isBridge
    ? `A leap, no chain of neighbors leads across; ${words}`
    : words.charAt(0).toUpperCase() + words.slice(1);
}

/** Why a paper is a gem. */
export function gemWords({ comments, expected, inDegree: namedBy }: GemsAnswer['gems'][number]): string {
  const had = comments === 0 ? 'No comments' : count(comments, 'comment');
  return `${had} where about ${grouped(Math.round(expected))} would be usual; among the nearest of ${count(namedBy, 'paper')}`;
}

/** How a topic stands to what it was. */
export function grownWords(group: { total: number; was: number | null; isBorn: boolean | null }): string {
  if (group.isBorn) return 'a new topic';
  return group.was === null ? count(group.total, 'paper') : `${grouped(group.total)} new to ${grouped(group.was)}`;
}
