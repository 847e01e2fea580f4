/** When nights are due: a cron pattern in a time zone. */
import { Cron } from 'croner';
import { errorMessage, PaperfieldError } from './core/errors.ts';

export interface NightSchedule {
  readonly pattern: string;
  /** IANA name of the zone in which the pattern is read: `Europe/Berlin`. */
  readonly timeZone: string;
  /**
   * The first time after a moment at which a night is due; undefined if there is none. Where clocks are set forward, a night
   * in the missing hour is an hour later; where they are set back, it runs once.
   */
  next(after: Date): Date | undefined;
}

/**
 * Reads the options `nightly` and `nightlyTimeZone`.
 *
 * @param timeZone empty for that of the system
 * @throws PaperfieldError bad_request, if pattern or zone cannot be read, or no time ever matches
 * @example
 * parseSchedule('0 3 * * *', 'Europe/Berlin').next(new Date('2026-12-01T12:00Z')); // 2026-12-02T02:00:00.000Z
 */
export function parseSchedule(pattern: string, timeZone: string): NightSchedule {
  const zone = timeZone === '' ? new Intl.DateTimeFormat().resolvedOptions().timeZone : timeZone;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw new PaperfieldError(
      'bad_request',
      `nightlyTimeZone is ${JSON.stringify(timeZone)}: expected the name of a time zone, such as Europe/Berlin or UTC`,
    );
  }
  const refuse = (reason: string) =>
    new PaperfieldError(
      'bad_request',
      `nightly is ${JSON.stringify(pattern)}: expected minute, hour, day, month and weekday as in cron, such as '0 3 * * *' (${reason})`,
    );
  let cron: Cron;
  try {
    cron = new Cron(pattern, { timezone: zone, paused: true });
  } catch (error) {
    throw refuse(errorMessage(error));
  }
  const next = (after: Date) => cron.nextRun(after) ?? undefined;
  if (next(new Date(0)) === undefined) throw refuse('no time matches it');
  return { pattern, timeZone: zone, next };
}

/** A moment as the clocks of a zone show it: `2026-12-02 03:00 Europe/Berlin`. */
export function timeInZone(moment: Date, timeZone: string): string {
  // Swedish writes dates as ISO 8601 does.
  return `${moment.toLocaleString('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })} ${timeZone}`;
}

/**
 * When the next night is due: now, if one was due since the last one began and did not run.
 *
 * @param lastStart when the last night began that was not stopped; undefined if none ever did: then none was missed
 */
export function nextNight(schedule: NightSchedule, lastStart: Date | undefined, now: Date): Date | undefined {
  const due = schedule.next(lastStart ?? now);
  return due !== undefined && due <= now ? now : due;
}
