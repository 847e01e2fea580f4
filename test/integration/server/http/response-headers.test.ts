import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mapResponse } from '../../../../server/schemas/map.ts';
import { httpGet, rawRequest } from '../../../fixtures/client.ts';
import { decodeMap } from '../../../fixtures/map-decoder.ts';
import { startSampleServer } from '../../../fixtures/sample-server.ts';

const BINARY = 'application/octet-stream';

let server: Awaited<ReturnType<typeof startSampleServer>>;

beforeAll(async () => {
  server = await startSampleServer();
});
afterAll(() => server.stop());

test('the binary map contains the same columns as the JSON map', async () => {
  const response = await fetch(`${server.url}/api/map`, { headers: { accept: BINARY } });
  expect(response.headers.get('content-type')).toBe(BINARY);
  const binary = decodeMap(await response.arrayBuffer());
  const json = mapResponse.parse((await httpGet(`${server.url}/api/map`)).body);
  expect(binary).toMatchObject({ magic: 'PFMP', version: 3, count: 326, isComplete: true });
  expect(binary.ids).toEqual(json.ids);
  expect(Array.from(binary.x)).toEqual(json.x);
  expect(Array.from(binary.y)).toEqual(json.y);
  for (const name of ['topic', 'leafTopic', 'nearestTopic', 'date', 'comments'] as const) {
    expect(Array.from(binary[name])).toEqual(json[name]);
  }
  expect(Array.from(binary.neighborRecall)).toEqual(json.neighborRecall.map((share) => Math.round(share * 255)));
  expect(response.headers.get('x-snapshot')).toBe(json.snapshot);
});

describe.each([
  ['the JSON map', '/api/map', 'application/json'],
  ['the binary map', '/api/map', BINARY],
  ['the topics', '/api/topics', 'application/json'],
])('%s', (_, path, accept) => {
  const url = () => `${server.url}${path}`;

  test('has an entity tag, and gets a 304 for a client that already has it', async () => {
    const first = await httpGet(url(), { accept });
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toMatch(/^(W\/)?"[^"]+"$/);
    expect(first.headers.get('cache-control')).toBe('no-cache');
    for (const ifNoneMatch of [tag, tag.replace(/^W\//, ''), `"another", ${tag}`, `W/${tag.replace(/^W\//, '')}`]) {
      const again = await httpGet(url(), { accept, 'if-none-match': ifNoneMatch });
      expect(again.status).toBe(304);
      expect(again.text).toBe('');
      expect(again.headers.get('etag')?.replace(/^W\//, '')).toBe(tag.replace(/^W\//, ''));
    }
  });

  test('is sent to a client that has an older one', async () => {
    const first = await httpGet(url(), { accept });
    const again = await httpGet(url(), { accept, 'if-none-match': '"2020-01-01T00-00-00Z-00000000-topics"' });
    expect(again.status).toBe(200);
    expect(again.text).toBe(first.text);
  });
});

test('the two forms of the map have different entity tags, and a Vary header', async () => {
  const json = await httpGet(`${server.url}/api/map`, { accept: 'application/json' });
  const binary = await httpGet(`${server.url}/api/map`, { accept: BINARY });
  const strong = (tag: string | null) => tag?.replace(/^W\//, '');
  expect(strong(json.headers.get('etag'))).not.toBe(strong(binary.headers.get('etag')));
  for (const { headers } of [json, binary]) expect(headers.get('vary')?.toLowerCase()).toContain('accept');
});

/** The bytes of a response as they are sent, compressed or not. */
function sentBytes(path: string, encoding: string): Promise<{ encoding: string | undefined; bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}${path}`, { headers: { 'accept-encoding': encoding } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ encoding: response.headers['content-encoding'], bytes: Buffer.concat(chunks) }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

test.each(['/api/map', '/api/topics', '/api/search?q=robot&limit=200'])(
  '%s is compressed for a client that accepts it',
  async (path) => {
    const plain = await sentBytes(path, 'identity');
    const compressed = await sentBytes(path, 'gzip');
    expect(plain.encoding).toBeUndefined();
    expect(compressed.encoding).toBe('gzip');
    expect(compressed.bytes.length).toBeLessThan(plain.bytes.length * 0.6);
    expect(gunzipSync(compressed.bytes).equals(plain.bytes)).toBe(true);
  },
);

test.each(['/api/status', '/api/papers/none', '/api/search', '/nothing', '/healthz'])(
  '%s has security headers, and no CORS headers',
  async (path) => {
    const { headers } = await httpGet(`${server.url}${path}`);
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('content-security-policy')).toContain("object-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-frame-options')).toMatch(/SAMEORIGIN|DENY/);
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('strict-transport-security')).toBeNull();
  },
);

test('HEAD gets the headers without the body', async () => {
  const head = await rawRequest(server.url, '/api/topics', 'HEAD');
  expect(head.status).toBe(200);
  expect(head.text).toBe('');
  expect(head.headers.get('content-type')).toContain('application/json');
});

test('the longest allowed query fits into a URL in any script', async () => {
  for (const letter of ['a', 'é', '漢']) {
    const q = `${letter}${letter} `.repeat(2666);
    const { status } = await httpGet(`${server.url}/api/search?q=${encodeURIComponent(q)}&limit=1`);
    expect(status, `8,000 characters of ${letter}`).toBe(200);
  }
});
