import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inIdleTime, readAhead } from '../../../../pipeline/runtime/lazy-task.ts';

/** Waits until `isSo`, three seconds at the most. */
async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 300 && !isSo(); tries++) await pause(10);
}

test('rows are read in order, each once, after the first answers had their turn', async () => {
  const read: number[] = [];
  const ahead = readAhead(5, (row) => read.push(row));
  await pause(20);
  expect(read).toEqual([]);
  await until(() => read.length === 5);
  await pause(30);
  ahead.stop();
  expect(read).toEqual([0, 1, 2, 3, 4]);
});

test('long work leaves time for others between its slices', async () => {
  const spin = () => {
    const end = performance.now() + 1;
    while (performance.now() < end);
  };
  let read = 0;
  const ahead = readAhead(200, () => {
    spin();
    read++;
  });
  await until(() => read > 0);
  let turns = 0;
  while (read < 200 && turns < 1000) {
    await pause(0);
    turns++;
  }
  ahead.stop();
  expect(read).toBe(200);
  expect(turns).toBeGreaterThan(20);
});

test('steps are taken until one says that it was the last', async () => {
  let taken = 0;
  const idle = inIdleTime(() => ++taken < 7);
  await until(() => taken === 7);
  await pause(30);
  idle.stop();
  expect(taken).toBe(7);
});

test('nothing is read any more once it is stopped, or a row cannot be read', async () => {
  const read: number[] = [];
  const stopped = readAhead(1000, (row) => read.push(row));
  stopped.stop();
  const torn = readAhead(1000, (row) => {
    read.push(row);
    if (row === 2) throw new Error('the row is damaged');
  });
  await pause(400);
  torn.stop();
  expect(read).toEqual([0, 1, 2]);
});
