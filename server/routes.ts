/** The routes of the API: each validates its request and asks the engine of the current snapshot. */
import { type Context, Hono } from 'hono';
import { handle, isNotModified, readJson, type TimedEnv, validate } from './http/endpoint.ts';
import { MAP_VERSION } from './http/map-columns.ts';
import { jsonBody } from './http/request-guards.ts';
import type { LiveEngine } from './live-snapshot.ts';
import {
  draftRequest,
  type ExportRequest,
  exportRequest,
  hiddenGemsRequest,
  newPapersRequest,
  pathRequest,
} from './schemas/explore.ts';
import { heatmapRequest } from './schemas/map.ts';
import { paperRequest, similarRequest } from './schemas/papers.ts';
import { completeRequest, facetsRequest, searchMaskRequest, searchRequest } from './schemas/search.ts';
import type { HealthResponse } from './schemas/status.ts';
import { compareTopicsRequest, topicPapersRequest, topicsRequest } from './schemas/topics.ts';

/** The longest query fits, even if every character is escaped (`\u6587`). */
const MAX_SEARCH_BODY_BYTES = 65_536;

export function searchRoutes(live: LiveEngine): Hono<TimedEnv> {
  const routes = new Hono<TimedEnv>();
  const search = handle(live, {
    name: 'search',
    request: searchRequest,
    answer: (engine, request, { timing }) => engine.search(request, timing.add),
  });
  routes.get('/search', search);
  routes.post('/search', jsonBody(MAX_SEARCH_BODY_BYTES), search);
  routes.get(
    '/search/mask',
    handle(live, {
      name: 'search-mask',
      request: searchMaskRequest,
      cache: 'snapshot',
      answer: (engine, request) => engine.explore.searchMask(request),
    }),
  );
  routes.get(
    '/facets',
    handle(live, {
      name: 'facets',
      request: facetsRequest,
      cache: 'snapshot',
      answer: (engine, request) => engine.explore.facets(request),
    }),
  );
  routes.get(
    '/complete',
    handle(live, {
      name: 'complete',
      request: completeRequest,
      answer: (engine, request) => engine.complete(request),
    }),
  );
  return routes;
}

export function paperRoutes(live: LiveEngine): Hono<TimedEnv> {
  const routes = new Hono<TimedEnv>();
  routes.get(
    '/papers/:id',
    handle(live, {
      name: 'paper',
      request: paperRequest,
      answer: (engine, request, { path }) => engine.paper(path.id, request),
    }),
  );
  routes.get(
    '/papers/:id/similar',
    handle(live, {
      name: 'similar',
      request: similarRequest,
      answer: (engine, { limit }, { path }) => engine.similar(path.id, limit),
    }),
  );
  return routes;
}

export function mapRoutes(live: LiveEngine): Hono<TimedEnv> {
  const routes = new Hono<TimedEnv>();
  routes.get('/map', (c) =>
    live.with(async (engine) => {
      const timing = c.get('timing');
      const isBinary = (c.req.header('accept') ?? '').includes('application/octet-stream');
      c.header('vary', 'Accept');
      // With the version of the layout: a new server must not confirm what an older one sent for the same snapshot.
      const etag = `"${engine.snapshotId}-${isBinary ? 'columns' : 'json'}-${MAP_VERSION}"`;
      if (isNotModified(c, etag)) return c.body(null, 304);
      c.header('x-snapshot', engine.snapshotId);
      if (!isBinary) {
        const response = await timing.measure('map', () => engine.map());
        return timing.measure('serialize', () => c.json(response));
      }
      const bytes = await timing.measure('map', () => engine.mapColumns());
      return c.body(bytes, 200, { 'content-type': 'application/octet-stream' });
    }),
  );
  routes.get(
    '/heatmap',
    handle(live, {
      name: 'heatmap',
      request: heatmapRequest,
      cache: 'snapshot',
      answer: (engine, request) => engine.explore.heatmap(request),
    }),
  );
  return routes;
}

export function topicRoutes(live: LiveEngine): Hono<TimedEnv> {
  const routes = new Hono<TimedEnv>();
  routes.get('/topics', async (c) => {
    const timing = c.get('timing');
    const request = await timing.measure('parse', () => validate(topicsRequest, c.req.query()));
    return live.with(async (engine) => {
      const response = await timing.measure('topics', () => engine.topics(request));
      // By the cut, not by the request: a level, a resolution and a number of topics may ask for the same one.
      const { level, resolution } = response.cut;
      const cut = level === null ? `from-${resolution}` : `level-${level}`;
      if (isNotModified(c, `"${engine.snapshotId}-topics-${cut}"`)) return c.body(null, 304);
      return timing.measure('serialize', () => c.json(response));
    });
  });
  // Before `/topics/:id`, which would match too.
  routes.get(
    '/topics/compare',
    handle(live, {
      name: 'compare-topics',
      request: compareTopicsRequest,
      answer: (engine, request) => engine.compareTopics(request),
    }),
  );
  routes.get('/topics/changes', handle(live, { name: 'topic-changes', answer: (engine) => engine.topicChanges() }));
  routes.get(
    '/topics/:id',
    handle(live, { name: 'topic', answer: (engine, _request, { path }) => engine.topic(path.id) }),
  );
  routes.get(
    '/topics/:id/papers',
    handle(live, {
      name: 'topic-papers',
      request: topicPapersRequest,
      answer: (engine, request, { path }) => engine.topicPapers(path.id, request),
    }),
  );
  return routes;
}

/** Above the longest draft that the schema allows, so that a draft that is a little too long gets the schema's message. */
const MAX_DRAFT_BODY_BYTES = 1_000_000;

/** Exploration beyond search (docs/explore.md). */
export function exploreRoutes(live: LiveEngine): Hono<TimedEnv> {
  const routes = new Hono<TimedEnv>();
  routes.get(
    '/path',
    handle(live, {
      name: 'path',
      request: pathRequest,
      cache: 'snapshot',
      answer: (engine, request) => engine.explore.readingPath(request),
    }),
  );
  routes.get(
    '/gems',
    handle(live, {
      name: 'gems',
      request: hiddenGemsRequest,
      cache: 'snapshot',
      answer: (engine, request) => engine.explore.hiddenGems(request),
    }),
  );
  routes.get(
    '/new',
    handle(live, {
      name: 'new',
      request: newPapersRequest,
      cache: 'snapshot',
      answer: (engine, request) => engine.explore.newPapers(request),
    }),
  );
  routes.post(
    '/draft',
    jsonBody(MAX_DRAFT_BODY_BYTES),
    handle(live, {
      name: 'draft',
      request: draftRequest,
      // A draft is confidential.
      cache: 'never',
      answer: (engine, request) => engine.explore.draft(request),
    }),
  );
  return routes;
}

/** 5,000 ids of 200 bytes. */
const MAX_EXPORT_BODY_BYTES = 1_000_000;

export function exportRoutes(live: LiveEngine): Hono<TimedEnv> {
  const routes = new Hono<TimedEnv>();
  const sendFile = (c: Context<TimedEnv>, request: ExportRequest) =>
    live.with(async (engine) => {
      const { text, type, fileName, missing } = await c
        .get('timing')
        .measure('export', () => engine.explore.exportPapers(request));
      c.header('content-disposition', `attachment; filename="${fileName}"`);
      if (missing > 0) c.header('x-missing', String(missing));
      return c.body(text, 200, { 'content-type': type });
    });
  routes.get('/papers/:id/bibtex', (c) => sendFile(c, { ids: [c.req.param('id')], format: 'bibtex' }));
  routes.post('/export', jsonBody(MAX_EXPORT_BODY_BYTES), async (c) => {
    const request = await c.get('timing').measure('parse', async () => validate(exportRequest, await readJson(c)));
    return sendFile(c, request);
  });
  return routes;
}

export function statusRoutes(live: LiveEngine, now: () => Date): Hono<TimedEnv> {
  const routes = new Hono<TimedEnv>();
  routes.get('/api/status', handle(live, { name: 'status', answer: (engine) => engine.status(now()) }));
  routes.get(
    '/healthz',
    handle(live, {
      name: 'health',
      answer: (engine): HealthResponse => ({ ok: true, snapshot: engine.snapshotId }),
    }),
  );
  return routes;
}
