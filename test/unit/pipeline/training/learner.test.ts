import { describe, expect, test } from 'vitest';
import { LogitScale, learningRateFactor } from '../../../../pipeline/training/learner.ts';

describe('learningRateFactor', () => {
  test('rises to one, then falls to zero', () => {
    expect(learningRateFactor(0, 100, 0.1)).toBeCloseTo(0.1);
    expect(learningRateFactor(9, 100, 0.1)).toBe(1);
    expect(learningRateFactor(55, 100, 0.1)).toBeCloseTo(0.5);
    expect(learningRateFactor(99, 100, 0.1)).toBeLessThan(0.001);
  });
});

describe('LogitScale', () => {
  test('follows the negative gradient by the learning rate, up to its limit', () => {
    const scale = new LogitScale(20, 22);
    scale.update(1e-3, 0.05);
    expect(scale.value).toBeCloseTo(20 * Math.exp(-0.05), 3);
    for (let step = 0; step < 50; step++) scale.update(-1, 0.05);
    expect(scale.value).toBeCloseTo(22, 6);
  });
});
