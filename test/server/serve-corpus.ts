import { quietEffects } from '../../pipeline/effects.ts';
import { startServer } from '../../server/main.ts';
import { buildInto, temporaryFolder } from '../fixtures/sample-server.ts';

/** The real server over a snapshot of some sources. Few rounds of the map: where the papers stand does not matter. */
export async function serveCorpus(source: readonly string[]) {
  const folder = temporaryFolder();
  await buildInto(folder.path, source, { epochs: 2 });
  const server = await startServer({ dataDir: folder.path, host: '127.0.0.1', port: 0 }, quietEffects());
  return {
    url: server.url,
    dataDir: folder.path,
    async stop() {
      await server.close();
      folder.remove();
    },
  };
}
