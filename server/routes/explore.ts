import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import { PaperfieldError } from '../../pipeline/core/errors.ts';
import type { Explore } from '../explore/explore.ts';
import { checked, isUnchanged, jsonBody, tagOf } from '../http/answer.ts';
import type { LiveEngine } from '../live-snapshot.ts';
import {
  draftRequest,
  facetsRequest,
  gemsRequest,
  heatmapRequest,
  maskRequest,
  pathRequest,
} from '../schemas/explore.ts';
import { type ExportRequest, exportRequest, newRequest } from '../schemas/export.ts';

/** Bytes of a request. */
const LARGEST_BODY = 1_000_000;

function tooLarge(): never {
  throw new PaperfieldError('bad_request', `the body has more than ${LARGEST_BODY} bytes`);
}

/** The routes for looking around (docs/explore.md). */
export function addExploreRoutes(app: Hono, live: LiveEngine): void {
  /** An answer that holds as long as the snapshot does. */
  const lasting = <Request>(
    kind: string,
    schema: z.ZodType<Request>,
    answer: (explore: Explore, request: Request) => object | Promise<object>,
  ) => {
    app.get(`/api/${kind}`, (c: Context) =>
      live.with(async (engine) => {
        const request = checked(schema, c.req.query());
        if (isUnchanged(c, tagOf(engine.snapshotId, kind, request))) return c.body(null, 304);
        return c.json(await answer(engine.explore, request));
      }),
    );
  };
  lasting('field', heatmapRequest, (explore, request) => explore.field(request));
  lasting('facets', facetsRequest, (explore, request) => explore.facets(request));
  lasting('found', maskRequest, (explore, request) => explore.found(request));
  lasting('path', pathRequest, (explore, request) => explore.path(request));
  lasting('gems', gemsRequest, (explore, request) => explore.gems(request));
  lasting('new', newRequest, (explore, request) => explore.newPapers(request));
  const sendFile = (c: Context, request: ExportRequest) =>
    live.with((engine) => {
      const { text, type, fileName, missing } = engine.explore.exported(request);
      c.header('content-disposition', `attachment; filename="${fileName}"`);
      if (missing > 0) c.header('x-missing', String(missing));
      return c.body(text, 200, { 'content-type': type });
    });
  app.get('/api/papers/:id/bibtex', (c) => sendFile(c, { ids: [c.req.param('id')], format: 'bibtex' }));
  app.post('/api/export', bodyLimit({ maxSize: LARGEST_BODY, onError: tooLarge }), async (c) =>
    sendFile(c, checked(exportRequest, await jsonBody(c))),
  );
  app.post('/api/draft', bodyLimit({ maxSize: LARGEST_BODY, onError: tooLarge }), async (c) => {
    const request = checked(draftRequest, await jsonBody(c));
    // A draft is its author's alone: no cache keeps what was said of it.
    c.header('cache-control', 'no-store');
    return c.json(await live.with((engine) => engine.explore.draft(request)));
  });
}
