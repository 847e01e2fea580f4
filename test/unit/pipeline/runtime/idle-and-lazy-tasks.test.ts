import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { CooperativeTask } from '../../../../pipeline/core/cooperative.ts';
import { createLazyTask, prefetchRows, runWhenIdle } from '../../../../pipeline/runtime/idle-and-lazy-tasks.ts';

const result = { isResult: true };

/** A lazy task of `steps` steps, and how often it was started and advanced. */
function counted(steps: number) {
  const counts = { starts: 0, steps: 0 };
  const start = function* (): CooperativeTask<typeof result> {
    counts.starts++;
    for (let i = 0; i < steps; i++) {
      counts.steps++;
      yield i / steps;
    }
    return result;
  };
  return { task: createLazyTask(start), counts };
}

describe('a lazy task', () => {
  test('computes the rest when its result is needed, and nothing twice', () => {
    const { task, counts } = counted(10);
    expect([task.advance(), task.advance(), task.advance()]).toEqual([true, true, true]);
    expect(task.peek()).toBeUndefined();
    expect(task.get()).toBe(result);
    expect(task.advance()).toBe(false);
    expect(task.get()).toBe(result);
    expect(counts).toEqual({ starts: 1, steps: 10 });
  });

  test('has its result once it has been advanced to the end', () => {
    const { task, counts } = counted(3);
    while (task.advance());
    expect(task.peek()).toBe(result);
    expect(task.get()).toBe(result);
    expect(counts).toEqual({ starts: 1, steps: 3 });
  });

  test('is computed once for all who wait for it', async () => {
    const { task, counts } = counted(5);
    expect(await Promise.all([task.ready(), task.ready()])).toEqual([result, result]);
    expect(counts).toEqual({ starts: 1, steps: 5 });
  });

  test('gives its error to everyone who needs the result', () => {
    const task = createLazyTask(function* () {
      yield 0;
      throw new Error('the file is damaged');
    });
    expect(task.advance()).toBe(true);
    for (let i = 0; i < 3; i++) expect(() => task.get()).toThrow('the file is damaged');
  });
});

/** Waits up to three seconds until a condition holds. */
async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 300 && !holds(); tries++) await sleep(10);
}

describe('work in idle time', () => {
  test('prefetches rows in order, each once, and not before the first requests were answered', async () => {
    const read: number[] = [];
    const task = prefetchRows(5, (row) => read.push(row));
    await sleep(20);
    expect(read).toEqual([]);
    await until(() => read.length === 5);
    await sleep(30);
    task.stop();
    expect(read).toEqual([0, 1, 2, 3, 4]);
  });

  test('leaves time for other work between its slices', async () => {
    const spin = () => {
      const end = performance.now() + 1;
      while (performance.now() < end);
    };
    let read = 0;
    const task = prefetchRows(200, () => {
      spin();
      read++;
    });
    await until(() => read > 0);
    let turns = 0;
    while (read < 200 && turns < 1000) {
      await sleep(0);
      turns++;
    }
    task.stop();
    expect(read).toBe(200);
    expect(turns).toBeGreaterThan(20);
  });

  test('ends when a step returns false', async () => {
    let steps = 0;
    const task = runWhenIdle(() => ++steps < 7);
    await until(() => steps === 7);
    await sleep(30);
    task.stop();
    expect(steps).toBe(7);
  });

  test('ends when it is stopped, or when a row cannot be read', async () => {
    const read: number[] = [];
    const stopped = prefetchRows(1000, (row) => read.push(row));
    stopped.stop();
    const failing = prefetchRows(1000, (row) => {
      read.push(row);
      if (row === 2) throw new Error('the row is damaged');
    });
    await sleep(400);
    failing.stop();
    expect(read).toEqual([0, 1, 2]);
  });
});
