/** The commands `build` and `nightly`, which build a snapshot and make it current. */
import type { OptionName } from '../../config.ts';
import { resolveSources } from '../../ingest/source-files.ts';
import type { NightlyResult } from '../../nightly-build.ts';
import { type Command, NOTIFY_OPTIONS } from '../command-line.ts';
import { formatDuration } from '../terminal.ts';

const BUILD_OPTIONS: readonly OptionName[] = [
  'source',
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
  summary: 'build a snapshot of papers and make it current',
  operand: '',
  options: BUILD_OPTIONS,
  flags: {},
  async run({ config, standardInput, print, effects }) {
    const { buildSnapshot } = await import('../../build.ts');
    const sources = await resolveSources(config.source, standardInput);
    const { manifest, embedded, reused } = await buildSnapshot(config, sources, undefined, effects);
    const { papers, topics, outliers } = manifest.counts;
    print(
      `snapshot ${manifest.id}: ${papers} papers (${embedded} embedded, ${reused} from the cache), ${topics} topics, ${outliers} papers without a topic`,
    );
  },
};

export const nightlyCommand: Command = {
  name: 'nightly',
  summary: 'build a snapshot if the papers changed, remove old ones, and log the run; for cron',
  operand: '',
  options: [...BUILD_OPTIONS, 'keep', 'gone', 'goneNights', ...NOTIFY_OPTIONS],
  flags: {},
  async run({ config, standardInput, print, effects }) {
    const { runNightlyBuild } = await import('../../nightly-build.ts');
    print(nightlySummary(await runNightlyBuild(config, () => resolveSources(config.source, standardInput), effects)));
  },
};

/** The result of a nightly build as one line, which cron sends by mail. */
export function nightlySummary({ manifest, embedded, unchanged, pruned, tookMs }: NightlyResult): string {
  const { papers, topics } = manifest.counts;
  return (
    `nightly: ${unchanged ? 'unchanged' : 'promoted'} ${manifest.id}, ${papers} papers in ${topics} topics, ` +
    `${embedded} embedded, ${pruned.length} old snapshots removed, ${formatDuration(tookMs)}`
  );
}
