import { describe, expect, test } from 'vitest';
import { createApp } from '../../../../server/app.ts';
import type { LiveEngine } from '../../../../server/live-snapshot.ts';
import { errorResponse } from '../../../../server/schemas/status.ts';
import type { SnapshotEngine } from '../../../../server/snapshot-engine.ts';

/** An engine that can tell only the id of its snapshot. */
const live: LiveEngine = {
  with: async (use) => use({ snapshotId: 'test' } as SnapshotEngine),
  state: () => ({ snapshot: 'test', fault: null }),
  close: async () => {},
};

function appOn(host: string, allowedHosts: readonly string[] = []) {
  return createApp({
    live,
    nights: { records: () => [], report: () => undefined, rollback: () => undefined },
    page: new Map(),
    host,
    allowedHosts,
    now: () => new Date(0),
    reportError: (line) => expect.unreachable(line),
  });
}

describe('the host of a request', () => {
  const statusFor = async (app: ReturnType<typeof appOn>, host: string) =>
    (await app.request('/healthz', { headers: { host } })).status;

  test.each([
    'localhost',
    '127.0.0.1',
    '[::1]',
    'localhost:8017',
    '127.0.0.1:9000',
    '[::1]:80',
    'LOCALHOST',
    'localhost.',
  ])('%s is always allowed', async (host) => {
    for (const listeningOn of ['127.0.0.1', '::1', '0.0.0.0', '192.168.1.5']) {
      expect(await statusFor(appOn(listeningOn), host)).toBe(200);
    }
  });

  test.each([
    'evil.example',
    'evil.example:8017',
    'localhost.evil.example',
    'evil.example.localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.1@evil.example',
    'evil.example#localhost',
    '192.168.1.5',
    '[2001:db8::1]',
    '',
    ' ',
    'local host',
    ':8017',
    '[::1',
  ])('%j is refused by a server that listens on localhost', async (host) => {
    for (const path of ['/', '/healthz', '/api/status', '/api/search?q=a', '/nothing']) {
      const response = await appOn('127.0.0.1').request(path, { headers: { host } });
      expect(response.status, path).toBe(403);
      const { error } = errorResponse.parse(await response.json());
      expect(error.code).toBe('forbidden');
      expect(error.message).toMatch(/host/i);
    }
  });

  test('may be the address that the server listens on', async () => {
    expect(await statusFor(appOn('192.168.1.5'), '192.168.1.5:8017')).toBe(200);
    expect(await statusFor(appOn('papers.lan'), 'Papers.LAN')).toBe(200);
    expect(await statusFor(appOn('2001:db8::1'), '[2001:DB8::1]:8017')).toBe(200);
    expect(await statusFor(appOn('192.168.1.5'), '192.168.1.6')).toBe(403);
  });

  test.each(['0.0.0.0', '::', '0'])('may be any IP address, but no name, if the server listens on %s', async (host) => {
    expect(await statusFor(appOn(host), '192.168.1.5:8017')).toBe(200);
    expect(await statusFor(appOn(host), '[2001:db8::1]:8017')).toBe(200);
    expect(await statusFor(appOn(host), 'evil.example')).toBe(403);
  });

  test('may be a configured name, and the refusal of another says how to configure it', async () => {
    const app = appOn('127.0.0.1', ['papers.example.org', '10.0.0.7']);
    expect(await statusFor(app, 'papers.example.org')).toBe(200);
    expect(await statusFor(app, 'PAPERS.example.org:443')).toBe(200);
    expect(await statusFor(app, '10.0.0.7')).toBe(200);
    expect(await statusFor(app, 'example.org')).toBe(403);
    expect(await statusFor(app, 'sub.papers.example.org')).toBe(403);
    const refusal = await app.request('/healthz', { headers: { host: 'other.example.org' } });
    expect(await refusal.text()).toContain('--allowed-hosts other.example.org');
  });

  test.each(['', 'https://papers.example.org', 'papers.example.org/path', 'two names', 'user@host'])(
    'cannot be configured as %j',
    (name) => {
      expect(() => appOn('127.0.0.1', [name])).toThrow(`allowedHosts: '${name}' is not a host name`);
    },
  );
});

describe('an API request from a page', () => {
  const host = '127.0.0.1:8017';
  const statusFor = async (headers: Record<string, string>, method = 'GET', allowedHosts: string[] = []) =>
    (await appOn('127.0.0.1', allowedHosts).request('/api/nothing', { method, headers: { host, ...headers } })).status;
  const methods = ['GET', 'POST'];

  test.each<Record<string, string>>([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin: 'http://127.0.0.1:8017' },
    { origin: 'https://evil.example' },
    { origin: 'http://127.0.0.1:3000' },
    { origin: 'http://127.0.0.1.evil.example:8017' },
    { origin: 'null' },
    { origin: 'not an origin' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
  ])('of another site is refused: %j', async (headers) => {
    for (const method of methods) expect(await statusFor(headers, method)).toBe(403);
  });

  test.each<Record<string, string>>([
    {},
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    { origin: 'http://127.0.0.1:8017' },
    { 'sec-fetch-site': 'same-origin', origin: 'https://papers.example.org' },
  ])('of this site, and from other programs, is accepted: %j', async (headers) => {
    // 404: the guard let it through.
    for (const method of methods) expect(await statusFor(headers, method)).toBe(404);
  });

  test('of another site is accepted for following a link, but not for sending a form', async () => {
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect(await statusFor(link)).toBe(404);
    expect(await statusFor(link, 'POST')).toBe(403);
  });

  test('may have the origin of a configured host: a reverse proxy may rewrite Host', async () => {
    const headers = { origin: 'https://papers.example.org' };
    for (const method of methods) {
      expect(await statusFor(headers, method)).toBe(403);
      expect(await statusFor(headers, method, ['papers.example.org'])).toBe(404);
    }
  });
});

describe('a POST request', () => {
  const app = appOn('127.0.0.1');
  const paths = [...new Set(app.routes.filter(({ method }) => method === 'POST').map(({ path }) => path))];
  const json = { 'content-type': 'application/json' };

  test('has three routes', () => {
    expect(paths.sort()).toEqual(['/api/draft', '/api/export', '/api/search']);
  });

  describe.each(paths)('%s', (path) => {
    test.each([
      'text/plain',
      'text/plain; application/json',
      'application/jsonp',
      'application/x-www-form-urlencoded',
      '',
    ])('is refused with the content type %j', async (type) => {
      const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
      const body = type === '' ? new TextEncoder().encode('{}') : '{}';
      const response = await app.request(path, { method: 'POST', headers, body });
      expect(response.status).toBe(415);
      const { error } = errorResponse.parse(await response.json());
      expect(error.code).toBe('unsupported_media_type');
      expect(error.message).toContain('application/json');
    });

    test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset=UTF-8'])(
      'is accepted with the content type %j',
      async (type) => {
        const response = await app.request(path, {
          method: 'POST',
          headers: { 'content-type': type },
          body: 'no JSON',
        });
        expect(response.status).toBe(400);
        expect(errorResponse.parse(await response.json()).error.message).toContain('not valid JSON');
      },
    );

    test('is refused by the length it announces, before its body is read', async () => {
      let pulled = 0;
      const body = new ReadableStream({
        pull() {
          pulled++;
        },
      });
      const headers = { ...json, 'content-length': '180000000' };
      const response = await app.request(path, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
      expect(response.status).toBe(413);
      expect(errorResponse.parse(await response.json()).error.code).toBe('payload_too_large');
      // A stream fills its queue once by itself.
      expect(pulled).toBeLessThanOrEqual(1);
    });

    test('is refused when a body of unknown length exceeds the limit, without reading the rest', async () => {
      let megabytes = 0;
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          megabytes++;
          controller.enqueue(new Uint8Array(1_000_000).fill('['.charCodeAt(0)));
        },
      });
      const response = await app.request(path, { method: 'POST', headers: json, body, duplex: 'half' } as RequestInit);
      expect(response.status).toBe(413);
      expect(megabytes).toBeLessThanOrEqual(4);
    });
  });
});
