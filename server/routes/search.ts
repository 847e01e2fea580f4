import { Hono } from 'hono';
import { handle } from '../http/endpoint.ts';
import { jsonBody } from '../http/request-guards.ts';
import type { TimedEnv } from '../http/server-timing.ts';
import type { LiveEngine } from '../live-snapshot.ts';
import { completeRequest, facetsRequest, searchMaskRequest, searchRequest } from '../schemas/search.ts';

/** The longest query fits, even if every character is escaped (`\u6587`). */
const MAX_BODY_BYTES = 65_536;

export function searchRoutes(live: LiveEngine): Hono<TimedEnv> {
  const routes = new Hono<TimedEnv>();
  const search = handle(live, {
    name: 'search',
    request: searchRequest,
    answer: (engine, request, { timing }) => engine.search(request, timing.add),
  });
  routes.get('/search', search);
  routes.post('/search', jsonBody(MAX_BODY_BYTES), search);
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
