import { Hono } from 'hono';
import { handle } from '../http/endpoint.ts';
import { isNotModified } from '../http/etag.ts';
import { MAP_VERSION } from '../http/map-columns.ts';
import type { TimedEnv } from '../http/server-timing.ts';
import type { LiveEngine } from '../live-snapshot.ts';
import { heatmapRequest } from '../schemas/map.ts';

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
