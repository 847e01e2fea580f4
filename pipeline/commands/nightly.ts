import type { Command } from '../command-line.ts';
import { openSources } from '../store/sources.ts';
import { buildOptionNames } from './build.ts';

export const nightlyCommand: Command = {
  name: 'nightly',
  summary: 'brings the snapshot up to date, embedding only what is new; for cron',
  operand: '',
  options: [...buildOptionNames, 'keep'],
  flags: {},
  async run({ config, standardInput, print, effects }) {
    const { nightly } = await import('../nightly.ts');
    print(await nightly(config, () => openSources(config.source, standardInput), effects));
  },
};
