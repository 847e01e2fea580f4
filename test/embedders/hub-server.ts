import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the hub treats one file, beside serving it. */
export interface Treatment {
  /** Breaks the connection after so many bytes of the body, as often as told. */
  breakAfter?: number;
  breaks?: number;
  /** Answers so instead. */
  status?: number;
  /** As often as told, then as ever. */
  failures?: number;
  /** Sends other bytes than it promised, as often as told. */
  damages?: number;
  /** Sends the rest of the bytes never. */
  stalls?: boolean;
  /** Where to send who asks, instead of to the store. */
  location?: string;
  /** Says nothing of the file when it sends to the store. */
  silent?: boolean;
}

export interface HubServer {
  readonly url: URL;
  /** What was asked for, a line each: `GET /org/name/resolve/main/config.json`, with `bytes=…` where a range was. */
  readonly asked: string[];
  readonly treat: Map<string, Treatment>;
  /** What it serves: file name → bytes. */
  readonly files: Map<string, Buffer>;
  /** Whether it tells ETags, SHA-256 and a commit, as the hub does, and keeps to ranges. */
  plain: boolean;
  commit: string;
  close(): Promise<void>;
}

const MODEL = 'lab/tiny';
const STORE = '/store/';

/**
 * Serves one model, `lab/tiny`, as the hub does: small files itself, graphs by a redirect to a store that calls them by
 * names of its own; HEAD and ranges; 404 for every other name.
 */
export async function startHub(files: Readonly<Record<string, unknown>>): Promise<HubServer> {
  const bytesOf = (content: unknown) =>
    content instanceof Uint8Array ? Buffer.from(content) : Buffer.from(JSON.stringify(content));
  const served = new Map(
    Object.entries(files).flatMap(([name, content]) => (content === undefined ? [] : [[name, bytesOf(content)]])),
  );
  const asked: string[] = [];
  const treat = new Map<string, Treatment>();
  const server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const hub: HubServer = {
    url: new URL(`http://127.0.0.1:${port}/`),
    asked,
    treat,
    files: served,
    plain: false,
    commit: 'c0ffee'.padEnd(40, '0'),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return hub;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    asked.push([request.method, path, request.headers.range].filter(Boolean).join(' '));
    const resolved = /^\/lab\/tiny\/resolve\/(\w+)\/(.+)$/.exec(path);
    const name = path.startsWith(STORE) ? path.slice(STORE.length) : resolved?.[2];
    const bytes = name === undefined ? undefined : served.get(name);
    const how = treat.get(name ?? '') ?? {};
    if (how.status !== undefined && (how.failures ?? Number.POSITIVE_INFINITY) > 0) {
      if (how.failures !== undefined) how.failures--;
      response.writeHead(how.status).end('trouble');
    } else if (name === undefined || bytes === undefined || (resolved && !['main', hub.commit].includes(resolved[1]))) {
      response.writeHead(404).end('Entry not found');
    } else if (resolved && !hub.plain) toldByHub(name, bytes, how, request, response);
    else send(bytes, how, request, response);
  }

  function toldByHub(
    name: string,
    bytes: Buffer,
    how: Treatment,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    response.setHeader('x-repo-commit', hub.commit);
    if (name.endsWith('.json') && how.location === undefined) {
      response.setHeader('etag', `"${createHash('sha1').update(bytes).digest('hex')}"`);
      send(bytes, how, request, response);
      return;
    }
    if (!how.silent) response.setHeader('x-linked-etag', `"${createHash('sha256').update(bytes).digest('hex')}"`);
    if (!how.silent) response.setHeader('x-linked-size', bytes.byteLength);
    response.writeHead(302, { location: how.location ?? `${STORE}${name}` }).end('Found');
  }

  function send(bytes: Buffer, how: Treatment, request: IncomingMessage, response: ServerResponse): void {
    // The store's own name: 64 hexadecimal digits that are no SHA-256 of the file.
    if (!hub.plain && !response.hasHeader('etag')) response.setHeader('etag', `"${'ab'.repeat(32)}"`);
    const [, start] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
    const from = hub.plain ? 0 : Number(start ?? 0);
    if (from >= bytes.byteLength) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.byteLength}` }).end();
      return;
    }
    let body = Buffer.from(bytes.subarray(from));
    response.setHeader('content-length', body.byteLength);
    if (from > 0) {
      response.setHeader('content-range', `bytes ${from}-${bytes.byteLength - 1}/${bytes.byteLength}`);
    }
    response.writeHead(from > 0 ? 206 : 200);
    if ((how.damages ?? 0) > 0) {
      how.damages = (how.damages ?? 0) - 1;
      body = Buffer.from(body.map((byte) => byte ^ 1));
    }
    const broken = how.breakAfter !== undefined && (how.breaks ?? Number.POSITIVE_INFINITY) > 0;
    if (broken && how.breaks !== undefined) how.breaks--;
    if (how.stalls || broken) {
      response.write(body.subarray(0, how.breakAfter ?? 100), () => {
        // Only once the bytes are on their way: what is destroyed at once may never have left.
        if (broken) setTimeout(() => response.destroy(), 20);
      });
    } else response.end(body);
  }
}

/** The model's name at the hub. */
export const hubModel = MODEL;
