/** The routes: requests checked by the contract, answered by the engine, errors made into answers in one place. */
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { secureHeaders } from 'hono/secure-headers';
import { errorKinds, messageOf, PaperfieldError } from '../pipeline/core/errors.ts';
import { checked, isUnchanged, jsonBody } from './http/answer.ts';
import { MAP_VERSION } from './http/map-columns.ts';
import type { PageFile } from './http/page-files.ts';
import type { LiveEngine } from './live-snapshot.ts';
import { addExploreRoutes } from './routes/explore.ts';
import { completeRequest } from './schemas/complete.ts';
import { type ErrorAnswer, type HealthAnswer, paperRequest, searchRequest, similarRequest } from './schemas/search.ts';
import { compareRequest, topicPapersRequest, topicsRequest } from './schemas/topics.ts';

/** What the routes need of the world. */
export interface AppEffects {
  now(): Date;
  /** Told of errors that are our fault. */
  report(line: string): void;
}

const NO_PAGE = 'The page has not been built: run `npm run build`, then start again. The API is at /api/status.';

/** @param page the built page's files by path; empty where it was not built */
export function createApp(live: LiveEngine, page: ReadonlyMap<string, PageFile>, effects: AppEffects): Hono {
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      // Plain http on the user's own machine: there is no https to insist on.
      strictTransportSecurity: false,
    }),
  );
  app.use(compress());

  app.get('/api/search', async (c) => {
    const request = checked(searchRequest, c.req.query());
    return c.json(await live.with((engine) => engine.search(request)));
  });
  app.post('/api/search', async (c) => {
    const request = checked(searchRequest, await jsonBody(c));
    return c.json(await live.with((engine) => engine.search(request)));
  });
  app.get('/api/complete', async (c) => {
    const request = checked(completeRequest, c.req.query());
    return c.json(await live.with((engine) => engine.complete(request)));
  });
  app.get('/api/papers/:id', async (c) => {
    const request = checked(paperRequest, c.req.query());
    return c.json(await live.with((engine) => engine.paper(c.req.param('id'), request)));
  });
  app.get('/api/papers/:id/similar', async (c) => {
    const { limit } = checked(similarRequest, c.req.query());
    return c.json(await live.with((engine) => engine.similar(c.req.param('id'), limit)));
  });
  app.get('/api/map', (c) =>
    live.with(async (engine) => {
      // The layout too: who holds an older one of the same snapshot must not be told that it is still so.
      const isBinary = (c.req.header('accept') ?? '').includes('application/octet-stream');
      c.header('vary', 'Accept');
      if (isUnchanged(c, `"${engine.snapshotId}-${isBinary ? 'columns' : 'json'}-${MAP_VERSION}"`))
        return c.body(null, 304);
      c.header('x-snapshot', engine.snapshotId);
      if (!isBinary) return c.json(engine.map());
      return c.body(await engine.mapColumns(), 200, { 'content-type': 'application/octet-stream' });
    }),
  );
  app.get('/api/topics', (c) =>
    live.with((engine) => {
      const answer = engine.topics(checked(topicsRequest, c.req.query()));
      const { level, resolution } = answer.cut;
      const tag = `"${engine.snapshotId}-topics-${level === null ? `from-${resolution}` : `level-${level}`}"`;
      return isUnchanged(c, tag) ? c.body(null, 304) : c.json(answer);
    }),
  );
  // Before the ids: a topic's id is a number, these are words.
  app.get('/api/topics/compare', async (c) => {
    const request = checked(compareRequest, c.req.query());
    return c.json(await live.with((engine) => engine.compareTopics(request)));
  });
  app.get('/api/topics/changes', async (c) => c.json(await live.with((engine) => engine.topicChanges())));
  app.get('/api/topics/:id', async (c) => c.json(await live.with((engine) => engine.topic(c.req.param('id')))));
  app.get('/api/topics/:id/papers', async (c) => {
    const request = checked(topicPapersRequest, c.req.query());
    return c.json(await live.with((engine) => engine.topicPapers(c.req.param('id'), request)));
  });
  addExploreRoutes(app, live);
  app.get('/api/status', async (c) => c.json(await live.with((engine) => engine.status(effects.now()))));
  app.get('/healthz', async (c) =>
    c.json(await live.with((engine): HealthAnswer => ({ ok: true, snapshot: engine.snapshotId }))),
  );

  app.get('*', (c) => {
    const file = page.get(c.req.path);
    if (!file) {
      if (c.req.path === '/') return c.text(NO_PAGE, 503);
      return c.notFound();
    }
    c.header('cache-control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    return c.body(file.body, 200, { 'content-type': file.type });
  });
  app.notFound((c) => c.json(errorBody('not_found', `nothing is at ${c.req.method} ${c.req.path}`), 404));
  app.onError((error, c) => {
    if (error instanceof PaperfieldError) {
      const { status } = errorKinds[error.kind];
      return c.json(errorBody(error.kind, error.message), status === 499 ? 503 : status);
    }
    effects.report(`${c.req.method} ${c.req.path}: ${error.stack ?? messageOf(error)}`);
    return c.json(errorBody('internal', 'the server made a mistake; its log says more'), 500);
  });
  return app;
}

function errorBody(code: string, message: string): ErrorAnswer {
  return { error: { code, message } };
}
