import type { Manifest, Quality } from '../core/manifest.ts';

/** How far each figure may fall from one snapshot to the next: what chance does to a sample of some hundred. */
const TOLERANCES: readonly { readonly figure: keyof Quality; readonly name: string; readonly tolerance: number }[] = [
  { figure: 'recallAt10', name: 'recall@10 of the index', tolerance: 0.02 },
  { figure: 'recallAt100', name: 'recall@100 of the index', tolerance: 0.03 },
  { figure: 'knownItemMrrHybrid', name: 'success of search on known items', tolerance: 0.05 },
  { figure: 'trustworthiness', name: 'trustworthiness of the map', tolerance: 0.03 },
];

/** Papers that two snapshots must have for a comparison, and how many more or fewer: among more, one is harder to find. */
const LEAST_PAPERS = 100;
const MOST_GROWTH = 1.2;

/** What is worse in a snapshot than in the previous, in words; nothing where the two cannot be compared. */
export function whatGotWorse(previous: Manifest, next: Manifest): string[] {
  const counts = [previous.counts.papers, next.counts.papers];
  const [fewer, more] = [Math.min(...counts), Math.max(...counts)];
  if (fewer < LEAST_PAPERS || more > fewer * MOST_GROWTH) return [];
  return TOLERANCES.flatMap(({ figure, name, tolerance }) => {
    const [was, is] = [previous.quality[figure], next.quality[figure]];
    if (was === null || is === null || is >= was - tolerance) return [];
    return [`${name} is ${is} and was ${was} (${tolerance} less is tolerated)`];
  });
}
