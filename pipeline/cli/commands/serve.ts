import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { resolveSources } from '../../ingest/source-files.ts';
import { currentSnapshotId } from '../../store/data-folder.ts';
import { type Command, NOTIFY_OPTIONS } from '../command-line.ts';
import { createImportProcess } from '../import-process.ts';

const sampleFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'data', 'sample');

export const serveCommand: Command = {
  name: 'serve',
  summary: 'serve the page and the API for the current snapshot, and switch to new ones',
  operand: '',
  options: ['dataDir', 'host', 'port', 'allowedHosts', 'allowImport', 'importMaxMegabytes', ...NOTIFY_OPTIONS],
  flags: {
    sample: { type: 'boolean', description: 'If there is no snapshot yet, build one of the sample papers first' },
  },
  async run({ config, configFile, flags, standardInput, print, effects }) {
    if (flags.sample && currentSnapshotId(config.dataDir) === undefined) {
      effects.log('no snapshot yet: building one of the sample papers');
      const { buildSnapshot } = await import('../../build.ts');
      await buildSnapshot(config, await resolveSources([sampleFolder], standardInput), undefined, effects);
    }
    // For a long-running process, garbage is collected when the heap has grown by a quarter instead of several times.
    // With 312,997 papers this reduces memory to a tenth and takes no measurable time.
    setFlagsFromString('--heap-growing-percent=25');
    const importer = createImportProcess({ dataDir: config.dataDir, configFile });
    const { startServer } = await import('../../../server/app.ts');
    const server = await startServer({ ...config, notify: config, importer }, effects);
    print(`paperfield is at ${server.url}`);
    await new Promise<void>((resolve) => {
      if (effects.signal.aborted) resolve();
      effects.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await server.close();
  },
};
