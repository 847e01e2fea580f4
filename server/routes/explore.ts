import { Hono } from 'hono';
import { handle } from '../http/endpoint.ts';
import { jsonBody } from '../http/request-guards.ts';
import type { TimedEnv } from '../http/server-timing.ts';
import type { LiveEngine } from '../live-snapshot.ts';
import { draftRequest, hiddenGemsRequest, newPapersRequest, pathRequest } from '../schemas/explore.ts';

/** Above the longest draft that the schema allows, so that a draft that is a little too long gets the schema's message. */
const MAX_BODY_BYTES = 1_000_000;

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
    jsonBody(MAX_BODY_BYTES),
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
