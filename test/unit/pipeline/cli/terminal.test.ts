import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import {
  createCommandLineEffects,
  formatDuration,
  type OutputStream,
  progressLine,
  silentEffects,
} from '../../../../pipeline/cli/terminal.ts';

const { signal } = new AbortController();

/** A stream that keeps what is written; a terminal if it has columns. */
function output(terminal?: { columns: number }): { stream: OutputStream; text(): string } {
  let text = '';
  const stream = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream: Object.assign(stream, terminal && { isTTY: true, ...terminal }), text: () => text };
}

describe('progress', () => {
  test('is one line at the end of a stage if the output is not a terminal', () => {
    const { stream, text } = output();
    const progress = createCommandLineEffects(stream, signal).startProgress('embed', 1000);
    for (let done = 0; done <= 1000; done++) progress.update(done);
    progress.finish('1000 embedded');
    expect(text()).toMatch(/^embed +\d+ ms {2}1000 embedded\n$/);
  });

  test('is one line that is redrawn, no wider than the terminal, on a terminal', () => {
    const { stream, text } = output({ columns: 40 });
    const progress = createCommandLineEffects(stream, signal).startProgress('embed', 1000);
    progress.update(640);
    progress.finish('a note that is far too long for a terminal of forty columns');
    expect(text()).toContain('640 / 1,000');
    expect(text().match(/\n/g)).toHaveLength(1);
    const drawings = text().split('\r\u001B[2K').slice(1);
    expect(drawings.length).toBeGreaterThanOrEqual(2);
    for (const drawing of drawings) expect(drawing.trimEnd().length).toBeLessThan(40);
  });

  test('shows rate and time left on a terminal that does not know its width', () => {
    const { stream, text } = output({ columns: 0 });
    const progress = createCommandLineEffects(stream, signal).startProgress('embed', 1000);
    progress.update(640);
    progress.finish();
    expect(text()).toMatch(/640 \/ 1,000 {2}[\d,.]+\/s {2}.* left/);
  });

  test.each<[[string, number, number | undefined, number], string]>([
    [['embed', 1280, 9876, 1576], 'embed              1,280 / 9,876  812/s  10.6 s left'],
    [['embed', 3, 9, 2000], 'embed              3 / 9  1.5/s  4.0 s left'],
    [['parse', 332, undefined, 1000], 'parse              332  332/s'],
    [['embed', 0, 10, 0], 'embed              0 / 10'],
    [['embed', 10, 10, 1000], 'embed              10 / 10  10/s  0 ms left'],
  ])('%j is formatted as %s', ([stage, done, total, elapsed], line) => {
    expect(progressLine(stage, done, total, elapsed)).toBe(line);
  });
});

test.each([
  [0, '0 ms'],
  [340.4, '340 ms'],
  [999.7, '1.0 s'],
  [4130, '4.1 s'],
  [59_960, '1 m 00 s'],
  [60_000, '1 m 00 s'],
  [125_400, '2 m 05 s'],
  [7_261_000, '121 m 01 s'],
])('%s ms are formatted as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('facts and warnings are lines of their own; debug lines are not shown', () => {
  const { stream, text } = output();
  const effects = createCommandLineEffects(stream, signal);
  effects.log('a fact');
  effects.warn('a doubt');
  effects.debug('a reason');
  expect(text()).toBe('a fact\nwarning: a doubt\n');
  expect(Math.abs(effects.now().getTime() - Date.now())).toBeLessThan(5000);
  expect(effects.signal).toBe(signal);
});

test('silent effects write nothing and are never stopped', () => {
  const effects = silentEffects();
  effects.startProgress('embed', 10).finish('done');
  expect(effects.signal.aborted).toBe(false);
});

test('debug lines are shown if they are enabled, and erase an unfinished progress line on a terminal', () => {
  const plain = output();
  createCommandLineEffects(plain.stream, signal, true).debug('a reason');
  expect(plain.text()).toBe('debug: a reason\n');
  const terminal = output({ columns: 40 });
  const effects = createCommandLineEffects(terminal.stream, signal, true);
  effects.startProgress('embed', 10);
  effects.debug('a reason');
  expect(terminal.text().endsWith('\r\u001B[2Kdebug: a reason\n')).toBe(true);
});
