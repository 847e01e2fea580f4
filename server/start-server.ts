import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import type { Effects } from '../pipeline/core/effects.ts';
import { messageOf, PaperfieldError } from '../pipeline/core/errors.ts';
import { createApp } from './app.ts';
import { readPageFiles } from './http/page-files.ts';
import { openLiveEngine } from './live-snapshot.ts';

const pageFolder = join(dirname(fileURLToPath(import.meta.url)), '..', 'web', 'dist');

/** A query of the greatest length, each character written as nine (`%E2%80%A6`), fits into the request line. */
const MAX_HEADER_BYTES = 128 * 1024;
/** How long a closing server waits for requests that do not end. */
const PATIENCE_MS = 3000;

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
  const server = serve({
    fetch: app.fetch,
    hostname: options.host,
    port: options.port,
    serverOptions: { maxHeaderSize: MAX_HEADER_BYTES },
  }) as Server;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('listening', resolve);
      server.once('error', reject);
    });
  } catch (error) {
    await live.close();
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw new PaperfieldError(
      'bad_request',
      isTaken
        ? `port ${options.port} is taken on ${options.host}: give another with --port`
        : `cannot listen on ${options.host}, port ${options.port} (${messageOf(error)}): give others with --host and --port`,
    );
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    async close() {
      // A client that goes on asking over its open connection is told that this answer is the last.
      server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'));
      const patience = setTimeout(() => server.closeAllConnections(), PATIENCE_MS);
      await new Promise<void>((resolve) => server.close(() => resolve()));
      clearTimeout(patience);
      await live.close();
    },
  };
}
