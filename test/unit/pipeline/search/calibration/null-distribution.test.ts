import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  matchScore,
  type NullDistribution,
  percentile,
} from '../../../../../pipeline/search/calibration/answerability.ts';

const scale = { mean: 0.3, deviation: 0.1 };
const background: NullDistribution = { coverage: scale, similarity: scale, proximity: scale, scores: [-1, 0, 0, 2] };
const usual = { coverage: 0.3, similarity: 0.3, proximity: 0.3, names: 0 };

test('an answer like those to unrelated questions has no strength, and each thing that speaks for it adds some', () => {
  expect(matchScore(usual, background)).toBeCloseTo(0, 9);
  for (const more of ['coverage', 'similarity', 'proximity', 'names'] as const) {
    expect(matchScore({ ...usual, [more]: usual[more] + 0.1 }, background)).toBeGreaterThan(0.3);
  }
});

test('its percentile is the share of unrelated questions with a weaker answer', () => {
  const naive = (strength: number) => background.scores.filter((one) => one < strength).length / 4;
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(-1, 0, 2), fc.double({ min: -3, max: 3, noNaN: true })), (strength) => {
      expect(percentile(strength, background)).toBe(naive(strength));
    }),
    { seed: 1 },
  );
});
