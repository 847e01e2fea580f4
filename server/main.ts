import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import type { Effects } from '../pipeline/core/effects.ts';
import { PaperfieldError } from '../pipeline/core/errors.ts';
import { createApp } from './app.ts';
import { openLiveEngine } from './live-engine.ts';
import { readPageFiles } from './page-files.ts';

const pageFolder = join(dirname(fileURLToPath(import.meta.url)), '..', 'web', 'dist');

/** A server that listens. */
export interface RunningServer {
  /** `http://host:port`, with the port that was really taken. */
  readonly url: string;
  /** Answers what is under way, then closes. */
  close(): Promise<void>;
}

/**
 * Serves page and API over the current snapshot of a data folder, following `current`.
 *
 * @throws PaperfieldError not_found or corrupt, where there is no snapshot to serve; bad_request, where the port is taken
 */
export async function startServer(
  options: { dataDir: string; host: string; port: number },
  effects: Effects,
): Promise<RunningServer> {
  const live = await openLiveEngine(options.dataDir, effects);
  const app = createApp(live, readPageFiles(pageFolder), { now: effects.now, report: effects.warn });
  const server = serve({ fetch: app.fetch, hostname: options.host, port: options.port });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('listening', resolve);
      server.once('error', reject);
    });
  } catch (error) {
    await live.close();
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!taken) throw error;
    throw new PaperfieldError(
      'bad_request',
      `port ${options.port} is taken on ${options.host}: give another with --port`,
    );
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        // Connections that a browser keeps open without asking anything would hold the server for ever.
        if ('closeIdleConnections' in server) server.closeIdleConnections();
      });
      await live.close();
    },
  };
}
