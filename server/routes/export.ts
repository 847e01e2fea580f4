import { type Context, Hono } from 'hono';
import { readJson, validate } from '../http/endpoint.ts';
import { jsonBody } from '../http/request-guards.ts';
import type { TimedEnv } from '../http/server-timing.ts';
import type { LiveEngine } from '../live-snapshot.ts';
import { type ExportRequest, exportRequest } from '../schemas/export.ts';

/** 5,000 ids of 200 bytes. */
const MAX_BODY_BYTES = 1_000_000;

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
  routes.post('/export', jsonBody(MAX_BODY_BYTES), async (c) => {
    const request = await c.get('timing').measure('parse', async () => validate(exportRequest, await readJson(c)));
    return sendFile(c, request);
  });
  return routes;
}
