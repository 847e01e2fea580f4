/** Reports of the command line: log lines, warnings and the progress of stages, on a stream that may be a terminal. */
import type { Writable } from 'node:stream';
import type { Effects, ProgressDisplay } from '../core/effects.ts';

/** Minimum time between two progress lines of one stage where the output is not a terminal. */
const PLAIN_INTERVAL_MS = 10_000;
/** Minimum time between two drawings of the progress line on a terminal. */
const DRAW_INTERVAL_MS = 80;

/** Width of the stage name at the start of a progress line, in characters: the length of the longest name. */
const STAGE_WIDTH = 17;

/** A stream that may be a terminal. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/**
 * The escape sequence that erases the current line of a terminal, such as an unfinished progress line; empty if the
 * stream is not a terminal.
 */
export function clearLineSequence({ isTTY }: OutputStream): string {
  return isTTY ? '\r\u001B[2K' : '';
}

/**
 * The effects (reports, clock, stop signal) of a program that runs on the command line. Reports go to `output`, which
 * is standard error, so that standard output contains only the result of the command. On a terminal, the progress of a
 * stage is one line that is redrawn. Elsewhere, it is a new line every ten seconds and one when the stage finishes.
 *
 * @param showsDebug whether `debug` lines are written; `main` sets it from the environment's PAPERFIELD_LOG
 */
export function createCommandLineEffects(output: OutputStream, signal: AbortSignal, showsDebug = false): Effects {
  const writeLine = (line: string) => output.write(`${clearLineSequence(output)}${line}\n`);
  return {
    log: writeLine,
    warn: (line) => writeLine(`warning: ${line}`),
    debug: (line) => {
      if (showsDebug) writeLine(`debug: ${line}`);
    },
    startProgress: (stage, total) =>
      output.isTTY ? terminalProgress(output, stage, total) : plainProgress(writeLine, stage, total),
    now: () => new Date(),
    signal,
  };
}

/** Effects that report nothing, for callers who want the result only. */
export function silentEffects(signal: AbortSignal = new AbortController().signal): Effects {
  const nothing = () => undefined;
  return {
    log: nothing,
    warn: nothing,
    debug: nothing,
    startProgress: () => ({ update: nothing, finish: nothing }),
    now: () => new Date(),
    signal,
  };
}

function terminalProgress(output: OutputStream, stage: string, total: number | undefined): ProgressDisplay {
  const started = performance.now();
  let drawn = 0;
  const draw = (text: string) => {
    // A terminal that does not know its width reports 0 columns.
    const width = Math.max(20, (output.columns || 80) - 1);
    output.write(`${clearLineSequence(output)}${text.slice(0, width)}`);
  };
  draw(`${stage.padEnd(STAGE_WIDTH)} …`);
  return {
    update(done) {
      const now = performance.now();
      if (now - drawn < DRAW_INTERVAL_MS) return;
      drawn = now;
      draw(progressLine(stage, done, total, now - started));
    },
    finish(note) {
      draw(finishedLine(stage, performance.now() - started, note));
      output.write('\n');
    },
  };
}

function plainProgress(writeLine: (line: string) => void, stage: string, total: number | undefined): ProgressDisplay {
  const started = performance.now();
  let written = started;
  return {
    update(done) {
      const now = performance.now();
      if (now - written < PLAIN_INTERVAL_MS) return;
      written = now;
      writeLine(progressLine(stage, done, total, now - started));
    },
    finish(note) {
      writeLine(finishedLine(stage, performance.now() - started, note));
    },
  };
}

/**
 * One line about a stage in progress: name, items done, rate, estimated time left.
 *
 * @example
 * progressLine('embed', 1280, 9876, 1576); // 'embed              1,280 / 9,876  812/s  10.6 s left'
 */
export function progressLine(stage: string, done: number, total: number | undefined, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? (done * 1000) / elapsedMs : 0;
  const parts = [
    stage.padEnd(STAGE_WIDTH),
    total === undefined ? formatNumber(done) : `${formatNumber(done)} / ${formatNumber(total)}`,
  ];
  if (rate > 0) parts.push(`${formatNumber(rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate))}/s`);
  if (total !== undefined && rate > 0) parts.push(`${formatDuration(((total - done) * 1000) / rate)} left`);
  return parts.join('  ');
}

function finishedLine(stage: string, elapsedMs: number, note: string | undefined): string {
  const parts = [stage.padEnd(STAGE_WIDTH), formatDuration(elapsedMs).padStart(7)];
  return [...parts, ...(note === undefined ? [] : [note])].join('  ');
}

function formatNumber(value: number): string {
  return value.toLocaleString('en-US');
}

/** A duration for people: `340 ms`, `4.1 s`, `2 m 05 s`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`;
}
