import type { Writable } from 'node:stream';
import type { Effects, Progress } from '../core/effects.ts';

/** Between two lines about one stage where the output is no terminal. */
const PLAIN_INTERVAL_MS = 10_000;
/** Between two drawings of the progress line on a terminal. */
const DRAW_INTERVAL_MS = 80;

/** A stream that may be a terminal. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/**
 * The real effects: facts and progress go to `output`, so that a command's own answer has standard output to itself. On
 * a terminal a stage is one line that changes; elsewhere plain lines, at its end and every ten seconds.
 */
export function realEffects(output: Output, signal: AbortSignal): Effects {
  const write = (line: string) => output.write(`${line}\n`);
  return {
    log: write,
    warn: (line) => write(`warning: ${line}`),
    begin: (stage, total) =>
      output.isTTY ? terminalProgress(output, stage, total) : plainProgress(write, stage, total),
    now: () => new Date(),
    signal,
  };
}

/** Effects that tell nobody anything, for callers who want the result alone. */
export function quietEffects(signal: AbortSignal = new AbortController().signal): Effects {
  const nothing = () => undefined;
  return { log: nothing, warn: nothing, begin: () => ({ at: nothing, end: nothing }), now: () => new Date(), signal };
}

function terminalProgress(output: Output, stage: string, total: number | undefined): Progress {
  const started = performance.now();
  let drawn = 0;
  const draw = (text: string) => {
    // A terminal that does not know its width says 0.
    const width = Math.max(20, (output.columns || 80) - 1);
    output.write(`\r\u001B[2K${text.slice(0, width)}`);
  };
  draw(`${stage.padEnd(10)} …`);
  return {
    at(done) {
      const now = performance.now();
      if (now - drawn < DRAW_INTERVAL_MS) return;
      drawn = now;
      draw(describeProgress(stage, done, total, now - started));
    },
    end(note) {
      draw(describeEnd(stage, performance.now() - started, note));
      output.write('\n');
    },
  };
}

function plainProgress(write: (line: string) => void, stage: string, total: number | undefined): Progress {
  const started = performance.now();
  let written = started;
  return {
    at(done) {
      const now = performance.now();
      if (now - written < PLAIN_INTERVAL_MS) return;
      written = now;
      write(describeProgress(stage, done, total, now - started));
    },
    end(note) {
      write(describeEnd(stage, performance.now() - started, note));
    },
  };
}

/** `embed      1,280 / 9,876   812/s   11 s left` */
export function describeProgress(stage: string, done: number, total: number | undefined, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? (done * 1000) / elapsedMs : 0;
  const parts = [stage.padEnd(10), total === undefined ? format(done) : `${format(done)} / ${format(total)}`];
  if (rate > 0) parts.push(`${format(rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate))}/s`);
  if (total !== undefined && rate > 0) parts.push(`${duration(((total - done) * 1000) / rate)} left`);
  return parts.join('  ');
}

function describeEnd(stage: string, elapsedMs: number, note: string | undefined): string {
  return [stage.padEnd(10), duration(elapsedMs).padStart(7), ...(note === undefined ? [] : [note])].join('  ');
}

function format(value: number): string {
  return value.toLocaleString('en-US');
}

/** `340 ms`, `4.1 s`, `2 m 05 s` */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`;
}
