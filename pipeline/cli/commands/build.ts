import type { OptionName } from '../../config.ts';
import { openSources } from '../../ingest/sources.ts';
import type { Command } from '../command-line.ts';

/** The options that decide a snapshot, and where it goes. */
export const buildOptionNames: readonly OptionName[] = [
  'source',
  'dataDir',
  'model',
  'neighbors',
  'resolution',
  'minTopicSize',
  'projector',
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
  summary: 'makes a snapshot from papers and lets the server use it',
  operand: '',
  options: buildOptionNames,
  flags: {},
  async run({ config, standardInput, print, effects }) {
    const { build } = await import('../../build.ts');
    const sources = await openSources(config.source, standardInput);
    const { manifest, embedded, reused } = await build(config, sources, undefined, effects);
    const { papers, topics, outliers } = manifest.counts;
    print(
      `snapshot ${manifest.id}: ${papers} papers (${embedded} embedded, ${reused} known), ${topics} topics, ${outliers} papers in none`,
    );
  },
};

export const nightlyCommand: Command = {
  name: 'nightly',
  summary: 'brings the snapshot up to date, embedding only what is new; for cron',
  operand: '',
  options: [...buildOptionNames, 'keep'],
  flags: {},
  async run({ config, standardInput, print, effects }) {
    const { nightly } = await import('../../nightly.ts');
    print(await nightly(config, () => openSources(config.source, standardInput), effects));
  },
};
