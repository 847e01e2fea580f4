import { describe, expect, test } from 'vitest';
import { PaperfieldError } from '../../../../pipeline/core/errors.ts';
import type { Manifest, SnapshotQuality } from '../../../../pipeline/core/manifest.ts';
import {
  throwIfQualityWorse,
  throwIfTooManyAbstractsBlank,
  throwIfTooManyPapersLost,
} from '../../../../pipeline/evaluation/quality-gate.ts';

const good: SnapshotQuality = {
  recallAt10: 0.999,
  recallAt100: 0.99,
  recallAt10StandardError: 0.0004,
  recallAt100StandardError: 0.001,
  titleRecallAt1: 1,
  knownItemMrrKeyword: 0.6,
  knownItemMrrSemantic: 0.6,
  knownItemMrrHybrid: 0.7,
  knownItemMrrHybridStandardError: 0.013,
  trustworthiness: 0.95,
  trustworthinessStandardError: 0.002,
  neighborRecall: 0.5,
  distanceCorrelation: 0.6,
};
const manifest = (papers: number, quality: Partial<SnapshotQuality> = {}): Manifest => ({
  format: 6,
  id: 'x',
  createdAt: '2026-01-01T00:00:00.000Z',
  inputHash: '',
  model: { name: 'm', source: 'm', fingerprint: 'f', dimensions: 4, leadingDimensions: 4, parts: null },
  counts: { papers, topics: 1, outliers: 0, skippedRows: 0, incompleteRows: 0, mergedRows: 0 },
  options: {},
  search: { nullDistribution: null },
  quality: { ...good, ...quality },
  previous: null,
  files: {},
});

/** The message of the refusal, or undefined if there is none; and the debug lines. */
function outcomeOf(check: (effects: { debug(line: string): void }) => void) {
  const debugLines: string[] = [];
  let refusal: string | undefined;
  try {
    check({ debug: (line) => void debugLines.push(line) });
  } catch (error) {
    expect(error).toBeInstanceOf(PaperfieldError);
    expect((error as PaperfieldError).kind).toBe('worse');
    refusal = (error as PaperfieldError).message;
  }
  return { refusal, debugLines };
}
const compare = (previous: Manifest, next: Manifest) =>
  outcomeOf((effects) => throwIfQualityWorse(previous, next, effects));

describe('a snapshot is refused for its quality', () => {
  test('not if all figures stay or rise', () => {
    expect(compare(manifest(1000), manifest(1000)).refusal).toBeUndefined();
    expect(compare(manifest(1000, { recallAt10: 0.9 }), manifest(1000)).refusal).toBeUndefined();
  });

  test('not if there is no current snapshot', () => {
    const { refusal } = outcomeOf((effects) => throwIfQualityWorse(undefined, manifest(1000), effects));
    expect(refusal).toBeUndefined();
  });

  test('not if a figure falls within its tolerance', () => {
    const next = manifest(1000, { recallAt10: 0.98, knownItemMrrHybrid: 0.66 });
    expect(compare(manifest(1000), next).refusal).toBeUndefined();
  });

  test('for every figure that falls further, with both values and the option that allows it', () => {
    const next = manifest(1100, { recallAt10: 0.9, knownItemMrrHybrid: 0.5 });
    const { refusal } = compare(manifest(1000), next);
    expect(refusal).toMatch(/recall@10 of the vector index is 0\.9 and was 0\.999 \(may fall by 0\.02\); mean recip/);
    expect(refusal).toMatch(/known items is 0\.5 and was 0\.7.*--promote-worse true/);
    expect(refusal).not.toMatch(/recall@100|trustworthiness/);
  });

  // Nights of 320 and 323 papers of the sample: the known items of the second happened to be harder.
  test('not for a mean over known items that fell by 0.05 with standard errors of 0.012 and 0.014', () => {
    const previous = manifest(320, { knownItemMrrHybrid: 0.814, knownItemMrrHybridStandardError: 0.0121 });
    const next = manifest(323, { knownItemMrrHybrid: 0.7638, knownItemMrrHybridStandardError: 0.0136 });
    expect(compare(previous, next).refusal).toBeUndefined();
  });

  test('for a mean over known items that fell by 0.05 with standard errors of 0.005', () => {
    const previous = manifest(1000, { knownItemMrrHybrid: 0.814, knownItemMrrHybridStandardError: 0.005 });
    const next = manifest(1000, { knownItemMrrHybrid: 0.7638, knownItemMrrHybridStandardError: 0.005 });
    expect(compare(previous, next).refusal).toMatch(/known items is 0\.7638 and was 0\.814 \(may fall by 0\.0247\)/);
  });

  test('not for a mean over known items that fell imperceptibly, however certain that is', () => {
    const previous = manifest(1000, { knownItemMrrHybridStandardError: 0 });
    const next = manifest(1000, { knownItemMrrHybrid: 0.6901, knownItemMrrHybridStandardError: 0 });
    expect(compare(previous, next).refusal).toBeUndefined();
  });

  test.each(['recallAt10', 'recallAt100', 'trustworthiness'] as const)(
    'not for %s that fell by 0.05 with standard errors of 0.012, as for a small sample',
    (figure) => {
      const error = { [`${figure}StandardError`]: 0.012 };
      const [previous, next] = [
        manifest(120, { [figure]: 0.9, ...error }),
        manifest(121, { [figure]: 0.85, ...error }),
      ];
      expect(compare(previous, next).refusal).toBeUndefined();
      const certain = { [`${figure}StandardError`]: 0.001 };
      expect(
        compare(manifest(120, { [figure]: 0.9, ...certain }), manifest(121, { [figure]: 0.85, ...certain })).refusal,
      ).toContain('is 0.85 and was 0.9');
    },
  );

  test('not if the sizes differ much, there are few papers, or a figure was not measured', () => {
    const poor = { recallAt10: 0.1 };
    expect(compare(manifest(1000), manifest(1300, poor)).refusal).toBeUndefined();
    expect(compare(manifest(1300), manifest(1000, poor)).refusal).toBeUndefined();
    expect(compare(manifest(99), manifest(99, poor)).refusal).toBeUndefined();
    expect(compare(manifest(1000, { recallAt10: null }), manifest(1000, poor)).refusal).toBeUndefined();
  });

  test('with all figures and tolerances in the debug log, or why there are none', () => {
    expect(compare(manifest(1000), manifest(1000)).debugLines).toEqual([
      'quality gate: recall@10 of the vector index was 0.999, is 0.999, may fall by 0.02',
      'quality gate: recall@100 of the vector index was 0.99, is 0.99, may fall by 0.03',
      'quality gate: mean reciprocal rank of known items was 0.7, is 0.7, may fall by 0.0643',
      'quality gate: trustworthiness of the map was 0.95, is 0.95, may fall by 0.03',
    ]);
    expect(compare(manifest(20), manifest(20)).debugLines).toEqual([expect.stringContaining('figures not compared')]);
  });
});

describe('sources are refused for blank abstracts', () => {
  const refusalOf = (before: number, blankBefore: number, blank: number, papers = before) =>
    outcomeOf((effects) =>
      throwIfTooManyAbstractsBlank(
        { manifest: { id: 'x' }, ids: Array.from({ length: before }, String), blankAbstracts: blankBefore },
        Array.from({ length: papers }, (_, i) => ({ abstract: i < blank ? '' : 'Text.' })),
        effects,
      ),
    ).refusal;

  test('if more than a fifth lost theirs, with the numbers and the option that allows it', () => {
    expect(refusalOf(326, 0, 326)).toMatch(
      /326 of the 326 papers in the sources have no abstract.*x 0 of 326.*--promote-worse true/,
    );
    expect(refusalOf(100, 10, 31)).toContain('31 of the 100 papers');
  });

  test('not if as many had none before, or few are blank', () => {
    expect(refusalOf(326, 326, 326)).toBeUndefined();
    expect(refusalOf(100, 10, 30)).toBeUndefined();
    expect(refusalOf(4, 0, 4)).toBeUndefined();
    expect(
      outcomeOf((effects) => throwIfTooManyAbstractsBlank(undefined, [{ abstract: '' }], effects)).refusal,
    ).toBeUndefined();
  });
});

describe('sources are refused for lost papers', () => {
  const current = (count: number) => ({
    manifest: { id: '2026-01-01T00-00-00Z-1a2b3c4d' },
    ids: Array.from({ length: count }, (_, i) => `p${i}`),
  });
  const papers = (ids: readonly string[]) => ids.map((id) => ({ id }));
  const lose = (before: number, lost: number, added = 0) =>
    outcomeOf((effects) => {
      const kept = current(before).ids.slice(lost);
      const others = Array.from({ length: added }, (_, i) => `new${i}`);
      throwIfTooManyPapersLost(current(before), papers([...kept, ...others]), effects);
    });

  test('if more than a fifth of the current papers are missing, with the numbers and the option that allows it', () => {
    expect(lose(326, 316).refusal).toBe(
      'the current snapshot 2026-01-01T00-00-00Z-1a2b3c4d has 326 papers, the sources have 10 and lack 316 of them: ' +
        'nothing was built, and the current snapshot stays in use. If these papers are meant to go, run again with ' +
        '--promote-worse true',
    );
    expect(lose(326, 66).refusal).toContain('lack 66 of them');
    expect(lose(30, 7).refusal).toContain('lack 7 of them');
  });

  test('even if as many others were added: then it is another collection', () => {
    expect(lose(326, 300, 300).refusal).toContain('has 326 papers, the sources have 326 and lack 300 of them');
  });

  test.each([
    [326, 65],
    [326, 0],
    [25, 5],
    [10, 4],
    [4, 4],
  ])('not if of %i papers %i are missing', (before, lost) => {
    const { refusal, debugLines } = lose(before, lost);
    expect(refusal).toBeUndefined();
    expect(debugLines).toEqual([expect.stringContaining(`quality gate: ${lost} of the ${before} papers`)]);
  });

  test('not if there is no current snapshot', () => {
    const outcome = outcomeOf((effects) => throwIfTooManyPapersLost(undefined, papers(['a']), effects));
    expect(outcome).toEqual({ refusal: undefined, debugLines: [] });
  });
});
