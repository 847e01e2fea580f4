import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type { Config } from '../../config.ts';
import type { Effects } from '../../core/effects.ts';
import { PaperfieldError } from '../../core/errors.ts';
import { resolveSources } from '../../ingest/source-files.ts';
import type { NightSchedule } from '../../night-schedule.ts';
import { currentSnapshotId } from '../../store/data-folder.ts';
import { argumentsFor, type Command, NOTIFY_OPTIONS } from '../command-line.ts';
import { createImportProcess } from '../import-process.ts';
import { nightlyCommand } from './build.ts';
import { importCommand } from './import.ts';

const sampleFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'data', 'sample');

export const serveCommand: Command = {
  name: 'serve',
  summary: 'serve the page and the API for the current snapshot, switch to new ones, and run nights by itself',
  operand: '',
  options: [
    'dataDir',
    'host',
    'port',
    'allowedHosts',
    'allowImport',
    'importMaxMegabytes',
    'nightly',
    'nightlyTimeZone',
    ...NOTIFY_OPTIONS,
  ],
  flags: {
    sample: { type: 'boolean', description: 'If there is no snapshot yet, build one of the sample papers first' },
  },
  async run({ config, flags, written, standardInput, print, effects }) {
    const nightArgs = argumentsFor(nightlyCommand, written);
    const schedule = await openSchedule(config, effects);
    if (schedule && !flags.sample && currentSnapshotId(config.dataDir) === undefined) {
      await runFirstNight(config.dataDir, nightArgs, schedule.next(effects.now()), effects);
    }
    if (flags.sample && currentSnapshotId(config.dataDir) === undefined) {
      effects.log('no snapshot yet: building one of the sample papers');
      const { buildSnapshot } = await import('../../build.ts');
      await buildSnapshot(config, await resolveSources([sampleFolder], standardInput), undefined, effects);
    }
    // For a long-running process, garbage is collected when the heap has grown by a quarter instead of several times.
    // With 312,997 papers this reduces memory to a tenth and takes no measurable time.
    setFlagsFromString('--heap-growing-percent=25');
    const importer = createImportProcess({ options: argumentsFor(importCommand, written) });
    const { startServer } = await import('../../../server/app.ts');
    const server = await startServer({ ...config, notify: config, importer }, effects);
    print(`paperfield is at ${server.url}`);
    let stopNights = async () => {};
    if (schedule) {
      const { scheduleNights } = await import('../scheduled-nights.ts');
      print(describeSchedule(schedule, effects.now()));
      stopNights = scheduleNights(config, schedule, nightArgs, effects);
    }
    await new Promise<void>((resolve) => {
      if (effects.signal.aborted) resolve();
      effects.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.all([stopNights(), server.close()]);
  },
};

/** The schedule of the option `nightly`; undefined if there is none. */
async function openSchedule(config: Config, { warn }: Effects): Promise<NightSchedule | undefined> {
  if (config.nightly === '') return undefined;
  const [{ parseSchedule }, { hasInput }] = await Promise.all([
    import('../../night-schedule.ts'),
    import('../../input-sources.ts'),
  ]);
  const schedule = parseSchedule(config.nightly, config.nightlyTimeZone);
  if (!hasInput(config)) warn('nights will have no papers: list sources in paperfield.config.json');
  return schedule;
}

function describeSchedule({ pattern, timeZone, next }: NightSchedule, now: Date): string {
  const due = next(now);
  const time = due?.toLocaleString('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return `nights at '${pattern}' in the time zone ${timeZone}, the next one ${time} (${due?.toISOString()})`;
}

/** @throws PaperfieldError not_found, if the night gives no snapshot: then there is nothing to serve */
async function runFirstNight(
  dataDir: string,
  nightArgs: readonly string[],
  nextDue: Date | undefined,
  effects: Effects,
): Promise<void> {
  const { startNight } = await import('../scheduled-nights.ts');
  effects.log('no snapshot yet: the first night runs now');
  const night = startNight(nightArgs, nextDue, effects);
  const onAbort = () => void night.stop();
  effects.signal.addEventListener('abort', onAbort, { once: true });
  const { code, signal } = await night.ended;
  effects.signal.removeEventListener('abort', onAbort);
  effects.signal.throwIfAborted();
  if (currentSnapshotId(dataDir) !== undefined) return;
  const how = signal === null ? `exit code ${code}` : signal;
  throw new PaperfieldError(
    'not_found',
    `${dataDir}: there is nothing to serve, the first night failed (${how}); see above`,
  );
}
