import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { openSources } from '../../ingest/sources.ts';
import { currentSnapshotId } from '../../store/data-folder.ts';
import type { Command } from '../command-line.ts';

const sampleFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'data', 'sample');

export const serveCommand: Command = {
  name: 'serve',
  summary: 'serves page and API over the current snapshot, and follows it',
  operand: '',
  options: ['dataDir', 'host', 'port'],
  flags: {
    sample: { type: 'boolean', sentence: 'Where there is no snapshot yet, build one of the sample papers first' },
  },
  async run({ config, flags, standardInput, print, effects }) {
    if (flags.sample && currentSnapshotId(config.dataDir) === undefined) {
      effects.log('no snapshot yet: building one of the sample papers');
      const { build } = await import('../../build.ts');
      await build(config, await openSources([sampleFolder], standardInput), undefined, effects);
    }
    // A process that stays: the heap may grow by a quarter before it is cleared, not to several times its size. At 312,997
    // papers a tenth of the memory, and no time.
    setFlagsFromString('--heap-growing-percent=25');
    const { startServer } = await import('../../../server/start-server.ts');
    const server = await startServer(config, effects);
    print(`paperfield is at ${server.url}`);
    await new Promise<void>((resolve) => {
      if (effects.signal.aborted) resolve();
      effects.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await server.close();
  },
};
