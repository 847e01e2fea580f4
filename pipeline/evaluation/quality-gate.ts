/**
 * The quality gate: whether a new snapshot may replace the current one. It may not if it lost many papers (a source was
 * short) or if it measures worse. `--promote-worse true` skips the gate.
 */

import { roundTo } from '../core/algorithms/statistics.ts';
import type { Effects } from '../core/effects.ts';
import { PaperfieldError } from '../core/errors.ts';
import type { Manifest, Quality } from '../core/manifest.ts';
import type { Paper } from '../core/paper.ts';

/** A new snapshot may lack at most this share of the current one's papers. */
const MAX_LOST_SHARE = 0.2;
/** Fewer lost papers are never refused: in a small collection they are soon a fifth. */
const MIN_LOST_PAPERS = 5;

/**
 * Refuses sources that lack many papers of the current snapshot, before anything is built from them.
 *
 * @param current manifest and paper ids of the current snapshot; undefined if there is none
 * @throws PaperfieldError worse
 */
export function refuseLostPapers(
  current: { readonly manifest: Pick<Manifest, 'id'>; readonly ids: readonly string[] } | undefined,
  papers: readonly Pick<Paper, 'id'>[],
  effects: Pick<Effects, 'debug'>,
): void {
  if (!current) return;
  const { id } = current.manifest;
  const before = current.ids.length;
  const found = new Set(papers.map((paper) => paper.id));
  const lost = current.ids.filter((paper) => !found.has(paper)).length;
  effects.debug(
    `quality gate: ${lost} of the ${before} papers of ${id} are missing from the sources ` +
      `(refused from ${MIN_LOST_PAPERS} on, if more than ${MAX_LOST_SHARE * 100} %)`,
  );
  if (lost < MIN_LOST_PAPERS || lost <= MAX_LOST_SHARE * before) return;
  throw new PaperfieldError(
    'worse',
    `the current snapshot ${id} has ${before} papers, the sources have ${papers.length} and lack ${lost} of ` +
      'them: nothing was built, and the current snapshot stays in use. If these papers are meant to go, run again with ' +
      '--promote-worse true',
  );
}

/** A quality figure that must not fall by more than its tolerance. */
interface GatedFigure {
  readonly figure: keyof Quality;
  readonly name: string;
  /** How far the figure may fall by chance; null if that is unknown. */
  tolerance(previous: Quality, next: Quality): number | null;
}

const GATED_FIGURES: readonly GatedFigure[] = [
  { figure: 'recallAt10', name: 'recall@10 of the vector index', tolerance: () => 0.02 },
  { figure: 'recallAt100', name: 'recall@100 of the vector index', tolerance: () => 0.03 },
  { figure: 'knownItemMrrHybrid', name: 'mean reciprocal rank of known items', tolerance: knownItemTolerance },
  { figure: 'trustworthiness', name: 'trustworthiness of the map', tolerance: () => 0.03 },
];

/**
 * The known items are a few hundred queries, others in each snapshot: their mean varies by chance. A fall counts only
 * beyond this many standard errors of the difference: a false alarm in some 4,000 nights, if means are normally
 * distributed. (With 1.96, the usual 95 %, there is one in six weeks.)
 */
const MAX_STANDARD_ERRORS = 3.5;
/** A smaller fall is tolerated even if it is certain: no user would notice. */
const MIN_KNOWN_ITEM_TOLERANCE = 0.01;

function knownItemTolerance(previous: Quality, next: Quality): number | null {
  const errors = [previous.knownItemMrrHybridStandardError, next.knownItemMrrHybridStandardError];
  if (errors[0] === null || errors[1] === null) return null;
  return Math.max(MIN_KNOWN_ITEM_TOLERANCE, MAX_STANDARD_ERRORS * Math.hypot(errors[0], errors[1]));
}

/** Figures of smaller snapshots are not compared: a single paper changes them. */
const MIN_PAPERS = 100;
/** Nor are those of snapshots whose sizes differ by more than this factor: among more papers one is harder to find. */
const MAX_SIZE_RATIO = 1.2;

/** One figure of two snapshots. */
interface FigureComparison {
  readonly name: string;
  readonly previous: number;
  readonly next: number;
  readonly tolerance: number;
}

/** The gated figures of two snapshots; empty if they cannot be compared. */
function compareQuality(previous: Manifest, next: Manifest): FigureComparison[] {
  const sizes = [previous.counts.papers, next.counts.papers];
  const [smaller, larger] = [Math.min(...sizes), Math.max(...sizes)];
  if (smaller < MIN_PAPERS || larger > smaller * MAX_SIZE_RATIO) return [];
  return GATED_FIGURES.flatMap(({ figure, name, tolerance }) => {
    const [before, now] = [previous.quality[figure], next.quality[figure]];
    const allowed = tolerance(previous.quality, next.quality);
    if (before === null || now === null || allowed === null) return [];
    return [{ name, previous: before, next: now, tolerance: roundTo(allowed, 4) }];
  });
}

/**
 * Refuses a snapshot whose quality is worse than that of the current one.
 *
 * @throws PaperfieldError worse, with every figure that fell beyond its tolerance
 */
export function refuseWorseQuality(
  current: Manifest | undefined,
  next: Manifest,
  effects: Pick<Effects, 'debug'>,
): void {
  if (!current) return;
  const comparisons = compareQuality(current, next);
  if (comparisons.length === 0)
    effects.debug(
      `quality gate: figures not compared, ${current.counts.papers} and ${next.counts.papers} papers are too few or too different`,
    );
  for (const { name, previous, next: now, tolerance } of comparisons)
    effects.debug(`quality gate: ${name} was ${previous}, is ${now}, may fall by ${tolerance}`);
  const regressions = comparisons.filter(({ previous, next: now, tolerance }) => now < previous - tolerance);
  if (regressions.length === 0) return;
  const faults = regressions.map(
    ({ name, previous, next: now, tolerance }) => `${name} is ${now} and was ${previous} (may fall by ${tolerance})`,
  );
  throw new PaperfieldError(
    'worse',
    `the new snapshot was not promoted, ${current.id} stays in use: ${faults.join('; ')}. ` +
      'Options or sources may have changed; run again with --promote-worse true to use it nevertheless',
  );
}
