/** The routes of the HTTP API: each validates its request and lets the engine of the current snapshot answer it. */
import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { createHandler, etagOf, isNotModified, readJsonBody, type TimedEnv, validateRequest } from './http/endpoint.ts';
import { MAP_FORMAT_VERSION } from './http/map-columns.ts';
import { createJsonBodyGuard, createOwnPageGuard } from './http/request-guards.ts';
import type { Imports } from './import/import-service.ts';
import type { LiveEngine } from './live-snapshot.ts';
import {
  draftRequest,
  type ExportRequest,
  exportRequest,
  hiddenGemsRequest,
  newPapersRequest,
  readingPathRequest,
} from './schemas/explore.ts';
import { importId, uploadRequest } from './schemas/import.ts';
import { heatmapRequest } from './schemas/map.ts';
import { paperRequest, similarPapersRequest } from './schemas/papers.ts';
import { completionRequest, facetsRequest, searchMaskRequest, searchRequest } from './schemas/search.ts';
import { compareTopicsRequest, topicPapersRequest, topicsRequest } from './schemas/topics.ts';

/** The limit of a search body, in bytes: the longest query fits even if every character is escaped (`\u6587`). */
const MAX_SEARCH_BODY_BYTES = 65_536;

/** Routes of search: hits, mask, facets and completions. */
export function createSearchRoutes(live: LiveEngine): Hono<TimedEnv> {
  const routes = new Hono<TimedEnv>();
  const search = createHandler(live, {
    name: 'search',
    request: searchRequest,
    answer: (engine, request, { timing }) => engine.search(request, timing.add),
  });
  routes.get('/search', search);
  routes.post('/search', createJsonBodyGuard(MAX_SEARCH_BODY_BYTES), search);
  routes.get(
    '/search/mask',
    createHandler(live, {
      name: 'search-mask',
      request: searchMaskRequest,
      cache: 'snapshot',
      answer: (engine, request) => engine.explore.searchMask(request),
    }),
  );
  routes.get(
    '/facets',
    createHandler(live, {
      name: 'facets',
      request: facetsRequest,
      cache: 'snapshot',
      answer: (engine, request) => engine.explore.facets(request),
    }),
  );
  routes.get(
    '/complete',
    createHandler(live, {
      name: 'complete',
      request: completionRequest,
      answer: (engine, request) => engine.complete(request),
    }),
  );
  return routes;
}

/** Routes of one paper: its details and similar papers. */
export function createPaperRoutes(live: LiveEngine): Hono<TimedEnv> {
  const routes = new Hono<TimedEnv>();
  routes.get(
    '/papers/:id',
    createHandler(live, {
      name: 'paper',
      request: paperRequest,
      answer: (engine, request, { path }) => engine.paper(path.id, request),
    }),
  );
  routes.get(
    '/papers/:id/similar',
    createHandler(live, {
      name: 'similar',
      request: similarPapersRequest,
      answer: (engine, { limit }, { path }) => engine.similar(path.id, limit),
    }),
  );
  return routes;
}

/** Routes of the map: its columns, those of the user's data, and the heatmap of a query. */
export function createMapRoutes(live: LiveEngine): Hono<TimedEnv> {
  const routes = new Hono<TimedEnv>();
  routes.get('/map', (c) =>
    live.with(async (engine) => {
      const timing = c.get('timing');
      const isBinary = (c.req.header('accept') ?? '').includes('application/octet-stream');
      c.header('vary', 'Accept');
      // The entity tag contains the version of the column layout. Otherwise a client could keep a response in an old
      // layout that an older server sent for the same snapshot.
      const etag = `"${engine.snapshotId}-${isBinary ? 'columns' : 'json'}-${MAP_FORMAT_VERSION}"`;
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
    '/map/field/:name',
    createHandler(live, {
      name: 'map-field',
      answer: (engine, _request, { path }) => engine.explore.mapField(path.name),
    }),
  );
  routes.get('/columns', createHandler(live, { name: 'columns', answer: (engine) => engine.explore.columns() }));
  routes.get(
    '/heatmap',
    createHandler(live, {
      name: 'heatmap',
      request: heatmapRequest,
      cache: 'snapshot',
      answer: (engine, request) => engine.explore.heatmap(request),
    }),
  );
  return routes;
}

/** Routes of topics: lists, comparisons, changes, one topic and its papers. */
export function createTopicRoutes(live: LiveEngine): Hono<TimedEnv> {
  const routes = new Hono<TimedEnv>();
  routes.get('/topics', async (c) => {
    const timing = c.get('timing');
    const request = await timing.measure('parse', () => validateRequest(topicsRequest, c.req.query()));
    return live.with(async (engine) => {
      const response = await timing.measure('topics', () => engine.topics(request));
      // The entity tag depends on the cut through the topic tree and not on the request, because different requests may
      // give the same cut.
      const { level, resolution } = response.cut;
      const cut = level === null ? { resolution } : { level };
      if (isNotModified(c, etagOf(engine.snapshotId, 'topics', cut))) return c.body(null, 304);
      return timing.measure('serialize', () => c.json(response));
    });
  });
  // `/topics/compare` and `/topics/changes` must be registered before `/topics/:id`, which would match them too.
  routes.get(
    '/topics/compare',
    createHandler(live, {
      name: 'compare-topics',
      request: compareTopicsRequest,
      answer: (engine, request) => engine.compareTopics(request),
    }),
  );
  routes.get(
    '/topics/changes',
    createHandler(live, { name: 'topic-changes', answer: (engine) => engine.topicChanges() }),
  );
  routes.get(
    '/topics/:id',
    createHandler(live, { name: 'topic', answer: (engine, _request, { path }) => engine.topic(path.id) }),
  );
  routes.get(
    '/topics/:id/papers',
    createHandler(live, {
      name: 'topic-papers',
      request: topicPapersRequest,
      answer: (engine, request, { path }) => engine.topicPapers(path.id, request),
    }),
  );
  return routes;
}

/**
 * The limit of a draft body, in bytes. It is larger than the longest draft that the schema allows, so that a draft that
 * is slightly too long gets the clearer error of the schema.
 */
const MAX_DRAFT_BODY_BYTES = 1_000_000;

/** Routes of exploration beyond search: reading paths, hidden gems, new papers and drafts (docs/explore.md). */
export function createExploreRoutes(live: LiveEngine): Hono<TimedEnv> {
  const routes = new Hono<TimedEnv>();
  routes.get(
    '/path',
    createHandler(live, {
      name: 'path',
      request: readingPathRequest,
      cache: 'snapshot',
      answer: (engine, request) => engine.explore.readingPath(request),
    }),
  );
  routes.get(
    '/gems',
    createHandler(live, {
      name: 'gems',
      request: hiddenGemsRequest,
      cache: 'snapshot',
      answer: (engine, request) => engine.explore.hiddenGems(request),
    }),
  );
  routes.get(
    '/new',
    createHandler(live, {
      name: 'new',
      request: newPapersRequest,
      cache: 'snapshot',
      answer: (engine, request) => engine.explore.newPapers(request),
    }),
  );
  routes.post(
    '/draft',
    createJsonBodyGuard(MAX_DRAFT_BODY_BYTES),
    createHandler(live, {
      name: 'draft',
      request: draftRequest,
      // A draft is confidential, so no cache may store the response.
      cache: 'never',
      answer: (engine, request) => engine.explore.draft(request),
    }),
  );
  return routes;
}

/** The limit of an export body, in bytes: 5,000 ids of 200 bytes. */
const MAX_EXPORT_BODY_BYTES = 1_000_000;

/** Routes of exports: papers as files. */
export function createExportRoutes(live: LiveEngine): Hono<TimedEnv> {
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
  routes.post('/export', createJsonBodyGuard(MAX_EXPORT_BODY_BYTES), async (c) => {
    const request = await c
      .get('timing')
      .measure('parse', async () => validateRequest(exportRequest, await readJsonBody(c)));
    return sendFile(c, request);
  });
  return routes;
}

/** Creates the routes below `/api/imports`. Where importing is not allowed, each of them answers with 403 and why. */
export function createImportRoutes({ service, policy }: Imports, allowedHosts: readonly string[]): Hono<TimedEnv> {
  const routes = new Hono<TimedEnv>();
  const ownPage = createOwnPageGuard(allowedHosts);
  // Browsers say of a GET within a page nothing if it goes over plain http to another machine.
  routes.use('/imports/*', (c, next) => (c.req.method === 'GET' ? next() : ownPage(c, next)));
  routes.use('/imports/*', async (c, next) => {
    if (!policy.isAllowed) throw new HTTPException(403, { message: policy.reason ?? 'no files can be imported here' });
    c.header('cache-control', 'no-store');
    await next();
  });
  if (!service) return routes;
  const idOf = (id: string) => validateRequest(importId, id);
  routes.post('/imports', async (c) => c.json(await service.create(), 201));
  routes.get('/imports/:id', (c) => c.json(service.state(idOf(c.req.param('id')))));
  routes.post('/imports/:id/files', async (c) => {
    const { name } = validateRequest(uploadRequest, c.req.query());
    if (c.req.header('content-type') !== 'application/octet-stream') {
      throw new HTTPException(415, { message: 'a file is sent as application/octet-stream' });
    }
    const announced = Number(c.req.header('content-length') ?? 0);
    const body = () => c.req.raw.body ?? emptyBody();
    const id = idOf(c.req.param('id'));
    return c.json(await service.add(id, name, Number.isFinite(announced) ? announced : 0, body), 201);
  });
  routes.post('/imports/:id/preview', (c) => c.json(service.read(idOf(c.req.param('id'))), 202));
  routes.post('/imports/:id/start', (c) => c.json(service.start(idOf(c.req.param('id'))), 202));
  routes.delete('/imports/:id', async (c) => {
    await service.discard(idOf(c.req.param('id')));
    return c.body(null, 204);
  });
  return routes;
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}
