import { Hono } from 'hono';
import { handle } from '../http/endpoint.ts';
import type { TimedEnv } from '../http/server-timing.ts';
import type { LiveEngine } from '../live-snapshot.ts';
import { paperRequest, similarRequest } from '../schemas/papers.ts';

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
