import { Hono } from 'hono';
import { handle } from '../http/endpoint.ts';
import type { TimedEnv } from '../http/server-timing.ts';
import type { LiveEngine } from '../live-snapshot.ts';
import type { HealthResponse } from '../schemas/status.ts';

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
