import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordNight } from '../../../../pipeline/store/night-log.ts';
import { createApp } from '../../../../server/app.ts';
import type { LiveEngine } from '../../../../server/live-snapshot.ts';
import { mapResponse } from '../../../../server/schemas/map.ts';
import { type HttpResponse, httpGet, postJson } from '../../../fixtures/client.ts';
import { startSampleServer } from '../../../fixtures/sample-server.ts';

let server: Awaited<ReturnType<typeof startSampleServer>>;
let ids: string[];
const night = new Date().toISOString();

beforeAll(async () => {
  server = await startSampleServer();
  // Not long ago: a server in which nothing ran for two nights is not well.
  recordNight(server.dataDir, { time: night, tookMs: 1, outcome: 'promoted', snapshot: 's' });
  ids = mapResponse.parse((await httpGet(`${server.url}/api/map`)).body).ids;
});
afterAll(() => server.stop());

/** The stages of a response, in milliseconds. */
function timingOf({ headers, text }: HttpResponse): Map<string, number> {
  const header = headers.get('server-timing');
  expect(header, text.slice(0, 200)).toMatch(/^[a-z-]+;dur=\d+\.\d(?:, [a-z-]+;dur=\d+\.\d)*$/);
  const stages = new Map(
    (header ?? '').split(', ').map((stage) => [stage.split(';dur=')[0], Number(stage.split(';dur=')[1])]),
  );
  const total = stages.get('total') ?? -1;
  // Rounding to tenths of a millisecond.
  for (const duration of stages.values()) expect(duration).toBeLessThanOrEqual(total + 0.1);
  return stages;
}

const id = () => encodeURIComponent(ids[3]);
const draft = { title: 'Grasping', abstract: 'A robot arm learns to grasp unknown objects from camera images.' };
const get = (path: () => string) => () => httpGet(`${server.url}${path()}`);
const post = (path: string, body: () => unknown) => () => postJson(`${server.url}${path}`, body());

/** Every route with a request that succeeds, and the stages that it reports. */
const routes: [string, () => Promise<HttpResponse>, string[]][] = [
  ['GET /api/search', get(() => '/api/search?q=robots'), ['parse', 'rank', 'hits', 'search', 'serialize']],
  ['POST /api/search', post('/api/search', () => ({ q: 'robots' })), ['parse', 'rank', 'hits', 'search', 'serialize']],
  ['GET /api/search/mask', get(() => '/api/search/mask?q=robots'), ['parse', 'search-mask', 'serialize']],
  ['GET /api/facets', get(() => '/api/facets?q=robots'), ['parse', 'facets', 'serialize']],
  ['GET /api/complete', get(() => '/api/complete?q=rob'), ['parse', 'complete', 'serialize']],
  ['GET /api/papers/:id', get(() => `/api/papers/${id()}`), ['parse', 'paper', 'serialize']],
  ['GET /api/papers/:id/similar', get(() => `/api/papers/${id()}/similar`), ['parse', 'similar', 'serialize']],
  ['GET /api/papers/:id/bibtex', get(() => `/api/papers/${id()}/bibtex`), ['export']],
  ['GET /api/columns', get(() => '/api/columns'), ['parse', 'columns', 'serialize']],
  ['GET /api/map/field/:name', get(() => '/api/map/field/comments'), ['parse', 'map-field', 'serialize']],
  ['GET /api/map', get(() => '/api/map'), ['map', 'serialize']],
  ['GET /api/heatmap', get(() => '/api/heatmap?q=robots'), ['parse', 'heatmap', 'serialize']],
  ['GET /api/topics', get(() => '/api/topics'), ['parse', 'topics', 'serialize']],
  ['GET /api/topics/compare', get(() => '/api/topics/compare?a=0&b=1'), ['parse', 'compare-topics', 'serialize']],
  ['GET /api/topics/changes', get(() => '/api/topics/changes'), ['parse', 'topic-changes', 'serialize']],
  ['GET /api/topics/:id', get(() => '/api/topics/0'), ['parse', 'topic', 'serialize']],
  ['GET /api/topics/:id/papers', get(() => '/api/topics/0/papers'), ['parse', 'topic-papers', 'serialize']],
  [
    'GET /api/path',
    get(() => `/api/path?from=${id()}&to=${encodeURIComponent(ids[9])}`),
    ['parse', 'path', 'serialize'],
  ],
  ['GET /api/gems', get(() => '/api/gems'), ['parse', 'gems', 'serialize']],
  ['GET /api/new', get(() => '/api/new?since=2025'), ['parse', 'new', 'serialize']],
  ['POST /api/draft', post('/api/draft', () => draft), ['parse', 'draft', 'serialize']],
  ['POST /api/export', post('/api/export', () => ({ ids: [ids[3]], format: 'ris' })), ['parse', 'export']],
  ['GET /api/status', get(() => '/api/status'), ['parse', 'status', 'serialize']],
  ['GET /healthz', get(() => '/healthz'), ['health']],
  ['GET /metrics', get(() => '/metrics'), ['metrics']],
  ['GET /nights', get(() => '/nights'), []],
  ['GET /nights/:report', get(() => `/nights/${night.slice(0, 10)}.md`), []],
];

test('all routes are in the table', () => {
  const live = {
    with: () => Promise.reject(new Error('not called')),
    state: () => ({ snapshot: 'x', fault: null }),
    close: async () => {},
  } satisfies LiveEngine;
  const nights = { records: () => [], report: () => undefined, rollback: () => undefined };
  const options = { live, nights, page: new Map(), host: '127.0.0.1', now: () => new Date(), reportError: () => {} };
  const registered = createApp(options)
    .routes.filter(({ method, path }) => method !== 'ALL' && !path.endsWith('*'))
    .map(({ method, path }) => `${method} ${path}`);
  expect([...new Set(registered)].sort()).toEqual(routes.map(([route]) => route).sort());
});

test.each(routes)('%s reports the total and its stages', async (_, send, stages) => {
  const response = await send();
  expect(response.status, response.text).toBe(200);
  expect([...timingOf(response).keys()]).toEqual(expect.arrayContaining(['total', ...stages]));
});

test.each([
  ['an error', '/api/search?q=', 400],
  ['an unknown paper', '/api/papers/none', 404],
  ['an unknown path', '/api/nothing', 404],
])('%s reports the total', async (_, path, status) => {
  const response = await httpGet(`${server.url}${path}`);
  expect(response.status).toBe(status);
  expect(timingOf(response).has('total')).toBe(true);
});

test('a response that was not modified reports the total', async () => {
  const url = `${server.url}/api/facets?q=robots`;
  const etag = (await httpGet(url)).headers.get('etag') ?? '';
  const response = await httpGet(url, { 'if-none-match': etag });
  expect(response.status).toBe(304);
  expect(timingOf(response).has('total')).toBe(true);
});
