import { afterEach, describe, expect, test } from 'vitest';
import type { ResolvedAddress } from '../../../pipeline/fetch/http/address-guard.ts';
import { collectBytes } from '../../../pipeline/fetch/http/answer-body.ts';
import { FetchError } from '../../../pipeline/fetch/http/fetch-error.ts';
import { createHttpClient } from '../../../pipeline/fetch/http/http-client.ts';
import { defaultHttpLimits, type HttpRequest, type HttpSettings } from '../../../pipeline/fetch/http/http-types.ts';
import {
  type Answer,
  type Fault,
  type FaultyServer,
  faultKinds,
  startFaultyServer,
} from '../../fixtures/faulty-server.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const DATA: Answer = {
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ text: 'x'.repeat(5000) }),
};

async function serve(answer: Parameters<typeof startFaultyServer>[0] = () => DATA): Promise<FaultyServer> {
  const server = await startFaultyServer(answer);
  open.push(server);
  return server;
}

function client(settings: Partial<HttpSettings> = {}) {
  const waits: number[] = [];
  const http = createHttpClient({
    ...defaultHttpLimits,
    connectMs: 1000,
    idleMs: 5000,
    wholeMs: 5000,
    userAgent: 'paperfield (mailto:me@example.org)',
    resolve: async () => [],
    random: () => 0.5,
    now: () => new Date(),
    wait: async (ms) => void waits.push(ms),
    onRetry: () => undefined,
    ...settings,
  });
  open.push(http);
  const get = (url: URL | string, request: Partial<HttpRequest> = {}) =>
    http.get(
      { url: new URL(url), expects: 'json', maxBytes: 10_000, allowPrivate: ['127.0.0.1'], ...request },
      new AbortController().signal,
      async (answer) => ({ ...answer, text: (await collectBytes(answer.body)).toString('utf8') }),
    );
  return { get, http, waits };
}

/** Fails so many requests, one after the other. */
function failFirst(server: FaultyServer, ...faults: readonly Fault[]): void {
  const left = [...faults];
  server.nextFault = () => left.shift();
}

const failureOf = (promise: Promise<unknown>): Promise<FetchError> =>
  promise.then(
    () => expect.unreachable('no failure'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(FetchError);
      return error as FetchError;
    },
  );

describe('a request', () => {
  test('says who asks and what it accepts, and decompresses the answer', async () => {
    const server = await serve();
    const { text } = await client().get(server.url);
    expect(text).toBe(DATA.body);
    expect(server.lastHeaders).toMatchObject({
      'user-agent': 'paperfield (mailto:me@example.org)',
      accept: 'application/json',
      'accept-encoding': 'gzip, deflate, br',
    });
  });

  // The others are noticed by who reads the content, or take time, or are no passing faults.
  test.each(faultKinds.filter((kind) => !['drip', 'truncate', 'empty-body', 'redirect-private'].includes(kind)))(
    'succeeds after the fault %s',
    async (fault) => {
      const server = await serve();
      failFirst(server, fault, fault);
      const { get, waits } = client();
      expect((await get(server.url)).text).toBe(DATA.body);
      expect(server.requests).toHaveLength(3);
      expect(waits).toHaveLength(2);
    },
  );

  test('waits as long as the server asks, else with full jitter', async () => {
    const server = await serve();
    failFirst(server, '429-seconds', '503-date', '429', '429');
    const { get, waits } = client();
    await get(server.url);
    // 7 s, a date in 20 s, and half of 4 and of 8 s; half a second or a whole one of jitter on what the server named.
    expect(waits[0]).toBe(7500);
    expect(waits[1]).toBeGreaterThan(18_000);
    expect(waits[1]).toBeLessThanOrEqual(21_000);
    expect(waits.slice(2)).toEqual([2000, 4000]);
  });

  test('gives up after six attempts, and says what the server answered', async () => {
    const server = await serve();
    server.nextFault = () => '429';
    const { message } = await failureOf(client().get(server.url));
    expect(message).toBe(`${server.url}: the server answered 429 (slow down)`);
    expect(server.requests).toHaveLength(6);
  });

  test('does not wait for hours', async () => {
    const server = await serve(() => ({ status: 429, headers: { 'retry-after': '86400' } }));
    const { get, waits } = client();
    await failureOf(get(server.url));
    expect(waits).toEqual([]);
  });

  test.each([400, 401, 403, 404, 410, 501])('with the answer %d is not repeated', async (status) => {
    const server = await serve(() => ({ status, body: '<b>No</b> such\nthing' }));
    const failure = await failureOf(client().get(server.url));
    expect(failure).toMatchObject({ status, isTransient: false });
    expect(failure.message).toContain(`${status} (No such thing)`);
    expect(server.requests).toHaveLength(1);
  });

  test('is conditional, if validators are given', async () => {
    const server = await serve((_url, { headers }) =>
      headers['if-none-match'] === '"v1"' || headers['if-modified-since'] !== undefined
        ? { status: 304 }
        : { ...DATA, headers: { ...DATA.headers, etag: '"v1"', 'last-modified': 'Tue, 01 Dec 2026 00:00:00 GMT' } },
    );
    const { get } = client();
    const first = await get(server.url);
    expect(first.validators).toEqual({ etag: '"v1"', lastModified: 'Tue, 01 Dec 2026 00:00:00 GMT' });
    expect(await get(server.url, { validators: first.validators })).toMatchObject({ isUnchanged: true, text: '' });
    // A 304 that nobody asked for is no answer.
    expect((await failureOf(get(server.url, { headers: { 'if-none-match': '"v1"' } }))).status).toBe(304);
  });
});

describe('limits', () => {
  test('an answer that drips is ended after the time for the whole', async () => {
    const server = await serve((_url) => DATA);
    server.nextFault = () => 'drip';
    const started = performance.now();
    const failure = await failureOf(client({ wholeMs: 200, attempts: 2 }).get(server.url));
    expect(failure.message).toContain('not complete after 0.2 s');
    expect(performance.now() - started).toBeLessThan(3000);
  });

  test('an answer that stays away is ended after the time without a byte', async () => {
    const server = await serve();
    const silent = await startFaultyServer(() => DATA);
    open.push(silent);
    silent.nextFault = () => 'drip';
    const failure = await failureOf(client({ idleMs: 300, attempts: 1 }).get(silent.url));
    expect(failure.message).toContain('sent nothing for 0.3 s');
    expect(server.requests).toEqual([]);
  });

  test('an answer is bounded in size, after it was decompressed', async () => {
    const server = await serve(() => ({ ...DATA, body: JSON.stringify('0'.repeat(20_000)) }));
    const failure = await failureOf(client().get(server.url));
    expect(failure.message).toContain('is larger than');
    expect(failure.isTransient).toBe(false);
    expect(server.requests).toHaveLength(1);
  });

  test('a stopped run ends at once, also while it waits', async () => {
    const server = await serve();
    server.nextFault = () => '429';
    const stop = new AbortController();
    const { http } = client({
      wait: async (_ms, signal) => {
        stop.abort(new Error('stopped by the user'));
        signal.throwIfAborted();
      },
    });
    const request = { url: server.url, expects: 'json', maxBytes: 1000, allowPrivate: ['127.0.0.1'] } as const;
    await expect(http.get(request, stop.signal, async () => 1)).rejects.toThrow('stopped by the user');
    expect(server.requests).toHaveLength(1);
  });
});

describe('private addresses', () => {
  const address = (text: string): ResolvedAddress[] => [{ address: text, family: text.includes(':') ? 6 : 4 }];

  test('are refused before anything is sent, by number and by name', async () => {
    const server = await serve();
    const names = {
      'feed.example': '127.0.0.1',
      'mapped.example': '::ffff:127.0.0.1',
      'cloud.example': '169.254.169.254',
    } as Record<string, string>;
    const { get } = client({ resolve: async (host) => address(names[host]) });
    const { port } = server.url;
    const hosts = [
      ...Object.keys(names),
      '127.0.0.1',
      '2130706433',
      '0x7f.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '0.0.0.0',
      '169.254.169.254',
    ];
    for (const host of hosts) {
      const failure = await failureOf(get(`http://${host}:${port}/`, { allowPrivate: [] }));
      expect([host, failure.message]).toEqual([host, expect.stringContaining('is not an address on the internet')]);
    }
    expect(server.requests).toEqual([]);
  });

  test('are refused if any address of a name is one', async () => {
    const both = [...address('93.184.216.34'), ...address('10.0.0.1')];
    const failure = await failureOf(
      client({ resolve: async () => both }).get('http://two.example/', { allowPrivate: [] }),
    );
    expect(failure.message).toContain('two.example (10.0.0.1)');
  });

  test('are checked again for the target of a redirect', async () => {
    const inner = await serve();
    for (const status of [301, 302, 303, 307, 308]) {
      const outer = await serve(() => ({ status, headers: { location: `http://localhost:${inner.url.port}/admin` } }));
      const settings = { resolve: async () => address('127.0.0.1') };
      const failure = await failureOf(client(settings).get(outer.url, { allowPrivate: [outer.host] }));
      expect(failure.message).toContain("add 'localhost' to allowPrivate");
    }
    expect(inner.requests).toEqual([]);
  });

  test('are used if the user named the host', async () => {
    const server = await serve();
    const { get } = client({ resolve: async () => address('127.0.0.1') });
    const url = `http://papers.lab:${server.url.port}/`;
    expect((await get(url, { allowPrivate: ['papers.lab'] })).text).toBe(DATA.body);
    expect((await get(url, { allowPrivate: [`papers.lab:${server.url.port}`] })).text).toBe(DATA.body);
    await failureOf(get(url, { allowPrivate: ['papers.lab:1'] }));
  });
});

describe('redirects', () => {
  test('are followed, with the headers of the user for the first host alone', async () => {
    const target = await serve();
    const first = await serve(({ pathname }) =>
      pathname === '/moved'
        ? { status: 302, headers: { location: `${target.url}data` } }
        : { status: 307, headers: { location: '/moved' } },
    );
    const answer = await client().get(new URL('/start', first.url), { headers: { authorization: 'Bearer secret' } });
    expect(answer.url.href).toBe(`${target.url}data`);
    expect(first.requests).toEqual(['/start', '/moved']);
    expect(first.lastHeaders.authorization).toBe('Bearer secret');
    expect(target.lastHeaders.authorization).toBeUndefined();
  });

  test.each([
    ['in a circle', '/', 'more than 5 redirects'],
    ['to another protocol', 'file:///etc/passwd', "redirects to 'file:///etc/passwd', which is not followed"],
    ['to no URL', 'http://[', 'which is not followed'],
  ])('%s end', async (_case, location, message) => {
    const server = await serve(() => ({ status: 302, headers: { location } }));
    const failure = await failureOf(client().get(server.url));
    expect(failure.message).toContain(message);
    expect(failure.isTransient).toBe(false);
  });
});
