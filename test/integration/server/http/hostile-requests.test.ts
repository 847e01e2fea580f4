import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../../../pipeline/cli/terminal.ts';
import { startServer } from '../../../../server/app.ts';
import { errorResponse } from '../../../../server/schemas/status.ts';
import { httpGet, postJson, rawRequest } from '../../../fixtures/client.ts';
import { startSampleServer } from '../../../fixtures/sample-server.ts';

let server: Awaited<ReturnType<typeof startSampleServer>>;

beforeAll(async () => {
  server = await startSampleServer();
});
afterAll(() => server.stop());

describe('a request under a foreign host name, as after DNS rebinding,', () => {
  test.each(['/', '/index.html', '/api/search?q=robots', '/api/map', '/api/status', '/healthz'])(
    'is refused for %s',
    async (path) => {
      const response = await rawRequest(server.url, path, 'GET', { host: 'evil.example' });
      expect(response.status).toBe(403);
      const { error } = errorResponse.parse(response.body);
      expect(error.code).toBe('forbidden');
      expect(error.message).toContain("'evil.example' is not allowed");
    },
  );

  test('is accepted for localhost, whatever the port', async () => {
    for (const host of ['localhost', 'localhost:1', '127.0.0.1', '[::1]:8017']) {
      expect((await rawRequest(server.url, '/healthz', 'GET', { host })).status).toBe(200);
    }
  });

  test('is refused on all interfaces too, unless the name is configured', async () => {
    const options = { dataDir: server.dataDir, host: '0.0.0.0', port: 0, allowedHosts: ['papers.example.org'] };
    const open = await startServer(options, silentEffects());
    try {
      const url = open.url.replace('0.0.0.0', '127.0.0.1');
      const statusFor = async (host: string) => (await rawRequest(url, '/healthz', 'GET', { host })).status;
      expect(await statusFor('evil.example')).toBe(403);
      expect(await statusFor('192.0.2.7:8017')).toBe(200);
      expect(await statusFor('papers.example.org')).toBe(200);
    } finally {
      await open.close();
    }
  });
});

test('a server with an allowed host that is not a host name does not start', async () => {
  const options = { dataDir: server.dataDir, host: '127.0.0.1', port: 0, allowedHosts: ['https://papers.example.org'] };
  await expect(startServer(options, silentEffects())).rejects.toMatchObject({ kind: 'bad_request' });
});

describe('a request from a page of another site', () => {
  test.each(['/api/search', '/api/export', '/api/draft'])('to %s is refused, even with a JSON body', async (path) => {
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const response = await rawRequest(server.url, path, 'POST', { 'content-type': 'application/json', ...headers });
      expect(response.status).toBe(403);
      expect(errorResponse.parse(response.body).error.message).toContain('other sites');
    }
  });
});

/** Sends a body piece by piece until the server responds; returns the status and how much was sent by then. */
function sendUntilResponse(path: string, headers: Record<string, string>): Promise<{ status: number; bytes: number }> {
  const piece = '['.repeat(65_536);
  return new Promise((resolve, reject) => {
    let bytes = 0;
    let isOver = false;
    const { hostname, port } = new URL(server.url);
    const sent = request({ hostname, port, path, method: 'POST', headers }, (response) => {
      isOver = true;
      resolve({ status: response.statusCode ?? 0, bytes });
      sent.destroy();
    });
    sent.on('error', (error) => {
      if (!isOver) reject(error);
    });
    const send = () => {
      while (!isOver && bytes < 90_000_000) {
        bytes += piece.length;
        if (!sent.write(piece)) return sent.once('drain', send);
      }
    };
    sent.write('{"q":');
    send();
  });
}

describe('a search with 90 million nested brackets', () => {
  test.each([
    ['as text, which any page can send', 415, { 'content-type': 'text/plain', 'content-length': '180000006' }],
    ['of announced length', 413, { 'content-type': 'application/json', 'content-length': '180000006' }],
    ['of unknown length', 413, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }],
  ])('%s is refused with %i at once, and other requests are answered', async (_, status, headers) => {
    const memory = process.memoryUsage().rss;
    const start = performance.now();
    const outcome = await sendUntilResponse('/api/search', headers as Record<string, string>);
    expect(outcome.status).toBe(status);
    expect(outcome.bytes).toBeLessThan(20_000_000);
    expect(performance.now() - start).toBeLessThan(5000);
    expect((await httpGet(`${server.url}/api/search?q=robots&limit=1`)).status).toBe(200);
    expect(process.memoryUsage().rss - memory).toBeLessThan(500_000_000);
  });
});

test.each([
  ['/api/search', 100_000],
  ['/api/draft', 2_000_000],
  ['/api/export', 2_000_000],
])('a client that sends too much to %s gets the response, not a closed connection', async (path, bytes) => {
  // Several times, because the connection is reused.
  for (let i = 0; i < 5; i++) {
    const response = await postJson(`${server.url}${path}`, JSON.stringify({ q: 'a'.repeat(bytes) }));
    expect(response.status).toBe(413);
    expect(errorResponse.parse(response.body).error.message).toMatch(/^the request body has more than \d+ bytes$/);
  }
});
