/** The commands `build` and `nightly`, which build a snapshot and make it current. */
import type { OptionName } from '../../config.ts';
import { PaperfieldError } from '../../core/errors.ts';
import type { NightlyResult } from '../../nightly-build.ts';
import type { NightPlan } from '../../plan-night.ts';
import { dataPaths } from '../../store/data-folder.ts';
import { withLock } from '../../store/lock.ts';
import { type Command, NOTIFY_OPTIONS } from '../command-line.ts';
import { formatDuration } from '../terminal.ts';
import { reportLines } from './fetch.ts';

export const BUILD_OPTIONS: readonly OptionName[] = [
  'source',
  'columns',
  'dataDir',
  'model',
  'neighbors',
  'resolution',
  'minTopicSize',
  'layoutAlgorithm',
  'minDist',
  'negativeSampleRate',
  'epochs',
  'maxDrift',
  'm',
  'efConstruction',
  'efSearch',
  'seed',
  'fresh',
  'promoteWorse',
];

export const buildCommand: Command = {
  name: 'build',
  summary: 'build a snapshot of all papers (named, fetched, imported) and make it current',
  operand: '',
  options: BUILD_OPTIONS,
  flags: {},
  async run({ config, standardInput, print, effects }) {
    const [{ buildUnderLock }, { inputSources }] = await Promise.all([
      import('../../build.ts'),
      import('../../input-sources.ts'),
    ]);
    const { manifest, embedded, reused } = await withLock(dataPaths(config.dataDir).lock, effects.now(), async () =>
      buildUnderLock(config, await inputSources(config, standardInput, effects.warn), undefined, effects),
    );
    const { papers, topics, outliers } = manifest.counts;
    print(
      `snapshot ${manifest.id}: ${papers} papers (${embedded} embedded, ${reused} from the cache), ${topics} topics, ${outliers} papers without a topic`,
    );
  },
};

export const nightlyCommand: Command = {
  name: 'nightly',
  summary: 'fetch what is new, build a snapshot if the papers changed, remove old ones, and log the run; for cron',
  operand: '',
  options: [...BUILD_OPTIONS, 'contact', 'keep', 'gone', 'goneNights', ...NOTIFY_OPTIONS],
  flags: {
    'no-fetch': { type: 'boolean', description: 'Fetch nothing: build from what is there' },
    'dry-run': {
      type: 'boolean',
      description: 'Say what would be done: ask each source for its first page, and read the papers that are there',
    },
  },
  async run({ config, flags, standardInput, print, effects }) {
    const settings = {
      standardInput,
      fetches: flags['no-fetch'] !== true,
      environment: (name: string) => process.env[name],
    };
    if (flags['dry-run'] === true) {
      const { planNight } = await import('../../plan-night.ts');
      const plan = await planNight(config, settings, effects);
      for (const line of planLines(plan)) print(line);
      return throwIfSourcesFailed(plan.sources.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name));
    }
    const { runNightlyBuild } = await import('../../nightly-build.ts');
    const result = await runNightlyBuild(config, settings, effects);
    print(nightlySummary(result));
    throwIfSourcesFailed(result.failedSources);
  },
};

/**
 * The night is over and its snapshot in use; the exit code says all the same that somebody should look.
 *
 * @throws PaperfieldError fetch_failed, if a source failed
 */
function throwIfSourcesFailed(names: readonly string[]): void {
  if (names.length === 0) return;
  throw new PaperfieldError(
    'fetch_failed',
    `${names.length} of the sources failed (${names.join(', ')}); what they gave before stays in use`,
  );
}

/** The result of a nightly build as one line, which cron sends by mail. */
export function nightlySummary({
  manifest,
  embedded,
  unchanged,
  pruned,
  tookMs,
  failedSources,
}: NightlyResult): string {
  const { papers, topics } = manifest.counts;
  const failed = failedSources.length > 0 ? `, sources failed: ${failedSources.join(' ')}` : '';
  return (
    `nightly: ${unchanged ? 'unchanged' : 'promoted'} ${manifest.id}, ${papers} papers in ${topics} topics, ` +
    `${embedded} embedded, ${pruned.length} old snapshots removed${failed}, ${formatDuration(tookMs)}`
  );
}

/** What a night would do, a line for each step. */
function planLines({ sources, papers, problem, pruned }: NightPlan): string[] {
  const lines = sources.flatMap((source) => reportLines(source).map((line) => `fetch   ${line}`));
  if (papers) {
    const { total, files, changes, isUnchanged } = papers;
    lines.push(
      `papers  ${total} from ${files} files that are there: ${changes.newPapers.length} new, ${changes.changed.length} ` +
        `changed, ${changes.kept.length} in no source and kept, ${changes.removed.length + changes.deleted.length} gone or deleted`,
      isUnchanged ? 'build   nothing, unless something new is fetched' : 'build   a snapshot of these',
    );
  } else lines.push(`papers  ${problem}`);
  lines.push(`prune   ${pruned.length === 0 ? 'nothing' : pruned.join(' ')}`, 'dry run: nothing was kept or changed');
  return lines;
}
