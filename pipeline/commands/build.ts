import type { Command } from '../command-line.ts';
import type { OptionName } from '../config.ts';
import { openSources } from '../store/sources.ts';

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
  'negatives',
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
    const { build } = await import('../build.ts');
    const sources = await openSources(config.source, standardInput);
    const { manifest, embedded, reused } = await build(config, sources, undefined, effects);
    const { papers, topics, outliers } = manifest.counts;
    print(
      `snapshot ${manifest.id}: ${papers} papers (${embedded} embedded, ${reused} known), ${topics} topics, ${outliers} papers in none`,
    );
  },
};
