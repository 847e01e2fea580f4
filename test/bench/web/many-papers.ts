/** A server in front of the real one, whose map holds as many papers as one likes. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { seededRandom } from '../../../pipeline/core/algorithms/random.ts';
import { runToCompletion } from '../../../pipeline/core/cooperative.ts';
import { encodeMapColumns } from '../../../server/http/map-columns.ts';
import { readPageFiles } from '../../../server/http/page-files.ts';
import { decodeColumns, type MapColumns } from '../../../web/map/map-columns.ts';

/** Copies lie around their paper as far as a thirtieth of the map. */
const SPREAD = 1 / 30;
const COPY = /~\d+/;

type Column = Float32Array | Int32Array | Uint8Array;

export interface MapServer {
  url: string;
  close(): Promise<void>;
}

/** A map's papers again and again, each copy beside its paper, until there are `n`. */
function repeated(columns: MapColumns, n: number): Uint8Array<ArrayBuffer> {
  const random = seededRandom(11);
  const had = columns.ids.n;
  const again = <Kind extends Column>(column: Kind): Kind => {
    const longer = new (column.constructor as new (length: number) => Kind)(n);
    for (let at = 0; at < n; at += had) longer.set(column.subarray(0, Math.min(had, n - at)), at);
    return longer;
  };
  const whole = Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      ArrayBuffer.isView(column) ? again(column as Column) : column,
    ]),
  ) as unknown as MapColumns;
  const width = Math.max(...columns.x) - Math.min(...columns.x);
  for (const column of [whole.x, whole.y]) {
    for (let i = had; i < n; i++) column[i] = column[i]! + (random() + random() - 1) * width * SPREAD;
  }
  const ids = Array.from(
    { length: n },
    (_, i) => `${columns.ids.at(i % had)}${i < had ? '' : `~${Math.floor(i / had)}`}`,
  );
  const neighborRecall = Array.from(whole.neighborRecall, (step) => step / 255);
  return runToCompletion(encodeMapColumns({ ...whole, ids, neighborRecall }));
}

/**
 * @param origin the server that everything but the map comes from
 * @param papers null: the map as it is
 * @param page a folder with another built page than the server's own, or null
 */
export async function serveMany(origin: string, papers: number | null, page: string | null): Promise<MapServer> {
  const answer = await fetch(`${origin}/api/map`, { headers: { accept: 'application/octet-stream' } });
  const snapshot = answer.headers.get('x-snapshot') ?? '';
  const map = papers === null ? null : repeated(decodeColumns(await answer.arrayBuffer(), snapshot), papers);
  const files = page === null ? null : readPageFiles(page);

  const server = createServer((request, response) => {
    const path = (request.url ?? '/').replace(COPY, '');
    const file = files?.get(path.replace(/\?.*/, ''));
    if (file) response.writeHead(200, { 'content-type': file.type }).end(file.body);
    else if (map && path === '/api/map') {
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'x-snapshot': snapshot }).end(map);
    } else {
      const { accept = '*/*' } = request.headers;
      fetch(`${origin}${path}`, { headers: { accept } })
        .then(async (from) => {
          const body = new Uint8Array(await from.arrayBuffer());
          const headers = Object.fromEntries(
            [...from.headers].filter(([name]) => !/encoding|length|connection/.test(name)),
          );
          response.writeHead(from.status, headers).end(body);
        })
        .catch(() => response.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
