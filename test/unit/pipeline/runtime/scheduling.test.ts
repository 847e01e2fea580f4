import { describe, expect, test } from 'vitest';
import { type CooperativeTask, processInChunks } from '../../../../pipeline/core/cooperative.ts';
import { runBuildTask, runInTimeSlices, yieldToEvents } from '../../../../pipeline/runtime/scheduling.ts';

/** Busy for about a millisecond per step. */
function* busy(steps: number): CooperativeTask<number> {
  yield* processInChunks(steps, (from, to) => {
    const end = performance.now() + (to - from);
    while (performance.now() < end);
  });
  return steps;
}

/** Counts how often the event loop runs until it is stopped. */
function countTurns() {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  return {
    stop() {
      clearInterval(timer);
      return turns;
    },
  };
}

describe('a task of a build', () => {
  test('gives its result, reports rising progress and lets events run', async () => {
    const turns = countTurns();
    const reported: number[] = [];
    const signal = new AbortController().signal;
    await expect(runBuildTask(busy(400), signal, (progress) => reported.push(progress))).resolves.toBe(400);
    expect(turns.stop()).toBeGreaterThan(1);
    expect(reported.length).toBeGreaterThan(10);
    expect(reported).toEqual(reported.toSorted((a, b) => a - b));
  });

  test('is aborted by an event while it runs', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('stopped')), 10);
    await expect(runBuildTask(busy(100_000), stop.signal)).rejects.toThrow('stopped');
  });

  test('is aborted by its own progress report at once', async () => {
    const stop = new AbortController();
    let reports = 0;
    const onProgress = () => {
      if (++reports === 3) stop.abort(new Error('stopped'));
    };
    await expect(runBuildTask(busy(100_000), stop.signal, onProgress)).rejects.toThrow('stopped');
    expect(reports).toBe(3);
  });

  test('does not start if it is already aborted', async () => {
    const task = (function* (): CooperativeTask<void> {
      yield expect.unreachable();
    })();
    await expect(runBuildTask(task, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
  });
});

test('a task in time slices lets other requests run', async () => {
  const turns = countTurns();
  await expect(runInTimeSlices(busy(200))).resolves.toBe(200);
  expect(turns.stop()).toBeGreaterThan(3);
});

test('yielding to events throws if one of them aborts the signal', async () => {
  const stop = new AbortController();
  setImmediate(() => stop.abort(new Error('stopped')));
  await expect(yieldToEvents(stop.signal)).rejects.toThrow('stopped');
});
