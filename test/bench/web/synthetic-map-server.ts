/** A proxy in front of the real server whose map has as many papers as a benchmark needs. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSeededRandom } from '../../../pipeline/core/algorithms/random.ts';
import { runToCompletion } from '../../../pipeline/core/cooperative.ts';
import { readPageFiles } from '../../../server/app.ts';
import { encodeMapColumns } from '../../../server/http/map-columns.ts';
import { decodeMapColumns, type MapColumns } from '../../../web/map/map-columns.ts';

/** How far a copy may be from its paper, as a fraction of the width of the map. */
const JITTER = 1 / 30;
/** The suffix of a copy's id. */
const COPY_SUFFIX = /~\d+/;

type Column = Float32Array | Int32Array | Uint8Array;

export interface MapServer {
  url: string;
  close(): Promise<void>;
}

/** The papers of a map repeated until there are `n`, each copy near its paper; encoded as /api/map does. */
function repeatPapers(columns: MapColumns, n: number): Uint8Array<ArrayBuffer> {
  const random = createSeededRandom(11);
  const papers = columns.ids.n;
  const repeat = <Kind extends Column>(column: Kind): Kind => {
    const repeated = new (column.constructor as new (length: number) => Kind)(n);
    for (let at = 0; at < n; at += papers) repeated.set(column.subarray(0, Math.min(papers, n - at)), at);
    return repeated;
  };
  const repeated = Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      ArrayBuffer.isView(column) ? repeat(column as Column) : column,
    ]),
  ) as unknown as MapColumns;
  const width = Math.max(...columns.x) - Math.min(...columns.x);
  for (const column of [repeated.x, repeated.y]) {
    for (let i = papers; i < n; i++) column[i] += (random() + random() - 1) * width * JITTER;
  }
  const ids = Array.from({ length: n }, (_, i) => {
    const copy = Math.floor(i / papers);
    return `${columns.ids.at(i % papers)}${copy === 0 ? '' : `~${copy}`}`;
  });
  const neighborRecall = Array.from(repeated.neighborRecall, (value) => value / 255);
  return runToCompletion(encodeMapColumns({ ...repeated, ids, neighborRecall }));
}

/**
 * @param origin the server that everything but the map comes from
 * @param papers null: the map as it is
 * @param page the folder of another built page than the server's own, or null
 */
export async function serveSyntheticMap(
  origin: string,
  papers: number | null,
  page: string | null,
): Promise<MapServer> {
  const response = await fetch(`${origin}/api/map`, { headers: { accept: 'application/octet-stream' } });
  const snapshot = response.headers.get('x-snapshot') ?? '';
  const map = papers === null ? null : repeatPapers(decodeMapColumns(await response.arrayBuffer(), snapshot), papers);
  const files = page === null ? null : readPageFiles(page);

  const server = createServer((request, reply) => {
    const path = (request.url ?? '/').replace(COPY_SUFFIX, '');
    const file = files?.get(path.replace(/\?.*/, ''));
    if (file) reply.writeHead(200, { 'content-type': file.type }).end(file.body);
    else if (map && path === '/api/map') {
      reply.writeHead(200, { 'content-type': 'application/octet-stream', 'x-snapshot': snapshot }).end(map);
    } else {
      const { accept = '*/*' } = request.headers;
      fetch(`${origin}${path}`, { headers: { accept } })
        .then(async (upstream) => {
          const body = new Uint8Array(await upstream.arrayBuffer());
          const headers = [...upstream.headers].filter(([name]) => !/encoding|length|connection/.test(name));
          reply.writeHead(upstream.status, Object.fromEntries(headers)).end(body);
        })
        .catch(() => reply.destroy());
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
