import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mapAnswer } from '../../../server/schemas/search.ts';
import { ask, askRaw } from '../../fixtures/client.ts';
import { decodeMap } from '../../fixtures/map-decoder.ts';
import { startSampleServer } from '../../fixtures/sample-server.ts';

const BINARY = 'application/octet-stream';

let server: Awaited<ReturnType<typeof startSampleServer>>;

beforeAll(async () => {
  server = await startSampleServer();
});
afterAll(() => server.stop());

test('the binary map holds what the JSON map holds', async () => {
  const response = await fetch(`${server.url}/api/map`, { headers: { accept: BINARY } });
  expect(response.headers.get('content-type')).toBe(BINARY);
  const binary = decodeMap(await response.arrayBuffer());
  const json = mapAnswer.parse((await ask(`${server.url}/api/map`)).body);
  expect(binary).toMatchObject({ magic: 'PFMP', version: 3, n: 326, isEnded: true });
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

  test('has an entity tag, and is not sent again to who holds it', async () => {
    const first = await ask(url(), { accept });
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toMatch(/^(W\/)?"[^"]+"$/);
    expect(first.headers.get('cache-control')).toBe('no-cache');
    for (const held of [tag, tag.replace(/^W\//, ''), `"another", ${tag}`, `W/${tag.replace(/^W\//, '')}`]) {
      const again = await ask(url(), { accept, 'if-none-match': held });
      expect(again.status).toBe(304);
      expect(again.text).toBe('');
      expect(again.headers.get('etag')?.replace(/^W\//, '')).toBe(tag.replace(/^W\//, ''));
    }
  });

  test('is sent whole to who holds another', async () => {
    const first = await ask(url(), { accept });
    const again = await ask(url(), { accept, 'if-none-match': '"2020-01-01T00-00-00Z-00000000-topics"' });
    expect(again.status).toBe(200);
    expect(again.text).toBe(first.text);
  });
});

test('the two forms of the map have two entity tags, and caches are told that they differ', async () => {
  const json = await ask(`${server.url}/api/map`, { accept: 'application/json' });
  const binary = await ask(`${server.url}/api/map`, { accept: BINARY });
  const bare = (tag: string | null) => tag?.replace(/^W\//, '');
  expect(bare(json.headers.get('etag'))).not.toBe(bare(binary.headers.get('etag')));
  for (const { headers } of [json, binary]) expect(headers.get('vary')?.toLowerCase()).toContain('accept');
});

/** The bytes of an answer as they travel, packed if they are. */
function packed(path: string, encoding: string): Promise<{ encoding: string | undefined; bytes: Buffer }> {
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
  '%s travels compressed to who takes it so, and unpacks to the same',
  async (path) => {
    const plain = await packed(path, 'identity');
    const small = await packed(path, 'gzip');
    expect(plain.encoding).toBeUndefined();
    expect(small.encoding).toBe('gzip');
    expect(small.bytes.length).toBeLessThan(plain.bytes.length * 0.6);
    expect(gunzipSync(small.bytes).equals(plain.bytes)).toBe(true);
  },
);

test.each(['/api/status', '/api/papers/none', '/api/search', '/nothing', '/healthz'])(
  '%s is sent with the headers that protect a page',
  async (path) => {
    const { headers } = await ask(`${server.url}${path}`);
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

test('HEAD tells of an answer without sending it', async () => {
  const head = await askRaw(server.url, '/api/topics', 'HEAD');
  expect(head.status).toBe(200);
  expect(head.text).toBe('');
  expect(head.headers.get('content-type')).toContain('application/json');
});

test('a query of the full length that is allowed is answered in any script', async () => {
  for (const letter of ['a', 'é', '漢']) {
    const q = `${letter}${letter} `.repeat(2666);
    const { status } = await ask(`${server.url}/api/search?q=${encodeURIComponent(q)}&limit=1`);
    expect(status, `8,000 characters of ${letter}`).toBe(200);
  }
});
