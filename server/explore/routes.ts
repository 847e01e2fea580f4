import type { Context, Hono } from 'hono';
import type { z } from 'zod';
import { fieldRequest } from '../contract-explore.ts';
import type { LiveEngine } from '../live-engine.ts';
import { checked, isUnchanged, tagOf } from '../requests.ts';
import type { Explore } from './explore.ts';

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
  lasting('field', fieldRequest, (explore, request) => explore.field(request));
}
