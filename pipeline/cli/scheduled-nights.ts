/**
 * Nights that the server starts by itself, each as a process of its own: its memory and its crashes are not those of the
 * server, which follows the new snapshot as if cron had run it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Config } from '../config.ts';
import type { Effects } from '../core/effects.ts';
import { errorKinds, errorMessage } from '../core/errors.ts';
import { NEXT_DUE_VARIABLE } from '../core/night-report.ts';
import { type NightSchedule, nextNight, timeInZone } from '../night-schedule.ts';
import { failedNightNotice, sendNotice } from '../runtime/notify.ts';
import { currentSnapshotId } from '../store/data-folder.ts';
import { readNights, recordNight } from '../store/night-log.ts';

const PROGRAM = join(import.meta.dirname, '..', 'paperfield.mjs');

/**
 * The clock is looked at this often: one long timer would be late by the time that a computer sleeps, and would miss that
 * its clock was set.
 */
const LOOK_MS = 15_000;
/** A night that finds another process at work is tried again after this. */
const RETRY_LOCKED_MS = 5 * 60_000;
/** A night that was told to stop and does not is killed after this. */
const KILL_AFTER_MS = 20_000;

/** How the process of a night ended. */
export interface NightEnd {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A night as a process that runs. */
export interface RunningNight {
  readonly ended: Promise<NightEnd>;
  /** Asks the night to stop, and waits until it has ended. What it has fetched and embedded is kept for the next one. */
  stop(): Promise<void>;
}

/**
 * Starts a night in a process of its own, with a lower priority. Its output becomes log lines that begin with `night:`.
 *
 * @param args what follows `paperfield nightly`
 * @param nextDue when the next one is due, for its record
 */
export function startNight(
  args: readonly string[],
  nextDue: Date | undefined,
  { log, debug }: Pick<Effects, 'log' | 'debug'>,
): RunningNight {
  const child = spawn(process.execPath, [PROGRAM, 'nightly', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(nextDue && { [NEXT_DUE_VARIABLE]: nextDue.toISOString() }) },
  });
  lowerPriority(child, debug);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => log(`night: ${line}`));
  }
  const ended = new Promise<NightEnd>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.once('error', (error) => {
      log(`night: cannot be started (${errorMessage(error)})`);
      resolve({ code: 1, signal: null });
    });
  });
  return {
    ended,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

function lowerPriority({ pid }: ChildProcess, debug: (line: string) => void): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch (error) {
    debug(`night: its priority stays as it is (${errorMessage(error)})`);
  }
}

/**
 * Starts a night whenever one is due, and at once if one was missed. Never two at once: this process waits for its own, and
 * the lock of the data folder keeps out those of others.
 *
 * @returns a function that ends the schedule and stops a night that runs
 */
export function scheduleNights(
  config: Config,
  schedule: NightSchedule,
  nightArgs: readonly string[],
  effects: Effects,
): () => Promise<void> {
  const { dataDir } = config;
  let timer: NodeJS.Timeout | undefined;
  let running: RunningNight | undefined;
  let isStopped = false;
  let due = nextNight(schedule, lastStart(dataDir), effects.now());
  if (due !== undefined && due <= effects.now()) effects.log('nights: one was missed and is caught up now');

  const wait = () => {
    if (isStopped || due === undefined) return;
    const ms = Math.max(0, due.getTime() - effects.now().getTime());
    timer = setTimeout(() => void look(), Math.min(ms, LOOK_MS));
  };
  const look = async () => {
    if (due === undefined || effects.now() < due) return wait();
    const started = effects.now();
    const following = schedule.next(started);
    running = startNight(nightArgs, following, effects);
    const end = await running.ended;
    running = undefined;
    if (isStopped) return;
    const now = effects.now();
    if (end.code === errorKinds.locked.exit) {
      due = new Date(now.getTime() + RETRY_LOCKED_MS);
      effects.log(`nights: another process is at work; the next try is at ${timeInZone(due, schedule.timeZone)}`);
    } else {
      if (!isTold(dataDir, started)) await tellOfLostNight(config, started, following, end, effects);
      due = schedule.next(now);
      if (due) effects.log(`nights: the next one is at ${timeInZone(due, schedule.timeZone)}`);
    }
    wait();
  };
  wait();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await running?.stop();
  };
}

/** When the last night began that ran to its end, successful or not. */
function lastStart(dataDir: string): Date | undefined {
  const last = readNights(dataDir).findLast(({ code }) => code !== 'locked' && code !== 'canceled');
  return last && new Date(last.time);
}

/** Whether a night that began at a time or later has written its record. */
function isTold(dataDir: string, started: Date): boolean {
  return readNights(dataDir).some(({ time }) => Date.parse(time) >= started.getTime());
}

/** A night that was killed, by the system for its memory for example, cannot tell of itself. */
async function tellOfLostNight(
  config: Config,
  started: Date,
  nextDue: Date | undefined,
  { code, signal }: NightEnd,
  effects: Effects,
): Promise<void> {
  const { dataDir } = config;
  const how = signal === null ? `with exit code ${code}` : `by ${signal}, perhaps because memory was short`;
  const message = `the process of the night ended ${how}, without a report; the next one goes on from what was fetched and embedded`;
  const time = started.toISOString();
  effects.warn(message);
  const tookMs = effects.now().getTime() - started.getTime();
  try {
    const due = nextDue ? { nextDue: nextDue.toISOString() } : {};
    recordNight(dataDir, { time, tookMs, outcome: 'failed', code: 'killed', message, ...due });
  } catch (error) {
    effects.warn(`${dataDir}: log and report of the night cannot be written (${errorMessage(error)})`);
  }
  const notice = failedNightNotice({ time, code: 'killed', message, snapshot: currentSnapshotId(dataDir) });
  await sendNotice(notice, config, effects);
}
