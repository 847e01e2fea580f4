import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CooperativeTask,
  createPortionCheckpoint,
  createYieldTimer,
  processInChunks,
  runAsPortion,
  runToCompletion,
  runWithCheckpoints,
} from '../../../../pipeline/core/cooperative.ts';

/** Keeps the thread busy. */
function spin(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

function* counting(steps: number): CooperativeTask<string> {
  for (let step = 0; step < steps; step++) yield step / steps;
  return 'done';
}

test('a task gives its result when it is run to completion', () => {
  expect(runToCompletion(counting(5))).toBe('done');
  expect(runToCompletion(counting(0))).toBe('done');
});

test('a portion of a task reports progress within its range', () => {
  expect([...runAsPortion(counting(4), 0.5, 0.9)]).toEqual([0.5, 0.6, 0.7, 0.8]);
});

describe('chunks', () => {
  test('cover every index once, in order, with rising progress from 0', () => {
    fc.assert(
      fc.property(fc.nat(5000), (count) => {
        const indexes: number[] = [];
        const reported = [
          ...processInChunks(count, (from, to) => {
            expect(to).toBeGreaterThan(from);
            for (let i = from; i < to; i++) indexes.push(i);
          }),
        ];
        expect(indexes).toEqual(Array.from({ length: count }, (_, i) => i));
        expect(reported).toEqual(reported.toSorted((a, b) => a - b));
        if (count > 0) expect(reported[0]).toBe(0);
      }),
      { seed: 3, numRuns: 50 },
    );
  });

  test('become larger while the work is fast', () => {
    const sizes: number[] = [];
    runToCompletion(processInChunks(100_000, (from, to) => sizes.push(to - from)));
    expect(sizes[0]).toBe(1);
    expect(sizes.length).toBeLessThan(60);
  });

  test('become smaller when the work becomes slower', () => {
    const sizes: number[] = [];
    const work = (from: number, to: number) => {
      sizes.push(to - from);
      for (let i = from; i < to; i++) if (i >= 4000) spin(0.05);
    };
    runToCompletion(processInChunks(8000, work));
    expect(Math.max(...sizes)).toBeGreaterThan(500);
    // Two milliseconds are 40 indexes now.
    expect(sizes.at(-2)).toBeLessThan(200);
  });
});

test('a loop is interrupted about every two milliseconds', () => {
  const isDue = createYieldTimer();
  const start = performance.now();
  let interruptions = 0;
  for (let i = 0; i < 2000; i++) {
    spin(0.05);
    if (isDue()) interruptions++;
  }
  const elapsed = performance.now() - start;
  expect(interruptions).toBeGreaterThan(elapsed / 10);
  expect(interruptions).toBeLessThan(elapsed);
});

test('a fast loop is interrupted rarely', () => {
  const isDue = createYieldTimer();
  let interruptions = 0;
  for (let i = 0; i < 100_000; i++) if (isDue()) interruptions++;
  expect(interruptions).toBeGreaterThan(0);
  expect(interruptions).toBeLessThan(100);
});

describe('checkpoints', () => {
  test('are reached at each yield, also as a subrange of longer work', async () => {
    const reached: number[] = [];
    const checkpoint = async (progress: number) => void reached.push(progress);
    await expect(runWithCheckpoints(counting(2), createPortionCheckpoint(checkpoint, 0, 0.5))).resolves.toBe('done');
    expect(reached).toEqual([0, 0.25]);
  });

  test('stop the task if they throw, which then runs its finally blocks', async () => {
    let isClosed = false;
    const task = (function* (): CooperativeTask<void> {
      try {
        yield 0;
        expect.unreachable();
      } finally {
        isClosed = true;
      }
    })();
    const stop = () => Promise.reject(new Error('stopped'));
    await expect(runWithCheckpoints(task, stop)).rejects.toThrow('stopped');
    expect(isClosed).toBe(true);
  });
});
