/**
 * The quality gate: it refuses to replace the current snapshot with a new one that lacks many papers (a source may be
 * incomplete) or has worse quality figures. `--promote-worse true` skips the gate.
 */

import { roundToDigits } from '../core/algorithms/statistics.ts';
import type { Effects } from '../core/effects.ts';
import { PaperfieldError } from '../core/errors.ts';
import type { Manifest, SnapshotQuality } from '../core/manifest.ts';
import type { Paper } from '../core/paper.ts';

/** A new snapshot may lack at most this share of the current one's papers. */
export const MAX_LOST_SHARE = 0.2;
/** Losing fewer papers than this is never refused: in a small collection a few papers are soon a fifth. */
export const MIN_LOST_PAPERS = 5;

/**
 * Refuses sources that lack many papers of the current snapshot, before anything is built from them.
 *
 * @param current manifest and paper ids of the current snapshot; undefined if there is none
 * @throws PaperfieldError worse, if too many papers are missing
 */
export function throwIfTooManyPapersLost(
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

/**
 * Refuses sources of which many papers have no abstract although the current snapshot has one, before anything is built
 * from them: search and map would be worse, but their figures do not say why.
 *
 * @throws PaperfieldError worse, if too many abstracts are blank
 */
export function throwIfTooManyAbstractsBlank(
  current:
    | { readonly manifest: Pick<Manifest, 'id'>; readonly ids: readonly string[]; readonly blankAbstracts: number }
    | undefined,
  papers: readonly Pick<Paper, 'abstract'>[],
  effects: Pick<Effects, 'debug'>,
): void {
  if (!current) return;
  const blank = papers.filter(({ abstract }) => abstract === '').length;
  const before = current.blankAbstracts;
  effects.debug(`quality gate: ${blank} papers have no abstract, ${before} in ${current.manifest.id}`);
  const added = blank / papers.length - before / Math.max(1, current.ids.length);
  if (blank - before < MIN_LOST_PAPERS || added <= MAX_LOST_SHARE) return;
  throw new PaperfieldError(
    'worse',
    `${blank} of the ${papers.length} papers in the sources have no abstract, in the current snapshot ` +
      `${current.manifest.id} ${before} of ${current.ids.length}: nothing was built, and the current snapshot stays in ` +
      'use. If there are no abstracts any more, run again with --promote-worse true',
  );
}

/** A quality figure that must not fall by more than its tolerance. */
interface GatedFigure {
  readonly figure: keyof SnapshotQuality;
  /** The standard error of the figure. */
  readonly error: keyof SnapshotQuality;
  readonly name: string;
  /** A fall by at most this is never refused, however certain it is: no user would notice it. */
  readonly imperceptible: number;
}

const GATED_FIGURES: readonly GatedFigure[] = [
  {
    figure: 'recallAt10',
    error: 'recallAt10StandardError',
    name: 'recall@10 of the vector index',
    imperceptible: 0.02,
  },
  {
    figure: 'recallAt100',
    error: 'recallAt100StandardError',
    name: 'recall@100 of the vector index',
    imperceptible: 0.03,
  },
  {
    figure: 'knownItemMrrHybrid',
    error: 'knownItemMrrHybridStandardError',
    name: 'mean reciprocal rank of known items',
    imperceptible: 0.01,
  },
  {
    figure: 'trustworthiness',
    error: 'trustworthinessStandardError',
    name: 'trustworthiness of the map',
    imperceptible: 0.03,
  },
];

/**
 * Every figure is a mean over a few hundred papers, others in each snapshot, so it varies by chance. A fall is refused
 * only beyond this many standard errors of the difference. That gives one false alarm in some 4,000 nights if means are
 * normally distributed. (With 1.96, the usual 95 %, there would be one in six weeks.)
 */
const MAX_STANDARD_ERRORS = 3.5;

/** How far a figure may fall; null if the standard error is not known, because there were too few papers. */
function toleranceOf(
  { error, imperceptible }: GatedFigure,
  previous: SnapshotQuality,
  next: SnapshotQuality,
): number | null {
  const errors = [previous[error], next[error]];
  if (errors[0] === null || errors[1] === null) return null;
  return Math.max(imperceptible, MAX_STANDARD_ERRORS * Math.hypot(errors[0], errors[1]));
}

/** Quality is not compared if one of the snapshots has fewer papers than this: a single paper changes its figures. */
const MIN_PAPERS = 100;
/**
 * Quality is not compared if the numbers of papers differ by more than this factor: a paper is harder to find among
 * more.
 */
const MAX_SIZE_RATIO = 1.2;

/** A quality figure of the current snapshot (`previous`) and of the new one (`next`). */
interface FigureComparison {
  readonly name: string;
  readonly previous: number;
  readonly next: number;
  readonly tolerance: number;
}

/** The gated quality figures of two snapshots; empty if the snapshots cannot be compared. */
function compareQuality(previous: Manifest, next: Manifest): FigureComparison[] {
  const sizes = [previous.counts.papers, next.counts.papers];
  const [smaller, larger] = [Math.min(...sizes), Math.max(...sizes)];
  if (smaller < MIN_PAPERS || larger > smaller * MAX_SIZE_RATIO) return [];
  return GATED_FIGURES.flatMap((gated) => {
    const { figure, name } = gated;
    const [before, now] = [previous.quality[figure], next.quality[figure]];
    const allowed = toleranceOf(gated, previous.quality, next.quality);
    if (before === null || now === null || allowed === null) return [];
    return [{ name, previous: before, next: now, tolerance: roundToDigits(allowed, 4) }];
  });
}

/**
 * Refuses a snapshot whose quality is worse than that of the current one.
 *
 * @throws PaperfieldError worse, with every figure that fell beyond its tolerance
 */
export function throwIfQualityWorse(
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
